/** What the desk of patients asks: read only. Names of patients stand in no column. */
import type { Sql } from '../../db.ts';
import type { RecordLife } from '../../patients/life.ts';

export interface ListedPatient {
  id: string;
  code: string;
  areaName: string;
  attending: string | null;
  /** null: no record was typed yet. */
  life: RecordLife | null;
}

/** In the shape of the union: the table's CHECKs hold what it promises. */
const lifeObject = `case when life.patient_id is not null then jsonb_build_object('status', life.status,
  'version', life.version, 'openVersion', life.open_version, 'isComplete', life.is_complete, 'confirmedAt', life.confirmed_at,
  'typedBy', life.typed_by, 'toCheck', life.to_check, 'reason', life.reason, 'resumesAs', life.resumes_as) end as life`;

interface LifeRow {
  life: {
    status: RecordLife['status'];
    confirmedAt: string | null;
    reason: string | null;
    resumesAs: string | null;
  } | null;
}

function lifeOfRow({ life }: LifeRow): RecordLife | null {
  if (!life) return null;
  const { reason, resumesAs, confirmedAt, ...rest } = life;
  const held = { ...(reason ? { reason } : {}), ...(resumesAs ? { resumesAs } : {}) };
  return { ...rest, ...held, confirmedAt: confirmedAt && new Date(confirmedAt) } as unknown as RecordLife;
}

/** What a list says beside the names. */
export async function listedPatients(
  sql: Sql,
  associationId: string,
  ids: readonly string[],
): Promise<ListedPatient[]> {
  const found = await sql.query<Omit<ListedPatient, 'life'> & LifeRow>(
    `select patient.id, patient.code, area.name as "areaName", doctor.name as attending, ${lifeObject}
    from patient
    join area on area.id = patient.area_id
    left join doctor on doctor.id = patient.attending_id
    left join record_life life on life.patient_id = patient.id
    where patient.association_id = $1 and patient.id = any($2)`,
    [associationId, ids],
  );
  return found.rows.map((row) => ({ ...row, life: lifeOfRow(row) }));
}

export async function areas(sql: Sql, associationId: string): Promise<{ id: string; name: string }[]> {
  const found = await sql.query<{ id: string; name: string }>(
    `select id, name
    from area
    where association_id = $1
    order by key`,
    [associationId],
  );
  return found.rows;
}

export interface PatientHead {
  id: string;
  code: string;
  life: RecordLife | null;
  areaName: string;
  isActive: boolean;
  attending: string | null;
  deputies: string[];
  hospital: string | null;
  needs: string[];
  cardId: string | null;
  cardIssuedAt: Date | null;
  isCardAdopted: boolean | null;
  cards: number;
}

export async function patientHead(sql: Sql, associationId: string, patientId: string): Promise<PatientHead | null> {
  const found = await sql.query<Omit<PatientHead, 'life'> & LifeRow>(
    `select patient.id, patient.code, ${lifeObject}, area.name as "areaName", patient.is_active as "isActive",
      doctor.name as attending, hospital.name as hospital, patient.needs,
      coalesce((
        select array_agg(deputy.name order by wanted.place)
        from unnest(patient.deputy_ids) with ordinality as wanted (id, place)
        join doctor deputy on deputy.id = wanted.id
      ), '{}') as deputies,
      card.id as "cardId", card.issued_at as "cardIssuedAt", card.hub_copy is not null as "isCardAdopted",
      (select count(*) from card issued where issued.patient_id = patient.id) as cards
    from patient
    join area on area.id = patient.area_id
    left join doctor on doctor.id = patient.attending_id
    left join hospital on hospital.id = patient.hospital_id
    left join card on card.patient_id = patient.id and card.status = 'active'
    left join record_life life on life.patient_id = patient.id
    where patient.id = $2 and patient.association_id = $1`,
    [associationId, patientId],
  );
  const row = found.rows[0];
  return row ? { ...row, life: lifeOfRow(row) } : null;
}

export interface LifeEntry {
  seq: number;
  at: Date;
  actor: string;
  kind: string;
  /** Opaque ids, counts and states. */
  data: Record<string, unknown>;
}

/** What happened to a patient's record and card, newest first; views are told apart (openings). Public for its plan. */
export const historyStatement = `select seq, at, actor, kind, data
    from audit_entry
    where chain_id = $1 and association_id = $2 and seq < $3
      and kind not in ('record_viewed', 'version_sealed', 'version_released')
    order by seq desc
    limit $4`;

export async function historyOf(
  sql: Sql,
  associationId: string,
  patientId: string,
  { before, limit }: { before: number; limit: number },
): Promise<LifeEntry[]> {
  const found = await sql.query<LifeEntry>(historyStatement, [patientId, associationId, before, limit]);
  return found.rows;
}

