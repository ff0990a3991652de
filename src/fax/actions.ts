/** What other capabilities ask of the fax: put a page in, keep the list of numbers, freeze one. */

import { appendEntry } from '../audit/append.ts';
import type { AuditKind } from '../audit/kinds.ts';
import { inTransaction, type Sql } from '../db.ts';
import { plusSeconds } from '../lib/clock.ts';
import { type ParsedPhone, parsePhone } from '../lib/phone.ts';
import { sealForTransit } from '../vault/vault.ts';
import type { FaxContext, TestPage } from './context.ts';
import { askToStop, type FaxDesk } from './desk.ts';
import {
  codeSeconds,
  confirmEverySeconds,
  type DestinationOwner,
  type DestinationRefusal,
  drawCode,
  type FaxDestination,
  hashCode,
  incidentDates,
  matchCode,
  mostCodeFailures,
  type ReleaseForm,
  refusalFor,
} from './destination.ts';
import * as destinations from './destination-store.ts';
import * as tests from './destination-test-store.ts';
import type { FaxPurpose } from './fax.ts';
import { afterwards, type Changed, changeFax } from './sending.ts';
import * as store from './store.ts';

export {
  confirmationsDue,
  confirmedByNumber,
  destinationById,
  destinationMachines,
  destinationsIn,
  destinationsOf,
  incidentDatesOf,
  incidentsDue,
  ownNumbers,
} from './destination-store.ts';
export { facilitiesUnderTest, isUnderTest } from './destination-test-store.ts';

export interface QueueFax {
  associationId: string;
  destinationId: string;
  /** TIFF; kept sealed until the fax is over, then destroyed. */
  document: Uint8Array;
  pages: number;
  purpose: FaxPurpose;
  /** What it is about: a disclosure, an urgent call …; opaque, given back to `onFaxSettled`. */
  subjectId: string | null;
  at: Date;
}

export type Queued = { queued: string } | { refused: DestinationRefusal | 'unknown_destination' };

/**
 * Puts a page in, in the caller's transaction. After the commit call `ctx.wake('send-fax', faxId)`; the sweep finds it within
 * seconds otherwise. The number comes from the destination's row and from nowhere else.
 */
export async function queueFax(
  tx: Sql,
  ctx: Pick<FaxContext, 'ids' | 'random' | 'caseKey'>,
  fax: QueueFax,
): Promise<Queued> {
  const { associationId, destinationId, document, pages, purpose, subjectId, at } = fax;
  const destination = await destinations.lockDestination(tx, destinationId, 'share');
  if (!destination || destination.associationId !== associationId) return { refused: 'unknown_destination' };
  const refused = refusalFor(destination, purpose, at);
  if (refused) return { refused };
  const id = ctx.ids.next('fx');
  const sealed = sealForTransit(document, ctx.caseKey, `fax:${id}`, ctx.random);
  await store.insertFax(tx, { id, associationId, destinationId, purpose, subjectId, pages, document: sealed, at });
  const data = { destinationId, purpose, subjectId, pages };
  await appendEntry(tx, { ...by('gateway', 'queue_fax'), chainId: id, associationId, at, kind: 'fax_queued', data });
  return { queued: id };
}

const by = (actor: string, cause: string): { actor: string; cause: string } => ({ actor, cause });

/** Something happened to a destination. Numbers stay out of the log. */
function note(
  tx: Sql,
  of: { id: string; associationId: string },
  at: Date,
  who: { actor: string; cause: string },
  kind: AuditKind,
  data: unknown = {},
): Promise<number> {
  return appendEntry(tx, { ...who, chainId: of.id, associationId: of.associationId, at, kind, data });
}

export interface RegisterDestination {
  associationId: string;
  owner: DestinationOwner;
  /** 1-3; whoever stands there is retired. */
  position: number;
  /** As people write it. */
  number: string;
  form: ReleaseForm;
  operatorId: string;
}

export type Registered =
  | { destination: FaxDestination }
  | { refused: Extract<ParsedPhone, { refused: string }>['refused'] };

/** Enters a number. A frozen number is entered frozen: another owner's complaint counts for everybody. */
export const registerDestination = (ctx: FaxContext, entry: RegisterDestination): Promise<Registered> =>
  inTransaction(ctx.db, (tx) => registerDestinationIn(tx, ctx, entry));

/** The same in the caller's transaction: the console enters a number only when a second person has confirmed it. */
export async function registerDestinationIn(
  tx: Sql,
  ctx: Pick<FaxContext, 'clock' | 'ids'>,
  entry: RegisterDestination,
): Promise<Registered> {
  const parsed = parsePhone(entry.number);
  if ('refused' in parsed) return parsed;
  const { operatorId, number: _, ...rest } = entry;
  const who = by(`operator:${operatorId}`, 'register_destination');
  const at = ctx.clock.now();
  return { destination: await enter(tx, ctx, { ...rest, e164: parsed.e164 }, at, who) };
}

