import type { Ids } from '../lib/ids.ts';
import { evolve } from './evolve.ts';
import { type Effect, type Fact, type Leg, type LegRole, linesUp, type Open, type UrgentCall } from './urgent-call.ts';

/** Who could be rung or asked at this moment; looked up afresh for every step, so that a shift that begins counts. */
export interface Surroundings {
  /** Attending, deputies, then tonight's roster, in ringing order. */
  doctors: readonly Reachable[];
  /** Registered hospital first, then by day 一時入院, by night the rotation; already filtered by need. */
  hospitals: readonly ReachableHospital[];
  /** The hub's desk by day, else the standby persons in order. */
  standby: readonly Reachable[];
}

export interface Reachable {
  subjectId: string;
  /** Not reserved by another case. */
  isFree: boolean;
  phones: readonly { phoneId: string; isFree: boolean }[];
}

export interface ReachableHospital extends Reachable {
  /** `closed`: fresh news says full or not accepting. `to_ask`: stale or unknown, so never counted as free. */
  beds: 'free' | 'to_ask' | 'closed';
}

/** What the transaction found taken while it tried to reserve what an earlier draft of this decision wanted. */
export interface Taken {
  phones: ReadonlySet<string>;
  hospitals: ReadonlySet<string>;
  bedRequests: ReadonlySet<string>;
}

export const nothingTaken: Taken = { phones: new Set(), hospitals: new Set(), bedRequests: new Set() };

/**
 * One decision in the making: facts are applied as they are found, so that each rule sees the state the last one left.
 * Pure: instant and ids are handed in.
 */
export class Decision {
  readonly facts: Fact[] = [];
  readonly effects: Effect[] = [];
  refused: string | null = null;
  call: UrgentCall;
  readonly at: number;
  readonly taken: Taken;
  private readonly ids: Ids;

  constructor(call: UrgentCall, at: number, ids: Ids, taken: Taken = nothingTaken) {
    this.call = call;
    this.at = at;
    this.ids = ids;
    this.taken = taken;
  }

  record(fact: Fact): void {
    this.facts.push(fact);
    this.call = evolve(this.call, fact, this.at);
  }

  do(effect: Effect): void {
    this.effects.push(effect);
  }

  /** An ordinary answer to a late, doubled or impossible event: nothing changes, the log keeps the reason. */
  refuse(reason: string): void {
    this.refused = reason;
  }

  leg(id: string): Leg | undefined {
    return this.call.legs[id];
  }

  /** The open case; rules that need it are only reached while it is open. */
  get open(): Open {
    if (this.call.status === 'closed') throw new Error(`case ${this.call.id} is closed`);
    return this.call;
  }

  /** Rings a phone, unless it is in use, here or in another case: then the answer is false and the step stays due. */
  ring(role: LegRole, subjectId: string, phoneId: string, options: RingOptions): boolean {
    const isBusy = linesUp(this.call).some((leg) => leg.phoneId === phoneId);
    if (isBusy || this.taken.phones.has(phoneId)) return false;
    const legId = this.ids.next('lg');
    const { ring = 1, requestId = null, isReturn = false, priority } = options;
    this.record({ type: 'leg_requested', legId, role, subjectId, phoneId, ring, requestId, isReturn });
    this.do({ kind: 'place-call', legId, priority });
    return true;
  }

  newRequestId(): string {
    return this.ids.next('br');
  }
}

interface RingOptions {
  ring?: number;
  requestId?: string | null;
  isReturn?: boolean;
  priority: number;
}

/** The carrier takes one call a second unless it was asked for more: smaller goes first. */
export const priorities = { firstLeg: 0, joining: 0, nextLeg: 1, bed: 1, secondRing: 2, outcome: 5 } as const;

/** Is there still a reason to ring this phone? Asked before the carrier is called and when it answers late. */
export function isWanted(call: UrgentCall, leg: Leg): boolean {
  if (call.status === 'closed') return false;
  const { acceptance } = call;
  if (leg.role === 'caller') return acceptance !== null && call.caller.presence === 'gone';
  if (leg.role === 'outcome') return acceptance !== null && acceptance.outcome === null;
  if (leg.isReturn) return acceptance !== null && acceptance.overAt === null && acceptance.subjectId === leg.subjectId;
  if (leg.role === 'hospital')
    return call.bed?.requests.some((r) => r.id === leg.requestId && r.status === 'asking') ?? false;
  return acceptance === null && !hasDeclined(call, leg);
}

/** Who said "not me" on one phone is not asked on his others in the same round. */
export const hasDeclined = (call: UrgentCall, leg: Leg): boolean =>
  Object.values(call.legs).some(
    (other) => other.subjectId === leg.subjectId && other.round === leg.round && other.outcome === 'declined',
  );

/** The line of the person who accepted, whichever of his calls is alive. */
export function acceptorLeg(call: UrgentCall): Leg | undefined {
  const { acceptance } = call;
  if (!acceptance) return undefined;
  return Object.values(call.legs).find(
    (leg) => leg.status === 'accepted' && leg.role === acceptance.role && leg.subjectId === acceptance.subjectId,
  );
}
