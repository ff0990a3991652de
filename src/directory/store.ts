import type { Sql } from '../db.ts';

/** The association behind a number of ours, with its areas by key. */
export interface AssociationRow {
  id: string;
  name: string;
  spoken_name: string;
  caller_number: string;
  areas: { id: string; key: number; spoken_name: string }[];
}

const columns = `
  association.id, association.name, association.spoken_name, association.caller_number,
  coalesce(
    (select jsonb_agg(jsonb_build_object('id', area.id, 'key', area.key, 'spoken_name', area.spoken_name) order by area.key)
      from area where area.association_id = association.id),
    '[]') as areas`;

export async function associationByNumber(sql: Sql, e164: string): Promise<AssociationRow | null> {
  const found = await sql.query<AssociationRow>(
    `select ${columns}
    from dialled_number
    join association on association.id = dialled_number.association_id
    where dialled_number.e164 = $1`,
    [e164],
  );
  return found.rows[0] ?? null;
}

export async function associationById(sql: Sql, id: string): Promise<AssociationRow | null> {
  const found = await sql.query<AssociationRow>(`select ${columns} from association where id = $1`, [id]);
  return found.rows[0] ?? null;
}

/** How a doctor, hospital, standby person or the hub's own desk is named aloud. */
export async function spokenName(sql: Sql, subjectId: string): Promise<string> {
  const found = await sql.query<{ spoken_name: string }>({
    name: 'spoken-name',
    text: `select spoken_name from doctor where id = $1
    union all select spoken_name from hospital where id = $1
    union all select spoken_name from standby_person where id = $1
    union all select spoken_name from association where id = $1
    limit 1`,
    values: [subjectId],
  });
  return found.rows[0]?.spoken_name ?? '';
}

/** As printed: a doctor with his clinic, a hospital, a standby person, the association's own desk. */
export async function printedNames(sql: Sql, subjectIds: readonly string[]): Promise<Map<string, string>> {
  const found = await sql.query<{ id: string; name: string }>(
    `select doctor.id, concat_ws(' ', facility.name, doctor.name) as name
    from doctor
    left join facility on facility.id = doctor.facility_id
    where doctor.id = any($1)
    union all select id, name from hospital where id = any($1)
    union all select id, name from standby_person where id = any($1)
    union all select id, name from association where id = any($1)`,
    [subjectIds],
  );
  return new Map(found.rows.map(({ id, name }) => [id, name]));
}

/** Whose phone, what kind and which number, by id; retired phones too. */
export async function phonesById(
  sql: Sql,
  phoneIds: readonly string[],
): Promise<Map<string, { kind: PhoneKind; e164: string }>> {
  const found = await sql.query<{ id: string; kind: PhoneKind; e164: string }>(
    'select id, kind, e164 from phone where id = any($1)',
    [phoneIds],
  );
  return new Map(found.rows.map(({ id, kind, e164 }) => [id, { kind, e164 }]));
}

export type PhoneKind = 'mobile' | 'landline' | 'clinic' | 'desk';

export async function spokenNames(sql: Sql, doctorIds: readonly string[]): Promise<string[]> {
  const found = await sql.query<{ spoken_name: string }>(
    'select spoken_name from doctor where id = any($1) order by array_position($1, id)',
    [doctorIds],
  );
  return found.rows.map((row) => row.spoken_name);
}

/** An active doctor of the association, by member code or id, with the area he serves. */
export async function memberDoctor(
  sql: Sql,
  associationId: string,
  by: { code: string } | { id: string },
): Promise<{ id: string; area_id: string; area: string } | null> {
  const found = await sql.query<{ id: string; area_id: string; area: string }>(
    `select doctor.id, doctor.area_id, area.spoken_name as area
    from doctor
    join area on area.id = doctor.area_id
    where doctor.association_id = $1 and doctor.is_active and (doctor.code = $2 or doctor.id = $3)`,
    [associationId, 'code' in by ? by.code : null, 'id' in by ? by.id : null],
  );
  return found.rows[0] ?? null;
}

/** The patient behind an active card, by either index while the pepper is being replaced. Flat cost: two unique indexes. */
export async function patientByCard(
  sql: Sql,
  associationId: string,
  lookupIndex: Buffer,
): Promise<{ patient_id: string; area_id: string } | null> {
  const found = await sql.query<{ patient_id: string; area_id: string }>({
    name: 'patient-by-card',
    text: `select patient.id as patient_id, patient.area_id
    from card
    join patient on patient.id = card.patient_id
    where (card.lookup_index = $1 or card.next_lookup_index = $1)
      and card.status = 'active'
      and patient.association_id = $2
      and patient.is_active`,
    values: [lookupIndex, associationId],
  });
  return found.rows[0] ?? null;
}

export type Relation = 'attending' | 'deputy' | 'duty' | 'no_card';

/** The case's area and patient (either may be missing) and the doctor who is rung. */
export interface WordsKey {
  areaId: string | null;
  patientId: string | null;
  doctorId: string;
}

export interface DoctorsWords {
  area: string;
  relation: Relation;
}

