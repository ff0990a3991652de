/** A fax page in memory: black and white, nothing between. Everything that makes or reads pages speaks of this. */
export interface BilevelPage {
  /** Pixels; a fax line's A4 is 1728 wide, B4 2048, A3 2432. */
  readonly width: number;
  readonly height: number;
  /** Pixels per inch, 204 across; down 196 (fine) or 98 (standard), so pixels need not be square. */
  readonly xDpi: number;
  readonly yDpi: number;
  /** Rows from the top, each `rowBytes(width)` long, most significant bit left, 1 is black; bits past the width are 0. */
  readonly bits: Uint8Array;
}

export const fine = { xDpi: 204, yDpi: 196 } as const;
export const standard = { xDpi: 204, yDpi: 98 } as const;

/** Pixels across an A4 page on a fax line (ITU-T T.4). */
export const a4Width = 1728;

export const rowBytes = (width: number): number => (width + 7) >> 3;

/** A white page. */
export function blankPage(width: number, height: number, { xDpi, yDpi }: { xDpi: number; yDpi: number }): BilevelPage {
  return { width, height, xDpi, yDpi, bits: new Uint8Array(rowBytes(width) * height) };
}

/** @returns true for black; white outside of the page. */
export function isBlack(page: BilevelPage, x: number, y: number): boolean {
  if (x < 0 || y < 0 || x >= page.width || y >= page.height) return false;
  return ((page.bits[y * rowBytes(page.width) + (x >> 3)] ?? 0) & (0x80 >> (x & 7))) !== 0;
}
