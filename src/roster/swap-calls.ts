/**
 * Whoever is asked for a swap is rung about it, between eight in the morning and eight in the evening: first the doctor who is to take the duty;
 * when he has said yes and the giver has not, the giver. Three rings an hour apart, by turns on each telephone; a key is an answer, a voicemail
 * keys none. Afterwards the hub sees that nobody was reached.
 */
import type pg from 'pg';
import { appendEntry } from '../audit/append.ts';
import { inTransaction, type Sql } from '../db.ts';
import { ringRegistered } from '../disclosures/callbacks.ts';
import { plusSeconds } from '../lib/clock.ts';
import { addDays, instantOf, localParts } from '../lib/japan-time.ts';
import type { RollCallContext } from './calling.ts';
import type { Side } from './swap.ts';
import * as store from './swap-store.ts';

export const mostRings = 3;
const againSeconds = 3600;
/** A call that says nothing of its end is looked at again. */
const lookAgainSeconds = 120;
const hours = { from: 8 * 60, to: 20 * 60 } as const;

/** Now, when it is day; otherwise eight in the morning. */
export function ringTime(at: Date): Date {
  const { date, minute } = localParts(at);
  if (minute < hours.from) return instantOf(date, hours.from);
  return minute < hours.to ? at : instantOf(addDays(date, 1), hours.from);
}

/** Whose word is asked for by telephone. */
export const sideToRing = (row: Pick<store.SwapRow, 'taker_confirmed_at'>): Side =>
  row.taker_confirmed_at === null ? 'taker' : 'giver';

/** Rings for what is due. Any process may run it; twice equals once. @returns how many there were. */
export async function ringForSwaps(ctx: RollCallContext & { db: pg.Pool }): Promise<number> {
  const due = await store.swapsToRing(ctx.db, ctx.clock.now(), 50);
  for (const { id, association_id: associationId } of due) {
    const callbackId = await inTransaction(ctx.db, (tx) => ring(ctx, tx, associationId, id));
    if (callbackId) ctx.wake('place-callbacks', callbackId);
  }
  return due.length;
}

/** @returns the call to be woken. */
async function ring(ctx: RollCallContext, tx: Sql, associationId: string, id: string): Promise<string | null> {
  const at = ctx.clock.now();
  const row = await store.lockSwap(tx, associationId, id);
  if (row?.status !== 'waiting' || !row.ring_due_at || row.ring_due_at > at) return null;
  const { ring_rounds: rounds, ring_callback_id: lastCall } = row;
  const again = (dueAt: Date | null): Promise<void> => store.saveRing(tx, id, { dueAt, rounds, callbackId: lastCall });
  if (lastCall && (await store.isCallOpen(tx, lastCall))) {
    await again(plusSeconds(at, lookAgainSeconds));
    return null;
  }
  const doctorId = sideToRing(row) === 'taker' ? row.taker_id : row.giver_id;
  const phones = await store.phonesOf(tx, doctorId);
  const phone = phones[rounds % Math.max(1, phones.length)];
  if (!phone || rounds >= mostRings) {
    await again(null);
    const entry = { chainId: id, associationId, at, actor: 'clock', cause: 'due' };
    await appendEntry(tx, { ...entry, kind: 'swap_not_reached', data: { doctorId, rounds } });
    return null;
  }
  const when = ringTime(at);
  if (when > at) {
    await again(when);
    return null;
  }
  const call = { purpose: 'swap' as const, associationId, swapId: id, doctorId, phone, at };
  const callbackId = await ringRegistered(tx, ctx, call);
  await store.saveRing(tx, id, { dueAt: plusSeconds(at, againSeconds), rounds: rounds + 1, callbackId });
  return callbackId;
}
