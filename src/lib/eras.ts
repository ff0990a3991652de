/**
 * Dates as people in Japan write them: 昭和15年3月1日, S15.3.1, 3150301, 1940-03-01. Kept as 'YYYY-MM-DD', shown in both calendars.
 *
 * Era boundaries: 明治 1868-10-23, 大正 1912-07-30, 昭和 1926-12-25, 平成 1989-01-08, 令和 2019-05-01 (the new era's first day, as
 * the `ja-JP-u-ca-japanese` calendar of ICU has it). Before 1873-01-01 Japan counted by the moon: no such date is converted here.
 */
import { isLocalDate, type LocalDate } from './japan-time.ts';

export type Era = 'meiji' | 'taisho' | 'showa' | 'heisei' | 'reiwa';

interface EraSpan {
  era: Era;
  name: string;
  letter: string;
  /** First day of the era. */
  from: LocalDate;
}

/** In order; the place (from 1) is the code that insurers use. */
const eras: readonly EraSpan[] = [
  { era: 'meiji', name: '明治', letter: 'M', from: '1868-10-23' },
  { era: 'taisho', name: '大正', letter: 'T', from: '1912-07-30' },
  { era: 'showa', name: '昭和', letter: 'S', from: '1926-12-25' },
  { era: 'heisei', name: '平成', letter: 'H', from: '1989-01-08' },
  { era: 'reiwa', name: '令和', letter: 'R', from: '2019-05-01' },
];

/** The calendar of the sun begins: 明治6年1月1日 (太政官布告第337号). */
export const firstDate: LocalDate = '1873-01-01';
const lastYear = 2200;

export type DateRefusal =
  | 'not_a_date'
  | 'era_missing' // 15.3.1: of which era?
  | 'no_such_day' // 2月30日
  | 'out_of_range' // before 1873-01-01
  | 'other_era'; // 昭和64年1月8日: the day belongs to the next era (or the one before)

export type ReadDate =
  | {
      status: 'read';
      date: LocalDate;
      /** The year goes beyond its era (昭和65, 平成32): counted on, to be confirmed by the person who wrote it. */
      isBeyondEra: boolean;
    }
  | { status: 'refused'; reason: DateRefusal; suggestion: LocalDate | null };

/**
 * Reads one date. Era by letter (M T S H R), code (1-5) or name (昭和, 昭, ㍼), 元年, digits of any width or kanji numbers,
 * separated by 年月日 . / - or as one run (S150301, 3150301, 19400301). Never throws.
 */
export function readDate(text: string): ReadDate {
  const parts = partsOf(plainDate(text));
  if (typeof parts === 'string') return refused(parts);
  const { span, year, month, day } = parts;
  const gregorian = span ? Number(span.from.slice(0, 4)) - 1 + year : year;
  const date = `${String(gregorian).padStart(4, '0')}-${pad(month)}-${pad(day)}`;
  if (year < 1 || gregorian > lastYear || !isLocalDate(date)) return refused('no_such_day');
  if (date < firstDate) return refused('out_of_range');
  if (!span) return { status: 'read', date, isBeyondEra: false };
  return inEra(span, gregorian, date);
}

const refused = (reason: DateRefusal, suggestion: LocalDate | null = null): ReadDate => ({
  status: 'refused',
  reason,
  suggestion,
});

/** A day of the era's own first or last year that lies outside it is a slip of the pen in the one or the other: ask. */
function inEra(span: EraSpan, gregorian: number, date: LocalDate): ReadDate {
  const next = eras[eras.indexOf(span) + 1];
  if (date < span.from || (next && date >= next.from && gregorian === Number(next.from.slice(0, 4))))
    return refused('other_era', date);
  return { status: 'read', date, isBeyondEra: next !== undefined && date >= next.from };
}

const pad = (number: number): string => String(number).padStart(2, '0');

function plainDate(text: string): string {
  return withoutKanjiNumbers(text.normalize('NFKC'))
    .replace(/元/g, '1')
    .replace(/[年月/.,、。‐‑‒–—―−ー・-]/g, '-')
    .replace(/日|生まれ|生|西暦/g, '')
    .replace(/\s+/g, ' ')
    .trim()
    .replace(/ *- *| /g, '-')
    .toUpperCase();
}

