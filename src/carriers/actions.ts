/** Leaves the first carrier for the second when it takes no calls, and comes back (circuit.ts says when). */
import type pg from 'pg';
import { raiseAlarm, withdrawAlarm } from '../alarms/actions.ts';
import { inTransaction, type Sql } from '../db.ts';
import { allDialledNumbers } from '../directory/actions.ts';
import { type Clock, plusSeconds } from '../lib/clock.ts';
import type { Ids } from '../lib/ids.ts';
import type { Log } from '../log.ts';
import { type CircuitEvent, lookEverySeconds, turn } from './circuit.ts';
import * as store from './store.ts';

export interface CarriersContext {
  db: pg.Pool;
  clock: Clock;
  ids: Ids;
  log: Log;
  /** Null: there is no second carrier, and nothing of this happens. */
  carriers: {
    /** A cheap question: does the first carrier answer at all? */
    isFirstWorking(): Promise<boolean>;
  } | null;
}

/**
 * The first carrier could not take a call. It is looked at before this returns, so that the next call, which is decided after it,
 * goes by whom can carry it.
 */
export async function firstFailed(ctx: CarriersContext): Promise<void> {
  if (!ctx.carriers) return;
  if ((await tell(ctx, 'call_failed')) === 'closed') await look(ctx);
}

/** The call that was tried by the first carrier was taken. */
export async function trialTaken(ctx: CarriersContext): Promise<void> {
  await tell(ctx, 'trial_taken');
}

/** Looks at a first carrier that was left, when that is due. Any worker, any time. */
export async function watchCarriers(ctx: CarriersContext): Promise<void> {
  if (!ctx.carriers) return;
  const at = ctx.clock.now();
  if (await store.takeLook(ctx.db, at, plusSeconds(at, lookEverySeconds))) await look(ctx);
}

async function look(ctx: CarriersContext): Promise<void> {
  const isGood = await ctx.carriers?.isFirstWorking();
  await tell(ctx, isGood ? 'look_good' : 'look_failed');
}

async function tell(ctx: CarriersContext, event: CircuitEvent) {
  const at = ctx.clock.now();
  return inTransaction(ctx.db, async (tx) => {
    const { circuit: before, alarmSubject } = await store.lockCircuit(tx);
    const after = turn(before, event, at);
    if (after === before) return after.state;
    const subject = after.state === 'closed' ? null : (alarmSubject ?? ctx.ids.next('ct'));
    await store.saveCircuit(tx, after, subject, subject === null ? null : plusSeconds(at, lookEverySeconds));
    if (after.state === before.state) return after.state;
    ctx.log.warn('first_carrier', { state: after.state });
    if (before.state === 'closed' && subject) await alarmAll(ctx, tx, subject, at);
    if (after.state === 'closed' && alarmSubject) await settleAll(tx, alarmSubject, at);
    return after.state;
  });
}

const kind = 'first_carrier_left';
const subjectOf = (subject: string, associationId: string): string => `${subject}:${associationId}`;
const associations = async (tx: Sql): Promise<Set<string>> =>
  new Set((await allDialledNumbers(tx)).map((number) => number.association_id));

async function alarmAll(ctx: CarriersContext, tx: Sql, subject: string, at: Date): Promise<void> {
  for (const associationId of await associations(tx))
    await raiseAlarm(tx, ctx, { associationId, kind, subjectId: subjectOf(subject, associationId) }, at);
}

async function settleAll(tx: Sql, subject: string, at: Date): Promise<void> {
  for (const associationId of await associations(tx))
    await withdrawAlarm(tx, kind, subjectOf(subject, associationId), at);
}
