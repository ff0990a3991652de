/** Bytes to pages, inside the child process. Sizes are checked before pixels are made. */
import { readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { PDFiumLibrary } from '@hyzyla/pdfium';
import sharp from 'sharp';
import { type BilevelPage, fine } from '../../imaging/bilevel.ts';
import type { Decoded, DecodeLimits, DecodeRefusal } from '../decode.ts';
import { fileType } from './file-type.ts';
import { stepFor, toBilevel, wholeSteps } from './normalise.ts';
import { readTiffTags } from './tiff-tags.ts';

// One file at a time passes here: a cache would only hold memory.
sharp.cache(false);

/** @returns pages or a refusal; throws only for what no file should bring about. */
export async function decodeFile(bytes: Uint8Array, limits: DecodeLimits): Promise<Decoded> {
  switch (fileType(bytes)) {
    case 'tiff':
      return decodeTiff(bytes, limits);
    case 'pdf':
      return decodePdf(bytes, limits);
    case 'png':
    case 'jpeg':
      return decodePicture(bytes, limits);
    case null:
      return { refused: 'wrong_type' };
  }
}

/** Null when all of it fits. */
function tooMuch(sizes: readonly { width: number; height: number }[], limits: DecodeLimits): DecodeRefusal | null {
  if (sizes.length > limits.pages) return 'too_many_pages';
  const pixels = sizes.map(({ width, height }) => width * height);
  if (pixels.some((count) => count > limits.pagePixels)) return 'too_big';
  return pixels.reduce((sum, count) => sum + count, 0) > limits.allPixels ? 'too_big' : null;
}

async function decodeTiff(bytes: Uint8Array, limits: DecodeLimits): Promise<Decoded> {
  const tagged = readTiffTags(bytes, limits.pages);
  if (!tagged) return { refused: 'broken' };
  const refused = tooMuch(tagged, limits);
  if (refused) return { refused };
  const pages: BilevelPage[] = [];
  for (const [index, { xDpi, yDpi }] of tagged.entries()) {
    const page = await decodeImage(bytes, index, limits, (width, height) => stepFor(width, height, xDpi, yDpi));
    if (!page) return { refused: 'broken' };
    pages.push(page);
  }
  return { pages };
}

async function decodePicture(bytes: Uint8Array, limits: DecodeLimits): Promise<Decoded> {
  const meta = await sharp(bytes, { failOn: 'none', limitInputPixels: false })
    .metadata()
    .catch(() => null);
  if (!meta?.width || !meta.height) return { refused: 'broken' };
  const refused = tooMuch([meta], limits);
  if (refused) return { refused };
  const density = meta.density ?? null;
  const page = await decodeImage(bytes, 0, limits, (width, height) => stepFor(width, height, density, density));
  return page ? { pages: [page] } : { refused: 'broken' };
}

/** Null when it cannot be decoded. A photograph is turned as its camera says. */
async function decodeImage(
  bytes: Uint8Array,
  page: number,
  limits: DecodeLimits,
  stepOf: (width: number, height: number) => ReturnType<typeof stepFor>,
): Promise<BilevelPage | null> {
  try {
    const open = () =>
      sharp(bytes, { page, pages: 1, failOn: 'none', limitInputPixels: limits.pagePixels })
        .autoOrient()
        .flatten({ background: 'white' })
        .toColourspace('b-w');
    const meta = await open().metadata();
    const step = stepOf(meta.autoOrient.width, meta.autoOrient.height);
    const sized = step.how === 'scale' ? open().resize(step.width, step.height, { fit: 'fill' }) : open();
    const { data, info } = await sized.extractChannel(0).raw({ depth: 'uchar' }).toBuffer({ resolveWithObject: true });
    const gray = { width: info.width, height: info.height, pixels: data };
    const bilevel = toBilevel(gray, fine.xDpi, fine.yDpi);
    return step.how === 'scale' ? bilevel : wholeSteps(bilevel, step);
  } catch {
    return null;
  }
}

let pdfium: Promise<PDFiumLibrary> | undefined;

async function openPdfium(): Promise<PDFiumLibrary> {
  // From its own package: nothing is fetched.
  const wasm = await readFile(fileURLToPath(import.meta.resolve('@hyzyla/pdfium/pdfium.wasm')));
  return PDFiumLibrary.init({ wasmBinary: new Uint8Array(wasm).buffer });
}

async function decodePdf(bytes: Uint8Array, limits: DecodeLimits): Promise<Decoded> {
  pdfium ??= openPdfium();
  const library = await pdfium;
  const document = await library.loadDocument(bytes).catch((error: Error) => error);
  if (document instanceof Error)
    return { refused: /password|security/i.test(document.message) ? 'encrypted' : 'broken' };
  try {
    const count = document.getPageCount();
    if (count > limits.pages) return { refused: 'too_many_pages' };
    if (count === 0) return { refused: 'broken' };
    const pages: BilevelPage[] = [];
    for (let index = 0; index < count; index++) {
      const page = document.getPage(index);
      const { originalWidth, originalHeight } = page.getOriginalSize();
      if (!(originalWidth > 0 && originalHeight > 0)) return { refused: 'broken' };
      const step = stepFor(originalWidth * 10, originalHeight * 10, 720, 720);
      if (step.how !== 'scale') return { refused: 'broken' };
      const gray = await page.render({ width: step.width, height: step.height, colorSpace: 'Gray', render: 'bitmap' });
      pages.push(toBilevel({ width: gray.width, height: gray.height, pixels: gray.data }, fine.xDpi, fine.yDpi));
    }
    return { pages };
  } finally {
    document.destroy();
  }
}
