/** The roll-call carried out: begun once an evening, rings by the calls of disclosures/callbacks.ts, ended with its gaps. */

import type pg from 'pg';
import { appendEntry } from '../audit/append.ts';
import type { AuditKind } from '../audit/kinds.ts';
import { inTransaction, type Sql } from '../db.ts';
import { type RegisteredCall, ringRegistered } from '../disclosures/callbacks.ts';
import { type Clock, plusSeconds } from '../lib/clock.ts';
import type { Ids } from '../lib/ids.ts';
import { instantOf, type LocalDate, localParts } from '../lib/japan-time.ts';
import type { Log } from '../log.ts';
import { areaRules, standbyOnDuty } from './actions.ts';
import { japanCalendar } from './calendar.ts';
import type { Edit } from './editing.ts';
import { againSeconds, mostRounds, night, openHours, tonight } from './roll-call.ts';
import * as store from './roll-call-store.ts';
import { phonesOf } from './swap-store.ts';

export { type AnswerRow, answersOf, type OpenHours, type RollCallRow, rollCallOn } from './roll-call-store.ts';

export interface RollCallContext {
  db: pg.Pool;
  clock: Clock;
  ids: Ids;
  log: Log;
  wake(job: 'place-callbacks', id: string, delaySeconds?: number): void;
}

/** A worker that was away at five still asks until the night begins. */
const latestMinute = night.from;
/** An answer whose call says nothing of its end is looked at again. */
const lookAgainSeconds = 120;

/** One step of every roll-call: begins what is due, rings, ends. Any process may run it; twice equals once. @returns how much there was. */
export async function sweepRollCalls(ctx: RollCallContext, hour: number): Promise<number> {
  let done = await beginDue(ctx, hour);
  for (const id of await store.rollCallsRunning(ctx.db)) done += await advance(ctx, id);
  return done;
}

async function beginDue(ctx: RollCallContext, hour: number): Promise<number> {
  const { date, minute } = localParts(ctx.clock.now());
  if (minute < hour * 60 || minute >= latestMinute) return 0;
  let begun = 0;
  for (const associationId of await store.associationsWithout(ctx.db, date))
    if (await begin(ctx, associationId, date)) begun++;
  return begun;
}

async function begin(ctx: RollCallContext, associationId: string, date: LocalDate): Promise<boolean> {
  return inTransaction(ctx.db, async (tx) => {
    const duties = await dutiesOf(tx, associationId, date);
    const doctorIds = [...new Set(duties.map(({ doctorId }) => doctorId))];
    const at = ctx.clock.now();
    const id = ctx.ids.next('rl');
    if (!(await store.insertRollCall(tx, { id, associationId, date, at, doctorIds }))) return false;
    await note(tx, { id, associationId, at }, 'clock', 'roll_call_begun', { date, doctorIds });
    return true;
  });
}

async function dutiesOf(sql: Sql, associationId: string, date: LocalDate) {
  const duties: { areaId: string; doctorId: string; from: number; to: number }[] = [];
  for (const areaId of await store.areaIdsOf(sql, associationId))
    for (const duty of tonight(await areaRules(sql, areaId), date, japanCalendar)) duties.push({ areaId, ...duty });
  return duties;
}

/** Areas in which the doctor is on duty tonight. */
export async function tonightOf(sql: Sql, rollCallId: string, doctorId: string): Promise<string[]> {
  const call = await store.rollCallById(sql, rollCallId);
  if (!call) return [];
  const duties = await dutiesOf(sql, call.association_id, call.service_date);
  return duties.filter((duty) => duty.doctorId === doctorId).map(({ areaId }) => areaId);
}

/** Areas with hours of the night in which nobody has said yes. */
export const gapsOfRollCall = async (sql: Sql, rollCallId: string): Promise<string[]> =>
  ((await store.rollCallById(sql, rollCallId))?.gaps ?? []).map(({ areaId }) => areaId);

async function advance(ctx: RollCallContext, id: string): Promise<number> {
  const woken: string[] = [];
  const steps = await inTransaction(ctx.db, async (tx) => {
    woken.length = 0;
    const call = await store.lockRollCall(tx, id);
    if (call?.status !== 'calling') return 0;
    const due = await store.answersDue(tx, id, ctx.clock.now());
    for (const answer of due) woken.push(...(await step(ctx, tx, call, answer)));
    const answers = await store.answersOf(tx, id);
    const isOver = answers.every(({ status }) => status !== 'waiting' && status !== 'ringing');
    if (isOver) woken.push(...(await end(ctx, tx, call, answers)));
    return due.length + (isOver ? 1 : 0);
  });
  for (const callbackId of woken) ctx.wake('place-callbacks', callbackId);
  return steps;
}

type Due = Awaited<ReturnType<typeof store.answersDue>>[number];

