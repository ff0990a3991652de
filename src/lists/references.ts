/** What only shows when rows are compared: duplicates, and references to what is not there or not in use. */
import { asciiDigits } from '../lib/check-digits.ts';
import { sameRuleKey } from '../roster/roster.ts';
import type { FileName } from './columns.ts';
import type { Fault } from './faults.ts';
import type { AreaRow, DoctorRow, Lists, PatientRow, RuleRow } from './lists.ts';
import { type Findings, newFindings, type Row } from './table.ts';

type Tables = ReadonlyMap<FileName, Row[] | null>;

/** Adds faults to `findings` and returns warnings. `tables` tells which files were there at all. */
export function checkReferences(lists: Omit<Lists, 'association'>, tables: Tables, findings: Findings): Fault[] {
  const warnings = newFindings();
  checkDuplicates(lists, findings);
  const known = directoryOf(lists, tables, findings);
  for (const facility of lists.facilities) expectKnown(known.areas, facility.row, 'area', facility.area, findings);
  for (const doctor of lists.doctors) {
    expectKnown(known.areas, doctor.row, 'area', doctor.area, findings);
    expectKnown(known.facilities, doctor.row, 'facility', doctor.facility, findings);
  }
  for (const { row, hospital } of lists.bedTypes) expectKnown(known.hospitals, row, 'hospital', hospital, findings);
  for (const rule of lists.rules) checkRule(rule, known, findings);
  for (const patient of lists.patients) checkPatient(patient, known, findings);
  const owners = { doctor: known.doctors, hospital: known.hospitals, facility: known.facilities };
  for (const { row, kind, code } of lists.faxDestinations) expectKnown(owners[kind], row, 'code', code, findings);
  warnOfSharedMobiles(lists.doctors, warnings);
  return [...warnings.faults];
}

interface Known {
  file: FileName;
  /**
   * False when the file is missing or one of its codes is in doubt: a reference that finds nothing may then be right, and
   * would repeat one mistake for every row that refers to it.
   */
  isSettled: boolean;
  /** Word as written → whether it is in use. */
  words: ReadonlyMap<string, boolean>;
}

interface Directory {
  areas: Known;
  facilities: Known;
  doctors: Known;
  hospitals: Known;
  standby: Known;
}

function directoryOf(lists: Omit<Lists, 'association'>, tables: Tables, findings: Findings): Directory {
  const known = (file: FileName, rows: ReadonlyArray<{ code: string; isActive?: boolean }>): Known => {
    const written = tables.get(file);
    const words = new Map(rows.map(({ code, isActive }) => [code, isActive ?? true]));
    // A row with a fault in another column is no list row, but its code is as good as ever.
    for (const row of written ?? []) {
      for (const word of [row.text('code').normalize('NFKC'), asciiDigits(row.text('code'))])
        words.set(word, words.get(word) ?? true);
    }
    return { file, isSettled: !!written && !hasDoubtfulCode(file, written, findings), words };
  };
  const areas = known('areas.csv', lists.areas);
  const names = (tables.get('areas.csv') ?? []).map((row): [string, boolean] => [row.text('name'), true]);
  return {
    areas: { ...areas, words: new Map([...names, ...areas.words]) },
    facilities: known('facilities.csv', lists.facilities),
    doctors: known('doctors.csv', lists.doctors),
    hospitals: known('hospitals.csv', lists.hospitals),
    standby: known('standby.csv', lists.standby),
  };
}

function hasDoubtfulCode(file: FileName, rows: readonly Row[], findings: Findings): boolean {
  const named = file === 'areas.csv' ? ['code', 'name'] : ['code'];
  const columns = named.map((key) => rows[0]?.at(key).column?.number);
  return findings.faults.some((fault) => fault.file === file && columns.includes(fault.column?.number));
}

/** An area is named by its code or, as on the paper lists, by its name. The code wins where both exist. */
export function areaNamed(areas: readonly AreaRow[], word: string): AreaRow | undefined {
  return areas.find((area) => area.code === word) ?? areas.find((area) => area.name === word);
}

