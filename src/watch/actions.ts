/** The watchman's rounds carried out. Any worker may run them; one is open at a time, and twice equals once. */
import type pg from 'pg';
import { raiseAlarm, withdrawAlarm } from '../alarms/actions.ts';
import { inTransaction } from '../db.ts';
import { allDialledNumbers, associationById } from '../directory/actions.ts';
import { ringOurselves } from '../disclosures/callbacks.ts';
import { type Clock, plusSeconds } from '../lib/clock.ts';
import type { Ids } from '../lib/ids.ts';
import type { Log } from '../log.ts';
import type { InnerLine } from './inner-line.ts';
import {
  alarmAfter,
  type Because,
  type Extent,
  judge,
  keysOf,
  menuKey,
  nextDue,
  type Round,
  stepsOf,
  type WatchPlan,
} from './round.ts';
import * as store from './store.ts';

export const { roundFrom, noteMenu, noteKeyed, noteReported, lastRounds, standings, readPing } = store;

/** The seconds of each step, and how it ended; for the metrics. */
export type WatchTold = (extent: Extent, outcome: 'passed' | 'failed', steps: Readonly<Record<string, number>>) => void;

export interface WatchContext {
  db: pg.Pool;
  clock: Pick<Clock, 'now'>;
  ids: Ids;
  log: Log;
  wake(job: 'place-callbacks', id: string, delaySeconds?: number): void;
  plan: WatchPlan;
  inner: InnerLine;
  told: WatchTold;
}

/** An act of an urgent call this late is overdue: the sweep finds within a second what is due. */
const outboxLateSeconds = 30;
/** The first whole round of an installation: not in its first minute. */
const firstAfterSeconds = 60;
const keptDays = 30;

/** Begins what is due, carries the inner rounds, closes what has come back or is too late. @returns how much there was to do. */
export async function sweepWatch(ctx: WatchContext): Promise<number> {
  if (ctx.plan.everySeconds === 0) return 0;
  const at = ctx.clock.now();
  const numbers = await allDialledNumbers(ctx.db);
  for (const associationId of new Set(numbers.map((number) => number.association_id))) {
    const first = plusSeconds(at, firstAfterSeconds);
    await store.ensureWatch(ctx.db, associationId, { inner: at, carrier: first });
  }
  const due = await store.dueRounds(ctx.db, at);
  for (const { associationId, extent } of due) {
    const own = numbers.filter((number) => number.association_id === associationId).map(({ e164 }) => e164);
    await begin(ctx, associationId, extent, own);
  }
  return due.length + (await closeRounds(ctx));
}

/** Written down first, then carried: by the outbox, or, inside, here and now. */
async function begin(ctx: WatchContext, associationId: string, extent: Extent, own: readonly string[]): Promise<void> {
  const association = await associationById(ctx.db, associationId);
  if (!association) return;
  const from = association.caller_number;
  const to = own.find((number) => number !== from) ?? own[0] ?? from; // a number need not ring itself where there are two
  const begunAt = ctx.clock.now();
  const round = { id: ctx.ids.next('wr'), associationId, extent, from, begunAt };
  const callbackId = await inTransaction(ctx.db, async (tx) => {
    if (!(await store.insertRound(tx, round, nextDue(extent, 0, begunAt, ctx.plan)))) return null;
    return extent === 'carrier' ? ringOurselves(tx, ctx, { associationId, roundId: round.id, to, at: begunAt }) : '';
  });
  if (callbackId === null) return;
  if (callbackId !== '') return ctx.wake('place-callbacks', callbackId);
  const said = await ctx.inner.walk({ from, to, keys: [menuKey, keysOf(round.id)] });
  if (said !== 'done') ctx.log.warn('watch_walk_broken', { roundId: round.id, code: said });
}

/** @returns how many have come to their end. */
async function closeRounds(ctx: WatchContext): Promise<number> {
  const open = await store.openRounds(ctx.db);
  if (open.length === 0) return 0;
  const at = ctx.clock.now();
  const outboxLate = await isOutboxLate(ctx);
  let closed = 0;
  for (const round of open) {
    const isCallOver = round.extent === 'inner' ? round.status === 'reported' : round.isCallOver;
    const verdict = judge(round, at, { outboxLate, isCallOver });
    if (verdict.is !== 'open' && (await close(ctx, round, verdict.is === 'failed' ? verdict.because : null, at)))
      closed++;
  }
  return closed;
}

export const isOutboxLate = ({ db, clock }: Pick<WatchContext, 'db' | 'clock'>): Promise<boolean> =>
  store.isOutboxLate(db, plusSeconds(clock.now(), -outboxLateSeconds));

/** The second in a row that failed alarms; the first that passes takes the alarm back. */
async function close(ctx: WatchContext, round: Round, because: Because | null, at: Date): Promise<boolean> {
  const { id, associationId, extent } = round;
  const isClosed = await inTransaction(ctx.db, async (tx) => {
    if (!(await store.closeRound(tx, id, because, at))) return false;
    const before = await store.lockWatch(tx, associationId, extent);
    const failed = because === null ? 0 : (before?.failed ?? 0) + 1;
    const failingId = because === null ? null : (before?.failingId ?? id);
    const dueAt = nextDue(extent, failed, at, ctx.plan);
    await store.saveWatch(tx, round, { failed, failingId, dueAt, passedAt: because === null ? at : null });
    if (because === null && before?.failingId) await withdrawAlarm(tx, 'watch_failed', before.failingId, at);
    if (failingId && failed >= alarmAfter)
      await raiseAlarm(tx, ctx, { associationId, kind: 'watch_failed', subjectId: failingId }, at);
    return true;
  });
  if (!isClosed) return false;
  const steps = Object.fromEntries(stepsOf({ ...round, closedAt: at }).map(({ step, seconds }) => [step, seconds]));
  const told = { roundId: id, kind: extent, ms: at.getTime() - round.begunAt.getTime() };
  if (because === null) ctx.log.info('watch_passed', told);
  else ctx.log.warn('watch_failed', { ...told, reason: because });
  ctx.told(extent, because === null ? 'passed' : 'failed', steps);
  return true;
}

/** What nobody needs any more. Once an hour is plenty. */
export const tidyWatch = ({ db, clock }: Pick<WatchContext, 'db' | 'clock'>): Promise<void> =>
  store.forgetRounds(db, plusSeconds(clock.now(), -keptDays * 86_400));
