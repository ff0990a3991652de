/** The QR reader on a server: zxing, its WebAssembly from its own package. It would fetch it from the network if not given. */
import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { prepareZXingModule } from 'zxing-wasm/reader';
import type { ScanCodes } from './read.ts';
import { scanWithZxing } from './zxing.ts';

let ready: Promise<unknown> | undefined;

/** Reads all QR symbols of a picture. The first call loads the module (about 50 ms). */
export const scanCodes: ScanCodes = async (image) => {
  ready ??= load();
  await ready;
  return scanWithZxing(image);
};

async function load(): Promise<void> {
  const file = createRequire(import.meta.url).resolve('zxing-wasm/reader/zxing_reader.wasm');
  const wasm = await readFile(file);
  await prepareZXingModule({ overrides: { wasmBinary: new Uint8Array(wasm).buffer }, fireImmediately: true });
}
