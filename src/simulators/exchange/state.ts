import type { Clock, Timer } from '../../lib/clock.ts';
import type { Work } from '../common/work.ts';
import type { Chance } from './chance.ts';
import type { Dialect } from './dialects.ts';
import type { Faults } from './faults.ts';
import type { Habit, Phone } from './habits.ts';
import type { Post, Reports } from './post.ts';
import type { SpeechRate } from './speech.ts';
import type { SipDomain } from './trunks.ts';

/**
 * The life of a call (one leg: one phone, once).
 *
 * - `queued`: the REST side took it; it waits for its turn under calls-per-second. Leaves when dialled, or `canceled`.
 * - `ringing`: the phone rings; for an inbound call, our first document is being fetched. Leaves by answer, or ends.
 * - `in-progress`: answered; documents are performed. Leaves when anybody hangs up: `completed`.
 * - ended: `completed` (was answered), `busy` (engaged or declined), `no-answer`, `failed` (no such number),
 *   `canceled` (called off through REST before an answer).
 */
export type CallState = 'queued' | 'ringing' | 'in-progress' | EndState;
export type EndState = 'completed' | 'busy' | 'no-answer' | 'failed' | 'canceled';
export type Direction = 'inbound' | 'outbound-api' | 'outbound-dial';

/** Who ended a call: the person, a REST request, the TwiML, the conference, the network, or an application error. */
export type EndedBy = 'phone' | 'api' | 'twiml' | 'conference' | 'network' | 'error';

export interface TranscriptEntry {
  at: Date;
  kind: 'said' | 'keyed' | 'heard-silence' | 'event';
  text: string;
  /** How long it lasts, for what is said and for silence. */
  seconds?: number;
  /** Keys that nobody was listening to. */
  lost?: true;
}

export interface VoiceUrls {
  url: string | null;
  method: 'GET' | 'POST';
  twiml: string | null;
  fallbackUrl: string | null;
  fallbackMethod: 'GET' | 'POST';
}

export interface Call {
  readonly sid: string;
  readonly direction: Direction;
  readonly from: string;
  readonly to: string;
  /** The human end: `to` of an outbound call, `from` of an inbound one. */
  readonly phone: string;
  readonly parentSid: string | null;
  readonly createdAt: Date;
  state: CallState;
  startedAt: Date | null;
  ringingAt: Date | null;
  answeredAt: Date | null;
  endedAt: Date | null;
  updatedAt: Date;
  endedBy: EndedBy | null;
  answeredBy: string | null;
  transcript: TranscriptEntry[];
  /** Sounds heard now, a person in the conversation counting as one; silence is measured while this is 0. */
  sounds: number;
  silentSince: Date | null;
  longestSilenceMs: number;
  voice: VoiceUrls;
  reports: Reports | null;
  timeoutSeconds: number;
  timeLimitSeconds: number;
  sipCode: number | null;
  machineDetection: 'Enable' | 'DetectMessageEnd' | null;
  habit: Habit | null;
  reactions: number[];
  /** What is being performed on this call now. */
  run: Stoppable | null;
  /** Who hears the keys now; null when they are lost. */
  listener: ((key: string) => void) | null;
  participant: Participant | null;
  /** The other leg, while a <Dial><Number> connects two. */
  bridge: Call | null;
  /** The other half of a call from a number of ours to a number of ours: keys played here arrive there. */
  farEnd: Call | null;
  /** What dialling does instead of ringing a telephone: the number is one of ours. */
  whenDialled: (() => void) | null;
  timers: Set<Timer>;
  /** The person puts the receiver down. */
  hangUp: () => void;
  whenAnswered: (() => void) | null;
  whenEnded: Array<() => void>;
}

export type StopReason = 'ended' | 'replaced';

export interface Stoppable {
  stop(reason: StopReason): void;
}

export type ConferenceEndReason =
  | 'conference-ended-via-api'
  | 'participant-with-end-conference-on-exit-left'
  | 'participant-with-end-conference-on-exit-kicked'
  | 'last-participant-kicked'
  | 'last-participant-left';

