/** SQL of the seal: what is not sealed yet, and how a leaf and a head are written down. */
import type { Sql } from '../db.ts';
import type { Tree } from './merkle.ts';
import type { Head } from './signer.ts';

/** Any number will do that no other advisory lock of the two-number kind uses ('audi' in ASCII). */
const advisoryClass = 0x61756469;

export interface StoredHead extends Head {
  tree: Tree;
  keyId: string;
  signature: Buffer;
}

export interface UnsealedEntry {
  id: number;
  chainId: string;
  seq: number;
  hash: Buffer;
}

/** Takes the sealer's place for this association until the transaction ends; false when another holds it. */
export async function takeSealersPlace(sql: Sql, associationId: string): Promise<boolean> {
  const { rows } = await sql.query<{ taken: boolean }>(
    'select pg_try_advisory_xact_lock($1::int, hashtext($2)) as taken',
    [advisoryClass, associationId],
  );
  return rows[0]?.taken === true;
}

export async function lastHead(sql: Sql, associationId: string): Promise<StoredHead | null> {
  const { rows } = await sql.query<HeadRow>(
    `select ${headColumns}
    from audit_head
    where association_id = $1
    order by tree_size desc
    limit 1`,
    [associationId],
  );
  return rows[0] ? headOf(rows[0]) : null;
}

export const headColumns =
  'association_id, tree_size, root, frontier, previous_size, settled_id, sealed_at, key_id, signature';

export interface HeadRow {
  association_id: string;
  tree_size: string | number;
  root: Buffer;
  frontier: Buffer[];
  previous_size: string | number;
  settled_id: string | number;
  sealed_at: Date;
  key_id: string;
  signature: Buffer;
}

export const headOf = (row: HeadRow): StoredHead => ({
  associationId: row.association_id,
  treeSize: Number(row.tree_size),
  root: row.root,
  tree: { size: Number(row.tree_size), frontier: row.frontier },
  previousSize: Number(row.previous_size),
  settledId: Number(row.settled_id),
  sealedAt: row.sealed_at,
  keyId: row.key_id,
  signature: row.signature,
});

/** Committed entries above `settledId` that are in no leaf, by id; at most `limit`. */
export async function unsealedEntries(
  sql: Sql,
  associationId: string,
  settledId: number,
  limit: number,
): Promise<UnsealedEntry[]> {
  const { rows } = await sql.query<{ id: string | number; chain_id: string; seq: number; hash: Buffer }>(
    `select e.id, e.chain_id, e.seq, e.hash
    from audit_entry e
    where e.association_id = $1
      and e.id > $2
      -- Not "not exists": without fresh statistics that may be planned as a join with every leaf there is.
      and (select true from audit_leaf l where l.entry_id = e.id) is null
    order by e.id
    limit $3`,
    [associationId, settledId, limit],
  );
  return rows.map((row) => ({ id: Number(row.id), chainId: row.chain_id, seq: row.seq, hash: row.hash }));
}

/**
 * SQL for the instant of the oldest entry that no seal covers, or null. Above the settled number entries may be sealed already (they
 * came while the seal was made): each is looked for among the leaves.
 * @param association SQL that names the association.
 */
export const unsealedSince = (association: string): string => `(
    select entry.at
    from audit_entry entry
    where entry.association_id = ${association}
      and entry.id > coalesce((
        select settled_id
        from audit_head
        where association_id = ${association}
        order by tree_size desc
        limit 1), 0)
      and (select true from audit_leaf leaf where leaf.entry_id = entry.id) is null
    order by entry.id
    limit 1)`;

export async function insertLeaves(
  sql: Sql,
  associationId: string,
  firstIndex: number,
  entries: readonly UnsealedEntry[],
  leafHashes: readonly Buffer[],
): Promise<void> {
  await sql.query(
    `insert into audit_leaf (association_id, leaf_index, entry_id, chain_id, seq, leaf_hash)
    select $1, $2::bigint + l.place - 1, l.entry_id, l.chain_id, l.seq, l.leaf_hash
    from unnest($3::bigint[], $4::text[], $5::int[], $6::bytea[])
      with ordinality as l(entry_id, chain_id, seq, leaf_hash, place)`,
    [
      associationId,
      firstIndex,
      entries.map((entry) => entry.id),
      entries.map((entry) => entry.chainId),
      entries.map((entry) => entry.seq),
      leafHashes,
    ],
  );
}

export async function insertHead(sql: Sql, head: StoredHead): Promise<void> {
  await sql.query(
    `insert into audit_head (${headColumns})
    values ($1, $2, $3, $4::bytea[], $5, $6, $7, $8, $9)`,
    [
      head.associationId,
      head.treeSize,
      head.root,
      head.tree.frontier,
      head.previousSize,
      head.settledId,
      head.sealedAt,
      head.keyId,
      head.signature,
    ],
  );
}

/** The highest number of a committed entry; 0 for an empty log. */
export async function newestEntryId(sql: Sql): Promise<number> {
  const { rows } = await sql.query<{ id: string | number | null }>('select max(id) as id from audit_entry');
  return Number(rows[0]?.id ?? 0);
}

/**
 * Transactions that are writing to the log at this moment, by virtual id, which no later transaction repeats. Every writer
 * holds this lock from before it draws an entry's number until its end; a transaction id it may not have yet.
 */
export async function writersAtWork(sql: Sql): Promise<string[]> {
  const { rows } = await sql.query<{ writer: string }>(
    `select distinct virtualtransaction as writer
    from pg_locks
    where locktype = 'relation'
      and database = (select oid from pg_database where datname = current_database())
      and relation = 'audit_entry'::regclass
      and mode = 'RowExclusiveLock'
      and granted`,
  );
  return rows.map((row) => row.writer);
}

/** Associations that have an entry above the number up to which their last head is settled. */
export async function associationsToSeal(sql: Sql): Promise<string[]> {
  const { rows } = await sql.query<{ id: string }>(
    `select a.id
    from association a
    left join lateral (
      select settled_id from audit_head h where h.association_id = a.id order by h.tree_size desc limit 1
    ) last on true
    where exists (
      select from audit_entry e where e.association_id = a.id and e.id > coalesce(last.settled_id, 0)
    )
    order by a.id`,
  );
  return rows.map((row) => row.id);
}
