import defaults from '../../config/default.json' with { type: 'json' };
import type { Command } from '../../src/escalations/command.ts';
import { decide } from '../../src/escalations/decide.ts';
import type { Reachable, ReachableHospital, Surroundings } from '../../src/escalations/decision.ts';
import { evolve } from '../../src/escalations/evolve.ts';
import { type Plan, planShape } from '../../src/escalations/plan.ts';
import { dueAt } from '../../src/escalations/proceed.ts';
import type { CaseKind, Effect, Fact, Leg, LegRole, UrgentCall } from '../../src/escalations/urgent-call.ts';
import type { Ids } from '../../src/lib/ids.ts';

export const standardPlan: Plan = planShape.parse(defaults.plan);

/** 2026-11-16 22:00 in Japan; seconds of a pure case count from here. */
export const opening = Date.parse('2026-11-16T13:00:00Z');

/** Who is around, by name. A doctor or hospital `busy` is reserved by another case; a phone is `name/1`, `name/2` … */
export interface PureTown {
  doctors: string[];
  hospitals: string[];
  standby: string[];
  phones: Record<string, number>;
  busy: Set<string>;
  beds: Record<string, ReachableHospital['beds']>;
}

export interface PureOptions extends Partial<Omit<PureTown, 'busy'>> {
  kind?: CaseKind;
  plan?: Partial<Plan>;
  withheld?: boolean;
  busy?: Iterable<string>;
}

export interface Answer {
  facts: Fact[];
  effects: Effect[];
  refused: string | null;
}

/** Ids that are the same in every run: lg1, lg2 … */
export function countingIds(): Ids {
  let count = 0;
  return { next: (prefix) => `${prefix}${++count}` };
}

/**
 * One case in memory, driven by the real rules with what the shell would find around it: what a table, a property or a
 * permutation needs, without any I/O. Seconds count from the opening; time never goes back.
 */
export class PureCase {
  call: UrgentCall;
  readonly town: PureTown;
  readonly log: { fact: Fact; at: number }[] = [];
  readonly effects: { effect: Effect; at: number }[] = [];
  /** When the case asked to be looked at again (ms), null for never. */
  dueAt: number | null = null;
  private at = opening;
  private readonly ids = countingIds();

  constructor(options: PureOptions = {}) {
    const { doctors = [], hospitals = [], standby = [], phones = {}, busy = [], beds = {} } = options;
    this.town = { doctors: [...doctors], hospitals, standby: [...standby], phones, busy: new Set(busy), beds };
    const kind = options.kind ?? 'patient';
    const canBeCalledBack = !options.withheld;
    const fact: Fact = {
      ...{ type: 'case_opened', id: 'case', associationId: 'association', kind },
      patientId: kind === 'patient' ? 'patient' : null,
      areaId: kind === 'person' ? null : 'area',
      plan: { ...standardPlan, ...options.plan },
      caller: { lineId: 'line', canBeCalledBack, presence: 'on_line', callId: 'CA-caller', wantsCallBack: false },
    };
    this.call = evolve(null, fact, opening);
    this.log.push({ fact, at: opening });
    this.tell({ type: 'tick' });
  }

  /** The present instant in ms, and that of the opening. */
  get now(): number {
    return this.at;
  }
  readonly openedAt = opening;

  get seconds(): number {
    return (this.at - opening) / 1000;
  }

  /** Tells the case something at `seconds` after the opening (now, when absent). */
  tell(command: Command, seconds?: number): Answer {
    if (seconds !== undefined) {
      if (opening + seconds * 1000 < this.at) throw new Error(`time does not go back to ${seconds} s`);
      this.at = opening + seconds * 1000;
    }
    const known: Partial<Record<keyof Surroundings, unknown>> = {};
    const taken = { phones: new Set<string>(), hospitals: new Set<string>(), bedRequests: new Set<string>() };
    for (;;) {
      const draft = decide(this.call, command, this.at, this.ids, known as Partial<Surroundings>, taken);
      if (draft.missing.length > 0) {
        for (const part of draft.missing) known[part] = this.around[part];
        continue;
      }
      const { facts, effects, refused, call } = draft.decision;
      const lost = this.heldByOthers(facts);
      if (lost.length > 0) {
        for (const phoneId of lost) taken.phones.add(phoneId);
        continue;
      }
      this.call = call;
      for (const fact of facts) this.log.push({ fact, at: this.at });
      for (const effect of effects) this.effects.push({ effect, at: this.at });
      this.dueAt = dueAt(call, this.at, known as Partial<Surroundings>);
      return { facts, effects, refused };
    }
  }

