/** 当番表: when one doctor can be on duty in one month. Month (YYYYMM) and doctor are in the sheet's code. */
import { type CellPlan, layOut, type Sheet } from './sheet.ts';

/** By day (weekends and holidays), night until 24:00, and from midnight until morning. */
const bands = ['day', 'night', 'late'];
const dayCell = (day: number): CellPlan => ({ field: `day.${day}`, width: 85, ticks: bands, pitch: 24 });

export const roster: Sheet = {
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
    // The 1st to the 16th on the left, the 17th to the 31st on the right.
    ...Array.from({ length: 16 }, (_, index) => ({
      height: 11,
      cells:
        index + 17 <= 31
          ? [dayCell(index + 1), dayCell(index + 17)]
          : [dayCell(index + 1), { field: 'signature', width: 85, text: true }],
    })),
    { height: 33, cells: [{ field: 'swap', width: 170, text: true }] },
  ]),
};
