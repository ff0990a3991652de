/** The pages of a further attempt: those that did not arrive, each marked 再送 in its upper margin. */
import sharp from 'sharp';
import { type BilevelPage, blankPage, fine, rowBytes } from '../imaging/bilevel.ts';
import { encodeTiff } from '../imaging/tiff.ts';
import type { PageMaker } from '../pages/maker.ts';
import type { BothWords } from '../pages/words.ts';
import type { Remake } from './context.ts';

/** Of our own pages, whose upper margin is 12 mm: lower than this the mark never reaches. */
const markMillimetres = 11.5;
const mostPixels = 3000 * 10_000;

/** Documents are ours: TIFF of encodeTiff. */
export function resendMaker(maker: PageMaker, words: BothWords): Remake {
  return async (document, { pagesDone, isResend }) => {
    const pages = await readPages(document);
    const left = pages.slice(pagesDone);
    if (!isResend) return encodeTiff(left);
    const marked: BilevelPage[] = [];
    for (const [index, page] of left.entries()) {
      const place = `${pagesDone + index + 1}/${pages.length}`;
      const mark = `${words.ja.say('letter.cover.resend')} ${words.en.say('letter.cover.resend')}  ${place}`;
      const [drawn] = await maker.faxPages('resend', { mark }, 'fine');
      marked.push(drawn ? overlay(page, drawn) : page);
    }
    return encodeTiff(marked);
  };
}

/** Black of either, in the rows of the mark. */
function overlay(page: BilevelPage, mark: BilevelPage): BilevelPage {
  const bits = Uint8Array.from(page.bits);
  const own = rowBytes(page.width);
  const other = rowBytes(mark.width);
  const rows = Math.min(page.height, mark.height, Math.round((markMillimetres / 25.4) * page.yDpi));
  for (let row = 0; row < rows; row++)
    for (let column = 0; column < Math.min(own, other); column++)
      bits[row * own + column] = (bits[row * own + column] ?? 0) | (mark.bits[row * other + column] ?? 0);
  return { ...page, bits };
}

async function readPages(document: Uint8Array): Promise<BilevelPage[]> {
  const input = Buffer.from(document);
  const { pages: count = 1 } = await sharp(input, { limitInputPixels: mostPixels }).metadata();
  const pages: BilevelPage[] = [];
  for (let page = 0; page < count; page++) {
    const image = sharp(input, { page, limitInputPixels: mostPixels }).greyscale().raw();
    const { data, info } = await image.toBuffer({ resolveWithObject: true });
    pages.push(fromGrey(data, info.width, info.height, info.channels));
  }
  return pages;
}

function fromGrey(data: Buffer, width: number, height: number, channels: number): BilevelPage {
  const page = blankPage(width, height, fine);
  const bytes = rowBytes(width);
  for (let row = 0; row < height; row++)
    for (let column = 0; column < width; column++) {
      const isInk = (data[(row * width + column) * channels] ?? 255) < 128;
      const at = row * bytes + (column >> 3);
      if (isInk) page.bits[at] = (page.bits[at] ?? 0) | (0x80 >> (column & 7));
    }
  return page;
}
