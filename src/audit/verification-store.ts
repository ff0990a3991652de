/** The verifications that people at the console set off. */
import type { Sql } from '../db.ts';

export interface VerificationRow {
  id: string;
  status: 'running' | 'done' | 'failed';
  startedBy: string;
  startedAt: Date;
  beatAt: Date;
  checked: number;
  total: number;
  report: unknown;
  finishedAt: Date | null;
}

const columns = `id, status, started_by as "startedBy", started_at as "startedAt", beat_at as "beatAt", checked, total,
  report, finished_at as "finishedAt"`;

/** One after the other: two who start at once find each other. */
export async function lockVerifications(tx: Sql, associationId: string): Promise<void> {
  await tx.query(`select pg_advisory_xact_lock(hashtextextended('audit verification ' || $1, 0))`, [associationId]);
}

export async function verificationsOf(sql: Sql, associationId: string, limit: number): Promise<VerificationRow[]> {
  const found = await sql.query<VerificationRow>(
    `select ${columns}
    from audit_verification
    where association_id = $1
    order by started_at desc
    limit $2`,
    [associationId, limit],
  );
  return found.rows;
}

/** Entries and leaves that there are to read. */
export async function toRead(sql: Sql, associationId: string): Promise<number> {
  const found = await sql.query<{ total: number }>(
    `select
      (select count(*) from audit_entry where association_id = $1)
      + coalesce((select max(leaf_index) + 1 from audit_leaf where association_id = $1), 0) as total`,
    [associationId],
  );
  return found.rows[0]?.total ?? 0;
}

export async function insertVerification(
  tx: Sql,
  row: { id: string; associationId: string; by: string; at: Date; total: number },
): Promise<void> {
  const { id, associationId, by, at, total } = row;
  await tx.query(
    `insert into audit_verification (id, association_id, status, started_by, started_at, beat_at, total)
    values ($1, $2, 'running', $3, $4, $4, $5)`,
    [id, associationId, by, at, total],
  );
}

export async function beat(sql: Sql, id: string, checked: number, at: Date): Promise<void> {
  await sql.query(
    `update audit_verification
    set checked = $2, beat_at = $3
    where id = $1 and status = 'running'`,
    [id, checked, at],
  );
}

/** @param report null: it could not be carried through. */
export async function finish(sql: Sql, id: string, report: object | null, checked: number, at: Date): Promise<void> {
  await sql.query(
    `update audit_verification
    set status = $2, report = $3, checked = $4, finished_at = $5, beat_at = $5
    where id = $1 and status = 'running'`,
    [id, report ? 'done' : 'failed', report && JSON.stringify(report), checked, at],
  );
}