  /** Lets time pass: ticks whenever the case is due, until `seconds`. */
  waitUntil(seconds: number): this {
    const end = opening + seconds * 1000;
    for (let turns = 0; this.dueAt !== null && this.dueAt <= end; turns++) {
      if (turns > 2000) throw new Error(`the case is due again and again at ${this.seconds} s`);
      this.tell({ type: 'tick' }, (Math.max(this.at, this.dueAt) - opening) / 1000);
    }
    if (end > this.at) this.at = end;
    return this;
  }

  /** The leg of a person's phone: of this ring, newest first. */
  leg(subjectId: string, which: { ring?: number; role?: LegRole; phone?: number } = {}): Leg {
    const found = Object.values(this.call.legs).findLast(
      (leg) =>
        leg.subjectId === subjectId &&
        (which.ring === undefined || leg.ring === which.ring) &&
        (which.role === undefined || leg.role === which.role) &&
        (which.phone === undefined || leg.phoneId === `${subjectId}/${which.phone}`),
    );
    if (!found) throw new Error(`${subjectId} was never rung`);
    return found;
  }

  legs(subjectId?: string): Leg[] {
    return Object.values(this.call.legs).filter((leg) => subjectId === undefined || leg.subjectId === subjectId);
  }

  /** Seconds at which each person was first rung, in order. */
  rungAt(): Record<string, number> {
    const rung: Record<string, number> = {};
    for (const leg of this.legs()) rung[leg.subjectId] ??= (leg.requestedAt - opening) / 1000;
    return rung;
  }

  // What the network tells about one telephone; each takes the instant in seconds.
  places(subjectId: string, seconds?: number): Answer {
    const { id } = this.leg(subjectId);
    return this.tell({ type: 'leg_placed', legId: id, callId: `CA-${id}` }, seconds);
  }
  progress(subjectId: string, status: CarrierStatus, seconds?: number): Answer {
    const { id } = this.leg(subjectId);
    return this.tell({ type: 'leg_progress', legId: id, callId: `CA-${id}`, status }, seconds);
  }
  picksUp(subjectId: string, seconds?: number): Answer {
    const { id } = this.leg(subjectId);
    return this.tell({ type: 'leg_picked_up', legId: id, callId: `CA-${id}` }, seconds);
  }
  accepts(subjectId: string, seconds?: number): Answer {
    return this.tell({ type: 'leg_accepts', legId: this.leg(subjectId).id }, seconds);
  }
  declines(subjectId: string, seconds?: number): Answer {
    return this.tell({ type: 'leg_declines', legId: this.leg(subjectId).id }, seconds);
  }
  silent(subjectId: string, seconds?: number): Answer {
    return this.tell({ type: 'leg_silent', legId: this.leg(subjectId).id }, seconds);
  }
  joins(subjectId: string, seconds?: number): Answer {
    return this.tell({ type: 'line_joined', callId: `CA-${this.leg(subjectId).id}` }, seconds);
  }
  callerJoins(seconds?: number): Answer {
    return this.tell({ type: 'line_joined', callId: this.call.caller.callId ?? 'nobody' }, seconds);
  }
  callerLeaves(seconds?: number): Answer {
    return this.tell({ type: 'caller_left', callId: this.call.caller.callId ?? 'nobody' }, seconds);
  }

  /** Phones that the database would not grant, because another case holds them. */
  private heldByOthers(facts: readonly Fact[]): string[] {
    return facts.flatMap((fact) =>
      fact.type === 'leg_requested' && this.town.busy.has(fact.phoneId) ? [fact.phoneId] : [],
    );
  }

  /** What the shell would read from the database at this instant. */
  private get around(): Surroundings {
    const { doctors, hospitals, standby, beds } = this.town;
    return {
      doctors: doctors.map((id) => this.reachable(id)),
      hospitals: hospitals.map((id) => ({ ...this.reachable(id), beds: beds[id] ?? 'free' })),
      standby: standby.map((id) => this.reachable(id)),
    };
  }

  private reachable(subjectId: string): Reachable {
    const count = this.town.phones[subjectId] ?? 1;
    const live = new Set(this.legs().flatMap((leg) => (leg.isDown ? [] : [leg.phoneId])));
    const phones = Array.from({ length: count }, (_, index) => {
      const phoneId = `${subjectId}/${index + 1}`;
      return { phoneId, isFree: !live.has(phoneId) && !this.town.busy.has(phoneId) };
    });
    return { subjectId, isFree: !this.town.busy.has(subjectId), phones };
  }
}

type CarrierStatus = Extract<Command, { type: 'leg_progress' }>['status'];

export const types = (facts: readonly { type: string }[]): string[] => facts.map((fact) => fact.type);
export const kinds = (effects: readonly { kind: string }[]): string[] => effects.map((effect) => effect.kind);
