/** What the console asks of the staff. */
export {
  changeLanguage,
  changeStaff,
  type ListedStaff,
  type OwnAccount,
  ownAccount,
  staffIn,
} from './administration.ts';
export { passkeyDomain, passwordCostLog2, type Site, type StaffContext, staffKeyOf } from './context.ts';
export {
  addPasskey,
  beginPasskey,
  beginPassword,
  changePassword,
  type Enrolled,
  enrolWithPasskey,
  enrolWithPassword,
  type PasswordProblem,
  removePasskey,
} from './enrolment.ts';
export {
  associationsWithoutStaff,
  type Invitation,
  invitationAddress,
  inviteAgain,
  invited,
  inviteFirst,
  inviteStaff,
} from './invitations.ts';
export { openOidc } from './oidc.ts';
export { answerOidc, answerOidcCode, beginOidc } from './oidc-sign-in.ts';
export { askForPasskey } from './passkeys.ts';
export {
  endSessionsOfStaff,
  type Opened,
  openScreen,
  revokeOtherSessions,
  revokeSession,
  type Session,
  screensOf,
  sessionOf,
  sessionsOf,
} from './sessions.ts';
export {
  type From,
  proveWithPasskey,
  proveWithPassword,
  type SignedIn,
  signInWithPasskey,
  signInWithPassword,
} from './sign-in.ts';
export type { Refused } from './tries.ts';
