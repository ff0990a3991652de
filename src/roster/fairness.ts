/** Who carries how much: duties weighted, telephones rung, hours of the night awake. Pure. */
import { addDays, instantOf, type LocalDate, weekdayOf } from '../lib/japan-time.ts';
import { datesOf } from './month.ts';
import { night } from './roll-call.ts';
import type { Calendar, DutyRule } from './roster.ts';
import { slotsOf } from './slots.ts';

/**
 * Points of a duty. A night is one, before or on a day off one and a half, of 年末年始 and お盆 two; a day off by day one. A deputy is
 * rung less often and has half of it.
 */
export const weights = { night: 1, nightOfDayOff: 1.5, nightOfYearend: 2, dayOff: 1, deputy: 0.5 } as const;

export interface DutyPoints {
  nights: number;
  daysOff: number;
  points: number;
}

/** Duties of a month by doctor, from the rules of all areas. One night counts once, however many parts it has. */
export function dutyPoints(
  rulesOfAreas: readonly (readonly DutyRule[])[],
  month: string,
  calendar: Calendar,
): Map<string, DutyPoints> {
  const totals = new Map<string, DutyPoints>();
  for (const rules of rulesOfAreas)
    for (const date of datesOf(month)) {
      const counted = new Set<string>();
      for (const slot of slotsOf(rules, date, calendar)) {
        if (slot.isAway) continue;
        const share = slot.position === 1 ? 1 : weights.deputy;
        for (const part of partsOf(slot, date, calendar)) {
          if (counted.has(`${part.kind} ${slot.subjectId}`)) continue;
          counted.add(`${part.kind} ${slot.subjectId}`);
          const total = totals.get(slot.subjectId) ?? { nights: 0, daysOff: 0, points: 0 };
          total[part.kind] += 1;
          total.points += part.weight * share;
          totals.set(slot.subjectId, total);
        }
      }
    }
  return totals;
}

function partsOf(
  { from, to }: { from: number; to: number },
  date: LocalDate,
  calendar: Calendar,
): { kind: 'nights' | 'daysOff'; weight: number }[] {
  const isOff = isDayOff(date, calendar);
  const named = calendar.namedDaysOf(date);
  const isSpecial = named.includes('yearend') || named.includes('obon');
  const isRestless = isOff || isDayOff(addDays(date, 1), calendar);
  const weight = isSpecial ? weights.nightOfYearend : isRestless ? weights.nightOfDayOff : weights.night;
  return [
    ...(to > night.from ? [{ kind: 'nights' as const, weight }] : []),
    ...(isOff && from < night.from ? [{ kind: 'daysOff' as const, weight: weights.dayOff }] : []),
  ];
}

const isDayOff = (date: LocalDate, calendar: Calendar): boolean =>
  weekdayOf(date) === 0 || calendar.namedDaysOf(date).length > 0;

/** After a ring at night nobody sleeps at once. */
export const awakeAfterMinutes = 30;

/**
 * Minutes between 22:00 and 06:00 that a doctor was awake for calls: from each ring that he answered until half an hour after the
 * end of the line, counted once where they overlap.
 */
export function awakeMinutes(lines: readonly { from: Date; until: Date }[], dates: readonly LocalDate[]): number {
  const spans = lines
    .map(({ from, until }) => [from.getTime(), until.getTime() + awakeAfterMinutes * 60_000] as const)
    .sort((a, b) => a[0] - b[0]);
  let total = 0;
  for (const date of dates) {
    const [begins, ends] = [instantOf(date, 22 * 60).getTime(), instantOf(date, 30 * 60).getTime()];
    let counted = begins;
    for (const [from, until] of spans) {
      const start = Math.max(from, counted);
      const end = Math.min(until, ends);
      if (end > start) total += end - start;
      counted = Math.max(counted, Math.min(until, ends));
    }
  }
  return Math.round(total / 60_000);
}
