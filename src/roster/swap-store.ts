import type { Sql } from '../db.ts';
import type { LocalDate } from '../lib/japan-time.ts';
import type { Swap } from './swap.ts';

export interface SwapRow {
  id: string;
  association_id: string;
  area_id: string;
  giver_id: string;
  taker_id: string;
  service_date: LocalDate;
  from_minute: number;
  to_minute: number;
  position: number;
  status: Swap['status'];
  giver_confirmed_at: Date | null;
  taker_confirmed_at: Date | null;
  begins_at: Date;
  created_at: Date;
  ended_at: Date | null;
  /** When whoever has not said yes is rung next; null: not any more. */
  ring_due_at: Date | null;
  ring_rounds: number;
  ring_callback_id: string | null;
}

const columns = `id, association_id, area_id, giver_id, taker_id, to_char(service_date, 'YYYY-MM-DD') as service_date,
  from_minute, to_minute, position, status, giver_confirmed_at, taker_confirmed_at, begins_at, created_at, ended_at,
  ring_due_at, ring_rounds, ring_callback_id`;

/** @returns false when one for this duty is open already. */
export async function insertSwap(tx: Sql, swap: Omit<SwapRow, 'ring_rounds' | 'ring_callback_id'>): Promise<boolean> {
  const { id, association_id, area_id, giver_id, taker_id, service_date, from_minute, to_minute, position } = swap;
  const made = await tx.query(
    `insert into roster_swap (id, association_id, area_id, giver_id, taker_id, service_date, from_minute, to_minute,
      position, status, begins_at, created_at, ring_due_at)
    values ($1, $2, $3, $4, $5, $6, $7, $8, $9, 'waiting', $10, $11, $12)
    on conflict do nothing`,
    [
      ...[id, association_id, area_id, giver_id, taker_id, service_date, from_minute, to_minute, position],
      ...[swap.begins_at, swap.created_at, swap.ring_due_at],
    ],
  );
  return made.rowCount === 1;
}

export async function lockSwap(tx: Sql, associationId: string, id: string): Promise<SwapRow | null> {
  const found = await tx.query<SwapRow>(
    `select ${columns} from roster_swap where id = $1 and association_id = $2 for update`,
    [id, associationId],
  );
  return found.rows[0] ?? null;
}

export async function swapById(sql: Sql, associationId: string, id: string): Promise<SwapRow | null> {
  const found = await sql.query<SwapRow>(`select ${columns} from roster_swap where id = $1 and association_id = $2`, [
    id,
    associationId,
  ]);
  return found.rows[0] ?? null;
}

export async function saveSwap(tx: Sql, id: string, swap: Swap, endedAt: Date | null): Promise<void> {
  await tx.query(
    `update roster_swap
    set status = $2, giver_confirmed_at = $3, taker_confirmed_at = $4, ended_at = $5,
      ring_due_at = case when $2 = 'waiting' then ring_due_at end
    where id = $1`,
    [id, swap.status, swap.giver, swap.taker, endedAt],
  );
}

/** Those of whom somebody is to be rung now. */
export async function swapsToRing(
  sql: Sql,
  at: Date,
  limit: number,
): Promise<{ id: string; association_id: string }[]> {
  const found = await sql.query<{ id: string; association_id: string }>(
    'select id, association_id from roster_swap where ring_due_at <= $1 order by ring_due_at limit $2',
    [at, limit],
  );
  return found.rows;
}

export async function saveRing(
  tx: Sql,
  id: string,
  ring: { dueAt: Date | null; rounds: number; callbackId: string | null },
): Promise<void> {
  await tx.query('update roster_swap set ring_due_at = $2, ring_rounds = $3, ring_callback_id = $4 where id = $1', [
    ...[id, ring.dueAt, ring.rounds, ring.callbackId],
  ]);
}

/** The call is on its way, or somebody listens to it. */
export async function isCallOpen(sql: Sql, callbackId: string): Promise<boolean> {
  const found = await sql.query(`select 1 from doctor_callback where id = $1 and status <> 'ended'`, [callbackId]);
  return found.rowCount === 1;
}

/** Open ones first, then the newest; `before` is the cursor of the last one read. */
export async function swapsOf(
  sql: Sql,
  associationId: string,
  before: { at: Date; id: string } | null,
  limit: number,
): Promise<SwapRow[]> {
  const found = await sql.query<SwapRow>(
    `select ${columns}
    from roster_swap
    where association_id = $1 and ($2::timestamptz is null or (created_at, id) < ($2, $3))
    order by created_at desc, id desc
    limit $4`,
    [associationId, before?.at ?? null, before?.id ?? null, limit],
  );
  return found.rows;
}

/** The next one that waits for this doctor's word. */
export async function swapAwaiting(sql: Sql, doctorId: string, at: Date): Promise<SwapRow | null> {
  const found = await sql.query<SwapRow>(
    `select ${columns}
    from roster_swap
    where status = 'waiting'
      and begins_at > $2
      and association_id = (select association_id from doctor where id = $1)
      and ((giver_id = $1 and giver_confirmed_at is null) or (taker_id = $1 and taker_confirmed_at is null))
    order by begins_at, id
    limit 1`,
    [doctorId, at],
  );
  return found.rows[0] ?? null;
}

/** Those whose duty has begun while they waited. */
export async function lapsedSwaps(
  sql: Sql,
  at: Date,
  limit: number,
): Promise<{ id: string; association_id: string }[]> {
  const found = await sql.query<{ id: string; association_id: string }>(
    `select id, association_id
    from roster_swap
    where status = 'waiting' and begins_at <= $1
    order by begins_at
    limit $2`,
    [at, limit],
  );
  return found.rows;
}

/** Telephones of a doctor, in his order. */
export async function phonesOf(sql: Sql, doctorId: string): Promise<{ id: string; e164: string }[]> {
  const found = await sql.query<{ id: string; e164: string }>(
    'select id, e164 from phone where doctor_id = $1 and is_active order by position',
    [doctorId],
  );
  return found.rows;
}
