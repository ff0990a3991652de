/**
 * Kamome rings a doctor's registered telephone to read a record out, or to say that a page did not arrive.
 *
 * - `pending`: waits for `due_at`, for the carrier's pace, and for the telephone to be free of urgent calls, which go first.
 * - `performing`: the attempt is written down, the carrier is being asked, once.
 * - `unknown`: the carrier may or may not have it. Left by a webhook that carries our id, or by finding the call in the
 *   carrier's list; when it is in no list for a while it was never made, and counts as a try.
 * - `placed`: ringing. `answered`: somebody picked up, perhaps a voicemail, which keys no PIN.
 * - `ended`: with an outcome. Nobody there, or busy (he may not have hung up yet): rung again, three times in all.
 */
import { type CarriersContext, firstFailed } from '../carriers/actions.ts';
import { inTransaction, type Sql } from '../db.ts';
import { plusSeconds } from '../lib/clock.ts';
import type { Ids } from '../lib/ids.ts';
import { knownCalls } from '../outbox/known-calls.ts';
import { paths } from '../voice/speech.ts';
import type { Telephone } from '../voice/telephone.ts';
import { tellRequest } from './actions.ts';
import * as store from './callback-store.ts';
import type { DisclosureContext } from './context.ts';
import * as pages from './page-store.ts';
import { nobodyTold } from './render.ts';

export interface CallbackContext extends DisclosureContext, CarriersContext {
  telephone: Telephone;
  callsPerSecond: number;
}

const ringSeconds = 30;
const askAfterSeconds = 45; // longer than it rings
const searchSeconds = 15;
const againSeconds = 20;
/** The roll-call and swaps have rounds of their own. */
const mostTries: Readonly<Record<store.CallbackPurpose, number>> = {
  spoken: 3,
  not_delivered: 3,
  roll_call: 1,
  roster_gap: 3,
  swap: 1,
  watch: 1,
  alarm: 1,
};

export type Callback = store.CallbackRow;
export const readCallback = (ctx: DisclosureContext, id: string): Promise<Callback | null> =>
  store.readCallback(ctx.db, id);

export interface RegisteredCall {
  purpose: 'roll_call' | 'roster_gap' | 'swap' | 'alarm';
  associationId: string;
  /** Of the first two purposes. */
  rollCallId?: string;
  /** Of the last. */
  swapId?: string;
  /** Null: a standby person's telephone. */
  doctorId: string | null;
  phone: { id: string; e164: string };
  at: Date;
}

/** A call about the roster to a registered telephone, in the caller's transaction; afterwards wake `place-callbacks`. @returns its id. */
export async function ringRegistered(tx: Sql, { ids }: { ids: Ids }, call: RegisteredCall): Promise<string> {
  const { phone, at, ...rest } = call;
  const id = ids.next('ef');
  await store.insertCallback(tx, {
    ...{ ...rest, id, requestId: null, pageId: null, phoneId: phone.id, e164: phone.e164, dueAt: at, at },
  });
  return id;
}

/** A call of the watchman to a number of ours, in the caller's transaction; afterwards wake `place-callbacks`. @returns its id. */
export async function ringOurselves(
  tx: Sql,
  { ids }: { ids: Ids },
  call: { associationId: string; roundId: string; to: string; at: Date },
): Promise<string> {
  const { associationId, roundId: watchRoundId, to: e164, at } = call;
  const id = ids.next('ef');
  await store.insertCallback(tx, {
    ...{ id, associationId, purpose: 'watch', watchRoundId, requestId: null, pageId: null, doctorId: null },
    ...{ phoneId: null, e164, dueAt: at, at },
  });
  return id;
}

/** Hands the call-backs that wait to the carrier, as its limit allows. @returns how many. */
export async function placeCallbacks(ctx: CallbackContext): Promise<number> {
  for (let placed = 0; ; placed++) {
    const at = ctx.clock.now();
    const until = plusSeconds(at, 6);
    const row = await store.takeNextCallback(ctx.db, at, 1 / ctx.callsPerSecond, until, ctx.carriers !== null);
    if (!row) return placed;
    await place(ctx, row);
  }
}

async function place(ctx: CallbackContext, row: Callback): Promise<void> {
  const made = await ctx.telephone.placeCall({
    ...{ to: row.e164, from: row.from, ringSeconds, carrier: row.carrier },
    ...{ answerPath: paths.callbackAnswer(row.id), statusPath: paths.callbackStatus(row.id) },
  });
  const isCarriers = made.outcome === 'unknown' || (made.outcome === 'refused' && made.isCarriers === true);
  if (isCarriers && row.carrier === 'first') await firstFailed(ctx);
  const dueAt = plusSeconds(ctx.clock.now(), made.outcome === 'placed' ? askAfterSeconds : 2);
  if (made.outcome !== 'placed') ctx.log.warn('callback_not_placed', { callbackId: row.id, code: made.code });
  if (made.outcome === 'refused') return ended(ctx, row.id, made.retry || isCarriers ? 'carrier_busy' : 'refused');
  const to =
    made.outcome === 'placed' ? { status: 'placed' as const, callSid: made.id } : { status: 'unknown' as const };
  // Its webhook may have been quicker than the carrier's answer.
  await store.stepCallback(ctx.db, row.id, ['performing'], { ...to, dueAt });
}

