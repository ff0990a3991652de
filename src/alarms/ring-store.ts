import type { Sql } from '../db.ts';
import { type RingingKind, ringing } from './alarm.ts';

/** Rings are so far apart at least when another alarm comes after one was heard, or given up. */
const quietSeconds = 300;

/** Something to ring about: at once, or when the last ring is a while ago; ringing that is under way tells it too. */
export async function ringAbout(tx: Sql, associationId: string, at: Date): Promise<void> {
  await tx.query(
    `insert into alarm_ring as known (association_id, due_at)
    values ($1, $2)
    on conflict (association_id) do update
    set rings = case when known.due_at is null then 0 else known.rings end,
      due_at = coalesce(known.due_at, greatest($2, known.rang_at + make_interval(secs => $3)))`,
    [associationId, at, quietSeconds],
  );
}

export async function ringsDue(sql: Sql, at: Date): Promise<string[]> {
  const found = await sql.query<{ association_id: string }>(
    'select association_id from alarm_ring where due_at <= $1 order by due_at',
    [at],
  );
  return found.rows.map((row) => row.association_id);
}

export interface RingRow {
  rings: number;
  callback_id: string | null;
  due_at: Date | null;
}

export async function lockRing(tx: Sql, associationId: string): Promise<RingRow | null> {
  const found = await tx.query<RingRow>(
    'select rings, callback_id, due_at from alarm_ring where association_id = $1 for update',
    [associationId],
  );
  return found.rows[0] ?? null;
}

export async function postponeRing(tx: Sql, associationId: string, dueAt: Date | null): Promise<void> {
  await tx.query('update alarm_ring set due_at = $2 where association_id = $1', [associationId, dueAt]);
}

export async function saveRing(
  tx: Sql,
  associationId: string,
  ring: { callbackId: string; at: Date; dueAt: Date },
): Promise<void> {
  await tx.query(
    `update alarm_ring
    set rings = rings + 1, callback_id = $2, rang_at = $3, due_at = $4, told_until = null
    where association_id = $1`,
    [associationId, ring.callbackId, ring.at, ring.dueAt],
  );
}

/** Kinds that wait to be heard, the oldest first. */
export async function unheardKinds(sql: Sql, associationId: string): Promise<RingingKind[]> {
  const found = await sql.query<{ kind: RingingKind }>(
    `select kind
    from alarm
    where association_id = $1 and kind = any($2) and settled_at is null and heard_at is null
    group by kind
    order by min(raised_at)`,
    [associationId, ringing],
  );
  return found.rows.map((row) => row.kind);
}

/** The words of this call tell what was raised by `at`. */
export async function noteTold(sql: Sql, associationId: string, callbackId: string, at: Date): Promise<void> {
  await sql.query('update alarm_ring set told_until = $3 where association_id = $1 and callback_id = $2', [
    associationId,
    callbackId,
    at,
  ]);
}

/** What that call told counts as heard. @returns the alarms' ids; none when it was no call of the ringing that goes on. */
export async function markHeard(
  tx: Sql,
  { associationId, callbackId, e164 }: { associationId: string; callbackId: string; e164: string },
  at: Date,
): Promise<{ id: string; by: string }[]> {
  const found = await tx.query<{ id: string; by: string }>(
    `update alarm
    set heard_at = $4, heard_by = coalesce((
      select phone.standby_id
      from phone
      join standby_person on standby_person.id = phone.standby_id
      where phone.e164 = $3 and standby_person.association_id = $1
      order by phone.is_active desc
      limit 1), 'unknown')
    from alarm_ring
    where alarm.association_id = $1 and alarm.kind = any($5) and alarm.heard_at is null and alarm.settled_at is null
      and alarm_ring.association_id = $1 and alarm_ring.callback_id = $2 and alarm.raised_at <= alarm_ring.told_until
    returning alarm.id, heard_by as by`,
    [associationId, callbackId, e164, at, ringing],
  );
  return found.rows;
}

/** Telephones that an alarm may ring: who is on standby now first, then every other standby person, each with all telephones. */
export async function standbyPhones(
  sql: Sql,
  associationId: string,
  onDuty: readonly string[],
): Promise<{ id: string; e164: string }[]> {
  const found = await sql.query<{ id: string; e164: string }>(
    `select phone.id, phone.e164
    from standby_person
    join phone on phone.standby_id = standby_person.id and phone.is_active
    where standby_person.association_id = $1 and standby_person.is_active
    order by array_position($2::text[], standby_person.id) nulls last, standby_person.position, phone.position`,
    [associationId, onDuty],
  );
  return found.rows;
}

export async function isCallOpen(sql: Sql, callbackId: string): Promise<boolean> {
  const found = await sql.query(`select 1 from doctor_callback where id = $1 and status <> 'ended'`, [callbackId]);
  return found.rows.length > 0;
}

const looking = `('hunting', 'seeking_bed', 'calling_standby', 'unanswered')`;

/** A patient's call still looks for somebody: the standby person's telephone is for that. */
export async function isCaseLooking(sql: Sql, associationId: string): Promise<boolean> {
  const found = await sql.query(
    `select 1 from urgent_call where association_id = $1 and status in ${looking} limit 1`,
    [associationId],
  );
  return found.rows.length > 0;
}

/** Calls of alarms that ring, and are in the way of a case that began meanwhile. */
export async function callsInTheWay(sql: Sql): Promise<string[]> {
  const found = await sql.query<{ call_sid: string }>(
    `select call_sid
    from doctor_callback
    where due_at is not null and purpose = 'alarm' and status = 'placed' and call_sid is not null
      and exists (
        select 1 from urgent_call
        where urgent_call.association_id = doctor_callback.association_id and urgent_call.status in ${looking})`,
  );
  return found.rows.map((row) => row.call_sid);
}
