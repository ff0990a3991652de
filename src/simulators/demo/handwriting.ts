/** The clinic's hand: a printed form of ours, ticked and written on, as its fax machine scans it. */
import path from 'node:path';
import { type BilevelPage, rowBytes } from '../../imaging/bilevel.ts';
import { openPageMaker, type PageMaker } from '../../pages/maker.ts';
import { rasterise } from '../../pages/raster.ts';
import type { FormCode } from '../../paper/codes.ts';
import { loadFormWords, printForm } from '../../paper/forms/form-page.ts';
import { sheetOf } from '../../paper/forms/forms.ts';
import { type Cell, digitPlaces, tickSize } from '../../paper/forms/sheet.ts';

export interface Handwriting {
  /** `field=value` of each box. */
  ticks: readonly string[];
  /** By field of the sheet: digits go into their boxes. */
  written: Readonly<Record<string, string>>;
}

interface Ink {
  texts: { x: number; y: number; size: number; text: string }[];
  strokes: [number, number, number, number][];
}

const handFolder = path.resolve(import.meta.dirname, '../../../config/demo');

/** @throws RangeError for a box or a field that is not on the form. */
export async function fillInForm(code: FormCode, hand: Handwriting): Promise<BilevelPage> {
  const sheet = sheetOf(code.kind, code.version);
  if (!sheet) throw new RangeError(`there is no form ${code.kind} of version ${code.version}`);
  const printed = await onePage(openPageMaker(), (maker) => printForm(maker, code, loadFormWords()));
  const written = await onePage(openPageMaker(handFolder), (maker) => maker.pdf('hand', inkOf(sheet.cells, hand)));
  const bits = printed.bits.slice();
  for (let at = 0; at < rowBytes(printed.width) * printed.height; at++) bits[at]! |= written.bits[at]!;
  return { ...printed, bits };
}

async function onePage(maker: PageMaker, pdf: (maker: PageMaker) => Promise<Uint8Array>): Promise<BilevelPage> {
  try {
    const [page] = await rasterise(await pdf(maker), 'fine');
    if (!page) throw new Error('nothing was printed');
    return page;
  } finally {
    maker.close();
  }
}

function inkOf(cells: readonly Cell[], { ticks, written }: Handwriting): Ink {
  const ink: Ink = { texts: [], strokes: [] };
  const boxes = cells.flatMap((cell) => cell.ticks);
  for (const wanted of ticks) {
    const box = boxes.find(({ field, value }) => `${field}=${value}` === wanted);
    if (!box) throw new RangeError(`the form has no box ${wanted}`);
    const at = (x: number, y: number) => [box.x + x * tickSize, box.y + y * tickSize] as const;
    ink.strokes.push([...at(0.1, 0.5), ...at(0.4, 0.9)], [...at(0.4, 0.9), ...at(1.1, -0.1)]);
  }
  for (const [field, text] of Object.entries(written)) {
    const cell = cells.find((one) => one.field === field);
    if (!cell?.writing) throw new RangeError(`nothing can be written into ${field}`);
    const places = cell.digits.flatMap(digitPlaces);
    if (places.length === 0) ink.texts.push({ x: cell.writing.x + 3, y: cell.writing.y + 2.4, size: 11, text });
    else
      for (const [place, digit] of [...text].entries())
        ink.texts.push({ ...digitAt(places[place], field), text: digit });
  }
  return ink;
}

function digitAt(place: { x: number; y: number } | undefined, field: string): { x: number; y: number; size: number } {
  if (!place) throw new RangeError(`${field} has fewer boxes than digits`);
  return { x: place.x + 1.3, y: place.y + 1.2, size: 12 };
}
