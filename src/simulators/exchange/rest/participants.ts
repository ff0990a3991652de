import type { Request } from 'express';
import { enterConference, giveUpExpected, leaveConference, openConference, setHeld, setMuted } from '../conferences.ts';
import { Refusal } from '../errors.ts';
import { startRun } from '../interpreter.ts';
import { createCall, endCall, queueCall } from '../lifecycle.ts';
import { note } from '../sound.ts';
import type { Call, Conference, LeaveReason, Network, Participant, Stoppable } from '../state.ts';
import { endsOf } from './calls.ts';
import { announceTo, findConference } from './conferences.ts';
import * as form from './form.ts';
import { notFound, pathPart } from './operation.ts';
import { pageOf } from './paging.ts';
import { participantResource } from './resources.ts';

/** `Participants`: https://www.twilio.com/docs/voice/api/conference-participant-resource */

const conferenceSid = /^CF[0-9a-f]{32}$/;

/** Rings a phone and brings it into the conference of that SID, or of that name (made if there is none). */
export function createParticipant(network: Network, request: Request): unknown {
  const fields = form.bodyOf(request);
  const { from, to } = endsOf(network, fields);
  const address = form.url(fields, 'ConferenceStatusCallback', 'statusCallbackInvalid');
  const settings = {
    label: form.text(fields, 'Label') ?? null,
    muted: form.flag(fields, 'Muted') ?? false,
    startsConference: form.flag(fields, 'StartConferenceOnEnter') ?? true,
    endsConference: form.flag(fields, 'EndConferenceOnExit') ?? false,
    beep: form.oneOf(fields, 'Beep', ['true', 'false', 'onEnter', 'onExit']) ?? 'true',
    maxParticipants: form.integer(fields, 'MaxParticipants', 2, 250) ?? 250,
  } as const;
  const wait = { url: form.url(fields, 'WaitUrl', 'urlInvalid'), method: form.method(fields, 'WaitMethod') };
  const wish = {
    reports: form.callReports(fields),
    timeoutSeconds: form.integer(fields, 'Timeout', 5, 600),
    timeLimitSeconds: form.integer(fields, 'TimeLimit', 1, 86_400),
  };
  const conference = conferenceSid.test(pathPart(request, 'conference'))
    ? findConference(network, request, 'conference')
    : openConference(
        network,
        pathPart(request, 'conference'),
        address
          ? {
              url: address,
              method: form.method(fields, 'ConferenceStatusCallbackMethod'),
              events: new Set(form.texts(fields, 'ConferenceStatusCallbackEvent')),
              sequence: 1,
            }
          : null,
      );
  if (conference.state === 'completed') throw notFound(request);
  const call = createCall(network, {
    direction: 'outbound-api',
    from,
    to,
    voice: { url: null, method: 'POST', twiml: null, fallbackUrl: null, fallbackMethod: 'POST' },
    ...wish,
  });
  conference.expected.add(call.sid);
  const purpose = { ...settings, startWaiting: () => waitOn(network, call, conference, wait) };
  call.whenAnswered = () => bringIn(network, conference, call, purpose);
  call.whenEnded.push(() => giveUpExpected(network, conference, call));
  network.work.soon(() => queueCall(network, call));
  return participantResource(network, conference, call, { ...settings, held: false });
}

function bringIn(
  network: Network,
  conference: Conference,
  call: Call,
  settings: Omit<Parameters<typeof enterConference>[3], 'onLeft'>,
): void {
  // A conference that ended meanwhile opens anew under its name, as it does for a <Dial>.
  const open = conference.state === 'completed' ? openConference(network, conference.name, null) : conference;
  const onLeft = (_reason: LeaveReason) => endCall(network, call, 'completed', 'conference');
  const participant = enterConference(network, open, call, { ...settings, onLeft });
  if (!participant) {
    endCall(network, call, 'completed', 'conference');
    return;
  }
  call.run = {
    stop: (reason) => leaveConference(network, participant, reason === 'ended' ? 'hung-up' : 'replaced'),
  };
}

function waitOn(
  network: Network,
  call: Call,
  conference: Conference,
  wait: { url: string | undefined; method: 'GET' | 'POST' },
): Stoppable | null {
  if (!wait.url) {
    note(network, call, 'event', 'hold music');
    return null;
  }
  return startRun(
    network,
    call,
    { url: wait.url, method: wait.method },
    {
      purpose: 'wait',
      params: () => ({ ConferenceSid: conference.sid, FriendlyName: conference.name }),
      onEnd: (how, detail) => {
        if (how === 'failed') note(network, call, 'event', `the waiting document failed: ${detail}`);
      },
    },
  );
}

/** By call SID or by label. */
function find(network: Network, request: Request): Participant {
  const conference = findConference(network, request, 'conference');
  const key = pathPart(request, 'call');
  const found =
    conference.participants.get(key) ?? [...conference.participants.values()].find((each) => each.label === key);
  if (!found) throw notFound(request);
  return found;
}

const show = (network: Network, participant: Participant) =>
  participantResource(network, participant.conference, participant.call, participant);

export const fetchParticipant = (network: Network, request: Request): unknown => show(network, find(network, request));

export function listParticipants(network: Network, request: Request): unknown {
  const conference = findConference(network, request, 'conference');
  const query = request.query as Record<string, unknown>;
  const muted = form.flag(query, 'Muted');
  const held = form.flag(query, 'Hold');
  const found = [...conference.participants.values()]
    .filter((each) => (muted === undefined || each.muted === muted) && (held === undefined || each.held === held))
    .map((participant) => ({ sid: participant.call.sid, participant }));
  return pageOf(request, 'participants', found, ({ participant }) => show(network, participant));
}

export function updateParticipant(network: Network, request: Request): unknown {
  const participant = find(network, request);
  const fields = form.bodyOf(request);
  const { call, conference } = participant;
  const muted = form.flag(fields, 'Muted');
  const held = form.flag(fields, 'Hold');
  const ends = form.flag(fields, 'EndConferenceOnExit');
  const holdUrl = form.url(fields, 'HoldUrl', 'urlInvalid');
  const announceUrl = form.url(fields, 'AnnounceUrl', 'urlInvalid');
  if (muted === undefined && held === undefined && ends === undefined && announceUrl === undefined)
    throw new Refusal('invalidParameter', 'give Muted, Hold, EndConferenceOnExit or AnnounceUrl');
  if (ends !== undefined) participant.endsConference = ends;
  if (muted !== undefined) setMuted(network, participant, muted);
  if (held !== undefined) {
    const hold = { url: holdUrl, method: form.method(fields, 'HoldMethod') };
    setHeld(network, participant, held, () => waitOn(network, call, conference, hold));
  }
  if (announceUrl) {
    const method = form.method(fields, 'AnnounceMethod');
    network.work.soon(() =>
      announceTo(network, conference, announceUrl, method, () => (call.participant === participant ? [call] : [])),
    );
  }
  return show(network, participant);
}

/** Takes a participant out; its call goes on with what follows its <Dial>. */
export function deleteParticipant(network: Network, request: Request): void {
  leaveConference(network, find(network, request), 'kicked');
}
