/**
 * A page of ours as a fax line carries it, from what Typst says stands where: 1728 pixels across, black or white. Each glyph is made
 * into pixels once and then only set down where it stands, at whole pixels, so that one character looks the same everywhere; that is
 * a third of what PDFium takes for the same page, and the same page (tests/pages/draw.test.ts holds one against the other).
 */
import { a4Width, type BilevelPage, fine, standard } from '../imaging/bilevel.ts';
import { type Contour, contoursOf, identity, type Mask, type Matrix, maskOf, strokeOf } from '../imaging/outline.ts';
import { bitsOf } from '../imaging/words.ts';
import { inkBelow, leftBytes, type Resolution, sizeOnLine } from './raster.ts';
import type { StubFonts } from './stub-fonts.ts';
import { type Painter, paintTypstSvg } from './typst-svg.ts';

export interface PageDrawer {
  /** @returns the pages; null when there is something on them that is not drawn here, or a glyph is missing. */
  draw(svg: string, resolution: Resolution): BilevelPage[] | null;
}

/** Glyphs in pixels: some 150 bytes each. All of JIS X 0208 in two sizes; then it begins anew. */
const mostGlyphs = 16_000;

/** @param glyphOf says which glyph an outline of the document stands for (stub-fonts.ts). */
export function createPageDrawer(glyphOf: StubFonts['glyphOf']): PageDrawer {
  const cache = new GlyphCache();
  return {
    draw(svg, resolution) {
      cache.forgetTooMany();
      const painter = new LinePainter(resolution, cache, glyphOf);
      return paintTypstSvg(svg, painter) ? painter.sheets.map((sheet) => finished(sheet, resolution)) : null;
    },
  };
}

/** Finished glyphs, by how they are stretched and coloured, then by Typst's name of the outline. */
class GlyphCache {
  readonly #byManner = new Map<string, Map<string, Mask | null>>();

  of([a, b, c, d]: Matrix, colour: string): Map<string, Mask | null> {
    const manner = `${a.toFixed(4)} ${b.toFixed(4)} ${c.toFixed(4)} ${d.toFixed(4)} ${colour}`;
    const glyphs = this.#byManner.get(manner) ?? new Map<string, Mask | null>();
    this.#byManner.set(manner, glyphs);
    return glyphs;
  }

  forgetTooMany(): void {
    let count = 0;
    for (const glyphs of this.#byManner.values()) count += glyphs.size;
    if (count > mostGlyphs) this.#byManner.clear();
  }
}

class LinePainter implements Painter {
  readonly sheets: Sheet[] = [];
  readonly #resolution: Resolution;
  readonly #cache: GlyphCache;
  readonly #glyphOf: StubFonts['glyphOf'];
  #toPixels: Matrix = identity;
  /** Of the text being set: its matrix as it was given, the same in pixels, its colour and the glyphs known for it. */
  #text = { matrix: identity, placed: identity, colour: '', glyphs: new Map<string, Mask | null>() };

  constructor(resolution: Resolution, cache: GlyphCache, glyphOf: StubFonts['glyphOf']) {
    this.#resolution = resolution;
    this.#cache = cache;
    this.#glyphOf = glyphOf;
  }

