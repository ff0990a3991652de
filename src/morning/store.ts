import type { Sql } from '../db.ts';

export interface AttendingRow {
  doctor_id: string;
  association_id: string;
}

/** Cases that a morning may be about: about a patient, opened before `before`, and closed, or open for so long that it is news. */
const waitingCases = `select urgent_call.id, urgent_call.association_id, urgent_call.opened_at, patient.attending_id, patient.code
    from urgent_call
    left join patient on patient.id = urgent_call.patient_id
    where urgent_call.opened_at >= $1
      and urgent_call.opened_at < $2
      and (urgent_call.status = 'closed' or urgent_call.opened_at < $3)
      and not exists (select from morning_report where morning_report.case_id = urgent_call.id)`;

export interface Window {
  /** Older cases are told on paper no more. */
  since: Date;
  /** This morning's hour. */
  before: Date;
  /** A case still open is told of if it was opened before this. */
  openBefore: Date;
}

const bounds = ({ since, before, openBefore }: Window): Date[] => [since, before, openBefore];

/** Doctors whom something waits for: an urgent call about a patient of theirs, or a record given to somebody else. */
export async function attendingsWaiting(sql: Sql, window: Window): Promise<AttendingRow[]> {
  const found = await sql.query<AttendingRow>(
    `select doctor.id as doctor_id, doctor.association_id
    from doctor
    where doctor.id in (select attending_id from (${waitingCases}) as waiting)
      or doctor.id in (
        select doctor_id from attending_notice where printed_at is null and created_at >= $1 and created_at < $2)
    order by doctor.id`,
    bounds(window),
  );
  return found.rows;
}

export interface WaitingCase {
  id: string;
  code: string;
}

/** The cases that wait for one attending doctor, oldest first. */
export async function casesWaiting(sql: Sql, doctorId: string, window: Window, most: number): Promise<WaitingCase[]> {
  const found = await sql.query<WaitingCase>(
    `select id, code from (${waitingCases}) as waiting
    where attending_id = $4
    order by opened_at, id
    limit $5`,
    [...bounds(window), doctorId, most],
  );
  return found.rows;
}

/** Urgent calls that no attending doctor can be told of: for the hub. */
export async function countWithoutAttending(sql: Sql, window: Window): Promise<number> {
  const found = await sql.query<{ count: number }>(
    `select count(*)::int as count from (${waitingCases}) as waiting where attending_id is null`,
    bounds(window),
  );
  return found.rows[0]?.count ?? 0;
}

/** One process at a time decides what a doctor is sent. */
export async function lockDoctor(tx: Sql, doctorId: string): Promise<void> {
  await tx.query('select 1 from doctor where id = $1 for no key update', [doctorId]);
}

/** @returns how many were not reported before. */
export async function insertReports(
  tx: Sql,
  report: { caseIds: readonly string[]; doctorId: string; faxId: string; at: Date },
): Promise<number> {
  const { caseIds, doctorId, faxId, at } = report;
  const saved = await tx.query(
    `insert into morning_report (case_id, doctor_id, fax_id, reported_at)
    select case_id, $2, $3, $4 from unnest($1::text[]) as case_id
    on conflict (case_id) do nothing`,
    [caseIds, doctorId, faxId, at],
  );
  return saved.rowCount ?? 0;
}
