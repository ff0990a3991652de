import type { Sql } from '../db.ts';
import type { LocalDate } from '../lib/japan-time.ts';

export type AnswerStatus = 'waiting' | 'ringing' | 'on' | 'needs_swap' | 'unanswered';
export interface OpenHours {
  areaId: string;
  from: number;
  to: number;
}

export interface RollCallRow {
  id: string;
  association_id: string;
  service_date: LocalDate;
  status: 'calling' | 'done';
  begun_at: Date;
  done_at: Date | null;
  gaps: OpenHours[] | null;
  alarmed_at: Date | null;
}

export interface AnswerRow {
  doctor_id: string;
  status: AnswerStatus;
  rounds: number;
  answered_at: Date | null;
}

const columns = `id, association_id, to_char(service_date, 'YYYY-MM-DD') as service_date, status, begun_at, done_at, gaps,
  alarmed_at`;

/** Associations that have had no roll-call on that date. */
export async function associationsWithout(sql: Sql, date: LocalDate): Promise<string[]> {
  const found = await sql.query<{ id: string }>(
    `select id
    from association
    where not exists (select 1 from roll_call where association_id = association.id and service_date = $1)
      and exists (select 1 from duty_rule where association_id = association.id and kind = 'doctor')`,
    [date],
  );
  return found.rows.map(({ id }) => id);
}

export async function areaIdsOf(sql: Sql, associationId: string): Promise<string[]> {
  const found = await sql.query<{ id: string }>('select id from area where association_id = $1 order by key', [
    associationId,
  ]);
  return found.rows.map(({ id }) => id);
}

/** @returns false when another process was quicker. */
export async function insertRollCall(
  tx: Sql,
  call: { id: string; associationId: string; date: LocalDate; at: Date; doctorIds: readonly string[] },
): Promise<boolean> {
  const { id, associationId, date, at, doctorIds } = call;
  const made = await tx.query(
    `insert into roll_call (id, association_id, service_date, status, begun_at)
    values ($1, $2, $3, 'calling', $4)
    on conflict (association_id, service_date) do nothing`,
    [id, associationId, date, at],
  );
  if (made.rowCount !== 1) return false;
  await tx.query(
    `insert into roll_call_answer (roll_call_id, doctor_id, status, due_at)
    select $1, doctor_id, 'waiting', $3 from unnest($2::text[]) as doctor_id`,
    [id, doctorIds, at],
  );
  return true;
}

export async function lockRollCall(tx: Sql, id: string): Promise<RollCallRow | null> {
  const found = await tx.query<RollCallRow>(`select ${columns} from roll_call where id = $1 for update`, [id]);
  return found.rows[0] ?? null;
}

export async function rollCallById(sql: Sql, id: string): Promise<RollCallRow | null> {
  const found = await sql.query<RollCallRow>(`select ${columns} from roll_call where id = $1`, [id]);
  return found.rows[0] ?? null;
}

export async function rollCallsRunning(sql: Sql): Promise<string[]> {
  const found = await sql.query<{ id: string }>(`select id from roll_call where status = 'calling' order by begun_at`);
  return found.rows.map(({ id }) => id);
}

/** The association's roll-call of a date. */
export async function rollCallOn(sql: Sql, associationId: string, date: LocalDate): Promise<RollCallRow | null> {
  const found = await sql.query<RollCallRow>(
    `select ${columns} from roll_call where association_id = $1 and service_date = $2`,
    [associationId, date],
  );
  return found.rows[0] ?? null;
}

export async function answersOf(sql: Sql, id: string): Promise<AnswerRow[]> {
  const found = await sql.query<AnswerRow>(
    `select doctor_id, status, rounds, answered_at
    from roll_call_answer
    where roll_call_id = $1
    order by doctor_id`,
    [id],
  );
  return found.rows;
}

/** Doctors to be rung now: those who wait, and those whose last call has ended without a key. */
export async function answersDue(
  tx: Sql,
  id: string,
  at: Date,
): Promise<{ doctor_id: string; status: 'waiting' | 'ringing'; rounds: number; is_over: boolean }[]> {
  const found = await tx.query<{
    doctor_id: string;
    status: 'waiting' | 'ringing';
    rounds: number;
    is_over: boolean;
  }>(
    `select roll_call_answer.doctor_id, roll_call_answer.status, rounds,
      coalesce(doctor_callback.status = 'ended', true) as is_over
    from roll_call_answer
    left join doctor_callback on doctor_callback.id = roll_call_answer.callback_id
    where roll_call_answer.roll_call_id = $1
      and roll_call_answer.status in ('waiting', 'ringing')
      and (roll_call_answer.due_at <= $2 or doctor_callback.status = 'ended')
    order by roll_call_answer.doctor_id`,
    [id, at],
  );
  return found.rows;
}

/** @returns false when he is not asked in this roll-call. */
export async function saveAnswer(
  tx: Sql,
  id: string,
  doctorId: string,
  to: { status: AnswerStatus; dueAt: Date | null; callbackId?: string; isNewRound?: boolean; answeredAt?: Date },
): Promise<boolean> {
  const saved = await tx.query(
    `update roll_call_answer
    set status = $3, due_at = $4, callback_id = coalesce($5, callback_id), rounds = rounds + $6, answered_at = $7
    where roll_call_id = $1 and doctor_id = $2`,
    [id, doctorId, to.status, to.dueAt, to.callbackId ?? null, to.isNewRound ? 1 : 0, to.answeredAt ?? null],
  );
  return saved.rowCount === 1;
}

/** A doctor who was put in after the roll-call had begun, with what he said. */
export async function addAnswer(tx: Sql, id: string, doctorId: string, status: AnswerStatus, at: Date): Promise<void> {
  await tx.query(
    `insert into roll_call_answer (roll_call_id, doctor_id, status, answered_at)
    values ($1, $2, $3, $4)`,
    [id, doctorId, status, at],
  );
}

export async function endRollCall(tx: Sql, id: string, at: Date, gaps: readonly OpenHours[]): Promise<void> {
  await tx.query(`update roll_call set status = 'done', done_at = $2, gaps = $3 where id = $1`, [
    id,
    at,
    JSON.stringify(gaps),
  ]);
}

export async function noteAlarm(tx: Sql, id: string, at: Date): Promise<void> {
  await tx.query('update roll_call set alarmed_at = $2 where id = $1', [id, at]);
}

export async function phonesOfStandby(sql: Sql, standbyId: string): Promise<{ id: string; e164: string }[]> {
  const found = await sql.query<{ id: string; e164: string }>(
    'select id, e164 from phone where standby_id = $1 and is_active order by position',
    [standbyId],
  );
  return found.rows;
}
