/** 返信票 as it is printed for one doctor: his duties of the month beside the boxes in which he says that he cannot. Pure. */
import { formatEra } from '../../lib/eras.ts';
import { isHoliday, type LocalDate, weekdayOf } from '../../lib/japan-time.ts';
import type { BothWords } from '../../pages/words.ts';
import { formatBand } from '../../roster/notation.ts';
import type { Band } from '../../roster/roster.ts';
import type { FormCode } from '../codes.ts';
import { formData } from './form-page.ts';
import { currentSheet } from './forms.ts';

export interface RosterReply {
  doctorCode: string;
  doctorName: string;
  areaName: string;
  /** 'YYYY-MM' */
  month: string;
  /** Service dates of the month in order, each with what he has there. */
  days: readonly { date: LocalDate; duties: readonly (Band & { position: number })[] }[];
}

/** What the template `form` is handed. */
export function rosterReplyPage(
  { doctorCode, doctorName, areaName, month, days }: RosterReply,
  words: BothWords,
): object {
  const { ja } = words;
  const notes: Record<string, string> = {};
  for (let day = 1; day <= 31; day++) notes[`day.${day}`] = ja.say('reply.no_such_day');
  const dutyOf = (duty: Band & { position: number }): string =>
    ja.say('reply.duty', { hours: formatBand(duty), position: duty.position });
  for (const [index, { date, duties }] of days.entries()) {
    const weekday = `${ja.say('reply.weekdays')[weekdayOf(date)]}${isHoliday(date) ? ja.say('reply.holiday') : ''}`;
    notes[`day.${index + 1}`] = `${weekday}　${duties.map(dutyOf).join('、')}`;
  }
  const first = formatEra(`${month}-01`).replace(/1日$/, '');
  const about = ja.say('reply.about', { area: areaName, month: first, doctor: doctorName });
  return formData(rosterReplyCode(doctorCode, month), words, { about, notes });
}

export const rosterReplyCode = (doctorCode: string, month: string): FormCode => ({
  ...{ kind: 'roster', version: currentSheet('roster').version },
  ...{ serial: month.replace('-', ''), subject: doctorCode },
});

/** The month that a sheet's code names, 'YYYY-MM'; null: none. */
export function monthOfReply({ serial }: Pick<FormCode, 'serial'>): string | null {
  const [, year, month] = /^(20\d\d)(0[1-9]|1[0-2])$/.exec(serial) ?? [];
  return year && month ? `${year}-${month}` : null;
}
