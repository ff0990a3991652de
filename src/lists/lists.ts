/**
 * The association's lists as typed rows. References between them are codes as written (an area may also be named), the
 * database ids come later.
 */

import { asciiDigits } from '../lib/check-digits.ts';
import { parseBand, parseDate, parseDays } from '../roster/notation.ts';
import type { Band, DutyKind, When } from '../roster/roster.ts';
import {
  cardNumberCell,
  choiceCell,
  choicesCell,
  codeCell,
  hospitalCodeCell,
  memberCodeCell,
  numberCell,
  numbersCell,
  type PhoneCell,
  phoneCell,
  phonesOf,
  pinCell,
  type Reader,
  splitList,
  textCell,
  timeCell,
  yesNoCell,
} from './cells.ts';
import type { FaxDestinationRow } from './fax-destinations.ts';
import type { Findings, Row } from './table.ts';
import { type BedType, bedTypes, type FacilityKind, facilityKinds, type Need, needs } from './vocabulary.ts';

interface Named {
  row: Row;
  code: string;
  name: string;
  spokenName: string;
}

export interface AssociationRow extends Named {
  callerNumber: string;
  dialledNumbers: string[];
  hubPhone: string | null;
  /** Minutes after midnight, local. */
  hubOpens: number;
  hubCloses: number;
}

export interface AreaRow extends Named {
  key: number;
}

export interface FacilityRow extends Named {
  kind: FacilityKind;
  area: string | null;
  phone: string | null;
  fax: string | null;
  isActive: boolean;
}

export interface DoctorRow extends Named {
  area: string;
  facility: string | null;
  phones: PhoneCell[];
  isActive: boolean;
}

export interface HospitalRow extends Named {
  /** In clear only until it is hashed; null keeps the registered one. */
  pin: string | null;
  phones: PhoneCell[];
  takesByDay: boolean;
  nightFrom: number;
  nightTo: number;
  acceptsNeeds: Need[];
  isActive: boolean;
}

export interface BedTypeRow {
  row: Row;
  hospital: string;
  bedType: BedType;
  staffed: number;
}

export interface StandbyRow extends Named {
  position: number;
  phones: PhoneCell[];
  isActive: boolean;
}

export interface RuleRow {
  row: Row;
  kind: DutyKind;
  /** Code or name of the area; null unless the subject is a doctor. */
  area: string | null;
  /** Code of the doctor, hospital or standby person. */
  subject: string;
  position: number;
  band: Band;
  when: When;
}

export interface PatientRow {
  row: Row;
  code: string;
  /** Never kept: only its look-up index goes to the database. */
  cardNumber: string | null;
  area: string;
  attending: string | null;
  deputies: string[];
  hospital: string | null;
  needs: Need[];
  bedType: BedType;
  isActive: boolean;
}

/** All lists of one association. */
export interface Lists {
  association: AssociationRow;
  areas: AreaRow[];
  facilities: FacilityRow[];
  doctors: DoctorRow[];
  hospitals: HospitalRow[];
  bedTypes: BedTypeRow[];
  standby: StandbyRow[];
  /** Of roster.csv, rotation.csv and standby_roster.csv, in this order. */
  rules: RuleRow[];
  patients: PatientRow[];
  /** Numbers of which it does not speak stay as they are. */
  faxDestinations: FaxDestinationRow[];
}

/** True when no value of the object is null: how the readers below tell a sound row from one with a fault. */
function isWhole<T extends object, K extends keyof T = never>(
  values: T,
  mayBeNull: readonly K[] = [],
): values is T & { [Key in Exclude<keyof T, K>]: NonNullable<T[Key]> } {
  return Object.entries(values).every(
    ([key, value]) => value !== null || (mayBeNull as readonly string[]).includes(key),
  );
}

const named = (reader: Reader) => ({
  row: reader.row,
  name: textCell(reader, 'name'),
  spokenName: textCell(reader, 'spoken_name'),
});

const optionalCode = (reader: Reader, key: string): string | null =>
  reader.row.text(key) === '' ? null : codeCell(reader, key);

export function associationOf(row: Row, findings: Findings): AssociationRow | null {
  const reader = { row, findings };
  const caller = phoneCell(reader, 'caller_number', { allowForeign: true });
  if (row.text('caller_number') === '') findings.add(row.at('caller_number'), 'blank');
  const values = {
    ...named(reader),
    code: codeCell(reader, 'code'),
    callerNumber: caller,
    dialledNumbers: numbersCell(reader, 'dialled_numbers'),
    hubPhone: phoneCell(reader, 'hub_phone'),
    hubOpens: timeCell(reader, 'hub_opens', 1440, 540),
    hubCloses: timeCell(reader, 'hub_closes', 1440, 1020),
  };
  if (!isWhole(values, ['hubPhone'])) return null;
  if (values.hubCloses < values.hubOpens) findings.add(row.at('hub_closes'), 'window');
  return values;
}

export function areaOf(row: Row, findings: Findings): AreaRow | null {
  const reader = { row, findings };
  const values = { ...named(reader), code: codeCell(reader, 'code'), key: numberCell(reader, 'key', 1, 9) };
  return isWhole(values) ? values : null;
}

