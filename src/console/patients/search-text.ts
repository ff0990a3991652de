/**
 * What a person types into the one box of the search: kana, a birth date in either calendar, a phone, a card number, the hub's own
 * number, in any order. Read while he types, so that a word which is not finished yet is no mistake. Pure.
 */
import { isCardNumber } from '../../lib/check-digits.ts';
import { readDate } from '../../lib/eras.ts';
import { toKatakana } from '../../lib/kana.ts';
import { parsePhone } from '../../lib/phone.ts';
import type { Search } from '../../patients/actions.ts';

export type WordKind = 'kana' | 'birth' | 'phone' | 'card' | 'code';

/** `unfinished`: goes on, or nothing can be searched by it yet · `kanji`, `letters`: names are found by their kana · `card`: a digit is wrong. */
export type UnreadWord = 'unfinished' | 'kanji' | 'letters' | 'card' | 'era';

export interface ReadSearch {
  search: Pick<Search, 'kana' | 'birth' | 'phone' | 'cardNumber' | 'code'>;
  /** What was understood, in the order in which it was typed. */
  understood: WordKind[];
  /** Why words were left out. */
  unread: UnreadWord[];
}

export function readSearchText(typed: string): ReadSearch {
  const read: ReadSearch = { search: {}, understood: [], unread: [] };
  const text = typed.normalize('NFKC').trim();
  for (const word of isNumberInGroups(text) ? [text.replace(/[\s-]/g, '')] : text.split(/\s+/)) {
    if (word === '') continue;
    const one = readWord(word);
    if (typeof one === 'string') {
      read.unread.push(one);
      continue;
    }
    const [kind, value] = one;
    if (!read.understood.includes(kind)) read.understood.push(kind);
    if (kind === 'kana') read.search.kana = `${read.search.kana ?? ''}${value}`;
    else if (kind === 'card') read.search.cardNumber = value;
    else read.search[kind] = value;
  }
  if (read.search.kana?.length === 1) return withoutKana(read);
  return read;
}

/** One kana finds a tenth of all; the second is on its way. */
function withoutKana({ search: { kana: _, ...search }, understood, unread }: ReadSearch): ReadSearch {
  return { search, understood: understood.filter((kind) => kind !== 'kana'), unread: [...unread, 'unfinished'] };
}

/** A card as it is printed (4-4-4), a phone with spaces. */
const isNumberInGroups = (text: string): boolean => /^\d{2,5}[\s-]\d{2,4}[\s-]\d{3,4}$/.test(text) && /\s/.test(text);

function readWord(word: string): [WordKind, string] | UnreadWord {
  if (/^P\d{3,8}$/i.test(word)) return ['code', word.toUpperCase()];
  const digits = word.replace(/[-‐‑–—―−ー]/g, '');
  if (/^\d{12}$/.test(digits)) return isCardNumber(digits) ? ['card', digits] : 'card';
  const date = readDate(word);
  if (date.status === 'read') return ['birth', date.date];
  if (date.reason === 'era_missing' && !/^\d+$/.test(word)) return 'era';
  if (/^\d{4}$/.test(digits) || (/^0\d{9,10}$/.test(digits) && 'e164' in parsePhone(digits))) return ['phone', digits];
  // The letters of a kana that the input method has not put together yet.
  const kana = toKatakana(word.replace(/(?<=[ぁ-ヺー])[A-Za-z]{1,3}$/, ''));
  if (kana !== null) return ['kana', kana.replaceAll(' ', '')];
  if (/^[MTSHR明大昭平令]?[治正和成]?\d/i.test(word) || /^[MTSHR]$/i.test(word)) return 'unfinished';
  return /^[A-Za-z]+$/.test(word) ? 'letters' : 'kanji';
}
