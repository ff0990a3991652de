/** Answers are kept as ids; whoever is shown one reads names. */
import type { Sql } from '../db.ts';
import { associations } from '../directory/actions.ts';
import { areasOf, doctorNames } from './town-store.ts';

export interface Names {
  association: string;
  /** Of areas and doctors, by id. */
  of: ReadonlyMap<string, string>;
}

export async function namesOf(sql: Sql, associationId: string): Promise<Names> {
  const own = (await associations(sql)).find(({ id }) => id === associationId);
  const named = [...(await areasOf(sql, associationId)), ...(await doctorNames(sql, associationId))];
  return { association: own?.name ?? '', of: new Map(named.map(({ id, name }) => [id, name])) };
}
