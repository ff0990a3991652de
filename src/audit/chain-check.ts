/** First pass of the verification: every chain, entry by entry. */
import { entryHash, firstHash } from './chain.ts';
import { isExactJson } from './exact-json.ts';
import { damage, type Findings } from './findings.ts';
import { leafHash } from './merkle.ts';
import type { EntryRow } from './reading.ts';

/** An entry as the rebuilding of a state needs it. */
export interface LogEntry {
  kind: string;
  actor: string;
  data: unknown;
  /** Milliseconds since 1970. */
  at: number;
}

/** The end of a chain: what its row must say. */
export interface ChainEnd {
  chainId: string;
  associationId: string;
  seq: number;
  hash: Buffer;
  lastAt: Date | null;
  /** Nothing was found wrong in it. */
  isSound: boolean;
  /** The last entry was found wrong, so that a row which differs from it says nothing new. */
  endIsSound: boolean;
  entries: LogEntry[] | null;
}

export interface ChainCheck {
  findings: Findings;
  /** Per association: every entry up to this number was sealed. */
  settled: ReadonlyMap<string, number>;
  /** Whether the entries of this chain are wanted at its end. */
  wantsEntries: (chainId: string) => boolean;
  counts: { entries: number; chains: number; unsealed: number; oldestUnsealedAt: Date | null };
}

interface Walk {
  chainId: string;
  /** Entries seen, the present one not. */
  seq: number;
  hash: Buffer;
  lastAt: Date | null;
  associationId: string;
  lastLeaf: { seq: number; index: number | null } | null;
  wrong: Set<number>;
  entries: LogEntry[] | null;
}

/** Walks the entries, ordered by chain and number, and yields the end of each chain. */
export async function* checkChains(pieces: AsyncIterable<EntryRow[]>, check: ChainCheck): AsyncGenerator<ChainEnd> {
  let walk: Walk | null = null;
  for await (const rows of pieces) {
    for (const row of rows) {
      if (walk?.chainId !== row.chain_id) {
        if (walk) yield endOf(walk);
        walk = start(row, check);
      }
      checkEntry(walk, row, check);
    }
  }
  if (walk) yield endOf(walk);
}

function start({ chain_id: chainId, association_id: associationId }: EntryRow, check: ChainCheck): Walk {
  check.counts.chains += 1;
  const entries = check.wantsEntries(chainId) ? [] : null;
  const hash = firstHash(chainId);
  return { chainId, seq: 0, hash, lastAt: null, associationId, lastLeaf: null, wrong: new Set(), entries };
}

const endOf = ({ chainId, associationId, seq, hash, lastAt, wrong, entries }: Walk): ChainEnd => ({
  ...{ chainId, associationId, seq, hash, lastAt, entries },
  isSound: wrong.size === 0,
  endIsSound: !wrong.has(seq),
});

function checkEntry(walk: Walk, row: EntryRow, check: ChainCheck): void {
  const { findings, counts } = check;
  const { chainId } = walk;
  const { seq, association_id: associationId } = row;
  const leafIndex = row.leaf_index === null ? null : Number(row.leaf_index);
  const report = (
    kind: 'edited' | 'inserted' | 'reordered' | 'leaf_changed',
    at = seq,
    detail: string | null = null,
  ) => {
    walk.wrong.add(at);
    findings.add(damage(kind, associationId, { chainId, seq: at, leafIndex: at === seq ? leafIndex : null, detail }));
  };
  counts.entries += 1;

  const isGap = seq > walk.seq + 1;
  if (isGap) {
    walk.wrong.add(seq - 1); // the link to what is gone cannot hold
    findings.add(damage('deleted', associationId, { chainId, seq: walk.seq + 1, lastSeq: seq - 1 }));
  }
  if (seq <= walk.seq || seq < 1) report('inserted');
  const read = readEntry(row);
  const isSame = read !== null && covers(row, read, seq);
  const isLinked = row.prev_hash.equals(walk.hash);
  if (!isSame) {
    const written = read && writtenAs(row, read);
    if (written) report('reordered', seq, String(written));
    else report('edited', seq, isLinked || isGap || walk.wrong.has(seq - 1) ? null : 'prev_hash');
  } else if (!isLinked && !walk.wrong.has(seq - 1)) {
    // This entry still carries the hash of the one that stood before it.
    report('edited', Math.max(1, seq - 1));
  } else if (isMislabelled(row)) report('leaf_changed');
  checkPlace(walk, row, leafIndex, check, report);

  walk.seq = Math.max(seq, walk.seq);
  walk.hash = row.hash;
  walk.lastAt = read ? new Date(read.at) : walk.lastAt;
  walk.entries?.push({ kind: row.kind, actor: row.actor, data: read?.data, at: read?.at ?? Number.NaN });
}

/** Leaves are made in the order of the chain: an entry out of that order was not there when its neighbours were sealed. */
function checkPlace(
  walk: Walk,
  row: EntryRow,
  leafIndex: number | null,
  check: ChainCheck,
  report: (kind: 'inserted', seq?: number) => void,
): void {
  const { lastLeaf, wrong } = walk;
  if (leafIndex === null && Number(row.id) <= (check.settled.get(row.association_id) ?? 0)) report('inserted');
  const isLate = lastLeaf && leafIndex !== null && (lastLeaf.index === null || lastLeaf.index > leafIndex);
  if (isLate && !wrong.has(lastLeaf.seq) && !wrong.has(row.seq)) report('inserted', lastLeaf.seq);
  walk.lastLeaf = { seq: row.seq, index: leafIndex };
  if (leafIndex !== null) return;
  const at = new Date(Number(row.micros ?? Number.NaN) / 1000);
  check.counts.unsealed += 1;
  if (!check.counts.oldestUnsealedAt || at < check.counts.oldestUnsealedAt) check.counts.oldestUnsealedAt = at;
}

/** A leaf that is of this entry, hash and all, but names another. */
const isMislabelled = ({ chain_id, seq, hash, leaf_chain_id, leaf_seq, leaf_hash }: EntryRow): boolean =>
  leaf_hash !== null && (leaf_chain_id !== chain_id || leaf_seq !== seq) && leafHash(hash).equals(leaf_hash);

/** Instant and data as they were written; null when they are nothing that could have been written. */
function readEntry({ micros, data }: EntryRow): { at: number; data: unknown } | null {
  const at = Number(micros ?? Number.NaN) / 1000;
  if (!Number.isInteger(at) || !isExactJson(data)) return null;
  return { at, data: JSON.parse(data) };
}

function covers(row: EntryRow, { at, data }: { at: number; data: unknown }, seq: number): boolean {
  const { chain_id: chainId, association_id: associationId, actor, cause, kind } = row;
  const entry = { chainId, seq, associationId, at: new Date(at), actor, cause, kind, data };
  try {
    return entryHash(row.prev_hash, entry).equals(row.hash);
  } catch {
    return false; // something that entryHash would never have taken
  }
}

/** The number under which an entry was written, when it stands intact under another. */
function writtenAs(row: EntryRow, read: { at: number; data: unknown }): number | null {
  const near = Array.from({ length: 17 }, (_, index) => row.seq - 8 + index);
  const candidates = [row.leaf_seq, ...near].filter((seq) => seq !== null && seq > 0 && seq !== row.seq);
  return candidates.find((seq) => covers(row, read, seq as number)) ?? null;
}
