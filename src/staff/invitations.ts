/** How somebody comes to have an account: a one-time link, good for a day, with which he makes his own passkey or password. */
import type { AuditKind } from '../audit/kinds.ts';
import { inTransaction, type Sql } from '../db.ts';
import { plusSeconds } from '../lib/clock.ts';
import { newToken, type StaffContext, tokenHash } from './context.ts';
import { forgetCredentials, passwordOf } from './credential-store.ts';
import { commandLine, type Doer, note } from './log.ts';
import { tellOfChange } from './mailing.ts';
import * as sessions from './session-store.ts';
import type { Language, StaffRole } from './staff.ts';
import * as store from './store.ts';

const invitationSeconds = 86_400;

/** Handed over in person or by another way than this system; kept nowhere. */
export interface Invitation {
  staffId: string;
  token: string;
  expiresAt: Date;
}

/** What the link needs: no key, no site. */
type InvitationContext = Pick<StaffContext, 'db' | 'clock' | 'ids' | 'random'>;

export interface Invite {
  associationId: string;
  name: string;
  role: StaffRole;
  language: Language;
  by: Doer;
}

/** A new account that nobody can use yet, and its link. */
export async function inviteStaff(ctx: InvitationContext, invite: Invite): Promise<Invitation> {
  const { associationId, name, role, language, by } = invite;
  const at = ctx.clock.now();
  return inTransaction(ctx.db, async (tx) => {
    const id = ctx.ids.next('op');
    await store.insertStaff(tx, { id, associationId, name: name.trim(), role, language, at });
    return sendLink(tx, ctx, { id, associationId }, by, at, { kind: 'staff_invited', data: { role } });
  });
}

/**
 * Somebody has lost what he signs in with: everything of it is void, all his sessions are over, and a new link begins again.
 * null: there is no such account in use in this association.
 */
export async function inviteAgain(
  ctx: InvitationContext,
  of: { associationId: string; staffId: string; by: Doer },
): Promise<Invitation | null> {
  const at = ctx.clock.now();
  return inTransaction(ctx.db, async (tx) => {
    const staff = await store.lockStaff(tx, of.staffId);
    if (!staff?.isActive || staff.associationId !== of.associationId) return null;
    const names = [(await passwordOf(tx, staff.id))?.signInName];
    await tellOfChange(tx, ctx, { staffId: staff.id, about: 'credentials_reset', names, at });
    await forgetCredentials(tx, staff.id);
    const count = await sessions.endSessionsOf(tx, staff.id, null, at);
    return sendLink(tx, ctx, staff, of.by, at, { kind: 'credentials_reset', data: { sessionsEnded: count } });
  });
}

/** For an association where nobody can sign in: its first administrator, and each time a new link. null: somebody can. */
export async function inviteFirst(
  ctx: InvitationContext,
  associationId: string,
  name: string,
): Promise<Invitation | null> {
  const at = ctx.clock.now();
  return inTransaction(ctx.db, async (tx) => {
    const waiting = await store.associationsWithoutStaff(tx);
    if (!waiting.some(({ id }) => id === associationId)) return null;
    const known = await store.firstAdministrator(tx, associationId);
    const id = known ?? ctx.ids.next('op');
    if (!known) await store.insertStaff(tx, { id, associationId, name, role: 'administrator', language: 'ja', at });
    await store.lockStaff(tx, id);
    const data = { role: 'administrator' };
    return sendLink(tx, ctx, { id, associationId }, commandLine, at, { kind: 'staff_invited', data });
  });
}

/** The associations that wait for their first administrator. */
export const associationsWithoutStaff = store.associationsWithoutStaff;

async function sendLink(
  tx: Sql,
  ctx: InvitationContext,
  staff: { id: string; associationId: string },
  by: Doer,
  at: Date,
  noted: { kind: AuditKind; data: Readonly<Record<string, unknown>> },
): Promise<Invitation> {
  const { token, hash } = newToken(ctx);
  const expiresAt = plusSeconds(at, invitationSeconds);
  const invitedBy = by === commandLine ? null : by;
  await store.insertInvitation(tx, { tokenHash: hash, staffId: staff.id, invitedBy, at, expiresAt });
  await note(tx, staff, { at, by, cause: 'invite', ...noted });
  return { staffId: staff.id, token, expiresAt };
}

/** The link's address. The secret stands behind #, which browsers send to nobody. */
export const invitationAddress = (origin: string, token: string): string => `${origin}/invitation#${token}`;

/** Whom a link invites; null: nobody, or no more. */
export async function invited(ctx: Pick<StaffContext, 'db' | 'clock'>, token: string): Promise<store.StaffRow | null> {
  const id = await store.invitedStaff(ctx.db, tokenHash(token), ctx.clock.now());
  return id === null ? null : store.staffById(ctx.db, id);
}
