/**
 * 当番表の返信票: a doctor's own duties of one month, sent with the month's table; he ticks the dates on which he cannot. Month (YYYYMM) and
 * doctor are in the sheet's code.
 */
import { type CellPlan, layOut, type Sheet } from './sheet.ts';

// The 1st to the 16th on the left, the 17th to the 31st on the right.
const calendar = (cellOf: (day: number) => CellPlan, height: number): { height: number; cells: CellPlan[] }[] =>
  Array.from({ length: 16 }, (_, index) => ({
    height,
    cells: [cellOf(index + 1), index + 17 <= 31 ? cellOf(index + 17) : { field: 'signature', width: 85, text: true }],
  }));

export const roster: Sheet = {
  kind: 'roster',
  version: 2,
  cells: layOut([
    { height: 11, cells: [{ field: 'answer', width: 170, ticks: ['agreed'] }] },
    ...calendar((day) => ({ field: `day.${day}`, width: 85, ticks: ['cannot'] }), 11),
    { height: 40, cells: [{ field: 'swap', width: 170, text: true }] },
  ]),
};

/** 可能日の届, no longer printed: when a doctor can be on duty, by day (weekends and holidays), night until 24:00, and from midnight on. */
export const rosterOfAvailability: Sheet = {
  kind: 'roster',
  version: 1,
  cells: layOut([
    {
      height: 20,
      cells: [
        {
          field: 'partial',
          width: 170,
          pitch: 41,
          ticks: ['telephone_only', 'visits', 'end_of_life', 'procedures', 'weekdays_only', 'one_night_a_week'],
        },
      ],
    },
    ...calendar((day) => ({ field: `day.${day}`, width: 85, ticks: ['day', 'night', 'late'], pitch: 24 }), 11),
    { height: 33, cells: [{ field: 'swap', width: 170, text: true }] },
  ]),
};
