/** What the desk shows of a page: where each field is on its picture, and what its ticks say that no field takes by itself. Pure. */
import type { FormCode } from '../paper/codes.ts';
import { fieldName, loadFormWords } from '../paper/forms/form-page.ts';
import { sheetOf } from '../paper/forms/forms.ts';
import type { PixelBox } from '../paper/mask.ts';
import type { Box, FormReading } from '../paper/reading.ts';
import { enrolmentDraft } from './enrolment-draft.ts';
import { type PageFields, pixelsOf } from './sealed-page.ts';

type Both = readonly [ja: string, en: string];

/** Every framed part of a sheet of ours, in millimetres: label, ticks and handwriting together. None for any other page. */
export const sheetBoxes = (form: FormCode | null): { field: string; box: Box }[] =>
  (form && sheetOf(form.kind, form.version)?.cells.map(({ field, box }) => ({ field, box }))) ?? [];

/** The same in pixels of the page's picture, by field. */
export const pictureBoxes = (form: FormCode | null): Record<string, PixelBox> =>
  Object.fromEntries(sheetBoxes(form).map(({ field, box }) => [field, pixelsOf(box)]));

/** As each field is called on the sheet. */
export function fieldLabels(form: FormCode | null): Record<string, Both> {
  const sheet = form && sheetOf(form.kind, form.version);
  if (!sheet) return {};
  const { ja, en } = loadFormWords();
  return Object.fromEntries(
    sheet.cells.map((cell) => [cell.field, [fieldName(cell, ja), fieldName(cell, en)] as const]),
  );
}

/** Width and height of a PNG, from its header. */
export const sizeOf = (png: Buffer): { width: number; height: number } => ({
  width: png.readUInt32BE(16),
  height: png.readUInt32BE(20),
});

export interface TickedForm {
  /** What the ticks fill in. */
  draft: { registration: Record<string, unknown>; record: Record<string, unknown> };
  /** Beside a field of the sheet: what is ticked there and a person has to choose, or that a box is in doubt. */
  notes: { sheet: string; text: Both }[];
}

const inDoubt: Both = ['印がはっきりしません。紙を見てください', 'A box is in doubt: look at the paper'];

/** What is typed already when a person opens an enrolment form. The form's own code says which doctor it was printed for. */
export function tickedForm(form: FormCode, { ticks, crops }: Pick<PageFields, 'ticks' | 'crops'>): TickedForm {
  const reading: Pick<FormReading, 'form' | 'ticks' | 'crops'> = { form, ticks, crops };
  const { draft, hints, unclear } = enrolmentDraft(reading);
  const words = loadFormWords();
  const said = (field: string, value: string): Both => [
    `✓ ${words.ja.say(`value.${field}.${value}`)}`,
    `✓ ${words.en.say(`value.${field}.${value}`)}`,
  ];
  const notes = [
    ...hints.map(([field, value]) => ({ sheet: cellOf(form, field), text: said(field, value) })),
    ...unclear.map((field) => ({ sheet: cellOf(form, field), text: inDoubt })),
  ];
  const authorDoctor = form.subject ? { authorDoctor: form.subject } : {};
  return { draft: { ...draft, registration: { ...authorDoctor, ...draft.registration } }, notes };
}

/** Ticks of several fields may share one frame: the consents do. */
const cellOf = (form: FormCode, field: string): string =>
  sheetOf(form.kind, form.version)?.cells.find(({ ticks }) => ticks.some((tick) => tick.field === field))?.field ??
  field;
