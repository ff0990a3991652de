/** Pages without marks of ours, straightened by what is written on them: lines of print make rows that are full or empty. */
import { type BilevelPage, blankPage, isBlack, rowBytes } from '../../imaging/bilevel.ts';

const mostDegrees = 5;
/** Below this a turned page looks no better, and every turn costs a little sharpness. */
const leastDegrees = 0.15;
/** Columns of the page are summed in strips of so many bytes, 64 pixels. */
const stripBytes = 8;

const countOf = Uint8Array.from({ length: 256 }, (_, byte) => byte.toString(2).replaceAll('0', '').length);

/** By how much the writing rises to the left, degrees clockwise; 0 when nothing tells. About 0.05° exact. */
export function skewOf(page: BilevelPage): number {
  const profile = strips(page);
  const coarse = sharpest(profile, 0, mostDegrees, 0.5);
  const near = sharpest(profile, coarse, 0.5, 0.1);
  return sharpest(profile, near, 0.1, 0.025);
}

interface Strips {
  count: number;
  rows: number;
  /** Black pixels of each strip's part of each row, strip by strip. */
  ink: Uint8Array;
  /** Rows that one strip's width is worth when the page is turned by 45°. */
  rowsPerStrip: number;
}

function strips(page: BilevelPage): Strips {
  const stride = rowBytes(page.width);
  const count = Math.ceil(stride / stripBytes);
  const ink = new Uint8Array(count * page.height);
  for (let y = 0; y < page.height; y++)
    for (let at = 0; at < stride; at++) {
      const byte = page.bits[y * stride + at]!;
      if (byte !== 0) ink[Math.floor(at / stripBytes) * page.height + y]! += countOf[byte]!;
    }
  return { count, rows: page.height, ink, rowsPerStrip: stripBytes * 8 * (page.yDpi / page.xDpi) };
}

/** The angle around `middle` whose rows differ most from each other: the sum of their squares is largest. */
function sharpest(profile: Strips, middle: number, reach: number, step: number): number {
  const steps = Math.round(reach / step);
  let best = { angle: middle, score: -1, far: 0 };
  const sums = new Float64Array(profile.rows);
  for (let index = -steps; index <= steps; index++) {
    const angle = middle + index * step;
    const score = sharpness(profile, angle, sums);
    // Of equals the one that turns least: a white page stays as it is.
    if (score > best.score || (score === best.score && Math.abs(index) < best.far))
      best = { angle, score, far: Math.abs(index) };
  }
  return best.angle;
}

function sharpness({ count, rows, ink, rowsPerStrip }: Strips, angle: number, sums: Float64Array): number {
  sums.fill(0);
  const slope = Math.tan((angle * Math.PI) / 180) * rowsPerStrip;
  for (let strip = 0; strip < count; strip++) {
    const shift = Math.round((strip - count / 2) * slope);
    const from = strip * rows;
    const first = Math.max(0, -shift);
    const end = Math.min(rows, rows - shift);
    for (let y = first; y < end; y++) sums[y]! += ink[from + y + shift]!;
  }
  let score = 0;
  for (let y = 1; y < rows; y++) score += (sums[y]! - sums[y - 1]!) ** 2;
  return score;
}

/** @returns the page turned by its skew, and by how much; the same page when it is straight. */
export function deskew(page: BilevelPage): { page: BilevelPage; degrees: number } {
  const degrees = skewOf(page);
  if (Math.abs(degrees) < leastDegrees) return { page, degrees: 0 };
  return { page: turned(page, degrees), degrees };
}

/** Turned about its middle against `degrees`, in the same frame. */
function turned(page: BilevelPage, degrees: number): BilevelPage {
  const straight = blankPage(page.width, page.height, page);
  const aspect = page.xDpi / page.yDpi;
  const cos = Math.cos((degrees * Math.PI) / 180);
  const sin = Math.sin((degrees * Math.PI) / 180);
  const middle = { x: page.width / 2, y: page.height / 2 };
  const stride = rowBytes(page.width);
  for (let y = 0; y < page.height; y++) {
    const down = (y - middle.y) * aspect;
    let u = -middle.x * cos - down * sin + middle.x + 0.5;
    let v = (-middle.x * sin + down * cos) / aspect + middle.y + 0.5;
    for (let x = 0; x < page.width; x++, u += cos, v += sin / aspect)
      if (isBlack(page, Math.floor(u), Math.floor(v))) straight.bits[y * stride + (x >> 3)]! |= 0x80 >> (x & 7);
  }
  return straight;
}
