import type { Sql } from '../../db.ts';

export interface ReferenceRow {
  of: 'area' | 'doctor' | 'hospital';
  /** What is written into the draft. */
  value: string;
  name: string;
  /** Of a doctor: his facility. */
  place: string | null;
}

/** Everybody and everything that a field may name, in the order of the lists. */
export async function referencesOf(sql: Sql, associationId: string): Promise<ReferenceRow[]> {
  const found = await sql.query<ReferenceRow>(
    `select 'area' as of, name as value, name, null as place, key::text as place_in_list
    from area
    where association_id = $1
    union all
    select 'doctor', doctor.code, doctor.name, facility.name, doctor.name
    from doctor
    left join facility on facility.id = doctor.facility_id
    where doctor.association_id = $1 and doctor.is_active
    union all
    select 'hospital', code, name, null, code
    from hospital
    where association_id = $1 and is_active
    order by 1, place_in_list`,
    [associationId],
  );
  return found.rows;
}
