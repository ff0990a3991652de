/** Who is meant by the actors of the log: `operator:op_…`, `leg:lg_…`, `dr_…`. Names of staff, doctors and hospitals; never a patient's. */
import type { Sql } from '../../db.ts';
import * as store from './store.ts';

const idIn = /\b(?:op|dr|ho|sb|lg)_[0-9a-z]{26}\b/;

/** By actor; who is not in it is nobody's name (`clock`, `carrier`) or nobody's any more. */
export async function namesOfActors(
  sql: Sql,
  associationId: string,
  actors: readonly string[],
): Promise<Map<string, string>> {
  const ids = new Map(
    actors.flatMap((actor): [string, string][] => (idIn.test(actor) ? [[actor, idIn.exec(actor)![0]]] : [])),
  );
  if (ids.size === 0) return new Map();
  const names = await store.peopleByIds(sql, associationId, [...new Set(ids.values())]);
  return new Map(
    [...ids].flatMap(([actor, id]): [string, string][] => (names.has(id) ? [[actor, names.get(id)!]] : [])),
  );
}
