import { type CarriersContext, firstFailed, trialTaken } from '../carriers/actions.ts';
import { trialSeconds } from '../carriers/circuit.ts';
import { associationById, standbyNumbers } from '../directory/actions.ts';
import type { DisclosureContext } from '../disclosures/context.ts';
import { advance, readCase } from '../escalations/actions.ts';
import { type Command, isOver } from '../escalations/command.ts';
import type { CaseContext } from '../escalations/context.ts';
import { isWanted } from '../escalations/decision.ts';
import { isLive, type Leg, type UrgentCall } from '../escalations/urgent-call.ts';
import { atOnce } from '../lib/at-once.ts';
import { plusSeconds } from '../lib/clock.ts';
import { paths, type Speech } from '../voice/speech.ts';
import type { Changed, Placed, Telephone } from '../voice/telephone.ts';
import { makeRecordPage } from './record-page.ts';
import * as store from './store.ts';

/** What carrying out effects needs beside the cases. */
export interface OutboxContext extends CaseContext, DisclosureContext, CarriersContext {
  telephone: Telephone;
  speech: Speech;
  /** The carrier's limit, shared by all workers. */
  callsPerSecond: number;
}

const cause = (row: store.EffectRow) => ({ actor: 'worker', cause: row.kind });

/** Longer than the carrier's time-out: whoever began it is dead or will not hear an answer any more. */
const abandonedAfterSeconds = 6;
/** How long a call with an unknown outcome is looked for before it counts as never made. */
const searchSeconds = 15;
const leftOverSeconds = 60;
/** Of one process's sweep; as many as of its jobs. */
export const effectsAtOnce = 10;
const mostAttempts = 6; // 1+2+4+8+16 s ≈ half a minute

/**
 * Hands waiting calls to the carrier as fast as its limit allows, most urgent first. Any worker may run this at any
 * time; it stops when nothing waits or the pace says later, and then asks to be woken.
 * @returns how many calls it handed over.
 */
export async function placeCalls(ctx: OutboxContext): Promise<number> {
  const between = 1 / ctx.callsPerSecond;
  const failures: unknown[] = [];
  const underWay: Promise<unknown>[] = [];
  try {
    for (;;) {
      const at = ctx.clock.now();
      const row = await store.takeNextCall(ctx.db, at, between, ctx.carriers && plusSeconds(at, trialSeconds));
      if (!row) break;
      // Heard at once, even when the next look into the database fails before the calls are waited for.
      underWay.push(placeCall(ctx, row).catch((error) => failures.push(error)));
    }
    const { waiting, next_at } = await store.waitingCalls(ctx.db, ctx.clock.now());
    if (waiting > 0 && next_at) {
      const seconds = (next_at.getTime() - ctx.clock.now().getTime()) / 1000;
      ctx.wake('place-calls', 'carrier', Math.max(0.005, seconds));
    }
  } finally {
    await Promise.all(underWay);
  }
  if (failures.length > 0) throw failures[0];
  return underWay.length;
}