export function facilityOf(row: Row, findings: Findings): FacilityRow | null {
  const reader = { row, findings };
  const values = {
    ...named(reader),
    code: codeCell(reader, 'code'),
    kind: choiceCell(reader, 'kind', facilityKinds),
    area: row.text('area') === '' ? null : textCell(reader, 'area'),
    phone: phoneCell(reader, 'phone'),
    fax: phoneCell(reader, 'fax'),
    isActive: yesNoCell(reader, 'active', true),
  };
  return isWhole(values, ['area', 'phone', 'fax']) ? values : null;
}

export function doctorOf(row: Row, findings: Findings): DoctorRow | null {
  const reader = { row, findings };
  const values = {
    ...named(reader),
    code: memberCodeCell(reader, 'code'),
    area: textCell(reader, 'area'),
    facility: optionalCode(reader, 'facility'),
    phones: phonesOf(reader, 'clinic'),
    isActive: yesNoCell(reader, 'active', true),
  };
  return isWhole(values, ['facility']) ? values : null;
}

export function hospitalOf(row: Row, findings: Findings): HospitalRow | null {
  const reader = { row, findings };
  const values = {
    ...named(reader),
    code: hospitalCodeCell(reader, 'code'),
    pin: pinCell(reader, 'pin'),
    phones: phonesOf(reader, 'desk'),
    takesByDay: yesNoCell(reader, 'takes_by_day', false),
    nightFrom: timeCell(reader, 'night_from', 1440, 1020),
    nightTo: timeCell(reader, 'night_to', 2880, 1980),
    acceptsNeeds: choicesCell(reader, 'accepts_needs', needs),
    isActive: yesNoCell(reader, 'active', true),
  };
  if (!isWhole(values, ['pin'])) return null;
  if (values.nightTo <= values.nightFrom) findings.add(row.at('night_to'), 'window');
  return values;
}

export function bedTypeOf(row: Row, findings: Findings): BedTypeRow | null {
  const reader = { row, findings };
  const values = {
    row,
    hospital: hospitalCodeCell(reader, 'hospital'),
    bedType: choiceCell(reader, 'bed_type', bedTypes),
    staffed: numberCell(reader, 'staffed', 0, 2000),
  };
  return isWhole(values) ? values : null;
}

export function standbyOf(row: Row, findings: Findings): StandbyRow | null {
  const reader = { row, findings };
  const values = {
    ...named(reader),
    code: codeCell(reader, 'code'),
    position: numberCell(reader, 'position', 1, 9),
    phones: phonesOf(reader, 'landline'),
    isActive: yesNoCell(reader, 'active', true),
  };
  return isWhole(values) ? values : null;
}

/** A row of roster.csv (doctor), rotation.csv (hospital) or standby_roster.csv (standby person). */
export function ruleOf(row: Row, kind: DutyKind, findings: Findings): RuleRow | null {
  const reader = { row, findings };
  const subjects = { doctor: memberCodeCell, hospital: hospitalCodeCell, standby: codeCell };
  const band = parseBand(row.text('hours'));
  if (!band) findings.add(row.at('hours'), row.text('hours') === '' ? 'blank' : 'hours');
  const values = {
    row,
    kind,
    area: kind === 'doctor' ? textCell(reader, 'area') : '',
    subject: subjects[kind](reader, kind),
    position: numberCell(reader, 'position', 1, 9),
    band,
    when: whenOf(row, findings),
  };
  return isWhole(values) ? { ...values, area: kind === 'doctor' ? values.area : null } : null;
}

function whenOf(row: Row, findings: Findings): When | null {
  const before = findings.faults.length;
  const date = dateOf(row, 'date', findings);
  const validFrom = dateOf(row, 'from', findings);
  const validUntil = dateOf(row, 'until', findings);
  const days = row.text('days') === '' ? null : parseDays(row.text('days'));
  if (row.text('days') !== '' && !days) findings.add(row.at('days'), 'days');
  if ((row.text('days') === '') === (row.text('date') === '')) findings.add(row.at('days'), 'date_or_days');
  else if (row.text('date') !== '' && (row.text('from') !== '' || row.text('until') !== ''))
    findings.add(row.at('date'), 'date_with_span');
  if (validFrom && validUntil && validUntil < validFrom) findings.add(row.at('until'), 'span');
  if (findings.faults.length > before) return null;
  return date ? { on: date } : { days: days ?? [], validFrom, validUntil };
}

function dateOf(row: Row, key: string, findings: Findings): string | null {
  const date = parseDate(row.text(key));
  if (row.text(key) !== '' && !date) findings.add(row.at(key), 'date');
  return date;
}

export function patientOf(row: Row, findings: Findings): PatientRow | null {
  const reader = { row, findings };
  const deputies = splitList(row.text('deputies')).map(asciiDigits);
  if (deputies.some((code, index) => deputies.indexOf(code) < index)) findings.add(row.at('deputies'), 'listed_twice');
  const values = {
    row,
    code: codeCell(reader, 'code'),
    cardNumber: cardNumberCell(reader, 'card_number'),
    area: textCell(reader, 'area'),
    attending: row.text('attending') === '' ? null : memberCodeCell(reader, 'attending'),
    deputies,
    hospital: row.text('hospital') === '' ? null : hospitalCodeCell(reader, 'hospital'),
    needs: choicesCell(reader, 'needs', needs),
    bedType: choiceCell(reader, 'bed_type', bedTypes, 'general'),
    isActive: yesNoCell(reader, 'active', true),
  };
  return isWhole(values, ['cardNumber', 'attending', 'hospital']) ? values : null;
}
