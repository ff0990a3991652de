/** Patients as the hub enrols them: routing in clear, how the record stands, and the tokens of the search. */
import type { Sql } from '../db.ts';
import type { RecordLife } from './life.ts';
import type { Routing } from './routing.ts';

// ---------------------------------------------------------------------------------------------------- routing

/** What the words of a registration stand for in this association; an unknown code is simply not in the answer. */
export interface Directory {
  areas: { id: string; code: string; name: string }[];
  doctors: { id: string; code: string; areaId: string }[];
  hospitals: { id: string; code: string }[];
}

export async function directoryOf(
  sql: Sql,
  associationId: string,
  wanted: { doctorCodes: readonly string[]; hospitalCodes: readonly string[] },
): Promise<Directory> {
  const found = await sql.query<Directory>(
    `select
      (select coalesce(json_agg(json_build_object('id', id, 'code', code, 'name', name)), '[]')
        from area
        where association_id = $1) as areas,
      (select coalesce(json_agg(json_build_object('id', id, 'code', code, 'areaId', area_id)), '[]')
        from doctor
        where association_id = $1 and code = any($2) and is_active) as doctors,
      (select coalesce(json_agg(json_build_object('id', id, 'code', code)), '[]')
        from hospital
        where association_id = $1 and code = any($3) and is_active) as hospitals`,
    [associationId, wanted.doctorCodes, wanted.hospitalCodes],
  );
  return found.rows[0]!;
}

/** The next running number, P001, P002 …; enrolments of one association wait for each other until the transaction ends. */
export async function nextPatientCode(sql: Sql, associationId: string): Promise<string> {
  await sql.query(`select pg_advisory_xact_lock(hashtextextended('patient code ' || $1, 0))`, [associationId]);
  const found = await sql.query<{ last: number }>(
    `select coalesce(max(substring(code from 2)::integer), 0) as last
    from patient
    where association_id = $1 and code ~ '^P[0-9]{3,8}$'`,
    [associationId],
  );
  return `P${String((found.rows[0]?.last ?? 0) + 1).padStart(3, '0')}`;
}

export async function insertPatient(
  sql: Sql,
  patient: { id: string; associationId: string; code: string; routing: Routing },
): Promise<void> {
  const { id, associationId, code, routing } = patient;
  await sql.query(
    `insert into patient (id, association_id, code, area_id, attending_id, deputy_ids, hospital_id, needs, bed_type)
    values ($1, $2, $3, $4, $5, $6, $7, $8, $9)`,
    [
      ...[id, associationId, code, routing.areaId, routing.attendingId, routing.deputyIds],
      ...[routing.hospitalId, routing.needs, routing.bedType],
    ],
  );
}

export async function updateRouting(sql: Sql, patientId: string, routing: Routing): Promise<void> {
  await sql.query(
    `update patient
    set area_id = $2, attending_id = $3, deputy_ids = $4, hospital_id = $5, needs = $6, bed_type = $7
    where id = $1`,
    [
      ...[patientId, routing.areaId, routing.attendingId, routing.deputyIds],
      ...[routing.hospitalId, routing.needs, routing.bedType],
    ],
  );
}

/** Locks the patient, before everything that changes how his record stands. @returns his code, null when there is no such patient. */
export async function lockPatient(sql: Sql, associationId: string, patientId: string): Promise<string | null> {
  const found = await sql.query<{ code: string }>(
    `select code
    from patient
    where id = $1 and association_id = $2
    for no key update`,
    [patientId, associationId],
  );
  return found.rows[0]?.code ?? null;
}

export async function retirePatient(sql: Sql, patientId: string): Promise<void> {
  await sql.query(
    `update patient
    set is_active = false
    where id = $1`,
    [patientId],
  );
}

export interface PatientRow {
  id: string;
  code: string;
  areaId: string;
}

export async function patientsByCode(sql: Sql, associationId: string, codes: readonly string[]): Promise<PatientRow[]> {
  const found = await sql.query<PatientRow>(
    `select id, code, area_id as "areaId"
    from patient
    where association_id = $1 and code = any($2) and is_active`,
    [associationId, codes],
  );
  return found.rows;
}

export async function associationByCode(sql: Sql, code: string): Promise<string | null> {
  const found = await sql.query<{ id: string }>(
    `select id
    from association
    where code = $1`,
    [code],
  );
  return found.rows[0]?.id ?? null;
}

