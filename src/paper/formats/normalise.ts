/**
 * Pages as they come into pages as we read them: about 204 × 196 dpi, black and white. A fax of standard resolution has
 * half the rows, superfine twice, and some machines 408 dots across; a scan has what it has (providers.md, section 5).
 */
import { a4Width, type BilevelPage, fine, rowBytes } from '../../imaging/bilevel.ts';

export interface GrayPage {
  width: number;
  height: number;
  /** One byte a pixel, 0 is black. */
  pixels: Uint8Array;
}

/** How to bring a page to our density. `rows`, `columns`: whole steps on the pixels. `scale`: it must be resampled to this size. */
export type Step =
  | { how: 'whole'; columns: 1 | 0.5; rows: 2 | 1 | 0.5; xDpi: number; yDpi: number }
  | { how: 'scale'; width: number; height: number };

const isNear = (value: number, target: number): boolean => value > target * 0.88 && value < target * 1.12;
const faxWidths = [a4Width, 2048, 2432];
/** A3 across; wider than this is scaled down, whatever it claims to measure. */
const mostWidth = 2432 * 1.15;
const mostHeight = 6600;

/** Decides from size and density alone; densities that are null or absurd are guessed from the width. */
export function stepFor(width: number, height: number, xDpi: number | null, yDpi: number | null): Step {
  const [x, y] = densities(width, height, xDpi, yDpi);
  if (x === null || y === null) return scaled(width, height, a4Width / width, (a4Width / width) * (196 / 204));
  const columns = isNear(x, 204) ? 1 : isNear(x, 408) ? 0.5 : null;
  const rows = isNear(y, 98) ? 2 : isNear(y, 196) ? 1 : isNear(y, 392) ? 0.5 : null;
  if (columns && rows && width * columns <= mostWidth && height * rows <= mostHeight * 4)
    return { how: 'whole', columns, rows, xDpi: x * columns, yDpi: y * rows };
  return scaled(width, height, fine.xDpi / x, fine.yDpi / y);
}

function densities(
  width: number,
  height: number,
  xDpi: number | null,
  yDpi: number | null,
): [number | null, number | null] {
  // 72 and 96 are what programs write that do not know.
  const isSaid = xDpi !== null && yDpi !== null && xDpi > 97 && yDpi > 80 && xDpi < 2500 && yDpi < 2500;
  if (isSaid) return [xDpi, yDpi];
  for (const factor of [1, 2])
    if (faxWidths.some((faxWidth) => Math.abs(width - faxWidth * factor) <= 16))
      return [204 * factor, height < 0.8 * width ? 98 : 196 * factor];
  return [null, null];
}

function scaled(width: number, height: number, x: number, y: number): Step {
  const shrink = Math.min(1, mostWidth / (width * x), mostHeight / (height * y));
  const size = (length: number, factor: number): number => Math.max(1, Math.round(length * factor * shrink));
  return { how: 'scale', width: size(width, x), height: size(height, y) };
}

/**
 * Black and white by a threshold that follows the paper: 80 % of the mean brightness around, but what is really dark stays
 * black and what is really light stays white. Pages that are black and white already pass unchanged.
 */
export function toBilevel(gray: GrayPage, xDpi: number, yDpi: number): BilevelPage {
  const { width, height, pixels } = gray;
  const known = bitsOfPure(gray);
  if (known) return { width, height, xDpi, yDpi, bits: known };
  const stride = rowBytes(width);
  const bits = new Uint8Array(stride * height);
  const thresholds = blockThresholds(gray);
  for (let y = 0; y < height; y++) {
    const blockRow = (y >> blockShift) * thresholds.across;
    for (let x = 0; x < width; x++)
      if (pixels[y * width + x]! < thresholds.levels[blockRow + (x >> blockShift)]!)
        bits[y * stride + (x >> 3)]! |= 0x80 >> (x & 7);
  }
  return { width, height, xDpi, yDpi, bits };
}

