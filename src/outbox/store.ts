import type { Carrier } from '../carriers/carrier.ts';
import type { Sql } from '../db.ts';
import type { Effect } from '../escalations/urgent-call.ts';

export interface EffectRow {
  id: string;
  case_id: string;
  leg_id: string | null;
  kind: Effect['kind'];
  what: string | null;
  attempts: number;
  attempted_at: Date;
}

const columns = 'id, case_id, leg_id, kind, what, attempts, attempted_at';

/** Takes one effect for this process, if it is due and nobody has it. Calls are taken by `takeNextCall` only. */
export async function takeEffect(sql: Sql, id: string, at: Date): Promise<EffectRow | null> {
  const taken = await sql.query<EffectRow>({
    name: 'take-effect',
    text: `update effect set status = 'performing', attempted_at = $2, attempts = attempts + 1
    where id = $1 and status = 'pending' and due_at <= $2 and kind <> 'place-call'
    returning ${columns}`,
    values: [id, at],
  });
  return taken.rows[0] ?? null;
}

export interface CallToPlace extends EffectRow {
  carrier: Carrier;
  /** The one call that tries whether the first carrier takes calls again. */
  is_trial: boolean;
}

/**
 * Takes the most urgent call that waits, if the carrier's pace allows one now: first legs of new cases first, then in
 * order of age. Pace, choice and carrier are one statement, so that any number of workers share one limit.
 *
 * @param trialUntil while the first carrier is tried with one call, until when; null: there is no second carrier.
 */
export async function takeNextCall(
  sql: Sql,
  at: Date,
  secondsBetween: number,
  trialUntil: Date | null,
): Promise<CallToPlace | null> {
  const taken = await sql.query<CallToPlace>({
    name: 'take-next-call',
    text: `with slot as (
      update carrier_pace
      set next_at = greatest(next_at, $1::timestamptz) + make_interval(secs => $2)
      where carrier = 'voice'
        and next_at <= $1
        and exists (select 1 from effect where status = 'pending' and kind = 'place-call' and due_at <= $1)
      returning 1
    ), next as (
      select id from effect
      where status = 'pending' and kind = 'place-call' and due_at <= $1 and exists (select 1 from slot)
      order by priority, due_at, id
      limit 1
      for update skip locked
    ), trial as (
      update carrier_circuit
      set trial_until = $3
      where state = 'half_open'
        and (trial_until is null or trial_until <= $1)
        and $3::timestamptz is not null
        and exists (select 1 from next)
      returning 1
    )
    update effect
    set status = 'performing',
      attempted_at = $1,
      attempts = attempts + 1,
      carrier = case
        when $3::timestamptz is null or exists (select 1 from trial) then 'first'
        when exists (select 1 from carrier_circuit where state <> 'closed') then 'second'
        else 'first'
      end
    where id = (select id from next)
    returning ${columns}, carrier, exists (select 1 from trial) as is_trial`,
    values: [at, secondsBetween, trialUntil],
  });
  return taken.rows[0] ?? null;
}

/** How many calls wait, and when the carrier allows the next one. */
export async function waitingCalls(sql: Sql, at: Date): Promise<{ waiting: number; next_at: Date | null }> {
  const found = await sql.query<{ waiting: number; next_at: Date | null }>({
    name: 'waiting-calls',
    text: `select
      (select count(*)::int from (
        select 1 from effect where status = 'pending' and kind = 'place-call' and due_at <= $1 limit 100) as w) as waiting,
      (select next_at from carrier_pace where carrier = 'voice') as next_at`,
    values: [at],
  });
  return found.rows[0] ?? { waiting: 0, next_at: null };
}

export async function ensurePace(sql: Sql, at: Date): Promise<void> {
  await sql.query(`insert into carrier_pace (carrier, next_at) values ('voice', $1) on conflict do nothing`, [at]);
}

export async function settleEffect(sql: Sql, id: string, status: 'done' | 'dropped'): Promise<void> {
  await sql.query({ name: 'settle-effect', text: 'update effect set status = $2 where id = $1', values: [id, status] });
}

/** Back to the queue, later. */
export async function postponeEffect(sql: Sql, id: string, dueAt: Date): Promise<void> {
  await sql.query(`update effect set status = 'pending', due_at = $2 where id = $1`, [id, dueAt]);
}

export async function dueEffects(sql: Sql, at: Date, limit: number): Promise<string[]> {
  const found = await sql.query<{ id: string }>(
    `select id from effect
    where status = 'pending' and kind <> 'place-call' and due_at <= $1
    order by due_at
    limit $2`,
    [at, limit],
  );
  return found.rows.map((row) => row.id);
}

/** Effects begun before that instant and never finished: who began them died, or still waits for a carrier. They begin anew `at` now. */
export async function abandonedEffects(sql: Sql, before: Date, at: Date, limit: number): Promise<EffectRow[]> {
  const found = await sql.query<EffectRow>(
    `update effect set attempted_at = $3
    where id in (
      select id from effect
      where status = 'performing' and attempted_at < $1
      order by attempted_at
      limit $2
      for update skip locked
    )
    returning ${columns}`,
    [before, limit, at],
  );
  return found.rows;
}

/** Is there still a call of this leg that was never handed to the carrier? */
export async function hasPendingCall(sql: Sql, legId: string): Promise<boolean> {
  const found = await sql.query(
    `select 1 from effect where leg_id = $1 and kind = 'place-call' and status = 'pending' limit 1`,
    [legId],
  );
  return found.rows.length > 0;
}

export interface CallTarget {
  e164: string;
  from: string;
  call_sid: string | null;
  requested_at: Date;
  status: string;
}

/** Which telephone a leg rings, the number it shows, and what is known of it. */
export async function callTarget(sql: Sql, legId: string): Promise<CallTarget | null> {
  const found = await sql.query<CallTarget>({
    name: 'call-target',
    text: `select leg.e164, association.caller_number as from, leg.call_sid, leg.requested_at, leg.status
    from leg
    join urgent_call on urgent_call.id = leg.case_id
    join association on association.id = urgent_call.association_id
    where leg.id = $1`,
    values: [legId],
  });
  return found.rows[0] ?? null;
}

/** When the call of a leg was handed to the carrier (the outcome may be unknown), and to which. */
export async function attemptOf(sql: Sql, legId: string): Promise<{ since: Date; carrier: Carrier } | null> {
  const found = await sql.query<{ since: Date; carrier: Carrier }>(
    `select created_at as since, carrier from effect where leg_id = $1 and kind = 'place-call'`,
    [legId],
  );
  return found.rows[0] ?? null;
}

export async function knownCalls(sql: Sql, callSids: readonly string[]): Promise<Set<string>> {
  const found = await sql.query<{ call_sid: string }>(
    `select call_sid from leg where call_sid = any($1)
    union all
    select call_sid from doctor_callback where call_sid = any($1)`,
    [callSids],
  );
  return new Set(found.rows.map((row) => row.call_sid));
}

export async function conferenceOf(sql: Sql, caseId: string): Promise<string | null> {
  const found = await sql.query<{ conference_sid: string | null }>(
    'select conference_sid from urgent_call where id = $1',
    [caseId],
  );
  return found.rows[0]?.conference_sid ?? null;
}

/** Carried-out effects older than this only take room; what they did stands in the audit log. */
export async function forgetEffects(sql: Sql, before: Date): Promise<number> {
  const gone = await sql.query(`delete from effect where status in ('done', 'dropped') and created_at < $1`, [before]);
  return gone.rowCount ?? 0;
}
