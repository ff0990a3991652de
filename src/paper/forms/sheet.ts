/**
 * A form of ours as data: where on the A4 sheet each mark, box and field is, in millimetres from the upper left corner.
 * The printed page (config/pages/form.typ) and the reader take it from here, so that they cannot differ.
 */
import type { FormKind } from '../codes.ts';
import type { Box } from '../reading.ts';

export interface Sheet {
  kind: FormKind;
  /** In the code of every sheet. A change of any place below is a new version; the old one is kept to read old sheets. */
  version: number;
  cells: readonly Cell[];
}

/** A framed part of the sheet with a small label at its top. Field keys are those of the field lists, dots allowed. */
export interface Cell {
  field: string;
  box: Box;
  ticks: readonly Tick[];
  /** Rows of boxes for single digits, for the hand to write in; they are kept as an image. */
  digits: readonly DigitBoxes[];
  /** What is cut out for a person; null for a cell of ticks only. */
  writing: Box | null;
}

export interface Tick {
  field: string;
  value: string;
  /** Upper left corner of the square. */
  x: number;
  y: number;
}

export interface DigitBoxes {
  x: number;
  y: number;
  count: number;
  /** Boxes after which a gap is left: 4, 8 for a card number. */
  gapsAfter: readonly number[];
}

export const tickSize = 4;
export const digitBox = { width: 4.6, height: 5.8, gap: 1.6 } as const;

/** Concentric squares (outer ring, white, core), by their middles: 48 pixels of a fax. The ring is thick enough that it is not taken for a QR code's. */
export const markSize = { outer: 6, hole: 3.5, core: 1.5 } as const;
export const marks: readonly { x: number; y: number }[] = [
  { x: 14, y: 14 },
  { x: 196, y: 14 },
  { x: 14, y: 148.5 },
  { x: 196, y: 148.5 },
  { x: 14, y: 283 },
  { x: 196, y: 283 },
];

/** The code of the sheet: version 3, 29 modules of 7 fax pixels, by its own corners (without the white around it). */
export const codeModules = 29;
export const codeBox: Box = { x: 164, y: 15, width: codeModules * 0.872, height: codeModules * 0.872 };

/** Between the marks, below the title. */
export const area = { left: 20, right: 190, top: 46, bottom: 281 } as const;

/** One cell to be laid out: its share of the row, and what is in it. */
export interface CellPlan {
  field: string;
  /** Millimetres; the last cell of a row takes what is left. */
  width: number;
  ticks?: readonly TickPlan[];
  /** Distance from one tick to the next. */
  pitch?: number;
  digits?: number;
  gapsAfter?: readonly number[];
  /** A space to write in: right of the ticks or digits, or the whole cell. */
  text?: boolean;
}

/** A value of the cell's own field, or of another: `['consent_to', 'yes']`. */
export type TickPlan = string | readonly [field: string, value: string];

const labelHeight = 3.4;
const inset = 1.5;

/** Lays rows of cells under each other from `top` on. Throws RangeError when they do not fit: found by the first test. */
export function layOut(
  rows: readonly { height: number; cells: readonly CellPlan[] }[],
  top: number = area.top,
): Cell[] {
  const cells: Cell[] = [];
  let y = top;
  for (const row of rows) {
    let x: number = area.left;
    for (const [index, plan] of row.cells.entries()) {
      const width = index === row.cells.length - 1 ? area.right - x : plan.width;
      cells.push(layOutCell(plan, { x, y, width, height: row.height }));
      x += width;
    }
    y += row.height;
  }
  if (y > area.bottom + 0.01) throw new RangeError(`a form ends at ${y} mm, the sheet at ${area.bottom}`);
  return cells;
}

function layOutCell(plan: CellPlan, box: Box): Cell {
  const top = box.y + labelHeight;
  const pitch = plan.pitch ?? 16;
  const perLine = Math.max(1, Math.floor((box.width - inset) / pitch));
  const ticks = (plan.ticks ?? []).map((tick, index): Tick => {
    const [field, value] = typeof tick === 'string' ? [plan.field, tick] : tick;
    const place = { x: box.x + inset + (index % perLine) * pitch, y: top + 0.8 + Math.floor(index / perLine) * 5.8 };
    return { field, value, ...place };
  });
  const afterTicks = box.x + inset + Math.min(ticks.length, perLine) * pitch;
  const digits = plan.digits ? [{ x: afterTicks, y: top, count: plan.digits, gapsAfter: plan.gapsAfter ?? [] }] : [];
  const last = digits[0] ? digitPlaces(digits[0]).at(-1)! : null;
  const right = box.x + box.width;
  if ((last && last.x + last.width > right) || ticks.some((tick) => tick.y + tickSize > box.y + box.height))
    throw new RangeError(`the field ${plan.field} does not fit its cell`);
  const writingLeft = plan.text ? (last ? box.x : ticks.length ? afterTicks : box.x) : box.x;
  const hasWriting = plan.text === true || digits.length > 0;
  const writing = {
    x: writingLeft,
    y: box.y + labelHeight - 0.4,
    width: right - writingLeft,
    height: box.height - labelHeight + 0.4,
  };
  return { field: plan.field, box, ticks, digits, writing: hasWriting ? writing : null };
}

/** Where the single boxes of a row are. */
export function digitPlaces({ x, y, count, gapsAfter }: DigitBoxes): Box[] {
  return Array.from({ length: count }, (_, index) => {
    const gaps = gapsAfter.filter((after) => after <= index).length;
    const left = x + index * digitBox.width + gaps * digitBox.gap;
    return { x: left, y, width: digitBox.width, height: digitBox.height };
  });
}
