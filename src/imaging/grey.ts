import { type BilevelPage, rowBytes } from './bilevel.ts';

/** Eight pixels for each byte: 0 black, 255 white. */
const eightOf = Uint8Array.from({ length: 256 * 8 }, (_, index) => (((index >> 3) << (index & 7)) & 0x80 ? 0 : 255));

/** One byte per pixel, 0 black and 255 white, rows without padding: what image libraries take. */
export function greyOf(page: BilevelPage): Buffer {
  const { width, height, bits } = page;
  const grey = Buffer.alloc(width * height, 255);
  const perRow = rowBytes(width);
  for (let y = 0; y < height; y += 1) {
    for (let column = 0; column < perRow; column += 1) {
      const byte = bits[y * perRow + column]!;
      if (byte === 0) continue;
      const pixels = Math.min(8, width - column * 8);
      const at = y * width + column * 8;
      for (let bit = 0; bit < pixels; bit += 1) grey[at + bit] = eightOf[(byte << 3) | bit]!;
    }
  }
  return grey;
}
