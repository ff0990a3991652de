/** Forms filled in by a hand that draws from a seed: ticks of several habits, scribbles where something is written. */
import type { BilevelPage } from '../../src/imaging/bilevel.ts';
import { openPageMaker } from '../../src/pages/maker.ts';
import { rasterise } from '../../src/pages/raster.ts';
import { type FormCode, type FormKind, formKinds } from '../../src/paper/codes.ts';
import { loadFormWords, printForm } from '../../src/paper/forms/form-page.ts';
import { currentSheet } from '../../src/paper/forms/forms.ts';
import { type Tick, tickSize } from '../../src/paper/forms/sheet.ts';
import { fill } from './card-copy.ts';
import { mulberry } from './chance.ts';

export interface FilledForm {
  code: FormCode;
  page: BilevelPage;
  /** `field=value` of every box that the hand ticked. */
  ticked: Set<string>;
  /** Fields that something was written into. */
  written: Set<string>;
}

export const codeOf: Record<FormKind, FormCode> = {
  enrolment: { kind: 'enrolment', version: 1, serial: '1', subject: '100552' },
  request: { kind: 'request', version: 1, serial: '48291377501926', subject: '237041' },
  beds: { kind: 'beds', version: 1, serial: '20261122', subject: '1410112345' },
  roster: { kind: 'roster', version: 2, serial: '202612', subject: '550432' },
};

/** Each form as it comes out of the printer, at fine resolution. */
export async function blankForms(codes = codeOf): Promise<Record<FormKind, BilevelPage>> {
  const maker = openPageMaker();
  const words = loadFormWords();
  const pages: [FormKind, BilevelPage][] = [];
  for (const kind of formKinds) {
    const [page] = await rasterise(await printForm(maker, codes[kind], words), 'fine');
    pages.push([kind, page!]);
  }
  maker.close();
  return Object.fromEntries(pages) as Record<FormKind, BilevelPage>;
}

/** Check marks in exactly these boxes (`field=value`) of a printed sheet; throws for a box that is not on it. */
export function tickForm(blank: BilevelPage, kind: FormKind, boxes: readonly string[], seed = 1): BilevelPage {
  const random = mulberry(seed);
  const page = { ...blank, bits: blank.bits.slice() };
  const ticks = currentSheet(kind).cells.flatMap((cell) => cell.ticks);
  for (const box of boxes) {
    const tick = ticks.find(({ field, value }) => `${field}=${value}` === box);
    if (!tick) throw new RangeError(`${kind} has no box ${box}`);
    drawTick(page, tick, random);
  }
  return page;
}

/** Fax pixels per millimetre across and down. */
const across = 204 / 25.4;
const down = 196 / 25.4;
/** A sheet of 210 mm lies in the middle of a line of 1728 pixels. */
const margin = (1728 - 210 * across) / 2;

export function fillForm(blanks: Record<FormKind, BilevelPage>, kind: FormKind, seed: number): FilledForm {
  const random = mulberry(seed);
  const blank = blanks[kind];
  const page = { ...blank, bits: blank.bits.slice() };
  const ticked = new Set<string>();
  const written = new Set<string>();
  for (const cell of currentSheet(kind).cells) {
    for (const tick of cell.ticks)
      if (random() < 0.35) {
        ticked.add(`${tick.field}=${tick.value}`);
        drawTick(page, tick, random);
      }
    if (cell.writing && random() < 0.6) {
      written.add(cell.field);
      const { x, y, width, height } = cell.writing;
      const from = cell.digits[0]?.x ?? x + 3;
      const room = cell.digits[0] ? cell.digits[0].count * 4.6 - 2 : Math.max(2, Math.min(24, width - 8));
      for (let stroke = 0; stroke < 14; stroke++) {
        const start = {
          x: from + 1 + random() * room,
          y: y + 1.2 + random() * (height - 2.8),
        };
        drawStroke(page, start, { x: start.x + (random() - 0.5) * 4, y: start.y + (random() - 0.5) * 3 }, 0.5);
      }
    }
  }
  return { code: codeOf[kind], page, ticked, written };
}

/** A check mark, a cross, a single slash, or the box blackened; by a pen of 0.4 to 0.7 mm, up to half a millimetre off. */
function drawTick(page: BilevelPage, tick: Tick, random: () => number): void {
  const off = (): number => (random() - 0.5) * 1;
  const pen = 0.4 + random() * 0.3;
  const left = tick.x + off();
  const top = tick.y + off();
  const at = (x: number, y: number) => ({ x: left + x * tickSize, y: top + y * tickSize });
  const habit = random();
  if (habit < 0.5) {
    drawStroke(page, at(0.1, 0.5), at(0.4, 0.9), pen);
    drawStroke(page, at(0.4, 0.9), at(1.1, -0.1), pen);
  } else if (habit < 0.75) {
    drawStroke(page, at(0.1, 0.1), at(0.9, 0.9), pen);
    drawStroke(page, at(0.9, 0.1), at(0.1, 0.9), pen);
  } else if (habit < 0.9) drawStroke(page, at(0.9, 0), at(0.1, 1), pen);
  else for (let y = 0.1; y < 0.9; y += 0.1) drawStroke(page, at(0.1, y), at(0.9, y), pen);
}

function drawStroke(
  page: BilevelPage,
  from: { x: number; y: number },
  to: { x: number; y: number },
  pen: number,
): void {
  const steps = Math.ceil(Math.hypot(to.x - from.x, to.y - from.y) / 0.1);
  for (let step = 0; step <= steps; step++) {
    const x = from.x + ((to.x - from.x) * step) / Math.max(1, steps);
    const y = from.y + ((to.y - from.y) * step) / Math.max(1, steps);
    fill(page, margin + (x - pen / 2) * across, (y - pen / 2) * down, pen * across, pen * down);
  }
}
