/**
 * An alarm that cannot wait for the day rings the standby person: who is on standby now first, then the others, telephone after telephone,
 * until somebody keys that it was heard (a voicemail keys nothing), at most six times. One call tells all that is unheard. Patients'
 * calls go first: while a case of the association looks for somebody nothing is rung, and a ring in its way is called off.
 */
import type pg from 'pg';
import { appendEntry } from '../audit/append.ts';
import { inTransaction, type Sql } from '../db.ts';
import { ringRegistered } from '../disclosures/callbacks.ts';
import { type Clock, plusSeconds } from '../lib/clock.ts';
import type { Ids } from '../lib/ids.ts';
import type { Log } from '../log.ts';
import { standbyOnDuty } from '../roster/actions.ts';
import { japanCalendar } from '../roster/calendar.ts';
import type { Telephone } from '../voice/telephone.ts';
import type { RingingKind } from './alarm.ts';
import * as store from './ring-store.ts';

export interface AlarmRingContext {
  db: pg.Pool;
  clock: Pick<Clock, 'now'>;
  ids: Ids;
  log: Log;
  telephone: Pick<Telephone, 'cancelCall'>;
  wake(job: 'place-callbacks', id: string, delaySeconds?: number): void;
}

export const mostRings = 6;
const againSeconds = 60;
/** A call that is still up, or a case that looks for somebody. */
const lookAgainSeconds = 15;

/** Rings for what is due. Any worker may run it; twice equals once. @returns how much there was to do. */
export async function sweepAlarmRings(ctx: AlarmRingContext): Promise<number> {
  const inTheWay = await store.callsInTheWay(ctx.db);
  for (const callSid of inTheWay) await ctx.telephone.cancelCall(callSid);
  const due = await store.ringsDue(ctx.db, ctx.clock.now());
  for (const associationId of due) {
    const callbackId = await inTransaction(ctx.db, (tx) => ring(ctx, tx, associationId));
    if (callbackId) ctx.wake('place-callbacks', callbackId);
  }
  return inTheWay.length + due.length;
}

/** @returns the call to be woken. */
async function ring(ctx: AlarmRingContext, tx: Sql, associationId: string): Promise<string | null> {
  const at = ctx.clock.now();
  const row = await store.lockRing(tx, associationId);
  if (!row?.due_at || row.due_at > at) return null;
  const until = async (dueAt: Date | null): Promise<null> => {
    await store.postponeRing(tx, associationId, dueAt);
    return null;
  };
  const kinds = await store.unheardKinds(tx, associationId);
  if (kinds.length === 0) return until(null);
  if (row.callback_id && (await store.isCallOpen(tx, row.callback_id))) return until(plusSeconds(at, lookAgainSeconds));
  if (await store.isCaseLooking(tx, associationId)) return until(plusSeconds(at, lookAgainSeconds));
  const onDuty = await standbyOnDuty(tx, associationId, at, japanCalendar);
  const phones = await store.standbyPhones(
    tx,
    associationId,
    onDuty.map((duty) => duty.subjectId),
  );
  const phone = phones[row.rings % Math.max(1, phones.length)];
  if (!phone || row.rings >= mostRings) {
    ctx.log.error('alarm_not_heard', { associationId, count: row.rings });
    return until(null);
  }
  const callbackId = await ringRegistered(tx, ctx, { purpose: 'alarm', associationId, doctorId: null, phone, at });
  await store.saveRing(tx, associationId, { callbackId, at, dueAt: plusSeconds(at, againSeconds) });
  return callbackId;
}

/** What a call that was answered has to tell; from now on a key says that this much was heard. */
export async function tellAlarms(
  { db, clock }: Pick<AlarmRingContext, 'db' | 'clock'>,
  { associationId, callbackId }: { associationId: string; callbackId: string },
): Promise<RingingKind[]> {
  await store.noteTold(db, associationId, callbackId, clock.now());
  return store.unheardKinds(db, associationId);
}

/** Somebody keyed that it was heard: nobody is rung about it any more; at the console it stays until it is seen to. */
export async function alarmsHeard(
  { db, clock }: Pick<AlarmRingContext, 'db' | 'clock'>,
  call: { associationId: string; callbackId: string; e164: string },
): Promise<void> {
  const at = clock.now();
  const { associationId } = call;
  await inTransaction(db, async (tx) => {
    for (const { id: chainId, by } of await store.markHeard(tx, call, at))
      await appendEntry(tx, {
        chainId,
        associationId,
        at,
        actor: `standby:${by}`,
        cause: 'voice',
        kind: 'alarm_heard',
        data: {},
      });
  });
}
