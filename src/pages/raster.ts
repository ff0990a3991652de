/**
 * A PDF as a fax line carries it: 1728 pixels across, black or white. PDFium draws anti-aliased grey and a threshold above
 * the middle decides: at 128 thin strokes break, at 155 seven points are still read (measured on 204×196).
 */
import { type PDFiumDocument, PDFiumLibrary, type PDFiumPage } from '@hyzyla/pdfium';
import { a4Width, type BilevelPage, blankPage, fine, rowBytes, standard } from '../imaging/bilevel.ts';

export type Resolution = 'fine' | 'standard';

/** A pixel darker than this (0 black … 255 white) is ink. */
export const inkBelow = 155;
const pointsPerInch = 72;

/**
 * Every page of a PDF at its true size, centred on the fax line's width: A4 leaves 20 white pixels on either side, so that
 * no machine that prints to the edge of its paper loses ink.
 * @throws Error when the bytes are no PDF, or a page is wider than the line (over 215 mm).
 */
export async function rasterise(pdf: Uint8Array, resolution: Resolution): Promise<BilevelPage[]> {
  const library = await pdfium();
  const document = await library.loadDocument(pdf);
  try {
    const pages: BilevelPage[] = [];
    for (let index = 0; index < document.getPageCount(); index += 1) {
      pages.push(await rasterisePage(document, index, resolution));
    }
    return pages;
  } finally {
    document.destroy();
  }
}

/**
 * A page's pixels, from its points. Across a multiple of eight, at most 0.25 % off, so that packing works on whole bytes.
 * @throws RangeError when it is wider than the line.
 */
export function sizeOnLine(
  points: number,
  pointsHigh: number,
  resolution: Resolution,
): { width: number; height: number } {
  const { xDpi, yDpi } = resolution === 'fine' ? fine : standard;
  const width = Math.round((points / pointsPerInch) * (xDpi / 8)) * 8;
  if (width > a4Width) throw new RangeError('a page is wider than a fax line');
  return { width, height: Math.round((pointsHigh / pointsPerInch) * yDpi) };
}

/** The white on the left, in bytes: whole ones, for a page is packed eight pixels at a time. */
export const leftBytes = (width: number): number => (a4Width - width) >> 4;

let opening: Promise<PDFiumLibrary> | null = null;
/** One WebAssembly instance per process: opening it compiles 4 MB. */
function pdfium(): Promise<PDFiumLibrary> {
  opening ??= PDFiumLibrary.init();
  return opening;
}

async function rasterisePage(document: PDFiumDocument, index: number, resolution: Resolution): Promise<BilevelPage> {
  const { xDpi, yDpi } = resolution === 'fine' ? fine : standard;
  const page: PDFiumPage = document.getPage(index);
  const { originalWidth, originalHeight } = page.getOriginalSize();
  const { width, height } = sizeOnLine(originalWidth, originalHeight, resolution);
  const grey = await page.render({ width, height, colorSpace: 'Gray', render: 'bitmap' });
  const bilevel = blankPage(a4Width, height, { xDpi, yDpi });
  pack(grey.data, width, height, bilevel, leftBytes(width));
  return bilevel;
}

const inkOf = Uint8Array.from({ length: 256 }, (_, grey) => (grey < inkBelow ? 1 : 0));
const white = 0xffffffff;

/** Eight grey bytes become one; two words tell that all eight are white, as nine of ten are on a page of text. */
function pack(grey: Uint8Array, width: number, height: number, page: BilevelPage, leftBytes: number): void {
  const words = new Uint32Array(grey.buffer, grey.byteOffset, grey.byteLength >> 2);
  const perRow = width >> 3;
  for (let y = 0; y < height; y += 1) {
    let word = y * perRow * 2;
    let target = y * rowBytes(page.width) + leftBytes;
    for (let column = 0; column < perRow; column += 1, word += 2, target += 1) {
      if (words[word] === white && words[word + 1] === white) continue;
      const at = word << 2;
      page.bits[target] =
        (inkOf[grey[at]!]! << 7) |
        (inkOf[grey[at + 1]!]! << 6) |
        (inkOf[grey[at + 2]!]! << 5) |
        (inkOf[grey[at + 3]!]! << 4) |
        (inkOf[grey[at + 4]!]! << 3) |
        (inkOf[grey[at + 5]!]! << 2) |
        (inkOf[grey[at + 6]!]! << 1) |
        inkOf[grey[at + 7]!]!;
    }
  }
}
