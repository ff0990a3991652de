import { type Carrier, carrierOf } from '../carriers/carrier.ts';
import type { UrgentCall } from './urgent-call.ts';

/**
 * With which carrier the lines of a case meet: a conference is one carrier's own, a line of the other is led into it
 * (voice/bridge.ts). With the first as soon as one line that counts is there: the caller's, or that of whoever accepted.
 */
export function meetingCarrier({ caller, legs }: UrgentCall): Carrier {
  const accepted = Object.values(legs).filter((leg) => leg.status === 'accepted');
  const lines = [caller.callId, ...accepted.map((leg) => leg.callId)].filter((id) => id !== null);
  return lines.some((id) => carrierOf(id) === 'first') || lines.length === 0 ? 'first' : 'second';
}
