/** Heals what a fax line does to a picture before symbols are looked for: specks and lost lines. Runs in the browser too. */
import type { GrayImage } from './read.ts';

/** Black and white only, as from a fax line; a photo is not. */
export function isBilevel({ pixels }: GrayImage): boolean {
  for (let at = 0; at < pixels.length; at++) if (pixels[at] !== 0 && pixels[at] !== 255) return false;
  return true;
}

/**
 * Each pixel becomes what most of the pixels around it are: three across and `2 * reach + 1` down. Reach 1 heals specks and single
 * lost lines; reach 2 also the lines of standard resolution, which are two pixels high. Black and white in and out, about 15 ms a page.
 */
export function majority({ width, height, pixels }: GrayImage, reach: 1 | 2): GrayImage {
  const most = (3 * (2 * reach + 1)) >> 1;
  const healed = pixels.slice();
  // White pixels of each column within reach; from row to row one comes in and one goes out.
  const whites = new Uint8Array(width);
  const add = (row: number, sign: 1 | -1): void => {
    const start = row * width;
    for (let x = 0; x < width; x++) whites[x]! += sign * (pixels[start + x]! & 1);
  };
  for (let row = 0; row < 2 * reach && row < height; row++) add(row, 1);
  for (let y = reach; y < height - reach; y++) {
    add(y + reach, 1);
    const start = y * width;
    for (let x = 1; x < width - 1; x++) {
      healed[start + x] = whites[x - 1]! + whites[x]! + whites[x + 1]! > most ? 255 : 0;
    }
    add(y - reach, -1);
  }
  return { width, height, pixels: healed };
}

/** 3×3 median of a grey picture; the outermost pixels stay. About 0.2 s a page, so only for photos that need it. */
export function median({ width, height, pixels }: GrayImage): GrayImage {
  const healed = pixels.slice();
  for (let y = 1; y < height - 1; y++) {
    for (let x = 1; x < width - 1; x++) {
      const at = y * width + x;
      healed[at] = medianOfNine(pixels, at - width, at, at + width);
    }
  }
  return { width, height, pixels: healed };
}

/** Of three columns: the highest of the lows, the middle of the middles and the lowest of the highs; of these the middle. */
function medianOfNine(pixels: Uint8Array, above: number, here: number, below: number): number {
  let lowest = 0;
  let highest = 255;
  const middles: number[] = [0, 0, 0];
  for (let column = -1; column <= 1; column++) {
    const a = pixels[above + column]!;
    const b = pixels[here + column]!;
    const c = pixels[below + column]!;
    const low = Math.min(a, b, c);
    const high = Math.max(a, b, c);
    middles[column + 1] = a + b + c - low - high;
    if (low > lowest) lowest = low;
    if (high < highest) highest = high;
  }
  return middleOf(lowest, middleOf(middles[0]!, middles[1]!, middles[2]!), highest);
}

const middleOf = (a: number, b: number, c: number): number => Math.max(Math.min(a, b), Math.min(Math.max(a, b), c));