function expectKnown(known: Known, row: Row, key: string, word: string | null, findings: Findings): void {
  if (word === null) return;
  const isActive = known.words.get(word);
  if (isActive === undefined && !known.isSettled) return;
  if (isActive === undefined) findings.add(row.at(key), 'unknown_reference', known.file);
  else if (!isActive) findings.add(row.at(key), 'inactive_reference', known.file);
}

function checkRule(rule: RuleRow, known: Directory, findings: Findings): void {
  const subjects = { doctor: known.doctors, hospital: known.hospitals, standby: known.standby };
  // The rules made from standby.csv itself have no such column.
  if (rule.row.file !== 'standby.csv') expectKnown(subjects[rule.kind], rule.row, rule.kind, rule.subject, findings);
  expectKnown(known.areas, rule.row, 'area', rule.area, findings);
}

function checkPatient(patient: PatientRow, known: Directory, findings: Findings): void {
  const { row } = patient;
  expectKnown(known.areas, row, 'area', patient.area, findings);
  // A patient who is no longer served may still name a doctor who has left.
  const doctors = patient.isActive ? known.doctors : allInUse(known.doctors);
  expectKnown(doctors, row, 'attending', patient.attending, findings);
  for (const deputy of patient.deputies) expectKnown(doctors, row, 'deputies', deputy, findings);
  if (patient.attending && patient.deputies.includes(patient.attending))
    findings.add(row.at('deputies'), 'deputy_is_attending');
  const hospitals = patient.isActive ? known.hospitals : allInUse(known.hospitals);
  expectKnown(hospitals, row, 'hospital', patient.hospital, findings);
}

const allInUse = (known: Known): Known => ({
  ...known,
  words: new Map([...known.words.keys()].map((word) => [word, true])),
});

function checkDuplicates(lists: Omit<Lists, 'association'>, findings: Findings): void {
  const code = ({ code }: { code: string }): string => code;
  for (const rows of [lists.areas, lists.facilities, lists.doctors, lists.hospitals, lists.standby, lists.patients])
    unique<{ row: Row; code: string }>(rows, 'code', code, findings);
  unique(lists.areas, 'key', ({ key }) => String(key), findings);
  unique(lists.areas, 'name', ({ name }) => name, findings);
  unique(lists.bedTypes, 'bed_type', ({ hospital, bedType }) => `${hospital} ${bedType}`, findings);
  unique(lists.patients, 'card_number', ({ cardNumber }) => cardNumber, findings);
  unique(lists.faxDestinations, 'position', ({ kind, code, position }) => `${kind} ${code} ${position}`, findings);
  const written = lists.rules.filter(({ row }) => row.file !== 'standby.csv');
  const key = (rule: RuleRow): string => sameRuleKey({ ...rule, areaId: rule.area, subjectId: rule.subject });
  unique(written, 'position', key, findings);
}

function unique<T extends { row: Row }>(
  rows: readonly T[],
  column: string,
  keyOf: (value: T) => string | null,
  findings: Findings,
): void {
  const first = new Map<string, number>();
  for (const value of rows) {
    const key = keyOf(value);
    if (key === null) continue;
    const line = first.get(key);
    if (line === undefined) first.set(key, value.row.line);
    else findings.add(value.row.at(column), 'duplicate', String(line));
  }
}

/** A clinic's land line may stand under two doctors; a mobile under two is more likely a slip of the hand. */
function warnOfSharedMobiles(doctors: readonly DoctorRow[], warnings: Findings): void {
  const first = new Map<string, number>();
  for (const { row, phones } of doctors) {
    for (const { e164, kind, key } of phones) {
      const line = first.get(e164);
      if (line === undefined) first.set(e164, row.line);
      else if (kind === 'mobile' && line !== row.line) warnings.add(row.at(key), 'shared_mobile', String(line));
    }
  }
}
