/** SQL of sessions, and of wrong answers. */
import type { Sql } from '../db.ts';
import type { Attempts } from './lockout.ts';
import type { SessionKind, SessionMethod, SessionTimes } from './session.ts';
import type { Language, StaffRole } from './staff.ts';

export interface NewSession {
  id: string;
  tokenHash: Buffer;
  kind: SessionKind;
  associationId: string;
  staffId: string;
  label: string;
  method: SessionMethod;
  at: Date;
  provedAt: Date;
  expiresAt: Date;
}

export async function insertSession(tx: Sql, session: NewSession): Promise<void> {
  const { id, tokenHash, kind, associationId, staffId, label, method, at, provedAt, expiresAt } = session;
  await tx.query(
    `insert into staff_session
      (id, token_hash, kind, association_id, staff_id, label, method, signed_in_at, proved_at, seen_at, expires_at)
    values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $8, $10)`,
    [id, tokenHash, kind, associationId, staffId, label, method, at, provedAt, expiresAt],
  );
}

export interface SessionRow extends SessionTimes {
  id: string;
  staffId: string;
  associationId: string;
  name: string;
  role: StaffRole;
  language: Language;
  label: string;
}

/** The session behind a cookie, with its person; null: none, or that person may not come in any more. */
export async function sessionByToken(sql: Sql, tokenHash: Buffer): Promise<SessionRow | null> {
  const { rows } = await sql.query<SessionRow>({
    name: 'session-by-token',
    text: `select e.id, e.kind, e.label, e.proved_at as "provedAt", e.seen_at as "seenAt", e.expires_at as "expiresAt",
      e.ended_at as "endedAt", s.id as "staffId", s.association_id as "associationId", s.name, s.role, s.language
    from staff_session e
    join staff s on s.id = e.staff_id
    where e.token_hash = $1 and (s.is_active or e.kind = 'screen')`,
    values: [tokenHash],
  });
  return rows[0] ?? null;
}

export async function touchSession(sql: Sql, id: string, at: Date): Promise<void> {
  await sql.query('update staff_session set seen_at = $2 where id = $1 and seen_at < $2', [id, at]);
}

export async function sessionProved(tx: Sql, id: string, staffId: string, at: Date): Promise<boolean> {
  const { rowCount } = await tx.query(
    'update staff_session set proved_at = $3, seen_at = $3 where id = $1 and staff_id = $2 and ended_at is null',
    [id, staffId, at],
  );
  return rowCount === 1;
}

export interface ListedSession extends SessionTimes {
  id: string;
  label: string;
  method: SessionMethod;
  signedInAt: Date;
}

const listed = `id, kind, label, method, signed_in_at as "signedInAt", proved_at as "provedAt", seen_at as "seenAt",
  expires_at as "expiresAt", ended_at as "endedAt"`;

/** Not ended and not past their end; who was idle too long is for the caller to leave out. */
export async function sessionsOfStaff(sql: Sql, staffId: string, at: Date): Promise<ListedSession[]> {
  const { rows } = await sql.query<ListedSession>(
    `select ${listed}
    from staff_session
    where staff_id = $1 and kind = 'person' and ended_at is null and expires_at > $2
    order by seen_at desc`,
    [staffId, at],
  );
  return rows;
}

/** The wall screens of an association. */
export async function screensOf(sql: Sql, associationId: string, at: Date): Promise<ListedSession[]> {
  const { rows } = await sql.query<ListedSession>(
    `select ${listed}
    from staff_session
    where association_id = $1 and kind = 'screen' and ended_at is null and expires_at > $2
    order by signed_in_at`,
    [associationId, at],
  );
  return rows;
}

/** Ends one session. @returns whose it was; null: it was over already, or is none of this association's. */
export async function endSession(
  tx: Sql,
  associationId: string,
  id: string,
  at: Date,
): Promise<{ staffId: string; kind: SessionKind } | null> {
  const { rows } = await tx.query<{ staffId: string; kind: SessionKind }>(
    `update staff_session
    set ended_at = $3
    where id = $1 and association_id = $2 and ended_at is null
    returning staff_id as "staffId", kind`,
    [id, associationId, at],
  );
  return rows[0] ?? null;
}

/** Whose session it is. */
export async function ownerOfSession(
  sql: Sql,
  associationId: string,
  id: string,
): Promise<{ staffId: string; kind: SessionKind } | null> {
  const { rows } = await sql.query<{ staffId: string; kind: SessionKind }>(
    'select staff_id as "staffId", kind from staff_session where id = $1 and association_id = $2',
    [id, associationId],
  );
  return rows[0] ?? null;
}

/** Ends all of a person's own sessions but one. @returns how many. */
export async function endSessionsOf(tx: Sql, staffId: string, exceptId: string | null, at: Date): Promise<number> {
  const { rowCount } = await tx.query(
    `update staff_session
    set ended_at = $3
    where staff_id = $1 and kind = 'person' and ended_at is null and id is distinct from $2`,
    [staffId, exceptId, at],
  );
  return rowCount ?? 0;
}

// ---------------------------------------------------------------------------------------------------- wrong answers

/** The counters of these subjects in their order, locked in one order whoever asks. */
export async function lockAttempts(tx: Sql, subjects: readonly Buffer[], at: Date): Promise<Attempts[]> {
  const { rows } = await tx.query<Attempts & { subject: Buffer }>(
    `insert into staff_attempt (subject, counted_at)
    select subject, $2 from unnest($1::bytea[]) as subject order by subject
    on conflict (subject) do update set subject = excluded.subject
    returning subject, failures, locked_until as "lockedUntil", counted_at as "countedAt"`,
    [subjects, at],
  );
  return subjects.map((subject) => {
    const row = rows.find((one) => one.subject.equals(subject));
    if (!row) throw new Error('a counter of wrong answers vanished while it was locked');
    return { failures: row.failures, lockedUntil: row.lockedUntil, countedAt: row.countedAt };
  });
}

export async function saveAttempts(tx: Sql, subject: Buffer, attempts: Attempts): Promise<void> {
  const { failures, lockedUntil, countedAt } = attempts;
  await tx.query('update staff_attempt set failures = $2, locked_until = $3, counted_at = $4 where subject = $1', [
    ...[subject, failures, lockedUntil, countedAt],
  ]);
}

/** Forgets what nobody has added to for so long; called at a sign-in, so that guessed names do not fill the table. */
export async function forgetAttempts(sql: Sql, before: Date): Promise<void> {
  await sql.query('delete from staff_attempt where counted_at < $1', [before]);
}
