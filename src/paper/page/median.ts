/** Specks smoothed away: every pixel becomes what most of the nine around it are. Thirty-two pixels at a time, in adders of bits. */
import type { BilevelPage } from '../../imaging/bilevel.ts';
import { bitsOf, wordsOf } from '../../imaging/words.ts';

/** @returns a page of the same size; beyond its edges counts as white. */
export function median(page: BilevelPage): BilevelPage {
  const { words, perRow } = wordsOf(page);
  // Sums of three neighbours in a row, as two planes of bits: ones and twos.
  const ones = new Uint32Array(words.length);
  const twos = new Uint32Array(words.length);
  for (let row = 0; row < words.length; row += perRow) {
    let before = 0;
    let here = words[row]!;
    for (let at = row; at < row + perRow; at++) {
      const after = at < row + perRow - 1 ? words[at + 1]! : 0;
      if ((here | before | after) !== 0) {
        const left = (here >>> 1) | (before << 31);
        const right = (here << 1) | (after >>> 31);
        ones[at] = here ^ left ^ right;
        twos[at] = (here & left) | (here & right) | (left & right);
      }
      before = here;
      here = after;
    }
  }
  const behind = page.width & 31 ? (0xffffffff << (32 - (page.width & 31))) >>> 0 : 0xffffffff;
  const smooth = new Uint32Array(words.length);
  for (let at = 0; at < words.length; at++) {
    const [aTwo, bTwo, cTwo] = [twos[at - perRow] ?? 0, twos[at]!, twos[at + perRow] ?? 0];
    if ((aTwo | bTwo | cTwo) === 0) continue; // at most three of nine
    const [aOne, bOne, cOne] = [ones[at - perRow] ?? 0, ones[at]!, ones[at + perRow] ?? 0];
    // Black when ones + 2 × twos is at least 5.
    const lowSum = aOne ^ bOne ^ cOne;
    const lowCarry = (aOne & bOne) | (aOne & cOne) | (bOne & cOne);
    const parity = aTwo ^ bTwo ^ cTwo;
    const pairs = (aTwo & bTwo) | (aTwo & cTwo) | (bTwo & cTwo);
    // Total = lowSum + 2 × (lowCarry + parity) + 4 × pairs.
    const two = lowCarry ^ parity;
    const four = lowCarry & parity;
    const black = (pairs & four) | ((pairs ^ four) & (two | lowSum));
    smooth[at] = at % perRow === perRow - 1 ? black & behind : black;
  }
  return { ...page, bits: bitsOf({ words: smooth, perRow }, page.width) };
}
