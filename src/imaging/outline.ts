/**
 * Outlines as SVG writes them, and the ink they leave: how much of each pixel a filled outline covers, exactly, and which
 * pixels are black then. The scan conversion sums signed areas along each row (the method of font-rs and stb_truetype).
 */

/** x' = a·x + c·y + e, y' = b·x + d·y + f. */
export type Matrix = readonly [a: number, b: number, c: number, d: number, e: number, f: number];

export const identity: Matrix = [1, 0, 0, 1, 0, 0];

/** First `inner`, then `outer`. */
export const within = (outer: Matrix, inner: Matrix): Matrix => [
  outer[0] * inner[0] + outer[2] * inner[1],
  outer[1] * inner[0] + outer[3] * inner[1],
  outer[0] * inner[2] + outer[2] * inner[3],
  outer[1] * inner[2] + outer[3] * inner[3],
  outer[0] * inner[4] + outer[2] * inner[5] + outer[4],
  outer[1] * inner[4] + outer[3] * inner[5] + outer[5],
];

/** Corners as x, y, x, y …; curves are chords already. */
export interface Contour {
  points: number[];
  isClosed: boolean;
}

const steps = /[A-Za-z]|[-+]?(?:\d+\.?\d*|\.\d+)(?:e[-+]?\d+)?/g;
/** How many numbers a step takes; one that is not here (smooth curves, arcs) is not ours to draw. */
const numbersOf: Readonly<Record<string, number>> = { m: 2, l: 2, h: 1, v: 1, q: 4, c: 6, z: 0 };

/** @returns the contours of a path's `d`, each point through the matrix; null when it has a step that is not known here. */
export function contoursOf(d: string, matrix: Matrix): Contour[] | null {
  const tokens = d.match(steps) ?? [];
  const pen = new Pen(matrix);
  let step = '';
  for (let at = 0; at < tokens.length; ) {
    if (tokens[at]! > '@') step = tokens[at++]!;
    const kind = step.toLowerCase();
    const size = numbersOf[kind];
    if (size === undefined) return null;
    const numbers = tokens.slice(at, at + size).map(Number);
    if (numbers.length < size || numbers.some(Number.isNaN)) return null;
    at += size;
    pen.draw(kind, numbers, step === kind);
    if (kind === 'm')
      step = step === kind ? 'l' : 'L'; // further pairs are lines
    else if (kind === 'z') step = '';
  }
  return pen.contours;
}

class Pen {
  readonly contours: Contour[] = [];
  readonly #matrix: Matrix;
  #x = 0;
  #y = 0;
  #open: Contour | null = null;
  #start: [number, number] = [0, 0];

  constructor(matrix: Matrix) {
    this.#matrix = matrix;
  }

