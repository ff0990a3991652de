/** Pages for people: the same black and white pixels, made square. */
import sharp from 'sharp';
import { type BilevelPage, blankPage, rowBytes } from './bilevel.ts';
import { greyOf } from './grey.ts';

/**
 * A PNG as wide as the page. Fax pixels are not square (204×196, or 204×98): the height is stretched to the width's
 * density, so that a circle is a circle on a screen.
 */
export async function encodePng(page: BilevelPage): Promise<Uint8Array> {
  const height = Math.round((page.height * page.xDpi) / page.yDpi);
  return sharp(greyOf(page), { raw: { width: page.width, height: page.height, channels: 1 } })
    .resize({ width: page.width, height, fit: 'fill', kernel: 'nearest' })
    .toColourspace('b-w')
    .withMetadata({ density: page.xDpi })
    .png({ palette: true, colours: 2 })
    .toBuffer();
}

/** The pixels of a PNG that `encodePng` made, as square as they are there. Not for pictures of strangers: nothing bounds it. */
export async function decodePng(png: Uint8Array): Promise<BilevelPage> {
  const { density = 204 } = await sharp(png).metadata();
  const { data, info } = await sharp(png).greyscale().raw().toBuffer({ resolveWithObject: true });
  const page = blankPage(info.width, info.height, { xDpi: density, yDpi: density });
  const stride = rowBytes(info.width);
  for (let y = 0; y < info.height; y++)
    for (let x = 0; x < info.width; x++)
      if (data[(y * info.width + x) * info.channels]! < 128) page.bits[y * stride + (x >> 3)]! |= 0x80 >> (x & 7);
  return page;
}
