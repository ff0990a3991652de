/**
 * The seal: every few seconds the entries that are new in an association's log become leaves of its Merkle tree, and the new
 * head is signed. Nothing here is on the path of a ringing phone, and no entry is ever skipped or sealed twice.
 */
import { setTimeout as wait } from 'node:timers/promises';
import type pg from 'pg';
import { inTransaction, type Sql } from '../db.ts';
import type { Clock } from '../lib/clock.ts';
import { OperatorError } from '../log.ts';
import { append, emptyTree, isWellFormed, leafHash, rootOf } from './merkle.ts';
import type { HeadSigner } from './signer.ts';
import * as store from './store.ts';

export { unsealedSince } from './store.ts';

export interface SealDeps {
  db: pg.Pool;
  signer: HeadSigner;
  clock: Clock;
}

export interface SealResult {
  associationId: string;
  /** Entries sealed by this call. */
  sealed: number;
  /** Size of the tree afterwards. */
  treeSize: number;
  /** `done`: nothing left · `more`: the bound was reached, call again · `busy`: another process is sealing. */
  status: 'done' | 'more' | 'busy';
}

export interface SealOptions {
  /** Entries in one transaction. */
  batchSize?: number;
  batches?: number;
}

/**
 * Seals what is new in one association's log, in transactions of `batchSize` entries, `batches` of them at most.
 * Several processes may call it at once: one seals, the others return `busy`.
 *
 * @throws OperatorError when the last head is not one that our keys signed: a seal on top of it would hide that.
 */
export async function sealAssociation(
  deps: SealDeps,
  associationId: string,
  options: SealOptions = {},
): Promise<SealResult> {
  const { batchSize = 1000, batches = 50 } = options; // 50 transactions of some 30 ms each
  const settled = await settledId(deps.db);
  let sealed = 0;
  for (let batch = 1; ; batch++) {
    const step = await inTransaction(deps.db, (tx) => sealBatch(deps, tx, associationId, settled, batchSize));
    if (!step) return { associationId, sealed, treeSize: 0, status: 'busy' };
    sealed += step.sealed;
    const { treeSize } = step;
    if (step.sealed < batchSize) return { associationId, sealed, treeSize, status: 'done' };
    if (batch >= batches) return { associationId, sealed, treeSize, status: 'more' };
  }
}

/** Seals every association that has something new, one after the other. @throws as `sealAssociation`, after trying all. */
export async function sealAll(deps: SealDeps, options: SealOptions = {}): Promise<SealResult[]> {
  const results: SealResult[] = [];
  const failures: unknown[] = [];
  for (const associationId of await store.associationsToSeal(deps.db)) {
    try {
      results.push(await sealAssociation(deps, associationId, options));
    } catch (error) {
      failures.push(error); // one damaged log must not leave the others unsealed
    }
  }
  if (failures.length === 1) throw failures[0];
  if (failures.length) throw new AggregateError(failures, `${failures.length} associations could not be sealed`);
  return results;
}

/** The newest seal of an association's log, for a page that was made from it; null: nothing was sealed yet. */
export async function lastSeal(
  sql: Sql,
  associationId: string,
): Promise<{ treeSize: number; root: string; sealedAt: Date } | null> {
  const head = await store.lastHead(sql, associationId);
  return head && { treeSize: head.treeSize, root: head.root.toString('hex'), sealedAt: head.sealedAt };
}

async function sealBatch(
  { signer, clock }: SealDeps,
  tx: Sql,
  associationId: string,
  settled: number,
  batchSize: number,
): Promise<{ sealed: number; treeSize: number } | null> {
  if (!(await store.takeSealersPlace(tx, associationId))) return null;
  const last = await store.lastHead(tx, associationId);
  if (last) refuseForeignHead(last, signer);
  const before = last?.tree ?? emptyTree;
  const entries = await store.unsealedEntries(tx, associationId, last?.settledId ?? 0, batchSize);
  if (entries.length === 0) return { sealed: 0, treeSize: before.size };

  const leaves = entries.map((entry) => leafHash(entry.hash));
  const tree = append(before, leaves);
  // A full batch says nothing about what comes after its last entry.
  const seen = entries.length < batchSize ? settled : Math.min(settled, entries.at(-1)?.id ?? 0);
  const head = {
    associationId,
    treeSize: tree.size,
    root: rootOf(tree),
    previousSize: before.size,
    settledId: Math.max(seen, last?.settledId ?? 0),
    sealedAt: laterOf(clock.now(), last?.sealedAt),
  };
  await store.insertLeaves(tx, associationId, before.size, entries, leaves);
  await store.insertHead(tx, { ...head, tree, ...signer.sign(head) });
  return { sealed: entries.length, treeSize: tree.size };
}

/** Heads are in the order of their sizes and of their times, also when a server's clock was set back. */
const laterOf = (now: Date, last: Date | undefined): Date => (last && last > now ? last : now);

function refuseForeignHead(head: store.StoredHead, signer: HeadSigner): void {
  const { associationId, tree, root, keyId, signature } = head;
  const isOurs = isWellFormed(tree) && rootOf(tree).equals(root) && signer.verify(head, keyId, signature);
  if (isOurs) return;
  throw new OperatorError(
    `the last seal of association ${associationId} (${head.treeSize} entries) is not one that our audit key made: ` +
      'either the key was changed (put its public key behind the new one in AUDIT_KEY_FILE) or the table was edited ' +
      '(run npm run audit:verify). Nothing is sealed until then.',
  );
}

const looks = 50; // 20 ms apart: a second, two hundred times the usual length of a transaction

/**
 * A number up to which no entry can appear any more, as good as it can be had within a second.
 *
 * Numbers are drawn before they are committed, so a smaller one may appear after a larger one. Every number up to the newest
 * that is visible now was drawn by a transaction that has ended or is writing at this moment; when all of those have ended,
 * nothing below can come. If one takes longer, 0: the old floor stays, and the next seal looks at a few entries more.
 */
async function settledId(db: Sql): Promise<number> {
  const newest = await store.newestEntryId(db);
  let writers = await store.writersAtWork(db);
  for (let look = 1; writers.length > 0; look++) {
    if (look > looks) return 0;
    await wait(20); // real time also in a story whose clock stands still: the writers are real
    const present = new Set(await store.writersAtWork(db));
    writers = writers.filter((writer) => present.has(writer));
  }
  return newest;
}