  draw(kind: string, given: readonly number[], isRelative: boolean): void {
    const [originX, originY] = isRelative ? [this.#x, this.#y] : [0, 0];
    const at = given.map((value, index) => value + (index % 2 === 0 ? originX : originY));
    if (kind === 'm') this.#move(at[0]!, at[1]!);
    else if (kind === 'l') this.#line(at[0]!, at[1]!);
    else if (kind === 'h') this.#line(at[0]!, this.#y);
    else if (kind === 'v') this.#line(this.#x, given[0]! + originY);
    else if (kind === 'z') this.#close();
    else this.#curve(at);
  }

  #move(x: number, y: number): void {
    [this.#x, this.#y, this.#open, this.#start] = [x, y, null, [x, y]];
  }

  #line(x: number, y: number): void {
    if (!this.#open) {
      this.#open = { points: [], isClosed: false };
      this.contours.push(this.#open);
      this.#push(this.#x, this.#y);
    }
    this.#push(x, y);
    [this.#x, this.#y] = [x, y];
  }

  #push(x: number, y: number): void {
    const [a, b, c, d, e, f] = this.#matrix;
    this.#open?.points.push(a * x + c * y + e, b * x + d * y + f);
  }

  #close(): void {
    if (this.#open) this.#open.isClosed = true;
    this.#move(...this.#start);
  }

  /** Quadratic (two points) or cubic (three). Chords no further than a tenth of a pixel off the curve, for all we print. */
  #curve(points: readonly number[]): void {
    const [x0, y0] = [this.#x, this.#y];
    const [x1, y1, x2, y2, x3, y3] = points as [number, number, number, number, number?, number?];
    const chords = x3 === undefined ? 4 : 10;
    for (let n = 1; n <= chords; n += 1) {
      const t = n / chords;
      const s = 1 - t;
      if (x3 === undefined || y3 === undefined)
        this.#line(s * s * x0 + 2 * s * t * x1 + t * t * x2, s * s * y0 + 2 * s * t * y1 + t * t * y2);
      else {
        const [i, j, k, l] = [s * s * s, 3 * s * s * t, 3 * s * t * t, t * t * t];
        this.#line(i * x0 + j * x1 + k * x2 + l * x3, i * y0 + j * y1 + k * y2 + l * y3);
      }
    }
  }
}

/** The outline of a pen of that width along the contours, a contour for each piece: square corners, ends cut off flat. */
export function strokeOf(contours: readonly Contour[], width: number): Contour[] {
  const pieces: Contour[] = [];
  for (const { points, isClosed } of contours) {
    const ring = isClosed ? [...points, points[0]!, points[1]!] : points;
    for (let at = 0; at + 3 < ring.length; at += 2) {
      const [x0, y0, x1, y1] = ring.slice(at, at + 4) as [number, number, number, number];
      const length = Math.hypot(x1 - x0, y1 - y0);
      if (length === 0) continue;
      const [ux, uy] = [((x1 - x0) / length) * (width / 2), ((y1 - y0) / length) * (width / 2)];
      // Where another piece joins, both reach half a width further: that fills the corner.
      const before = isClosed || at > 0 ? 1 : 0;
      const after = isClosed || at + 5 < ring.length ? 1 : 0;
      const [sx, sy, tx, ty] = [x0 - ux * before, y0 - uy * before, x1 + ux * after, y1 + uy * after];
      pieces.push({
        points: [sx - uy, sy + ux, tx - uy, ty + ux, tx + uy, ty - ux, sx + uy, sy - ux],
        isClosed: true,
      });
    }
  }
  return pieces;
}

/** Black pixels in a box; rows of whole words, the leftmost pixel in a word's highest bit. */
export interface Mask {
  left: number;
  top: number;
  height: number;
  perRow: number;
  words: Uint32Array;
}

/** @param least how much of a pixel must be covered for it to count, 0 to 1. @returns null for an outline without area. */
export function maskOf(contours: readonly Contour[], least: number): Mask | null {
  let [left, top, right, bottom] = [Infinity, Infinity, -Infinity, -Infinity];
  for (const { points } of contours)
    for (let at = 0; at < points.length; at += 2) {
      left = Math.min(left, points[at]!);
      right = Math.max(right, points[at]!);
      top = Math.min(top, points[at + 1]!);
      bottom = Math.max(bottom, points[at + 1]!);
    }
  if (!(right > left && bottom > top)) return null;
  [left, top] = [Math.floor(left), Math.floor(top)];
  const [width, height] = [Math.ceil(right) - left, Math.ceil(bottom) - top];
  const stride = width + 2; // a piece at the right edge adds to the pixel behind it
  const area = new Float32Array(stride * height);
  for (const { points } of contours) {
    const last = points.length - 2;
    let [x, y] = [points[last]! - left, points[last + 1]! - top];
    for (let at = 0; at < points.length; at += 2) {
      const [nextX, nextY] = [points[at]! - left, points[at + 1]! - top];
      addLine(area, stride, x, y, nextX, nextY);
      [x, y] = [nextX, nextY];
    }
  }
  return { left, top, height, ...packed(area, stride, width, height, least) };
}

function packed(area: Float32Array, stride: number, width: number, height: number, least: number) {
  const perRow = (width + 31) >> 5;
  const words = new Uint32Array(perRow * height);
  for (let y = 0; y < height; y += 1) {
    let sum = 0;
    for (let x = 0; x < width; x += 1) {
      sum += area[y * stride + x]!;
      if (sum > least || -sum > least) words[y * perRow + (x >> 5)]! |= 0x80000000 >>> (x & 31);
    }
  }
  return { perRow, words };
}

/** What lies to the right of a line, as differences along each row that it passes. */
function addLine(area: Float32Array, stride: number, x0: number, y0: number, x1: number, y1: number): void {
  if (y0 === y1) return;
  if (y0 > y1) addDownward(area, stride, -1, x1, y1, x0, y0);
  else addDownward(area, stride, 1, x0, y0, x1, y1);
}

function addDownward(
  area: Float32Array,
  stride: number,
  sign: number,
  x0: number,
  y0: number,
  x1: number,
  y1: number,
): void {
  const slope = (x1 - x0) / (y1 - y0);
  let x = x0;
  for (let y = Math.floor(y0); y < y1; y += 1) {
    const dy = Math.min(y + 1, y1) - Math.max(y, y0);
    const next = x + slope * dy;
    addPiece(area, y * stride, sign * dy, Math.min(x, next), Math.max(x, next));
    x = next;
  }
}

/** One row's piece of a line, from `left` to `right`, that closes off `height` of the row. */
function addPiece(area: Float32Array, row: number, height: number, left: number, right: number): void {
  const first = Math.floor(left);
  const end = Math.ceil(right);
  if (end <= first + 1) {
    const beside = (left + right) / 2 - first; // of the pixel, what lies left of the line
    area[row + first]! += height * (1 - beside);
    area[row + first + 1]! += height * beside;
    return;
  }
  const perPixel = height / (right - left);
  let covered = 0; // in the pixel before, by the part of the line so far
  for (let pixel = first; pixel < end; pixel += 1) {
    const [from, to] = [Math.max(left, pixel), Math.min(right, pixel + 1)];
    // The line's part inside of this pixel covers a trapezium of it; its parts further left cover the pixel's whole width.
    const now = perPixel * (from - left + (to - from) * (pixel + 1 - (from + to) / 2));
    area[row + pixel]! += now - covered;
    covered = now;
  }
  area[row + end]! += height - covered;
}
