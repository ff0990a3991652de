/** Request forms that a person typed and a worker asks with. */
import type { Sql } from '../db.ts';

export interface TypedRow {
  id: string;
  itemId: string;
  associationId: string;
  sealed: Buffer;
  typedBy: string;
}

/** @returns false when one of this item is being asked already. */
export async function insertTyped(tx: Sql, typed: TypedRow & { at: Date }): Promise<boolean> {
  const { id, itemId, associationId, sealed, typedBy, at } = typed;
  const { rowCount } = await tx.query(
    `insert into typed_request (id, item_id, association_id, sealed, typed_by, typed_at)
    values ($1, $2, $3, $4, $5, $6)
    on conflict (item_id) where outcome is null do nothing`,
    [id, itemId, associationId, sealed, typedBy, at],
  );
  return rowCount === 1;
}

export async function dueTyped(sql: Sql, limit: number): Promise<TypedRow[]> {
  const { rows } = await sql.query<TypedRow>({
    name: 'due-typed-requests',
    text: `select id, item_id as "itemId", association_id as "associationId", sealed, typed_by as "typedBy"
    from typed_request
    where outcome is null
    order by item_id
    limit $1`,
    values: [limit],
  });
  return rows;
}

/** The answer; what was typed is destroyed with it. */
export async function answerTyped(
  tx: Sql,
  id: string,
  answer: { outcome: string; reason: string | null; at: Date },
): Promise<void> {
  await tx.query(
    `update typed_request
    set outcome = $2,
      reason = $3,
      done_at = $4,
      sealed = null
    where id = $1 and outcome is null`,
    [id, answer.outcome, answer.reason, answer.at],
  );
}
