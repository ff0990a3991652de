import type { Sql } from '../db.ts';

interface Named {
  id: string;
  code: string;
  name: string;
}

/** Areas of the association in the order of their ids, locked when the roster is about to be written. */
export async function areasOf(sql: Sql, associationId: string, isLocked: boolean): Promise<Named[]> {
  const found = await sql.query<Named>(
    `select id, code, name from area where association_id = $1 order by id ${isLocked ? 'for no key update' : ''}`,
    [associationId],
  );
  return found.rows;
}

export async function doctorsInUse(sql: Sql, associationId: string): Promise<Named[]> {
  const found = await sql.query<Named>(
    'select id, code, name from doctor where association_id = $1 and is_active order by code',
    [associationId],
  );
  return found.rows;
}
