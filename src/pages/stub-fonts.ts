/**
 * Fonts that set exactly as ours do and draw nothing but their own names: each outline is replaced by a triangle that says which
 * glyph of which font it stands for. Typst then writes down where each glyph is, and not 700 outlines that we know already;
 * that, and reading them again, was a fifth of a page's time.
 */
import { type Outlines, readOutlines, type Table, tablesOf } from './truetype.ts';

export interface StubFonts {
  /** To be given to the compiler in place of the fonts. */
  files: Buffer[];
  /** The glyph that an outline of such a font stands for, and how many points a font unit has there; null: it is none. */
  glyphOf(path: string): Glyph | null;
}

export interface Glyph {
  outlines: Outlines;
  /** 0 is what the font shows for a character that it lacks. */
  glyph: number;
  scale: number;
}

/** @param fonts TrueType files, in the order in which they are numbered. */
export function stubFonts(fonts: readonly Buffer[]): StubFonts {
  const outlines = fonts.map(readOutlines);
  return {
    files: fonts.map((font, index) => stubOf(font, index, outlines[index]!)),
    glyphOf(path) {
      const found = triangle.exec(path);
      if (!found) return null;
      const [x1, y1, dx, dy] = found.slice(1).map(Number) as [number, number, number, number];
      const scale = y1 / unit;
      const units = (length: number): number => Math.round(length / scale);
      const known = outlines[units(x1) - 1];
      const glyph = (units(x1 + dx) - unit) * 256 + units(y1 + dy) - 2 * unit;
      return known ? { outlines: known, glyph, scale } : null;
    },
  };
}

/**
 * The corners, in font units: (0, 0), (1 + font, unit), (unit + glyph div 256, 2 unit + glyph mod 256). No two are level or
 * plumb, so that each side is written as a slanting line.
 */
const unit = 1000;
const decimal = '(-?[\\d.]+(?:e-?\\d+)?)';
const triangle = new RegExp(
  `^M 0 0(?:m 0 0 )?l ${decimal} ${decimal} l ${decimal} ${decimal} l ${decimal} ${decimal} Z ?$`,
);
const triangleBytes = 30;

/** Tables that only the drawing of outlines needs. */
const drawing = new Set(['fpgm', 'prep', 'cvt ', 'gasp', 'hdmx', 'VDMX', 'LTSH', 'DSIG']);

function stubOf(font: Buffer, index: number, outlines: Outlines): Buffer {
  const starts = Buffer.alloc(4 * (outlines.count + 1));
  const glyphs: Buffer[] = [];
  for (let glyph = 0; glyph < outlines.count; glyph += 1) {
    if (!outlines.isEmpty(glyph)) glyphs.push(triangleOf(index, glyph));
    starts.writeUInt32BE(glyphs.length * triangleBytes, 4 * (glyph + 1));
  }
  const replaced = new Map([
    ['glyf', Buffer.concat(glyphs)],
    ['loca', starts],
  ]);
  const kept = tablesOf(font).filter(({ tag }) => !drawing.has(tag));
  return fontOf(
    kept.map(({ tag, bytes }) => ({ tag, bytes: replaced.get(tag) ?? (tag === 'head' ? longStarts(bytes) : bytes) })),
  );
}

/** A simple glyph: one contour of three points on the curve, each as two bytes across and two down from the one before. */
function triangleOf(font: number, glyph: number): Buffer {
  const bytes = Buffer.alloc(triangleBytes);
  const [x1, y1, x2, y2] = [1 + font, unit, unit + (glyph >> 8), 2 * unit + (glyph & 255)];
  bytes.writeInt16BE(1, 0);
  bytes.writeInt16BE(x2, 6); // the largest, behind the smallest, which are 0
  bytes.writeInt16BE(y2, 8);
  bytes.writeUInt16BE(2, 10);
  bytes.fill(1, 14, 17);
  for (const [place, step] of [0, x1, x2 - x1, 0, y1, y2 - y1].entries()) bytes.writeInt16BE(step, 17 + 2 * place);
  return bytes;
}

function longStarts(head: Buffer): Buffer {
  const bytes = Buffer.from(head);
  bytes.writeInt16BE(1, 50);
  return bytes;
}

/** Check sums are left at 0: nobody looks at them. */
function fontOf(tables: readonly Table[]): Buffer {
  const header = Buffer.alloc(12 + 16 * tables.length);
  header.writeUInt32BE(0x00010000, 0);
  header.writeUInt16BE(tables.length, 4);
  const parts: Uint8Array[] = [header];
  let at = header.length;
  tables.forEach(({ tag, bytes }, index) => {
    const entry = 12 + 16 * index;
    header.write(tag, entry, 'latin1');
    header.writeUInt32BE(at, entry + 8);
    header.writeUInt32BE(bytes.length, entry + 12);
    const padding = Buffer.alloc(-bytes.length & 3);
    parts.push(bytes, padding);
    at += bytes.length + padding.length;
  });
  return Buffer.concat(parts);
}
