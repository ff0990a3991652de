/** How zxing is asked for the symbols of a sealed page: the same on a server and in the browser. */
import { type ReaderOptions, readBarcodes } from 'zxing-wasm/reader';
import type { GrayImage } from './read.ts';

const options: ReaderOptions = {
  formats: ['QRCode'],
  tryHarder: true,
  tryRotate: false, // the finder patterns are found at any angle; this is for bar codes
  tryInvert: false,
  tryDownscale: false,
  maxNumberOfSymbols: 255,
};

/** @returns the bytes of every QR symbol found. The module must have been prepared with its WebAssembly. */
export async function scanWithZxing({ width, height, pixels }: GrayImage): Promise<Uint8Array[]> {
  const data = new Uint8ClampedArray(width * height * 4);
  const words = new Uint32Array(data.buffer);
  for (let at = 0; at < pixels.length; at++) words[at] = 0xff000000 | (pixels[at]! * 0x010101);
  const found = await readBarcodes({ data, width, height, colorSpace: 'srgb' }, options);
  return found.map(({ bytes }) => bytes);
}
