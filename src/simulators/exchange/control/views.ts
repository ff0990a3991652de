import { heardBy } from '../conferences.ts';
import type { Phone } from '../habits.ts';
import {
  type Call,
  type CallState,
  type Conference,
  type Direction,
  type EndedBy,
  isEnded,
  type Message,
  type Network,
  type OwnNumber,
  type TranscriptEntry,
} from '../state.ts';

/** What the control side shows. */

export interface CallView {
  /** The call's SID; `id` and `sid` are the same. */
  id: string;
  sid: string;
  direction: Direction;
  from: string;
  to: string;
  /** The number of the human end, or `anonymous`. */
  phone: string;
  state: CallState;
  createdAt: Date;
  ringingAt: Date | null;
  answeredAt: Date | null;
  endedAt: Date | null;
  endedBy: EndedBy | null;
  conference: string | null;
  /** Whom the person can hear now: numbers, or call ids where the number is withheld. */
  bridgedWith: string[];
  /** Whether a key pressed now would be heard. */
  listening: boolean;
  longestSilenceSeconds: number;
  transcript: TranscriptEntry[];
}

/** One leg: its state, its times, and everything said, keyed and (not) heard on it. */
export function callView(call: Call): CallView {
  return {
    id: call.sid,
    sid: call.sid,
    direction: call.direction,
    from: call.from,
    to: call.to,
    phone: call.phone,
    state: call.state,
    createdAt: call.createdAt,
    ringingAt: call.ringingAt,
    answeredAt: call.answeredAt,
    endedAt: call.endedAt,
    endedBy: call.endedBy,
    conference: call.participant?.conference.name ?? null,
    bridgedWith: bridgedWith(call).map(nameOf),
    listening: call.listener !== null,
    longestSilenceSeconds: Math.round(call.longestSilenceMs / 100) / 10,
    // Silences are written down when they end, under the time they began.
    transcript: call.transcript.toSorted((one, other) => one.at.getTime() - other.at.getTime()),
  };
}

const nameOf = (call: Call): string => (call.phone.startsWith('+') ? call.phone : call.sid);

/** Those whom the person on this call can hear now. */
const bridgedWith = (call: Call): Call[] => {
  if (call.bridge) return [call.bridge];
  return call.participant ? heardBy(call.participant) : [];
};

export function phoneView(network: Network, phone: Phone): Record<string, unknown> {
  const calls = [...(network.live.get(phone.number) ?? [])].filter((call) => !isEnded(call));
  const talking = calls.find((call) => call.state === 'in-progress');
  return {
    number: phone.number,
    label: phone.label,
    sequence: phone.sequence,
    rings: phone.rings,
    state:
      calls.length === 0 ? 'idle' : talking ? 'talking' : calls[0]!.direction === 'inbound' ? 'calling' : 'ringing',
    calls: calls.map((call) => ({
      id: call.sid,
      direction: call.direction,
      from: call.from,
      to: call.to,
      state: call.state,
      answeredAt: call.answeredAt,
      with: bridgedWith(call).map(nameOf),
      conference: call.participant?.conference.name ?? null,
    })),
  };
}

export const numberView = (own: OwnNumber): Record<string, unknown> => ({
  number: own.number,
  label: own.label,
  voiceUrl: own.voice.url,
  voiceMethod: own.voice.method,
  fallbackUrl: own.voice.fallbackUrl,
  statusCallback: own.statusCallback,
});

export const conferenceView = (conference: Conference): Record<string, unknown> => ({
  sid: conference.sid,
  name: conference.name,
  state: conference.state,
  createdAt: conference.createdAt,
  reasonEnded: conference.endReason,
  participants: [...conference.participants.values()].map((each) => ({
    call: each.call.sid,
    phone: each.call.phone,
    label: each.label,
    muted: each.muted,
    held: each.held,
    endsConference: each.endsConference,
    joinedAt: each.joinedAt,
  })),
});

export const messageView = ({ reports: _reports, ...message }: Message): Record<string, unknown> => message;
