import type { Sql } from '../db.ts';
import { addDays, type LocalDate, localDate } from '../lib/japan-time.ts';
import type { DateSpan, Day, DutyKind, DutyRule } from './roster.ts';

interface DutyRow {
  id: string;
  kind: DutyKind;
  area_id: string | null;
  subject_id: string;
  position: number;
  on_date: LocalDate | null;
  days: Day[] | null;
  valid_from: LocalDate | null;
  valid_until: LocalDate | null;
  from_minute: number;
  to_minute: number;
  away?: DateSpan[] | null;
}

// Dates leave as text: the driver would make midnight in the server's own zone of them.
const dutyColumns = `
  duty_rule.id,
  duty_rule.kind,
  duty_rule.area_id,
  coalesce(duty_rule.doctor_id, duty_rule.hospital_id, duty_rule.standby_id) as subject_id,
  duty_rule.position,
  to_char(duty_rule.on_date, 'YYYY-MM-DD') as on_date,
  duty_rule.days,
  to_char(duty_rule.valid_from, 'YYYY-MM-DD') as valid_from,
  to_char(duty_rule.valid_until, 'YYYY-MM-DD') as valid_until,
  duty_rule.from_minute,
  duty_rule.to_minute`;

// With dates in $2 and $3, only the rules that can speak of a service date between them (a night ends on the next date).
const nearby = `
  and ($2::date is null or duty_rule.on_date is null or duty_rule.on_date between $2 and $3)
  and ($2::date is null or duty_rule.valid_until is null or duty_rule.valid_until >= $2)
  and ($2::date is null or duty_rule.valid_from is null or duty_rule.valid_from <= $3)`;

// In the same statement, because the hunt asks for it while somebody waits.
const awayColumn = `
  (select jsonb_agg(jsonb_build_object('from', from_date, 'until', until_date))
    from doctor_absence
    where doctor_absence.doctor_id = duty_rule.doctor_id
      and ($2::date is null or (until_date >= $2 and from_date <= $3))) as away`;

/** Rules of every active doctor, hospital and standby person that can speak of a service date in the span, with their names. */
export async function rulesWithNames(
  sql: Sql,
  associationId: string,
  from: LocalDate,
  until: LocalDate,
): Promise<(DutyRule & { name: string })[]> {
  const found = await sql.query<DutyRow & { name: string }>({
    name: 'rules-with-names',
    text: `select ${dutyColumns}, ${awayColumn},
      coalesce(doctor.name, hospital.name, standby_person.name) as name
    from duty_rule
    left join doctor on doctor.id = duty_rule.doctor_id
    left join hospital on hospital.id = duty_rule.hospital_id
    left join standby_person on standby_person.id = duty_rule.standby_id
    where duty_rule.association_id = $1
      and coalesce(doctor.is_active, hospital.is_active, standby_person.is_active)
      ${nearby}
    order by duty_rule.position, duty_rule.id`,
    values: [associationId, from, until],
  });
  return found.rows.map((row) => ({ ...dutyRuleOf(row), name: row.name }));
}

/** Rules of the active doctors on duty in an area; with `at`, only those that can matter at that instant. */
export async function dutyRulesOfArea(sql: Sql, areaId: string, at?: Date): Promise<DutyRule[]> {
  const found = await sql.query<DutyRow>({
    name: 'duty-rules-of-area',
    text: `select ${dutyColumns}, ${awayColumn}
    from duty_rule
    join doctor on doctor.id = duty_rule.doctor_id
    where duty_rule.area_id = $1
      and duty_rule.kind = 'doctor'
      and doctor.is_active
      ${nearby}
    order by duty_rule.position, duty_rule.id`,
    values: [areaId, ...around(at)],
  });
  return found.rows.map(dutyRuleOf);
}

/** Rules of the active hospitals' rotation (輪番) of an association; with `at`, only those that can matter then. */
export async function rotationRules(sql: Sql, associationId: string, at?: Date): Promise<DutyRule[]> {
  const found = await sql.query<DutyRow>(
    `select ${dutyColumns}
    from duty_rule
    join hospital on hospital.id = duty_rule.hospital_id
    where duty_rule.association_id = $1
      and duty_rule.kind = 'hospital'
      and hospital.is_active
      ${nearby}
    order by duty_rule.position, duty_rule.id`,
    [associationId, ...around(at)],
  );
  return found.rows.map(dutyRuleOf);
}

/** Rules of the active standby persons of an association; with `at`, only those that can matter at that instant. */
export async function standbyRules(sql: Sql, associationId: string, at?: Date): Promise<DutyRule[]> {
  const found = await sql.query<DutyRow>(
    `select ${dutyColumns}
    from duty_rule
    join standby_person on standby_person.id = duty_rule.standby_id
    where duty_rule.association_id = $1
      and duty_rule.kind = 'standby'
      and standby_person.is_active
      ${nearby}
    order by duty_rule.position, duty_rule.id`,
    [associationId, ...around(at)],
  );
  return found.rows.map(dutyRuleOf);
}

/** All rules of an association, those of retired doctors and hospitals too. */
export async function allDutyRules(sql: Sql, associationId: string): Promise<DutyRule[]> {
  const found = await sql.query<DutyRow>(
    `select ${dutyColumns}
    from duty_rule
    where duty_rule.association_id = $1
    order by duty_rule.id`,
    [associationId],
  );
  return found.rows.map(dutyRuleOf);
}

/** The active hospitals of an association, locked: whoever changes their rotation does so alone. */
export async function activeHospitals(tx: Sql, associationId: string): Promise<string[]> {
  const found = await tx.query<{ id: string }>(
    'select id from hospital where association_id = $1 and is_active order by id for no key update',
    [associationId],
  );
  return found.rows.map((row) => row.id);
}

const subjectColumns = { doctor: 'doctor_id', hospital: 'hospital_id', standby: 'standby_id' } as const;

export async function addDutyRule(sql: Sql, associationId: string, rule: DutyRule): Promise<void> {
  const { when } = rule;
  const [date, days, from, until] =
    'on' in when ? [when.on, null, null, null] : [null, when.days, when.validFrom, when.validUntil];
  await sql.query(
    `insert into duty_rule (id, association_id, kind, area_id, ${subjectColumns[rule.kind]}, position,
      on_date, days, valid_from, valid_until, from_minute, to_minute)
    values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)`,
    [
      ...[rule.id, associationId, rule.kind, rule.areaId, rule.subjectId, rule.position],
      ...[date, days, from, until, rule.band.from, rule.band.to],
    ],
  );
}

export async function removeDutyRules(sql: Sql, ids: readonly string[]): Promise<void> {
  await sql.query('delete from duty_rule where id = any($1)', [ids]);
}

function around(at: Date | undefined): [LocalDate | null, LocalDate | null] {
  if (!at) return [null, null];
  const today = localDate(at);
  return [addDays(today, -1), today];
}

function dutyRuleOf(row: DutyRow): DutyRule {
  const when = row.on_date
    ? { on: row.on_date }
    : { days: row.days ?? [], validFrom: row.valid_from, validUntil: row.valid_until };
  return {
    id: row.id,
    kind: row.kind,
    areaId: row.area_id,
    subjectId: row.subject_id,
    position: row.position,
    band: { from: row.from_minute, to: row.to_minute },
    when,
    ...(row.away && { away: row.away }),
  };
}
