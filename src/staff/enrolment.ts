/**
 * What people sign in with, made by themselves: the first with an invitation, further ones in a fresh session. A password comes only
 * together with one-time codes; the last way in cannot be taken away by its owner.
 */
import type { RegistrationResponseJSON } from '@simplewebauthn/server';
import { inTransaction, type Sql, sqlState } from '../db.ts';
import { beginCeremony, takeCeremony } from './ceremonies.ts';
import { newRecoveryCodes, newTotpSecret, recoveryHash, sealTotp, totpAddress, totpStep } from './codes.ts';
import { type StaffContext, tokenHash } from './context.ts';
import * as credentials from './credential-store.ts';
import { invited } from './invitations.ts';
import { note } from './log.ts';
import type { About } from './mail-store.ts';
import { tellOfChange } from './mailing.ts';
import { askForNewPasskey, type NewPasskey, readNewPasskey } from './passkeys.ts';
import { hashPassword, type PasswordRefusal, passwordRefusal } from './password.ts';
import { endSessionsOf } from './session-store.ts';
import { type Opened, openSession } from './sessions.ts';
import { normalName } from './sign-in.ts';
import * as store from './store.ts';

/** Who makes something to sign in with: somebody invited, or somebody signed in. */
export type Enroller = { invitation: string } | { staffId: string };

/** null: the invitation is used, replaced or over. */
const enrollerOf = (ctx: StaffContext, who: Enroller): Promise<store.StaffRow | null> =>
  'invitation' in who ? invited(ctx, who.invitation) : store.staffById(ctx.db, who.staffId);

// ---------------------------------------------------------------------------------------------------- passkeys

/** null: no invitation, or no passkeys at this address. */
export async function beginPasskey(ctx: StaffContext, who: Enroller) {
  const staff = await enrollerOf(ctx, who);
  return staff && askForNewPasskey(ctx, staff);
}

export interface PasskeyAnswer {
  ceremony: string;
  response: RegistrationResponseJSON;
  /** What its owner calls it; the device's name. */
  label: string;
}

export type Enrolled = Opened | { refused: 'invitation' | 'wrong' };

/** With an invitation: the passkey is kept, the link is used up, and the person is signed in. */
export async function enrolWithPasskey(
  ctx: StaffContext,
  invitation: string,
  answer: PasskeyAnswer,
  device: string,
): Promise<Enrolled> {
  const staff = await invited(ctx, invitation);
  if (!staff) return { refused: 'invitation' };
  const passkey = await readNewPasskey(ctx, staff.id, answer.ceremony, answer.response);
  if (!passkey) return { refused: 'wrong' };
  return redeem(ctx, staff.id, invitation, device, (tx, locked) => keepPasskey(tx, ctx, locked, passkey, answer));
}

/** One more, for somebody signed in. @returns whether it was kept. */
export async function addPasskey(ctx: StaffContext, staffId: string, answer: PasskeyAnswer): Promise<boolean> {
  const passkey = await readNewPasskey(ctx, staffId, answer.ceremony, answer.response);
  if (!passkey) return false;
  return inTransaction(ctx.db, async (tx) => {
    const staff = await store.lockStaff(tx, staffId);
    return staff !== null && keepPasskey(tx, ctx, staff, passkey, answer);
  });
}

async function keepPasskey(
  tx: Sql,
  ctx: StaffContext,
  staff: store.StaffRow,
  passkey: NewPasskey,
  { label }: Pick<PasskeyAnswer, 'label'>,
): Promise<boolean> {
  if (!(await credentials.insertPasskey(tx, { ...passkey, label }))) return false;
  const data = { isSynced: passkey.isSynced };
  const at = passkey.createdAt;
  await note(tx, staff, { at, by: staff.id, cause: 'enrol', kind: 'passkey_added', data });
  await tell(tx, ctx, staff.id, 'passkey_added', at);
  return true;
}

export const passkeysOf = (ctx: Pick<StaffContext, 'db'>, staffId: string): Promise<credentials.Passkey[]> =>
  credentials.passkeysOf(ctx.db, staffId);

