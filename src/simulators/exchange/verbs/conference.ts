import { enterConference, leaveConference, openConference } from '../conferences.ts';
import type { Reports } from '../post.ts';
import type { DialEnd, Run } from '../run.ts';
import { note } from '../sound.ts';
import type { Participant, Stoppable } from '../state.ts';
import { flagIn, methodIn, numberIn } from '../twiml.ts';
import { textOf, type XmlElement } from '../xml.ts';

const holdMusicUrl = null; // Twilio's own music when no waitUrl is given: noted, but no voice

/** <Dial><Conference>. The Dial ends when the call is out of the conference and still alive. */
export function joinConference(run: Run, dial: XmlElement, element: XmlElement, end: DialEnd): void {
  const { network, call } = run;
  const conference = openConference(network, textOf(element), reportsIn(run, element));
  const entered = network.clock.now();
  const params = (status: string) => ({
    DialCallStatus: status,
    DialCallDuration: String(Math.ceil((network.clock.now().getTime() - entered.getTime()) / 1000)),
  });

  let participant: Participant | null = null;
  run.onLeave((reason) => {
    call.listener = null;
    if (!participant || reason === 'moved') return;
    leaveConference(network, participant, reason === 'ended' ? 'hung-up' : 'replaced');
    if (reason === 'ended') end.hungUp(params('answered'));
  });
  participant = enterConference(network, conference, call, {
    label: element.attributes.participantLabel ?? null,
    startsConference: flagIn(element, 'startConferenceOnEnter', true),
    endsConference: flagIn(element, 'endConferenceOnExit', false),
    muted: flagIn(element, 'muted', false),
    beep: beepIn(element),
    maxParticipants: numberIn(element, 'maxParticipants', 250),
    startWaiting: () => waitIn(run, element, conference.sid, conference.name),
    onLeft: () => end.goOn(params('answered')),
  });
  if (!participant) {
    note(network, call, 'event', `conference ${conference.name} is full`);
    end.goOn(params('failed'));
    return;
  }
  const there = participant;
  // TeXML: hangupOnStar "does not apply for the Conference noun".
  if (network.dialect.name === 'twilio' && flagIn(dial, 'hangupOnStar', false)) {
    call.listener = (key) => {
      if (key === '*') leaveConference(network, there, 'star');
    };
  }
  const limit = numberIn(dial, 'timeLimit', 0);
  if (limit > 0) run.later(limit, () => leaveConference(network, there, 'time-limit'));
}

const beepIn = (element: XmlElement): Participant['beep'] => {
  const { beep } = element.attributes;
  return beep === 'false' || beep === 'onEnter' || beep === 'onExit' ? beep : 'true';
};

function waitIn(run: Run, element: XmlElement, sid: string, name: string): Stoppable | null {
  const url = element.attributes.waitUrl ?? holdMusicUrl;
  if (url === null) note(run.network, run.call, 'event', 'hold music');
  // TeXML's waitUrl is a sound, never a document.
  if (!url || run.network.dialect.name === 'telnyx') return null; // waitUrl="" is silence
  return run.spawn(run.call, url, methodIn(element, 'waitMethod'), {
    purpose: 'wait',
    params: () => ({ ConferenceSid: sid, FriendlyName: name }),
    onEnd: (how, detail) => {
      if (how === 'failed') note(run.network, run.call, 'event', `the waiting document failed: ${detail}`);
    },
  });
}

function reportsIn(run: Run, element: XmlElement): Reports | null {
  const { statusCallback, statusCallbackEvent = '' } = element.attributes;
  if (!statusCallback) return null;
  return {
    url: run.documentUrl ? new URL(statusCallback, run.documentUrl).href : statusCallback,
    method: methodIn(element, 'statusCallbackMethod'),
    events: new Set(statusCallbackEvent.split(/\s+/).filter(Boolean)),
    sequence: 1,
  };
}
