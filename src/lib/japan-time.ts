/**
 * Local time of Japan and its calendar of days off. Instants are UTC everywhere else; local time is for rosters and pages.
 *
 * Asia/Tokyo has been UTC+9 without summer time since September 1951, so this is plain arithmetic: quicker than Intl,
 * and the same on a server without time-zone data. Were summer time ever to return, this file would be the one to change.
 */
import holidayData from '@holiday-jp/holiday_jp';

/** A local calendar date, 'YYYY-MM-DD'. Compares correctly as text. */
export type LocalDate = string;
/** 0 Sunday … 6 Saturday, as in JavaScript. */
export type Weekday = 0 | 1 | 2 | 3 | 4 | 5 | 6;

const minuteMs = 60_000;
const dayMs = 24 * 60 * minuteMs;
const offsetMs = 9 * 60 * minuteMs;

/** True for an existing date written 'YYYY-MM-DD' (2026-02-29 is not one). */
export const isLocalDate = (text: string): boolean => midnightOf(text) !== null;

function utcMidnight(date: LocalDate): number {
  const at = midnightOf(date);
  if (at === null) throw new RangeError('a local date is written YYYY-MM-DD and must exist');
  return at;
}

/** Letter by letter: a roster of a month asks tens of thousands of times, and JavaScript's own parser is ten times as slow. */
function midnightOf(text: string): number | null {
  if (text.length !== 10 || text[4] !== '-' || text[7] !== '-') return null;
  const [year, month, day] = [digits(text, 0, 4), digits(text, 5, 7), digits(text, 8, 10)];
  if (!(year >= 0 && month >= 1 && month <= 12 && day >= 1 && day <= daysOf(year, month))) return null;
  // 400 years of the calendar always have as many days; Date.UTC takes the years 0 to 99 for 1900 to 1999.
  return Date.UTC(year + 400, month - 1, day) - daysOf400Years * dayMs;
}

const daysOf400Years = 146_097;
const monthDays = [31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31] as const;
const isLeap = (year: number): boolean => year % 4 === 0 && (year % 100 !== 0 || year % 400 === 0);
const daysOf = (year: number, month: number): number => (month === 2 && isLeap(year) ? 29 : monthDays[month - 1]!);

/** NaN when one of them is no digit. */
function digits(text: string, from: number, to: number): number {
  let value = 0;
  for (let place = from; place < to; place++) {
    const digit = text.charCodeAt(place) - 48;
    if (digit < 0 || digit > 9) return Number.NaN;
    value = value * 10 + digit;
  }
  return value;
}

/** The date in Japan at an instant. */
export const localDate = (at: Date): LocalDate => new Date(at.getTime() + offsetMs).toISOString().slice(0, 10);

/** Whole minutes since local midnight, 0-1439. */
export const localMinute = (at: Date): number =>
  Math.floor((((at.getTime() + offsetMs) % dayMs) + dayMs) / minuteMs) % 1440;

/** Date, minute of the day and weekday in Japan at an instant. */
export function localParts(at: Date): { date: LocalDate; minute: number; weekday: Weekday } {
  const date = localDate(at);
  return { date, minute: localMinute(at), weekday: weekdayOf(date) };
}

export const weekdayOf = (date: LocalDate): Weekday => new Date(utcMidnight(date)).getUTCDay() as Weekday;

/** The date `days` later (or earlier, when negative). */
export const addDays = (date: LocalDate, days: number): LocalDate =>
  new Date(utcMidnight(date) + days * dayMs).toISOString().slice(0, 10);

/** The instant at which a minute of a local date begins; `minute` may exceed 1440 (25:00 is 1500) or be negative. */
export const instantOf = (date: LocalDate, minute: number): Date =>
  new Date(utcMidnight(date) - offsetMs + minute * minuteMs);

/**
 * The date whose service a moment belongs to, when a service day begins `startMinute` after local midnight: with 540,
 * Sunday 01:00 and Sunday 08:59 still belong to Saturday.
 */
export const serviceDate = (at: Date, startMinute: number): LocalDate =>
  localDate(new Date(at.getTime() - startMinute * minuteMs));

/** '2026-01-05 01:30' in Japan, for reports and pages. */
export function formatLocal(at: Date): string {
  return new Date(at.getTime() + offsetMs).toISOString().slice(0, 16).replace('T', ' ');
}

// ---------------------------------------------------------------------------------------------------- days off