export interface Opening {
  id: string;
  at: Date;
  /** A view at the console, or a release to somebody outside. */
  kind: 'viewed' | 'disclosed';
  actor: string | null;
  who: string | null;
  facility: string | null;
  relation: string | null;
  isBreakGlass: boolean;
  reason: string | null;
  consent: string | null;
  form: string | null;
  screen: string | null;
  /** Last four digits of the registered fax or telephone. */
  destination: string | null;
  version: number | null;
  caseId: string | null;
  outcome: string | null;
}

/** Who opened a patient's record, newest first. Both halves come from an index of this patient. Public for its plan. */
export const openingsStatement = `select *
    from (
      (select disclosure.id, disclosure.disclosed_at as at, 'disclosed' as kind, null as actor,
        coalesce(doctor.name, hospital.name) as who, facility.name as facility, disclosure.relation,
        disclosure.is_break_glass as "isBreakGlass", disclosure.reason, disclosure.consent, disclosure.form, null as screen,
        right(coalesce(phone.e164, fax_destination.e164), 4) as destination, disclosure.version,
        disclosure.case_id as "caseId",
        (select page.status from release_page page where page.disclosure_id = disclosure.id and page.kind = 'record')
          as outcome
      from disclosure
      left join doctor on doctor.id = disclosure.doctor_id
      left join facility on facility.id = doctor.facility_id
      left join hospital on hospital.id = disclosure.hospital_id
      left join phone on phone.id = disclosure.phone_id
      left join fax_destination on fax_destination.id = disclosure.destination_id
      where disclosure.patient_id = $1 and disclosure.association_id = $2 and disclosure.disclosed_at < $3
      order by disclosure.disclosed_at desc
      limit $4)
      union all
      (select id::text, at, 'viewed' as kind, actor, null as who, null as facility, null as relation, false, null as reason,
        null as consent, null as form, data->>'screen' as screen, null as destination, (data->>'version')::integer,
        null as "caseId", null as outcome
      from audit_entry
      where chain_id = $1 and association_id = $2 and kind = 'record_viewed' and at < $3
      order by seq desc
      limit $4)
    ) opening
    order by at desc, id desc
    limit $4`;

export async function openingsOf(
  sql: Sql,
  associationId: string,
  patientId: string,
  { before, limit }: { before: Date; limit: number },
): Promise<Opening[]> {
  const found = await sql.query<Opening>(openingsStatement, [patientId, associationId, before, limit]);
  return found.rows;
}

/** Where a page of an association's confirmed records goes on. */
export interface DueAfter {
  confirmedAt: Date;
  patientId: string;
}

/** Confirmed before an instant, the oldest first. Public for its plan. */
export const dueStatement = `select patient_id as "patientId", confirmed_at as "confirmedAt", version
    from record_life
    where association_id = $1 and status = 'active' and confirmed_at < $2
      and (confirmed_at, patient_id) > ($3, $4)
    order by confirmed_at, patient_id
    limit $5`;

export async function dueRecords(
  sql: Sql,
  associationId: string,
  { before, after, limit }: { before: Date; after: DueAfter | null; limit: number },
): Promise<(DueAfter & { version: number })[]> {
  const from = after ?? { confirmedAt: new Date(0), patientId: '' };
  const found = await sql.query<DueAfter & { version: number }>(dueStatement, [
    ...[associationId, before, from.confirmedAt, from.patientId, limit],
  ]);
  return found.rows;
}

/** On what a card and a statement are printed. */
export async function issuerOf(
  sql: Sql,
  associationId: string,
): Promise<{ name: string; hubPhone: string; gatewayPhone: string }> {
  const found = await sql.query<{ name: string; hubPhone: string; gatewayPhone: string }>(
    `select name, coalesce(hub_phone, caller_number) as "hubPhone",
      coalesce((select min(e164) from dialled_number where association_id = association.id), caller_number)
        as "gatewayPhone"
    from association
    where id = $1`,
    [associationId],
  );
  const issuer = found.rows[0];
  if (!issuer) throw new Error('an association is gone while its staff is signed in');
  return issuer;
}

/** The attending doctor as the card says him. */
export async function attendingOf(
  sql: Sql,
  patientId: string,
): Promise<{ doctor: string; facility: string; phone: string | null }> {
  const found = await sql.query<{ doctor: string; facility: string; phone: string | null }>(
    `select doctor.name as doctor, coalesce(facility.name, '') as facility, facility.phone
    from patient
    join doctor on doctor.id = patient.attending_id
    left join facility on facility.id = doctor.facility_id
    where patient.id = $1`,
    [patientId],
  );
  return found.rows[0] ?? { doctor: '', facility: '', phone: null };
}

/** By the hub's own number; a closed patient, too. */
export async function patientByCode(sql: Sql, associationId: string, code: string): Promise<string | null> {
  const found = await sql.query<{ id: string }>('select id from patient where association_id = $1 and code = $2', [
    ...[associationId, code],
  ]);
  return found.rows[0]?.id ?? null;
}
