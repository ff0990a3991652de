import { type Decision, isWanted } from './decision.ts';
import { liveLegs } from './urgent-call.ts';

/** The others hear who took it, and their phones stop. A call not yet placed is not placed. */
export function dropUnwanted(d: Decision): void {
  for (const leg of liveLegs(d.call)) {
    if (leg.status === 'accepted' || isWanted(d.call, leg)) continue;
    if (leg.status === 'answered') d.do({ kind: 'move-leg', legId: leg.id });
    else if (leg.callId) d.do({ kind: 'cancel-call', legId: leg.id });
  }
}

/** Hospitals that still think are told that it is no longer needed, and the beds held for them are free again. */
export function refuseOpenRequests(d: Decision): void {
  for (const request of d.call.bed?.requests ?? [])
    if (request.status === 'asking')
      d.record({ type: 'bed_refused', requestId: request.id, refusal: 'not_needed', askAgainAt: null });
}
