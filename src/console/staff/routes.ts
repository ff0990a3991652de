/** The administrator's desk: who works here, and the wall screens. */
import { z } from 'zod';
import {
  changeStaff,
  endSessionsOfStaff,
  type Invitation,
  invitationAddress,
  inviteAgain,
  inviteStaff,
  revokeSession,
  screensOf,
  staffIn,
} from '../../staff/actions.ts';
import { languages, roles } from '../../staff/staff.ts';
import type { ConsoleContext } from '../context.ts';
import { refuse, route } from '../route.ts';
import { done, isDone } from '../sign-in/shapes.ts';

const instant = z.iso.datetime();
const name = z.string().trim().min(1).max(100);
const one = z.object({ staffId: z.string() });
/** Shown once: to be handed over in person. */
const link = z.object({ address: z.url(), expiresAt: instant });

const linkOf = ({ staff }: ConsoleContext, { token, expiresAt }: Invitation): z.infer<typeof link> => ({
  address: invitationAddress(staff.site.origin, token),
  expiresAt: expiresAt.toISOString(),
});

export const staffRoutes = {
  list_staff: route({
    method: 'get',
    path: '/staff',
    summary: 'Everybody of the association, and its wall screens',
    access: 'staff.manage',
    reply: z.object({
      staff: z.array(
        z.object({
          id: z.string(),
          name: z.string(),
          role: z.enum(roles),
          isActive: z.boolean(),
          passkeys: z.number().int(),
          hasPassword: z.boolean(),
          isInvited: z.boolean(),
          seenAt: instant.nullable(),
        }),
      ),
      screens: z.array(
        z.object({ id: z.string(), label: z.string(), signedInAt: instant, seenAt: instant, expiresAt: instant }),
      ),
    }),
    async handle(ctx, { staff: { associationId } }) {
      const [staff, screens] = await Promise.all([
        staffIn(ctx.staff, associationId),
        screensOf(ctx.staff, associationId),
      ]);
      return {
        staff: staff.map(({ seenAt, ...person }) => ({ ...person, seenAt: seenAt?.toISOString() ?? null })),
        screens: screens.map(({ id, label, signedInAt, seenAt, expiresAt }) => ({
          ...{ id, label, signedInAt: signedInAt.toISOString(), seenAt: seenAt.toISOString() },
          expiresAt: expiresAt.toISOString(),
        })),
      };
    },
  }),

  invite_staff: route({
    method: 'post',
    path: '/staff',
    summary: 'A new account, and the one-time link to hand over',
    access: 'staff.manage',
    needsFresh: true,
    body: z.object({ name, role: z.enum(roles), language: z.enum(languages) }),
    reply: link,
    async handle(ctx, { staff, body }) {
      const { associationId, id: by } = staff;
      return linkOf(ctx, await inviteStaff(ctx.staff, { ...body, associationId, by }));
    },
  }),

  reset_staff: route({
    method: 'post',
    path: '/staff/:staffId/invitation',
    summary: 'Everything this person signs in with is void; a new link',
    access: 'staff.manage',
    needsFresh: true,
    params: one,
    reply: link,
    async handle(ctx, { staff, params: { staffId } }) {
      if (staffId === staff.id) return refuse(409, 'not_oneself');
      const { associationId, id: by } = staff;
      const invitation = await inviteAgain(ctx.staff, { associationId, staffId, by });
      return invitation ? linkOf(ctx, invitation) : refuse(404, 'not_found');
    },
  }),

  change_staff: route({
    method: 'patch',
    path: '/staff/:staffId',
    summary: 'Another name or role, out of use or in use again; a change of rights signs out',
    access: 'staff.manage',
    needsFresh: true,
    params: one,
    body: z.object({ name: name.optional(), role: z.enum(roles).optional(), isActive: z.boolean().optional() }),
    reply: done,
    async handle(ctx, { staff: { associationId, id: by }, params: { staffId }, body }) {
      const change = Object.fromEntries(Object.entries(body).filter(([, value]) => value !== undefined));
      const changed = await changeStaff(ctx.staff, { associationId, staffId, by, change });
      if (changed === 'last_administrator') return refuse(409, 'last_administrator');
      return changed === 'changed' ? isDone : refuse(404, 'not_found');
    },
  }),

  sign_out_staff: route({
    method: 'delete',
    path: '/staff/:staffId/sessions',
    summary: 'Signs a person out everywhere, at once',
    access: 'staff.manage',
    params: one,
    reply: z.object({ ended: z.number().int() }),
    async handle(ctx, { staff, params }) {
      const ended = await endSessionsOfStaff(ctx.staff, staff, params.staffId);
      return ended === null ? refuse(404, 'not_found') : { ended };
    },
  }),

  take_screen_down: route({
    method: 'delete',
    path: '/screens/:sessionId',
    summary: 'Ends a wall screen',
    access: 'staff.manage',
    params: z.object({ sessionId: z.string() }),
    reply: done,
    async handle(ctx, { staff, params }) {
      return (await revokeSession(ctx.staff, staff, params.sessionId, true)) ? isDone : refuse(404, 'not_found');
    },
  }),
};
