/** QR codes anywhere on a page, at any angle (zxing-cpp as WebAssembly, from its own package: nothing is fetched). */
import { readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
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
  ready ??= readFile(fileURLToPath(import.meta.resolve('zxing-wasm/reader/zxing_reader.wasm'))).then((wasmBinary) =>
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
 * @param isWanted which texts count; further tries are made only while none of those before found such a text.
 */
export async function findCodes(page: BilevelPage, isWanted: (text: string) => boolean): Promise<FoundCode[]> {
  await prepare();
  for (const { image, tuned } of attempts(page)) {
    const found = await readBarcodes(grayFile(image), { ...options, ...tuned });
    const wanted = found.filter((code) => code.isValid && isWanted(code.text));
    if (wanted.length > 0) return wanted.map(placed);
  }
  return [];
}

/**
 * Specks hide most symbols of a page as it comes (25 of 50 typical pages at standard resolution were missed), so it is
 * smoothed first, before the rows of a standard page are doubled (0 of 50 missed; 3 when smoothed after). Then as it is, for
 * modules so small that smoothing fills them, and last at half the size, for a coarse or torn one. 17 ms each.
 */
function* attempts(page: BilevelPage): Generator<{ image: BilevelPage; tuned: ReaderOptions }> {
  const single = withoutDoubledRows(page);
  const smooth = single ? doubleRows(median(single)) : median(page);
  yield { image: smooth, tuned: {} };
  yield { image: page, tuned: {} };
  yield { image: smooth, tuned: { tryDownscale: true, downscaleFactor: 2 } };
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

/** As a portable graymap: one byte a pixel behind a line of text, the smallest picture file that the reader takes. */
function grayFile({ width, height, bits }: BilevelPage): Uint8Array {
  const head = Buffer.from(`P5 ${width} ${height} 255\n`, 'latin1');
  const file = new Uint8Array(head.length + width * height).fill(255);
  file.set(head);
  const stride = rowBytes(width);
  for (let y = 0; y < height; y++)
    for (let at = 0; at < stride; at++) {
      const byte = bits[y * stride + at]!;
      if (byte === 0) continue; // nine of ten bytes of a page are white
      const to = head.length + y * width + 8 * at;
      for (let bit = 0; bit < 8; bit++) if (byte & (0x80 >> bit)) file[to + bit] = 0;
    }
  return file;
}

function placed({ text, position }: ReadResult): FoundCode {
  const { topLeft, topRight, bottomRight, bottomLeft } = position;
  return { text, corners: [topLeft, topRight, bottomRight, bottomLeft] };
}