// ---------------------------------------------------------------------------------------------------- life

interface LifeRow {
  status: RecordLife['status'];
  version: number;
  openVersion: number;
  isComplete: boolean;
  confirmedAt: Date | null;
  typedBy: string;
  toCheck: RecordLife['toCheck'];
  reason: string | null;
  resumesAs: string | null;
}

const lifeColumns = `
  record_life.status,
  record_life.version,
  record_life.open_version as "openVersion",
  record_life.is_complete as "isComplete",
  record_life.confirmed_at as "confirmedAt",
  record_life.typed_by as "typedBy",
  record_life.to_check as "toCheck",
  record_life.reason,
  record_life.resumes_as as "resumesAs"`;

/** The table's CHECKs hold what the union promises: a reason exactly where there is one, a confirmation where it is active. */
function lifeOf({ reason, resumesAs, ...versions }: LifeRow): RecordLife {
  if (versions.status === 'suspended') return { ...versions, reason, resumesAs } as RecordLife;
  return (versions.status === 'closed' ? { ...versions, reason } : versions) as RecordLife;
}

/** null: no record was ever typed for this patient, or there is no such patient in this association. */
export async function lifeOfPatient(sql: Sql, associationId: string, patientId: string): Promise<RecordLife | null> {
  const found = await sql.query<LifeRow>(
    `select ${lifeColumns}
    from record_life
    where patient_id = $1 and association_id = $2`,
    [patientId, associationId],
  );
  return found.rows[0] ? lifeOf(found.rows[0]) : null;
}

export async function saveLife(
  sql: Sql,
  saved: { patientId: string; associationId: string; life: RecordLife; at: Date },
): Promise<void> {
  const { patientId, associationId, life, at } = saved;
  const reason = 'reason' in life ? life.reason : null;
  const resumesAs = life.status === 'suspended' ? life.resumesAs : null;
  await sql.query(
    `insert into record_life (patient_id, association_id, status, version, open_version, is_complete, confirmed_at,
      typed_by, to_check, reason, resumes_as, changed_at)
    values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)
    on conflict (patient_id) do update set
      status = excluded.status,
      version = excluded.version,
      open_version = excluded.open_version,
      is_complete = excluded.is_complete,
      confirmed_at = excluded.confirmed_at,
      typed_by = excluded.typed_by,
      to_check = excluded.to_check,
      reason = excluded.reason,
      resumes_as = excluded.resumes_as,
      changed_at = excluded.changed_at`,
    [
      ...[patientId, associationId, life.status, life.version, life.openVersion, life.isComplete, life.confirmedAt],
      ...[life.typedBy, life.toCheck, reason, resumesAs, at],
    ],
  );
}

/** Active records confirmed before an instant, the oldest first: whom the hub asks for news. */
export async function confirmedBefore(
  sql: Sql,
  associationId: string,
  before: Date,
  limit: number,
): Promise<{ patientId: string; code: string; confirmedAt: Date }[]> {
  const found = await sql.query<{ patientId: string; code: string; confirmedAt: Date }>(
    `select record_life.patient_id as "patientId", patient.code, record_life.confirmed_at as "confirmedAt"
    from record_life
    join patient on patient.id = record_life.patient_id
    where record_life.association_id = $1 and record_life.status = 'active' and record_life.confirmed_at < $2
    order by record_life.confirmed_at, record_life.patient_id
    limit $3`,
    [associationId, before, limit],
  );
  return found.rows;
}

/** Records that wait for somebody: drafts and second readings, the oldest first. */
export async function waitingRecords(
  sql: Sql,
  associationId: string,
  limit: number,
): Promise<{ patientId: string; code: string; life: RecordLife; since: Date }[]> {
  const found = await sql.query<LifeRow & { patientId: string; code: string; since: Date }>(
    `select record_life.patient_id as "patientId", patient.code, record_life.changed_at as since, ${lifeColumns}
    from record_life
    join patient on patient.id = record_life.patient_id
    where record_life.association_id = $1 and record_life.status in ('draft', 'awaiting_second_reading')
    order by record_life.changed_at, record_life.patient_id
    limit $2`,
    [associationId, limit],
  );
  return found.rows.map(({ patientId, code, since, ...life }) => ({ patientId, code, since, life: lifeOf(life) }));
}
