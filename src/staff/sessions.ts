/** Sessions: opened by a proof, asked for with every request, over at once when they are revoked. */
import { inTransaction, type Sql } from '../db.ts';
import { newToken, type StaffContext, tokenHash } from './context.ts';
import { note } from './log.ts';
import { isFresh, isLive, type SessionKind, type SessionMethod, sessionEnd, wantsTouch } from './session.ts';
import * as sessions from './session-store.ts';
import type { Staff } from './staff.ts';
import * as store from './store.ts';

export interface Session {
  staff: Staff;
  sessionId: string;
  kind: SessionKind;
  /** This person proved who he is within the last ten minutes. */
  isFresh: boolean;
}

/**
 * Whose request this is; null: nobody's.
 * @param cookieValue the session's token, as the browser sends it.
 * @param isActivity the person did something: idleness is counted anew. A stream that stays open does nothing.
 */
export async function sessionOf(
  ctx: Pick<StaffContext, 'db'>,
  cookieValue: string | undefined,
  at: Date,
  isActivity = true,
): Promise<Session | null> {
  if (!cookieValue) return null;
  const row = await sessions.sessionByToken(ctx.db, tokenHash(cookieValue));
  if (!row || !isLive(row, at)) return null;
  if (isActivity && wantsTouch(row, at)) await sessions.touchSession(ctx.db, row.id, at);
  return { staff: staffOfSession(row), sessionId: row.id, kind: row.kind, isFresh: isFresh(row, at) };
}

function staffOfSession({ id, kind, staffId, associationId, name, role, language, label }: sessions.SessionRow): Staff {
  if (kind === 'screen') return { id, associationId, name: label, role: 'screen', language };
  return { id: staffId, associationId, name, role, language };
}

export interface Opened {
  sessionId: string;
  /** For the cookie; kept nowhere. */
  token: string;
  staff: Staff;
}

export interface Opening {
  method: Exclude<SessionMethod, 'person'>;
  /** Browser and system, for the list. */
  device: string;
  at: Date;
  cause: string;
  data?: Readonly<Record<string, unknown>>;
}

/** Opens a session for somebody who has proved who he is, and whose row the caller has locked. */
export async function openSession(
  tx: Sql,
  ctx: StaffContext,
  staff: store.StaffRow,
  opening: Opening,
): Promise<Opened> {
  const { method, device, at, cause, data } = opening;
  const { token, hash } = newToken(ctx);
  const sessionId = ctx.ids.next('se');
  await sessions.insertSession(tx, {
    ...{ id: sessionId, tokenHash: hash, kind: 'person', associationId: staff.associationId, staffId: staff.id },
    ...{ label: device, method, at, provedAt: at, expiresAt: sessionEnd('person', at) },
  });
  await note(tx, staff, { at, by: staff.id, cause, kind: 'signed_in', data: { sessionId, method, ...data } });
  return { sessionId, token, staff };
}

/** Makes the browser that asks a wall screen: a session of its own that may show the whiteboard and nothing else. */
export async function openScreen(ctx: StaffContext, by: Staff, label: string): Promise<Opened> {
  const at = ctx.clock.now();
  return inTransaction(ctx.db, async (tx) => {
    const owner = await locked(tx, by.id);
    const { token, hash } = newToken(ctx);
    const sessionId = ctx.ids.next('se');
    const { associationId, id: staffId, language } = owner;
    await sessions.insertSession(tx, {
      ...{ id: sessionId, tokenHash: hash, kind: 'screen', associationId, staffId, label, method: 'person' },
      ...{ at, provedAt: at, expiresAt: sessionEnd('screen', at) },
    });
    await note(tx, owner, { at, by: by.id, cause: 'open_screen', kind: 'screen_opened', data: { sessionId } });
    const staff: Staff = { id: sessionId, associationId, name: label, role: 'screen', language };
    return { sessionId, token, staff };
  });
}

async function locked(tx: Sql, staffId: string): Promise<store.StaffRow> {
  const staff = await store.lockStaff(tx, staffId);
  if (!staff) throw new Error('an account vanished while it was in use');
  return staff;
}

/** One's own sessions that are still open. */
export async function sessionsOf(ctx: StaffContext, staffId: string): Promise<sessions.ListedSession[]> {
  const at = ctx.clock.now();
  return (await sessions.sessionsOfStaff(ctx.db, staffId, at)).filter((session) => isLive(session, at));
}

/** The association's wall screens. */
export const screensOf = (ctx: StaffContext, associationId: string): Promise<sessions.ListedSession[]> =>
  sessions.screensOf(ctx.db, associationId, ctx.clock.now());

/**
 * Ends a session of this association: one's own, or with `staff.manage` anybody's. A screen is its association's: whoever may
 * manage staff, or who put it up.
 * @returns false when there is none that this person may end.
 */
export async function revokeSession(
  ctx: StaffContext,
  by: Staff,
  sessionId: string,
  mayEndAll: boolean,
  kind: 'signed_out' | 'session_revoked' = 'session_revoked',
): Promise<boolean> {
  const at = ctx.clock.now();
  return inTransaction(ctx.db, async (tx) => {
    const owner = await sessions.ownerOfSession(tx, by.associationId, sessionId);
    const isOwn = owner?.staffId === by.id || sessionId === by.id; // a screen may take itself down
    if (!owner || !(isOwn || mayEndAll)) return false;
    const staff = await locked(tx, owner.staffId);
    if (!(await sessions.endSession(tx, by.associationId, sessionId, at))) return false;
    await note(tx, staff, { at, by: by.id, cause: 'revoke_session', kind, data: { sessionId } });
    return true;
  });
}

/** Ends all other sessions of one's own. @returns how many. */
export const revokeOtherSessions = (ctx: StaffContext, by: Staff, sessionId: string): Promise<number> =>
  endAll(ctx, by, by.id, sessionId);

/** Signs a person of one's association out everywhere. @returns how many sessions; null: there is no such person. */
export async function endSessionsOfStaff(ctx: StaffContext, by: Staff, staffId: string): Promise<number | null> {
  const staff = await store.staffById(ctx.db, staffId);
  return staff?.associationId === by.associationId ? endAll(ctx, by, staffId, null) : null;
}

function endAll(ctx: StaffContext, by: Staff, staffId: string, exceptId: string | null): Promise<number> {
  const at = ctx.clock.now();
  return inTransaction(ctx.db, async (tx) => {
    const staff = await locked(tx, staffId);
    const count = await sessions.endSessionsOf(tx, staffId, exceptId, at);
    await note(tx, staff, { at, by: by.id, cause: 'revoke_sessions', kind: 'sessions_revoked', data: { count } });
    return count;
  });
}
