/**
 * Cells to values. Each reader returns the value, or null after telling `findings` what is wrong with the cell.
 * Where a blank cell is allowed, the reader takes what it then stands for.
 */
import { type ReadCode, readCode, readHospitalCode, readMemberCode } from '../directory/codes.ts';
import { asciiDigits, isCardNumber, isMyNumber } from '../lib/check-digits.ts';
import { parsePhone } from '../lib/phone.ts';
import { isWeakPin } from '../lib/secret.ts';
import { parseTime } from '../roster/notation.ts';
import type { FaultCode } from './faults.ts';
import type { Findings, Row } from './table.ts';
import { type PhoneKind, phoneKinds, type Vocabulary, wordFor } from './vocabulary.ts';

export interface PhoneCell {
  e164: string;
  kind: PhoneKind;
  /** Column key, for faults that only show when files are compared. */
  key: string;
}

export interface Reader {
  row: Row;
  findings: Findings;
}

function fault({ row, findings }: Reader, key: string, code: FaultCode, detail?: string): null {
  findings.add(row.at(key), code, detail);
  return null;
}

/** Free text on one line. Names keep the characters they were written with (style of domain: never NFC a name). */
export function textCell(reader: Reader, key: string, most = 60): string | null {
  const text = reader.row.text(key);
  if (text === '') return fault(reader, key, 'blank');
  if (/\p{Cc}/u.test(text)) return fault(reader, key, 'not_printable');
  return [...text].length > most ? fault(reader, key, 'too_long', String(most)) : text;
}

/** A code of letters, digits, dot, dash and underscore, 1-20; full-width is folded. Ten digits must be a 医療機関コード. */
export function codeCell(reader: Reader, key: string): string | null {
  return codeOf(reader, key, readCode, '英数字 1〜20 字 / 1-20 letters or digits');
}

export function hospitalCodeCell(reader: Reader, key: string): string | null {
  return codeOf(reader, key, readHospitalCode, '数字 3〜6 桁 / 3-6 digits');
}

export function memberCodeCell(reader: Reader, key: string): string | null {
  return codeOf(reader, key, readMemberCode, '数字 6 桁 / 6 digits');
}

function codeOf(reader: Reader, key: string, read: (written: string) => ReadCode, form: string): string | null {
  const code = read(reader.row.text(key));
  if ('code' in code) return code.code;
  return fault(reader, key, code.refused, code.refused === 'code' ? form : undefined);
}

/** Null also for a blank cell: the patient then keeps the card that is registered. */
export function cardNumberCell(reader: Reader, key: string): string | null {
  const text = asciiDigits(reader.row.text(key));
  // A My Number is already reported for its cell, under its own words.
  if (text === '' || isMyNumber(text)) return null;
  return isCardNumber(text) ? text : fault(reader, key, 'card_number');
}

export function numberCell(reader: Reader, key: string, least: number, most: number): number | null {
  const text = reader.row.text(key).normalize('NFKC');
  if (text === '') return fault(reader, key, 'blank');
  const value = Number(text);
  const fits = /^\d{1,5}$/.test(text) && value >= least && value <= most;
  return fits ? value : fault(reader, key, 'number', `${least}〜${most}`);
}

export function yesNoCell(reader: Reader, key: string, whenBlank: boolean): boolean | null {
  const text = reader.row.text(key).normalize('NFKC').toLowerCase();
  if (text === '') return whenBlank;
  if (/^(はい|有|有効|あり|する|○|〇|◯|yes|y|true|1)$/.test(text)) return true;
  if (/^(いいえ|無|無効|なし|しない|×|✕|no|n|false|0)$/.test(text)) return false;
  return fault(reader, key, 'yes_no');
}

export function choiceCell<T extends string>(reader: Reader, key: string, vocabulary: Vocabulary<T>, whenBlank?: T) {
  const text = reader.row.text(key);
  if (text === '') return whenBlank ?? fault(reader, key, 'blank');
  return wordFor(vocabulary, text) ?? fault(reader, key, 'choice', listed(vocabulary));
}

/** Several words of a vocabulary, in its own order, so that a changed order in the cell is no change. */
export function choicesCell<T extends string>(reader: Reader, key: string, vocabulary: Vocabulary<T>): T[] | null {
  const words = splitList(reader.row.text(key));
  const found = words.map((word) => wordFor(vocabulary, word));
  if (found.includes(undefined)) return fault(reader, key, 'choice', listed(vocabulary));
  return (Object.keys(vocabulary) as T[]).filter((word) => found.includes(word));
}

