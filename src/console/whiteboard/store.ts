import type { Sql } from '../../db.ts';

export interface AreaRow {
  id: string;
  code: string;
  name: string;
}

export async function areasOf(sql: Sql, associationId: string): Promise<AreaRow[]> {
  const found = await sql.query<AreaRow>(
    `select id, code, name
    from area
    where association_id = $1
    order by key`,
    [associationId],
  );
  return found.rows;
}

/** Names for the screen, by id. */
export async function doctorNames(sql: Sql, ids: readonly string[]): Promise<Map<string, string>> {
  const found = await sql.query<{ id: string; name: string }>('select id, name from doctor where id = any($1)', [ids]);
  return new Map(found.rows.map(({ id, name }) => [id, name]));
}

export interface OpenCallRow {
  id: string;
  area_id: string | null;
  status: string;
  opened_at: Date;
}

export async function openCalls(sql: Sql, associationId: string): Promise<OpenCallRow[]> {
  const found = await sql.query<OpenCallRow>(
    `select id, area_id, status, opened_at
    from urgent_call
    where association_id = $1 and status <> 'closed'
    order by opened_at`,
    [associationId],
  );
  return found.rows;
}
