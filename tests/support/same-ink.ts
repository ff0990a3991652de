import { type BilevelPage, rowBytes } from '../../src/imaging/bilevel.ts';

/**
 * How much of the ink of either page has no ink within a pixel of it on the other, 0 to 1. Two ways to draw the same outlines
 * differ in where an edge is rounded to, never by more than that; a mark left out or moved counts in full.
 */
export function strayInk(one: BilevelPage, other: BilevelPage): number {
  if (one.width !== other.width || one.height !== other.height) return 1;
  return Math.max(strayFrom(one, other), strayFrom(other, one));
}

function strayFrom(page: BilevelPage, other: BilevelPage): number {
  const perRow = rowBytes(page.width);
  const near = widened(other);
  let [ink, stray] = [0, 0];
  for (let at = 0; at < perRow * page.height; at += 1) {
    ink += ones(page.bits[at]!);
    stray += ones(page.bits[at]! & ~near[at]!);
  }
  return ink === 0 ? 0 : stray / ink;
}

/** All pixels that have ink among their eight neighbours or are ink. */
function widened({ bits, width, height }: BilevelPage): Uint8Array {
  const perRow = rowBytes(width);
  const across = bits.map((byte, at) => {
    const column = at % perRow;
    const left = column > 0 ? bits[at - 1]! : 0;
    const right = column < perRow - 1 ? bits[at + 1]! : 0;
    return byte | (byte >> 1) | (byte << 1) | (left << 7) | (right >> 7);
  });
  return across.map(
    (byte, at) => byte | (across[at - perRow] ?? 0) | (at < perRow * (height - 1) ? across[at + perRow]! : 0),
  );
}

function ones(byte: number): number {
  let count = 0;
  for (let rest = byte; rest !== 0; rest &= rest - 1) count += 1;
  return count;
}
