/** What is written down when somebody at the console looks at a patient: before he sees anything, with who, when and which screen. */

import { raiseAlarm } from '../alarms/actions.ts';
import { appendEntry, lockChain } from '../audit/append.ts';
import type { AuditKind } from '../audit/kinds.ts';
import type { Sql } from '../db.ts';
import { type Clock, plusSeconds } from '../lib/clock.ts';
import type { Ids } from '../lib/ids.ts';
import { actorOf, type Done } from './life-actions.ts';
import * as search from './search-store.ts';
import * as store from './store.ts';

/** `record` the page of the record · `history` two versions side by side · `form` the whole record to be changed · `second_reading` beside the paper. */
export const viewScreens = ['record', 'history', 'form', 'second_reading'] as const;

export interface View extends Done {
  patientId: string;
  screen: (typeof viewScreens)[number];
  /** The newest of the versions that are shown. */
  version: number | null;
}

/**
 * So many patients' records does nobody open within an hour for the hub's work (an enrolment takes three minutes, a question at the
 * telephone one or two): one more raises an alarm (ASVS 8.1.4). He is shown them all the same: it may be a bad night.
 */
export const mostPatientsAnHour = 40;

/** @returns false when there is no such patient in this association, and then nothing is written. */
export async function noteView(tx: Sql, ctx: { clock: Clock; ids: Ids }, view: View): Promise<boolean> {
  const { screen, version } = view;
  if (!(await note(tx, ctx, view, 'record_viewed', { screen, version }))) return false;
  const { associationId, by } = view;
  const at = ctx.clock.now();
  if ((await search.patientsViewed(tx, actorOf(by), plusSeconds(at, -3600))) > mostPatientsAnHour)
    await raiseAlarm(tx, ctx, { associationId, kind: 'looked_often', subjectId: `${by} ${hourOf(at)}` }, at);
  return true;
}

/** Told once an hour for each person. */
const hourOf = (at: Date): string => at.toISOString().slice(0, 13);

/** 開示明細: a list of everything that was given out or looked at left the house. @returns false as `noteView`. */
export const noteStatement = (
  tx: Sql,
  ctx: { clock: Clock },
  made: Done & { patientId: string; lines: number },
): Promise<boolean> => note(tx, ctx, made, 'statement_made', { lines: made.lines });

/**
 * Names and birth dates of these patients stood in a list: one entry in a chain of this person's own, so that a search while one
 * types waits for nobody.
 */
export async function noteListing(
  tx: Sql,
  { clock }: { clock: Clock },
  { associationId, by, cause, patientIds }: Done & { patientIds: readonly string[] },
): Promise<void> {
  if (patientIds.length === 0) return;
  const chainId = `listing:${by}`;
  await lockChain(tx, chainId);
  const entry = { chainId, associationId, at: clock.now(), actor: actorOf(by), cause };
  await appendEntry(tx, { ...entry, kind: 'patients_listed', data: { patientIds } });
}

async function note(
  tx: Sql,
  { clock }: { clock: Clock },
  { associationId, patientId, by, cause }: Done & { patientId: string },
  kind: AuditKind,
  data: object,
): Promise<boolean> {
  if ((await store.lockPatient(tx, associationId, patientId)) === null) return false;
  const entry = { chainId: patientId, associationId, at: clock.now(), actor: actorOf(by), cause };
  await appendEntry(tx, { ...entry, kind, data });
  return true;
}
