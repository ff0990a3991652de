/**
 * What a copier, a sheet feeder and a telephone line do to a page, from a seed: the same seed gives the same page.
 *
 * In this order: the sheet lies askew and is scaled (separately across and down), the optics blur, the scanner's threshold
 * varies from page to page, single pixels flip (specks), and lines are lost on the way: a receiver without error correction
 * repeats the line before (half of the cases), leaves it white (a quarter) or closes the gap (a quarter).
 */
import { a4Width, type BilevelPage, blankPage, fine, rowBytes, standard } from '../../src/imaging/bilevel.ts';
import { mulberry } from './chance.ts';

export interface Level {
  /** Either way, evenly. */
  degrees: number;
  scale: number;
  /** Parts of all pixels and of all lines, 0 to 1. */
  specks: number;
  lostLines: number;
}

/** What most pages are like. */
export const typical: Level = { degrees: 2, scale: 0.04, specks: 0.005, lostLines: 0.005 };

export interface Degradation {
  seed: number;
  level: Level;
  resolution: 'fine' | 'standard';
  /** Turned by this beside the skew, clockwise; a card on the glass may lie at any angle, a sheet come in feet first. */
  turnedDegrees?: number;
  /** Where on the outgoing page the middle of the source lies, in pixels of a fine page; in the middle by default. */
  centre?: { x: number; y: number };
  /** Pixels across the outgoing page: A4 by default, A3 for a sheet that lies on its side. */
  width?: number;
}

/** Lines of an A4 page at fine resolution. */
export const a4Height = 2292;

/** @param source square-ish pixels (fine); may be smaller than a page. @returns an A4 page of the resolution asked for. */
export function degrade(source: BilevelPage, options: Degradation): BilevelPage {
  const random = mulberry(options.seed);
  const spread = (width: number): number => (random() * 2 - 1) * width;
  const { level } = options;
  const angle = ((options.turnedDegrees ?? 0) + spread(level.degrees)) * (Math.PI / 180);
  const scale = { x: 1 + spread(level.scale), y: 1 + spread(level.scale) };
  const density = options.resolution === 'fine' ? fine : standard;
  const width = options.width ?? a4Width;
  const page = blankPage(width, options.resolution === 'fine' ? a4Height : a4Height / 2, density);
  const threshold = 255 * (0.5 + spread(0.12));
  warp(source, page, { angle, scale, threshold, centre: options.centre ?? { x: width / 2, y: a4Height / 2 } });
  speckle(page, level.specks, random);
  return loseLines(page, level.lostLines, random);
}

interface Warp {
  angle: number;
  scale: { x: number; y: number };
  threshold: number;
  centre: { x: number; y: number };
}

/** Ink of the source, 0 to 255, blurred by 1-2-1 both ways: about what a lens and a worn drum leave of an edge. */
function blurredInk({ width, height, bits }: BilevelPage): Uint8Array {
  const across = new Uint8Array(width * height);
  const stride = rowBytes(width);
  const ink = (x: number, y: number): number =>
    x < 0 || x >= width ? 0 : (bits[y * stride + (x >> 3)]! >> (7 - (x & 7))) & 1;
  for (let y = 0; y < height; y++)
    for (let x = 0; x < width; x++) across[y * width + x] = ink(x - 1, y) + 2 * ink(x, y) + ink(x + 1, y);
  const both = new Uint8Array(width * height);
  for (let y = 0; y < height; y++)
    for (let x = 0; x < width; x++) {
      const at = y * width + x;
      const sum = (y > 0 ? across[at - width]! : 0) + 2 * across[at]! + (y < height - 1 ? across[at + width]! : 0);
      both[at] = (sum * 255) >> 4;
    }
  return both;
}

function warp(source: BilevelPage, page: BilevelPage, { angle, scale, threshold, centre }: Warp): void {
  const ink = blurredInk(source);
  const { width, height } = source;
  // Pixels are 1/204 inch wide and 1/196 (or 1/98) high: to turn, both sides are measured in widths.
  const sourceAspect = source.xDpi / source.yDpi;
  const pageAspect = page.xDpi / page.yDpi;
  const centreDown = centre.y * (fine.xDpi / fine.yDpi);
  const cos = Math.cos(angle);
  const sin = Math.sin(angle);
  const stride = rowBytes(page.width);
  for (let y = 0; y < page.height; y++) {
    const down = (y + 0.5) * pageAspect - centreDown;
    for (let x = 0; x < page.width; x++) {
      const right = x + 0.5 - centre.x;
      const u = (cos * right + sin * down) / scale.x + width / 2 - 0.5;
      const v = (-sin * right + cos * down) / scale.y / sourceAspect + height / 2 - 0.5;
      if (u < 0 || v < 0 || u >= width - 1 || v >= height - 1) continue;
      const left = u | 0;
      const top = v | 0;
      const at = top * width + left;
      const a = u - left;
      const upper = ink[at]! * (1 - a) + ink[at + 1]! * a;
      const lower = ink[at + width]! * (1 - a) + ink[at + width + 1]! * a;
      if (upper + (lower - upper) * (v - top) > threshold) page.bits[y * stride + (x >> 3)]! |= 0x80 >> (x & 7);
    }
  }
}

function speckle(page: BilevelPage, part: number, random: () => number): void {
  const stride = rowBytes(page.width);
  const count = Math.round(page.width * page.height * part);
  for (let speck = 0; speck < count; speck++) {
    const x = Math.floor(random() * page.width);
    const y = Math.floor(random() * page.height);
    page.bits[y * stride + (x >> 3)]! ^= 0x80 >> (x & 7);
  }
}

function loseLines(page: BilevelPage, part: number, random: () => number): BilevelPage {
  const stride = rowBytes(page.width);
  const bits = new Uint8Array(page.bits.length);
  let to = 0;
  for (let from = 0; from < page.height; from++) {
    const isLost = random() < part;
    const kind = isLost ? random() : 0;
    if (isLost && kind >= 0.75) continue;
    const at = isLost && kind < 0.5 && from > 0 ? from - 1 : from;
    if (!isLost || kind < 0.5) bits.set(page.bits.subarray(at * stride, (at + 1) * stride), to * stride);
    to++;
  }
  return { ...page, height: to, bits: bits.subarray(0, to * stride) };
}
