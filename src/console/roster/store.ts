import type { Sql } from '../../db.ts';

export interface AreaRow {
  id: string;
  name: string;
}

export async function areasOf(sql: Sql, associationId: string): Promise<AreaRow[]> {
  const found = await sql.query<AreaRow>('select id, name from area where association_id = $1 order by key', [
    associationId,
  ]);
  return found.rows;
}

export interface DoctorRow {
  id: string;
  name: string;
  area_id: string;
  is_active: boolean;
}

/** Doctors of the association, retired ones too: a roster of last year still names them. */
export async function doctorsOf(sql: Sql, associationId: string): Promise<DoctorRow[]> {
  const found = await sql.query<DoctorRow>(
    `select id, name, area_id, is_active
    from doctor
    where association_id = $1
    order by code`,
    [associationId],
  );
  return found.rows;
}

export interface DoctorLegRow {
  doctor_id: string;
  requested_at: Date;
  ended_at: Date | null;
  status: string;
  outcome: string | null;
}

/** Rings of doctors' telephones in the cases that were opened between the two instants. */
export async function doctorLegs(sql: Sql, associationId: string, from: Date, until: Date): Promise<DoctorLegRow[]> {
  const found = await sql.query<DoctorLegRow>(
    `select leg.subject_id as doctor_id, leg.requested_at, leg.ended_at, leg.status, leg.outcome
    from urgent_call
    join leg on leg.case_id = urgent_call.id and leg.role = 'doctor'
    where urgent_call.association_id = $1 and urgent_call.opened_at >= $2 and urgent_call.opened_at < $3`,
    [associationId, from, until],
  );
  return found.rows;
}
