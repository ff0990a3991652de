/** One more entry at the end of a life's chain: for the lives that are not urgent calls (those save theirs with their row). */

import type { Sql } from '../db.ts';
import { entryHash, firstHash } from './chain.ts';
import type { AuditKind } from './kinds.ts';

export interface NewEntry {
  /** The life: a patient, a disclosure, a fax … */
  chainId: string;
  associationId: string;
  at: Date;
  /** Who: `doctor`, `hub`, `gateway` …, with an opaque id where there is one. */
  actor: string;
  /** The command or webhook that led here. */
  cause: string;
  /** Event, past tense. */
  kind: AuditKind;
  /** Opaque ids, counts and states only (rule 8). */
  data: unknown;
}

/**
 * Appends in the caller's transaction. The caller has locked the life's row, so that two appends to one chain cannot meet;
 * should they, the primary key refuses the second and its transaction fails whole.
 *
 * @returns the entry's place in its chain.
 */
export async function appendEntry(tx: Sql, entry: NewEntry): Promise<number> {
  const { chainId, associationId, at, actor, cause, kind, data } = entry;
  const { rows } = await tx.query<{ seq: number; hash: Buffer }>({
    name: 'chain-end',
    text: `select seq, hash
    from audit_entry
    where chain_id = $1
    order by seq desc
    limit 1`,
    values: [chainId],
  });
  const seq = (rows[0]?.seq ?? 0) + 1;
  const prev = rows[0]?.hash ?? firstHash(chainId);
  const hash = entryHash(prev, { chainId, seq, associationId, at, actor, cause, kind, data });
  await tx.query({
    name: 'append-entry',
    text: `insert into audit_entry (chain_id, seq, association_id, at, actor, cause, kind, data, prev_hash, hash)
    values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)`,
    values: [chainId, seq, associationId, at, actor, cause, kind, JSON.stringify(data), prev, hash],
  });
  return seq;
}

/** For a chain that has no row of its own to lock: what two windows of one person do at once comes one after the other. */
export async function lockChain(tx: Sql, chainId: string): Promise<void> {
  await tx.query(`select pg_advisory_xact_lock(hashtextextended('chain ' || $1, 0))`, [chainId]);
}
