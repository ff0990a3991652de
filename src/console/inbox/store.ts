import type { Sql } from '../../db.ts';

/** A hospital of the association with its kinds of beds. */
export async function hospitalOf(
  sql: Sql,
  associationId: string,
  by: { code: string } | { id: string },
): Promise<{ id: string; name: string } | null> {
  const { rows } = await sql.query<{ id: string; name: string }>(
    `select id, name
    from hospital
    where association_id = $1 and is_active and (code = $2 or id = $3)`,
    [associationId, 'code' in by ? by.code : null, 'id' in by ? by.id : null],
  );
  return rows[0] ?? null;
}
