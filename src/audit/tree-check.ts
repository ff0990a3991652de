/** Third part of the verification: the leaves of one association against its signed heads and against paper. */
import { damage, type Findings } from './findings.ts';
import { append, emptyTree, isWellFormed, leafHash, rootOf, type Tree } from './merkle.ts';
import type { LeafRow } from './reading.ts';
import type { HeadVerifier } from './signer.ts';
import { type HeadRow, headOf, type StoredHead } from './store.ts';

/** A head that was printed: what the log must contain for ever after. */
export interface Witness {
  treeSize: number;
  root: Buffer;
}

export interface TreeCheck {
  associationId: string;
  leaves: AsyncIterable<LeafRow[]>;
  heads: AsyncIterable<(HeadRow & { is_exact: boolean })[]>;
  witnesses: readonly Witness[];
  verifier: HeadVerifier;
  findings: Findings;
}

export interface TreeEnd {
  leaves: number;
  heads: number;
  /** The last head that is in order: what goes on paper. */
  lastHead: StoredHead | null;
}

/**
 * The tree is grown twice, from the leaves as they are stored and from the entries as they are now; while both agree, once.
 * At each signed head the root tells which of the two is what was sealed. null: cannot be known, until the next good head.
 */
interface Growth {
  /** Index of the next leaf. */
  next: number;
  stored: Tree | null;
  entries: Tree | null;
  /** Entries that their leaf does not fit, since the last good head. */
  suspects: { chainId: string; seq: number; leafIndex: number }[];
}

/** Walks leaves and heads of one association side by side. */
export async function checkTree(check: TreeCheck): Promise<TreeEnd> {
  const { associationId, findings, verifier } = check;
  const source = leafSource(check.leaves);
  const growth: Growth = { next: 0, stored: emptyTree, entries: emptyTree, suspects: [] };
  const witnesses = [...check.witnesses].sort((one, other) => one.treeSize - other.treeSize);
  const witnessesUpTo = (size: number): Witness[] =>
    witnesses.splice(0, witnesses.filter((w) => w.treeSize <= size).length);
  let [heads, largest, previousSize] = [0, 0, 0 as number | null];
  let lastHead: StoredHead | null = null;

  for await (const rows of check.heads)
    for (const row of rows) {
      const head = headOf(row);
      heads += 1;
      largest = Math.max(largest, head.treeSize);
      if (!row.is_exact || !verifier.verify(head, head.keyId, head.signature)) {
        const known = { treeSize: head.treeSize, detail: head.keyId, intactAt: lastHead?.sealedAt ?? null };
        findings.add(damage('bad_signature', associationId, known));
        previousSize = null; // nothing it says may be compared with
        continue;
      }
      if (previousSize !== null && head.previousSize !== previousSize)
        reportMissingHead(check, head.previousSize, lastHead);
      for (const witness of witnessesUpTo(head.treeSize - 1)) {
        await grow(growth, source, witness.treeSize, check);
        checkWitness(growth, witness, check);
      }
      await grow(growth, source, head.treeSize, check);
      checkHead(growth, head, check, lastHead);
      for (const witness of witnessesUpTo(head.treeSize)) checkWitness(growth, witness, check);
      [previousSize, lastHead] = [head.treeSize, head];
    }

  for (const witness of witnesses) {
    await consume(growth, source, witness.treeSize, check);
    checkWitness(growth, witness, check);
  }
  await consume(growth, source, Number.POSITIVE_INFINITY, check);
  reportSuspects(growth, 'tree_differs', check);
  // Leaves and their head are written in one transaction.
  if (growth.next > largest) reportMissingHead(check, growth.next, lastHead);
  return { leaves: source.count(), heads, lastHead };
}

/** Takes in all leaves below `size`, and reports those that are not there. */
async function grow(growth: Growth, source: LeafSource, size: number, check: TreeCheck): Promise<void> {
  await consume(growth, source, size, check);
  if (growth.next < size) skipTo(growth, size, check);
}

async function consume(growth: Growth, source: LeafSource, size: number, check: TreeCheck): Promise<void> {
  for (let rows = await source.take(size); rows.length > 0; rows = await source.take(size)) growBy(growth, rows, check);
}

