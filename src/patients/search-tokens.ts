/**
 * Search without names in the database: each way to look for a patient becomes an HMAC under the search key, which the console
 * holds and the gateway does not. Equal names give equal tokens (that is what makes them searchable), so a stolen database shows
 * which patients share a beginning of a name, and nothing of what it is.
 */
import { createHmac } from 'node:crypto';
import { readDate } from '../lib/eras.ts';
import type { LocalDate } from '../lib/japan-time.ts';
import { kanaKey, looseKanaKey } from '../lib/kana.ts';
import { parsePhone } from '../lib/phone.ts';
import type { SealedContent } from '../records/record.ts';

export type SearchKind = 'kana' | 'loose_kana' | 'birth' | 'phone' | 'phone_end';

export interface SearchToken {
  kind: SearchKind;
  /** 16 bytes. */
  token: Buffer;
}

export interface SearchKey {
  /** At least 32 bytes, kept away from the gateway. */
  bytes: Uint8Array;
  /** The same name gives other tokens in another association. */
  associationId: string;
}

/** Shorter beginnings would tell too much of how names are spread; longer ones find nobody that this does not. */
const shortest = 2;
const longest = 12;
const phoneEnd = 4;

export const searchToken = (key: SearchKey, kind: SearchKind, value: string): SearchToken => ({
  kind,
  token: keyedHash(key, kind, value),
});

/** By what the hub finds a card that it has handed out; 16 bytes. It stands with the card and goes to nobody else with it. */
export const cardToken = (key: SearchKey, number: string): Buffer => keyedHash(key, 'card', number);

function keyedHash(key: SearchKey, kind: SearchKind | 'card', value: string): Buffer {
  if (key.bytes.length < 32) throw new RangeError('the search key has at least 32 bytes');
  const text = JSON.stringify(['kamome search 1', key.associationId, kind, value]);
  return createHmac('sha256', key.bytes).update(text).digest().subarray(0, 16);
}

const beginnings = (whole: string): string[] => {
  const letters = Array.from(whole).slice(0, longest);
  const from = Math.min(shortest, letters.length);
  return letters.slice(from - 1).map((_, index) => letters.slice(0, from + index).join(''));
};

/** Everything that a patient can be found by: beginnings of the whole name and of the given name, birth date, phones. */
export function tokensOf(key: SearchKey, { registration, record }: SealedContent): SearchToken[] {
  const { family, given } = registration.nameKana;
  const names = [`${family}${given}`, given];
  const phones = [
    ...registration.tel.map(({ e164 }) => e164),
    ...record.contacts.flatMap((contact) =>
      contact.role === 'key_person' || contact.role === 'family' ? contact.phones : [],
    ),
  ];
  const values: [SearchKind, string][] = [
    ...names.flatMap((name) => beginnings(kanaKey(name))).map((start): [SearchKind, string] => ['kana', start]),
    ...names
      .flatMap((name) => beginnings(looseKanaKey(name)))
      .map((start): [SearchKind, string] => ['loose_kana', start]),
    ['birth', registration.birth],
    ...phones.flatMap((phone): [SearchKind, string][] => [
      ['phone', phone],
      ['phone_end', phone.slice(-phoneEnd)],
    ]),
  ];
  const unique = new Map(values.map((value) => [value.join(' '), value]));
  return [...unique.values()].map(([kind, value]) => searchToken(key, kind, value));
}

/** What somebody at the console types into the boxes. */
export interface SearchWords {
  /** A beginning of the name in kana, at least two characters. */
  kana?: string;
  /** In either calendar. */
  birth?: string;
  /** A whole number, or its last four digits. */
  phone?: string;
}

export type SearchQuestion =
  | {
      /** All of these must be the patient's. */
      tokens: SearchToken[];
      /** The same with 濁点 dropped, for a second pass; null when it would be the same question. */
      looser: SearchToken[] | null;
    }
  | { refused: 'kana' | 'birth' | 'phone' | 'nothing' };

export function questionOf(key: SearchKey, words: SearchWords): SearchQuestion {
  const rest: SearchToken[] = [];
  if (words.birth) {
    const birth = birthOf(words.birth);
    if (birth === null) return { refused: 'birth' };
    rest.push(searchToken(key, 'birth', birth));
  }
  if (words.phone) {
    const phone = phoneOf(key, words.phone);
    if (phone === null) return { refused: 'phone' };
    rest.push(phone);
  }
  if (!words.kana) return rest.length > 0 ? { tokens: rest, looser: null } : { refused: 'nothing' };
  const exact = Array.from(kanaKey(words.kana)).slice(0, longest).join('');
  if (exact === '') return { refused: 'kana' };
  const loose = Array.from(looseKanaKey(words.kana)).slice(0, longest).join('');
  return {
    tokens: [searchToken(key, 'kana', exact), ...rest],
    looser: [searchToken(key, 'loose_kana', loose), ...rest],
  };
}

function birthOf(written: string): LocalDate | null {
  const read = readDate(written);
  return read.status === 'read' ? read.date : null;
}

function phoneOf(key: SearchKey, written: string): SearchToken | null {
  const digits = written.normalize('NFKC').replace(/\D/g, '');
  if (digits.length === phoneEnd) return searchToken(key, 'phone_end', digits);
  const parsed = parsePhone(written);
  return 'e164' in parsed ? searchToken(key, 'phone', parsed.e164) : null;
}
