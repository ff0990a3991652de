/** Keeps the document on the other host true: looked at every minute by some worker, written when it would say something else. */
import { createHash, createHmac } from 'node:crypto';
import type pg from 'pg';
import { raiseAlarm, withdrawAlarm } from '../alarms/actions.ts';
import { appendEntry } from '../audit/append.ts';
import type { AuditKind } from '../audit/kinds.ts';
import { inTransaction } from '../db.ts';
import { allDialledNumbers, associationById } from '../directory/actions.ts';
import { type Clock, plusSeconds } from '../lib/clock.ts';
import type { Ids } from '../lib/ids.ts';
import { instantOf, localDate } from '../lib/japan-time.ts';
import type { Log } from '../log.ts';
import { rulesWithNames } from '../roster/actions.ts';
import { type Calendar, groupOf } from '../roster/roster.ts';
import { datesOfTonight, type Turn, turnsTonight } from '../roster/tonight.ts';
import { FallbackError, orderTonight, type Place, phonesOf, type StaticFile } from './fallback.ts';
import * as store from './store.ts';

export interface FallbackContext {
  db: pg.Pool;
  clock: Pick<Clock, 'now'>;
  ids: Ids;
  log: Log;
  calendar: Calendar;
  place: Place;
  /** Names the documents: nobody who does not know it finds the telephones of doctors on the other host. */
  key: Buffer;
  /** The carrier's language. @param from our number, as the rung telephone sees it. */
  drawTonight(phones: readonly string[], from: string): string;
  /** What that document refers to. */
  standing: readonly StaticFile[];
}

const lookSeconds = 55;
const drillDays = 31;

/** The document's name on the other host: unguessable, and the same for good. */
export const documentName = (key: Buffer, associationId: string): string =>
  `${createHmac('sha256', key).update(`fallback ${associationId}`).digest('hex').slice(0, 32)}.xml`;

/** Looks after every association that can be dialled. @param hour in Japan, at which each is published in any case. */
export async function sweepFallbacks(ctx: FallbackContext, hour: number): Promise<void> {
  const dialled = new Set((await allDialledNumbers(ctx.db)).map((number) => number.association_id));
  for (const associationId of dialled) await lookAfter(ctx, associationId, hour);
}

async function lookAfter(ctx: FallbackContext, associationId: string, hour: number): Promise<void> {
  const at = ctx.clock.now();
  const notSince = plusSeconds(at, -lookSeconds);
  const row = await store.takeLook(ctx.db, associationId, at, notSince, plusSeconds(at, drillDays * 86_400));
  if (!row) return;
  const document = await documentOf(ctx, associationId, at);
  const evening = instantOf(localDate(at), hour * 60);
  const isEvening = at >= evening && (row.published_at === null || row.published_at < evening);
  if (document && (row.digest !== document.digest || isEvening || row.failing_id))
    await publish(ctx, row, document, at);
  else if (!document) await failed(ctx, row, 'no_telephone', at);
  if (row.drill_due_at <= at)
    await inTransaction(ctx.db, (tx) => raiseAlarm(tx, ctx, drillAlarm(associationId, row.drill_due_at), at));
}

const drillAlarm = (associationId: string, dueAt: Date) =>
  ({ associationId, kind: 'drill_due', subjectId: `${associationId}:${localDate(dueAt)}` }) as const;

interface Document extends StaticFile {
  digest: string;
  phones: number;
}

/** Null: nobody of tonight has a telephone. */
async function documentOf(ctx: FallbackContext, associationId: string, at: Date): Promise<Document | null> {
  const association = await associationById(ctx.db, associationId);
  if (!association) return null;
  const { from, until } = datesOfTonight(at);
  const rules = await rulesWithNames(ctx.db, associationId, from, until);
  const turnsOf = (kind: 'doctor' | 'standby', areaId: string | null): Turn[] => {
    const group = groupOf({ kind, areaId });
    return turnsTonight(
      rules.filter((rule) => groupOf(rule) === group),
      at,
      ctx.calendar,
    );
  };
  const areas = association.areas.map(({ id }) => turnsOf('doctor', id));
  const subjects = orderTonight(turnsOf('standby', null), areas, await store.everyStandby(ctx.db, associationId));
  const phones = phonesOf(subjects, await store.phonesOfSubjects(ctx.db, subjects));
  if (phones.length === 0) return null;
  const content = ctx.drawTonight(phones, association.caller_number);
  const digest = createHash('sha256').update(content).digest('hex');
  return { name: documentName(ctx.key, associationId), content, digest, phones: phones.length };
}

/** What it refers to first, so that the document never speaks of what is not there. */
async function publish(ctx: FallbackContext, row: store.DocumentRow, document: Document, at: Date): Promise<void> {
  const { association_id: associationId, failing_id: failingId } = row;
  const { digest, phones } = document;
  try {
    for (const file of [...ctx.standing, document]) await ctx.place.put(file);
  } catch (error) {
    if (!(error instanceof FallbackError)) throw error;
    return failed(ctx, row, error.code, at);
  }
  await inTransaction(ctx.db, async (tx) => {
    await store.savePublished(tx, associationId, digest, at);
    if (failingId) await withdrawAlarm(tx, 'fallback_not_published', failingId, at);
    await note(tx, associationId, 'fallback_published', { digest, phones }, at);
  });
  ctx.log.info('fallback_published', { count: phones });
}

async function failed(ctx: FallbackContext, row: store.DocumentRow, code: string, at: Date): Promise<void> {
  ctx.log.warn('fallback_not_published', { code });
  if (row.failing_id) return; // told already
  const { association_id: associationId } = row;
  const failingId = ctx.ids.next('fb');
  await inTransaction(ctx.db, async (tx) => {
    await store.saveFailing(tx, associationId, failingId);
    await note(tx, associationId, 'fallback_not_published', { code }, at);
    await raiseAlarm(tx, ctx, { associationId, kind: 'fallback_not_published', subjectId: failingId }, at);
  });
}

/** Somebody has rung through the document and talked. @returns false when there is none yet. */
export async function noteDrill(
  ctx: Pick<FallbackContext, 'db' | 'clock'>,
  associationId: string,
  by: string,
): Promise<boolean> {
  const at = ctx.clock.now();
  return inTransaction(ctx.db, async (tx) => {
    const dueAt = await store.saveDrilled(tx, associationId, plusSeconds(at, drillDays * 86_400));
    if (!dueAt) return false;
    const { kind, subjectId } = drillAlarm(associationId, dueAt);
    await withdrawAlarm(tx, kind, subjectId, at);
    await note(tx, associationId, 'fallback_drilled', {}, at, by);
    return true;
  });
}

type Tx = Parameters<typeof appendEntry>[0];

function note(
  tx: Tx,
  associationId: string,
  kind: AuditKind,
  data: object,
  at: Date,
  actor = 'worker',
): Promise<number> {
  return appendEntry(tx, { chainId: associationId, associationId, at, actor, cause: 'fallback', kind, data });
}
