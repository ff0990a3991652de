/** A card as a copier sees it: a frame, lines of print, and the card's code. Drawn in pixels of a fine page. */
import bwipjs from 'bwip-js/node';
import { type BilevelPage, blankPage, fine, rowBytes } from '../../src/imaging/bilevel.ts';
import { withCardCheckDigits } from '../../src/lib/check-digits.ts';
import { cardCode } from '../../src/paper/codes.ts';
import { mulberry } from './chance.ts';
import { a4Height, type Degradation, degrade } from './degrade.ts';

/** 85.6 × 54 mm. */
const width = 688;
const height = 417;

/** Blackens pixels from (x, y), right and down. */
export function fill(page: BilevelPage, x: number, y: number, across: number, down: number): void {
  const stride = rowBytes(page.width);
  for (let row = Math.max(0, Math.round(y)); row < Math.min(page.height, Math.round(y + down)); row++)
    for (let column = Math.max(0, Math.round(x)); column < Math.min(page.width, Math.round(x + across)); column++)
      page.bits[row * stride + (column >> 3)]! |= 0x80 >> (column & 7);
}

export function drawCard(number: string, random: () => number, modulePixels = 7): BilevelPage {
  const page = blankPage(width, height, fine);
  fill(page, 0, 0, width, 3);
  fill(page, 0, height - 3, width, 3);
  fill(page, 0, 0, 3, height);
  fill(page, width - 3, 0, 3, height);
  const [symbol] = bwipjs.raw('qrcode', cardCode(number), 'eclevel=H');
  if (!symbol || !('pixs' in symbol)) throw new Error('no symbol was drawn');
  const down = modulePixels * (fine.yDpi / fine.xDpi);
  const left = width - 40 - symbol.pixx * modulePixels;
  for (const [index, ink] of symbol.pixs.entries()) {
    const column = index % symbol.pixx;
    const row = Math.floor(index / symbol.pixx);
    if (ink) fill(page, left + column * modulePixels, 60 + row * down, modulePixels, down);
  }
  for (let line = 0; line < 7; line++)
    for (let x = 30; x < left - 50; x += 6)
      if (random() < 0.5) fill(page, x, 50 + line * 48 + random() * 20, 2 + random() * 14, 2 + random() * 3);
  return page;
}

/** A card number from a seeded source. */
export function anyCardNumber(random: () => number): string {
  for (;;) {
    const payload = String(5 + Math.floor(random() * 4)) + String(Math.floor(random() * 1e9)).padStart(9, '0');
    const number = withCardCheckDigits(payload);
    if (number) return number;
  }
}

/** A card laid on the glass anywhere, at any angle, copied, and faxed. */
export function cardCopy(options: Pick<Degradation, 'seed' | 'level' | 'resolution'>): {
  number: string;
  page: BilevelPage;
} {
  const random = mulberry(options.seed ^ 0x5eed);
  const number = anyCardNumber(random);
  const centre = { x: 460 + random() * 800, y: 460 + random() * (a4Height - 920) };
  const page = degrade(drawCard(number, random), { ...options, turnedDegrees: random() * 360, centre });
  return { number, page };
}