export type NamedDay = 'holiday' | 'yearend' | 'obon';

/**
 * The named days that a date is: 年末年始 (12/29-1/3), お盆 (8/13-15), public holiday. Empty for an ordinary day; New
 * Year's Day is two of them. Throws RangeError outside 1970-2099 (see `holidayName`).
 */
export function namedDaysOf(date: LocalDate): NamedDay[] {
  const named: NamedDay[] = isHoliday(date) ? ['holiday'] : [];
  const monthDay = date.slice(5);
  if (monthDay >= '12-29' || monthDay <= '01-03') named.push('yearend');
  if (monthDay >= '08-13' && monthDay <= '08-15') named.push('obon');
  return named;
}

/** True on a 国民の祝日, a 振替休日 or a 国民の休日. Throws RangeError outside 1970-2099. */
export const isHoliday = (date: LocalDate): boolean => holidayName(date) !== null;

const table = holidayData.holidays as Readonly<Record<string, { name: string }>>;
const firstYear = 1970;
const lastTableYear = Number(Object.keys(table).sort().at(-1)!.slice(0, 4)); // 2050 in holiday_jp 2.5.1
const lastYear = 2099; // the approximation of the equinoxes below is stated for 1980-2099

/**
 * The Japanese name of the public holiday on a date, or null.
 * From the table of @holiday-jp/holiday_jp while it reaches (the Cabinet Office announces only the coming year; later
 * rows of the table are computed), then by the rules of 国民の祝日に関する法律 as amended in 2018.
 * @throws RangeError outside 1970-2099: a guess would silently put the wrong doctor on duty.
 */
export function holidayName(date: LocalDate): string | null {
  utcMidnight(date);
  const year = Number(date.slice(0, 4));
  if (year < firstYear || year > lastYear)
    throw new RangeError(`public holidays are known from ${firstYear} to ${lastYear} only`);
  return year <= lastTableYear ? (table[date]?.name ?? null) : holidayNameByLaw(date);
}

/**
 * The same by the law alone, for years after 2021. Public so that the test can hold it against the table.
 * Articles: 2 the sixteen days; 3-2 a holiday on a Sunday moves to the next day that is none; 3-3 a day between two holidays.
 */
export function holidayNameByLaw(date: LocalDate): string | null {
  const own = dayOfArticleTwo(date);
  if (own) return own;
  for (let back = addDays(date, -1); dayOfArticleTwo(back); back = addDays(back, -1)) {
    if (weekdayOf(back) === 0) return `${dayOfArticleTwo(back)} 振替休日`;
  }
  const between = dayOfArticleTwo(addDays(date, -1)) && dayOfArticleTwo(addDays(date, 1));
  return between && weekdayOf(date) !== 0 ? '休日' : null;
}

const fixedDays: Readonly<Record<string, string>> = {
  '01-01': '元日',
  '02-11': '建国記念の日',
  '02-23': '天皇誕生日',
  '04-29': '昭和の日',
  '05-03': '憲法記念日',
  '05-04': 'みどりの日',
  '05-05': 'こどもの日',
  '08-11': '山の日',
  '11-03': '文化の日',
  '11-23': '勤労感謝の日',
};

// Month and which Monday of it (ハッピーマンデー).
const mondays: Readonly<Record<string, string>> = {
  '01-2': '成人の日',
  '07-3': '海の日',
  '09-3': '敬老の日',
  '10-2': 'スポーツの日',
};

function dayOfArticleTwo(date: LocalDate): string | null {
  const fixed = fixedDays[date.slice(5)];
  if (fixed) return fixed;
  const day = Number(date.slice(8));
  if (weekdayOf(date) === 1) {
    const monday = mondays[`${date.slice(5, 7)}-${Math.ceil(day / 7)}`];
    if (monday) return monday;
  }
  const year = Number(date.slice(0, 4));
  if (date.slice(5, 7) === '03' && day === equinoxDay(year, 20.8431)) return '春分の日';
  if (date.slice(5, 7) === '09' && day === equinoxDay(year, 23.2488)) return '秋分の日';
  return null;
}

// The customary approximation (海上保安庁水路部 暦計算研究会編『新こよみ便利帳』) for 1980-2099; `constant` as of 1980.
const equinoxDay = (year: number, constant: number): number =>
  Math.floor(constant + 0.242194 * (year - 1980) - Math.floor((year - 1980) / 4));
