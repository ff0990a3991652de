/**
 * What a doctor's reply to the roster says (返信票). Ticks are read; what is written by hand waits for a person. Pure.
 */
import type { LocalDate } from '../lib/japan-time.ts';
import { currentSheet } from '../paper/forms/forms.ts';
import { monthOfReply } from '../paper/forms/roster-reply.ts';
import type { FormReading } from '../paper/reading.ts';
import { choiceOf } from '../paper/routing.ts';
import { datesOf } from '../roster/month.ts';

export interface ReadReply {
  month: string;
  isAgreed: boolean;
  /** Dates ticked beyond doubt. */
  cannot: LocalDate[];
  /** A box in doubt, or one of a day that the month does not have. */
  isUnclear: boolean;
  /** A swap or anything else is written in the field for it. */
  isWritten: boolean;
}

/** Null: a sheet of another version, or one whose code names no month. */
export function rosterReplyOf(reading: Pick<FormReading, 'form' | 'ticks' | 'crops'>): ReadReply | null {
  const month = monthOfReply(reading.form);
  if (month === null || reading.form.version !== currentSheet('roster').version) return null;
  const dates = datesOf(month);
  const reply: ReadReply = { month, isAgreed: false, cannot: [], isUnclear: false, isWritten: false };
  for (let day = 1; day <= 31; day++) {
    const { state } = choiceOf(reading, `day.${day}`);
    const date = dates[day - 1];
    if (state === 'one' && date) reply.cannot.push(date);
    else if (state !== 'none') reply.isUnclear = true;
  }
  const agreed = choiceOf(reading, 'answer').state;
  reply.isAgreed = agreed === 'one';
  reply.isUnclear ||= agreed === 'unclear';
  reply.isWritten = reading.crops.some(({ field, hasInk }) => field === 'swap' && hasInk);
  return reply;
}
