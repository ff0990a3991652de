/** The sealed page: made as a fax page, opened from a picture of one. */
import { a4Width, type BilevelPage, fine, rowBytes, standard } from '../imaging/bilevel.ts';
import { drawSymbols } from './draw.ts';
import { openEnvelope } from './envelope.ts';
import { headerMillimetres, type Resolution } from './layout.ts';
import { type GrayImage, isEnough, readSymbols } from './read.ts';
import { scanCodes } from './scanner.ts';
import { sealSymbols, stretchSecret, type TooLarge } from './seal.ts';
import { assemble, type Collection, pageNumber } from './symbols.ts';

const millimetresPerInch = 25.4;

/** What the words of the page say beside how to open it. No patient data: whoever finds the paper reads them. */
export interface HeaderFacts {
  /** Six digits (`123-456`) by which page and spoken secret are matched. */
  pageNumber: string;
  symbols: number;
}

export interface SealedPageOptions {
  resolution: Resolution;
  /**
   * Renders the words of the page: an A4 page of the given resolution, everything below `headerMillimetres` white.
   * `sealedHeader` in header.ts is the one with our template.
   */
  header(facts: HeaderFacts, resolution: Resolution): Promise<BilevelPage>;
}

export interface SealedPage {
  page: BilevelPage;
  pageNumber: string;
}

/**
 * Encrypts `content` under the spoken secret and prints it as QR symbols on one A4 page. About 0.5 s, nearly all of it beside the
 * event loop or in steps of 10 ms.
 * @param content the bytes that opening gives back; /unseal expects the JSON of plain-text.ts
 * @param secret from `newSecret`; never used for a second page
 * @returns `too_large` (compressed bytes, and how many would fit) instead of ever cutting
 */
export async function makeSealedPage(
  content: Uint8Array,
  secret: string,
  options: SealedPageOptions,
  random: (size: number) => Uint8Array,
): Promise<SealedPage | TooLarge> {
  const sealed = await sealSymbols(content, secret, options.resolution, random);
  if ('refused' in sealed) return sealed;
  const number = pageNumber(sealed.pageId);
  const page = await options.header({ pageNumber: number, symbols: sealed.symbols.length }, options.resolution);
  const top = headerHeight(options.resolution);
  if (page.width !== a4Width || page.bits.subarray(top * rowBytes(a4Width)).some((byte) => byte !== 0))
    throw new Error('the words of a sealed page reach into its symbols: shorten them, or the association’s name');
  await drawSymbols(page, sealed.symbols, sealed.plan.layout, top);
  return { page, pageNumber: number };
}

const headerHeight = (resolution: Resolution): number => {
  const { yDpi } = resolution === 'fine' ? fine : standard;
  return Math.round((headerMillimetres / millimetresPerInch) * yDpi);
};

export type Opened =
  | { content: Uint8Array }
  | { refused: 'no_symbols' }
  | { refused: 'too_few_symbols'; found: number; needed: number; total: number }
  | { refused: 'wrong_secret' | 'broken' };

/** Opens a page from its picture (a fax page, or grey as from a scanner) and the spoken secret, without any server. */
export async function openSealedPage(picture: BilevelPage | GrayImage, secret: string): Promise<Opened> {
  const image = 'bits' in picture ? grayOf(picture) : picture;
  return openCollection(await readSymbols(image, scanCodes), secret);
}

async function openCollection(known: Collection | null, secret: string): Promise<Opened> {
  if (!known) return { refused: 'no_symbols' };
  const { head, blocks } = known;
  const bytes = isEnough(known) ? assemble(known) : null;
  if (!bytes) return { refused: 'too_few_symbols', found: blocks.size, needed: head.needed, total: head.total };
  return openEnvelope(bytes, head.pageId, secret, stretchSecret);
}

/** Grey pixels, about square. */
export function grayOf(page: BilevelPage): GrayImage {
  const { width, height, bits } = printed(page);
  const stride = rowBytes(width);
  const pixels = new Uint8Array(width * height);
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) pixels[y * width + x] = bits[y * stride + (x >> 3)]! & (0x80 >> (x & 7)) ? 0 : 255;
  }
  return { width, height, pixels };
}

/** A page of standard resolution gets every line twice, as a machine prints it; others stay. */
export function printed(page: BilevelPage): BilevelPage {
  if (page.yDpi * 1.5 > page.xDpi) return page;
  const stride = rowBytes(page.width);
  const bits = new Uint8Array(page.bits.length * 2);
  for (let y = 0; y < page.height; y++) {
    const line = page.bits.subarray(y * stride, (y + 1) * stride);
    bits.set(line, 2 * y * stride);
    bits.set(line, (2 * y + 1) * stride);
  }
  return { ...page, height: page.height * 2, yDpi: page.yDpi * 2, bits };
}