type EnteredNumber = Omit<RegisterDestination, 'number' | 'operatorId'> & { e164: string };

async function enter(
  tx: Sql,
  { ids }: Pick<FaxContext, 'ids'>,
  { associationId, owner, position, e164, form }: EnteredNumber,
  at: Date,
  who: ReturnType<typeof by>,
): Promise<FaxDestination> {
  await destinations.lockNumber(tx, e164);
  const status = (await destinations.isFrozenNumber(tx, e164)) ? 'frozen' : 'registered';
  const retired = await destinations.retireAt(tx, owner, position);
  if (retired) await note(tx, { id: retired, associationId }, at, who, 'destination_retired');
  const id = ids.next('fd');
  await destinations.insertDestination(tx, { id, associationId, owner, position, e164, form, status, at });
  await note(tx, { id, associationId }, at, who, 'destination_registered', { owner, position, form, status });
  return { id, associationId, owner, position, e164, form, status, ...notConfirmed };
}

/**
 * Numbers of an association's list, in the importer's transaction. A number that stands there in the same form keeps what has become
 * of it (a confirmation, a freeze); any other is entered untested in its place; one that is out of use is retired. What the list does
 * not speak of stays: the hub enters numbers by hand, too.
 */
export async function listDestinations(
  tx: Sql,
  ctx: Pick<FaxContext, 'ids'>,
  associationId: string,
  wanted: readonly (Omit<EnteredNumber, 'associationId'> & { isActive: boolean })[],
  at: Date,
): Promise<{ added: number; changed: number; unchanged: number; retired: number }> {
  const who = by('import', 'import_lists');
  const placeOf = ({ owner, position }: { owner: DestinationOwner; position: number }): string =>
    `${owner.kind} ${owner.id} ${position}`;
  const known = new Map((await destinations.destinationsIn(tx, associationId)).map((one) => [placeOf(one), one]));
  const changes = { added: 0, changed: 0, unchanged: 0, retired: 0 };
  for (const { isActive, ...entry } of wanted) {
    const before = known.get(placeOf(entry));
    if (!isActive && before) {
      await destinations.retireAt(tx, entry.owner, entry.position);
      await note(tx, before, at, who, 'destination_retired');
      changes.retired += 1;
    } else if (!isActive || (before?.e164 === entry.e164 && before.form === entry.form)) changes.unchanged += 1;
    else {
      await enter(tx, ctx, { ...entry, associationId }, at, who);
      changes[before ? 'changed' : 'added'] += 1;
    }
  }
  return changes;
}

const notConfirmed = { confirmedAt: null, confirmDueAt: null } as const;

export type Tested = { faxId: string } | { refused: 'unknown_destination' | 'frozen' | 'sent_already' };

/**
 * Sends a test page with a new code; an earlier code is void. The first test of a number, and the yearly one.
 * @param claim in the same transaction: false when somebody else has sent it meanwhile.
 */
export async function testDestination(
  ctx: FaxContext,
  destinationId: string,
  operatorId: string,
  draw: TestPage,
  claim: (tx: Sql) => Promise<boolean> = async () => true,
): Promise<Tested> {
  const code = drawCode(ctx.random);
  const known = await destinations.destinationById(ctx.db, destinationId);
  if (!known) return { refused: 'unknown_destination' };
  const { document, pages } = await draw(known, code); // before the transaction: drawing takes its time
  const at = ctx.clock.now();
  const tested = await inTransaction(ctx.db, async (tx): Promise<Tested> => {
    const destination = await destinations.lockDestination(tx, destinationId, 'update');
    if (!destination || destination.status === 'retired') return { refused: 'unknown_destination' };
    if (destination.status === 'frozen') return { refused: 'frozen' };
    if (!(await claim(tx))) return { refused: 'sent_already' };
    const hash = hashCode(destinationId, code, ctx.caseKey);
    await tests.beginTest(tx, destinationId, hash, plusSeconds(at, codeSeconds));
    await note(tx, destination, at, by(`operator:${operatorId}`, 'test_destination'), 'destination_test_begun');
    const { associationId } = destination;
    const page = { associationId, destinationId, document, pages, at, subjectId: destinationId };
    const queued = await queueFax(tx, ctx, { ...page, purpose: 'test' });
    if ('refused' in queued) throw new Error(`a destination under test refuses its test page: ${queued.refused}`);
    return { faxId: queued.queued };
  });
  if ('faxId' in tested) ctx.wake('send-fax', tested.faxId);
  return tested;
}

export type Confirmed = { confirmed: FaxDestination } | { refused: 'wrong_code' };

/**
 * The owner keys the code of the page he holds, by phone, in the caller's transaction. One answer for no test, an expired one and a
 * wrong code.
 */
