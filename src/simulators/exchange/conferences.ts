import { reportConference } from './callbacks.ts';
import type { Reports } from './post.ts';
import { endSound, note, startSound } from './sound.ts';
import {
  announce,
  type Call,
  type Conference,
  type ConferenceEndReason,
  type LeaveReason,
  type Network,
  type Participant,
  type Stoppable,
} from './state.ts';

/**
 * Twilio's rules of a conference (https://www.twilio.com/docs/voice/twiml/conference): it starts when two are in it
 * and at least one of them starts it; until then everybody hears the waiting document. It starts once: somebody left
 * alone afterwards hears nothing. It ends when the last one leaves, when one who "ends it on exit" leaves, or over REST.
 */
export interface EnterSettings {
  label: string | null;
  startsConference: boolean;
  endsConference: boolean;
  muted: boolean;
  beep: Participant['beep'];
  maxParticipants: number;
  startWaiting: () => Stoppable | null;
  onLeft: (reason: LeaveReason) => void;
}

const keptConferences = 2000;

/** The open conference of that name, made if there is none; only its maker's status callback counts. */
export function openConference(network: Network, name: string, reports: Reports | null): Conference {
  const open = network.openConferences.get(name);
  if (open) return open;
  const now = network.clock.now();
  const conference: Conference = {
    sid: network.chance.sid('CF'),
    name,
    createdAt: now,
    updatedAt: now,
    state: 'init',
    endReason: null,
    endedByCall: null,
    participants: new Map(),
    expected: new Set(),
    reports,
    sequence: 1,
  };
  network.conferences.set(conference.sid, conference);
  network.openConferences.set(name, conference);
  if (network.conferences.size > keptConferences) {
    for (const [sid, old] of network.conferences) {
      if (network.conferences.size <= keptConferences / 2) break;
      if (old.state === 'completed') network.conferences.delete(sid);
    }
  }
  return conference;
}

/** Brings a call into a conference; null when it is full. */
export function enterConference(
  network: Network,
  conference: Conference,
  call: Call,
  settings: EnterSettings,
): Participant | null {
  if (conference.participants.size >= settings.maxParticipants) return null;
  const { maxParticipants: _most, ...rest } = settings;
  const participant: Participant = {
    ...rest,
    call,
    conference,
    joinedAt: network.clock.now(),
    held: false,
    hearing: false,
    waiting: null,
  };
  conference.expected.delete(call.sid);
  conference.participants.set(call.sid, participant);
  call.participant = participant;
  note(network, call, 'event', `joins conference ${conference.name}`);
  if (participant.beep === 'true' || participant.beep === 'onEnter') beep(network, conference, participant, 'joins');
  changed(network, conference, 'join', participant);
  if (conference.state === 'init') {
    const someoneStarts = [...conference.participants.values()].some((each) => each.startsConference);
    if (conference.participants.size >= 2 && someoneStarts) start(network, conference);
    else participant.waiting = participant.startWaiting();
  }
  refreshHearing(network, conference);
  return participant;
}

function start(network: Network, conference: Conference): void {
  conference.state = 'in-progress';
  for (const participant of conference.participants.values()) stopWaiting(participant);
  changed(network, conference, 'start', null);
}

function stopWaiting(participant: Participant): void {
  const { waiting } = participant;
  participant.waiting = null;
  waiting?.stop('replaced');
}

function beep(network: Network, conference: Conference, who: Participant, what: string): void {
  for (const other of conference.participants.values()) {
    if (other !== who) note(network, other.call, 'event', `beep: somebody ${what}`);
  }
}

function changed(
  network: Network,
  conference: Conference,
  event: Parameters<typeof reportConference>[2],
  participant: Participant | null,
): void {
  conference.updatedAt = network.clock.now();
  announce(network, 'conference', { conference: conference.sid, name: conference.name, event });
  reportConference(network, conference, event, participant);
}

