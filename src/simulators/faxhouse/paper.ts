import { PDFiumLibrary } from '@hyzyla/pdfium';
import sharp, { type Sharp } from 'sharp';
import { a4Width, type BilevelPage, blankPage, fine, rowBytes, standard } from '../../imaging/bilevel.ts';
import { encodeTiff } from '../../imaging/tiff.ts';
import { type Directory, tiffDirectories } from './tiff-directories.ts';

/**
 * A document on its way from machine to machine: fax pages in one TIFF. Kept encoded: a page is 500 kB of pixels and
 * some 30 kB as it travels.
 */
export interface Paper {
  readonly tiff: Uint8Array;
  readonly pages: readonly PageSize[];
}

export type PageSize = Pick<BilevelPage, 'width' | 'height' | 'xDpi' | 'yDpi'>;

export type Unreadable = { refused: 'format' | 'too-many-pages' | 'too-large' };

export interface Wishes {
  resolution: 'fine' | 'standard';
  mostPages: number;
}

/** Darker than this (0 black, 255 white) is ink. */
const inkBelow = 155;
/** A page of endless paper is cut off by every carrier; a picture of more pixels is no page. */
const tallestPage = 10_000;
const mostPixels = 60_000_000;
const faxWidths = [1728, 2048, 2432];

/**
 * What a scanner or a carrier makes of a file: PDF, TIFF, PNG or JPEG to fax pages. Pages that a fax machine could have
 * sent are taken as they are; anything else is fitted to the width of A4.
 */
export async function paperFrom(bytes: Uint8Array, wishes: Wishes): Promise<Paper | Unreadable> {
  const head = Buffer.from(bytes.subarray(0, 8)).toString('latin1');
  try {
    if (head.startsWith('%PDF-')) return await fromPdf(bytes, wishes);
    if (head.startsWith('II*\0') || head.startsWith('MM\0*')) return await fromTiff(bytes, wishes);
    if (head.startsWith('\x89PNG') || head.startsWith('\xff\xd8\xff'))
      return paperOf([await fitted(sharp(bytes, { limitInputPixels: mostPixels }).autoOrient(), wishes.resolution)]);
    return { refused: 'format' };
  } catch {
    // The libraries throw their own errors at broken files; to a sender they all are "cannot be converted".
    return { refused: 'format' };
  }
}

export async function paperOf(pages: readonly BilevelPage[]): Promise<Paper> {
  const sizes = pages.map(({ width, height, xDpi, yDpi }) => ({ width, height, xDpi, yDpi }));
  return { tiff: await encodeTiff(pages), pages: sizes };
}

/** The pixels of a page, from 0. */
export async function pageOf(paper: Paper, index: number): Promise<BilevelPage> {
  const size = paper.pages[index];
  if (!size) throw new RangeError(`the document has no page ${index}`);
  const grey = await sharp(paper.tiff, { page: index, limitInputPixels: mostPixels }).greyscale().raw().toBuffer();
  return packed(grey, size);
}

/** A picture for people, with square pixels, `width` across (the page's own width when absent). */
export async function pngOf(paper: Paper, index: number, width?: number): Promise<Buffer> {
  const size = paper.pages[index];
  if (!size) throw new RangeError(`the document has no page ${index}`);
  const across = Math.min(width ?? size.width, size.width);
  const height = Math.max(1, Math.round((size.height * size.xDpi * across) / (size.yDpi * size.width)));
  return sharp(paper.tiff, { page: index, limitInputPixels: mostPixels })
    .greyscale()
    .resize({ width: across, height, fit: 'fill', kernel: across === size.width ? 'nearest' : 'mitchell' })
    .png({ palette: true, colours: 16 })
    .toBuffer();
}

