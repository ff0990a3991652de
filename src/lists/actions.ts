/** The import: a folder of lists becomes the directory of one association, all of it or nothing. */
import { availableParallelism } from 'node:os';
import type pg from 'pg';
import { inTransaction, type Sql } from '../db.ts';
import type { Clock } from '../lib/clock.ts';
import type { Ids } from '../lib/ids.ts';
import { addDays, formatLocal, localDate } from '../lib/japan-time.ts';
import { hashSecret, verifySecret } from '../lib/secret.ts';
import { japanCalendar } from '../roster/calendar.ts';
import { type CoverageFault, gaps } from '../roster/coverage.ts';
import { applyLists, type FileChanges, type Prepared, type Registered } from './apply.ts';
import { fileNames } from './columns.ts';
import { type Fault, type FaultCode, sortFaults } from './faults.ts';
import type { Lists } from './lists.ts';
import * as patientStore from './patient-store.ts';
import { readLists } from './read.ts';
import { areaNamed } from './references.ts';
import * as store from './store.ts';
import { newFindings, type Row } from './table.ts';

export interface ImportDeps {
  db: pg.Pool;
  clock: Clock;
  ids: Ids;
  /** Random bytes, for the salts of PINs. */
  random: (size: number) => Uint8Array;
  /** log2 of scrypt's N for new PIN hashes; the default of lib/secret.ts when absent. Tests take less. */
  pinCostLog2?: number;
  /** The look-up index of a card number (lib/card.ts): slow on purpose, off the main thread. */
  deriveLookupIndex(cardNumber: string): Promise<Buffer>;
}

export type ImportReport =
  | {
      status: 'imported';
      association: { id: string; code: string; name: string };
      files: FileChanges[];
      warnings: Fault[];
    }
  | { status: 'refused'; faults: Fault[] };

/** How far ahead the roster is looked at for hours without anybody. */
const warnDays = 31;

/**
 * Imports the association's lists from `folder`.
 * All faults of all files come back at once and then nothing is written; otherwise everything is written in one
 * transaction. The same lists again change nothing. Rows that vanished from a list go out of use, none is deleted.
 * @throws when the folder or the database cannot be used; a wrong list is an answer, not an exception.
 */
export async function importFolder(deps: ImportDeps, folder: string): Promise<ImportReport> {
  const read = await readLists(folder);
  if ('faults' in read) return { status: 'refused', faults: read.faults };
  const { lists } = read;
  const prepared = await prepare(deps, lists);
  const written = await inTransaction(deps.db, (sql) => write(deps, sql, lists, prepared));
  if ('faults' in written) return { status: 'refused', faults: sortFaults(written.faults, fileNames) };
  const { id, code, name } = { ...lists.association, id: written.associationId };
  const warnings = [...read.warnings, ...massRetirements(written.files), ...rosterWarnings(lists, deps.clock.now())];
  return { status: 'imported', association: { id, code, name }, files: written.files, warnings };
}

async function write(
  deps: ImportDeps,
  sql: Sql,
  lists: Lists,
  prepared: Prepared,
): Promise<{ faults: Fault[] } | { associationId: string; files: FileChanges[] }> {
  await store.lockImport(sql, lists.association.code);
  const registered = await readRegistered(sql, lists, prepared, deps.ids);
  const faults = faultsAgainst(registered, lists, prepared);
  // Nothing has been written yet, so leaving here leaves the database as it was.
  if (faults.length > 0) return { faults };
  const files = await applyLists({ sql, lists, registered, prepared, ids: deps.ids, at: deps.clock.now() });
  return { associationId: registered.association.id, files };
}

// ------------------------------------------------------------------------------------ before the transaction

/** Derives and hashes what takes its time, so that no transaction stays open meanwhile. */
async function prepare(deps: ImportDeps, lists: Lists): Promise<Prepared> {
  const association = await store.associationOfCode(deps.db, lists.association.code);
  const hospitals = association ? await store.hospitalsOf(deps.db, association.id) : [];
  const stored = new Map(hospitals.map(({ code, pinHash }) => [code, pinHash]));
  const pinHashes = new Map<string, string>();
  await boundedly(lists.hospitals, async ({ code, pin }) => {
    if (pin === null) return;
    const before = stored.get(code);
    const isSame = before !== undefined && (await verifySecret(pin, before));
    pinHashes.set(code, isSame ? before : await hashSecret(pin, deps.random(16), deps.pinCostLog2));
  });
  const cardIndexes = new Map<string, Buffer>();
  await boundedly(lists.patients, async ({ code, cardNumber }) => {
    if (cardNumber !== null) cardIndexes.set(code, await deps.deriveLookupIndex(cardNumber));
  });
  return { pinHashes, cardIndexes };
}

/** A derivation takes 64 MiB and a core, and libuv has four threads: no more than that at a time. */
async function boundedly<T>(values: readonly T[], work: (value: T) => Promise<void>): Promise<void> {
  const queue = values[Symbol.iterator]();
  const worker = async (): Promise<void> => {
    for (const value of queue) await work(value);
  };
  await Promise.all(Array.from({ length: Math.min(4, availableParallelism()) }, worker));
}