/** The attempt is written down (`performing`) before this runs; the call is made once, whatever its answer. */
async function placeCall(ctx: OutboxContext, row: store.CallToPlace): Promise<void> {
  const legId = row.leg_id ?? '';
  const [call, target] = await Promise.all([readCase(ctx, row.case_id), store.callTarget(ctx.db, legId)]);
  const leg = call?.legs[legId];
  if (!call || !leg || !target || leg.status !== 'dialing') return store.settleEffect(ctx.db, row.id, 'dropped');
  if (!isWanted(call, leg)) {
    await advance(ctx, row.case_id, { type: 'leg_refused', legId, code: 'not_needed' }, cause(row));
    return store.settleEffect(ctx.db, row.id, 'dropped');
  }
  const ringSeconds = leg.role === 'hospital' ? call.plan.bedRingSeconds : call.plan.ringSeconds;
  const placed = await ctx.telephone.placeCall({
    ...{ to: target.e164, from: target.from, ringSeconds, carrier: row.carrier },
    ...{ answerPath: paths.legAnswer(legId), statusPath: paths.legStatus(legId) },
  });
  // Before the case hears of it: the next telephone is then rung by whom can.
  if (row.carrier === 'first') await noteCarrier(ctx, placed, row.is_trial);
  if (isWorthAnother(ctx, row, placed) && row.attempts < mostAttempts) {
    ctx.log.warn('carrier_busy', { legId, code: placed.code, attempt: row.attempts });
    const seconds = 2 ** (row.attempts - 1);
    await store.postponeEffect(ctx.db, row.id, plusSeconds(ctx.clock.now(), seconds));
    ctx.wake('place-calls', row.id, seconds);
    return;
  }
  const command: Command =
    placed.outcome === 'placed'
      ? { type: 'leg_placed', legId, callId: placed.id }
      : placed.outcome === 'refused'
        ? { type: 'leg_refused', legId, code: placed.code }
        : { type: 'leg_outcome_unknown', legId, code: placed.code };
  ctx.count('effect', `place-call_${placed.outcome}`);
  if (placed.outcome !== 'placed') ctx.log.warn('call_not_placed', { legId, state: placed.outcome, code: placed.code });
  await advance(ctx, row.case_id, command, cause(row));
  await store.settleEffect(ctx.db, row.id, 'done');
}

/** The call does not exist, and may be placed later, or by the other carrier. */
const isWorthAnother = (ctx: OutboxContext, row: store.CallToPlace, placed: Placed): placed is Refused =>
  placed.outcome === 'refused' &&
  (placed.retry || (placed.isCarriers === true && row.carrier === 'first' && ctx.carriers !== null));
type Refused = Extract<Placed, { outcome: 'refused' }>;

/** What the outcome of a call says of the first carrier. A call that was refused for its own sake says nothing. */
async function noteCarrier(ctx: OutboxContext, placed: Placed, isTrial: boolean): Promise<void> {
  if (placed.outcome === 'unknown' || (placed.outcome === 'refused' && placed.isCarriers)) await firstFailed(ctx);
  else if (placed.outcome === 'placed' && isTrial) await trialTaken(ctx);
}

/** Carries out one effect, if it is due and nobody else has it. Twice equals once. */
export async function performEffect(ctx: OutboxContext, effectId: string): Promise<void> {
  const row = await store.takeEffect(ctx.db, effectId, ctx.clock.now());
  if (row) await perform(ctx, row);
}

async function perform(ctx: OutboxContext, row: store.EffectRow): Promise<void> {
  const call = await readCase(ctx, row.case_id);
  if (!call) return store.settleEffect(ctx.db, row.id, 'dropped');
  const done = await kinds[row.kind](ctx, row, call);
  ctx.count('effect', `${row.kind}_${done}`);
  if (row.kind === 'settle-leg' && (await isLeftOver(ctx, row))) {
    await store.postponeEffect(ctx.db, row.id, plusSeconds(ctx.clock.now(), leftOverSeconds));
    return;
  }
  if (done !== 'unknown') return store.settleEffect(ctx.db, row.id, done === 'done' ? 'done' : 'dropped');
  if (row.attempts >= mostAttempts) {
    ctx.log.error('effect_given_up', { effectId: row.id, kind: row.kind });
    return store.settleEffect(ctx.db, row.id, 'dropped');
  }
  const seconds = 2 ** (row.attempts - 1);
  await store.postponeEffect(ctx.db, row.id, plusSeconds(ctx.clock.now(), seconds));
  ctx.wake('perform-effect', row.id, seconds);
}

/**
 * A telephone of a closed case that is still up. Nobody looks at that case any more, and while the leg is live no other
 * case may ring the phone: so it is asked after until it has ended.
 */