interface Parts {
  span: EraSpan | null;
  year: number;
  month: number;
  day: number;
}

function partsOf(text: string): Parts | DateRefusal {
  const named = /^(明治?|大正?|昭和?|平成?|令和?|[MTSHR])-?(.*)$/.exec(text);
  const span = named ? eras.find(({ name, letter }) => named[1] === letter || name.startsWith(named[1]!))! : null;
  const digits = named ? named[2]! : text;
  if (/^\d+(-\d+)*$/.test(digits)) return fromNumbers(span, digits);
  return 'not_a_date';
}

function fromNumbers(span: EraSpan | null, digits: string): Parts | DateRefusal {
  const numbers = digits.split('-');
  if (numbers.length === 1) return fromRun(span, digits);
  const [first, ...rest] = numbers;
  if (!span && numbers.length === 4) {
    const coded = /^[1-5]$/.test(first!) ? eras[Number(first) - 1]! : null;
    return coded ? checked(coded, rest) : 'not_a_date';
  }
  if (numbers.length !== 3) return 'not_a_date';
  if (span) return checked(span, numbers);
  return first!.length === 4 ? checked(null, numbers) : 'era_missing';
}

/** S150301, 3150301 (as insurers write it), 19400301. */
function fromRun(span: EraSpan | null, run: string): Parts | DateRefusal {
  if (span) return run.length === 6 ? checked(span, cut(run, 2)) : 'not_a_date';
  if (run.length === 7 && /^[1-5]/.test(run)) return checked(eras[Number(run[0]) - 1]!, cut(run.slice(1), 2));
  if (run.length === 8) return checked(null, cut(run, 4));
  return run.length === 6 ? 'era_missing' : 'not_a_date';
}

const cut = (run: string, year: number): string[] => [
  run.slice(0, year),
  run.slice(year, year + 2),
  run.slice(year + 2),
];

function checked(span: EraSpan | null, [year, month, day]: readonly string[]): Parts | DateRefusal {
  const fits = year!.length <= (span ? 3 : 4) && month!.length <= 2 && day!.length <= 2;
  return fits ? { span, year: Number(year), month: Number(month), day: Number(day) } : 'not_a_date';
}

const kanjiDigits = '〇一二三四五六七八九';

/** 十五 → 15, 六十四 → 64, 一九四〇 → 1940. */
function withoutKanjiNumbers(text: string): string {
  return text.replace(/[〇一二三四五六七八九十]+/g, (run) => {
    if (!run.includes('十')) return Array.from(run, (char) => kanjiDigits.indexOf(char)).join('');
    const match = /^([二三四五六七八九]?)十([一二三四五六七八九]?)$/.exec(run);
    if (!match) return run;
    const tens = match[1] ? kanjiDigits.indexOf(match[1]) : 1;
    return String(tens * 10 + (match[2] ? kanjiDigits.indexOf(match[2]) : 0));
  });
}

// ---------------------------------------------------------------------------------------------------- shown

/** The era and its year. Throws RangeError before 1873-01-01 and for what is no date. */
export function eraOf(date: LocalDate): { era: Era; name: string; letter: string; year: number } {
  if (!isLocalDate(date) || date < firstDate) throw new RangeError('an era is known for dates from 1873-01-01');
  const { era, name, letter, from } = eras.findLast((span) => date >= span.from)!;
  return { era, name, letter, year: Number(date.slice(0, 4)) - Number(from.slice(0, 4)) + 1 };
}

/** '昭和15年3月1日', '平成元年1月8日'. Throws as `eraOf`. */
export function formatEra(date: LocalDate): string {
  const { name, year } = eraOf(date);
  return `${name}${year === 1 ? '元' : year}年${Number(date.slice(5, 7))}月${Number(date.slice(8))}日`;
}

/** Both calendars, as every confirmation echoes them: '昭和15年3月1日（1940-03-01）'. */
export const formatBothCalendars = (date: LocalDate): string => `${formatEra(date)}（${date}）`;

/** Whole years completed on a local date; negative before birth. Someone born on 29 February ages on 1 March. */
export function ageOn(birth: LocalDate, date: LocalDate): number {
  const years = Number(date.slice(0, 4)) - Number(birth.slice(0, 4));
  return date.slice(5) < birth.slice(5) ? years - 1 : years;
}
