/** The second identifier: what the asker must know of the patient beside the number on the card. Pure. */
import { timingSafeEqual } from 'node:crypto';
import { kanaKey } from '../lib/kana.ts';
import type { SealedContent } from '../records/record.ts';

/** True when `keyed` (YYYYMMDD) is the patient's birth date. The same time whatever was keyed. */
export function isBirthDate({ registration }: SealedContent, keyed: string): boolean {
  const wanted = Buffer.from(registration.birth.replaceAll('-', '').padEnd(8).slice(0, 8));
  const given = Buffer.from(keyed.padEnd(8).slice(0, 8), 'latin1');
  return timingSafeEqual(wanted, given) && /^\d{8}$/.test(keyed);
}

/** True when `written` is the patient's name in kana, however it is spaced or written (half-width, hiragana, small kana). */
export function isNameKana({ registration }: SealedContent, written: string): boolean {
  const { family, given } = registration.nameKana;
  const key = kanaKey(written);
  return key.length >= 2 && key === kanaKey(family + given);
}

/** True for eight digits that are a date at all; others are a slip of the finger and are asked again without being counted. */
export function isWrittenDate(text: string): boolean {
  const match = /^(\d{4})(\d{2})(\d{2})$/.exec(text);
  if (!match) return false;
  const [year, month, day] = match.slice(1).map(Number) as [number, number, number];
  const date = new Date(Date.UTC(year, month - 1, day));
  return year >= 1873 && date.getUTCMonth() === month - 1 && date.getUTCDate() === day;
}