async function isLeftOver(ctx: OutboxContext, row: store.EffectRow): Promise<boolean> {
  const call = await readCase(ctx, row.case_id);
  const leg = call?.legs[row.leg_id ?? ''];
  return call?.status === 'closed' && leg !== undefined && !leg.isDown;
}

type Performer = (ctx: OutboxContext, row: store.EffectRow, call: UrgentCall) => Promise<Changed>;

/** All but `place-call` may be repeated without harm. */
const kinds: Readonly<Record<store.EffectRow['kind'], Performer>> = {
  // Reached only for a row that was abandoned; see `settleAbandoned`.
  'place-call': async () => 'gone',
  'cancel-call': async (ctx, row, call) => {
    const leg = call.legs[row.leg_id ?? ''];
    // One that counts as never made may have been found ringing after all.
    const isOver = !leg || (!isLive(leg) && leg.outcome !== 'failed');
    return !isOver && leg.callId ? ctx.telephone.cancelCall(leg.callId) : 'gone';
  },
  'move-leg': async (ctx, row, call) => {
    const leg = call.legs[row.leg_id ?? ''];
    if (!leg?.callId || !isLive(leg)) return 'gone';
    return ctx.telephone.moveCall(leg.callId, paths.legNow(ctx.speech, leg.id));
  },
  'move-caller': async (ctx, row, call) =>
    call.caller.callId ? ctx.telephone.moveCall(call.caller.callId, paths.callerNow(ctx.speech, row.case_id)) : 'gone',
  'settle-caller': async (ctx, row, call) => {
    const { callId, presence } = call.caller;
    if (callId === null || presence === 'gone') return 'gone';
    const found = await ctx.telephone.fetchCall(callId);
    if (found === 'unknown') return 'unknown';
    if (found === 'gone' || isOver(found.status))
      await advance(ctx, row.case_id, { type: 'caller_left', callId }, cause(row));
    else if (presence === 'on_line') await settleJoined(ctx, row, call, callId);
    return 'done';
  },
  announce: async (ctx, row) => {
    const conference = await store.conferenceOf(ctx.db, row.case_id);
    return conference ? ctx.telephone.announce(conference, paths.announce(row.case_id, row.what ?? '')) : 'gone';
  },
  'send-message': sendMessage,
  'settle-leg': settleLeg,
  'send-record': sendRecord,
};

/** The page is made by `render-disclosure`; here it is written down, or why there is none. */
async function sendRecord(ctx: OutboxContext, row: store.EffectRow, call: UrgentCall): Promise<Changed> {
  const leg = call.legs[row.leg_id ?? ''];
  if (!leg) return 'gone';
  const page = await makeRecordPage(ctx, call, leg).catch((error: unknown) => {
    ctx.log.error('record_page_failed', { caseId: call.id, attempt: row.attempts, error });
    return row.attempts >= mostAttempts ? ({ because: 'not_made' } as const) : null;
  });
  if (page === null) return 'unknown';
  await advance(ctx, call.id, { type: 'record_page', legId: leg.id, page }, cause(row));
  return 'done';
}

/** A short message to the standby persons' mobile phones: at once, not repeated (a doubled message does no harm). */
async function sendMessage(ctx: OutboxContext, row: store.EffectRow, call: UrgentCall): Promise<Changed> {
  const association = await associationById(ctx.db, call.associationId);
  if (!association) return 'gone';
  const phones = await standbyNumbers(ctx.db, association.id);
  const body = ctx.speech.prompts.say('sms_unanswered', { case: row.case_id.slice(-6) });
  const mobiles = phones.filter((phone) => phone.kind === 'mobile');
  for (const phone of mobiles)
    await ctx.telephone.sendMessage({ to: phone.e164, from: association.caller_number, body });
  return 'done';
}

/**
 * What became of a call whose outcome is unknown, or that has been silent too long. With one live leg per phone, a call
 * of ours to that number since the attempt can only be this one.
 */
