/** What the routes that change the roster share. */
import { inTransaction, type Sql } from '../../db.ts';
import type { Edit } from '../../roster/editing.ts';
import type { ConsoleContext } from '../context.ts';
import { type Refusal, refuse } from '../route.ts';
import * as store from './store.ts';

export const editOf = ({ associationId, id: by }: { associationId: string; id: string }, cause: string): Edit => {
  return { associationId, by, cause };
};

export const isOwnArea = async (sql: Sql, associationId: string, areaId: string): Promise<boolean> =>
  (await store.areasOf(sql, associationId)).some(({ id }) => id === areaId);

const statuses: Readonly<Record<string, 404 | 409>> = {
  not_found: 404,
  overtaken: 409,
  swap_over: 409,
  swap_open: 409,
};

/** One transaction; the noun's no becomes the route's. */
export async function edited<Outcome extends object>(
  ctx: ConsoleContext,
  work: (tx: Sql) => Promise<Outcome>,
): Promise<Exclude<Outcome, { refused: string }> | Refusal> {
  const done = await inTransaction(ctx.db, work);
  if ('refused' in done && typeof done.refused === 'string') return refuse(statuses[done.refused] ?? 422, done.refused);
  return done as Exclude<Outcome, { refused: string }>;
}
