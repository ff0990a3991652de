/** QR codes anywhere on a page, at any angle (zxing-cpp as WebAssembly, from its own package: nothing is fetched). */
import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { prepareZXingModule, type ReaderOptions, type ReadResult, readBarcodes } from 'zxing-wasm/reader';
import { type BilevelPage, rowBytes } from '../../imaging/bilevel.ts';
import { median } from './median.ts';
import type { Point } from './transform.ts';

export interface FoundCode {
  text: string;
  /** In pixels of the page, in the symbol's own order: upper left, upper right, lower right, lower left. */
  corners: [Point, Point, Point, Point];
}

let ready: Promise<unknown> | undefined;

function prepare(): Promise<unknown> {
  ready ??= readFile(createRequire(import.meta.url).resolve('zxing-wasm/reader/zxing_reader.wasm')).then((wasmBinary) =>
    prepareZXingModule({ overrides: { wasmBinary: new Uint8Array(wasmBinary).buffer }, fireImmediately: true }),
  );
  return ready;
}

/** Black and white already: a fixed threshold. No page of ours is printed white on black. */
const options: ReaderOptions = {
  formats: ['QRCode'],
  binarizer: 'FixedThreshold',
  tryHarder: true,
  tryRotate: false, // a QR code is found at any angle anyway
  tryInvert: false,
  tryDownscale: false,
  maxNumberOfSymbols: 8,
};

/**
 * @param isWanted which texts count.
 * @param isEnough told a text that was found: nothing more needs to be looked for. Otherwise two tries are always made, so
 *   that of two cards on one page the fainter is not overlooked; a third only when they found nothing.
 * @returns each text once, first found first.
 */
export async function findCodes(
  page: BilevelPage,
  isWanted: (text: string) => boolean,
  isEnough: (text: string) => boolean,
): Promise<FoundCode[]> {
  await prepare();
  const found = new Map<string, FoundCode>();
  for (const { image, tuned, isLastResort } of attempts(page)) {
    if ((isLastResort && found.size > 0) || [...found.keys()].some(isEnough)) break;
    for (const code of await readBarcodes(grayFile(image), { ...options, ...tuned }))
      if (code.isValid && isWanted(code.text) && !found.has(code.text)) found.set(code.text, placed(code));
  }
  return [...found.values()];
}

interface Attempt {
  image: BilevelPage;
  tuned: ReaderOptions;
  isLastResort: boolean;
}

/**
 * Specks hide most symbols of a page as it comes (25 of 50 typical pages at standard resolution were missed), so it is
 * smoothed first, before the rows of a standard page are doubled (0 of 50 missed; 3 when smoothed after). Then as it is, for
 * modules so small that smoothing fills them, and last at half the size, for a coarse or torn one. 17 ms each.
 */
function* attempts(page: BilevelPage): Generator<Attempt> {
  const single = withoutDoubledRows(page);
  const smooth = single ? doubleRows(median(single)) : median(page);
  yield { image: smooth, tuned: {}, isLastResort: false };
  yield { image: page, tuned: {}, isLastResort: false };
  yield { image: smooth, tuned: { tryDownscale: true, downscaleFactor: 2 }, isLastResort: true };
}

/** @returns the rows that a page of standard resolution had before it was stretched, or null when it was not. */
function withoutDoubledRows({ bits, ...page }: BilevelPage): BilevelPage | null {
  const stride = rowBytes(page.width);
  const height = page.height >> 1;
  const single = new Uint8Array(stride * height);
  for (let y = 0; y < height; y++) {
    const row = bits.subarray(2 * y * stride, (2 * y + 1) * stride);
    if (Buffer.compare(row, bits.subarray((2 * y + 1) * stride, (2 * y + 2) * stride)) !== 0) return null;
    single.set(row, y * stride);
  }
  return height > 0 ? { ...page, height, bits: single } : null;
}

function doubleRows({ bits, ...page }: BilevelPage): BilevelPage {
  const stride = rowBytes(page.width);
  const doubled = new Uint8Array(bits.length * 2);
  for (let y = 0; y < page.height; y++) {
    const row = bits.subarray(y * stride, (y + 1) * stride);
    doubled.set(row, 2 * y * stride);
    doubled.set(row, (2 * y + 1) * stride);
  }
  return { ...page, height: page.height * 2, bits: doubled };
}

/** The reader copies what it is given, so that one picture's four megabytes do for the next as well. */
let lastFile = new Uint8Array(0);

/** Four pixels for each half of a byte, as one word: the first in the lowest byte, 0 for black. */
const fourOf = Uint32Array.from({ length: 16 }, (_, half) =>
  [8, 4, 2, 1].reduce((word, bit, place) => (half & bit ? word : word | (0xff << (8 * place))), 0),
);

/**
 * As a portable graymap: one byte a pixel behind a line of text, the smallest picture file that the reader takes. Rows are as
 * long as their bytes have pixels: up to seven white ones more.
 */
function grayFile({ width, height, bits }: BilevelPage): Uint8Array {
  const stride = rowBytes(width);
  const words = `P5 ${stride * 8} ${height} 255\n`;
  const head = words.replace('P5', `P5${' '.repeat(-words.length & 3)}`);
  if (lastFile.length !== head.length + bits.length * 8) lastFile = new Uint8Array(head.length + bits.length * 8);
  const file = lastFile;
  file.set(Buffer.from(head, 'latin1'));
  const pixels = new Uint32Array(file.buffer, head.length).fill(0xffffffff);
  for (let at = 0; at < bits.length; at++) {
    const byte = bits[at]!;
    if (byte === 0) continue; // nine of ten bytes of a page are white
    pixels[2 * at] = fourOf[byte >> 4]!;
    pixels[2 * at + 1] = fourOf[byte & 15]!;
  }
  return file;
}

function placed({ text, position }: ReadResult): FoundCode {
  const { topLeft, topRight, bottomRight, bottomLeft } = position;
  return { text, corners: [topLeft, topRight, bottomRight, bottomLeft] };
}
