import { inTransaction } from '../db.ts';
import type { Command } from './command.ts';
import type { Advanced, Answer, CaseContext, Cause } from './context.ts';
import { decide } from './decide.ts';
import { type Attempt, nothingYet, RepeatedWebhook, record, settle, startOver, step } from './recording.ts';
import { freedDoctors, isReserving } from './reservations.ts';
import * as store from './store.ts';

/**
 * The one way a case changes: read → decide → reserve → log → save → outbox, atomically; then wake the workers. A repeated
 * webhook gets its first reply and changes nothing.
 *
 * What reserves nothing is one statement that saves only if the case has not gone on since it was read, or since this process
 * last saved it (`memory`): no round trip to read, and no lock is held while words are looked up. Whatever reserves a phone or a
 * bed, and whoever was overtaken twice, takes the lock.
 * @returns null when there is no such case.
 */
export async function advance(
  ctx: CaseContext,
  caseId: string,
  command: Command,
  cause: Cause,
  answer?: Answer,
): Promise<Advanced | null> {
  const attempt: Attempt = { ctx, command, cause, answer, afterwards: nothingYet() };
  const remembered = ctx.memory.recall(caseId);
  let outcome: Advanced | null | 'needs_lock' | 'overtaken' = remembered
    ? await advanceUnlocked(attempt, remembered, true)
    : 'overtaken';
  if (outcome === 'overtaken') {
    const found = await store.peekCase(ctx.db, caseId, answer?.receiptKey ?? null);
    if (!found) return null;
    if (found.reply !== null) return { call: found.state, refused: 'repeated', reply: found.reply };
    outcome = await advanceUnlocked(attempt, found, false);
  }
  const advanced = typeof outcome === 'string' ? await advanceLocked(attempt, caseId) : outcome;
  settle(ctx, attempt.afterwards);
  return advanced;
}

/** @returns `overtaken`, and nothing is written, when the case has gone on since, or this webhook was answered before. */
async function advanceUnlocked(
  attempt: Attempt,
  from: store.CaseAsRead,
  isRemembered: boolean,
): Promise<Advanced | 'needs_lock' | 'overtaken'> {
  const { ctx, command, answer } = attempt;
  const at = ctx.clock.now();
  const { decision, missing } = decide(from.state, command, at.getTime(), ctx.ids, {});
  if (missing.length > 0 || isReserving(decision) || freedDoctors(from.state, decision.call)) return 'needs_lock';
  // Where nothing would be written, nothing would tell that the memory is old.
  if (isRemembered && !answer && decision.facts.length === 0 && !decision.refused) return 'overtaken';
  const recorded = await record(attempt, ctx.db, from, { decision, known: {} }, at);
  return recorded ?? 'overtaken';
}

async function advanceLocked(attempt: Attempt, caseId: string): Promise<Advanced | null> {
  const { ctx, answer, afterwards } = attempt;
  const outcome = await inTransaction(ctx.db, async (tx) => {
    startOver(afterwards);
    const locked = await store.lockCase(tx, caseId, answer?.receiptKey ?? null);
    if (!locked) return null;
    if (locked.reply !== null) return { call: locked.state, refused: 'repeated', reply: locked.reply };
    return step(attempt, tx, locked, ctx.clock.now());
  }).catch((error: unknown) => {
    if (error instanceof RepeatedWebhook) return 'repeated' as const;
    throw error;
  });
  if (outcome !== 'repeated') return outcome;
  startOver(afterwards);
  if (!answer) throw new Error(`case ${caseId} refused a command without receipt`);
  const call = await store.readCase(ctx.db, caseId);
  return call && { call, refused: 'repeated', reply: await store.storedReply(ctx.db, answer.receiptKey) };
}
