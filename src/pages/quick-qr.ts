/**
 * A QR symbol (ISO/IEC 18004:2015) for a page that somebody waits for: bytes only, one error correction level, one mask, up to
 * 106 characters. The general encoder tries modes and masks and takes ten times as long, a tenth of a page's time.
 */

/** Level M, by version from 1: codewords of data in all blocks, blocks, and codewords of correction of each block. */
const versions = [
  ...([
    [16, 1, 10],
    [28, 1, 16],
    [44, 1, 26],
    [64, 2, 18],
    [86, 2, 24],
    [108, 4, 16],
  ] as const),
];
/** Level M with mask 4 (of 0 to 7), as table C.1 gives it. */
const format = 0b100010111111001;
const isMasked = (x: number, y: number): boolean => (((y >> 1) + Math.floor(x / 3)) & 1) === 0;

export interface Modules {
  size: number;
  /** Row by row, 1 is black. */
  pixels: Uint8Array;
}

/** @throws RangeError when the text is too long or not ASCII. */
export function quickQr(text: string): Modules {
  const version = versions.findIndex(([data]) => text.length + 2 <= data) + 1;
  if (version === 0 || /[^\x20-\x7e]/.test(text)) throw new RangeError('this text is not one for a quick QR symbol');
  const size = 17 + 4 * version;
  const grid = new Grid(size);
  grid.finders();
  if (version > 1) grid.alignment(size - 9);
  grid.timing();
  grid.formats(format);
  grid.fill(codewords(text, versions[version - 1]!));
  return { size, pixels: grid.pixels };
}

class Grid {
  readonly size: number;
  readonly pixels: Uint8Array;
  /** What is not for data. */
  readonly #taken: Uint8Array;

  constructor(size: number) {
    this.size = size;
    this.pixels = new Uint8Array(size * size);
    this.#taken = new Uint8Array(size * size);
  }

  #set(x: number, y: number, isBlack: boolean): void {
    if (x < 0 || y < 0 || x >= this.size || y >= this.size) return;
    this.pixels[y * this.size + x] = Number(isBlack);
    this.#taken[y * this.size + x] = 1;
  }

  /** Squares around a middle, one ring after another: black where the ring's number is in the list. */
  #rings(x: number, y: number, reach: number, black: readonly number[]): void {
    for (let dy = -reach; dy <= reach; dy += 1)
      for (let dx = -reach; dx <= reach; dx += 1)
        this.#set(x + dx, y + dy, black.includes(Math.max(Math.abs(dx), Math.abs(dy))));
  }

  finders(): void {
    const far = this.size - 4;
    for (const [x, y] of [
      [3, 3],
      [far, 3],
      [3, far],
    ] as const)
      this.#rings(x, y, 4, [0, 1, 3]);
  }

  alignment(at: number): void {
    this.#rings(at + 2, at + 2, 2, [0, 2]);
  }

  timing(): void {
    for (let at = 8; at < this.size - 8; at += 1) {
      this.#set(at, 6, at % 2 === 0);
      this.#set(6, at, at % 2 === 0);
    }
  }

  /** Fifteen bits, twice: around the upper left finder, and along the two others. */
  formats(bits: number): void {
    for (let bit = 0; bit < 15; bit += 1) {
      const isBlack = ((bits >> bit) & 1) === 1;
      const along = bit < 6 ? bit : bit < 8 ? bit + 1 : this.size - 15 + bit;
      this.#set(8, along, isBlack);
      const across = bit < 8 ? this.size - 1 - bit : bit === 8 ? 7 : 14 - bit;
      this.#set(across, 8, isBlack);
    }
    this.#set(8, this.size - 8, true);
  }

  /** Two columns at a time from the right, up and down in turns; the sixth column is timing. */
  fill(bytes: Uint8Array): void {
    let bit = 0;
    let isUpward = true;
    for (let right = this.size - 1; right > 0; right -= 2) {
      if (right === 6) right = 5;
      for (let step = 0; step < this.size; step += 1) {
        const y: number = isUpward ? this.size - 1 - step : step;
        for (const x of [right, right - 1]) {
          const at = y * this.size + x;
          if (this.#taken[at] === 1) continue;
          const isSet = ((bytes[bit >> 3] ?? 0) >> (7 - (bit & 7))) & 1;
          this.pixels[at] = isSet ^ Number(isMasked(x, y));
          bit += 1;
        }
      }
      isUpward = !isUpward;
    }
  }
}

/** Data and correction, block by block and then the blocks' bytes in turns. All blocks of these versions are equally long. */
function codewords(text: string, [data, blocks, correction]: readonly [number, number, number]): Uint8Array {
  const bytes = new Uint8Array(data);
  const stream = [
    0x4,
    text.length >> 4,
    text.length & 15,
    ...[...text].flatMap((one) => [one.charCodeAt(0) >> 4, one.charCodeAt(0) & 15]),
    0,
  ];
  stream.forEach((half, at) => {
    bytes[at >> 1]! |= at % 2 === 0 ? half << 4 : half;
  });
  for (let at = text.length + 2; at < data; at += 1) bytes[at] = (at - text.length) % 2 === 0 ? 0xec : 0x11;
  const length = data / blocks;
  const parts = Array.from({ length: blocks }, (_, index) => bytes.subarray(index * length, (index + 1) * length));
  const checks = parts.map((part) => remainder(part, correction));
  const inTurns = (lists: readonly Uint8Array[], count: number): number[] =>
    Array.from({ length: count * blocks }, (_, at) => lists[at % blocks]![Math.floor(at / blocks)]!);
  return Uint8Array.from([...inTurns(parts, length), ...inTurns(checks, correction)]);
}

/** Powers of 2 in GF(256) by 0x11d, twice over, and their logarithms. */
const powers = new Uint8Array(510);
const logarithms = new Uint8Array(256);
for (let exponent = 0, value = 1; exponent < 255; exponent += 1) {
  powers[exponent] = value;
  powers[exponent + 255] = value;
  logarithms[value] = exponent;
  value = (value << 1) ^ (value & 0x80 ? 0x11d : 0);
}
const times = (one: number, other: number): number =>
  one === 0 || other === 0 ? 0 : powers[logarithms[one]! + logarithms[other]!]!;

/** Reed-Solomon: what is left of the data divided by (x − 1)(x − 2)(x − 4)… */
function remainder(data: Uint8Array, count: number): Uint8Array {
  let divisor = [1];
  for (let root = 0; root < count; root += 1)
    divisor = [...divisor, 0].map((one, at) => one ^ times(divisor[at - 1] ?? 0, powers[root]!));
  const left = new Uint8Array(data.length + count);
  left.set(data);
  for (let at = 0; at < data.length; at += 1) {
    const factor = left[at]!;
    for (let place = 1; place <= count; place += 1) left[at + place]! ^= times(divisor[place]!, factor);
  }
  return left.subarray(data.length);
}
