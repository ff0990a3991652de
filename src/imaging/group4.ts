/**
 * CCITT Group 4 (ITU-T T.6), the way from pixels to bytes. Ours, because libtiff through sharp needs every pixel as a byte
 * first and splits a page into strips, and TIFF-F (RFC 2306) asks for one strip a page; it is also five times quicker.
 */
import { type BilevelPage, rowBytes } from './bilevel.ts';
import { black, type Code, endOfBlock, horizontalMode, passMode, verticalModes, white } from './t6-codes.ts';

/** @returns one page as one T.6 block, most significant bit first, closed with EOFB. Lossless. */
export function encodeGroup4(page: BilevelPage): Uint8Array {
  const out = new BitWriter((page.bits.length >> 2) + 64);
  let reference = new Int32Array(page.width + 4).fill(page.width); // above the first row all is white
  let changes = new Int32Array(page.width + 4);
  const words = wordsOf(page);
  for (let y = 0; y < page.height; y += 1) {
    findChanges(page, words, y, changes);
    encodeRow(out, reference, changes, page.width);
    [reference, changes] = [changes, reference];
  }
  for (const code of endOfBlock) out.write(code);
  return out.finish();
}

/** The page's bytes four at a time; null where a row does not begin on such a boundary. */
function wordsOf({ bits, width }: BilevelPage): Uint32Array | null {
  const isAligned = rowBytes(width) % 4 === 0 && bits.byteOffset % 4 === 0;
  return isAligned ? new Uint32Array(bits.buffer, bits.byteOffset, bits.length >> 2) : null;
}

/** How many bits a byte begins with that are all 0, of eight. */
const leadingZeros = Uint8Array.from({ length: 256 }, (_, byte) => Math.clz32(byte) - 24);

/**
 * Where the colour changes along a row that begins white: at even places to black, at odd ones to white. Behind the last
 * change the width stands three times, so that looking two changes ahead never leaves the list.
 */
function findChanges({ bits, width }: BilevelPage, words: Uint32Array | null, y: number, changes: Int32Array): void {
  const perRow = rowBytes(width);
  const start = y * perRow;
  let count = 0;
  let ink = 0; // 0x00 while white, 0xff while black
  for (let column = 0; column < perRow; column += 1) {
    if (words && ink === 0 && (column & 3) === 0 && words[(start + column) >> 2] === 0) {
      column += 3; // nine of ten places are white on white
      continue;
    }
    let differing = bits[start + column]! ^ ink;
    while (differing !== 0) {
      const offset = leadingZeros[differing]!;
      const x = column * 8 + offset;
      if (x >= width) break;
      changes[count++] = x;
      ink ^= 0xff;
      differing ^= 0xff >> offset; // from here on the other colour is the one that does not differ
    }
  }
  changes[count] = width;
  changes[count + 1] = width;
  changes[count + 2] = width;
}

/** T.6, 2.2.3: a0, a1, a2 are changes of this row, b1, b2 of the row above; the same letters as there. */
function encodeRow(out: BitWriter, reference: Int32Array, changes: Int32Array, width: number): void {
  let a0 = -1; // an imaginary white pixel before the first
  let next = 0; // a1's place in `changes`; its parity is the colour after a0: even white, odd black
  let above = 0;
  while (a0 < width) {
    const a1 = changes[next]!;
    // b1: the first change above, right of a0, away from the colour of a0.
    while (above > 0 && reference[above - 1]! > a0) above -= 1;
    while (reference[above]! < width && (reference[above]! <= a0 || ((above ^ next) & 1) !== 0)) above += 1;
    const b1 = reference[above]!;
    const b2 = b1 >= width ? width : reference[above + 1]!;
    if (b2 < a1) {
      out.write(passMode);
      a0 = b2;
    } else if (a1 - b1 >= -3 && a1 - b1 <= 3) {
      out.write(verticalModes[a1 - b1 + 3]!);
      a0 = a1;
      next += 1;
    } else {
      const a2 = a1 >= width ? width : changes[next + 1]!;
      out.write(horizontalMode);
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
  for (; left >= longestMakeUp + 64; left -= longestMakeUp) out.write(makeUp.at(-1)!);
  if (left >= 64) out.write(makeUp[(left >> 6) - 1]!);
  out.write(terminating[left & 63]!);
}

class BitWriter {
  #bytes: Uint8Array;
  #length = 0;
  #held = 0;
  #heldBits = 0;
  constructor(size: number) {
    this.#bytes = new Uint8Array(size);
  }

  write({ bits, length }: Code): void {
    this.#held = (this.#held << length) | bits; // at most 7 + 13 bits
    this.#heldBits += length;
    while (this.#heldBits >= 8) {
      this.#heldBits -= 8;
      this.#push((this.#held >> this.#heldBits) & 0xff);
    }
    this.#held &= (1 << this.#heldBits) - 1;
  }

  finish(): Uint8Array {
    if (this.#heldBits > 0) this.#push((this.#held << (8 - this.#heldBits)) & 0xff);
    return this.#bytes.slice(0, this.#length);
  }

  #push(byte: number): void {
    if (this.#length === this.#bytes.length) {
      const larger = new Uint8Array(this.#bytes.length * 2);
      larger.set(this.#bytes);
      this.#bytes = larger;
    }
    this.#bytes[this.#length++] = byte;
  }
}