/** Those whose voice a participant hears now. */
export function heardBy(participant: Participant): Call[] {
  if (participant.conference.state !== 'in-progress' || participant.held) return [];
  return [...participant.conference.participants.values()]
    .filter((other) => other !== participant && !other.held && !other.muted)
    .map((other) => other.call);
}

function refreshHearing(network: Network, conference: Conference): void {
  for (const participant of conference.participants.values()) {
    const voices = heardBy(participant);
    if (voices.length > 0 === participant.hearing) continue;
    participant.hearing = voices.length > 0;
    if (participant.hearing) startSound(network, participant.call);
    else endSound(network, participant.call);
    const phones = voices.map((call) => call.phone).join(', ');
    note(network, participant.call, 'event', participant.hearing ? `talks with ${phones}` : 'hears nobody any more');
  }
}

/**
 * Takes a participant out. The conference ends with it when it is one who ends it, or the last. `onLeft` is called
 * unless its call has ended or was given something else to do.
 */
export function leaveConference(network: Network, participant: Participant, reason: LeaveReason): void {
  const { conference, call } = participant;
  if (!removeParticipant(network, participant)) return;
  if (participant.beep === 'true' || participant.beep === 'onExit') beep(network, conference, participant, 'leaves');
  changed(network, conference, 'leave', participant);
  const kicked = reason === 'kicked';
  if (participant.endsConference && conference.participants.size > 0)
    endConference(
      network,
      conference,
      kicked ? 'participant-with-end-conference-on-exit-kicked' : 'participant-with-end-conference-on-exit-left',
      call.sid,
    );
  else if (conference.participants.size === 0 && conference.expected.size === 0)
    endConference(network, conference, kicked ? 'last-participant-kicked' : 'last-participant-left', call.sid);
  else refreshHearing(network, conference);
  if (reason !== 'hung-up' && reason !== 'replaced') participant.onLeft(reason);
}

function removeParticipant(network: Network, participant: Participant): boolean {
  const { conference, call } = participant;
  if (!conference.participants.delete(call.sid)) return false;
  stopWaiting(participant);
  call.participant = null;
  if (participant.hearing) {
    participant.hearing = false;
    endSound(network, call);
  }
  note(network, call, 'event', `leaves conference ${conference.name}`);
  return true;
}

/** Ends a conference for everybody in it. */
export function endConference(
  network: Network,
  conference: Conference,
  reason: ConferenceEndReason,
  byCall: string | null,
): void {
  if (conference.state === 'completed') return;
  conference.state = 'completed';
  conference.endReason = reason;
  conference.endedByCall = byCall;
  if (network.openConferences.get(conference.name) === conference) network.openConferences.delete(conference.name);
  const remaining = [...conference.participants.values()];
  for (const participant of remaining) {
    removeParticipant(network, participant);
    changed(network, conference, 'leave', participant);
  }
  changed(network, conference, 'end', null);
  for (const participant of remaining) participant.onLeft('conference-ended');
}

/** An expected phone did not come (no answer, busy); an empty conference that waited for it ends. */
export function giveUpExpected(network: Network, conference: Conference, call: Call): void {
  if (!conference.expected.delete(call.sid)) return;
  if (conference.participants.size === 0 && conference.expected.size === 0)
    endConference(network, conference, 'last-participant-left', call.sid);
}

/** Mutes or unmutes; others stop or start hearing this participant. */
export function setMuted(network: Network, participant: Participant, muted: boolean): void {
  if (participant.muted === muted) return;
  participant.muted = muted;
  changed(network, participant.conference, muted ? 'mute' : 'unmute', participant);
  refreshHearing(network, participant.conference);
}

/** Puts on hold or takes back; on hold it hears `play` (the hold document) and nobody else. */
export function setHeld(network: Network, participant: Participant, held: boolean, play: () => Stoppable | null): void {
  if (participant.held === held) return;
  participant.held = held;
  stopWaiting(participant);
  changed(network, participant.conference, held ? 'hold' : 'unhold', participant);
  refreshHearing(network, participant.conference);
  if (held) participant.waiting = play();
  else if (participant.conference.state === 'init') participant.waiting = participant.startWaiting();
}
