/**
 * Finds the symbols on a picture of a sealed page. Looks again, in costlier ways, only while symbols are missing: first the whole
 * picture, healed of specks and lost lines or as it is, then part by part. Runs in the browser too: the QR reader is handed in.
 */
import { isBilevel, majority, median } from './heal.ts';
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
  for (const look of isBilevel(image) ? faxLooks : photoLooks) {
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

type Look = (image: GrayImage) => Iterable<GrayImage>;

/** Each yields pictures to scan; they are made only when their turn comes. From a fax line specks are certain, so heal first. */
const faxLooks: readonly Look[] = [
  (image) => once(() => majority(image, 1)),
  (image) => once(() => majority(image, 2)),
  (image) => [image],
  (image) => parts(majority(image, 1)),
  (image) => parts(majority(image, 2)),
];
const photoLooks: readonly Look[] = [
  (image) => [image],
  (image) => once(() => median(image)),
  (image) => parts(image),
  (image) => parts(median(image)),
];

function* once(make: () => GrayImage): Generator<GrayImage> {
  yield make();
}

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