async function fromPdf(bytes: Uint8Array, { resolution, mostPages }: Wishes): Promise<Paper | Unreadable> {
  const document = await (await pdfium()).loadDocument(bytes);
  try {
    if (document.getPageCount() > mostPages) return { refused: 'too-many-pages' };
    const pages: BilevelPage[] = [];
    for (const page of document.pages()) {
      const { originalWidth, originalHeight } = page.getOriginalSize();
      const { xDpi, yDpi } = resolution === 'fine' ? fine : standard;
      const scale = Math.min(1, a4Width / ((originalWidth / 72) * xDpi)); // wider paper is made smaller
      const width = Math.max(1, Math.floor((originalWidth / 72) * xDpi * scale));
      const height = Math.max(1, Math.round((originalHeight / 72) * yDpi * scale));
      if (height > tallestPage) return { refused: 'too-large' };
      const { data } = await page.render({ width, height, colorSpace: 'Gray', render: 'bitmap' });
      pages.push(packed(data, { width, height, xDpi, yDpi }, a4Width, (a4Width - width) >> 1));
    }
    return await paperOf(pages);
  } finally {
    document.destroy();
  }
}

let opening: Promise<PDFiumLibrary> | null = null;
/** One WebAssembly instance per process. */
function pdfium(): Promise<PDFiumLibrary> {
  opening ??= PDFiumLibrary.init();
  return opening;
}

async function fromTiff(bytes: Uint8Array, { resolution, mostPages }: Wishes): Promise<Paper | Unreadable> {
  const directories = tiffDirectories(bytes);
  if (!directories?.every((page) => page.isWhole)) return { refused: 'format' };
  if (directories.length > mostPages) return { refused: 'too-many-pages' };
  if (directories.some(({ width, height }) => width * height > mostPixels)) return { refused: 'too-large' };
  if (directories.every(isFaxPage))
    return {
      tiff: bytes,
      pages: directories.map(({ width, height, ...dpi }) => ({ width, height, ...densityOf(dpi) })),
    };
  const pages: BilevelPage[] = [];
  for (const [page, directory] of directories.entries())
    pages.push(await fitted(sharp(bytes, { page, limitInputPixels: mostPixels }), resolution, directory));
  return await paperOf(pages);
}

const isFaxPage = ({ width, height, bitsPerSample, compression }: Directory): boolean =>
  bitsPerSample === 1 && [2, 3, 4].includes(compression) && faxWidths.includes(width) && height <= tallestPage;

/** Fax machines know two densities; a file that names another, or none, has the pixels of one of them. */
const densityOf = ({ yDpi }: { yDpi: number }): { xDpi: number; yDpi: number } =>
  yDpi > 0 && yDpi < 150 ? standard : fine;

/** A picture, scaled to the width of A4 and made black and white. */
async function fitted(picture: Sharp, resolution: Wishes['resolution'], density?: Directory): Promise<BilevelPage> {
  const { data, info } = await picture
    .flatten({ background: '#ffffff' })
    .greyscale()
    .raw()
    .toBuffer({ resolveWithObject: true });
  const { xDpi, yDpi } = resolution === 'fine' ? fine : standard;
  const stretch = density && density.xDpi > 0 && density.yDpi > 0 ? density.xDpi / density.yDpi : 1;
  const height = Math.round((info.height / info.width) * stretch * a4Width * (yDpi / xDpi));
  if (height < 1 || height > tallestPage) throw new RangeError('a page is neither a line nor endless');
  const grey = await sharp(data, { raw: { width: info.width, height: info.height, channels: 1 } })
    .resize({ width: a4Width, height, fit: 'fill' })
    .toColourspace('b-w') // sharp would make three channels of the one
    .raw()
    .toBuffer();
  return packed(grey, { width: a4Width, height, xDpi, yDpi });
}

/** Grey bytes to bits, on a page that may be wider than they are. */
function packed(grey: Uint8Array, size: PageSize, width = size.width, left = 0): BilevelPage {
  const page = blankPage(width, size.height, size);
  const perRow = rowBytes(width);
  for (let y = 0; y < size.height; y += 1)
    for (let x = 0; x < size.width; x += 1) {
      if ((grey[y * size.width + x] ?? 255) >= inkBelow) continue;
      const at = left + x;
      page.bits[y * perRow + (at >> 3)]! |= 0x80 >> (at & 7);
    }
  return page;
}
