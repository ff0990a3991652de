/** Specks smoothed away: every pixel becomes what most of the nine around it are. Eight pixels at a time, in adders of bits. */
import { type BilevelPage, rowBytes } from '../../imaging/bilevel.ts';

/** @returns a page of the same size; beyond its edges counts as white. */
export function median(page: BilevelPage): BilevelPage {
  const { width, height } = page;
  const stride = rowBytes(width);
  // Sums of three neighbours in a row, as two planes of bits: ones and twos.
  const ones = new Uint8Array(page.bits.length);
  const twos = new Uint8Array(page.bits.length);
  for (let y = 0; y < height; y++)
    for (let at = 0; at < stride; at++) {
      const here = page.bits[y * stride + at]!;
      const before = at > 0 ? page.bits[y * stride + at - 1]! : 0;
      const after = at < stride - 1 ? page.bits[y * stride + at + 1]! : 0;
      if (here === 0 && before === 0 && after === 0) continue;
      const left = ((here >> 1) | (before << 7)) & 0xff;
      const right = ((here << 1) | (after >> 7)) & 0xff;
      ones[y * stride + at] = here ^ left ^ right;
      twos[y * stride + at] = (here & left) | (here & right) | (left & right);
    }
  const bits = new Uint8Array(page.bits.length);
  for (let y = 0; y < height; y++)
    for (let at = 0; at < stride; at++) {
      const index = y * stride + at;
      const aOne = y > 0 ? ones[index - stride]! : 0;
      const aTwo = y > 0 ? twos[index - stride]! : 0;
      const bOne = ones[index]!;
      const bTwo = twos[index]!;
      const cOne = y < height - 1 ? ones[index + stride]! : 0;
      const cTwo = y < height - 1 ? twos[index + stride]! : 0;
      if ((aTwo | bTwo | cTwo) === 0) continue; // at most three of nine
      // Black when ones + 2 × twos is at least 5.
      const lowSum = aOne ^ bOne ^ cOne;
      const lowCarry = (aOne & bOne) | (aOne & cOne) | (bOne & cOne);
      const parity = aTwo ^ bTwo ^ cTwo;
      const pairs = (aTwo & bTwo) | (aTwo & cTwo) | (bTwo & cTwo);
      // Total = lowSum + 2 × (lowCarry + parity) + 4 × pairs.
      const two = lowCarry ^ parity;
      const four = lowCarry & parity;
      bits[index] = (pairs & four) | ((pairs ^ four) & (two | lowSum));
    }
  return { ...page, bits };
}
