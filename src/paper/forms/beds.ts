/** 応需状況: a hospital's free beds by kind, and whether it takes patients, which is another thing (fields/ops_forms.csv). */
import { bedTypes } from '../../beds/beds.ts';
import { type CellPlan, layOut, type Sheet } from './sheet.ts';

const bedRow = (type: string): { height: number; cells: CellPlan[] } => ({
  height: 15,
  cells: [
    { field: `${type}.acceptance`, width: 82, ticks: ['open', 'consult', 'closed'], pitch: 26 },
    { field: `${type}.men`, width: 20, digits: 2 },
    { field: `${type}.women`, width: 20, digits: 2 },
    { field: `${type}.either`, width: 20, digits: 2 },
    { field: `${type}.private`, width: 28, digits: 2 },
  ],
});

export const beds: Sheet = {
  kind: 'beds',
  version: 1,
  cells: layOut([
    {
      height: 15,
      cells: [
        { field: 'as_of', width: 85, digits: 8, gapsAfter: [2, 4, 6] },
        { field: 'next_update', width: 85, digits: 8, gapsAfter: [2, 4, 6] },
      ],
    },
    ...bedTypes.map(bedRow),
    {
      height: 22,
      cells: [
        {
          field: 'conditions',
          width: 170,
          pitch: 33,
          ticks: [
            'ventilator',
            'isolation',
            'dementia',
            'dialysis',
            'end_of_life',
            'tracheostomy',
            'central_line',
            'oxygen',
          ],
        },
      ],
    },
    {
      height: 17,
      cells: [
        { field: 'department', width: 85, text: true },
        { field: 'contact', width: 85, text: true },
      ],
    },
    { height: 40, cells: [{ field: 'note', width: 170, text: true }] },
  ]),
};