  beginPage(width: number, height: number): void {
    const size = sizeOnLine(width, height, this.#resolution);
    const left = leftBytes(size.width) * 8;
    this.#toPixels = [size.width / width, 0, 0, size.height / height, left, 0];
    this.sheets.push({ height: size.height, words: new Uint32Array(wordsAcross * size.height) });
  }

  glyph(id: string, outline: () => string, matrix: Matrix, x: number, y: number, colour: string): boolean {
    if (this.#text.matrix !== matrix || this.#text.colour !== colour) {
      const placed = this.#placed(matrix);
      const isAlike =
        this.#text.colour === colour && placed.every((one, at) => at > 3 || one === this.#text.placed[at]);
      const glyphs = isAlike ? this.#text.glyphs : this.#cache.of(placed, colour);
      this.#text = { matrix, placed, colour, glyphs };
    }
    const { placed, glyphs } = this.#text;
    const [a, b, c, d, e, f] = placed;
    let mask = glyphs.get(id);
    if (mask === undefined) {
      const known = this.#glyphOf(outline());
      if (!known || known.glyph === 0) return false;
      const { outlines, glyph, scale } = known;
      const contours = outlines.contours(glyph, [a * scale, b * scale, c * scale, d * scale, 0, 0]);
      if (!contours) return false;
      mask = maskOf(contours, leastFor(colour));
      glyphs.set(id, mask);
    }
    if (mask) this.#set(mask, Math.round(a * x + c * y + e), Math.round(b * x + d * y + f), isInk(colour));
    return true;
  }

  fill(path: string, matrix: Matrix, colour: string): boolean {
    return this.#paint(contoursOf(path, this.#placed(matrix)), colour);
  }

  stroke(path: string, matrix: Matrix, colour: string, width: number): boolean {
    const contours = contoursOf(path, matrix);
    if (!contours) return false;
    const [a, , , d, e, f] = this.#toPixels; // pixels are not square: the pen is drawn in points, then stretched
    return strokeOf(contours, width * Math.hypot(matrix[0], matrix[1])).every(({ points }) =>
      this.#paint(
        [{ points: points.map((value, index) => (index % 2 ? value * d + f : value * a + e)), isClosed: true }],
        colour,
      ),
    );
  }

  #placed([a, b, c, d, e, f]: Matrix): Matrix {
    const [x, , , y, left, top] = this.#toPixels;
    return [a * x, b * y, c * x, d * y, e * x + left, f * y + top];
  }

  #paint(contours: readonly Contour[] | null, colour: string): boolean {
    if (!contours) return false;
    const mask = maskOf(contours, leastFor(colour));
    if (mask) this.#set(mask, 0, 0, isInk(colour));
    return true;
  }

  #set(mask: Mask, x: number, y: number, isBlack: boolean): void {
    const sheet = this.sheets.at(-1);
    if (sheet) setDown(sheet, mask, mask.left + x, mask.top + y, isBlack);
  }
}

const brightness = (colour: string): number => {
  const [red, green, blue] = [1, 3, 5].map((at) => Number.parseInt(colour.slice(at, at + 2), 16)) as [
    number,
    number,
    number,
  ];
  return colour === '#000000' ? 0 : 0.3 * red + 0.59 * green + 0.11 * blue;
};
const isInk = (colour: string): boolean => brightness(colour) < inkBelow;
/** From how much cover on a pixel becomes black on white paper, or white on black: the threshold of `inkBelow`. */
const leastFor = (colour: string): number =>
  isInk(colour) ? (255 - inkBelow) / (255 - brightness(colour)) : inkBelow / brightness(colour);

/** A page while it is drawn: as in a mask. A fax line's width is whole words. */
interface Sheet {
  height: number;
  words: Uint32Array;
}

const wordsAcross = a4Width / 32;

/** Sets the mask's pixels to black or white; what lies outside of the page is left out. */
function setDown(sheet: Sheet, { words, perRow, height }: Mask, left: number, top: number, isBlack: boolean): void {
  const across = left >> 5;
  const shift = left & 31;
  const end = Math.min(height, sheet.height - top);
  const from = Math.max(0, -across);
  const to = Math.min(perRow, wordsAcross - across);
  for (let y = Math.max(0, -top); y < end; y += 1) {
    const row = (top + y) * wordsAcross + across;
    for (let column = from; column < to; column += 1) {
      const word = words[y * perRow + column]!;
      if (word === 0) continue;
      const at = row + column;
      const spill = shift > 0 && across + column + 1 < wordsAcross ? word << (32 - shift) : 0;
      if (isBlack) {
        sheet.words[at]! |= word >>> shift;
        if (spill !== 0) sheet.words[at + 1]! |= spill;
      } else {
        sheet.words[at]! &= ~(word >>> shift);
        if (spill !== 0) sheet.words[at + 1]! &= ~spill;
      }
    }
  }
}

function finished({ height, words }: Sheet, resolution: Resolution): BilevelPage {
  const bits = bitsOf({ words, perRow: wordsAcross }, a4Width);
  return { width: a4Width, height, ...(resolution === 'fine' ? fine : standard), bits };
}
