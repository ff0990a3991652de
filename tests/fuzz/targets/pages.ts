/** Files and pictures that come in by fax, read by the functions that otherwise run in the bounded child process. */
import { readFileSync } from 'node:fs';
import path from 'node:path';
import bwipjs from 'bwip-js/node';
import sharp from 'sharp';
import { type BilevelPage, blankPage, fine, rowBytes } from '../../../src/imaging/bilevel.ts';
import { encodeTiff } from '../../../src/imaging/tiff.ts';
import { withCardCheckDigits } from '../../../src/lib/check-digits.ts';
import { cardCode } from '../../../src/paper/codes.ts';
import type { DecodeLimits } from '../../../src/paper/decode.ts';
import { decodeFile } from '../../../src/paper/formats/decode-file.ts';
import { toBilevel } from '../../../src/paper/formats/normalise.ts';
import { readTiffTags } from '../../../src/paper/formats/tiff-tags.ts';
import { readOnePage } from '../../../src/paper/page/read-one-page.ts';
import { mulberry } from '../../support/chance.ts';
import type { Target } from '../engine.ts';

/** Small, so that a second holds many: the bounds are tested in tests/paper/decode.test.ts. */
const limits: DecodeLimits = { bytes: 1 << 20, pages: 4, pagePixels: 2_000_000, allPixels: 4_000_000, seconds: 30 };

async function decode(input: Buffer): Promise<void> {
  const decoded = await decodeFile(input, limits);
  if ('refused' in decoded) return;
  for (const page of decoded.pages) {
    const { width, height, bits } = page;
    if (!(width > 0 && height > 0) || bits.length !== rowBytes(width) * height)
      throw new Error('a page without its pixels');
  }
}

/** A page with something on it, small. */
function noisy(seed: number, width = 128, height = 96): BilevelPage {
  const page = blankPage(width, height, fine);
  const random = mulberry(seed);
  for (let at = 0; at < page.bits.length; at++) page.bits[at] = random() < 0.2 ? Math.floor(random() * 256) : 0;
  return page;
}

const tiffs = async (): Promise<Buffer[]> => {
  const folder = path.resolve(import.meta.dirname, '../../paper/pages');
  const real = ['CCITT_2.TIF', 'fax2d.tif'].map((file) => readFileSync(path.join(folder, file)));
  const own = await Promise.all([[noisy(1)], [noisy(2), noisy(3)]].map((pages) => encodeTiff(pages)));
  const grey = sharp(Buffer.alloc(64 * 48 * 3, 120), { raw: { width: 64, height: 48, channels: 3 } });
  const other = await Promise.all(
    (['lzw', 'deflate', 'packbits', 'none'] as const).map((compression) =>
      grey.clone().tiff({ compression }).toBuffer(),
    ),
  );
  return [...own.map((bytes) => Buffer.from(bytes)), ...other, ...real];
};

const pdf = (content: string): Buffer => {
  const parts = ['<</Type/Catalog/Pages 2 0 R>>', '<</Type/Pages/Kids[3 0 R]/Count 1>>']
    .concat(
      '<</Type/Page/Parent 2 0 R/MediaBox[0 0 72 72]/Contents 4 0 R>>',
      `<</Length ${content.length}>>stream\n${content}\nendstream`,
    )
    .map((object, index) => `${index + 1} 0 obj\n${object}\nendobj\n`);
  return Buffer.from(`%PDF-1.5\n${parts.join('')}trailer\n<</Size 5/Root 1 0 R>>\n%%EOF`);
};

/** A bilevel page whose bits are the input, around a real code so that the reader goes on. */
async function readBits(input: Buffer): Promise<void> {
  const page = { ...(await cardPage()) };
  const bits = page.bits.slice();
  for (let at = 0; at + 3 < input.length; at += 3) bits[input.readUInt16LE(at) % bits.length]! ^= input[at + 2]!;
  const reading = await readOnePage({ ...page, bits });
  if (
    reading.kind === 'card' &&
    reading.number !== cardNumber &&
    withCardCheckDigits(reading.number.slice(0, 10)) !== reading.number
  )
    throw new Error('a card number that is none was read');
}

const cardNumber = withCardCheckDigits('5432744970') ?? '';
let made: BilevelPage | undefined;
async function cardPage(): Promise<BilevelPage> {
  if (made) return made;
  const png = await bwipjs.toBuffer({
    bcid: 'qrcode',
    text: cardCode(cardNumber),
    scale: 6,
    paddingwidth: 40,
    paddingheight: 40,
  });
  const { data, info } = await sharp(png)
    .flatten({ background: 'white' })
    .greyscale()
    .raw()
    .toBuffer({ resolveWithObject: true });
  made = toBilevel({ width: info.width, height: info.height, pixels: new Uint8Array(data) }, fine.xDpi, fine.yDpi);
  return made;
}

export const pageTargets: readonly Target[] = [
  {
    name: 'tiff-tags',
    seeds: tiffs,
    most: 80_000,
    run: (input) => {
      for (const { width, height } of readTiffTags(input, 50) ?? [])
        if (!(width > 0 && height > 0)) throw new Error('a page of no size');
    },
  },
  { name: 'tiff', seeds: tiffs, most: 80_000, run: decode },
  {
    name: 'pdf',
    seeds: async () => [
      pdf('0 0 36 36 re f'),
      pdf('BI /W 8 /H 8 /BPC 1 /CS /G ID ........ EI'),
      pdf('q 1e9 0 0 1e9 0 0 cm 0 0 1 1 re S Q'),
    ],
    words: [
      '/Type',
      '/Kids',
      '/Count',
      '/MediaBox',
      '/Filter/FlateDecode',
      '/Encrypt',
      '1 0 R',
      '<<',
      '>>',
      'stream',
      'endobj',
      'xref',
      '/JS',
      '/XFA',
    ],
    run: decode,
  },
  {
    name: 'picture',
    seeds: async () => {
      const grey = sharp(Buffer.alloc(64 * 48, 120), { raw: { width: 64, height: 48, channels: 1 } });
      return [await grey.clone().png().toBuffer(), await grey.clone().jpeg().toBuffer()];
    },
    run: decode,
  },
  { name: 'page-reader', seeds: async () => [Buffer.alloc(3), Buffer.alloc(300, 0x5a)], run: readBits },
];
