import type { Sql } from '../db.ts';
import type { LocalDate } from '../lib/japan-time.ts';

/** Locks the area's row, and with it what is written about its roster. @returns false when it is no area of the association. */
export async function lockArea(tx: Sql, associationId: string, areaId: string): Promise<boolean> {
  const found = await tx.query('select id from area where id = $1 and association_id = $2 for no key update', [
    areaId,
    associationId,
  ]);
  return found.rowCount === 1;
}

/** As `lockArea`, of a doctor in use. */
export async function lockDoctor(tx: Sql, associationId: string, doctorId: string): Promise<boolean> {
  const found = await tx.query(
    'select id from doctor where id = $1 and association_id = $2 and is_active for no key update',
    [doctorId, associationId],
  );
  return found.rowCount === 1;
}

export async function isActiveDoctor(sql: Sql, associationId: string, doctorId: string): Promise<boolean> {
  const found = await sql.query('select 1 from doctor where id = $1 and association_id = $2 and is_active', [
    doctorId,
    associationId,
  ]);
  return found.rowCount === 1;
}

/** The pattern ends with that service date; what it said of earlier ones stays true. */
export async function endDutyRule(tx: Sql, ruleId: string, validUntil: LocalDate): Promise<void> {
  await tx.query('update duty_rule set valid_until = $2 where id = $1', [ruleId, validUntil]);
}

export interface AbsenceRow {
  id: string;
  doctor_id: string;
  from_date: LocalDate;
  until_date: LocalDate;
}

export async function insertAbsence(
  tx: Sql,
  absence: {
    id: string;
    associationId: string;
    doctorId: string;
    from: LocalDate;
    until: LocalDate;
    by: string;
    at: Date;
  },
): Promise<void> {
  const { id, associationId, doctorId, from, until, by, at } = absence;
  await tx.query(
    `insert into doctor_absence (id, association_id, doctor_id, from_date, until_date, noted_by, noted_at)
    values ($1, $2, $3, $4, $5, $6, $7)`,
    [id, associationId, doctorId, from, until, by, at],
  );
}

/** @returns whose it was, or null when there is none. */
export async function deleteAbsence(tx: Sql, associationId: string, id: string): Promise<AbsenceRow | null> {
  const gone = await tx.query<AbsenceRow>(
    `delete from doctor_absence where id = $1 and association_id = $2
    returning id, doctor_id, to_char(from_date, 'YYYY-MM-DD') as from_date,
      to_char(until_date, 'YYYY-MM-DD') as until_date`,
    [id, associationId],
  );
  return gone.rows[0] ?? null;
}

/** Absences that touch the span, of the whole association. */
export async function absencesBetween(
  sql: Sql,
  associationId: string,
  from: LocalDate,
  until: LocalDate,
): Promise<AbsenceRow[]> {
  const found = await sql.query<AbsenceRow>(
    `select id, doctor_id, to_char(from_date, 'YYYY-MM-DD') as from_date, to_char(until_date, 'YYYY-MM-DD') as until_date
    from doctor_absence
    where association_id = $1 and until_date >= $2 and from_date <= $3
    order by from_date, id`,
    [associationId, from, until],
  );
  return found.rows;
}
