import type { Carrier } from '../carriers/carrier.ts';
import type { Sql } from '../db.ts';

/**
 * `roll_call` and `roster_gap` are the evening's (roster/calling.ts); `swap` asks for a doctor's word (roster/swap-calls.ts); `watch`
 * rings a number of ours (watch/actions.ts); `alarm` a standby person (alarms/ringing.ts).
 */
export type CallbackPurpose = 'spoken' | 'not_delivered' | 'roll_call' | 'roster_gap' | 'swap' | 'watch' | 'alarm';
export type CallbackStatus = 'pending' | 'performing' | 'placed' | 'unknown' | 'answered' | 'ended';

export interface CallbackRow {
  id: string;
  association_id: string;
  purpose: CallbackPurpose;
  request_id: string | null;
  page_id: string | null;
  roll_call_id: string | null;
  swap_id: string | null;
  watch_round_id: string | null;
  /** Null: a standby person. */
  doctor_id: string | null;
  e164: string;
  from: string;
  status: CallbackStatus;
  attempts: number;
  call_sid: string | null;
  attempted_at: Date | null;
  /** By whom it was placed, or tried. */
  carrier: Carrier;
}

const columns = `doctor_callback.id, doctor_callback.association_id, purpose, request_id, page_id,
  roll_call_id, swap_id, watch_round_id, doctor_id, e164,
  (select caller_number from association where id = doctor_callback.association_id) as from,
  status, attempts, call_sid, attempted_at, carrier`;

export interface NewCallback {
  id: string;
  associationId: string;
  purpose: CallbackPurpose;
  requestId: string | null;
  pageId: string | null;
  rollCallId?: string;
  swapId?: string;
  watchRoundId?: string;
  doctorId: string | null;
  /** Null: a number of ours. */
  phoneId: string | null;
  e164: string;
  dueAt: Date;
  at: Date;
}

export async function insertCallback(sql: Sql, callback: NewCallback): Promise<void> {
  const { id, associationId, purpose, requestId, pageId, rollCallId, doctorId, phoneId, e164, dueAt, at } = callback;
  const { swapId, watchRoundId } = callback;
  await sql.query(
    `insert into doctor_callback (
      id, association_id, purpose, request_id, page_id, doctor_id, phone_id, e164, status, due_at, created_at, roll_call_id,
      swap_id, watch_round_id)
    values ($1, $2, $3, $4, $5, $6, $7, $8, 'pending', $9, $10, $11, $12, $13)`,
    [
      id,
      associationId,
      purpose,
      requestId,
      pageId,
      doctorId,
      phoneId,
      e164,
      dueAt,
      at,
      rollCallId ?? null,
      swapId ?? null,
      watchRoundId ?? null,
    ],
  );
}

export async function readCallback(sql: Sql, id: string): Promise<CallbackRow | null> {
  const found = await sql.query<CallbackRow>(`select ${columns} from doctor_callback where id = $1`, [id]);
  return found.rows[0] ?? null;
}

/**
 * Takes the next one that waits, if the carrier's pace allows a call now and no urgent call waits for it: help goes before
 * records. A telephone that is being rung for a case, or by another of these, is left for later.
 */
export async function takeNextCallback(
  sql: Sql,
  at: Date,
  secondsBetween: number,
  checkAt: Date,
  hasSecond: boolean,
): Promise<CallbackRow | null> {
  const taken = await sql.query<CallbackRow>({
    name: 'take-next-callback',
    text: `with slot as (
      update carrier_pace
      set next_at = greatest(next_at, $1::timestamptz) + make_interval(secs => $2)
      where carrier = 'voice'
        and next_at <= $1
        and not exists (select 1 from effect where status = 'pending' and kind = 'place-call' and due_at <= $1)
        and exists (select 1 from doctor_callback where status = 'pending' and due_at <= $1)
      returning 1
    ), next as (
      select id from doctor_callback waiting
      where status = 'pending' and due_at <= $1 and exists (select 1 from slot)
        and not exists (select 1 from leg where leg.is_live and leg.e164 = waiting.e164)
        and not exists (
          select 1 from doctor_callback other
          where other.e164 = waiting.e164 and other.status in ('performing', 'placed', 'unknown', 'answered'))
      order by due_at, id
      limit 1
      for update skip locked
    )
    update doctor_callback
    set status = 'performing', attempted_at = $1, due_at = $3, attempts = attempts + 1, call_sid = null,
      carrier = case
        when $4 and exists (select 1 from carrier_circuit where state <> 'closed') then 'second'
        else 'first'
      end
    where id = (select id from next)
    returning ${columns}`,
    values: [at, secondsBetween, checkAt, hasSecond],
  });
  return taken.rows[0] ?? null;
}

/** The guarded step of a call-back; `from` are the states it may leave. @returns false when it was in none of them. */
export async function stepCallback(
  sql: Sql,
  id: string,
  from: readonly CallbackStatus[],
  to: { status: Exclude<CallbackStatus, 'ended'>; dueAt: Date; callSid?: string },
): Promise<boolean> {
  const saved = await sql.query(
    `update doctor_callback set status = $3, due_at = $4, call_sid = coalesce($5, call_sid)
    where id = $1 and status = any($2)`,
    [id, from, to.status, to.dueAt, to.callSid ?? null],
  );
  return saved.rowCount === 1;
}

export async function endCallback(sql: Sql, id: string, outcome: string): Promise<boolean> {
  const saved = await sql.query(
    `update doctor_callback set status = 'ended', outcome = $2, due_at = null where id = $1 and status <> 'ended'`,
    [id, outcome],
  );
  return saved.rowCount === 1;
}

/** Begun, and silent for too long: to be asked after. */
export async function silentCallbacks(sql: Sql, at: Date, limit: number): Promise<CallbackRow[]> {
  const found = await sql.query<CallbackRow>(
    `select ${columns} from doctor_callback
    where status in ('performing', 'placed', 'unknown', 'answered') and due_at <= $1
    order by due_at
    limit $2`,
    [at, limit],
  );
  return found.rows;
}
