/**
 * 受入の型: what a hospital can usually do, by weekday and time band. A pattern tells whom to ring first when there is no fresh news;
 * it is never news itself and nothing is counted by it (rule 3).
 */
import { addDays, isHoliday, type LocalDate, localParts, weekdayOf } from '../lib/japan-time.ts';
import type { Acceptance, BedType } from './beds.ts';

export const patternDays = ['mon', 'tue', 'wed', 'thu', 'fri', 'sat', 'sun', 'holiday'] as const;
export type PatternDay = (typeof patternDays)[number];

export interface BedPattern {
  bedType: BedType;
  days: readonly PatternDay[];
  /** Minutes after local midnight; half open, may run past midnight (17:00-33:00 is 1020-1980), at most 24 hours. */
  from: number;
  to: number;
  acceptance: Acceptance;
}

export type PatternFault = 'no_days' | 'band' | 'unknown_bed_type';

/** What is wrong with a list of patterns, by its place; null: nothing. */
export function patternFault(
  patterns: readonly BedPattern[],
  bedTypes: readonly BedType[],
): { place: number; fault: PatternFault } | null {
  for (const [place, { bedType, days, from, to }] of patterns.entries()) {
    if (!bedTypes.includes(bedType)) return { place, fault: 'unknown_bed_type' };
    if (days.length === 0) return { place, fault: 'no_days' };
    if (from < 0 || from > 1439 || to <= from || to > from + 1440 || to > 2880) return { place, fault: 'band' };
  }
  return null;
}

/** What is usual now for a kind of bed; a pattern for holidays comes before one for the weekday. Null: nobody has said. */
export function usualAt(patterns: readonly BedPattern[], bedType: BedType, at: Date): Acceptance | null {
  const { date, minute } = localParts(at);
  const here = patterns.filter((pattern) => pattern.bedType === bedType);
  for (const wanted of ['holiday', 'weekday'] as const)
    for (const pattern of here)
      if (covers(pattern, date, minute, wanted) || covers(pattern, addDays(date, -1), minute + 1440, wanted))
        return pattern.acceptance;
  return null;
}

function covers(
  { days, from, to }: BedPattern,
  date: LocalDate,
  minute: number,
  wanted: 'holiday' | 'weekday',
): boolean {
  if (minute < from || minute >= to) return false;
  if (wanted === 'holiday') return days.includes('holiday') && isHoliday(date);
  return days.includes((['sun', 'mon', 'tue', 'wed', 'thu', 'fri', 'sat'] as const)[weekdayOf(date)]);
}