function growBy(growth: Growth, rows: readonly LeafRow[], check: TreeCheck): void {
  const isOne = growth.entries === growth.stored;
  const suspectsBefore = growth.suspects.length;
  const stored: Buffer[] = [];
  const entries: Buffer[] = [];
  for (const { leaf_index, chain_id: chainId, seq, leaf_hash: leaf, entry_hash: entry } of rows) {
    const leafIndex = Number(leaf_index);
    if (leafIndex > growth.next) skipTo(growth, leafIndex, check);
    growth.next = leafIndex + 1;
    stored.push(leaf);
    if (entry) {
      const wanted = leafHash(entry);
      entries.push(wanted);
      if (!wanted.equals(leaf)) growth.suspects.push({ chainId, seq, leafIndex });
    } else check.findings.add(damage('deleted', check.associationId, { chainId, seq, leafIndex }));
  }
  const isAgreed = isOne && entries.length === rows.length && growth.suspects.length === suspectsBefore;
  const before = growth.entries;
  growth.stored &&= append(growth.stored, stored);
  if (isAgreed) growth.entries = growth.stored;
  else growth.entries = before && entries.length === rows.length ? append(before, entries) : null;
}

function skipTo(growth: Growth, index: number, { associationId, findings }: TreeCheck): void {
  const detail = index - 1 > growth.next ? `${growth.next}-${index - 1}` : `${growth.next}`;
  findings.add(damage('leaf_missing', associationId, { leafIndex: index - 1, detail }));
  growth.next = index;
  growth.stored = null;
  growth.entries = null;
}

/** A head with a good signature decides what is true about everything below it. */
function checkHead(growth: Growth, head: StoredHead, check: TreeCheck, lastHead: StoredHead | null): void {
  const { associationId, findings } = check;
  const { treeSize, root } = head;
  const intactAt = lastHead?.sealedAt ?? null;
  const isWhole = isWellFormed(head.tree) && rootOf(head.tree).equals(root);
  if (!isWhole) findings.add(damage('head_changed', associationId, { treeSize, intactAt, detail: 'frontier' }));

  const fits = (tree: Tree | null): boolean => tree !== null && rootOf(tree).equals(root);
  if (fits(growth.stored)) reportSuspects(growth, 'rewritten', check);
  else if (fits(growth.entries)) {
    reportSuspects(growth, 'leaf_changed', check);
    growth.stored = growth.entries;
  } else {
    // Without a suspect, entry and leaf were changed together; where leaves are missing that has been said.
    if (growth.stored && growth.suspects.length === 0)
      findings.add(damage('tree_differs', associationId, { treeSize, intactAt }));
    reportSuspects(growth, 'tree_differs', check);
    growth.stored = isWhole ? head.tree : null;
  }
  growth.entries = growth.stored;
}

function checkWitness({ stored, next }: Growth, { treeSize, root }: Witness, check: TreeCheck): void {
  const isThere = stored !== null && stored.size === treeSize && rootOf(stored).equals(root);
  if (isThere) return;
  const detail = next < treeSize ? `${next} < ${treeSize}` : root.toString('hex');
  check.findings.add(damage('witness_differs', check.associationId, { treeSize, detail }));
}

function reportSuspects(growth: Growth, kind: 'rewritten' | 'leaf_changed' | 'tree_differs', check: TreeCheck): void {
  for (const suspect of growth.suspects) check.findings.add(damage(kind, check.associationId, suspect));
  growth.suspects = [];
}

function reportMissingHead(check: TreeCheck, treeSize: number, lastHead: StoredHead | null): void {
  const intactAt = lastHead?.sealedAt ?? null;
  check.findings.add(damage('head_missing', check.associationId, { treeSize, intactAt, detail: `${treeSize}` }));
}

interface LeafSource {
  /** The next leaves with an index below `size`; empty when there are none. */
  take(size: number): Promise<LeafRow[]>;
  count(): number;
}

function leafSource(pieces: AsyncIterable<LeafRow[]>): LeafSource {
  const iterator = pieces[Symbol.asyncIterator]();
  let piece: LeafRow[] = [];
  let place = 0;
  let taken = 0;
  return {
    async take(size) {
      if (place >= piece.length) {
        const { done, value } = await iterator.next();
        [piece, place] = [done ? [] : value, 0];
      }
      let end = place;
      while (end < piece.length && Number((piece[end] as LeafRow).leaf_index) < size) end += 1;
      const rows = piece.slice(place, end);
      place = end;
      taken += rows.length;
      return rows;
    },
    count: () => taken,
  };
}
