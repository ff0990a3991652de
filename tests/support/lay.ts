import { type BilevelPage, rowBytes } from '../../src/imaging/bilevel.ts';

/** Lays one page onto another, from a whole byte of it. */
export function lay(page: BilevelPage, onto: BilevelPage, x: number, y: number): BilevelPage {
  const bits = onto.bits.slice();
  for (let row = 0; row < page.height; row++)
    for (let at = 0; at < rowBytes(page.width); at++)
      bits[(y + row) * rowBytes(onto.width) + (x >> 3) + at]! |= page.bits[row * rowBytes(page.width) + at]!;
  return { ...onto, bits };
}
