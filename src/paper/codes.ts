/**
 * What the square codes on our paper say: the card, and each form. Who prints and who reads share these four functions.
 * Only capitals, digits and colons, so that a QR code packs them as alphanumeric (5.5 bits a character) and stays small.
 */
import { isCardNumber } from '../lib/check-digits.ts';

const cardTag = 'K1';
const formTag = 'F1';

export const formKinds = ['enrolment', 'request', 'beds', 'roster'] as const;
export type FormKind = (typeof formKinds)[number];
const letterOf: Record<FormKind, string> = { enrolment: 'E', request: 'R', beds: 'B', roster: 'S' };

/** What the code on a form tells about the sheet: no patient data. */
export interface FormCode {
  kind: FormKind;
  /** Of the form's geometry, 1 to 99: an older sheet is read by its own. */
  version: number;
  /** 1 to 14 capitals and digits; of a request form the one-time serial, of a roster sheet the month as YYYYMM. */
  serial: string;
  /** Member code or institution code that the sheet was printed for, up to 12 capitals and digits; empty for a blank one. */
  subject: string;
}

/**
 * The card's code: version tag and number, nothing else (product.md, "The card and the sealed record").
 * Throws RangeError when it is no card number.
 */
export function cardCode(number: string): string {
  if (!isCardNumber(number)) throw new RangeError('not a card number');
  return `${cardTag}${number}`;
}

/** @returns the twelve digits, or null: another code, or one whose check digits fail. */
export function parseCardCode(text: string): string | null {
  const number = text.startsWith(cardTag) ? text.slice(cardTag.length) : '';
  return isCardNumber(number) ? number : null;
}

/** Throws RangeError when a part does not fit. At most 35 characters: a version 3 symbol at level H. */
export function formCode({ kind, version, serial, subject }: FormCode): string {
  const text = `${formTag}${letterOf[kind]}${String(version).padStart(2, '0')}:${serial}:${subject}`;
  if (!formPattern.test(text)) throw new RangeError('a form code has a version of 1-99 and short serial and subject');
  return text;
}

const formPattern = /^F1([ERBS])(0[1-9]|[1-9]\d):([0-9A-Z]{1,14}):([0-9A-Z]{0,12})$/;

/** @returns what the sheet says of itself, or null when it is no form of ours. */
export function parseFormCode(text: string): FormCode | null {
  const [, letter, version, serial, subject] = formPattern.exec(text) ?? [];
  const kind = formKinds.find((name) => letterOf[name] === letter);
  if (!kind || version === undefined || serial === undefined || subject === undefined) return null;
  return { kind, version: Number(version), serial, subject };
}
