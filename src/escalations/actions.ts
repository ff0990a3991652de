import type pg from 'pg';
import { entryHash, firstHash } from '../audit/chain.ts';
import type { AuditKind } from '../audit/kinds.ts';
import { inOrder, inTransaction, type Sql } from '../db.ts';
import type { Clock } from '../lib/clock.ts';
import { plusSeconds } from '../lib/clock.ts';
import type { Ids } from '../lib/ids.ts';
import type { Log } from '../log.ts';
import { decide } from './decide.ts';
import type { Decision } from './decision.ts';
import { evolve } from './evolve.ts';
import type { CaseMemory } from './memory.ts';
import { type Plan, planOf } from './plan.ts';
import { dueAt } from './proceed.ts';
import type { Command } from './react.ts';
import { releaseDoctors } from './reservation-store.ts';
import { type Drawn, draw, freedDoctors, isReserving } from './reservations.ts';
import { type AuditRow, type LegRow, saveCase } from './save-store.ts';
import * as store from './store.ts';
import type { CaseKind, Fact, UrgentCall } from './urgent-call.ts';

/** The jobs that anything of ours may wake (workers/jobs.ts has their table). */
export type WakeJob = 'perform-effect' | 'place-calls' | 'advance-case' | 'render-disclosure' | 'place-callbacks';

/** What the actions of a case need of the process they run in. */
export interface CaseContext {
  db: pg.Pool;
  clock: Clock;
  ids: Ids;
  log: Log;
  plan: Plan;
  memory: CaseMemory;
  /** Counts what happened, by kind; nothing of whom (metrics). */
  count(what: 'fact' | 'refusal' | 'effect', kind: string): void;
  /** Wakes a worker; may be lost without harm (the sweeper finds what is due). */
  wake(job: WakeJob, id: string, delaySeconds?: number): void;
}

/** Who did it and what led here; both stand in the log. */
export interface Cause {
  actor: string;
  cause: string;
}

/** What a webhook wants of a decision: its key, so that a repeat changes nothing, and the words to answer with. */
export interface Answer {
  receiptKey: string;
  reply(call: UrgentCall, refused: string | null, sql: Sql): Promise<string>;
}

export interface Advanced {
  call: UrgentCall;
  refused: string | null;
  reply: string | null;
}

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
  const afterwards: Afterwards = { wakes: [], saved: null };
  const take = { ctx, command, cause, answer, afterwards };
  const remembered = ctx.memory.recall(caseId);
  let outcome: Advanced | null | 'needs_lock' | 'overtaken' = remembered
    ? await advanceUnlocked(take, remembered, true)
    : 'overtaken';
  if (outcome === 'overtaken') {
    const found = await store.peekCase(ctx.db, caseId, answer?.receiptKey ?? null);
    if (!found) return null;
    if (found.reply !== null) return { call: found.state, refused: 'repeated', reply: found.reply };
    outcome = await advanceUnlocked(take, found, false);
  }
  const advanced = typeof outcome === 'string' ? await advanceLocked(take, caseId) : outcome;
  settle(ctx, afterwards);
  return advanced;
}

interface Attempt {
  ctx: CaseContext;
  command: Command;
  cause: Cause;
  answer: Answer | undefined;
  afterwards: Afterwards;
}

/** @returns `overtaken`, and nothing is written, when the case has gone on since, or this webhook was answered before. */
async function advanceUnlocked(
  { ctx, command, cause, answer, afterwards }: Attempt,
  from: store.CaseAsRead,
  isRemembered: boolean,
): Promise<Advanced | 'needs_lock' | 'overtaken'> {
  const at = ctx.clock.now();
  const { decision, missing } = decide(from.state, command, at.getTime(), ctx.ids, {});
  if (missing.length > 0 || isReserving(decision) || freedDoctors(from.state, decision.call)) return 'needs_lock';
  // Where nothing would be written, nothing would tell that the memory is old.
  if (isRemembered && !answer && decision.facts.length === 0 && !decision.refused) return 'overtaken';
  const recorded = await record(ctx, ctx.db, from, { decision, known: {} }, cause, answer, afterwards, at);
  return recorded ?? 'overtaken';
}

