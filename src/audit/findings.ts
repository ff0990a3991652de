/** What the verification found: one finding for one damage, in words for an auditor. */
import { type Words, wordsFor } from './words.ts';

/**
 * - `edited`          an entry's content is not what its hash covers
 * - `rewritten`       an entry was replaced together with its hash after it had been sealed
 * - `deleted`         entries are gone (from the middle, from the end, or a whole chain)
 * - `inserted`        an entry was put in later
 * - `reordered`       an entry stands under another number than it was written under
 * - `leaf_changed`    a leaf was edited, the entry is as it was
 * - `leaf_missing`    leaves are gone
 * - `head_changed`    a head does not agree with itself
 * - `head_missing`    a head is gone
 * - `bad_signature`   a head was not signed, as it stands, by a key we trust
 * - `tree_differs`    the leaves do not give the signed root, and it cannot be said which were changed
 * - `witness_differs` the log does not contain what was printed on paper
 * - `row_differs`     a row does not match the end of its chain
 * - `row_missing`     a row is gone, its chain is there
 * - `state_differs`   a row's state is not what its log gives
 */
export type FindingKind =
  | 'edited'
  | 'rewritten'
  | 'deleted'
  | 'inserted'
  | 'reordered'
  | 'leaf_changed'
  | 'leaf_missing'
  | 'head_changed'
  | 'head_missing'
  | 'bad_signature'
  | 'tree_differs'
  | 'witness_differs'
  | 'row_differs'
  | 'row_missing'
  | 'state_differs';

export interface Damage {
  kind: FindingKind;
  associationId: string;
  chainId: string | null;
  /** First and last number in the chain. */
  seq: number | null;
  lastSeq: number | null;
  /** The seal concerned, by the number of entries it covers. */
  treeSize: number | null;
  /** Place in the tree, from which the time of the last good seal follows. */
  leafIndex: number | null;
  /** The seal at which this was still in order, for a row its last entry; null when nothing proves any. */
  intactAt: Date | null;
  /** Names of columns or keys, never what is in them. */
  detail: string | null;
}

export type Finding = Damage & Words;

/** A damage from what is known of it. */
export const damage = (
  kind: FindingKind,
  associationId: string,
  known: Partial<Omit<Damage, 'kind' | 'associationId'>> = {},
): Damage => ({
  ...{ kind, associationId, chainId: null, seq: null, treeSize: null, leafIndex: null, intactAt: null, detail: null },
  ...known,
  lastSeq: known.lastSeq ?? known.seq ?? null,
});

/** Gathers findings; a table that is wholly gone must not fill the memory, so only the first `limit` are kept. */
export class Findings {
  /** All that were found, the ones not kept included. */
  count = 0;
  readonly kept: Damage[] = [];
  private readonly limit: number;
  private readonly gaps = new Map<string, Damage[]>();

  constructor(limit: number) {
    this.limit = limit;
  }

  add(found: Damage): void {
    if (found.kind === 'deleted' && this.joinGap(found)) return;
    this.count += 1;
    if (this.kept.length >= this.limit) return;
    this.kept.push(found);
    if (found.kind === 'deleted' && found.chainId !== null)
      this.gaps.set(found.chainId, [...(this.gaps.get(found.chainId) ?? []), found]);
  }

  /** The gap in a chain, the row that still counts its entries, and the leaves left behind speak of one deletion. */
  private joinGap({ chainId, seq, lastSeq, leafIndex }: Damage): boolean {
    if (chainId === null || seq === null || lastSeq === null) return false;
    const gap = this.gaps
      .get(chainId)
      ?.find((known) => seq <= (known.lastSeq as number) + 1 && lastSeq >= (known.seq as number) - 1);
    if (!gap) return false;
    gap.seq = Math.min(seq, gap.seq as number);
    gap.lastSeq = Math.max(lastSeq, gap.lastSeq as number);
    if (leafIndex !== null) gap.leafIndex = Math.max(leafIndex, gap.leafIndex ?? 0);
    return true;
  }
}

/** The finding in words. */
export const told = (found: Damage): Finding => ({ ...found, ...wordsFor(found) });
