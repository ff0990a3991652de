/**
 * Reed-Solomon erasure code over GF(256): of `total` blocks any `needed` bring back all. Position by position the blocks are
 * values of one polynomial of degree below `needed`, taken at 0, 1, 2 …; the first `needed` values are the data themselves, the
 * others parity. Whether a block is right is not its business: a symbol carries its own checksum.
 */

/** One block and its place: the point at which the polynomial has these values. */
export interface Block {
  index: number;
  bytes: Uint8Array;
}

/** Points of GF(256) that a block can stand at. */
export const mostBlocks = 256;

/** Powers of 2 and their logarithms for the polynomial x⁸+x⁴+x³+x²+1 (0x11d), the one QR symbols use too. */
const exponent = new Uint8Array(510);
const logarithm = new Uint8Array(256);
for (let power = 0, value = 1; power < 255; power++) {
  exponent[power] = exponent[power + 255] = value;
  logarithm[value] = power;
  value = (value << 1) ^ (value & 0x80 ? 0x11d : 0);
}

const times = (a: number, b: number): number => (a && b ? exponent[logarithm[a]! + logarithm[b]!]! : 0);
const over = (a: number, b: number): number => (a ? exponent[logarithm[a]! + 255 - logarithm[b]!]! : 0);

/**
 * The parity blocks that follow `data` (blocks of one length).
 * @throws RangeError when data and parity are more than 256 blocks.
 */
export function parityOf(data: readonly Uint8Array[], count: number): Uint8Array[] {
  if (data.length + count > mostBlocks) throw new RangeError('more blocks than GF(256) has points');
  const known = data.map((bytes, index) => ({ index, bytes }));
  return Array.from({ length: count }, (_, at) => valueAt(known, data.length + at));
}

/**
 * The first `needed` blocks from any `needed` different ones.
 * @returns null while there are fewer.
 */
export function restore(blocks: readonly Block[], needed: number): Uint8Array[] | null {
  const byIndex = new Map(blocks.map((block) => [block.index, block]));
  const known = [...byIndex.values()].sort((a, b) => a.index - b.index).slice(0, needed);
  if (known.length < needed) return null;
  return Array.from({ length: needed }, (_, index) => byIndex.get(index)?.bytes ?? valueAt(known, index));
}

/** Lagrange: the polynomial through `known`, at `point`. Addition and subtraction are both exclusive or. */
function valueAt(known: readonly Block[], point: number): Uint8Array {
  const value = new Uint8Array(known[0]?.bytes.length ?? 0);
  for (const { index, bytes } of known) {
    let weight = 1;
    for (const other of known) {
      if (other.index !== index) weight = times(weight, over(point ^ other.index, index ^ other.index));
    }
    for (let at = 0; at < value.length; at++) value[at]! ^= times(weight, bytes[at]!);
  }
  return value;
}
