import type { BilevelPage } from '../../src/imaging/bilevel.ts';
import { type WordRows, wordsOf } from '../../src/imaging/words.ts';

/**
 * How much of the ink of either page has no ink within a pixel of it on the other, 0 to 1. Two ways to draw the same outlines
 * differ in where an edge is rounded to, never by more than that; a mark left out or moved counts in full.
 */
export function strayInk(one: BilevelPage, other: BilevelPage): number {
  if (one.width !== other.width || one.height !== other.height) return 1;
  return Math.max(strayFrom(one, other), strayFrom(other, one));
}

function strayFrom(page: BilevelPage, other: BilevelPage): number {
  const own = wordsOf(page).words;
  const near = widened(wordsOf(other));
  let [ink, stray] = [0, 0];
  for (let at = 0; at < own.length; at += 1) {
    if (own[at] === 0) continue;
    ink += ones(own[at]!);
    stray += ones(own[at]! & ~near[at]!);
  }
  return ink === 0 ? 0 : stray / ink;
}

/** All pixels that have ink among their eight neighbours or are ink. */
function widened({ words, perRow }: WordRows): Uint32Array {
  const across = words.map((word, at) => {
    const left = at % perRow > 0 ? words[at - 1]! : 0;
    const right = at % perRow < perRow - 1 ? words[at + 1]! : 0;
    return word | (word >>> 1) | (word << 1) | (left << 31) | (right >>> 31);
  });
  return across.map((word, at) => word | (across[at - perRow] ?? 0) | (across[at + perRow] ?? 0));
}

function ones(word: number): number {
  let count = 0;
  for (let rest = word; rest !== 0; rest &= rest - 1) count += 1;
  return count;
}
