import { returnFailed } from './conversation.ts';
import type { Decision } from './decision.ts';
import { type Leg, type LegOutcome, liveLegs } from './urgent-call.ts';

/** Outcomes after which the same phone is rung once more: the second call in three minutes passes Do-Not-Disturb. */
const worthASecondRing: readonly LegOutcome[] = ['no_answer', 'no_key', 'hung_up', 'busy', 'failed'];

/** What the end of a phone that did not accept means for the hunt. */
export function afterLegEnded(d: Decision, leg: Leg, outcome: LegOutcome): void {
  if (leg.isReturn || leg.role === 'outcome') return returnFailed(d, leg);
  if (leg.role !== 'doctor' && leg.role !== 'standby') return;
  if (d.call.status === 'accepted') return;
  if (outcome === 'declined') stopOtherPhonesOf(d, leg);
  else if (leg.role === 'doctor') planSecondRing(d, leg, outcome);
  const isSpent = !liveLegs(d.call, leg.role).some((other) => other.subjectId === leg.subjectId);
  const isNews = outcome === 'declined' || leg.prompts === 0; // a silent phone brought the next forward already
  if (isSpent && isNews && outcome !== 'cancelled')
    d.record({ type: 'next_brought_forward', who: leg.role, because: outcome });
}

/** A doctor who said "not me" on one phone is not asked on the others, nor a second time. */
function stopOtherPhonesOf(d: Decision, leg: Leg): void {
  for (const other of liveLegs(d.call, leg.role)) {
    if (other.subjectId !== leg.subjectId) continue;
    if (other.status === 'answered') d.do({ kind: 'move-leg', legId: other.id });
    else if (other.callId) d.do({ kind: 'cancel-call', legId: other.id });
  }
}

function planSecondRing(d: Decision, leg: Leg, outcome: LegOutcome): void {
  const { plan, legs } = d.call;
  if (leg.ring > 1 || leg.round !== d.call.round || !worthASecondRing.includes(outcome)) return;
  const hasDeclined = Object.values(legs).some(
    (other) => other.subjectId === leg.subjectId && other.round === leg.round && other.outcome === 'declined',
  );
  const dueAt = d.at + plan.secondRingAfterSeconds * 1000;
  if (hasDeclined || dueAt > leg.requestedAt + plan.secondRingWithinSeconds * 1000) return;
  d.record({ type: 'rering_planned', subjectId: leg.subjectId, phoneId: leg.phoneId, dueAt });
}