// ------------------------------------------------------------------------------------ against the database

async function readRegistered(sql: Sql, lists: Lists, prepared: Prepared, ids: Ids): Promise<Registered> {
  const { row: _, dialledNumbers, ...values } = lists.association;
  const found = await store.associationOfCode(sql, values.code);
  const association = found ?? { ...values, id: ids.next('as') };
  return {
    association,
    isNew: found === null,
    numbers: await store.dialledNumbers(sql, association.id, dialledNumbers),
    areas: await store.areasOf(sql, association.id),
    hospitals: await store.hospitalsOf(sql, association.id),
    patients: await patientStore.patientsOf(sql, association.id),
    cards: await patientStore.cardsAmong(sql, association.id, [...prepared.cardIndexes.values()]),
  };
}

function faultsAgainst(registered: Registered, lists: Lists, prepared: Prepared): Fault[] {
  const findings = newFindings();
  const { association } = registered;
  for (const { associationId } of registered.numbers) {
    if (associationId !== association.id) findings.add(lists.association.row.at('dialled_numbers'), 'taken_number');
  }
  for (const { code } of registered.areas) {
    if (!lists.areas.some((area) => area.code === code))
      findings.add({ file: 'areas.csv', line: null, column: null }, 'area_vanished', code);
  }
  const withPin = new Set(registered.hospitals.map(({ code }) => code));
  for (const { row, code, pin } of lists.hospitals) {
    if (pin === null && !withPin.has(code)) findings.add(row.at('pin'), 'pin_needed');
  }
  const patientIds = new Map(registered.patients.map(({ code, id }) => [code, id]));
  const cards = new Map(registered.cards.map((card) => [card.lookupIndex.toString('hex'), card]));
  for (const { row, code } of lists.patients) {
    const card = cards.get(prepared.cardIndexes.get(code)?.toString('hex') ?? '');
    const fault = card && cardFault(card, patientIds.get(code));
    if (fault) findings.add(row.at('card_number'), fault);
  }
  return [...findings.faults];
}

function cardFault(card: patientStore.SavedCard, patientId: string | undefined): FaultCode | null {
  if (card.patientId !== patientId) return 'taken_card';
  return card.status === 'revoked' ? 'revoked_card' : null;
}

// ------------------------------------------------------------------------------------ warnings

/** More than half of a list gone at once is more often a cut-off file than the truth. */
function massRetirements(files: readonly FileChanges[]): Fault[] {
  const rosters = ['roster.csv', 'rotation.csv', 'standby_roster.csv'];
  const findings = newFindings();
  for (const { file, retired, changed, unchanged } of files) {
    if (retired > 2 && retired > changed + unchanged && !rosters.includes(file))
      findings.add({ file, line: null, column: null }, 'mass_retirement', String(retired));
  }
  return [...findings.faults];
}

const kindFiles = { doctor: 'roster.csv', hospital: 'rotation.csv', standby: 'standby_roster.csv' } as const;

function rosterWarnings(lists: Lists, now: Date): Fault[] {
  const findings = newFindings();
  const today = localDate(now);
  const areaOf = (word: string | null): string | null => word && areaNamed(lists.areas, word)!.code;
  const rowOf = new Map<string, Row>();
  const rules = lists.rules.map((rule, index) => {
    rowOf.set(`${index}`, rule.row);
    return { ...rule, id: `${index}`, areaId: areaOf(rule.area), subjectId: rule.subject };
  });
  const groups = [
    ...lists.areas.map(({ code }) => ({ kind: 'doctor' as const, areaId: code })),
    { kind: 'hospital' as const, areaId: null },
    { kind: 'standby' as const, areaId: null },
  ];
  const span = [today, addDays(today, warnDays - 1)] as const;
  for (const { first, times } of condensed(gaps(rules, ...span, japanCalendar, groups))) {
    const area = lists.areas.find(({ code }) => code === first.areaId)?.name;
    const row = rowOf.get(first.rules.at(-1)?.id ?? '');
    const place = row ? row.at('position') : { file: kindFiles[first.kind], line: null, column: null };
    const more = times > 1 ? `（ほか ${times - 1} 回 / and ${times - 1} more）` : '';
    const when = `${formatLocal(first.from)} 〜 ${formatLocal(first.until)}${more}`;
    findings.add(place, first.problem, [area, when].filter(Boolean).join(' '));
  }
  return [...findings.faults];
}

/** The same fault night after night is one warning with a count; who mends the first mends them all. */
function condensed(faults: readonly CoverageFault[]): { first: CoverageFault; times: number }[] {
  const byCause = new Map<string, { first: CoverageFault; times: number }>();
  for (const fault of faults) {
    const cause = [fault.problem, fault.kind, fault.areaId, ...fault.rules.map(({ id }) => id)].join(' ');
    const held = byCause.get(cause);
    if (held) held.times += 1;
    else byCause.set(cause, { first: fault, times: 1 });
  }
  return [...byCause.values()];
}
