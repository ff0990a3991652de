import { talkedSeconds } from '../callbacks.ts';
import { answer, createCall, dial as dialCall, endCall } from '../lifecycle.ts';
import type { DialEnd, Run } from '../run.ts';
import { endSound, note, startSound } from '../sound.ts';
import { type Call, isEnded } from '../state.ts';
import { dialSip } from '../trunks.ts';
import { flagIn, methodIn, numberIn } from '../twiml.ts';
import { textOf, type XmlElement } from '../xml.ts';

const e164 = /^\+[1-9]\d{6,14}$/;

/**
 * <Dial><Number>: rings one or several phones (together, or one after another with `sequential`). The first that
 * answers wins and the others are hung up; it hears its whisper document, then the two are connected.
 */
export function dialNumbers(run: Run, dial: XmlElement, elements: XmlElement[], end: DialEnd): void {
  const { network, call } = run;
  const legs: Call[] = [];
  const sequential = flagIn(dial, 'sequential', false);
  let next = 0;
  let winner: Call | null = null;
  let bridged = false;
  let over = false;

  const finish = (leg: Call | null) => {
    if (over) return;
    over = true;
    end.goOn(outcome(leg, leg !== null && leg === winner, bridged));
  };
  const legEnded = (leg: Call) => {
    if (over) return;
    if (leg === winner) finish(leg);
    else if (winner === null && sequential && next < elements.length) ringNext();
    else if (winner === null && legs.every(isEnded)) finish(leg);
  };
  const connect = (leg: Call) => {
    if (over || isEnded(leg)) return;
    bridged = true;
    bridge(run, call, leg, () => {
      legs.splice(legs.indexOf(leg), 1); // it lives on by itself
      finish(leg);
    });
    if (flagIn(dial, 'hangupOnStar', false)) {
      call.listener = (key) => {
        if (key === '*') endCall(network, leg, 'completed', 'twiml');
      };
    }
    const limit = numberIn(dial, 'timeLimit', 0);
    if (limit > 0) run.later(limit, () => endCall(network, leg, 'completed', 'network'));
  };
  const answered = (leg: Call, element: XmlElement) => {
    winner = leg;
    for (const other of legs) if (other !== leg) endCall(network, other, 'canceled', 'twiml', 487);
    const { url } = element.attributes;
    if (!url) return connect(leg);
    leg.run = run.spawn(leg, url, methodIn(element, 'method'), {
      purpose: 'whisper',
      onEnd: (how, detail) => {
        leg.run = null;
        if (how === 'done') return connect(leg);
        if (how === 'failed') note(network, leg, 'event', `the whisper failed: ${detail}`);
        endCall(network, leg, 'completed', how === 'failed' ? 'error' : 'twiml');
      },
    });
  };
  const ringNext = () => {
    const element = elements[next]!;
    next += 1;
    const leg = createLeg(run, dial, element);
    legs.push(leg);
    leg.whenAnswered = () => answered(leg, element);
    leg.whenEnded.push(() => legEnded(leg));
    if (element.name === 'Sip') dialSip(network, call, leg);
    else if (e164.test(leg.to)) dialCall(network, leg);
    else {
      note(network, call, 'event', `13224: "${leg.to}" is not a number that can be dialled`);
      endCall(network, leg, 'failed', 'network', 404);
    }
  };

  run.onLeave((reason) => {
    call.listener = null;
    if (reason !== 'moved' && !over) {
      over = true;
      if (reason === 'ended') end.hungUp(outcome(winner, winner !== null, bridged));
    }
    for (const leg of legs)
      endCall(network, leg, leg.answeredAt ? 'completed' : 'canceled', 'twiml', leg.answeredAt ? 200 : 487);
  });
  note(network, call, 'event', `hears it ring: ${elements.map(textOf).join(', ')}`);
  if (elements.length === 0) finish(null);
  else ringNext();
  if (!sequential) while (!over && next < elements.length) ringNext();
}

function createLeg(run: Run, dial: XmlElement, element: XmlElement): Call {
  const { call, network } = run;
  const { statusCallback, statusCallbackEvent = 'completed' } = element.attributes;
  return createCall(network, {
    direction: 'outbound-dial',
    from: dial.attributes.callerId ?? call.from,
    to: textOf(element),
    parentSid: call.sid,
    timeoutSeconds: numberIn(dial, 'timeout', 30),
    voice: { url: null, method: 'POST', twiml: null, fallbackUrl: null, fallbackMethod: 'POST' },
    reports: statusCallback
      ? {
          url: run.documentUrl ? new URL(statusCallback, run.documentUrl).href : statusCallback,
          method: methodIn(element, 'statusCallbackMethod'),
          events: new Set(statusCallbackEvent.split(/\s+/)),
          sequence: 0,
        }
      : null,
  });
}

const outcome = (leg: Call | null, answered: boolean, bridged: boolean): Record<string, string> => ({
  DialCallStatus: answered ? 'completed' : leg && isEnded(leg) ? leg.state : 'no-answer',
  DialBridged: String(bridged),
  ...(leg && { DialCallSid: leg.sid, DialCallDuration: String(talkedSeconds(leg)) }),
});

/** Connects two legs. Giving the far leg something else to do (over REST) separates them: `separated` is called. */
function bridge(run: Run, near: Call, far: Call, separated: () => void): void {
  const { network } = run;
  answer(network, near); // with answerOnBridge it rang until now
  near.bridge = far;
  far.bridge = near;
  for (const call of [near, far]) startSound(network, call);
  note(network, near, 'event', `talks with ${far.phone}`);
  note(network, far, 'event', `talks with ${near.phone}`);
  const part = () => {
    if (near.bridge !== far) return;
    near.bridge = null;
    far.bridge = null;
    for (const call of [near, far]) if (!isEnded(call)) endSound(network, call);
  };
  far.run = {
    stop(reason) {
      part();
      if (reason === 'replaced') separated();
    },
  };
  run.onLeave(part);
}
