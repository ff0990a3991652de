/** The answers that are kept: one for each month of an association. */
import type { Sql } from '../db.ts';
import type { Foresight } from './figures.ts';

export interface ForesightRow {
  month: string;
  runId: string;
  baseMonth: string;
  status: 'running' | 'done' | 'failed';
  fingerprint: string;
  startedBy: string;
  startedAt: Date;
  beatAt: Date;
  played: number;
  total: number;
  answer: Foresight | null;
  failure: 'time' | 'crash' | null;
  finishedAt: Date | null;
}

const columns = `month, run_id as "runId", base_month as "baseMonth", status, fingerprint, started_by as "startedBy",
  started_at as "startedAt", beat_at as "beatAt", played, total, answer, failure, finished_at as "finishedAt"`;

export async function foresightOfMonth(sql: Sql, associationId: string, month: string): Promise<ForesightRow | null> {
  const found = await sql.query<ForesightRow>(
    `select ${columns}
    from roster_foresight
    where association_id = $1 and month = $2`,
    [associationId, month],
  );
  return found.rows[0] ?? null;
}

/** One after the other: two who start at once find each other. */
export async function lockForesights(tx: Sql, associationId: string): Promise<void> {
  await tx.query(`select pg_advisory_xact_lock(hashtextextended('roster foresight ' || $1, 0))`, [associationId]);
}

/** Whether any month of the association is being played by a process that was heard of since. */
export async function isAnyRunning(sql: Sql, associationId: string, since: Date): Promise<boolean> {
  const found = await sql.query(
    `select 1
    from roster_foresight
    where association_id = $1 and status = 'running' and beat_at > $2
    limit 1`,
    [associationId, since],
  );
  return found.rowCount === 1;
}

/** In the place of the month's answer before. */
export async function beginForesight(
  tx: Sql,
  row: {
    associationId: string;
    month: string;
    runId: string;
    baseMonth: string;
    fingerprint: string;
    by: string;
    at: Date;
  },
): Promise<void> {
  const { associationId, month, runId, baseMonth, fingerprint, by, at } = row;
  await tx.query('delete from roster_foresight where association_id = $1 and month = $2', [associationId, month]);
  await tx.query(
    `insert into roster_foresight (association_id, month, run_id, base_month, status, fingerprint, started_by, started_at,
      beat_at)
    values ($1, $2, $3, $4, 'running', $5, $6, $7, $7)`,
    [associationId, month, runId, baseMonth, fingerprint, by, at],
  );
}

export async function beat(sql: Sql, runId: string, played: number, total: number, at: Date): Promise<void> {
  await sql.query(
    `update roster_foresight
    set played = $2, total = $3, beat_at = $4
    where run_id = $1 and status = 'running'`,
    [runId, played, total, at],
  );
}

export async function finishForesight(
  sql: Sql,
  runId: string,
  outcome: { foresight: Foresight } | { failed: 'time' | 'crash' },
  at: Date,
): Promise<void> {
  const [answer, failure] = 'failed' in outcome ? [null, outcome.failed] : [JSON.stringify(outcome.foresight), null];
  await sql.query(
    `update roster_foresight
    set status = $2, answer = $3, failure = $4, finished_at = $5, beat_at = $5
    where run_id = $1 and status = 'running'`,
    [runId, failure ? 'failed' : 'done', answer, failure, at],
  );
}
