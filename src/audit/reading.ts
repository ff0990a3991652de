/** Reads the whole log in pieces, so that a table of any size fits into the memory of a small machine. */
import type { Sql } from '../db.ts';
import { type HeadRow, headColumns } from './store.ts';

/**
 * The rows of a query, fetched `pieceSize` at a time through a cursor. Needs a transaction.
 * @param cursor a name that no other open cursor has
 */
export async function* readInPieces<Row extends object>(
  sql: Sql,
  cursor: string,
  query: string,
  values: unknown[],
  pieceSize = 2000,
): AsyncGenerator<Row[]> {
  await sql.query(`declare ${cursor} no scroll cursor for ${query}`, values);
  for (;;) {
    const { rows } = await sql.query<Row>(`fetch ${pieceSize} from ${cursor}`);
    if (rows.length) yield rows;
    if (rows.length < pieceSize) break;
  }
  await sql.query(`close ${cursor}`);
}

export interface EntryRow {
  id: string | number;
  chain_id: string;
  seq: number;
  association_id: string;
  /** Microseconds since 1970; null for infinity. */
  micros: string | number | null;
  actor: string;
  cause: string;
  kind: string;
  data: string;
  prev_hash: Buffer;
  hash: Buffer;
  leaf_index: string | number | null;
  leaf_chain_id: string | null;
  leaf_seq: number | null;
  leaf_hash: Buffer | null;
}

/** Every entry beside its leaf, chain by chain. `associationId` null: all. */
export const entriesByChain = (
  sql: Sql,
  associationId: string | null,
  pieceSize?: number,
): AsyncGenerator<EntryRow[]> =>
  readInPieces<EntryRow>(
    sql,
    'entries_by_chain',
    `select e.id, e.chain_id, e.seq, e.association_id,
      case when isfinite(e.at) then (extract(epoch from e.at) * 1000000)::bigint end as micros,
      e.actor, e.cause, e.kind, e.data::text as data, e.prev_hash, e.hash,
      l.leaf_index, l.chain_id as leaf_chain_id, l.seq as leaf_seq, l.leaf_hash
    from audit_entry e
    left join audit_leaf l on l.entry_id = e.id
    where $1::text is null or e.association_id = $1
    order by e.chain_id, e.seq`,
    [associationId],
    pieceSize,
  );

export interface LeafRow {
  leaf_index: string | number;
  chain_id: string;
  seq: number;
  leaf_hash: Buffer;
  /** null: there is no such entry any more. */
  entry_hash: Buffer | null;
}

export const leavesInOrder = (sql: Sql, associationId: string, pieceSize?: number): AsyncGenerator<LeafRow[]> =>
  readInPieces<LeafRow>(
    sql,
    'leaves_in_order',
    `select l.leaf_index, l.chain_id, l.seq, l.leaf_hash, e.hash as entry_hash
    from audit_leaf l
    left join audit_entry e on e.id = l.entry_id
    where l.association_id = $1
    order by l.leaf_index`,
    [associationId],
    pieceSize,
  );

/** `is_exact`: the instant has no part that the signature would not cover. */
export const headsInOrder = (sql: Sql, associationId: string): AsyncGenerator<(HeadRow & { is_exact: boolean })[]> =>
  readInPieces<HeadRow & { is_exact: boolean }>(
    sql,
    'heads_in_order',
    `select ${headColumns}, date_trunc('milliseconds', sealed_at) = sealed_at as is_exact
    from audit_head
    where association_id = $1
    order by tree_size`,
    [associationId],
    500,
  );

/** Associations that exist or have left any trace in the log, with the number up to which each is settled. */
export async function associationsInLog(
  sql: Sql,
  associationId: string | null,
): Promise<{ id: string; settledId: number }[]> {
  const { rows } = await sql.query<{ id: string; settled_id: string | number }>(
    `select a.id, coalesce((select max(settled_id) from audit_head h where h.association_id = a.id), 0) as settled_id
    from association a
    where $1::text is null or a.id = $1
    order by a.id`,
    [associationId],
  );
  return rows.map((row) => ({ id: row.id, settledId: Number(row.settled_id) }));
}

/** The first seal that covers a leaf. */
export async function firstHeadOver(sql: Sql, associationId: string, leafIndex: number): Promise<HeadRow | null> {
  const { rows } = await sql.query<HeadRow>(
    `select ${headColumns}
    from audit_head
    where association_id = $1
      and tree_size > $2
    order by tree_size
    limit 1`,
    [associationId, leafIndex],
  );
  return rows[0] ?? null;
}