/** Pixels that are all quite black or quite white already, as every real fax's are; null when one is between. */
function bitsOfPure({ width, height, pixels }: GrayPage): Uint8Array | null {
  if (width % 8 !== 0 || pixels.byteOffset % 4 !== 0) return null;
  const words = new Uint32Array(pixels.buffer, pixels.byteOffset, (width * height) >> 2);
  const bits = new Uint8Array((width * height) >> 3);
  for (let at = 0; at < bits.length; at++) {
    const [left, right] = [words[2 * at]!, words[2 * at + 1]!];
    if ((left & right) >>> 0 === 0xffffffff) continue;
    const [first, last] = [fourOf(left), fourOf(right)];
    if (first < 0 || last < 0) return null;
    bits[at] = (first << 4) | last;
  }
  return bits;
}

/** Four pixels of a word, 1 for black, the lowest byte first; -1 when one is neither black nor white. */
function fourOf(word: number): number {
  if ((word & 0x01010101) * 0xff !== word >>> 0) return -1;
  return ~(((word & 1) << 3) | ((word >> 6) & 4) | ((word >> 15) & 2) | ((word >> 24) & 1)) & 15;
}

const blockShift = 5;

function blockThresholds({ width, height, pixels }: GrayPage): { across: number; levels: Uint8Array } {
  const across = ((width - 1) >> blockShift) + 1;
  const down = ((height - 1) >> blockShift) + 1;
  const sums = new Float64Array(across * down);
  const counts = new Float64Array(across * down);
  // Every other pixel of every other row is enough for a mean.
  for (let y = 0; y < height; y += 2)
    for (let x = 0; x < width; x += 2) {
      const block = (y >> blockShift) * across + (x >> blockShift);
      sums[block]! += pixels[y * width + x]!;
      counts[block]!++;
    }
  const levels = new Uint8Array(across * down);
  for (let row = 0; row < down; row++)
    for (let column = 0; column < across; column++) {
      let sum = 0;
      let count = 0;
      for (let y = Math.max(0, row - 1); y <= Math.min(down - 1, row + 1); y++)
        for (let x = Math.max(0, column - 1); x <= Math.min(across - 1, column + 1); x++) {
          sum += sums[y * across + x]!;
          count += counts[y * across + x]!;
        }
      levels[row * across + column] = Math.min(160, Math.max(64, (0.8 * sum) / count));
    }
  return { across, levels };
}

/** Rows doubled, or two rows (two columns) laid over each other so that a thin stroke survives. */
export function wholeSteps(page: BilevelPage, step: Extract<Step, { how: 'whole' }>): BilevelPage {
  const narrow = step.columns === 0.5 ? halveColumns(page) : page;
  const stride = rowBytes(narrow.width);
  const height = step.rows === 0.5 ? (narrow.height + 1) >> 1 : narrow.height * step.rows;
  const { xDpi, yDpi } = step;
  if (step.rows === 1) return { ...narrow, xDpi, yDpi };
  const bits = new Uint8Array(stride * height);
  for (let y = 0; y < narrow.height; y++) {
    const row = narrow.bits.subarray(y * stride, (y + 1) * stride);
    if (step.rows === 2) {
      bits.set(row, 2 * y * stride);
      bits.set(row, (2 * y + 1) * stride);
    } else for (let at = 0; at < stride; at++) bits[(y >> 1) * stride + at]! |= row[at]!;
  }
  return { width: narrow.width, height, xDpi, yDpi, bits };
}

/** For every byte: its four pairs of pixels, each black when one of the two is. */
const halfOf = Uint8Array.from({ length: 256 }, (_, byte) => {
  let half = 0;
  for (let pair = 0; pair < 4; pair++) if (byte & (0xc0 >> (2 * pair))) half |= 8 >> pair;
  return half;
});

function halveColumns(page: BilevelPage): BilevelPage {
  const width = (page.width + 1) >> 1;
  const from = rowBytes(page.width);
  const to = rowBytes(width);
  const bits = new Uint8Array(to * page.height);
  for (let y = 0; y < page.height; y++)
    for (let at = 0; at < to; at++) {
      const left = halfOf[page.bits[y * from + 2 * at]!]!;
      const right = 2 * at + 1 < from ? halfOf[page.bits[y * from + 2 * at + 1]!]! : 0;
      bits[y * to + at] = (left << 4) | right;
    }
  return { ...page, width, bits };
}
