import type pg from 'pg';
import { entryHash, firstHash } from '../audit/chain.ts';
import { admitToBed, askForBed, hospitalsToAsk, refuseBed } from '../beds/actions.ts';
import { inTransaction, type Sql } from '../db.ts';
import type { Clock } from '../lib/clock.ts';
import { plusSeconds } from '../lib/clock.ts';
import type { Ids } from '../lib/ids.ts';
import type { Log } from '../log.ts';
import { decide } from './decide.ts';
import type { Decision, Surroundings, Taken } from './decision.ts';
import { evolve } from './evolve.ts';
import { type Plan, planOf } from './plan.ts';
import { dueAt } from './proceed.ts';
import type { Command } from './react.ts';
import * as store from './store.ts';
import { lookAround } from './surroundings.ts';
import type { CaseKind, Fact, UrgentCall } from './urgent-call.ts';

/** What the actions of a case need of the process they run in. */
export interface CaseContext {
  db: pg.Pool;
  clock: Clock;
  ids: Ids;
  log: Log;
  plan: Plan;
  /** Counts what happened, by kind; nothing of whom (metrics). */
  count(what: 'fact' | 'refusal' | 'effect', kind: string): void;
  /** Wakes a worker; may be lost without harm (the sweeper finds what is due). */
  wake(job: 'perform-effect' | 'place-calls' | 'advance-case', id: string, delaySeconds?: number): void;
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
 * The one way a case changes: lock → decide → reserve → log → save → outbox, in one transaction; then wake the workers.
 * A repeated webhook gets its first reply and changes nothing.
 * @returns null when there is no such case.
 */
export async function advance(
  ctx: CaseContext,
  caseId: string,
  command: Command,
  cause: Cause,
  answer?: Answer,
): Promise<Advanced | null> {
  const wakes: Wake[] = [];
  const outcome = await inTransaction(ctx.db, async (tx) => {
    wakes.length = 0;
    const locked = await store.lockCase(tx, caseId, answer?.receiptKey ?? null);
    if (!locked) return null;
    if (locked.reply !== null) return { call: locked.state, refused: 'repeated', reply: locked.reply };
    return step(ctx, tx, locked, command, cause, answer, wakes, ctx.clock.now());
  }).catch((error: unknown) => {
    if (error instanceof RepeatedWebhook) return 'repeated' as const;
    throw error;
  });
  if (outcome === 'repeated' && answer) {
    const call = await store.readCase(ctx.db, caseId);
    return call && { call, refused: 'repeated', reply: await store.storedReply(ctx.db, answer.receiptKey) };
  }
  if (outcome === 'repeated') throw new Error(`case ${caseId} refused a command without receipt`);
  for (const { job, id, delaySeconds } of wakes) ctx.wake(job, id, delaySeconds);
  return outcome;
}

/** Two deliveries of one webhook ran at the same moment; the other one was first. */
class RepeatedWebhook extends Error {}

interface Wake {
  job: 'perform-effect' | 'place-calls' | 'advance-case';
  id: string;
  delaySeconds: number;
}

async function step(
  ctx: CaseContext,
  tx: Sql,
  locked: store.LockedCase,
  command: Command,
  cause: Cause,
  answer: Answer | undefined,
  wakes: Wake[],
  at: Date,
  opening: readonly Fact[] = [],
): Promise<Advanced> {
  const { decision, known } = await draw(ctx, tx, locked.state, command, at);
  const { call, refused } = decision;
  const reply = answer ? await answer.reply(call, refused, tx) : null;
  const due = dueAt(call, at.getTime(), known);
  const facts = [...opening, ...decision.facts];
  const log = chained(locked, facts, decision, cause, at);
  const effects = decision.effects.map((effect) => ({
    id: ctx.ids.next('ef'),
    leg_id: 'legId' in effect ? effect.legId : null,
    kind: effect.kind,
    what: 'what' in effect ? effect.what : null,
    priority: 'priority' in effect ? effect.priority : 1,
    due_at: plusSeconds(at, 'afterSeconds' in effect ? effect.afterSeconds : 0).toISOString(),
  }));
  const receipt = answer ? { key: answer.receiptKey, reply: reply ?? '' } : null;
  const isUnchanged = log.entries.length === 0 && effects.length === 0 && due === (locked.due_at?.getTime() ?? null);
  if (isUnchanged) {
    // Half of all webhooks ("initiated", "say it again", "still waiting") tell nothing new: only their reply is kept.
    if (receipt && !(await store.insertReceipt(tx, receipt, at))) throw new RepeatedWebhook();
    return { call, refused, reply };
  }
  const isSaved = await store.saveCase(tx, {
    call,
    acceptedBy: call.acceptance ? call.acceptance.subjectId : null,
    dueAt: due,
    ...log,
    legs: changedLegs(locked.state, call),
    effects,
    receipt,
    at,
  });
  if (!isSaved) {
    if (answer) throw new RepeatedWebhook();
    throw new Error(`the acceptance of case ${call.id} was not free`);
  }
  await releaseDoctors(tx, locked.state, call);
  for (const fact of facts) ctx.count('fact', fact.type);
  if (refused) ctx.count('refusal', refused);
  for (const effect of effects) {
    const delaySeconds = Math.max(0, (new Date(effect.due_at).getTime() - at.getTime()) / 1000);
    wakes.push({ job: effect.kind === 'place-call' ? 'place-calls' : 'perform-effect', id: effect.id, delaySeconds });
  }
  if (due !== null && due !== locked.due_at?.getTime())
    wakes.push({ job: 'advance-case', id: call.id, delaySeconds: Math.max(0, (due - at.getTime()) / 1000) });
  return { call, refused, reply };
}

/**
 * Decides, looks up whom the decision asked for, reserves what it wants; starts again when another case was quicker.
 * Bounded: each turn either learns a part of the surroundings or marks something as taken.
 */
async function draw(
  ctx: CaseContext,
  tx: Sql,
  call: UrgentCall,
  command: Command,
  at: Date,
): Promise<{ decision: Decision; known: Partial<Surroundings> }> {
  const known: Partial<Surroundings> = {};
  const taken = { phones: new Set<string>(), hospitals: new Set<string>(), bedRequests: new Set<string>() };
  for (let turn = 0; turn < 50; turn++) {
    const { decision, missing } = decide(call, command, at.getTime(), ctx.ids, known, taken);
    if (missing.length > 0) {
      Object.assign(known, await lookAround(tx, call, missing, at));
      continue;
    }
    const wants = decision.facts.some((fact) => reserving.has(fact.type));
    if (!wants) return { decision, known };
    const [, isReserved] = await inOrder(tx.query('savepoint reservation'), reserve(tx, decision, at, taken));
    if (isReserved) return { decision, known };
    await tx.query('rollback to savepoint reservation');
  }
  throw new Error(`case ${call.id} found no decision it could reserve`);
}

const reserving: ReadonlySet<Fact['type']> = new Set(['leg_requested', 'bed_asked', 'bed_accepted', 'bed_refused']);

/** Lock order: case (held), bed offer, doctor, phone. @returns false when something was taken, now marked in `taken`. */
async function reserve(
  tx: Sql,
  decision: Decision,
  at: Date,
  taken: { [Part in keyof Taken]: Set<string> },
): Promise<boolean> {
  const { call } = decision;
  for (const fact of decision.facts) {
    if (fact.type === 'bed_accepted' && !(await admitToBed(tx, fact.requestId, at))) {
      taken.bedRequests.add(fact.requestId);
      return false;
    }
    if (fact.type === 'bed_refused') await refuseBed(tx, fact.requestId, fact.refusal, at);
    if (fact.type === 'bed_asked') {
      const { associationId, patientId, plan, id: caseId } = call;
      const { bedType } = await hospitalsToAsk(tx, { associationId, patientId, at });
      const { requestId, hospitalId } = fact;
      const isHeld = await askForBed(tx, { requestId, caseId, hospitalId, bedType, at, holdSeconds: plan.holdSeconds });
      if (!isHeld) {
        taken.hospitals.add(hospitalId);
        return false;
      }
    }
  }
  return reserveLegs(tx, decision, at, taken.phones);
}

async function reserveLegs(tx: Sql, decision: Decision, at: Date, takenPhones: Set<string>): Promise<boolean> {
  const legs = decision.facts.flatMap((fact) => {
    if (fact.type !== 'leg_requested') return [];
    const { legId: id, role, subjectId: subject_id, phoneId: phone_id, requestId: request_id } = fact;
    return [{ id, role, subject_id, phone_id, request_id, is_reserving: role === 'doctor' }];
  });
  if (legs.length === 0) return true;
  const granted = await store.claimLegs(tx, decision.call.id, legs, at);
  if (granted.length === legs.length) return true;
  for (const leg of legs) if (!granted.includes(leg.id)) takenPhones.add(leg.phone_id);
  return false;
}

/** A doctor stays reserved while a phone of his is live here, or while the case is his. */
async function releaseDoctors(tx: Sql, before: UrgentCall, after: UrgentCall): Promise<void> {
  const kept = reservedDoctors(after);
  const isReleasing = [...reservedDoctors(before)].some((doctorId) => !kept.has(doctorId));
  if (isReleasing) await store.releaseDoctors(tx, after.id, [...kept]);
}

function reservedDoctors(call: UrgentCall): Set<string> {
  const legs = Object.values(call.legs).filter((leg) => leg.role === 'doctor' && !leg.isDown);
  const doctors = new Set(legs.map((leg) => leg.subjectId));
  if (call.status === 'accepted' && call.acceptance?.role === 'doctor') doctors.add(call.acceptance.subjectId);
  return doctors;
}

function changedLegs(before: UrgentCall, after: UrgentCall): store.LegRow[] {
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
): { auditSeq: number; auditHash: Buffer; entries: store.AuditRow[] } {
  const { id: chainId, associationId } = decision.call;
  let seq = from.audit_seq;
  let hash = from.audit_hash;
  const entries: store.AuditRow[] = [];
  const add = (kind: string, data: unknown): void => {
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
  const wakes: Wake[] = [];
  const answer: Answer = { receiptKey, reply: (call) => words.reply(call, 'opened') };
  try {
    const opened = await inTransaction(ctx.db, async (tx) => {
      wakes.length = 0;
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
        step(ctx, tx, locked, { type: 'tick' }, cause, answer, wakes, at, [fact]),
      );
      return stepped;
    });
    for (const { job, id, delaySeconds } of wakes) ctx.wake(job, id, delaySeconds);
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

/**
 * Two pieces of work in one transaction whose statements travel together. Waits for both, so that nothing is sent after a
 * rollback; throws what the earlier one threw, because the later one then fails only for that.
 */
async function inOrder<One, Other>(one: Promise<One>, other: Promise<Other>): Promise<[One, Other]> {
  await Promise.allSettled([one, other]);
  return [await one, await other];
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

/** The open case whose caller is on this carrier call, or null. */
export const caseOfCallerCall = (ctx: CaseContext, callId: string): Promise<string | null> =>
  store.caseOfCallerCall(ctx.db, callId);

/** Which case a leg belongs to, and what it is for; null for a leg that never was. */
export type LegBook = (legId: string) => Promise<store.LegRef | null>;

/** Legs to remember: those of a whole night. Neither case nor role of a leg ever changes. */
const mostLegs = 10_000;

/** Remembers what it found, since every webhook of a rung phone asks: a round trip less on each. */
export function createLegBook(db: pg.Pool): LegBook {
  const known = new Map<string, store.LegRef>();
  return async (legId) => {
    const remembered = known.get(legId);
    if (remembered) return remembered;
    const found = await store.legById(db, legId);
    if (known.size >= mostLegs) known.clear();
    if (found) known.set(legId, found);
    return found;
  };
}

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
