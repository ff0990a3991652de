/**
 * Where the symbols stand on A4. Version 10 (57 modules) throughout; module sizes in pixels of the fax line, so that no edge falls
 * between two. Larger modules first: a small record gets them, and fewer symbols, which also shortens the transmission.
 * The figures behind each layout: docs/decisions/0005-sealed-page.md.
 */
import { a4Width } from '../imaging/bilevel.ts';
import { envelopeHeadBytes, tagBytes } from './envelope.ts';
import { symbolOverhead } from './symbols.ts';

export type Resolution = 'fine' | 'standard';

export interface Layout {
  columns: number;
  rows: number;
  /** Pixels of one module. */
  moduleWidth: number;
  moduleHeight: number;
  /** Error correction of the symbols: at standard resolution a module has half the lines. */
  level: 'M' | 'Q';
  /** Bytes that a version 10 symbol of this level holds. */
  symbolBytes: number;
}

export const modules = 57;
/** The quiet zone that QR asks for, shared by neighbours. */
const quietModules = 4;

const fineSymbol = { level: 'M', symbolBytes: 213 } as const;
const standardSymbol = { level: 'Q', symbolBytes: 151 } as const;

/** From the largest modules to the smallest. */
const layouts: Record<Resolution, readonly Layout[]> = {
  fine: [
    { columns: 4, rows: 5, moduleWidth: 6, moduleHeight: 6, ...fineSymbol },
    { columns: 5, rows: 6, moduleWidth: 5, moduleHeight: 5, ...fineSymbol },
  ],
  standard: [
    { columns: 4, rows: 5, moduleWidth: 6, moduleHeight: 3, ...standardSymbol },
    { columns: 5, rows: 5, moduleWidth: 5, moduleHeight: 3, ...standardSymbol },
  ],
};

/** Millimetres from the top edge that belong to the words. */
export const headerMillimetres = 50;

/** A third as many parity as data: of four symbols one may be lost. Small pages get three, since three may lie under one fold. */
const parityCount = (needed: number): number => Math.max(3, Math.ceil(needed / 3));

export const blockBytes = (layout: Layout): number => layout.symbolBytes - symbolOverhead;

export interface Plan {
  layout: Layout;
  needed: number;
  total: number;
}

/** How an envelope of so many bytes is put on a page; null when no layout holds it. */
export function planPage(envelopeBytes: number, resolution: Resolution): Plan | null {
  for (const layout of layouts[resolution]) {
    const needed = Math.ceil(envelopeBytes / blockBytes(layout));
    const total = needed + parityCount(needed);
    if (total <= layout.columns * layout.rows) return { layout, needed, total };
  }
  return null;
}

/** The most ciphertext (without salt and tag) that one page carries: compressed bytes of content. */
export function mostCiphertext(resolution: Resolution): number {
  const most = layouts[resolution].map((layout) => {
    let needed = layout.columns * layout.rows;
    while (needed + parityCount(needed) > layout.columns * layout.rows) needed--;
    return needed * blockBytes(layout) - envelopeHeadBytes - tagBytes;
  });
  return Math.max(...most);
}

/** Top left corner of a symbol, in pixels; rows are filled from the left, below `headerHeight`. */
export function placeOf(index: number, { columns, moduleWidth, moduleHeight }: Layout, headerHeight: number) {
  const stepX = (modules + quietModules) * moduleWidth;
  const stepY = (modules + quietModules) * moduleHeight;
  const left = Math.round((a4Width - (columns * stepX - quietModules * moduleWidth)) / 2);
  return { x: left + (index % columns) * stepX, y: headerHeight + Math.floor(index / columns) * stepY };
}
