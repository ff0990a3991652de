import { expect } from 'chai';
import { type Fact, isLive, type UrgentCall } from '../../src/escalations/urgent-call.ts';

/**
 * What must be the same at the end of the story, in whatever order the news came:
 * - the case: closed, with the doctor's own outcome;
 * - who has it: one acceptance, under one fence, of the same person;
 * - how the first ring of each phone ended, and that none is left up;
 * - where the caller is.
 *
 * Not compared, because news that arrives later rightly changes it: instants, and the second rings (a phone whose "busy"
 * is heard only after the case was taken is not rung again). Of those only the rule holds: at most one for each phone.
 */
export interface StoryEnd {
  status: string;
  outcome: string | null;
  acceptedBy: string | null;
  fence: number;
  caller: string;
  firstRings: Record<string, string | null>;
  liveLegs: number;
}

export const expectedEnd: StoryEnd = {
  ...{ status: 'closed', outcome: 'advice', acceptedBy: 'winner', fence: 1, caller: 'gone', liveLegs: 0 },
  firstRings: { voicemail: 'no_key', busy: 'busy', decliner: 'declined', loser: 'cancelled', winner: 'finished' },
};

export function endOf(call: UrgentCall, nameOf: (subjectId: string) => string): StoryEnd {
  const legs = Object.values(call.legs);
  const firsts = legs.filter((leg) => leg.role === 'doctor' && leg.ring === 1);
  return {
    status: call.status,
    outcome: call.status === 'closed' ? call.outcome : null,
    acceptedBy: call.acceptance && nameOf(call.acceptance.subjectId),
    fence: call.fence,
    caller: call.caller.presence,
    firstRings: Object.fromEntries(firsts.map((leg) => [nameOf(leg.subjectId), leg.outcome])),
    liveLegs: legs.filter(isLive).length,
  };
}

/** The rules that hold beside the comparison. */
export function expectLawful(call: UrgentCall, facts: readonly Fact[], label: string): void {
  const accepted = facts.filter((fact) => fact.type === 'accepted');
  expect(accepted, label).to.have.length(1);
  const rings = new Map<string, number>();
  for (const leg of Object.values(call.legs)) rings.set(leg.phoneId, (rings.get(leg.phoneId) ?? 0) + 1);
  for (const [phoneId, count] of rings) expect(count, `${label}: rings of ${phoneId}`).to.be.at.most(2);
}
