/** What a simulated month is told of an association. Numbers of telephones and names stay in the database. */
import type { Sql } from '../db.ts';

/** Doctors, those too who left: a kept answer may still name them. */
export async function doctorNames(sql: Sql, associationId: string): Promise<{ id: string; name: string }[]> {
  const found = await sql.query<{ id: string; name: string }>('select id, name from doctor where association_id = $1', [
    associationId,
  ]);
  return found.rows;
}

export interface AreaRow {
  id: string;
  code: string;
  key: number;
  name: string;
}

export async function areasOf(sql: Sql, associationId: string): Promise<AreaRow[]> {
  const found = await sql.query<AreaRow>(
    'select id, code, key, name from area where association_id = $1 order by key',
    [associationId],
  );
  return found.rows;
}

/** The hub's own desk, rung for key 0 while it is open. */
export async function hubOf(
  sql: Sql,
  associationId: string,
): Promise<{ has_phone: boolean; hub_opens: number; hub_closes: number } | null> {
  const found = await sql.query<{ has_phone: boolean; hub_opens: number; hub_closes: number }>(
    'select hub_phone is not null as has_phone, hub_opens, hub_closes from association where id = $1',
    [associationId],
  );
  return found.rows[0] ?? null;
}

export interface DoctorRow {
  id: string;
  area_id: string;
}

export async function activeDoctors(sql: Sql, associationId: string): Promise<DoctorRow[]> {
  const found = await sql.query<DoctorRow>(
    'select id, area_id from doctor where association_id = $1 and is_active order by id',
    [associationId],
  );
  return found.rows;
}

export interface HospitalRow {
  id: string;
  takes_by_day: boolean;
  accepts_needs: string[];
  bed_types: string[];
}

export async function activeHospitals(sql: Sql, associationId: string): Promise<HospitalRow[]> {
  const found = await sql.query<HospitalRow>(
    `select id, takes_by_day, accepts_needs,
      array(select bed_type from hospital_bed_type where hospital_id = hospital.id order by bed_type) as bed_types
    from hospital
    where association_id = $1 and is_active
    order by code`,
    [associationId],
  );
  return found.rows;
}

export async function activeStandby(sql: Sql, associationId: string): Promise<string[]> {
  const found = await sql.query<{ id: string }>(
    'select id from standby_person where association_id = $1 and is_active order by position',
    [associationId],
  );
  return found.rows.map(({ id }) => id);
}

export interface PhoneRow {
  id: string;
  owner: string;
  column: 'doctor_id' | 'hospital_id' | 'standby_id';
  kind: 'mobile' | 'landline' | 'clinic' | 'desk';
  position: number;
  /** The same for telephones with the same number, which is told to nobody. */
  line: number;
}

/** Telephones of everybody in use. */
export async function activePhones(sql: Sql, associationId: string): Promise<PhoneRow[]> {
  const found = await sql.query<PhoneRow>(
    `select phone.id, coalesce(doctor.id, hospital.id, standby_person.id) as owner,
      case
        when doctor.id is not null then 'doctor_id'
        when hospital.id is not null then 'hospital_id'
        else 'standby_id'
      end as column,
      phone.kind, phone.position, (dense_rank() over (order by phone.e164))::int as line
    from phone
    left join doctor on doctor.id = phone.doctor_id and doctor.is_active
    left join hospital on hospital.id = phone.hospital_id and hospital.is_active
    left join standby_person on standby_person.id = phone.standby_id and standby_person.is_active
    where phone.is_active
      and $1 in (doctor.association_id, hospital.association_id, standby_person.association_id)
    order by phone.id`,
    [associationId],
  );
  return found.rows;
}

export interface PatientRow {
  id: string;
  area_id: string;
  attending_id: string | null;
  deputy_ids: string[];
  hospital_id: string | null;
  needs: string[];
  bed_type: string;
}

/** Whom calls may be about, as routing knows them; of very many, an arbitrary few that are always the same. */
export async function somePatients(sql: Sql, associationId: string, most: number): Promise<PatientRow[]> {
  const found = await sql.query<PatientRow>(
    `select id, area_id, attending_id, deputy_ids, hospital_id, needs, bed_type
    from patient
    where association_id = $1 and is_active
    order by md5(id)
    limit $2`,
    [associationId, most],
  );
  return found.rows;
}

/** Urgent calls since `from` that were opened between 18:00 and 08:00 in Japan, and when the first of them was. */
export async function nightCallsSince(
  sql: Sql,
  associationId: string,
  from: Date,
): Promise<{ count: number; first: Date | null }> {
  const found = await sql.query<{ count: number; first: Date | null }>(
    `select count(*)::int as count, min(opened_at) as first
    from urgent_call
    where association_id = $1
      and opened_at >= $2
      and (extract(hour from opened_at at time zone 'Asia/Tokyo') >= 18
        or extract(hour from opened_at at time zone 'Asia/Tokyo') < 8)`,
    [associationId, from],
  );
  return found.rows[0] ?? { count: 0, first: null };
}