const listed = (vocabulary: Vocabulary<string>): string =>
  Object.entries(vocabulary)
    .map(([word, [japanese]]) => `${japanese} (${word})`)
    .join(', ');

/** Minutes after midnight. */
export function timeCell(reader: Reader, key: string, most: number, whenBlank: number): number | null {
  const text = reader.row.text(key);
  if (text === '') return whenBlank;
  const minutes = parseTime(text);
  return minutes !== null && minutes <= most ? minutes : fault(reader, key, 'time');
}

/** The PIN in clear, or null: blank means that the registered one stays. */
export function pinCell(reader: Reader, key: string): string | null {
  const text = asciiDigits(reader.row.text(key));
  if (text === '') return null;
  if (!/^\d{6,8}$/.test(text)) return fault(reader, key, 'pin_form');
  return isWeakPin(text) ? fault(reader, key, 'pin_weak') : text;
}

/** One number in one cell; null also when blank. */
export function phoneCell(reader: Reader, key: string, options: { allowForeign?: boolean } = {}): string | null {
  const text = reader.row.text(key);
  return text === '' ? null : phone(reader, key, text, options);
}

/** The numbers of one cell, separated by ; or 、. A dialled number may be foreign: a carrier's trial numbers often are. */
export function numbersCell(reader: Reader, key: string): string[] {
  const numbers = splitList(reader.row.text(key)).map((text) => phone(reader, key, text, { allowForeign: true }));
  if (numbers.length === 0) fault(reader, key, 'blank');
  return numbers.filter((number) => number !== null);
}

function phone(reader: Reader, key: string, text: string, options: { allowForeign?: boolean }): string | null {
  const parsed = parsePhone(text, options);
  return 'e164' in parsed ? parsed.e164 : fault(reader, key, `phone_${parsed.refused}`);
}

/**
 * All phones of a person or desk, in the order in which they are rung: columns phone1, phone1_kind …, or one cell
 * `mobile:090-…;clinic:045-…`. Without a kind, 070/080/090 and 060 are mobiles, the rest is `otherwise`.
 */
export function phonesOf(reader: Reader, otherwise: PhoneKind): PhoneCell[] {
  const { row } = reader;
  const inColumns = [1, 2, 3, 4].filter((n) => row.text(`phone${n}`) !== '');
  const inOne = row.text('phones');
  if (inOne !== '' && inColumns.length > 0) fault(reader, 'phones', 'phone_two_ways');
  const cells: Array<{ text: string; kind: string; key: string }> = inColumns.map((n) => ({
    text: row.text(`phone${n}`),
    kind: row.text(`phone${n}_kind`),
    key: `phone${n}`,
  }));
  for (const part of inOne === '' ? [] : splitList(inOne)) {
    const [, kind = '', text = ''] = /^(?:([^:：]*)[:：])?(.*)$/.exec(part) ?? [];
    cells.push({ text, kind, key: 'phones' });
  }
  if (cells.length === 0)
    fault(reader, inColumns.length || row.at('phone1').column ? 'phone1' : 'phones', 'phone_none');
  if (cells.length > 9) fault(reader, 'phones', 'phone_too_many');
  const phones = cells.map((cell) => phoneOfKind(reader, cell, otherwise)).filter((one) => one !== null);
  for (const [index, one] of phones.entries()) {
    if (phones.findIndex((earlier) => earlier.e164 === one.e164) < index) fault(reader, one.key, 'phone_twice');
  }
  return phones;
}

function phoneOfKind(
  reader: Reader,
  cell: { text: string; kind: string; key: string },
  otherwise: PhoneKind,
): PhoneCell | null {
  const e164 = phone(reader, cell.key, cell.text, {});
  if (e164 === null) return null;
  const likely = /^\+81[6789]0/.test(e164) ? 'mobile' : otherwise;
  const kind = cell.kind.trim() === '' ? likely : wordFor(phoneKinds, cell.kind);
  return kind ? { e164, kind, key: cell.key } : fault(reader, cell.key, 'phone_kind', cell.kind.trim().slice(0, 20));
}

/** `a;b`, `a、b`, `a / b` as a list. A comma works too where the cell is in quotation marks. */
export const splitList = (text: string): string[] =>
  text
    .split(/[;；、,，/／\n]+/)
    .map((part) => part.trim())
    .filter((part) => part !== '');
