/** 請求票: one doctor asks for one record, with a serial that is good once (fields/request_form.csv). */
import { type CellPlan, layOut, type Sheet } from './sheet.ts';

const row = (...cells: CellPlan[]) => ({ height: 13, cells });

/** Serial and doctor are in the sheet's code. A number to reply to has no place: only registered faxes ① ② ③. */
export const request: Sheet = {
  kind: 'request',
  version: 1,
  cells: layOut([
    row({ field: 'card_no', width: 170, digits: 12, gapsAfter: [4, 8] }),
    // The card itself, laid here when the form is copied: its code is read, where digits by hand wait for a person.
    { height: 62, cells: [{ field: 'card_copy', width: 170, text: true }] },
    row(
      {
        field: 'second_birth',
        width: 100,
        ticks: ['meiji', 'taisho', 'showa', 'heisei', 'reiwa'],
        pitch: 11,
        digits: 6,
        gapsAfter: [2, 4],
      },
      { field: 'second_kana', width: 70, text: true },
    ),
    row({ field: 'reply_to', width: 170, ticks: ['fax1', 'fax2', 'fax3'], pitch: 40 }),
    row({
      field: 'reason',
      width: 170,
      ticks: ['visit', 'end_of_life', 'telephone', 'emergency', 'referral', 'other'],
      pitch: 27.5,
    }),
    row({ field: 'patient_side', width: 170, ticks: ['patient', 'family', 'impossible'], pitch: 54 }),
    row({ field: 'relation', width: 170, ticks: ['attending', 'deputy', 'on_duty', 'hospital', 'other'], pitch: 33 }),
    row({
      field: 'wishes',
      width: 170,
      ticks: [
        ['want_duty', 'yes'],
        ['want_bed', 'yes'],
        ['callback', 'yes'],
      ],
      pitch: 54,
    }),
    row({
      field: 'bed_conditions',
      width: 170,
      ticks: ['isolation', 'ventilator', 'dementia', 'dialysis'],
      pitch: 24,
      text: true,
    }),
    { height: 24, cells: [{ field: 'note', width: 170, text: true }] },
  ]),
};
