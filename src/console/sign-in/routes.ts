/** Coming in and going out: the only doors that are open to anybody. */
import { z } from 'zod';
import {
  answerOidc,
  answerOidcCode,
  askForPasskey,
  beginOidc,
  type Opened,
  passkeyDomain,
  type Refused,
  revokeSession,
  signInWithPasskey,
  signInWithPassword,
} from '../../staff/actions.ts';
import type { ConsoleContext } from '../context.ts';
import { type Refusal, refuse, route, type Transport } from '../route.ts';
import { deviceOf } from './device.ts';
import { code, done, isDone, passkeyAnswer, passkeyOptions, password, token } from './shapes.ts';

/** As long as a person's session may last; the server ends it earlier. */
const cookieSeconds = 12 * 3600;

export const fromOf = ({ address, userAgent }: Transport) => ({ address, device: deviceOf(userAgent) });

/** Too many requests from this address; null: go on. */
export const tooFast = ({ pace }: ConsoleContext, { address }: Transport): Refusal | null =>
  pace.allows(address) ? null : refuse(429, 'too_many');

/** The browser bears the new session from here on. */
export function signedIn(transport: Transport, { token: session }: Opened): typeof isDone {
  transport.setSession(session, cookieSeconds);
  return isDone;
}

export function refusedSignIn(ctx: ConsoleContext, refused: Refused): Refusal {
  if (refused.refused === 'wrong') return refuse(401, 'sign_in_wrong');
  if (refused.refused === 'key_replaced') return refuse(409, 'sign_in_key_replaced');
  const seconds = Math.ceil((refused.until.getTime() - ctx.clock.now().getTime()) / 1000);
  return refuse(429, 'sign_in_locked', { minutes: Math.max(1, Math.ceil(seconds / 60)) });
}

export const signInRoutes = {
  sign_in_ways: route({
    method: 'get',
    path: '/sign-in',
    summary: 'How one can sign in here',
    access: 'anybody',
    reply: z.object({
      passkeys: z.boolean(),
      /** The other system's name; null: there is none. */
      oidc: z.string().nullable(),
    }),
    async handle({ staff }) {
      return { passkeys: passkeyDomain(staff.site) !== null, oidc: staff.oidc?.name ?? null };
    },
  }),

  begin_passkey_sign_in: route({
    method: 'post',
    path: '/sign-in/passkey/options',
    summary: 'What a passkey is asked',
    access: 'anybody',
    reply: z.object({ ceremony: token, options: passkeyOptions }),
    async handle(ctx, _asked, transport) {
      const fast = tooFast(ctx, transport);
      if (fast) return fast;
      return (await askForPasskey(ctx.staff, null)) ?? refuse(409, 'no_passkeys_here');
    },
  }),

  sign_in_with_passkey: route({
    method: 'post',
    path: '/sign-in/passkey',
    summary: 'Signs in with the answer of a passkey',
    access: 'anybody',
    body: z.object({ ceremony: token, response: passkeyAnswer }),
    reply: done,
    async handle(ctx, { body }, transport) {
      const fast = tooFast(ctx, transport);
      if (fast) return fast;
      const signed = await signInWithPasskey(ctx.staff, body.ceremony, body.response, fromOf(transport));
      if ('refused' in signed) return refuse(401, 'passkey_wrong');
      return signedIn(transport, signed);
    },
  }),

  sign_in_with_password: route({
    method: 'post',
    path: '/sign-in/password',
    summary: 'Signs in with name, password and one-time code together',
    access: 'anybody',
    body: z.object({ signInName: z.string().max(100), password, code }),
    reply: done,
    async handle(ctx, { body }, transport) {
      const fast = tooFast(ctx, transport);
      if (fast) return fast;
      const signed = await signInWithPassword(ctx.staff, body, fromOf(transport));
      return 'refused' in signed ? refusedSignIn(ctx, signed) : signedIn(transport, signed);
    },
  }),

  begin_oidc_sign_in: route({
    method: 'post',
    path: '/sign-in/oidc',
    summary: 'Where the browser goes to sign in with the other system',
    access: 'anybody',
    reply: z.object({ ceremony: token, address: z.url() }),
    async handle(ctx, _asked, transport) {
      const fast = tooFast(ctx, transport);
      if (fast) return fast;
      const begun = await beginOidc(ctx.staff, null).catch((error: unknown) => {
        ctx.log.warn('oidc_unreachable', { error });
        return null;
      });
      return begun ?? refuse(409, 'oidc_unreachable');
    },
  }),

  answer_oidc: route({
    method: 'post',
    path: '/sign-in/oidc/answer',
    summary: 'The browser is back from the other system',
    access: 'anybody',
    body: z.object({ ceremony: token, search: z.string().max(4000) }),
    reply: z.object({ status: z.enum(['signed_in', 'linked', 'code_wanted']), ceremony: token.optional() }),
    async handle(ctx, { body }, transport) {
      const fast = tooFast(ctx, transport);
      if (fast) return fast;
      const answered = await answerOidc(ctx.staff, body.ceremony, body.search, fromOf(transport));
      if ('refused' in answered) return refuse(401, `oidc_${answered.refused}`);
      if ('linked' in answered) return { status: 'linked' as const };
      if ('ceremony' in answered) return { status: 'code_wanted' as const, ceremony: answered.ceremony };
      signedIn(transport, answered);
      return { status: 'signed_in' as const };
    },
  }),

  answer_oidc_code: route({
    method: 'post',
    path: '/sign-in/oidc/code',
    summary: 'The one-time code behind the other system’s single factor',
    access: 'anybody',
    body: z.object({ ceremony: token, code }),
    reply: done,
    async handle(ctx, { body }, transport) {
      const fast = tooFast(ctx, transport);
      if (fast) return fast;
      const signed = await answerOidcCode(ctx.staff, body.ceremony, body.code, fromOf(transport));
      return 'refused' in signed ? refusedSignIn(ctx, signed) : signedIn(transport, signed);
    },
  }),

  sign_out: route({
    method: 'post',
    path: '/sign-out',
    summary: 'Ends this session; of a wall screen too',
    access: 'whiteboard.read',
    reply: done,
    async handle(ctx, { staff, sessionId }, transport) {
      if (sessionId) await revokeSession(ctx.staff, staff, sessionId, false, 'signed_out');
      transport.setSession(null, 0);
      return isDone;
    },
  }),
};
