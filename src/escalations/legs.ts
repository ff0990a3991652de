import { returnFailed } from './conversation.ts';
import { type Decision, hasDeclined } from './decision.ts';
import { dropUnwanted } from './unwanted.ts';
import { type Leg, type LegOutcome, liveLegs } from './urgent-call.ts';

/** Outcomes after which the same phone is rung once more: the second call in three minutes passes Do-Not-Disturb. */
const worthASecondRing: readonly LegOutcome[] = ['no_answer', 'no_key', 'hung_up', 'busy', 'failed'];

/** What the end of a phone that did not accept means for the hunt. */
export function afterLegEnded(d: Decision, leg: Leg, outcome: LegOutcome): void {
  if (leg.isReturn || leg.role === 'outcome') return returnFailed(d, leg, outcome === 'declined');
  if (leg.role !== 'doctor' && leg.role !== 'standby') return;
  if (d.call.status === 'accepted') return;
  if (outcome === 'declined')
    dropUnwanted(d); // a doctor who said "not me" on one phone is not asked on his others
  else planSecondRing(d, leg, outcome);
  // Having declined he is spent at once, although his other phones ring on until the carrier has stopped them.
  const ringsOn = liveLegs(d.call, leg.role).some((other) => other.subjectId === leg.subjectId);
  const isSpent = outcome === 'declined' || !ringsOn;
  const isNews = outcome === 'declined' || leg.prompts === 0; // a silent phone brought the next forward already
  if (isSpent && isNews && outcome !== 'cancelled')
    d.record({ type: 'next_brought_forward', who: leg.role, because: outcome });
}

function planSecondRing(d: Decision, leg: Leg, outcome: LegOutcome): void {
  const { plan } = d.call;
  if (leg.ring > 1 || leg.round !== d.call.round || !worthASecondRing.includes(outcome)) return;
  const dueAt = d.at + plan.secondRingAfterSeconds * 1000;
  if (hasDeclined(d.call, leg) || dueAt > leg.requestedAt + plan.secondRingWithinSeconds * 1000) return;
  d.record({ type: 'rering_planned', subjectId: leg.subjectId, phoneId: leg.phoneId, dueAt });
}
