/** Pages for people: the same black and white pixels, made square. */
import sharp from 'sharp';
import type { BilevelPage } from './bilevel.ts';
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
