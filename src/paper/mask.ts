/** Blackened parts of a page: what must not be kept (個人番号) is gone from the pixels, not merely covered. */
import { type BilevelPage, rowBytes } from '../imaging/bilevel.ts';

/** Pixels of the page. */
export interface PixelBox {
  x: number;
  y: number;
  width: number;
  height: number;
}

/**
 * A copy with these boxes black. A person marks them: a My Number on paper is printed or written in digits, which are not
 * read here (product.md rule 10). What lies outside of the page is left out.
 */
export function maskPage(page: BilevelPage, boxes: readonly PixelBox[]): BilevelPage {
  const bits = page.bits.slice();
  const stride = rowBytes(page.width);
  for (const box of boxes) {
    const right = Math.min(page.width, Math.ceil(box.x + box.width));
    const bottom = Math.min(page.height, Math.ceil(box.y + box.height));
    for (let y = Math.max(0, Math.floor(box.y)); y < bottom; y++)
      for (let x = Math.max(0, Math.floor(box.x)); x < right; x++) bits[y * stride + (x >> 3)]! |= 0x80 >> (x & 7);
  }
  return { ...page, bits };
}
