/** How associations write a roster: 18:00-33:00, 月〜金, 土日祝, 年末年始. Read here, and written back for reports. */
import { addDays, isLocalDate, type LocalDate } from '../lib/japan-time.ts';
import { type Band, type Day, weekdays } from './roster.ts';

/**
 * '17:30' or '25:00' as minutes after midnight of the service date (0-2880); '翌9:00' is 33:00. Null when it is no time.
 * Full-width digits and colons are read.
 */
export function parseTime(text: string): number | null {
  const match = /^(翌|翌日)?(\d{1,2})(?::|時)(\d{2})?分?$/.exec(text.normalize('NFKC').replace(/\s/g, ''));
  if (!match || (text.includes(':') && match[3] === undefined)) return null;
  const hours = Number(match[2]) + (match[1] ? 24 : 0);
  const minutes = Number(match[3] ?? 0);
  const total = hours * 60 + minutes;
  return minutes < 60 && total <= 2880 ? total : null;
}

/** '18:00-33:00' (also 〜, ~, →) as a band. Null when it is none: it must end after it begins and last 24 h at most. */
export function parseBand(text: string): Band | null {
  const parts = text.normalize('NFKC').split(/[-~〜–—―−ー→]/);
  if (parts.length !== 2) return null;
  const [from, to] = parts.map((part) => parseTime(part));
  if (from == null || to == null) return null;
  return to > from && to - from <= 1440 && from < 2880 ? { from, to } : null;
}

/** Minutes as '25:00'. */
export const formatTime = (minutes: number): string =>
  `${String(Math.floor(minutes / 60)).padStart(2, '0')}:${String(minutes % 60).padStart(2, '0')}`;

export const formatBand = (band: Band): string => `${formatTime(band.from)}-${formatTime(band.to)}`;

const monToFri: Day[] = ['mon', 'tue', 'wed', 'thu', 'fri'];
const words: ReadonlyArray<[RegExp, Day[]]> = [
  [/^(毎日|全日|daily|every ?day|every)/, [...monToFri, 'sat', 'sun']],
  [/^(平日|weekdays?)/, monToFri],
  [/^(週末|weekends?)/, ['sat', 'sun']],
  [/^(年末年始|yearend|year-end)/, ['yearend']],
  [/^(お盆|盆|obon)/, ['obon']],
  [/^(祝日|祝|holidays?)/, ['holiday']],
  ...(['sunday', 'monday', 'tuesday', 'wednesday', 'thursday', 'friday', 'saturday'] as const).map(
    (name, index): [RegExp, Day[]] => [
      new RegExp(`^(${'日月火水木金土'[index]}(?:曜日?)?|${name}|${name.slice(0, 3)})`),
      [weekdays[index]!],
    ],
  ),
];

/**
 * Days as they are written: '月火水', '月〜金', '土日祝', '平日', '毎日', 'mon,tue', 'mon-fri', 'holiday', '年末年始', 'お盆'.
 * In the order of the week, each once. Null when any part is not understood.
 */
export function parseDays(text: string): Day[] | null {
  const found = new Set<Day>();
  let rest = text
    .normalize('NFKC')
    .toLowerCase()
    .replace(/[\s・、,;/+]+/g, ' ')
    .trim();
  let rangeFrom: Day | null = null;
  let last: Day | null = null;
  if (rest === '') return null;
  while (rest !== '') {
    const range = /^\s*[-~〜–ー]\s*/.exec(rest);
    if (range && last) {
      rangeFrom = last;
      rest = rest.slice(range[0].length);
    }
    const word = words.find(([pattern]) => pattern.test(rest));
    if (!word) return null;
    const [pattern, days] = word;
    const span = rangeFrom ? spanOf(rangeFrom, days) : days;
    if (!span) return null;
    for (const day of span) found.add(day);
    last = days.length === 1 ? days[0]! : null;
    rangeFrom = null;
    rest = rest.replace(pattern, '').trimStart();
  }
  return rangeFrom ? null : allDays.filter((day) => found.has(day));
}

const allDays: readonly Day[] = [...monToFri, 'sat', 'sun', 'holiday', 'yearend', 'obon'];
const week: readonly Day[] = [...monToFri, 'sat', 'sun'];

/** 金〜月 wraps around the end of the week. */
function spanOf(from: Day, to: readonly Day[]): Day[] | null {
  const [start, end] = [week.indexOf(from), week.indexOf(to[0]!)];
  if (to.length !== 1 || start < 0 || end < 0) return null;
  const length = ((end - start + 7) % 7) + 1;
  return Array.from({ length }, (_, step) => week[(start + step) % 7]!);
}

/** '2026-01-05', '2026/1/5', '2026年1月5日' as a date. Null when it is none, or a date that does not exist. */
export function parseDate(text: string): LocalDate | null {
  const match = /^(\d{4})(?:[-/.]|年)(\d{1,2})(?:[-/.]|月)(\d{1,2})日?$/.exec(text.normalize('NFKC').trim());
  if (!match) return null;
  const date = [match[1]!, match[2]!.padStart(2, '0'), match[3]!.padStart(2, '0')].join('-');
  return isLocalDate(date) && addDays(date, 0) === date ? date : null;
}
