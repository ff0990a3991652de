/** 当番表 as a sheet for the wall: dates down, bands of time across, names in the order in which they are rung. Pure. */
import { formatEra } from '../lib/eras.ts';
import { formatLocal, isHoliday, type LocalDate, weekdayOf } from '../lib/japan-time.ts';
import { formatNational } from '../lib/phone.ts';
import type { BothWords, Words } from './words.ts';

export interface RosterSheet {
  associationName: string;
  hubPhone: string;
  areaName: string;
  at: Date;
  /** Headings of the columns: 平日夜 18:00-33:00 … */
  bands: string[];
  /** Service dates in order; `names[b]` are those on duty in band b, first rung first. Empty: a hole, printed as one. */
  days: { date: LocalDate; names: string[][] }[];
}

export interface RosterView {
  title: string;
  english: string;
  subtitle: string;
  heads: string[];
  rows: { cells: string[]; isDayOff: boolean }[];
  footer: string[];
}

/** @throws RangeError when a day does not fill every band. */
export function rosterView(sheet: RosterSheet, { ja, en }: BothWords): RosterView {
  const said = (key: string, values = {}) => ja.say(`roster.${key}`, values);
  const { days, bands } = sheet;
  if (days.some(({ names }) => names.length !== bands.length)) throw new RangeError('each day has names for each band');
  const first = days[0]?.date;
  const last = days.at(-1)?.date;
  const hub = (words: Words) =>
    words.say('letter.hub', { name: sheet.associationName, phone: formatNational(sheet.hubPhone) });
  return {
    title: said('title', { area: sheet.areaName }),
    english: en.say('roster.title', { area: sheet.areaName }),
    subtitle:
      first && last ? said('span', { from: formatEra(first), to: formatEra(last), at: formatLocal(sheet.at) }) : '',
    heads: [said('date'), ...bands],
    rows: days.map(({ date, names }) => ({
      isDayOff: isHoliday(date) || weekdayOf(date) === 0,
      cells: [dayText(date, ja), ...names.map((band) => (band.length > 0 ? band.join('→') : said('hole')))],
    })),
    footer: [said('swap'), en.say('roster.swap'), hub(ja)],
  };
}

/** '1/5 月', with 祝 behind it on a public holiday. */
function dayText(date: LocalDate, words: Words): string {
  const [, month, day] = date.split('-').map(Number);
  const holiday = isHoliday(date) ? words.say('roster.holiday') : '';
  return `${month}/${day} ${words.say(`roster.weekday.d${weekdayOf(date)}`)}${holiday}`;
}
