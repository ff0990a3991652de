/**
 * A dry run of a hunt: who would be rung for a case opened at an instant, and when, if nobody answered. The decisions are those of
 * a real night (`decide`); only the carrier is played here: each telephone rings until its time is over. Nothing is written,
 * nobody is rung, and what other cases hold at this moment does not count.
 */
import type { Sql } from '../db.ts';
import type { Ids } from '../lib/ids.ts';
import type { Command } from './command.ts';
import { decide } from './decide.ts';
import type { Decision, Reachable, Surroundings } from './decision.ts';
import { evolve } from './evolve.ts';
import type { Plan } from './plan.ts';
import { dueAt } from './proceed.ts';
import { lookAround } from './surroundings.ts';
import type { Fact, LegRole, UrgentCall } from './urgent-call.ts';

export interface Rehearsed {
  /** One row per person, in the order of the first ring. */
  people: { role: Extract<LegRole, 'doctor' | 'hospital' | 'standby'>; subjectId: string; rings: RehearsedRing[] }[];
  /** What else happens to the case, in its order. */
  steps: { atSeconds: number; what: RehearsedStep }[];
  endsAtSeconds: number;
}

export interface RehearsedRing {
  phoneId: string;
  fromSeconds: number;
  untilSeconds: number;
  /** 2: the second call within three minutes, which passes Do-Not-Disturb. */
  ring: number;
}

export type RehearsedStep = 'seeking_bed' | 'calling_standby' | 'beds_exhausted' | 'choice_offered' | 'unanswered';

export interface RehearsedCase {
  associationId: string;
  kind: UrgentCall['kind'];
  patientId: string | null;
  areaId: string | null;
  plan: Plan;
  openedAt: Date;
}

type LookAround = (
  call: UrgentCall,
  wanted: readonly (keyof Surroundings)[],
  at: Date,
) => Promise<Partial<Surroundings>>;

/** A hunt is over within three minutes (rule 1); rings that began then may last a little longer. */
const horizonMs = 240_000;
/** Far above what a hunt needs; below what would hang a page if a plan made a case turn in a circle. */
const mostSteps = 2000;

/** Against the roster and the directory as they stand, at the instant of the rehearsal. */
export const rehearse = (sql: Sql, ids: Ids, wanted: RehearsedCase): Promise<Rehearsed> =>
  rehearseWith((call, parts, at) => lookAround(sql, call, parts, at), ids, wanted);

/** The same with any surroundings; ids and instants are handed in. */
export async function rehearseWith(look: LookAround, ids: Ids, wanted: RehearsedCase): Promise<Rehearsed> {
  const start = wanted.openedAt.getTime();
  const events: { at: number; command: Command }[] = [];
  const told: { at: number; fact: Fact }[] = [];
  let call = opened(ids, wanted);
  let at = start;
  let command: Command = { type: 'tick' };
  for (let step = 0; step < mostSteps && at <= start + horizonMs && call.status !== 'unanswered'; step++) {
    const { decision, known } = await decided(look, ids, call, command, at);
    call = decision.call;
    told.push(...decision.facts.map((fact) => ({ at, fact })));
    events.push(...carrierPlays(decision, at));
    events.sort((one, other) => one.at - other.at);
    const due = dueAt(call, at, known);
    const next = events[0];
    if (next && (due === null || next.at <= due)) {
      events.shift();
      ({ at, command } = next);
    } else {
      if (due === null) break;
      at = due;
      command = { type: 'tick' };
    }
  }
  return summary(told, call, start);
}

function opened(ids: Ids, { associationId, kind, patientId, areaId, plan, openedAt }: RehearsedCase): UrgentCall {
  const caller = {
    lineId: 'rehearsal',
    canBeCalledBack: true,
    presence: 'in_conference' as const,
    callId: 'rehearsal',
  };
  const fact: Fact = {
    ...{ type: 'case_opened', id: ids.next('uc'), associationId, kind, patientId, areaId, plan },
    caller: { ...caller, wantsCallBack: false },
  };
  return evolve(null, fact, openedAt.getTime());
}

async function decided(look: LookAround, ids: Ids, call: UrgentCall, command: Command, at: number) {
  let known: Partial<Surroundings> = {};
  for (;;) {
    const { decision, missing } = decide(call, command, at, ids, known);
    if (missing.length === 0) return { decision, known };
    known = { ...known, ...everybodyFree(await look(call, missing, new Date(at))) };
  }
}

/** What the cases of this moment hold says nothing about that other night. */
function everybodyFree({ doctors, hospitals, standby }: Partial<Surroundings>): Partial<Surroundings> {
  const free = <Who extends Reachable>(all: readonly Who[]): Who[] =>
    all.map((who) => ({ ...who, isFree: true, phones: who.phones.map((phone) => ({ ...phone, isFree: true })) }));
  return {
    ...(doctors && { doctors: free(doctors) }),
    ...(hospitals && { hospitals: free(hospitals) }),
    ...(standby && { standby: free(standby) }),
  };
}

/** The carrier rings at once and until the time is over; a call that is stopped ends at once. */
function carrierPlays({ effects, call }: Decision, at: number): { at: number; command: Command }[] {
  return effects.flatMap((effect) => {
    if (effect.kind !== 'place-call' && effect.kind !== 'cancel-call') return [];
    const { legId } = effect;
    const progress = (status: 'ringing' | 'no-answer' | 'canceled', when: number) => {
      return { at: when, command: { type: 'leg_progress' as const, legId, callId: legId, status } };
    };
    if (effect.kind === 'cancel-call') return [progress('canceled', at)];
    const isHospital = call.legs[legId]?.role === 'hospital';
    const rings = isHospital ? call.plan.bedRingSeconds : call.plan.ringSeconds;
    return [progress('ringing', at), progress('no-answer', at + rings * 1000)];
  });
}

const isStep = (type: string): type is RehearsedStep =>
  (['beds_exhausted', 'choice_offered', 'unanswered'] as const).some((step) => step === type);

function summary(told: readonly { at: number; fact: Fact }[], call: UrgentCall, start: number): Rehearsed {
  const seconds = (at: number): number => Math.round((at - start) / 1000);
  const people = new Map<string, Rehearsed['people'][number]>();
  for (const { role, subjectId, phoneId, ring, requestedAt, endedAt } of Object.values(call.legs)) {
    if (role === 'caller' || role === 'outcome') continue;
    const person = people.get(subjectId) ?? { role, subjectId, rings: [] };
    person.rings.push({
      ...{ phoneId, ring, fromSeconds: seconds(requestedAt) },
      untilSeconds: seconds(endedAt ?? Math.min(requestedAt + call.plan.ringSeconds * 1000, start + horizonMs)),
    });
    people.set(subjectId, person);
  }
  const steps = told.flatMap(({ at, fact }): Rehearsed['steps'] => {
    if (fact.type === 'stage_entered') return [{ atSeconds: seconds(at), what: fact.status }];
    return isStep(fact.type) ? [{ atSeconds: seconds(at), what: fact.type }] : [];
  });
  const ends = [...people.values()].flatMap(({ rings }) => rings.map(({ untilSeconds }) => untilSeconds));
  const last = Math.max(0, ...ends, ...steps.map(({ atSeconds }) => atSeconds));
  return { people: [...people.values()], steps, endsAtSeconds: last };
}