export async function confirmDestination(
  tx: Sql,
  ctx: Pick<FaxContext, 'clock' | 'caseKey'>,
  { owner, code }: { owner: DestinationOwner; code: string },
): Promise<Confirmed> {
  const at = ctx.clock.now();
  const who = by(`${owner.kind}:${owner.id}`, 'confirm_destination');
  const pending = await tests.lockPendingCodes(tx, owner);
  const id = matchCode(pending, code, ctx.caseKey, at);
  const [first] = await destinations.destinationsOf(tx, owner);
  if (!id) {
    const ended = await tests.countWrongCode(tx, owner, mostCodeFailures);
    for (const over of ended) if (first) await note(tx, { ...first, id: over }, at, who, 'destination_test_ended');
    return { refused: 'wrong_code' };
  }
  await tests.confirmDestination(tx, id, at, plusSeconds(at, confirmEverySeconds));
  const confirmed = await destinations.destinationById(tx, id);
  if (!confirmed) throw new Error('a destination vanished while it was confirmed');
  await note(tx, confirmed, at, who, 'destination_confirmed');
  return { confirmed };
}

export type FreezeReason = 'complaint' | 'wrong_number' | 'returned_page' | 'operator';

export interface Frozen {
  /** Destinations that were stopped by this; none when the number was frozen already. */
  destinationIds: string[];
  /** Faxes cancelled, or asked to stop when they were under way. */
  faxIds: string[];
  /** One for each association concerned; each has its clock. */
  incidentIds: string[];
}

/**
 * One complaint is enough: the number is frozen for every owner and association at once, what is queued for it is cancelled,
 * what is under way is asked to stop, and the incident's clock starts. Also for a number that nobody has registered, so that
 * nobody can. A second complaint about the same number opens no second incident. A process without a line (the console) leaves it to a
 * worker to ask the provider to stop.
 */
export async function freezeNumber(
  ctx: FaxContext | FaxDesk,
  e164: string,
  complaint: { reason: FreezeReason; associationId: string; actor: string },
): Promise<Frozen> {
  const { reason, associationId, actor } = complaint;
  const at = ctx.clock.now();
  const who = by(actor, 'freeze_number');
  const changes: Changed[] = [];
  const frozen = await inTransaction(ctx.db, async (tx) => {
    changes.length = 0;
    await destinations.lockNumber(tx, e164);
    const isNew = await destinations.insertFrozenNumber(tx, e164, associationId, at);
    const stopped = await destinations.moveDestinations(tx, e164, ['registered', 'testing', 'confirmed'], 'frozen');
    const incidentIds: string[] = [];
    const concerned = isNew ? new Set([associationId, ...stopped.map((row) => row.association_id)]) : new Set<string>();
    for (const association of concerned) {
      const id = ctx.ids.next('in');
      const incident = { id, associationId: association, reason, openedAt: at, ...incidentDates(at) };
      await destinations.insertIncident(tx, incident);
      await note(tx, incident, at, who, 'incident_opened', { reason });
      incidentIds.push(id);
    }
    for (const row of stopped)
      await note(tx, { id: row.id, associationId: row.association_id }, at, who, 'destination_frozen', { reason });
    for (const faxId of await store.lockFaxesTo(tx, e164)) {
      const changed = await changeFax(tx, ctx, faxId, { type: 'cancelled', reason: 'frozen' }, who);
      if (!changed) continue;
      changes.push(changed);
      if (!('faxLine' in ctx)) await askToStop(tx, ctx, changed, { associationId, actor });
    }
    const faxIds = changes.map((changed) => changed.fax.id);
    return { destinationIds: stopped.map((row) => row.id), faxIds, incidentIds };
  });
  ctx.log.warn('fax_number_frozen', { count: frozen.destinationIds.length, reason });
  if ('faxLine' in ctx) for (const changed of changes) await afterwards(ctx, changed);
  return frozen;
}

/** A person has looked: the number may be entered and tested again. Nothing goes there before a new test. */
export async function liftFreeze(ctx: Pick<FaxContext, 'db' | 'clock'>, e164: string, actor: string): Promise<boolean> {
  const at = ctx.clock.now();
  return inTransaction(ctx.db, async (tx) => {
    await destinations.lockNumber(tx, e164);
    if (!(await destinations.deleteFrozenNumber(tx, e164))) return false;
    for (const row of await destinations.moveDestinations(tx, e164, ['frozen'], 'registered'))
      await note(
        tx,
        { id: row.id, associationId: row.association_id },
        at,
        by(actor, 'lift_freeze'),
        'destination_thawed',
      );
    return true;
  });
}

/** Makes a number one of the association's own: pages to it come in for that association, ours go out from it. */
export const ownNumber = (ctx: Pick<FaxContext, 'db'>, e164: string, associationId: string): Promise<void> =>
  destinations.insertOwnNumber(ctx.db, e164, associationId);