/** Somebody picked up, by the webhook that carries our id. */
export async function callbackAnswered(ctx: DisclosureContext, id: string, callSid: string): Promise<Callback | null> {
  const dueAt = plusSeconds(ctx.clock.now(), 300);
  await store.stepCallback(ctx.db, id, ['performing', 'placed', 'unknown'], { status: 'answered', dueAt, callSid });
  return store.readCallback(ctx.db, id);
}

/** The carrier's report about a call of ours. Anything but an end says only that the call exists. */
export async function callbackReported(
  ctx: DisclosureContext,
  id: string,
  report: { callSid: string; status: string },
): Promise<void> {
  const over = outcomes[report.status];
  if (over !== undefined) return ended(ctx, id, over, report.callSid);
  const dueAt = plusSeconds(ctx.clock.now(), askAfterSeconds);
  await store.stepCallback(ctx.db, id, ['performing', 'unknown'], { status: 'placed', dueAt, callSid: report.callSid });
}

const outcomes: Readonly<Record<string, string>> = {
  completed: 'completed',
  busy: 'busy',
  'no-answer': 'no_answer',
  failed: 'failed',
  canceled: 'failed',
};

/** It is over: try again where that makes sense, and tell the request. */
async function ended(ctx: DisclosureContext, id: string, outcome: string, callSid?: string): Promise<void> {
  const row = await store.readCallback(ctx.db, id);
  if (!row || row.status === 'ended' || (callSid && row.call_sid && row.call_sid !== callSid)) return;
  if (outcome !== 'completed' && outcome !== 'refused' && row.attempts < mostTries[row.purpose]) {
    const dueAt = plusSeconds(ctx.clock.now(), againSeconds);
    const begun: store.CallbackStatus[] = ['performing', 'placed', 'unknown', 'answered'];
    if (await store.stepCallback(ctx.db, id, begun, { status: 'pending', dueAt }))
      ctx.wake('place-callbacks', id, againSeconds);
    return;
  }
  if (row.purpose === 'not_delivered') return endTelling(ctx, row, outcome);
  if (!(await store.endCallback(ctx.db, id, outcome))) return;
  if (row.request_id === null) return;
  const about = { requestId: row.request_id, callSid: null, line: null, actor: 'carrier' };
  const told = await tellRequest(ctx, about, { type: 'callback_ended' });
  // The record was being read out: its key goes with the call.
  if (told?.request.status === 'released') {
    const page = await pages.recordPageOf(ctx.db, told.request.disclosureId);
    if (page) await pages.pageEnded(ctx.db, page.id, 'spoken');
  }
}

/** He was told that his page did not arrive, or the hub is to tell him: both in the transaction that ends the call-back. */
async function endTelling(ctx: DisclosureContext, { id, page_id }: Callback, outcome: string): Promise<void> {
  await inTransaction(ctx.db, async (tx) => {
    if (!(await store.endCallback(tx, id, outcome)) || outcome === 'completed') return;
    const page = page_id === null ? null : await pages.readPage(tx, page_id);
    // It may have arrived while he was being rung.
    if (!page?.disclosure_id || page.status === 'delivered') return;
    const disclosure = { id: page.disclosure_id, association_id: page.association_id };
    await nobodyTold(ctx, tx, disclosure, ctx.clock.now());
  });
}

/** Call-backs that fell silent: the carrier is asked what became of them. @returns how many. */
export async function settleCallbacks(ctx: CallbackContext): Promise<number> {
  const rows = await store.silentCallbacks(ctx.db, ctx.clock.now(), 50);
  for (const row of rows) await settle(ctx, row);
  return rows.length;
}

async function settle(ctx: CallbackContext, row: Callback): Promise<void> {
  const at = ctx.clock.now();
  if (row.call_sid) {
    const found = await ctx.telephone.fetchCall(row.call_sid);
    if (found !== 'unknown' && found !== 'gone')
      await callbackReported(ctx, row.id, { callSid: row.call_sid, status: found.status });
    else if (found === 'gone') await ended(ctx, row.id, 'completed', row.call_sid);
    await store.stepCallback(ctx.db, row.id, [row.status], { ...keep(row), dueAt: plusSeconds(at, askAfterSeconds) });
    return;
  }
  // What else came in at a number of ours is somebody's own call: that list settles nothing.
  if (row.purpose === 'watch') return ended(ctx, row.id, 'not_found');
  const since = row.attempted_at ?? at;
  const found = await ctx.telephone.findCalls(row.e164, since, row.carrier).catch(() => null);
  const known = await knownCalls(
    ctx.db,
    (found ?? []).map((call) => call.id),
  );
  const own = found?.find((call) => !known.has(call.id));
  if (own) return callbackReported(ctx, row.id, { callSid: own.id, status: own.status });
  const isLost = found !== null && at.getTime() - since.getTime() >= searchSeconds * 1000;
  if (isLost) return ended(ctx, row.id, 'not_found');
  await store.stepCallback(ctx.db, row.id, [row.status], { status: 'unknown', dueAt: plusSeconds(at, 2) });
}

const keep = (row: Callback) => ({ status: row.status as Exclude<store.CallbackStatus, 'ended'> });
