/**
 * The SVG that Typst writes, as drawing steps. Not SVG in general: exactly the forms of element that its exporter uses for what our
 * templates print. Anything else ends the reading with `false`, so that no part of a page is ever left out in silence.
 */
import { identity, type Matrix, within } from '../imaging/outline.ts';

export interface Painter {
  /** A page begins; sizes in points. */
  beginPage(width: number, height: number): void;
  /** A character: `outline` gives the path that `id` names (in Typst the same id is the same outline for ever), at a place within the matrix. */
  glyph(id: string, outline: () => string, matrix: Matrix, x: number, y: number, colour: string): boolean;
  fill(path: string, matrix: Matrix, colour: string): boolean;
  stroke(path: string, matrix: Matrix, colour: string, width: number): boolean;
}

const colour = '#[0-9a-f]{6}';
const matrix = 'transform="matrix\\(([^)]+)\\)"';
const number = '-?[\\d.]+(?:e-?\\d+)?';
const group = new RegExp(`<g(?: class="[a-z-]+")?(?: ${matrix})?(/?)>`, 'y');
const use = new RegExp(
  `<use xlink:href="#(\\w+)" x="(${number})" y="(${number})" fill="(${colour})" fill-rule="nonzero"/>`,
  'y',
);
const stroked = `stroke="(${colour})" stroke-width="(${number})" stroke-linecap="butt" stroke-linejoin="miter" stroke-miterlimit="[\\d.]+"`;
const shape = new RegExp(
  `<path class="typst-shape" fill="(none|${colour})"(?: fill-rule="nonzero")?(?: ${stroked})?(?: ${matrix})? d="([^"]*)"/>`,
  'y',
);
const image = new RegExp(
  `<image(?: ${matrix})? xlink:href="data:image/svg\\+xml;base64,([^"]+)" width="(${number})" height="(${number})" preserveAspectRatio="none"/>`,
  'y',
);
/** Our own codes (qr.ts): one black path in its own units. */
const code = /^<svg xmlns="[^"]+" viewBox="0 0 (\d+) (\d+)" width="\d+" height="\d+"><path d="([^"]*)"\/><\/svg>$/;
const pageSize = /^M 0 0v ([\d.]+) h ([\d.]+) v -[\d.]+ Z ?$/;

/** @returns false when there is something on the page that is not drawn here: then none of it may be used. */
export function paintTypstSvg(svg: string, painter: Painter): boolean {
  const definitions = svg.indexOf('<defs id="glyph">');
  return new Reading(svg, definitions < 0 ? svg.lastIndexOf('</svg>') : definitions, painter).paint();
}

class Reading {
  readonly #svg: string;
  readonly #end: number;
  readonly #painter: Painter;
  readonly #outlines: Map<string, number>;
  /** The matrices of the groups that are open. */
  readonly #open: Matrix[] = [];
  #at = 0;

  constructor(svg: string, end: number, painter: Painter) {
    this.#svg = svg;
    this.#end = end;
    this.#painter = painter;
    this.#outlines = outlinesOf(svg, end);
  }

  paint(): boolean {
    this.#at = this.#svg.indexOf('>') + 1; // behind <svg …>
    for (;;) {
      this.#at = this.#svg.indexOf('<', this.#at);
      if (this.#at < 0 || this.#at >= this.#end) return this.#open.length === 0;
      if (this.#svg.startsWith('</g>', this.#at)) {
        this.#open.pop();
        this.#at += 4;
      } else if (!this.#use() && !this.#group() && !this.#shape() && !this.#image()) return false;
    }
  }

  #match(form: RegExp): RegExpExecArray | null {
    form.lastIndex = this.#at;
    const found = form.exec(this.#svg);
    if (found) this.#at = form.lastIndex;
    return found;
  }

  #matrix(given?: string): Matrix {
    const outer = this.#open.at(-1) ?? identity;
    return given === undefined ? outer : within(outer, given.split(' ').map(Number) as unknown as Matrix);
  }

  #group(): boolean {
    const found = this.#match(group);
    if (!found) return false;
    // The outermost group of a page only moves it below the one before.
    const isPage = this.#open.length === 0;
    if (found[2] !== '/') this.#open.push(isPage ? identity : this.#matrix(found[1]));
    return true;
  }

  #use(): boolean {
    const found = this.#match(use);
    if (!found) return false;
    const [, id, x, y, filled] = found;
    return this.#painter.glyph(id!, () => this.#outline(id!), this.#matrix(), Number(x), Number(y), filled!);
  }

  #outline(id: string): string {
    const from = this.#svg.indexOf(' d="', this.#outlines.get(id) ?? this.#svg.length);
    return from < 0 ? '' : this.#svg.slice(from + 4, this.#svg.indexOf('"', from + 4));
  }

  #shape(): boolean {
    const found = this.#match(shape);
    if (!found) return false;
    const [, filled, pen, width, moved, path] = found;
    if (this.#open.length === 0) return this.#page(filled!, path!);
    const at = this.#matrix(moved);
    if (filled !== 'none' && !this.#painter.fill(path!, at, filled!)) return false;
    return pen === undefined || this.#painter.stroke(path!, at, pen, Number(width));
  }

  /** The white sheet that stands before each page's group. */
  #page(filled: string, path: string): boolean {
    const size = pageSize.exec(path);
    if (!size || filled !== '#ffffff') return false;
    this.#painter.beginPage(Number(size[2]), Number(size[1]));
    return true;
  }

  #image(): boolean {
    const found = this.#match(image);
    if (!found) return false;
    const [, moved, base64, width, height] = found;
    const drawn = code.exec(Buffer.from(base64!, 'base64').toString('utf8'));
    if (!drawn) return false;
    const scale: Matrix = [Number(width) / Number(drawn[1]), 0, 0, Number(height) / Number(drawn[2]), 0, 0];
    return this.#painter.fill(drawn[3]!, within(this.#matrix(moved), scale), '#000000');
  }
}

/** Where each glyph's outline is written; the outlines themselves are most of the file and mostly known already. */
function outlinesOf(svg: string, from: number): Map<string, number> {
  const opening = '<symbol id="';
  const outlines = new Map<string, number>();
  for (let at = svg.indexOf(opening, from); at >= 0; at = svg.indexOf(opening, at)) {
    at += opening.length;
    const end = svg.indexOf('"', at);
    outlines.set(svg.slice(at, end), end);
  }
  return outlines;
}
