/** What a person of the hub does about faxes at the console, which has neither a line nor the case key (errands.ts). */
import { appendEntry } from '../audit/append.ts';
import { inTransaction, type Sql } from '../db.ts';
import type { FaxContext } from './context.ts';
import { destinationById, lockDestination, retireAt } from './destination-store.ts';
import { insertErrand } from './errand-store.ts';
import { isOver } from './fax.ts';
import * as incidents from './incident-store.ts';
import { type Changed, changeFax } from './sending.ts';
import * as store from './store.ts';

export type FaxDesk = Pick<FaxContext, 'db' | 'clock' | 'ids' | 'log' | 'onFaxSettled'>;

export interface By {
  associationId: string;
  /** op_… */
  operatorId: string;
  cause: string;
}

/** Whatever is left to say to the provider about a fax that a person has stopped, in the transaction that stops it. */
export async function askToStop(
  tx: Sql,
  { ids, clock }: Pick<FaxDesk, 'ids' | 'clock'>,
  { fax }: Changed,
  by: { associationId: string; actor: string },
): Promise<void> {
  if (!fax.providerFaxId) return;
  const errand = { id: ids.next('fe'), kind: 'stop_fax', subjectId: fax.id, at: clock.now() } as const;
  await insertErrand(tx, { ...errand, associationId: by.associationId, by: by.actor });
}

/** `stopping`: the provider has it and is asked to stop; a page may still come out. */
export type Withdrawn = 'withdrawn' | 'stopping' | 'not_found' | 'over';

/** Takes a page back that is not over yet. */
export async function withdrawFax(ctx: FaxDesk, faxId: string, by: By): Promise<Withdrawn> {
  const { associationId, operatorId, cause } = by;
  const actor = `operator:${operatorId}`;
  const outcome = await inTransaction(ctx.db, async (tx): Promise<Withdrawn> => {
    const row = await store.lockFax(tx, faxId);
    if (row?.association_id !== associationId) return 'not_found';
    if (isOver(row.status)) return 'over';
    const changed = await changeFax(tx, ctx, faxId, { type: 'cancelled', reason: 'withdrawn' }, { actor, cause });
    if (changed) await askToStop(tx, ctx, changed, { associationId, actor });
    return changed && isOver(changed.fax.status) ? 'withdrawn' : 'stopping';
  });
  return outcome;
}

export type TestAsked = 'asked' | 'asked_already' | 'not_found' | 'frozen';

/** A test page with a new code, for a first test or the yearly one: a worker draws and sends it within seconds. */
export async function askForTest(ctx: FaxDesk, destinationId: string, by: By): Promise<TestAsked> {
  const { associationId, operatorId, cause } = by;
  return inTransaction(ctx.db, async (tx): Promise<TestAsked> => {
    const destination = await lockDestination(tx, destinationId, 'update');
    if (destination?.associationId !== associationId || destination.status === 'retired') return 'not_found';
    if (destination.status === 'frozen') return 'frozen';
    const at = ctx.clock.now();
    const errand = { id: ctx.ids.next('fe'), kind: 'test_destination', subjectId: destinationId, at } as const;
    if (!(await insertErrand(tx, { ...errand, associationId, by: operatorId }))) return 'asked_already';
    const entry = { chainId: destinationId, associationId, at, actor: `operator:${operatorId}`, cause };
    await appendEntry(tx, { ...entry, kind: 'destination_test_asked', data: {} });
    return 'asked';
  });
}

export type Retired = 'retired' | 'not_found';

/**
 * Takes a number off the list: nothing goes there any more, what waits for it is refused when its turn comes. The row stays for the pages
 * that went there; the same number is entered and tested anew. A freeze of the number stays as it is.
 */
export async function retireDestination(
  { db, clock }: Pick<FaxDesk, 'db' | 'clock'>,
  destinationId: string,
  { associationId, operatorId, cause }: By,
): Promise<Retired> {
  return inTransaction(db, async (tx): Promise<Retired> => {
    const destination = await lockDestination(tx, destinationId, 'update');
    if (destination?.associationId !== associationId) return 'not_found';
    const { owner, position, status } = destination;
    if (status === 'retired') return 'retired';
    await retireAt(tx, owner, position);
    const entry = { chainId: destinationId, associationId, at: clock.now(), actor: `operator:${operatorId}`, cause };
    await appendEntry(tx, { ...entry, kind: 'destination_retired', data: {} });
    return 'retired';
  });
}

/** The number of a destination, for freezing it; null: it is none of the association's. */
export async function numberOfDestination(sql: Sql, associationId: string, id: string): Promise<string | null> {
  const destination = await destinationById(sql, id);
  return destination?.associationId === associationId ? destination.e164 : null;
}

export type IncidentStep = 'preliminary_reported' | 'closed';
export type IncidentStepped = 'done' | 'not_found' | 'done_already' | 'preliminary_missing';

/** 速報 was sent to the commission, or 確報: with the latter the incident is closed. */
export async function stepIncident(
  ctx: Pick<FaxDesk, 'db' | 'clock'>,
  incidentId: string,
  step: IncidentStep,
  { associationId, operatorId, cause }: By,
): Promise<IncidentStepped> {
  return inTransaction(ctx.db, async (tx): Promise<IncidentStepped> => {
    const incident = await incidents.lockIncident(tx, associationId, incidentId);
    if (!incident) return 'not_found';
    const isFirst = step === 'preliminary_reported';
    if (incident.closed_at || (isFirst && incident.preliminary_at)) return 'done_already';
    if (!isFirst && !incident.preliminary_at) return 'preliminary_missing';
    const at = ctx.clock.now();
    await incidents.saveIncidentStep(tx, incidentId, step, at);
    const entry = { chainId: incidentId, associationId, at, actor: `operator:${operatorId}`, cause };
    await appendEntry(tx, { ...entry, kind: isFirst ? 'incident_reported' : 'incident_closed', data: {} });
    return 'done';
  });
}