/** @returns calls to be woken. */
async function step(ctx: RollCallContext, tx: Sql, call: store.RollCallRow, answer: Due): Promise<string[]> {
  const at = ctx.clock.now();
  const { doctor_id: doctorId, status, rounds, is_over: isOver } = answer;
  const save = (to: Parameters<typeof store.saveAnswer>[3]) => store.saveAnswer(tx, call.id, doctorId, to);
  if (status === 'ringing' && !isOver) {
    await save({ status, dueAt: plusSeconds(at, lookAgainSeconds) });
    return [];
  }
  const phones = await phonesOf(tx, doctorId);
  const isLast = rounds >= mostRounds || phones.length === 0;
  if (isLast) {
    await save({ status: 'unanswered', dueAt: null });
    await note(tx, noteOf(call, at), 'clock', 'roll_call_unanswered', { doctorId, rounds });
    return [];
  }
  if (status === 'ringing') {
    await save({ status: 'waiting', dueAt: plusSeconds(at, againSeconds) });
    return [];
  }
  const phone = phones[rounds % phones.length]!;
  const callbackId = await ring(ctx, tx, call, { purpose: 'roll_call', doctorId, phone });
  await save({ status: 'ringing', dueAt: plusSeconds(at, lookAgainSeconds), callbackId, isNewRound: true });
  return [callbackId];
}

const ring = (
  ctx: RollCallContext,
  tx: Sql,
  { id: rollCallId, association_id: associationId }: store.RollCallRow,
  who: Pick<RegisteredCall, 'purpose' | 'doctorId' | 'phone'>,
): Promise<string> => ringRegistered(tx, ctx, { ...who, rollCallId, associationId, at: ctx.clock.now() });

/** Writes down the gaps; somebody is rung when there is one. */
async function end(
  ctx: RollCallContext,
  tx: Sql,
  call: store.RollCallRow,
  answers: readonly store.AnswerRow[],
): Promise<string[]> {
  const at = ctx.clock.now();
  const gaps = await gapsOf(tx, call, answers);
  await store.endRollCall(tx, call.id, at, gaps);
  await note(tx, noteOf(call, at), 'clock', 'roll_call_ended', { gaps });
  if (gaps.length === 0) return [];
  ctx.log.warn('roll_call_gap', { associationId: call.association_id, count: gaps.length });
  const [standby] = await standbyOnDuty(
    tx,
    call.association_id,
    instantOf(call.service_date, night.from),
    japanCalendar,
  );
  const [phone] = standby ? await store.phonesOfStandby(tx, standby.subjectId) : [];
  if (!phone) return [];
  const callbackId = await ring(ctx, tx, call, { purpose: 'roster_gap', doctorId: null, phone });
  await store.noteAlarm(tx, call.id, at);
  return [callbackId];
}

async function gapsOf(
  tx: Sql,
  call: store.RollCallRow,
  answers: readonly store.AnswerRow[],
): Promise<store.OpenHours[]> {
  const on = new Set(answers.filter(({ status }) => status === 'on').map((answer) => answer.doctor_id));
  const duties = (await dutiesOf(tx, call.association_id, call.service_date)).filter((duty) => on.has(duty.doctorId));
  const areas = await store.areaIdsOf(tx, call.association_id);
  return areas.flatMap((areaId) =>
    openHours(duties.filter((duty) => duty.areaId === areaId)).map((hours) => ({ areaId, ...hours })),
  );
}

/**
 * A doctor keyed his answer, by the call that carries our id, or told somebody of the hub (`by`). After the end it still counts, and
 * the gaps are found anew. @returns false when there is no such roll-call, or he is not on duty tonight.
 */
export async function answerRollCall(
  ctx: Pick<RollCallContext, 'db' | 'clock'>,
  about: { rollCallId: string; doctorId: string; by?: Edit },
  answer: 'on' | 'needs_swap',
): Promise<boolean> {
  const { rollCallId: id, doctorId, by } = about;
  return inTransaction(ctx.db, async (tx) => {
    const call = await store.lockRollCall(tx, id);
    if (!call || (by && by.associationId !== call.association_id)) return false;
    const at = ctx.clock.now();
    if (!(await store.saveAnswer(tx, id, doctorId, { status: answer, dueAt: null, answeredAt: at }))) {
      const duties = await dutiesOf(tx, call.association_id, call.service_date);
      if (!duties.some((duty) => duty.doctorId === doctorId)) return false;
      await store.addAnswer(tx, id, doctorId, answer, at);
    }
    await note(tx, noteOf(call, at), by?.by ?? 'doctor', 'roll_call_answered', { doctorId, answer });
    if (call.status === 'done')
      await store.endRollCall(tx, id, at, await gapsOf(tx, call, await store.answersOf(tx, id)));
    return true;
  });
}

const noteOf = ({ id, association_id: associationId }: store.RollCallRow, at: Date) => ({ id, associationId, at });

const note = (
  tx: Sql,
  { id: chainId, associationId, at }: { id: string; associationId: string; at: Date },
  actor: string,
  kind: AuditKind,
  data: object,
): Promise<number> => appendEntry(tx, { chainId, associationId, at, actor, cause: 'roll_call', kind, data });
