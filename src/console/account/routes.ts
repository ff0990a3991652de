/** One's own account: what one signs in with, where one is signed in, and proving again who one is. */
import { z } from 'zod';
import {
  addPasskey,
  askForPasskey,
  beginOidc,
  beginPasskey,
  beginPassword,
  changeLanguage,
  changePassword,
  openScreen,
  ownAccount,
  proveWithPasskey,
  proveWithPassword,
  removePasskey,
  revokeOtherSessions,
  revokeSession,
  sessionsOf,
} from '../../staff/actions.ts';
import { languages } from '../../staff/staff.ts';
import { refuse, route } from '../route.ts';
import { fromOf, refusedSignIn, tooFast } from '../sign-in/routes.ts';
import {
  code,
  done,
  isDone,
  label,
  newCodes,
  newPasskeyAnswer,
  newPasskeyOptions,
  passkeyAnswer,
  passkeyOptions,
  password,
  passwordBody,
  token,
} from '../sign-in/shapes.ts';
import { symbolFor } from '../sign-in/symbol.ts';

const instant = z.iso.datetime();
const screenCookieSeconds = 30 * 86_400;

export const accountRoutes = {
  my_account: route({
    method: 'get',
    path: '/account',
    summary: 'What one signs in with, and where one is signed in',
    access: 'signed_in',
    reply: z.object({
      signInName: z.string().nullable(),
      recoveryCodesLeft: z.number().int(),
      /** The other system's name; null: there is none. */
      oidc: z.string().nullable(),
      isLinked: z.boolean(),
      passkeys: z.array(
        z.object({
          id: z.string(),
          label: z.string(),
          isSynced: z.boolean(),
          createdAt: instant,
          usedAt: instant.nullable(),
        }),
      ),
      sessions: z.array(
        z.object({
          id: z.string(),
          label: z.string(),
          method: z.string(),
          signedInAt: instant,
          seenAt: instant,
          isThis: z.boolean(),
        }),
      ),
    }),
    async handle(ctx, { staff, sessionId }) {
      const [account, sessions] = await Promise.all([ownAccount(ctx.staff, staff.id), sessionsOf(ctx.staff, staff.id)]);
      return {
        signInName: account.signInName,
        recoveryCodesLeft: account.recoveryCodesLeft,
        oidc: ctx.staff.oidc?.name ?? null,
        isLinked: account.hasOidc,
        passkeys: account.passkeys.map((passkey) => ({
          ...passkey,
          createdAt: passkey.createdAt.toISOString(),
          usedAt: passkey.usedAt?.toISOString() ?? null,
        })),
        sessions: sessions.map(({ id, label: device, method, signedInAt, seenAt }) => ({
          ...{ id, label: device, method, isThis: id === sessionId },
          ...{ signedInAt: signedInAt.toISOString(), seenAt: seenAt.toISOString() },
        })),
      };
    },
  }),

  change_my_language: route({
    method: 'put',
    path: '/account/language',
    summary: 'The language of one’s screens',
    access: 'signed_in',
    body: z.object({ language: z.enum(languages) }),
    reply: done,
    async handle(ctx, { staff, body }) {
      await changeLanguage(ctx.staff, staff.id, body.language);
      return isDone;
    },
  }),

  end_my_session: route({
    method: 'delete',
    path: '/account/sessions/:sessionId',
    summary: 'Signs one device out',
    access: 'signed_in',
    params: z.object({ sessionId: z.string() }),
    reply: done,
    async handle(ctx, { staff, params }) {
      return (await revokeSession(ctx.staff, staff, params.sessionId, false)) ? isDone : refuse(404, 'not_found');
    },
  }),

  end_my_other_sessions: route({
    method: 'delete',
    path: '/account/sessions',
    summary: 'Signs all other devices out',
    access: 'signed_in',
    reply: z.object({ ended: z.number().int() }),
    async handle(ctx, { staff, sessionId }) {
      return { ended: await revokeOtherSessions(ctx.staff, staff, sessionId ?? '') };
    },
  }),

  // -------------------------------------------------------------------------------------------------- what one signs in with

  begin_my_passkey: route({
    method: 'post',
    path: '/account/passkeys/options',
    summary: 'What the browser is asked to make',
    access: 'signed_in',
    needsFresh: true,
    reply: z.object({ ceremony: token, options: newPasskeyOptions }),
    async handle(ctx, { staff }) {
      return (await beginPasskey(ctx.staff, { staffId: staff.id })) ?? refuse(409, 'no_passkeys_here');
    },
  }),

  add_my_passkey: route({
    method: 'post',
    path: '/account/passkeys',
    summary: 'One more passkey',
    access: 'signed_in',
    needsFresh: true,
    body: z.object({ ceremony: token, response: newPasskeyAnswer, label }),
    reply: done,
    async handle(ctx, { staff, body }) {
      return (await addPasskey(ctx.staff, staff.id, body)) ? isDone : refuse(422, 'passkey_wrong');
    },
  }),

  remove_my_passkey: route({
    method: 'delete',
    path: '/account/passkeys/:passkeyId',
    summary: 'Takes a passkey away, unless it is the last way in',
    access: 'signed_in',
    needsFresh: true,
    params: z.object({ passkeyId: z.string().max(2000) }),
    reply: done,
    async handle(ctx, { staff, params }) {
      const removed = await removePasskey(ctx.staff, staff.id, params.passkeyId);
      if (removed === 'last') return refuse(409, 'last_way_in');
      return removed === 'removed' ? isDone : refuse(404, 'not_found');
    },
  }),

  begin_my_password: route({
    method: 'post',
    path: '/account/password/codes',
    summary: 'A new secret for an authenticator app',
    access: 'signed_in',
    needsFresh: true,
    reply: newCodes,
    async handle(ctx, { staff }) {
      const begun = await beginPassword(ctx.staff, { staffId: staff.id });
      if (!begun) return refuse(404, 'not_found');
      return { ceremony: begun.ceremony, secret: begun.secret, symbol: symbolFor(begun.address) };
    },
  }),

  change_my_password: route({
    method: 'post',
    path: '/account/password',
    summary: 'Password and codes, new or instead of the old; other devices are signed out',
    access: 'signed_in',
    needsFresh: true,
    body: passwordBody,
    reply: z.object({ recoveryCodes: z.array(z.string()) }),
    async handle(ctx, { staff, sessionId, body }) {
      const changed = await changePassword(ctx.staff, staff.id, sessionId, body);
      if (!('refused' in changed)) return changed;
      const { refused, ...detail } = changed;
      return refuse(422, `password_${refused}`, detail);
    },
  }),

  begin_oidc_link: route({
    method: 'post',
    path: '/account/oidc',
    summary: 'Links one’s account with the other system',
    access: 'signed_in',
    needsFresh: true,
    reply: z.object({ ceremony: token, address: z.url() }),
    async handle(ctx, { staff }) {
      const begun = await beginOidc(ctx.staff, staff.id).catch((error: unknown) => {
        ctx.log.warn('oidc_unreachable', { error });
        return null;
      });
      return begun ?? refuse(409, 'oidc_unreachable');
    },
  }),

  // -------------------------------------------------------------------------------------------------- proving again

  begin_proof: route({
    method: 'post',
    path: '/account/proof/options',
    summary: 'What is asked of somebody who proves again who he is',
    access: 'signed_in',
    reply: z.object({
      hasPassword: z.boolean(),
      passkey: z.object({ ceremony: token, options: passkeyOptions }).nullable(),
    }),
    async handle(ctx, { staff }) {
      const { passkeys, signInName } = await ownAccount(ctx.staff, staff.id);
      const passkey = passkeys.length > 0 ? await askForPasskey(ctx.staff, staff.id) : null;
      return { hasPassword: signInName !== null, passkey };
    },
  }),

  prove_with_passkey: route({
    method: 'post',
    path: '/account/proof/passkey',
    summary: 'Proves again by passkey',
    access: 'signed_in',
    body: z.object({ ceremony: token, response: passkeyAnswer }),
    reply: done,
    async handle(ctx, { staff, sessionId, body }) {
      const proving = { staffId: staff.id, sessionId: sessionId ?? '' };
      const isProved = await proveWithPasskey(ctx.staff, proving, body.ceremony, body.response);
      return isProved ? isDone : refuse(422, 'passkey_wrong');
    },
  }),

  prove_with_password: route({
    method: 'post',
    path: '/account/proof/password',
    summary: 'Proves again by password and one-time code',
    access: 'signed_in',
    body: z.object({ password, code }),
    reply: done,
    async handle(ctx, { staff, sessionId, body }, transport) {
      const fast = tooFast(ctx, transport);
      if (fast) return fast;
      const proving = { staffId: staff.id, sessionId: sessionId ?? '' };
      const proved = await proveWithPassword(ctx.staff, proving, body, fromOf(transport));
      if (!('refused' in proved)) return proved.proved ? isDone : refuse(401, 'not_signed_in');
      return proved.refused === 'wrong' ? refuse(422, 'proof_wrong') : refusedSignIn(ctx, proved);
    },
  }),

  // -------------------------------------------------------------------------------------------------- the wall screen

  become_screen: route({
    method: 'post',
    path: '/account/screen',
    summary:
      'Makes this browser a wall screen for thirty days: it shows the whiteboard, and the person is signed out of it',
    access: 'signed_in',
    needsFresh: true,
    body: z.object({ label }),
    reply: done,
    async handle(ctx, { staff, sessionId, body }, transport) {
      const { token: session } = await openScreen(ctx.staff, staff, body.label);
      if (sessionId) await revokeSession(ctx.staff, staff, sessionId, false, 'signed_out');
      transport.setSession(session, screenCookieSeconds);
      return isDone;
    },
  }),
};
