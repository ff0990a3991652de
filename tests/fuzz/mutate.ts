/** What is done to an input: what a noisy line, a careless clerk and somebody who wants in would do. */

import { mulberry } from '../../src/lib/mulberry.ts';

/** Whole numbers from 0 up to, not including, `below`. */
export type Draw = (below: number) => number;

/** From a seed; the same seed gives the same run. */
export function drawFrom(seed: number): Draw {
  const next = mulberry(seed);
  return (below) => next() % below;
}

/** Numbers at which lengths, offsets and counters break. */
const edges = [0, 1, 2, 0x7f, 0x80, 0xff, 0x100, 0x7fff, 0x8000, 0xffff, 0x10000, 0x7fffffff, 0x80000000, 0xffffffff];

/** Text that parsers stumble over: other digits, other spaces, halves of a pair, ends of line, marks, very long. */
const stumbling = [
  '\0',
  '０１２',
  '٣',
  '\u3000',
  '\u200b',
  '\u202e',
  '\ud800',
  'か\u3099',
  '㍻',
  '元年',
  '-',
  '+',
  '%00',
  '"',
  '\r\n',
]
  .concat([
    '=',
    ',',
    ';',
    '{',
    '[',
    '<!',
    '&amp;',
    '1e309',
    '-0',
    '__proto__',
    'null',
    'é'.normalize('NFD'),
    'ｶﾞ',
    '9'.repeat(40),
  ])
  .map((text) => Buffer.from(text));

/** @param others whole inputs to splice with; `words` belong to the target's own language. */
export function mutate(
  input: Buffer,
  draw: Draw,
  others: readonly Buffer[],
  words: readonly Buffer[],
  most: number,
): Buffer {
  let bytes = Buffer.from(input);
  for (let turns = 1 + draw(4); turns > 0; turns--) bytes = once(bytes, draw, others, words);
  return bytes.subarray(0, most);
}

function once(bytes: Buffer, draw: Draw, others: readonly Buffer[], words: readonly Buffer[]): Buffer<ArrayBuffer> {
  const at = draw(bytes.length + 1);
  const pick = <T>(list: readonly T[]): T => list[draw(list.length)]!;
  switch (draw(9)) {
    case 0:
      return flipped(bytes, at, draw);
    case 1:
      return numbered(bytes, at, pick(edges), draw);
    case 2:
      return cut(bytes, at, 1 + draw(16));
    case 3:
      return cut(bytes, at, 1 + draw(bytes.length + 1));
    case 4:
      return put(bytes, at, bytes.subarray(draw(bytes.length + 1)).subarray(0, 1 + draw(64)));
    case 5:
      return put(bytes, at, pick(stumbling));
    case 6:
      return put(bytes, at, words.length > 0 ? pick(words) : pick(stumbling));
    case 7:
      return put(bytes.subarray(0, at), at, others.length > 0 ? pick(others).subarray(draw(64)) : Buffer.alloc(0));
    default:
      return put(bytes, at, Buffer.from([draw(256), draw(256)]));
  }
}

const put = (bytes: Buffer, at: number, more: Buffer): Buffer<ArrayBuffer> =>
  Buffer.concat([bytes.subarray(0, at), more, bytes.subarray(at)]);
const cut = (bytes: Buffer, at: number, length: number): Buffer<ArrayBuffer> =>
  Buffer.concat([bytes.subarray(0, at), bytes.subarray(at + length)]);

function flipped(bytes: Buffer, at: number, draw: Draw): Buffer<ArrayBuffer> {
  const copy = Buffer.from(bytes);
  if (at < copy.length) copy[at] = copy[at]! ^ (1 << draw(8));
  return copy;
}

function numbered(bytes: Buffer, at: number, value: number, draw: Draw): Buffer<ArrayBuffer> {
  const copy = Buffer.from(bytes);
  if (at + 4 > copy.length) return copy;
  if (draw(2) === 0) copy.writeUInt32LE(value, at);
  else copy.writeUInt16LE(value & 0xffff, at);
  return copy;
}