async function settleLeg(ctx: OutboxContext, row: store.EffectRow, call: UrgentCall): Promise<Changed> {
  const leg = call.legs[row.leg_id ?? ''];
  if (!leg || leg.isDown) return 'gone';
  if (leg.callId) return settleKnown(ctx, row, call, leg, leg.callId);
  if (await store.hasPendingCall(ctx.db, leg.id)) return 'gone'; // still waits for the carrier's pace
  const target = await store.callTarget(ctx.db, leg.id);
  const attempt = await store.attemptOf(ctx.db, leg.id);
  if (!target || !attempt) return 'gone';
  const found = await ctx.telephone.findCalls(target.e164, attempt.since, attempt.carrier).catch(() => null);
  if (found === null) return settleAgain(ctx, row, leg);
  const known = await store.knownCalls(
    ctx.db,
    found.map((candidate) => candidate.id),
  );
  const own = found.find((candidate) => !known.has(candidate.id));
  if (own) {
    await advance(
      ctx,
      row.case_id,
      { type: 'leg_progress', legId: leg.id, callId: own.id, status: own.status },
      cause(row),
    );
    return 'done';
  }
  return settleAgain(ctx, row, leg);
}

async function settleAgain(ctx: OutboxContext, row: store.EffectRow, leg: Leg): Promise<Changed> {
  const elapsed = (ctx.clock.now().getTime() - leg.requestedAt) / 1000;
  if (elapsed < searchSeconds) return 'unknown';
  await advance(ctx, row.case_id, { type: 'leg_not_found', legId: leg.id }, cause(row));
  return 'done';
}

async function settleKnown(
  ctx: OutboxContext,
  row: store.EffectRow,
  call: UrgentCall,
  leg: Leg,
  callId: string,
): Promise<Changed> {
  const found = await ctx.telephone.fetchCall(callId);
  if (found === 'unknown') return 'unknown';
  const status = found === 'gone' ? 'completed' : found.status;
  await advance(ctx, row.case_id, { type: 'leg_progress', legId: leg.id, callId, status }, cause(row));
  if (!isOver(status) && leg.status === 'accepted' && !leg.inConference) await settleJoined(ctx, row, call, callId);
  return 'done';
}

/**
 * That somebody came into the conference is reported once, too. Without that report a conversation that went well would count as
 * a line that broke before it began: its caller would be rung back, and the case would stay open.
 */
async function settleJoined(ctx: OutboxContext, row: store.EffectRow, call: UrgentCall, callId: string): Promise<void> {
  if (call.status !== 'accepted' || call.acceptance?.bridgedAt != null) return;
  if ((await ctx.telephone.isInConference?.(callId, call.id)) !== true) return;
  await advance(ctx, row.case_id, { type: 'line_joined', callId }, cause(row));
}

/**
 * Effects that a process began and never finished. A call may or may not have reached the carrier, so it becomes
 * `unknown` and is looked for; everything else is simply done again.
 */
export async function settleAbandoned(ctx: OutboxContext): Promise<number> {
  const at = ctx.clock.now();
  const rows = await store.abandonedEffects(ctx.db, plusSeconds(at, -abandonedAfterSeconds), at, 50);
  // Beside each other: the carrier may take seconds for each. One that fails is begun, and will be found abandoned again.
  await atOnce(
    rows,
    effectsAtOnce,
    (row) => settleOne(ctx, row),
    (error) => ctx.log.error('sweep_failed', { part: 'abandoned', error }),
  );
  return rows.length;
}

async function settleOne(ctx: OutboxContext, row: store.EffectRow): Promise<void> {
  ctx.log.warn('effect_abandoned', { effectId: row.id, kind: row.kind });
  if (row.kind !== 'place-call') return perform(ctx, row);
  const command: Command = { type: 'leg_outcome_unknown', legId: row.leg_id ?? '', code: 'abandoned' };
  await advance(ctx, row.case_id, command, cause(row));
  await store.settleEffect(ctx.db, row.id, 'done');
}
