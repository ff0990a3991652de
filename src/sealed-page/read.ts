/**
 * Finds the symbols on a picture of a sealed page. Looks again, in costlier ways, only while symbols are missing: first the whole
 * picture, then with specks and lost lines healed, then part by part. Runs in the browser too: the QR reader is handed in.
 */
import { type Collection, collect, decodeSymbol, type PageSymbol } from './symbols.ts';

/** A grey picture: one byte a pixel, 0 black, rows from the top without padding. */
export interface GrayImage {
  width: number;
  height: number;
  pixels: Uint8Array;
}

/** Reads every QR symbol of a picture. @returns their bytes, in any order. */
export type ScanCodes = (image: GrayImage) => Promise<Uint8Array[]>;

/**
 * @param before what earlier photos of the page gave
 * @returns the symbols known now, null when there is none at all
 */
export async function readSymbols(
  image: GrayImage,
  scan: ScanCodes,
  before: Collection | null = null,
): Promise<Collection | null> {
  let known = before;
  for (const look of looks) {
    for (const part of look(image)) {
      known = collect(known, await symbolsIn(part, scan));
      if (known && isEnough(known)) return known;
    }
  }
  return known;
}

export const isEnough = ({ head, blocks }: Collection): boolean => blocks.size >= head.needed;

async function symbolsIn(image: GrayImage, scan: ScanCodes): Promise<PageSymbol[]> {
  const codes = await scan(image);
  return codes.map(decodeSymbol).filter((symbol) => symbol !== null);
}

/** Each yields pictures to scan; they are made only when their turn comes. */
const looks: readonly ((image: GrayImage) => Iterable<GrayImage>)[] = [
  (image) => [image],
  function* healed(image) {
    yield median(image);
  },
  (image) => parts(image),
  (image) => parts(median(image)),
];

/** Overlapping parts, two across and three down: a symbol that is lost among many is often found among few. */
function* parts(image: GrayImage): Generator<GrayImage> {
  const width = Math.ceil(image.width * 0.6);
  const height = Math.ceil(image.height * 0.45);
  for (const top of [0, 0.275, 0.55]) {
    for (const left of [0, 0.4]) {
      yield crop(image, Math.floor(image.width * left), Math.floor(image.height * top), width, height);
    }
  }
}

function crop(image: GrayImage, left: number, top: number, wide: number, high: number): GrayImage {
  const width = Math.min(wide, image.width - left);
  const height = Math.min(high, image.height - top);
  const pixels = new Uint8Array(width * height);
  for (let y = 0; y < height; y++) {
    const from = (top + y) * image.width + left;
    pixels.set(image.pixels.subarray(from, from + width), y * width);
  }
  return { width, height, pixels };
}

/** 3×3 median; the outermost pixels stay. Heals specks and single lost lines, and modules of 5 pixels survive it. */
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

/** The middle of three columns' lowest, middle and highest: 19 comparisons instead of sorting nine values. */
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
