/** What the template config/pages/form.typ is handed for one sheet. */
import path from 'node:path';
import { type PageMaker, templatesFolder } from '../../pages/maker.ts';
import { qrSymbol } from '../../pages/qr.ts';
import { type BothWords, loadWords, type Words } from '../../pages/words.ts';
import { type FormCode, formCode } from '../codes.ts';
import { sheetOf } from './forms.ts';
import { type Cell, codeBox, codeModules, digitPlaces, markSize, marks, type Tick, tickSize } from './sheet.ts';

/** The words of the forms, Japanese and English (config/pages/forms). */
export const loadFormWords = (): BothWords => loadWords(path.join(templatesFolder, 'forms'));

/**
 * One blank form as PDF, with its code: kind, version, serial, and for whom.
 * Throws RangeError when there is no such form or version, or when the code's parts do not fit.
 */
export function printForm(maker: PageMaker, code: FormCode, words: BothWords): Promise<Uint8Array> {
  return maker.pdf('form', formData(code, words));
}

/** What is printed on one sheet besides the form itself; no patient data. */
export interface Filled {
  /** Beside the title: whose sheet it is. */
  about: string;
  /** By field: what stands in the cell, right of its first box. */
  notes: Readonly<Record<string, string>>;
}

const blank: Filled = { about: '', notes: {} };

/** Throws RangeError as printForm does. */
export function formData(code: FormCode, { ja, en }: BothWords, { about, notes }: Filled = blank): object {
  const sheet = sheetOf(code.kind, code.version);
  if (!sheet) throw new RangeError(`there is no form ${code.kind} of version ${code.version}`);
  const symbol = qrSymbol(fullLength(formCode(code)), 'H');
  if (symbol.modules !== codeModules) throw new RangeError(`the code of a form has ${symbol.modules} modules`);
  const { serial, subject } = code;
  const printed = subject ? ja.say('printed', { serial, subject }) : ja.say('printed_blank', { serial });
  return {
    ...{ marks, markSize, tickSize, code: { ...codeBox, svg: symbol.svg } },
    ...{ about, title: ja.say(`${sheet.kind}.title`), titleEn: en.say(`${sheet.kind}.title`) },
    lines: [...ja.say(`${sheet.kind}.lines`).split('\n'), en.say(`${sheet.kind}.lines`), printed],
    footer: ja.say('footer'),
    cells: sheet.cells.map((cell) => ({
      ...{ box: cell.box, label: fieldName(cell, ja), labelEn: fieldName(cell, en) },
      note: notes[cell.field] ?? '',
      ticks: cell.ticks.map((tick) => ({ x: tick.x, y: tick.y, label: valueName(tick, ja) })),
      digits: cell.digits.flatMap(digitPlaces),
    })),
  };
}

/** Filled up with an empty end, so that short codes too have the size that the sheet leaves for them. */
const fullLength = (text: string): string => text.padEnd(21, ' ');

/** The small label at the top of a cell. */
export function fieldName({ field }: Cell, words: Words): string {
  const [first = '', second] = field.split('.');
  if (first === 'day') return words.say('day', { day: second ?? '' });
  if (second === 'acceptance') return words.say('bed.acceptance', { type: words.say(`bed.${first}`) });
  return second ? words.say(`bed.${second}`) : words.say(`field.${field}`);
}

function valueName({ field, value }: Tick, words: Words): string {
  const [first = '', second] = field.split('.');
  return words.say(`value.${second === 'acceptance' ? second : first}.${value}`);
}