async function advanceLocked(attempt: Attempt, caseId: string): Promise<Advanced | null> {
  const { ctx, command, cause, answer, afterwards } = attempt;
  const outcome = await inTransaction(ctx.db, async (tx) => {
    startOver(afterwards);
    const locked = await store.lockCase(tx, caseId, answer?.receiptKey ?? null);
    if (!locked) return null;
    if (locked.reply !== null) return { call: locked.state, refused: 'repeated', reply: locked.reply };
    return step(ctx, tx, locked, command, cause, answer, afterwards, ctx.clock.now());
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

/** Two deliveries of one webhook ran at the same moment; the other one was first. */
class RepeatedWebhook extends Error {}

/** What is done once a change is committed, and not before. */
interface Afterwards {
  wakes: Wake[];
  saved: store.CaseAsRead | null;
}

interface Wake {
  job: 'perform-effect' | 'place-calls' | 'advance-case';
  id: string;
  delaySeconds: number;
}

function settle(ctx: CaseContext, { wakes, saved }: Afterwards): void {
  if (saved?.state.status === 'closed') ctx.memory.forget(saved.state.id);
  else if (saved) ctx.memory.keep(saved.state.id, saved);
  for (const { job, id, delaySeconds } of wakes) ctx.wake(job, id, delaySeconds);
}

function startOver(afterwards: Afterwards): void {
  afterwards.wakes.length = 0;
  afterwards.saved = null;
}

async function step(
  ctx: CaseContext,
  tx: Sql,
  locked: store.CaseAsRead,
  command: Command,
  cause: Cause,
  answer: Answer | undefined,
  afterwards: Afterwards,
  at: Date,
  opening: readonly Fact[] = [],
): Promise<Advanced> {
  const drawn = await draw(ctx, tx, locked.state, command, at);
  const recorded = await record(ctx, tx, locked, drawn, cause, answer, afterwards, at, opening);
  if (recorded) {
    const kept = freedDoctors(locked.state, drawn.decision.call);
    if (kept) await releaseDoctors(tx, drawn.decision.call.id, kept);
    return recorded;
  }
  if (answer) throw new RepeatedWebhook();
  throw new Error(`the acceptance of case ${locked.state.id} was not free`);
}

/** Writes down what was decided: log, row, telephones, outbox, receipt. @returns null, and nothing is written, when it may not be. */
async function record(
  ctx: CaseContext,
  sql: Sql,
  from: store.CaseAsRead,
  { decision, known }: Drawn,
  cause: Cause,
  answer: Answer | undefined,
  afterwards: Afterwards,
  at: Date,
  opening: readonly Fact[] = [],
): Promise<Advanced | null> {
  const { call, refused } = decision;
  const reply = answer ? await answer.reply(call, refused, sql) : null;
  const due = dueAt(call, at.getTime(), known);
  const facts = [...opening, ...decision.facts];
  const log = chained(from, facts, decision, cause, at);
  const effects = decision.effects.map((effect) => ({
    id: ctx.ids.next('ef'),
    leg_id: 'legId' in effect ? effect.legId : null,
    kind: effect.kind,
    what: 'what' in effect ? effect.what : null,
    priority: 'priority' in effect ? effect.priority : 1,
    due_at: plusSeconds(at, 'afterSeconds' in effect ? effect.afterSeconds : 0).toISOString(),
  }));
  const receipt = answer ? { key: answer.receiptKey, reply: reply ?? '' } : null;
  const isUnchanged = log.entries.length === 0 && effects.length === 0 && due === (from.due_at?.getTime() ?? null);
  if (isUnchanged) {
    // Half of all webhooks ("initiated", "say it again", "still waiting") tell nothing new: only their reply is kept.
    const isKept = receipt === null || (await store.insertReceipt(sql, receipt, call.id, from.audit_hash, at));
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
  for (const effect of effects) {
    const delaySeconds = Math.max(0, (new Date(effect.due_at).getTime() - at.getTime()) / 1000);
    afterwards.wakes.push({
      job: effect.kind === 'place-call' ? 'place-calls' : 'perform-effect',
      id: effect.id,
      delaySeconds,
    });
  }
  if (due !== null && due !== from.due_at?.getTime())
    afterwards.wakes.push({ job: 'advance-case', id: call.id, delaySeconds: Math.max(0, (due - at.getTime()) / 1000) });
  const due_at = due === null ? null : new Date(due);
  afterwards.saved = { state: call, audit_seq: log.auditSeq, audit_hash: log.auditHash, due_at, reply: null };
  return { call, refused, reply };
}

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
  const { associationId, kind, patientId, areaId, callId, callerNumber } = wanted;
  const [repeated, existing] = await Promise.all([
    store.storedReply(ctx.db, receiptKey),
    store.openCaseOf(ctx.db, { associationId, patientId, areaId, e164: callerNumber, kind }),
  ]);
  if (repeated !== null) return repeated;
  if (existing) {
    const attached = await attachCaller(ctx, existing, wanted, cause, words);
    if (attached) return attached;
  }
  const afterwards: Afterwards = { wakes: [], saved: null };
  const answer: Answer = { receiptKey, reply: (call) => words.reply(call, 'opened') };
  try {
    const opened = await inTransaction(ctx.db, async (tx) => {
      startOver(afterwards);
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
      const [, stepped] = await inOrder(
        inserted,
        step(ctx, tx, locked, { type: 'tick' }, cause, answer, afterwards, at, [fact]),
      );
      return stepped;
    });
    settle(ctx, afterwards);
    return opened.reply ?? '';
  } catch (error) {
    // Another call about this patient opened the case in this very moment: continue that one.
    if (!isUniqueViolation(error) && !(error instanceof RepeatedWebhook)) throw error;
    const other = await store.openCaseOf(ctx.db, { associationId, patientId, areaId, e164: callerNumber, kind });
    const attached = other && (await attachCaller(ctx, other, wanted, cause, words));
    if (attached) return attached;
    throw error;
  }
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

/** What happened in a case, from its own log. */
export const caseFacts = store.caseFacts;

/** The open case whose caller is on this carrier call, or null. */
export const caseOfCallerCall = (ctx: CaseContext, callId: string): Promise<string | null> =>
  store.caseOfCallerCall(ctx.db, callId);

/** Keeps the carrier's id of the running conference; forgotten when it ends. */
export const announceCaseConference = (
  ctx: CaseContext,
  caseId: string,
  conferenceId: string,
  isRunning: boolean,
): Promise<void> => store.setConference(ctx.db, caseId, conferenceId, isRunning);

/** A case as it stands, without locking it. */
export const readCase = (ctx: Pick<CaseContext, 'db'>, caseId: string): Promise<UrgentCall | null> =>
  store.readCase(ctx.db, caseId);

/**
 * After a time in which nobody listened (the gateway was down): the carrier reports an event once, so whatever happened
 * meanwhile is asked for, line by line. Without it a doctor who hung up would be noticed only a minute later.
 * @returns how many open cases were looked at.
 */
export async function lookAgainAtOpenCases(ctx: CaseContext): Promise<number> {
  const open = await store.openCases(ctx.db);
  for (const caseId of open) await advance(ctx, caseId, { type: 'look_again' }, { actor: 'clock', cause: 'restart' });
  return open.length;
}

/** Cases whose time has come, oldest first, without those that another process is busy with. */
export const dueCases = (ctx: CaseContext, at: Date, limit: number): Promise<string[]> =>
  store.dueCases(ctx.db, at, limit);

/** Whether anybody waits tonight; work that can wait stands back then. */
export const hasOpenCases = (ctx: Pick<CaseContext, 'db'>): Promise<boolean> => store.hasOpenCases(ctx.db);