/**
 * `init` until two are in it and one of them starts it; then `in-progress` until it ends (`completed`). The name of an
 * ended one is free again.
 */
export interface Conference {
  readonly sid: string;
  readonly name: string;
  readonly createdAt: Date;
  updatedAt: Date;
  state: 'init' | 'in-progress' | 'completed';
  endReason: ConferenceEndReason | null;
  endedByCall: string | null;
  participants: Map<string, Participant>;
  /** Those whose phones still ring; they count for "empty" no more than a ringing phone does. */
  expected: Set<string>;
  reports: Reports | null;
  sequence: number;
}

export type LeaveReason = 'hung-up' | 'star' | 'replaced' | 'kicked' | 'conference-ended' | 'time-limit';

export interface Participant {
  readonly call: Call;
  readonly conference: Conference;
  readonly label: string | null;
  readonly startsConference: boolean;
  readonly joinedAt: Date;
  endsConference: boolean;
  muted: boolean;
  held: boolean;
  beep: 'true' | 'false' | 'onEnter' | 'onExit';
  /** Whether it now hears another person. */
  hearing: boolean;
  waiting: Stoppable | null;
  startWaiting: () => Stoppable | null;
  /** Called when it is out of the conference and its call goes on. */
  onLeft: (reason: LeaveReason) => void;
}

export interface Message {
  readonly sid: string;
  readonly from: string;
  readonly to: string;
  readonly body: string;
  readonly createdAt: Date;
  state: 'queued' | 'sent' | 'delivered';
  sentAt: Date | null;
  reports: Reports | null;
}

/** One of the account's own numbers, as Twilio's console configures it. */
export interface OwnNumber {
  readonly number: string;
  readonly sid: string;
  label: string;
  voice: VoiceUrls;
  statusCallback: string | null;
}

export interface ExchangeEvent {
  at: string;
  kind: string;
  [field: string]: unknown;
}

/** Everything the exchange knows; handed to every function that needs it. */
export interface Network {
  readonly clock: Clock;
  readonly chance: Chance;
  readonly work: Work;
  readonly post: Post;
  readonly accountSid: string;
  readonly dialect: Dialect;
  readonly callsPerSecond: number;
  readonly speechRate: SpeechRate;
  numbers: Map<string, OwnNumber>;
  /** Reached by <Dial><Sip>, by host. */
  sipDomains: Map<string, SipDomain>;
  phones: Map<string, Phone>;
  calls: Map<string, Call>;
  ended: string[];
  callsOfPhone: Map<string, Call[]>;
  live: Map<string, Set<Call>>;
  conferences: Map<string, Conference>;
  openConferences: Map<string, Conference>;
  messages: Map<string, Message>;
  faults: Faults;
  /** Calls waiting for their turn, and when the latest ones were dialled. */
  dialQueue: { waiting: Call[]; recent: number[]; timer: Timer | null };
  /** Status callbacks of one call or conference go out one after another, by subject. */
  outboxes: Map<string, Array<() => void>>;
  timers: Set<Timer>;
  listeners: Set<(event: ExchangeEvent) => void>;
  /** Shown on the page: what a visitor may try. */
  notice: { ja: string; en: string }[];
}

export const isEnded = (call: Call): boolean =>
  call.state !== 'queued' && call.state !== 'ringing' && call.state !== 'in-progress';

/** Tells those who watch the exchange (page, demonstration); costs nothing when nobody does. */
export function announce(network: Network, kind: string, fields: Record<string, unknown>): void {
  if (network.listeners.size === 0) return;
  const event = { at: network.clock.now().toISOString(), kind, ...fields };
  for (const listener of network.listeners) listener(event);
}

/** A timer that dies with its owner (`timers` of a call or of the network). */
export function later(network: Network, timers: Set<Timer>, seconds: number, task: () => void): Timer {
  const timer = network.clock.after(seconds * 1000, () => {
    timers.delete(handle);
    task();
  });
  const handle: Timer = {
    cancel() {
      timers.delete(handle);
      timer.cancel();
    },
  };
  timers.add(handle);
  return handle;
}
