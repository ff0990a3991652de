/** The example ward's records: sealed for the patients and cards that its lists have brought. For a simulated, empty database only. */
import { inTransaction, type Sql } from '../db.ts';
import { type Clock, plusSeconds } from '../lib/clock.ts';
import { localDate } from '../lib/japan-time.ts';
import { readLists } from '../lists/read.ts';
import { type AdoptContext, adoptCard } from '../vault/actions.ts';
import { enrolPatient, type PatientsContext, passSecondReading } from './actions.ts';
import { type ExampleRecord, readExampleRecords, withDates } from './example.ts';
import type { Finding } from './findings.ts';
import { criticalKeys } from './life.ts';
import * as store from './store.ts';

/** The pepper for the cards, the search key for the tokens: `npm start` has both. */
export type ExampleContext = AdoptContext & PatientsContext;

export interface ExampleReport {
  /** Codes of the patients whose record was sealed. */
  imported: string[];
  /** They had one already, or are not in the lists (any more). */
  skipped: string[];
  refused: { code: string; findings: Finding[] }[];
}

/**
 * Seals `<folder>/records/*.json` for the patients of an imported `folder` (lists/actions.ts) and adopts their cards. May be
 * repeated: who has a record keeps it. Each patient is a transaction of its own, so that it can be interrupted.
 * @throws when the folder is not that of an example, or its lists were never imported.
 */
export async function importExampleRecords(ctx: ExampleContext, folder: string): Promise<ExampleReport> {
  const records = await readExampleRecords(folder);
  const report: ExampleReport = { imported: [], skipped: [], refused: [] };
  if (records.length === 0) return report;
  const read = await readLists(folder);
  if ('faults' in read) throw new Error(`the lists of ${folder} have faults`);
  const { association, patients } = read.lists;
  const associationId = await store.associationByCode(ctx.db, association.code);
  if (associationId === null) throw new Error(`the lists of ${folder} were not imported yet`);
  const numbers = new Map(patients.map(({ code, cardNumber }) => [code, cardNumber]));
  const rows = await store.patientsByCode(
    ctx.db,
    associationId,
    records.map(({ code }) => code),
  );
  for (const record of records) {
    const patientId = rows.find(({ code }) => code === record.code)?.id;
    const number = numbers.get(record.code) ?? null;
    if (!patientId) report.skipped.push(record.code);
    else await importOne(ctx, report, { record, associationId, patientId, number });
  }
  return report;
}

interface One {
  record: ExampleRecord;
  associationId: string;
  patientId: string;
  number: string | null;
}

const cause = 'import-example';

async function importOne(ctx: ExampleContext, report: ExampleReport, one: One): Promise<void> {
  const { code } = one.record;
  const outcome = await inTransaction(ctx.db, async (tx) => {
    await store.lockPatient(tx, one.associationId, one.patientId);
    if (await store.lifeOfPatient(tx, one.associationId, one.patientId)) return 'skipped' as const;
    await seal(tx, ctx, one);
    return 'imported' as const;
  }).catch((error: unknown) => {
    if (error instanceof RefusedExample) return error.findings;
    throw error;
  });
  if (outcome === 'skipped') report.skipped.push(code);
  else if (outcome === 'imported') report.imported.push(code);
  else report.refused.push({ code, findings: outcome });
}

async function seal(tx: Sql, ctx: ExampleContext, one: One): Promise<void> {
  const { record, associationId, patientId, number } = one;
  const { confirmedDaysAgo, registration, record: content } = record;
  const draft = withDates({ registration, record: content }, localDate(ctx.clock.now())) as Record<string, unknown>;
  // Everything about this patient happened on the day of his confirmation.
  const at = plusSeconds(ctx.clock.now(), -(confirmedDaysAgo ?? 0) * 86_400);
  const clock: Clock = { now: () => at, after: (wait, task) => ctx.clock.after(wait, task) };
  // Not spread: secrets are hidden from enumeration (embedded/secrets.ts), so a copy would lose them.
  const then: ExampleContext = Object.create(ctx, { clock: { value: clock } });
  const typist = ctx.ids.next('op');
  const done = { associationId, cause };
  const cardKeys = number ? await adoptCard(tx, then, { ...done, patientId, number, actor: `operator:${typist}` }) : [];
  const enrolled = await enrolPatient(tx, then, {
    ...done,
    draft,
    by: typist,
    isFinished: true,
    listed: { patientId, cardKeys },
  });
  if (enrolled.status === 'refused') throw new RefusedExample(enrolled.findings);
  if (confirmedDaysAgo === null) return;
  const step = { ...done, patientId, by: ctx.ids.next('op'), version: enrolled.version };
  const read = await passSecondReading(tx, then, { ...step, keys: criticalKeys });
  if (read.status !== 'done') throw new Error(`the second reading of an example was ${read.status}`);
}

/** Thrown so that the transaction with the adopted card is undone. */
class RefusedExample extends Error {
  readonly findings: Finding[];
  constructor(findings: Finding[]) {
    super('an example record is not sound');
    this.findings = findings;
  }
}
