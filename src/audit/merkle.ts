/**
 * The Merkle tree of RFC 6962, section 2.1: leaf = SHA-256(0x00 ‖ data), node = SHA-256(0x01 ‖ left ‖ right); an odd node
 * is carried up alone, never doubled. Hashes are Buffers of 32 bytes. Pure.
 */
import { createHash } from 'node:crypto';

/**
 * A tree as small as it can be kept and still grow: the roots of its perfect subtrees, left to right, the largest first.
 * Their sizes are the powers of two of which `size` is the sum.
 */
export interface Tree {
  readonly size: number;
  readonly frontier: readonly Buffer[];
}

const leafPrefix = Buffer.from([0x00]);
const nodePrefix = Buffer.from([0x01]);
const sha256 = (...parts: Buffer[]): Buffer => {
  const hash = createHash('sha256');
  for (const part of parts) hash.update(part);
  return hash.digest();
};

export const emptyTree: Tree = { size: 0, frontier: [] };

export const leafHash = (data: Buffer): Buffer => sha256(leafPrefix, data);
export const nodeHash = (left: Buffer, right: Buffer): Buffer => sha256(nodePrefix, left, right);

/** The tree with these leaf hashes at its right end. Costs one node hash per leaf on the average. */
export function append(tree: Tree, leaves: Iterable<Buffer>): Tree {
  const frontier = [...tree.frontier];
  let size = tree.size;
  for (const leaf of leaves) {
    let node = leaf;
    // One merge for each trailing 1 in the binary size, as in a binary counter.
    for (let rest = size; rest % 2 === 1; rest = (rest - 1) / 2) node = nodeHash(frontier.pop() as Buffer, node);
    frontier.push(node);
    size += 1;
  }
  return { size, frontier };
}

/** The root; for the empty tree SHA-256 of nothing. */
export function rootOf({ frontier }: Tree): Buffer {
  if (frontier.length === 0) return sha256();
  return frontier.reduceRight((right, left) => nodeHash(left, right));
}

/** Whether a frontier read from somewhere has as many roots as a tree of that size, each of the right length. */
export function isWellFormed({ size, frontier }: Tree): boolean {
  if (!Number.isSafeInteger(size) || size < 0) return false;
  const ones = size.toString(2).replaceAll('0', '').length;
  return frontier.length === ones && frontier.every((root) => root.length === 32);
}

/** The largest power of two smaller than `size` (at least 2): where RFC 6962 splits a tree. */
function splitOf(size: number): number {
  let split = 1;
  while (split * 2 < size) split *= 2;
  return split;
}

const rootOfLeaves = (leaves: readonly Buffer[]): Buffer => rootOf(append(emptyTree, leaves));

/**
 * The audit path of leaf `index` in the tree of all `leaves` (leaf hashes), from the leaf upwards (section 2.1.1).
 * @throws RangeError when there is no such leaf.
 */
export function inclusionProof(leaves: readonly Buffer[], index: number): Buffer[] {
  if (!Number.isInteger(index) || index < 0 || index >= leaves.length)
    throw new RangeError(`no leaf ${index} in a tree of ${leaves.length}`);
  if (leaves.length === 1) return [];
  const split = splitOf(leaves.length);
  const [left, right] = [leaves.slice(0, split), leaves.slice(split)];
  if (index < split) return [...inclusionProof(left, index), rootOfLeaves(right)];
  return [...inclusionProof(right, index - split), rootOfLeaves(left)];
}

/** Whether `proof` shows that `leaf` is number `index` of the tree with this size and root (RFC 9162, 2.1.3.2). */
export function verifyInclusion(claim: {
  leaf: Buffer;
  index: number;
  size: number;
  root: Buffer;
  proof: readonly Buffer[];
}): boolean {
  const { leaf, index, size, root, proof } = claim;
  if (!Number.isSafeInteger(index) || !Number.isSafeInteger(size) || index < 0 || index >= size) return false;
  let [place, last, node] = [index, size - 1, leaf];
  for (const sibling of proof) {
    if (last === 0) return false;
    if (place % 2 === 1 || place === last) {
      node = nodeHash(sibling, node);
      // A node carried up alone has no sibling on these levels.
      while (place % 2 === 0 && place !== 0) [place, last] = [half(place), half(last)];
    } else node = nodeHash(node, sibling);
    [place, last] = [half(place), half(last)];
  }
  return last === 0 && node.equals(root);
}

/**
 * The proof that the tree of the first `size` leaves is the beginning of the tree of all `leaves` (section 2.1.2).
 * Empty when both are the same tree. @throws RangeError unless 1 ≤ size ≤ leaves.length.
 */
export function consistencyProof(leaves: readonly Buffer[], size: number): Buffer[] {
  if (!Number.isInteger(size) || size < 1 || size > leaves.length)
    throw new RangeError(`no proof from a tree of ${size} to one of ${leaves.length}`);
  return subproof(leaves, size, true);
}

function subproof(leaves: readonly Buffer[], size: number, isWhole: boolean): Buffer[] {
  if (size === leaves.length) return isWhole ? [] : [rootOfLeaves(leaves)];
  const split = splitOf(leaves.length);
  const [left, right] = [leaves.slice(0, split), leaves.slice(split)];
  if (size <= split) return [...subproof(left, size, isWhole), rootOfLeaves(right)];
  return [...subproof(right, size - split, false), rootOfLeaves(left)];
}

/** Whether `proof` shows that the second tree only adds leaves to the first (RFC 9162, 2.1.4.2). */
export function verifyConsistency(claim: {
  first: { size: number; root: Buffer };
  second: { size: number; root: Buffer };
  proof: readonly Buffer[];
}): boolean {
  const { first, second, proof } = claim;
  if (!Number.isSafeInteger(first.size) || !Number.isSafeInteger(second.size)) return false;
  if (first.size < 1 || first.size > second.size) return false;
  if (first.size === second.size) return proof.length === 0 && first.root.equals(second.root);
  // A perfect first tree is a node of the second: the proof leaves out what the verifier already holds.
  const path = isPowerOfTwo(first.size) ? [first.root, ...proof] : [...proof];
  const start = path.shift();
  if (!start) return false;
  let [place, last] = [first.size - 1, second.size - 1];
  while (place % 2 === 1) [place, last] = [half(place), half(last)];
  let [before, after] = [start, start];
  for (const sibling of path) {
    if (last === 0) return false;
    if (place % 2 === 1 || place === last) {
      before = nodeHash(sibling, before);
      after = nodeHash(sibling, after);
      while (place % 2 === 0 && place !== 0) [place, last] = [half(place), half(last)];
    } else after = nodeHash(after, sibling);
    [place, last] = [half(place), half(last)];
  }
  return last === 0 && before.equals(first.root) && after.equals(second.root);
}

// Not shifts: those end at 2^31, and a log that grows for decades should not have to know.
const half = (value: number): number => Math.floor(value / 2);
const isPowerOfTwo = (value: number): boolean => splitOf(value * 2) === value;
