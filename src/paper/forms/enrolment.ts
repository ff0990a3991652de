/** 連携登録票: the fields of fields/registration.csv on one sheet. What is not on it follows later at the hub. */
import { type CellPlan, layOut, type Sheet } from './sheet.ts';

const row = (...cells: CellPlan[]) => ({ height: 9.6, cells });
const tall = (...cells: CellPlan[]) => ({ height: 15.6, cells });
const threeStates = ['present', 'none', 'unknown'];

export const enrolment: Sheet = {
  kind: 'enrolment',
  version: 1,
  cells: layOut([
    row(
      { field: 'reg_kind', width: 100, ticks: ['new', 'renewal', 'change', 'reissue', 'withdrawal'], pitch: 19 },
      { field: 'reg_date', width: 70, digits: 8, gapsAfter: [4, 6] },
    ),
    row(
      { field: 'author_doctor', width: 105, text: true },
      { field: 'author_clinic', width: 65, digits: 10, gapsAfter: [2, 3] },
    ),
    row(
      { field: 'name_kana', width: 98, text: true },
      { field: 'sex', width: 72, ticks: ['male', 'female', 'other', 'unknown'], pitch: 17 },
    ),
    row(
      { field: 'name', width: 78, text: true },
      {
        field: 'birth',
        width: 92,
        ticks: ['meiji', 'taisho', 'showa', 'heisei', 'reiwa'],
        pitch: 11,
        digits: 6,
        gapsAfter: [2, 4],
      },
    ),
    row({ field: 'postal', width: 42, digits: 7, gapsAfter: [3] }, { field: 'address', width: 128, text: true }),
    row(
      { field: 'building', width: 62, text: true },
      { field: 'tel', width: 62, digits: 11 },
      { field: 'area', width: 46, text: true },
    ),
    row(
      { field: 'residence', width: 108, ticks: ['alone', 'alone_by_day', 'together', 'institution'], pitch: 26 },
      { field: 'former_name', width: 62, text: true },
    ),
    row(
      { field: 'insurer_no', width: 45, digits: 8 },
      { field: 'insured', width: 65, text: true },
      { field: 'public_payer', width: 60, text: true },
    ),
    row(
      { field: 'ltc_insurer', width: 45, digits: 6 },
      { field: 'ltc_no', width: 65, digits: 10 },
      { field: 'care_level', width: 60, text: true },
    ),
    row({ field: 'main_dx', width: 85, text: true }, { field: 'other_dx', width: 85, text: true }),
    row({ field: 'allergy', width: 170, ticks: threeStates, pitch: 19, text: true }),
    row({ field: 'infection', width: 170, ticks: threeStates, pitch: 19, text: true }),
    row({ field: 'meds', width: 170, ticks: ['attached', 'none'], pitch: 34, text: true }),
    tall({
      field: 'procedures',
      width: 170,
      pitch: 23.5,
      ticks: [
        ...['none', 'oxygen', 'ventilator', 'tracheostomy', 'suction', 'gastrostomy', 'nasal_tube'],
        ...['central_line', 'catheter', 'stoma', 'dialysis', 'pump', 'pacemaker', 'pressure_sore'],
      ],
    }),
    row({
      field: 'adl_bedridden',
      width: 170,
      pitch: 18,
      ticks: ['independent', 'J1', 'J2', 'A1', 'A2', 'B1', 'B2', 'C1', 'C2'],
    }),
    row({
      field: 'adl_dementia',
      width: 170,
      pitch: 18,
      ticks: ['independent', 'I', 'IIa', 'IIb', 'IIIa', 'IIIb', 'IV', 'M'],
    }),
    row({
      field: 'acp',
      width: 170,
      ticks: ['unknown', 'everything', 'dnar_document', 'see_document'],
      pitch: 33,
      text: true,
    }),
    row(
      { field: 'key_person', width: 62, text: true },
      { field: 'key_person_relation', width: 46, text: true },
      { field: 'key_person_tel', width: 62, digits: 11 },
    ),
    row(
      { field: 'surrogate', width: 56, text: true },
      { field: 'primary', width: 57, text: true },
      { field: 'deputy', width: 57, text: true },
    ),
    row(
      { field: 'nurse_station', width: 56, text: true },
      { field: 'pharmacy', width: 57, text: true },
      { field: 'care_manager', width: 57, text: true },
    ),
    row({ field: 'hospital1', width: 170, text: true }),
    tall({
      field: 'consent',
      width: 170,
      pitch: 42,
      ticks: [
        ['consent_to', 'yes'],
        ['consent_fax', 'yes'],
        ['consent_emergency', 'yes'],
        ['withdraw', 'explained'],
        ['consent_hosp', 'hospital'],
        ['consent_hosp', 'nursing'],
        ['consent_hosp', 'ambulance'],
      ],
    }),
    row(
      { field: 'consent_by', width: 98, ticks: ['self', 'proxy'], pitch: 17, text: true },
      { field: 'consent_date', width: 72, digits: 8, gapsAfter: [4, 6] },
    ),
  ]),
};
