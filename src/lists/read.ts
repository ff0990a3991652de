/** A folder of lists → typed rows, or everything that is wrong with them at once. Reads files only, never the database. */
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { type FileName, fileNames, optionalFiles } from './columns.ts';
import type { Fault } from './faults.ts';
import { sortFaults } from './faults.ts';
import { faxDestinationOf } from './fax-destinations.ts';
import {
  areaOf,
  associationOf,
  bedTypeOf,
  doctorOf,
  facilityOf,
  hospitalOf,
  type Lists,
  patientOf,
  type RuleRow,
  ruleOf,
  type StandbyRow,
  standbyOf,
} from './lists.ts';
import { checkReferences } from './references.ts';
import { type Findings, newFindings, type Row, readTable } from './table.ts';

export type ReadLists = { lists: Lists; warnings: Fault[] } | { faults: Fault[] };

/**
 * Reads and checks all files of `folder`, cell by cell and against each other.
 * @throws when the folder itself cannot be read; everything else is a fault in the answer.
 */
export async function readLists(folder: string): Promise<ReadLists> {
  const findings = newFindings();
  const tables = new Map<FileName, Row[] | null>();
  for (const file of fileNames) tables.set(file, await rowsOf(folder, file, findings));
  const read = <T>(file: FileName, parse: (row: Row, findings: Findings) => T | null): T[] =>
    (tables.get(file) ?? []).map((row) => parse(row, findings)).filter((value) => value !== null);

  const [association] = read('association.csv', associationOf);
  const found = tables.get('association.csv');
  if (found && found.length !== 1)
    findings.add({ file: 'association.csv', line: found[1]?.line ?? null, column: null }, 'one_row', `${found.length}`);
  const lists = {
    areas: read('areas.csv', areaOf),
    facilities: read('facilities.csv', facilityOf),
    doctors: read('doctors.csv', doctorOf),
    hospitals: read('hospitals.csv', hospitalOf),
    bedTypes: read('bed_types.csv', bedTypeOf),
    standby: read('standby.csv', standbyOf),
    rules: [
      ...read('roster.csv', (row, to) => ruleOf(row, 'doctor', to)),
      ...read('rotation.csv', (row, to) => ruleOf(row, 'hospital', to)),
      ...read('standby_roster.csv', (row, to) => ruleOf(row, 'standby', to)),
    ],
    patients: read('patients.csv', patientOf),
    faxDestinations: read('fax_destinations.csv', faxDestinationOf),
  };
  if (!lists.rules.some((rule) => rule.kind === 'standby')) lists.rules.push(...lists.standby.flatMap(alwaysOnDuty));
  const warnings = checkReferences(lists, tables, findings);
  if (findings.faults.length > 0 || !association) return { faults: sortFaults(findings.faults, fileNames) };
  return { lists: { association, ...lists }, warnings };
}

async function rowsOf(folder: string, file: FileName, findings: Findings): Promise<Row[] | null> {
  let bytes: Uint8Array;
  try {
    bytes = await readFile(path.join(folder, file));
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT')
      throw new Error(`cannot read ${file} in the folder given: check its permissions`, { cause: error });
    if (optionalFiles.includes(file)) return [];
    findings.add({ file, line: null, column: null }, 'file_missing');
    return null;
  }
  return readTable(file, bytes, findings);
}

/** Without standby_roster.csv everyone is on call at all hours, in the order of standby.csv. */
function alwaysOnDuty(person: StandbyRow): RuleRow[] {
  if (!person.isActive) return [];
  const days = ['mon', 'tue', 'wed', 'thu', 'fri', 'sat', 'sun'] as const;
  const when = { days, validFrom: null, validUntil: null };
  const { row, code: subject, position } = person;
  return [{ row, kind: 'standby', area: null, subject, position, band: { from: 0, to: 1440 }, when }];
}