/** `last`: without it its owner could not come in any more. */
export async function removePasskey(
  ctx: StaffContext,
  staffId: string,
  passkeyId: string,
): Promise<'removed' | 'unknown' | 'last'> {
  const at = ctx.clock.now();
  return inTransaction(ctx.db, async (tx) => {
    const staff = await store.lockStaff(tx, staffId);
    const own = await credentials.passkeysOf(tx, staffId);
    if (!staff || !own.some(({ id }) => id === passkeyId)) return 'unknown';
    if (own.length === 1 && !(await credentials.passwordOf(tx, staffId))) return 'last';
    await credentials.deletePasskey(tx, staffId, passkeyId);
    await note(tx, staff, { at, by: staffId, cause: 'remove_passkey', kind: 'passkey_removed' });
    await tell(tx, ctx, staffId, 'passkey_removed', at);
    return 'removed';
  });
}

// ---------------------------------------------------------------------------------------------------- password and codes

export interface NewCodes {
  ceremony: string;
  /** Base 32, for who cannot photograph the symbol. */
  secret: string;
  /** otpauth://…, the content of the QR symbol. */
  address: string;
}

const settingSeconds = 1800; // to install an app on one's telephone

/** A new secret for the authenticator app; counts once a code of it comes back. null: no invitation. */
export async function beginPassword(ctx: StaffContext, who: Enroller): Promise<NewCodes | null> {
  const staff = await enrollerOf(ctx, who);
  if (!staff) return null;
  const secret = newTotpSecret(ctx);
  const address = totpAddress(secret, { issuer: ctx.site.name, label: staff.name });
  return { ceremony: await beginCeremony(ctx, 'set_password', staff.id, secret, settingSeconds), secret, address };
}

export interface PasswordAnswer {
  ceremony: string;
  signInName: string;
  password: string;
  /** Of the app, from the new secret. */
  code: string;
}

export type PasswordProblem =
  | PasswordRefusal
  | 'name' // not 3-64 letters, digits, dot, hyphen, underscore, @
  | 'name_taken'
  | 'code' // not of this secret and now: the app was not set up, or its clock is wrong
  | 'over'; // took too long: begin again

export type PasswordSet = { recoveryCodes: string[] };

/** With an invitation: password, codes and recovery codes are kept, the link is used up, and the person is signed in. */
export async function enrolWithPassword(
  ctx: StaffContext,
  invitation: string,
  answer: PasswordAnswer,
  device: string,
): Promise<(Opened & PasswordSet) | { refused: PasswordProblem | 'invitation'; ceremony?: string }> {
  const staff = await invited(ctx, invitation);
  if (!staff) return { refused: 'invitation' };
  const prepared = await preparePassword(ctx, staff, answer);
  if ('refused' in prepared) return prepared;
  const opened = await redeem(ctx, staff.id, invitation, device, (tx, locked) =>
    keepPassword(tx, ctx, locked, prepared),
  );
  if ('refused' in opened) return { refused: opened.refused === 'invitation' ? 'invitation' : 'name_taken' };
  return { ...opened, recoveryCodes: prepared.recoveryCodes };
}

/** The same for somebody signed in, also to replace what he has. His other sessions are over. */
export async function changePassword(
  ctx: StaffContext,
  staffId: string,
  sessionId: string | null,
  answer: PasswordAnswer,
): Promise<PasswordSet | { refused: PasswordProblem; ceremony?: string }> {
  const staff = await store.staffById(ctx.db, staffId);
  if (!staff) return { refused: 'over' };
  const prepared = await preparePassword(ctx, staff, answer);
  if ('refused' in prepared) return prepared;
  const isKept = await takenIsFalse(() =>
    inTransaction(ctx.db, async (tx) => {
      const locked = await store.lockStaff(tx, staffId);
      await endSessionsOf(tx, staffId, sessionId, ctx.clock.now());
      return locked !== null && keepPassword(tx, ctx, locked, prepared);
    }),
  );
  return isKept ? { recoveryCodes: prepared.recoveryCodes } : { refused: 'name_taken' };
}

