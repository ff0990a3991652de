/**
 * CCITT Group 4 (ITU-T T.6), the way from pixels to bytes. Ours, because libtiff through sharp needs every pixel as a byte
 * first and splits a page into strips, and TIFF-F (RFC 2306) asks for one strip a page; it is also five times quicker.
 */
import type { BilevelPage } from './bilevel.ts';
import { black, type Code, endOfBlock, horizontalMode, passMode, verticalModes, white } from './t6-codes.ts';
import { storedWords, turned } from './words.ts';

/** @returns one page as one T.6 block, most significant bit first, closed with EOFB. Lossless. */
export function encodeGroup4(page: BilevelPage): Uint8Array {
  const out = new BitWriter((page.bits.length >> 2) + 64);
  let reference = new Int32Array(page.width + 4).fill(page.width); // above the first row all is white
  let changes = new Int32Array(page.width + 4);
  const { words, perRow } = storedWords(page);
  for (let y = 0; y < page.height; y += 1) {
    findChanges(words.subarray(y * perRow, (y + 1) * perRow), page.width, changes);
    encodeRow(out, reference, changes, page.width);
    [reference, changes] = [changes, reference];
  }
  for (const code of endOfBlock) writeCode(out, code);
  return out.finish();
}

/**
 * Where the colour changes along a row that begins white: at even places to black, at odd ones to white. Behind the last
 * change the width stands three times, so that looking two changes ahead never leaves the list.
 */
function findChanges(row: Uint32Array, width: number, changes: Int32Array): void {
  let count = 0;
  let ink = 0; // all ones while black
  for (let column = 0; column < row.length; column += 1) {
    const word = row[column]!;
    if (word === 0 && ink === 0) continue; // nine of ten places are white on white
    let differing = turned(word) ^ ink;
    while (differing !== 0) {
      const offset = Math.clz32(differing);
      changes[count++] = column * 32 + offset;
      ink = ~ink;
      differing ^= 0xffffffff >>> offset; // from here on the other colour is the one that does not differ
    }
  }
  if (count > 0 && changes[count - 1]! >= width) count -= 1; // the white behind a row that ends black
  changes[count] = width;
  changes[count + 1] = width;
  changes[count + 2] = width;
}

/** T.6, 2.2.3: a0, a1, a2 are changes of this row, b1, b2 of the row above; the same letters as there. */
function encodeRow(out: BitWriter, reference: Int32Array, changes: Int32Array, width: number): void {
  let a0 = -1; // an imaginary white pixel before the first
  let next = 0; // a1's place in `changes`; its parity is the colour after a0: even white, odd black
  let above = 0; // b1's place in `reference`; always of the same parity, for b1 changes to the colour that a1 changes to
  while (a0 < width) {
    const a1 = changes[next]!;
    let b1 = reference[above]!;
    while (b1 <= a0 && b1 < width) {
      above += 2;
      b1 = reference[above]!;
    }
    const offset = a1 - b1;
    if (offset > 0 && reference[above + 1]! < a1) {
      writeCode(out, passMode);
      a0 = reference[above + 1]!;
    } else if (offset >= -3 && offset <= 3) {
      if (offset === 0) out.write(1, 1);
      else writeCode(out, verticalModes[offset + 3]!);
      a0 = a1;
      next += 1;
      above += above > 0 ? -1 : 1; // the one before may lie right of a1 again; one further back cannot
    } else {
      const a2 = a1 >= width ? width : changes[next + 1]!;
      writeCode(out, horizontalMode);
      const isWhite = (next & 1) === 0;
      writeRun(out, a1 - Math.max(a0, 0), isWhite ? white : black);
      writeRun(out, a2 - a1, isWhite ? black : white);
      a0 = a2;
      next += 2;
    }
  }
}

const longestMakeUp = 2560;

function writeRun(out: BitWriter, run: number, { terminating, makeUp }: typeof white): void {
  let left = run;
  for (; left >= longestMakeUp + 64; left -= longestMakeUp) writeCode(out, makeUp.at(-1)!);
  if (left >= 64) writeCode(out, makeUp[(left >> 6) - 1]!);
  writeCode(out, terminating[left & 63]!);
}

const writeCode = (out: BitWriter, { bits, length }: Code): void => out.write(bits, length);

class BitWriter {
  #bytes: Uint8Array;
  #length = 0;
  #held = 0;
  #heldBits = 0;
  constructor(size: number) {
    this.#bytes = new Uint8Array(size);
  }

  /** At most 13 bits. */
  write(bits: number, length: number): void {
    this.#held = (this.#held << length) | bits; // at most 15 + 13 bits
    this.#heldBits += length;
    if (this.#heldBits < 16) return;
    this.#heldBits -= 16;
    const two = this.#held >> this.#heldBits;
    if (this.#length + 2 > this.#bytes.length) this.#grow();
    this.#bytes[this.#length] = two >> 8;
    this.#bytes[this.#length + 1] = two;
    this.#length += 2;
    this.#held &= (1 << this.#heldBits) - 1;
  }

  finish(): Uint8Array {
    const last = this.#held << (16 - this.#heldBits);
    const whole = this.#length + ((this.#heldBits + 7) >> 3);
    if (whole > this.#bytes.length) this.#grow();
    if (this.#heldBits > 0) this.#bytes[this.#length] = last >> 8;
    if (this.#heldBits > 8) this.#bytes[this.#length + 1] = last;
    return this.#bytes.slice(0, whole);
  }

  #grow(): void {
    const larger = new Uint8Array(this.#bytes.length * 2);
    larger.set(this.#bytes);
    this.#bytes = larger;
  }
}
