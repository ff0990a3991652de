import type { Sql } from '../db.ts';
import type { CodedTown, Town } from './postal-codes.ts';

/** In the order of the list. */
export async function townsWithCode(sql: Sql, postalCode: string): Promise<Town[]> {
  const { rows } = await sql.query<Town>({
    name: 'towns-with-code',
    text: `select prefecture, city, town
    from postal_town
    where postal_code = $1
    order by place`,
    values: [postalCode],
  });
  return rows;
}

/** Whether any code is listed that begins with these three digits. */
export async function hasRegion(sql: Sql, firstThree: string): Promise<boolean> {
  const { rows } = await sql.query<{ is_listed: boolean }>({
    name: 'has-postal-region',
    text: `select exists (
      select from postal_town
      where postal_code between $1 || '0000' and $1 || '9999'
    ) as is_listed`,
    values: [firstThree],
  });
  return rows[0]?.is_listed === true;
}

export async function forgetTowns(tx: Sql): Promise<void> {
  await tx.query('delete from postal_town');
}

export async function insertTowns(tx: Sql, towns: readonly (CodedTown & { place: number })[]): Promise<void> {
  const column = <Key extends keyof CodedTown | 'place'>(key: Key) => towns.map((town) => town[key]);
  await tx.query(
    `insert into postal_town (postal_code, place, prefecture, city, town)
    select * from unnest($1::text[], $2::smallint[], $3::text[], $4::text[], $5::text[])`,
    [column('postalCode'), column('place'), column('prefecture'), column('city'), column('town')],
  );
}
