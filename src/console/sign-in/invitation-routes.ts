/** The one-time link: whoever holds it makes what he will sign in with. The link's secret comes in bodies only, never in an address. */
import { z } from 'zod';
import {
  beginPasskey,
  beginPassword,
  enrolWithPasskey,
  enrolWithPassword,
  invited,
  passkeyDomain,
} from '../../staff/actions.ts';
import { languages, roles } from '../../staff/staff.ts';
import { refuse, route } from '../route.ts';
import { fromOf, signedIn, tooFast } from './routes.ts';
import { done, label, newCodes, newPasskeyAnswer, newPasskeyOptions, passwordBody, token } from './shapes.ts';
import { symbolFor } from './symbol.ts';

export const invitationRoutes = {
  read_invitation: route({
    method: 'post',
    path: '/invitation',
    summary: 'Whom a link invites',
    access: 'anybody',
    body: z.object({ invitation: token }),
    reply: z.object({
      name: z.string(),
      role: z.enum(roles),
      association: z.string(),
      language: z.enum(languages),
      passkeys: z.boolean(),
    }),
    async handle(ctx, { body }, transport) {
      const fast = tooFast(ctx, transport);
      if (fast) return fast;
      const staff = await invited(ctx.staff, body.invitation);
      if (!staff) return refuse(404, 'invitation_over');
      const { name, role, language, associationName: association } = staff;
      return { name, role, language, association, passkeys: passkeyDomain(ctx.staff.site) !== null };
    },
  }),

  begin_invited_passkey: route({
    method: 'post',
    path: '/invitation/passkey/options',
    summary: 'What the browser is asked to make',
    access: 'anybody',
    body: z.object({ invitation: token }),
    reply: z.object({ ceremony: token, options: newPasskeyOptions }),
    async handle(ctx, { body }, transport) {
      const fast = tooFast(ctx, transport);
      if (fast) return fast;
      return (await beginPasskey(ctx.staff, body)) ?? refuse(404, 'invitation_over');
    },
  }),

  enrol_with_passkey: route({
    method: 'post',
    path: '/invitation/passkey',
    summary: 'Keeps the passkey, uses the link up, signs in',
    access: 'anybody',
    body: z.object({ invitation: token, ceremony: token, response: newPasskeyAnswer, label }),
    reply: done,
    async handle(ctx, { body }, transport) {
      const fast = tooFast(ctx, transport);
      if (fast) return fast;
      const { invitation, ...answer } = body;
      const enrolled = await enrolWithPasskey(ctx.staff, invitation, answer, fromOf(transport).device);
      if ('refused' in enrolled)
        return enrolled.refused === 'wrong' ? refuse(422, 'passkey_wrong') : refuse(404, 'invitation_over');
      return signedIn(transport, enrolled);
    },
  }),

  begin_invited_password: route({
    method: 'post',
    path: '/invitation/password/codes',
    summary: 'A new secret for an authenticator app, as symbol and as text',
    access: 'anybody',
    body: z.object({ invitation: token }),
    reply: newCodes,
    async handle(ctx, { body }, transport) {
      const fast = tooFast(ctx, transport);
      if (fast) return fast;
      const begun = await beginPassword(ctx.staff, body);
      if (!begun) return refuse(404, 'invitation_over');
      const { ceremony, secret, address } = begun;
      return { ceremony, secret, symbol: symbolFor(address) };
    },
  }),

  enrol_with_password: route({
    method: 'post',
    path: '/invitation/password',
    summary: 'Keeps password and codes, uses the link up, signs in; the recovery codes are shown this once',
    access: 'anybody',
    body: passwordBody.extend({ invitation: token }),
    reply: z.object({ recoveryCodes: z.array(z.string()) }),
    async handle(ctx, { body }, transport) {
      const fast = tooFast(ctx, transport);
      if (fast) return fast;
      const { invitation, ...answer } = body;
      const enrolled = await enrolWithPassword(ctx.staff, invitation, answer, fromOf(transport).device);
      if ('refused' in enrolled) {
        const { refused, ...detail } = enrolled;
        return refused === 'invitation' ? refuse(404, 'invitation_over') : refuse(422, `password_${refused}`, detail);
      }
      signedIn(transport, enrolled);
      return { recoveryCodes: enrolled.recoveryCodes };
    },
  }),
};
