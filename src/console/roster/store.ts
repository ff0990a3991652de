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
