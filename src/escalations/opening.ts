import { firstHash } from '../audit/chain.ts';
import { inOrder, inTransaction, type Sql } from '../db.ts';
import { advance } from './advance.ts';
import type { Advanced, Answer, CaseContext, Cause } from './context.ts';
import { evolve } from './evolve.ts';
import { planOf } from './plan.ts';
import { type Attempt, nothingYet, RepeatedWebhook, settle, startOver, step } from './recording.ts';
import * as store from './store.ts';
import type { CaseKind, Fact, UrgentCall } from './urgent-call.ts';

/** As `Answer`, for a call that opens a case or continues the one that is open already. */
export interface OpeningAnswer {
  receiptKey: string;
  reply(call: UrgentCall, how: 'opened' | 'continued'): Promise<string>;
}

export interface NewCase {
  associationId: string;
  kind: CaseKind;
  patientId: string | null;
  areaId: string | null;
  callId: string;
  /** E.164 of the caller; null when withheld. */
  callerNumber: string | null;
}

/**
 * Opens a case and takes its first step in the same transaction, so that the first leg is in the outbox when the caller
 * hears the first word. A further call about the same patient, or from the same telephone without a card, continues the
 * open case instead.
 * @returns the reply to the webhook; the stored one if this webhook was answered before.
 */
export async function openCase(ctx: CaseContext, wanted: NewCase, cause: Cause, words: OpeningAnswer): Promise<string> {
  const { receiptKey } = words;
  const { associationId, kind, patientId, areaId, callerNumber } = wanted;
  const same = { associationId, patientId, areaId, e164: callerNumber, kind };
  const [repeated, existing] = await Promise.all([
    store.storedReply(ctx.db, receiptKey),
    store.openCaseOf(ctx.db, same),
  ]);
  if (repeated !== null) return repeated;
  if (existing) {
    const attached = await attachCaller(ctx, existing, wanted, cause, words);
    if (attached) return attached;
  }
  const answer: Answer = { receiptKey, reply: (call) => words.reply(call, 'opened') };
  const attempt: Attempt = { ctx, command: { type: 'tick' }, cause, answer, afterwards: nothingYet() };
  try {
    const opened = await inTransaction(ctx.db, (tx) => {
      startOver(attempt.afterwards);
      return insertOpened(attempt, tx, wanted);
    });
    settle(ctx, attempt.afterwards);
    return opened.reply ?? '';
  } catch (error) {
    // Another call about this patient opened the case in this very moment: continue that one.
    if (!isUniqueViolation(error) && !(error instanceof RepeatedWebhook)) throw error;
    const other = await store.openCaseOf(ctx.db, same);
    const attached = other && (await attachCaller(ctx, other, wanted, cause, words));
    if (attached) return attached;
    throw error;
  }
}

/** The new case and its first step. */
async function insertOpened(attempt: Attempt, tx: Sql, wanted: NewCase): Promise<Advanced> {
  const { ctx } = attempt;
  const { associationId, kind, patientId, areaId, callId, callerNumber } = wanted;
  const at = ctx.clock.now();
  const lineId = ctx.ids.next('cl');
  const line = store.insertCallerLine(tx, { id: lineId, associationId, e164: callerNumber, at });
  const [, override] = await inOrder(line, areaId ? store.areaPlan(tx, areaId) : Promise.resolve({}));
  const { plan, fault } = planOf(ctx.plan, override);
  if (fault) ctx.log.warn('area_plan_refused', { areaId });
  const id = ctx.ids.next('uc');
  const canBeCalledBack = callerNumber !== null;
  const caller = { lineId, canBeCalledBack, presence: 'on_line' as const, callId, wantsCallBack: false };
  const fact: Fact = { type: 'case_opened', id, associationId, kind, patientId, areaId, plan, caller };
  const call = evolve(null, fact, at.getTime());
  const inserted = store.insertCase(tx, call, firstHash(id));
  const locked = { state: call, audit_seq: 0, audit_hash: firstHash(id), due_at: null, reply: null };
  const [, stepped] = await inOrder(inserted, step(attempt, tx, locked, at, [fact]));
  return stepped;
}

const isUniqueViolation = (error: unknown): boolean =>
  error instanceof Error && 'code' in error && error.code === '23505';

async function attachCaller(
  ctx: CaseContext,
  caseId: string,
  { associationId, callId, callerNumber }: NewCase,
  cause: Cause,
  words: OpeningAnswer,
): Promise<string | null> {
  const answer: Answer = { receiptKey: words.receiptKey, reply: (call) => words.reply(call, 'continued') };
  const call = await store.readCase(ctx.db, caseId);
  if (!call || call.status === 'closed') return null;
  if (call.caller.callId === callId)
    return (await advance(ctx, caseId, { type: 'tick' }, cause, answer))?.reply ?? null;
  const lineId = ctx.ids.next('cl');
  await store.insertCallerLine(ctx.db, { id: lineId, associationId, e164: callerNumber, at: ctx.clock.now() });
  const command = { type: 'attach_caller', lineId, callId, canBeCalledBack: callerNumber !== null } as const;
  const advanced = await advance(ctx, caseId, command, cause, answer);
  return advanced?.refused === 'case_closed' ? null : (advanced?.reply ?? null);
}
