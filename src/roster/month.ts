/** A month of one area's roster as a table: service dates down, hours and places across. Pure. */
import { addDays, holidayName, type LocalDate, serviceDate, weekdayOf } from '../lib/japan-time.ts';
import { type CoverageFault, gaps } from './coverage.ts';
import type { Band, Calendar, DutyRule } from './roster.ts';
import { type Slot, slotsOf } from './slots.ts';

export interface MonthCell extends Slot {
  /** Index of the column in which it stands. */
  column: number;
  /** Two at one place, or one doctor at two. */
  isDouble: boolean;
}

export interface MonthDay {
  date: LocalDate;
  holiday: string | null;
  isDayOff: boolean;
  cells: MonthCell[];
  faults: CoverageFault[];
}

export interface Month {
  columns: Band[];
  /** Places of each column. */
  positions: number;
  days: MonthDay[];
}

/** Before 09:00 a moment still belongs to the night of the date before. */
const dayBegins = 540;
const leastPositions = 3;
const plainHours: Band[] = [
  { from: 540, to: 1080 },
  { from: 1080, to: 1980 },
];

export const serviceDateOf = (at: Date): LocalDate => serviceDate(at, dayBegins);

/** Dates of 'YYYY-MM'. */
export function datesOf(month: string): LocalDate[] {
  const dates: LocalDate[] = [];
  for (let date = `${month}-01`; date.startsWith(month); date = addDays(date, 1)) dates.push(date);
  return dates;
}

/** @param rules of this area's doctors. */
export function monthOf(rules: readonly DutyRule[], month: string, areaId: string, calendar: Calendar): Month {
  const dates = datesOf(month);
  const columns = columnsOf(rules, dates);
  const faults = gaps(rules, dates[0]!, dates.at(-1)!, calendar, [{ kind: 'doctor', areaId }]);
  const days = dates.map((date) => {
    const own = faults.filter((fault) => serviceDateOf(fault.from) === date);
    const doubled = new Set(own.flatMap((fault) => fault.rules.map(({ id }) => id)));
    return {
      date,
      holiday: holidayName(date),
      isDayOff: weekdayOf(date) === 0 || calendar.namedDaysOf(date).length > 0,
      cells: slotsOf(rules, date, calendar)
        .flatMap((slot) => cellsOf(slot, columns))
        .map((cell) => ({ ...cell, isDouble: doubled.has(cell.rule.id) })),
      faults: own,
    };
  });
  return { columns, positions: Math.max(leastPositions, ...rules.map(({ position }) => position)), days };
}

/** Hours of the week's pattern that do not overlap, the shorter ones first (a holiday's 24 hours are shown as a day and a night). */
function columnsOf(rules: readonly DutyRule[], dates: readonly LocalDate[]): Band[] {
  const isCurrent = ({ when }: DutyRule): boolean =>
    'days' in when && (when.validUntil === null || when.validUntil >= dates[0]!);
  const known = rules.filter(isCurrent).map(({ band }) => band);
  const chosen: Band[] = [];
  for (const band of known.sort((a, b) => a.to - a.from - (b.to - b.from) || a.from - b.from))
    if (chosen.every(({ from, to }) => band.to <= from || band.from >= to)) chosen.push(band);
  return chosen.length > 0 ? chosen.sort((a, b) => a.from - b.from) : plainHours;
}

/** A slot in each column that it touches; what lies outside of all goes with its neighbour, or to the first column after it. */
function cellsOf(slot: Slot, columns: readonly Band[]): (Slot & { column: number })[] {
  const touched = columns.flatMap(({ from, to }, column) => {
    const part = { from: Math.max(from, slot.from), to: Math.min(to, slot.to) };
    return part.to > part.from ? [{ ...slot, ...part, column }] : [];
  });
  if (touched.length === 0) {
    const next = columns.findIndex(({ from }) => from >= slot.to);
    return [{ ...slot, column: next < 0 ? columns.length - 1 : next }];
  }
  return touched.map((cell, index) => ({
    ...cell,
    from: index === 0 ? slot.from : cell.from,
    to: touched[index + 1]?.from ?? slot.to,
  }));
}
