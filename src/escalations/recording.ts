/** How what was decided of a case is written down, and what is done once that is committed. */
import { entryHash } from '../audit/chain.ts';
import type { AuditKind } from '../audit/kinds.ts';
import type { Sql } from '../db.ts';
import { plusSeconds } from '../lib/clock.ts';
import type { Command } from './command.ts';
import type { Advanced, Answer, CaseContext, Cause } from './context.ts';
import type { Decision } from './decision.ts';
import { dueAt } from './proceed.ts';
import { releaseDoctors } from './reservation-store.ts';
import { type Drawn, draw, freedDoctors } from './reservations.ts';
import { type AuditRow, type EffectRow, type LegRow, saveCase } from './save-store.ts';
import { type CaseAsRead, insertReceipt } from './store.ts';
import type { Effect, Fact, UrgentCall } from './urgent-call.ts';

/** One command to a case, on its way to be decided and written down. */
export interface Attempt {
  ctx: CaseContext;
  command: Command;
  cause: Cause;
  answer: Answer | undefined;
  afterwards: Afterwards;
}

/** What is done once a change is committed, and not before. */
export interface Afterwards {
  wakes: { job: 'perform-effect' | 'place-calls' | 'advance-case'; id: string; delaySeconds: number }[];
  saved: CaseAsRead | null;
}

export const nothingYet = (): Afterwards => ({ wakes: [], saved: null });

/** The transaction begins again, or was for nothing. */
export function startOver(afterwards: Afterwards): void {
  Object.assign(afterwards, nothingYet());
}

/** It is committed: workers are woken, and this process remembers the case. */
export function settle(ctx: CaseContext, { wakes, saved }: Afterwards): void {
  if (saved?.state.status === 'closed') ctx.memory.forget(saved.state.id);
  else if (saved) ctx.memory.keep(saved.state.id, saved);
  for (const { job, id, delaySeconds } of wakes) ctx.wake(job, id, delaySeconds);
}

/** Two deliveries of one webhook ran at the same moment; the other one was first. */
export class RepeatedWebhook extends Error {}

/**
 * Decides under the case's lock, with what it reserves, and writes it down.
 * @param opening facts that begin the log of a new case.
 * @throws RepeatedWebhook
 */
export async function step(
  attempt: Attempt,
  tx: Sql,
  locked: CaseAsRead,
  at: Date,
  opening: readonly Fact[] = [],
): Promise<Advanced> {
  const drawn = await draw(attempt.ctx, tx, locked.state, attempt.command, at);
  const recorded = await record(attempt, tx, locked, drawn, at, opening);
  if (recorded) {
    const kept = freedDoctors(locked.state, drawn.decision.call);
    if (kept) await releaseDoctors(tx, drawn.decision.call.id, kept);
    return recorded;
  }
  if (attempt.answer) throw new RepeatedWebhook();
  throw new Error(`the acceptance of case ${locked.state.id} was not free`);
}

/** Writes down what was decided: log, row, telephones, outbox, receipt. @returns null, and nothing is written, when it may not be. */
export async function record(
  { ctx, cause, answer, afterwards }: Attempt,
  sql: Sql,
  from: CaseAsRead,
  { decision, known }: Drawn,
  at: Date,
  opening: readonly Fact[] = [],
): Promise<Advanced | null> {
  const { call, refused } = decision;
  const reply = answer ? await answer.reply(call, refused, sql) : null;
  const due = dueAt(call, at.getTime(), known);
  const facts = [...opening, ...decision.facts];
  const log = chained(from, facts, decision, cause, at);
  const effects = decision.effects.map((effect) => effectRow(effect, ctx.ids.next('ef'), at));
  const receipt = answer ? { key: answer.receiptKey, reply: reply ?? '' } : null;
  const isNewlyDue = due !== (from.due_at?.getTime() ?? null);
  if (log.entries.length === 0 && effects.length === 0 && !isNewlyDue) {
    // Half of all webhooks ("initiated", "say it again", "still waiting") tell nothing new: only their reply is kept.
    const isKept = receipt === null || (await insertReceipt(sql, receipt, call.id, from.audit_hash, at));
    return isKept ? { call, refused, reply } : null;
  }
  const isSaved = await saveCase(sql, {
    call,
    decidedOnHash: from.audit_hash,
    acceptedBy: call.acceptance ? call.acceptance.subjectId : null,
    dueAt: due,
    ...log,
    legs: changedLegs(from.state, call),
    effects,
    receipt,
    at,
  });
  if (!isSaved) return null;
  for (const fact of facts) ctx.count('fact', fact.type);
  if (refused) ctx.count('refusal', refused);
  const secondsTo = (then: number): number => Math.max(0, (then - at.getTime()) / 1000);
  for (const { id, kind, due_at } of effects) {
    const job = kind === 'place-call' ? 'place-calls' : 'perform-effect';
    afterwards.wakes.push({ job, id, delaySeconds: secondsTo(Date.parse(due_at)) });
  }
  if (due !== null && isNewlyDue)
    afterwards.wakes.push({ job: 'advance-case', id: call.id, delaySeconds: secondsTo(due) });
  const due_at = due === null ? null : new Date(due);
  afterwards.saved = { state: call, audit_seq: log.auditSeq, audit_hash: log.auditHash, due_at, reply: null };
  return { call, refused, reply };
}

const effectRow = (effect: Effect, id: string, at: Date): EffectRow => ({
  ...{ id, kind: effect.kind },
  leg_id: 'legId' in effect ? effect.legId : null,
  what: 'what' in effect ? effect.what : null,
  priority: 'priority' in effect ? effect.priority : 1,
  due_at: plusSeconds(at, 'afterSeconds' in effect ? effect.afterSeconds : 0).toISOString(),
});

function changedLegs(before: UrgentCall, after: UrgentCall): LegRow[] {
  return Object.values(after.legs).flatMap((leg) => {
    if (before.legs[leg.id] === leg) return [];
    const ended_at = leg.endedAt === null ? null : new Date(leg.endedAt).toISOString();
    return [
      { id: leg.id, status: leg.status, outcome: leg.outcome, call_sid: leg.callId, is_live: !leg.isDown, ended_at },
    ];
  });
}

/** The facts as entries of the case's own hash chain; a refusal is an entry too. Nothing happened: no entry. */
function chained(
  from: { audit_seq: number; audit_hash: Buffer },
  facts: readonly Fact[],
  decision: Decision,
  { actor, cause }: Cause,
  at: Date,
): { auditSeq: number; auditHash: Buffer; entries: AuditRow[] } {
  const { id: chainId, associationId } = decision.call;
  let seq = from.audit_seq;
  let hash = from.audit_hash;
  const entries: AuditRow[] = [];
  const add = (kind: AuditKind, data: unknown): void => {
    const prev = hash;
    seq += 1;
    hash = entryHash(prev, { chainId, seq, associationId, at, actor, cause, kind, data });
    entries.push({ seq, actor, cause, kind, data, prev_hash: prev.toString('hex'), hash: hash.toString('hex') });
  };
  for (const fact of facts) add(fact.type, fact);
  if (decision.refused) add('refused', { reason: decision.refused });
  return { auditSeq: seq, auditHash: hash, entries };
}
