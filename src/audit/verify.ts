/**
 * The verification: reads the whole log once, in one snapshot, and finds whatever was edited, deleted, inserted or reordered,
 * by whomever, as long as the signing key was not in the same hands; against those there is the head on paper.
 *
 * What it cannot see: an entry that vanished before its first seal (a few seconds) together with its whole chain and row.
 */
import type pg from 'pg';
import type { Sql } from '../db.ts';
import type { Clock } from '../lib/clock.ts';
import { type ChainCheck, type ChainEnd, checkChains } from './chain-check.ts';
import { checkEchoes, checkEchoesWithoutChain, type Echo } from './echo-check.ts';
import { type Damage, type Finding, Findings, told } from './findings.ts';
import {
  associationsInLog,
  type EntryRow,
  entriesByChain,
  firstHeadOver,
  headsInOrder,
  leavesInOrder,
} from './reading.ts';
import { checkRows, checkRowsWithoutChain, type Life } from './row-check.ts';
import type { HeadVerifier, PublicKey } from './signer.ts';
import { headOf } from './store.ts';
import { checkTree, type Witness } from './tree-check.ts';

export interface VerifyDeps {
  db: pg.Pool;
  verifier: HeadVerifier;
  clock: Clock;
  /** Whose rows are compared with their logs. */
  lives: readonly Life[];
  /** Whose rows repeat what their logs say. */
  echoes: readonly Echo[];
}

export interface VerifyOptions {
  /** One association; null or absent: all. */
  associationId?: string | null;
  /** Heads from paper. */
  witnesses?: readonly (Witness & { associationId: string })[];
  /** Findings told one by one; all are counted. */
  limit?: number;
  /** Rows fetched at once; fewer leave more room to whatever else this process does. */
  pieceSize?: number;
  /** Told after each piece how many more entries or leaves were read. What it throws ends the verification. */
  onRead?: (rows: number) => void | Promise<void>;
}

export interface Report {
  isSound: boolean;
  findings: Finding[];
  /** All findings, those beyond the limit included. */
  found: number;
  associations: { id: string; leaves: number; heads: number; lastHead: LastHead | null }[];
  entries: number;
  chains: number;
  rows: number;
  /** Entries that no head covers yet, and the instant of the oldest. Seconds are usual; hours mean that no one seals. */
  unsealed: number;
  oldestUnsealedAt: Date | null;
  publicKeys: readonly PublicKey[];
  verifiedAt: Date;
}

export interface LastHead {
  treeSize: number;
  /** Hexadecimal. */
  root: string;
  sealedAt: Date;
}

/**
 * Verifies the log. Reads only; a reader's rights on the tables are enough. Needs one connection for a minute per million
 * entries and holds no lock that a call would wait for.
 * @throws when the database cannot be read, or there is no such association.
 */
export async function verifyLog(deps: VerifyDeps, options: VerifyOptions = {}): Promise<Report> {
  const client = await deps.db.connect();
  try {
    // One snapshot: an entry written meanwhile is in none of the tables.
    await client.query('begin isolation level repeatable read read only');
    await client.query('set local statement_timeout = 0; set local idle_in_transaction_session_timeout = 0');
    return await verifyIn(client, deps, options);
  } finally {
    // A broken connection is thrown away with its transaction.
    const broken = await client.query('rollback').then(
      () => false,
      () => true,
    );
    client.release(broken);
  }
}

async function verifyIn(sql: Sql, deps: VerifyDeps, options: VerifyOptions): Promise<Report> {
  const { verifier, clock, lives, echoes } = deps;
  const { associationId = null, witnesses = [], limit = 1000 } = options;
  const associations = await associationsInLog(sql, associationId);
  const unknown = [associationId, ...witnesses.map((witness) => witness.associationId)].find(
    (id) => id !== null && !associations.some((association) => association.id === id),
  );
  if (unknown) throw new Error(`there is no association ${unknown} in this log`);
  const findings = new Findings(limit);
  const counts = { entries: 0, chains: 0, unsealed: 0, oldestUnsealedAt: null };
  const settled = new Map(associations.map(({ id, settledId }) => [id, settledId]));
  const wantsEntries = (chainId: string): boolean =>
    [...lives, ...echoes].some(({ prefix }) => chainId.startsWith(prefix));
  const check = { findings, settled, wantsEntries, counts };
  await checkChainsAndRows(sql, check, deps, reported(entriesByChain(sql, associationId, options.pieceSize), options));
  let rows = 0;
  for (const life of lives) rows += await checkRowsWithoutChain(sql, life, associationId, findings);
  for (const echo of echoes) rows += await checkEchoesWithoutChain(sql, echo, associationId, findings);

  const trees: Report['associations'] = [];
  for (const { id } of associations) {
    const own = witnesses.filter((witness) => witness.associationId === id);
    const leaves = reported(leavesInOrder(sql, id, options.pieceSize), options);
    const sources = { leaves, heads: headsInOrder(sql, id) };
    const checked = await checkTree({
      associationId: id,
      ...sources,
      witnesses: own,
      verifier,
      findings,
    });
    const { lastHead } = checked;
    const last = lastHead && {
      treeSize: lastHead.treeSize,
      root: lastHead.root.toString('hex'),
      sealedAt: lastHead.sealedAt,
    };
    trees.push({ id, leaves: checked.leaves, heads: checked.heads, lastHead: last });
  }
  for (const found of findings.kept) found.intactAt ??= await sealedIntactAt(sql, verifier, found);
  return {
    isSound: findings.count === 0,
    findings: findings.kept.map(told),
    found: findings.count,
    associations: trees,
    ...counts,
    rows,
    publicKeys: verifier.publicKeys,
    verifiedAt: clock.now(),
  };
}

async function* reported<Row>(
  pieces: AsyncIterable<Row[]>,
  { onRead }: Pick<VerifyOptions, 'onRead'>,
): AsyncGenerator<Row[]> {
  for await (const piece of pieces) {
    yield piece;
    await onRead?.(piece.length);
  }
}

const rowsAtOnce = 200;

async function checkChainsAndRows(
  sql: Sql,
  check: ChainCheck,
  { lives, echoes }: Pick<VerifyDeps, 'lives' | 'echoes'>,
  entries: AsyncIterable<EntryRow[]>,
): Promise<void> {
  const { findings } = check;
  const checks = [
    ...lives.map((life) => ({ ...life, run: (ends: ChainEnd[]) => checkRows(sql, life, ends, findings) })),
    ...echoes.map((echo) => ({ ...echo, run: (ends: ChainEnd[]) => checkEchoes(sql, echo, ends, findings) })),
  ].map(({ prefix, run }) => ({ prefix, run, ends: [] as ChainEnd[] }));
  for await (const end of checkChains(entries, check)) {
    for (const { prefix, run, ends } of checks) {
      if (!end.chainId.startsWith(prefix) || ends.push(end) < rowsAtOnce) continue;
      await run(ends);
      ends.length = 0;
    }
  }
  for (const { run, ends } of checks) if (ends.length > 0) await run(ends);
}

/** The first good seal over an entry was made while the entry was still what that seal says. */
async function sealedIntactAt(sql: Sql, verifier: HeadVerifier, found: Damage): Promise<Date | null> {
  if (found.leafIndex === null) return null;
  const row = await firstHeadOver(sql, found.associationId, found.leafIndex);
  if (!row) return null;
  const head = headOf(row);
  return verifier.verify(head, head.keyId, head.signature) ? head.sealedAt : null;
}