/** What a doctor is told in the first words: the area, and how he stands to the patient. */
export async function doctorsWords(sql: Sql, about: WordsKey): Promise<DoctorsWords> {
  const found = await sql.query<{ area: string | null; relation: Relation | null }>({
    name: 'doctors-words',
    text: `select
      (select spoken_name from area where id = $1) as area,
      (select case
          when attending_id = $3 then 'attending'
          when $3 = any(deputy_ids) then 'deputy'
          else 'duty'
        end
        from patient
        where id = $2) as relation`,
    values: [about.areaId, about.patientId, about.doctorId],
  });
  const { area, relation } = found.rows[0] ?? { area: null, relation: null };
  return { area: area ?? '', relation: relation ?? (about.patientId === null ? 'no_card' : 'duty') };
}

export async function bedWish(sql: Sql, patientId: string): Promise<{ bed_type: string; needs: string[] } | null> {
  const found = await sql.query<{ bed_type: string; needs: string[] }>(
    'select bed_type, needs from patient where id = $1',
    [patientId],
  );
  return found.rows[0] ?? null;
}

/** Telephones of the standby persons, for the last resort when nothing else of ours works, and for messages. */
export async function standbyNumbers(sql: Sql, associationId: string): Promise<{ e164: string; kind: string }[]> {
  const found = await sql.query<{ e164: string; kind: string }>(
    `select phone.e164, phone.kind
    from standby_person
    join phone on phone.standby_id = standby_person.id and phone.is_active
    where standby_person.association_id = $1 and standby_person.is_active
    order by standby_person.position, phone.position`,
    [associationId],
  );
  return found.rows;
}

export async function allDialledNumbers(sql: Sql): Promise<{ e164: string; association_id: string; name: string }[]> {
  const found = await sql.query<{ e164: string; association_id: string; name: string }>(
    `select dialled_number.e164, association.id as association_id, association.name
    from dialled_number
    join association on association.id = dialled_number.association_id
    order by dialled_number.e164`,
  );
  return found.rows;
}

/** Codes of the associations that have a number of ours. */
export async function dialledAssociations(sql: Sql): Promise<string[]> {
  const found = await sql.query<{ code: string }>(
    'select distinct association.code from association join dialled_number on association_id = association.id',
  );
  return found.rows.map((row) => row.code);
}

/** Every telephone of an association with its owner, for the simulated town. */
export async function allPhones(sql: Sql): Promise<{ e164: string; owner: string; kind: string; role: string }[]> {
  const found = await sql.query<{ e164: string; owner: string; kind: string; role: string }>(
    `select phone.e164, phone.kind,
      string_agg(distinct coalesce(doctor.name, hospital.name, standby_person.name), '・') as owner,
      min(case when doctor.id is not null then 'doctor' when hospital.id is not null then 'hospital' else 'standby' end)
        as role
    from phone
    left join doctor on doctor.id = phone.doctor_id
    left join hospital on hospital.id = phone.hospital_id
    left join standby_person on standby_person.id = phone.standby_id
    where phone.is_active
    group by phone.e164, phone.kind
    union all
    select hub_phone, 'desk', name, 'hub' from association where hub_phone is not null
    order by 4, 3, 1`,
  );
  return found.rows;
}

/** Every fax machine of an office with the office's name, for the simulated town. */
export async function allFaxMachines(sql: Sql): Promise<{ e164: string; name: string }[]> {
  const found = await sql.query<{ e164: string; name: string }>(
    `select fax as e164, string_agg(name, '・' order by code) as name
    from facility
    where fax is not null and is_active
    group by fax
    order by min(code)`,
  );
  return found.rows;
}

/** Every association here; `phone` is where its people answer, `gateway_phone` what a caller dials. */
export async function associations(
  sql: Sql,
): Promise<{ id: string; code: string; name: string; phone: string; gateway_phone: string }[]> {
  const found = await sql.query<{ id: string; code: string; name: string; phone: string; gateway_phone: string }>(
    `select id, code, name, coalesce(hub_phone, caller_number) as phone,
      coalesce((select min(e164) from dialled_number where association_id = association.id), caller_number)
        as gateway_phone
    from association
    order by code`,
  );
  return found.rows;
}

export interface FaxOwner {
  kind: 'doctor' | 'hospital' | 'facility';
  id: string;
  code: string;
  name: string;
  /** Of his office; where pages may go is another list (fax/destination.ts). */
  fax: string | null;
}

/** Whoever may own a fax destination. */
export async function faxOwners(sql: Sql, associationId: string): Promise<FaxOwner[]> {
  const found = await sql.query<FaxOwner>(
    `select 'doctor' as kind, doctor.id, doctor.code, doctor.name, facility.fax
    from doctor
    left join facility on facility.id = doctor.facility_id and facility.is_active
    where doctor.association_id = $1 and doctor.is_active
    union all
    select 'hospital', id, code, name, null
    from hospital
    where association_id = $1 and is_active
    union all
    select 'facility', id, code, name, fax
    from facility
    where association_id = $1 and is_active
    order by 1, 3`,
    [associationId],
  );
  return found.rows;
}
