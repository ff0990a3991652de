import { performCall } from './interpreter.ts';
import { answer, createCall, endCall, showState } from './lifecycle.ts';
import { note } from './sound.ts';
import { type Call, isEnded, type Network } from './state.ts';

/**
 * A call over REST to a number of the account itself: the carrier makes a second call of it, inbound, that asks the number's voice
 * URL. The first is answered when the second is, keys played on one arrive at the other, and both end together.
 */
export function reachOwnNumber(network: Network, call: Call): void {
  const own = network.numbers.get(call.to);
  if (!own || isEnded(call)) return;
  const far = createCall(network, {
    direction: 'inbound',
    from: call.from,
    to: call.to,
    voice: own.voice,
    reports: own.statusCallback
      ? { url: own.statusCallback, method: 'POST', events: new Set(['completed']), sequence: 0 }
      : null,
  });
  far.startedAt = far.createdAt;
  far.ringingAt = far.createdAt;
  far.farEnd = call;
  call.farEnd = far;
  far.whenAnswered = () => answer(network, call);
  far.whenEnded.push(() => endCall(network, call, call.answeredAt ? 'completed' : 'busy', 'network'));
  call.whenEnded.push(() => endCall(network, far, 'completed', 'network'));
  note(network, far, 'event', `from our own number ${call.from}`);
  showState(network, far);
  performCall(network, far, { url: own.voice.url ?? '', method: own.voice.method, twiml: own.voice.twiml });
}