interface PreparedPassword {
  signInName: string;
  passwordHash: string;
  secret: string;
  step: number;
  recoveryCodes: string[];
}

/** Everything that can be said against it. After a refusal the same secret goes on under the new `ceremony`. */
async function preparePassword(
  ctx: StaffContext,
  staff: store.StaffRow,
  { ceremony, password, code, ...typed }: PasswordAnswer,
): Promise<PreparedPassword | { refused: PasswordProblem; ceremony?: string }> {
  const begun = await takeCeremony(ctx, 'set_password', ceremony);
  if (begun?.staffId !== staff.id) return { refused: 'over' };
  const { secret } = begun;
  const refuse = async (refused: PasswordProblem) => ({
    refused,
    ceremony: await beginCeremony(ctx, 'set_password', staff.id, secret, settingSeconds),
  });
  const signInName = normalName(typed.signInName);
  if (!/^[a-z0-9][a-z0-9._@-]{2,63}$/.test(signInName)) return refuse('name');
  if (await credentials.isNameTaken(ctx.db, signInName, staff.id)) return refuse('name_taken');
  const problem = passwordRefusal(password, [signInName, staff.name, staff.associationName, ctx.site.name]);
  if (problem) return refuse(problem);
  const step = totpStep(secret, code.normalize('NFKC').replace(/\s/g, ''), ctx.clock.now());
  if (step === null) return refuse('code');
  const passwordHash = await hashPassword(password, ctx.random(16), ctx.passwordCostLog2);
  return { signInName, passwordHash, secret, step, recoveryCodes: newRecoveryCodes(ctx) };
}

async function keepPassword(
  tx: Sql,
  ctx: StaffContext,
  staff: store.StaffRow,
  { signInName, passwordHash, secret, step, recoveryCodes }: PreparedPassword,
): Promise<boolean> {
  const staffId = staff.id;
  await tell(tx, ctx, staffId, 'password_set', ctx.clock.now(), signInName);
  const totpSecret = sealTotp(ctx, staffId, secret);
  await credentials.setPassword(tx, { staffId, signInName, passwordHash, totpSecret, step });
  const hashes = recoveryCodes.map((code) => recoveryHash(ctx, staffId, code));
  await credentials.replaceRecoveryCodes(tx, staffId, hashes);
  await note(tx, staff, { at: ctx.clock.now(), by: staffId, cause: 'enrol', kind: 'password_set' });
  return true;
}

/** By e-mail, where his sign-in name (or the `next` one) is an address. */
async function tell(tx: Sql, ctx: StaffContext, staffId: string, about: About, at: Date, next?: string): Promise<void> {
  const before = await credentials.passwordOf(tx, staffId);
  await tellOfChange(tx, ctx, { staffId, about, names: [before?.signInName, next], at });
}

// ---------------------------------------------------------------------------------------------------- invitations used

/** Uses the link, keeps what was made with it, and signs in: all or nothing. */
async function redeem(
  ctx: StaffContext,
  staffId: string,
  invitation: string,
  device: string,
  keep: (tx: Sql, staff: store.StaffRow) => Promise<boolean>,
): Promise<Enrolled> {
  const at = ctx.clock.now();
  const redeemed = await takenIsFalse(() =>
    inTransaction(ctx.db, async (tx): Promise<Enrolled> => {
      const staff = await store.lockStaff(tx, staffId);
      if (!staff?.isActive || !(await store.takeInvitation(tx, tokenHash(invitation), at)))
        return { refused: 'invitation' };
      if (!(await keep(tx, staff))) throw new NotKept();
      return openSession(tx, ctx, staff, { method: 'invitation', device, at, cause: 'redeem_invitation' });
    }),
  );
  return redeemed === false ? { refused: 'wrong' } : redeemed;
}

/** Rolls the transaction back, so that the link stays good. */
class NotKept extends Error {}

/** false: what was to be kept is another's already (two chose one name at the same moment). */
async function takenIsFalse<T>(work: () => Promise<T>): Promise<T | false> {
  try {
    return await work();
  } catch (error) {
    if (error instanceof NotKept || sqlState(error) === '23505') return false;
    throw error;
  }
}
