/** What is needed of a TrueType font (OpenType 1.9): its tables, and the outlines of its glyphs as contours. */
import { type Contour, type Matrix, within } from '../imaging/outline.ts';

export interface Table {
  tag: string;
  bytes: Buffer;
}

export function tablesOf(font: Buffer): Table[] {
  return Array.from({ length: font.readUInt16BE(4) }, (_, index) => {
    const entry = 12 + 16 * index;
    const at = font.readUInt32BE(entry + 8);
    const bytes = font.subarray(at, at + font.readUInt32BE(entry + 12));
    return { tag: font.toString('latin1', entry, entry + 4), bytes };
  });
}

export interface Outlines {
  readonly count: number;
  /** True for a space. */
  isEmpty(glyph: number): boolean;
  /** In pixels, by a matrix from font units; null when it is built in a way that is not known here. */
  contours(glyph: number, matrix: Matrix): Contour[] | null;
}

/** @throws Error when a table is missing, as in a font with outlines of another kind. */
export function readOutlines(font: Buffer): Outlines {
  const tables = new Map(tablesOf(font).map(({ tag, bytes }) => [tag, bytes]));
  const table = (tag: string): Buffer => {
    const bytes = tables.get(tag);
    if (!bytes) throw new Error(`the font has no table ${tag}`);
    return bytes;
  };
  const [glyf, loca] = [table('glyf'), table('loca')];
  const isLong = table('head').readInt16BE(50) === 1;
  const count = table('maxp').readUInt16BE(4);
  const offset = (glyph: number): number => (isLong ? loca.readUInt32BE(4 * glyph) : 2 * loca.readUInt16BE(2 * glyph));
  const bytesOf = (glyph: number): Buffer => glyf.subarray(offset(glyph), offset(glyph + 1));

  function contours(glyph: number, matrix: Matrix, depth = 0): Contour[] | null {
    const bytes = bytesOf(glyph);
    if (bytes.length === 0) return [];
    const ends = bytes.readInt16BE(0);
    if (ends >= 0) return simpleContours(bytes, ends, matrix);
    const parts = depth < 5 ? partsOf(bytes) : null;
    const drawn = parts?.map((part) => contours(part.glyph, within(matrix, part.matrix), depth + 1));
    return drawn?.every((one) => one !== null) ? drawn.flat() : null;
  }
  return {
    count,
    isEmpty: (glyph) => bytesOf(glyph).length === 0,
    contours: (glyph, matrix) => contours(glyph, matrix),
  };
}

const onCurve = 1;
const repeated = 8;
const shortX = 2;
const shortY = 4;
/** With a short delta: it is positive. Without: there is none. */
const sameX = 16;
const sameY = 32;

function simpleContours(bytes: Buffer, count: number, matrix: Matrix): Contour[] {
  const ends = Array.from({ length: count }, (_, index) => bytes.readUInt16BE(10 + 2 * index));
  const points = (ends.at(-1) ?? -1) + 1;
  let at = 10 + 2 * count;
  at += 2 + bytes.readUInt16BE(at); // the instructions
  const flags: number[] = [];
  while (flags.length < points) {
    const flag = bytes[at++]!;
    flags.push(flag);
    if (flag & repeated) for (let times = bytes[at++]!; times > 0; times -= 1) flags.push(flag);
  }
  const along = (short: number, same: number): number[] => {
    let value = 0;
    return flags.slice(0, points).map((flag) => {
      if (flag & short) value += flag & same ? bytes[at++]! : -bytes[at++]!;
      else if (!(flag & same)) {
        value += bytes.readInt16BE(at);
        at += 2;
      }
      return value;
    });
  };
  const xs = along(shortX, sameX);
  const ys = along(shortY, sameY);
  const [a, b, c, d, e, f] = matrix;
  const placed = flags.slice(0, points).map((flag, index) => ({
    x: a * xs[index]! + c * ys[index]! + e,
    y: b * xs[index]! + d * ys[index]! + f,
    isOn: (flag & onCurve) !== 0,
  }));
  return ends.map((end, index) => chordsOf(placed.slice(index === 0 ? 0 : ends[index - 1]! + 1, end + 1)));
}

interface GlyphPoint {
  x: number;
  y: number;
  isOn: boolean;
}

const chords = 4;

/** Quadratic curves as four chords each; between two points off the curve lies one on it, half-way. */
function chordsOf(ring: readonly GlyphPoint[]): Contour {
  const points: number[] = [];
  const middle = (one: GlyphPoint, other: GlyphPoint): GlyphPoint => ({
    ...{ x: (one.x + other.x) / 2, y: (one.y + other.y) / 2, isOn: true },
  });
  ring.forEach((point, index) => {
    const before = ring[(index + ring.length - 1) % ring.length]!;
    const after = ring[(index + 1) % ring.length]!;
    if (point.isOn) {
      points.push(point.x, point.y);
      return;
    }
    const from = before.isOn ? before : middle(before, point);
    const to = after.isOn ? after : middle(point, after);
    for (let step = before.isOn ? 1 : 0; step < chords; step += 1) {
      const t = step / chords;
      const [i, j, k] = [(1 - t) * (1 - t), 2 * t * (1 - t), t * t];
      points.push(i * from.x + j * point.x + k * to.x, i * from.y + j * point.y + k * to.y);
    }
  });
  return { points, isClosed: true };
}

const wordArguments = 0x1;
const argumentsAreOffsets = 0x2;
const oneScale = 0x8;
const moreParts = 0x20;
const twoScales = 0x40;
const fourScales = 0x80;
const scaledOffsets = 0x800;

/** Of a glyph that is put together from others. Null when parts are laid point on point, or their offsets scaled. */
function partsOf(bytes: Buffer): { glyph: number; matrix: Matrix }[] | null {
  const parts: { glyph: number; matrix: Matrix }[] = [];
  let at = 10;
  for (let flags = moreParts; flags & moreParts; ) {
    flags = bytes.readUInt16BE(at);
    if (!(flags & argumentsAreOffsets) || flags & scaledOffsets) return null;
    const glyph = bytes.readUInt16BE(at + 2);
    at += 4;
    const size = flags & wordArguments ? 2 : 1;
    const [e, f] = [bytes.readIntBE(at, size), bytes.readIntBE(at + size, size)];
    at += 2 * size;
    const given = flags & fourScales ? 4 : flags & twoScales ? 2 : flags & oneScale ? 1 : 0;
    const scales = Array.from({ length: given }, (_, index) => bytes.readInt16BE(at + 2 * index) / 0x4000);
    at += 2 * given;
    const [a, b, c, d] = given === 4 ? scales : [scales[0] ?? 1, 0, 0, scales[1] ?? scales[0] ?? 1];
    parts.push({ glyph, matrix: [a!, b!, c!, d!, e, f] });
  }
  return parts;
}
