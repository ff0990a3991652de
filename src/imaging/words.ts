/** A page's pixels thirty-two at a time, for what goes over all of them: the leftmost pixel in a word's highest bit. */
import { type BilevelPage, rowBytes } from './bilevel.ts';

export interface WordRows {
  words: Uint32Array;
  /** Words of one row; what lies behind the page's width is white. */
  perRow: number;
}

/** The order of four bytes turned round: every machine that Node runs on keeps the lowest first. */
export const turned = (word: number): number =>
  (word << 24) | ((word & 0xff00) << 8) | ((word >>> 8) & 0xff00) | (word >>> 24);

/** The page's own bytes as words that must still be `turned`: a copy only when rows do not end with a whole word. */
export function storedWords({ bits, width, height }: BilevelPage): WordRows {
  const stride = rowBytes(width);
  const perRow = (stride + 3) >> 2;
  if (stride % 4 === 0 && bits.byteOffset % 4 === 0)
    return { words: new Uint32Array(bits.buffer, bits.byteOffset, perRow * height), perRow };
  const padded = new Uint8Array(perRow * 4 * height);
  for (let y = 0; y < height; y += 1) padded.set(bits.subarray(y * stride, (y + 1) * stride), y * perRow * 4);
  return { words: new Uint32Array(padded.buffer), perRow };
}

export function wordsOf(page: BilevelPage): WordRows {
  const { words: stored, perRow } = storedWords(page);
  const words = new Uint32Array(stored.length);
  for (let at = 0; at < words.length; at += 1) if (stored[at] !== 0) words[at] = turned(stored[at]!);
  return { words, perRow };
}

/** @param words are used up: they may be the answer's own bytes afterwards. Bits behind the width must be 0. */
export function bitsOf({ words, perRow }: WordRows, width: number): Uint8Array {
  for (let at = 0; at < words.length; at += 1) if (words[at] !== 0) words[at] = turned(words[at]!);
  const bytes = new Uint8Array(words.buffer, words.byteOffset, words.byteLength);
  const stride = rowBytes(width);
  if (stride === perRow * 4) return bytes;
  const height = words.length / perRow;
  const bits = new Uint8Array(stride * height);
  for (let y = 0; y < height; y += 1) bits.set(bytes.subarray(y * perRow * 4, y * perRow * 4 + stride), y * stride);
  return bits;
}
