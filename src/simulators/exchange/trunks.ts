import { answer, createCall, endCall } from './lifecycle.ts';
import { type Call, isEnded, later, type Network } from './state.ts';

/** Where a carrier takes SIP calls for its account: what is dialled there comes in as a call of its own. */
export interface SipDomain {
  network: Network;
  voiceUrl: string;
  statusCallback: string;
  /** Performs the document of a call that came in (interpreter.ts). */
  perform(network: Network, call: Call, source: { url: string; method: 'POST' }): void;
}

const sipUri = /^sip:[^@\s]{1,64}@([a-z0-9.-]+)$/;
const setUpSeconds = 0.5;

/** <Dial><Sip>: `leg` rings at another carrier until that one's document picks up; either end ends both. */
export function dialSip(network: Network, near: Call, leg: Call): void {
  const domain = network.sipDomains.get(sipUri.exec(leg.to)?.[1] ?? '');
  if (!domain) return endCall(network, leg, 'failed', 'network', 404);
  const { network: other, voiceUrl, statusCallback, perform } = domain;
  later(network, leg.timers, leg.timeoutSeconds, () => {
    if (leg.state === 'ringing') endCall(network, leg, 'no-answer', 'network', 487);
  });
  later(network, leg.timers, setUpSeconds, () => {
    const far = createCall(other, {
      ...{ direction: 'inbound', from: leg.from, to: leg.to, phone: near.phone },
      voice: { url: voiceUrl, method: 'POST', twiml: null, fallbackUrl: null, fallbackMethod: 'POST' },
      reports: { url: statusCallback, method: 'POST', events: new Set(['completed']), sequence: 0 },
    });
    far.startedAt = far.createdAt;
    far.whenAnswered = () => answer(network, leg);
    far.whenEnded.push(() => endCall(network, leg, leg.answeredAt ? 'completed' : 'busy', 'network'));
    leg.whenEnded.push(() => endCall(other, far, 'completed', 'phone'));
    other.work.soon(() => {
      if (!isEnded(far)) perform(other, far, { url: voiceUrl, method: 'POST' });
    });
  });
}
