import { reportCall } from './callbacks.ts';
import { nextHabit } from './habits.ts';
import type { Reports } from './post.ts';
import { closeSilence, note, press } from './sound.ts';
import {
  announce,
  type Call,
  type Direction,
  type EndedBy,
  type EndState,
  isEnded,
  later,
  type Network,
  type VoiceUrls,
} from './state.ts';

/** How a call comes to be, rings, is answered, and ends. */

const keptEndedCalls = 5000;
const keptCallsPerPhone = 500;
const engagedToneSeconds = 1;
const defaultTimeLimitSeconds = 4 * 3600; // Twilio's own limit for a call
const voicemailRecordsSeconds = 30;
const detectionSeconds = { human: 2, machine: 4 };

export interface NewCall {
  direction: Direction;
  from: string;
  to: string;
  voice: VoiceUrls;
  reports: Reports | null;
  timeoutSeconds?: number | undefined;
  timeLimitSeconds?: number | undefined;
  parentSid?: string | undefined;
  /** The telephone at the human end, where neither number names it. */
  phone?: string;
  machineDetection?: Call['machineDetection'];
}

/** Makes a call known to the exchange; nothing rings yet. */
export function createCall(network: Network, wish: NewCall): Call {
  const now = network.clock.now();
  const call: Call = {
    sid: network.chance.sid('CA'),
    direction: wish.direction,
    from: wish.from,
    to: wish.to,
    phone: wish.phone ?? (wish.direction === 'inbound' ? wish.from : wish.to),
    parentSid: wish.parentSid ?? null,
    createdAt: now,
    state: wish.direction === 'outbound-api' ? 'queued' : 'ringing',
    startedAt: null,
    ringingAt: null,
    answeredAt: null,
    endedAt: null,
    updatedAt: now,
    endedBy: null,
    answeredBy: null,
    transcript: [],
    sounds: 0,
    silentSince: null,
    longestSilenceMs: 0,
    voice: wish.voice,
    reports: wish.reports,
    timeoutSeconds: wish.timeoutSeconds ?? 60,
    timeLimitSeconds: wish.timeLimitSeconds ?? defaultTimeLimitSeconds,
    sipCode: null,
    machineDetection: wish.machineDetection ?? null,
    habit: null,
    reactions: [],
    run: null,
    listener: null,
    participant: null,
    bridge: null,
    farEnd: null,
    whenDialled: null,
    timers: new Set(),
    hangUp: () => endCall(network, call, call.answeredAt ? 'completed' : 'no-answer', 'phone'),
    whenAnswered: null,
    whenEnded: [],
  };
  network.calls.set(call.sid, call);
  const known = network.callsOfPhone.get(call.phone);
  if (!known) network.callsOfPhone.set(call.phone, [call]);
  else if (known.push(call) > 2 * keptCallsPerPhone) known.splice(0, keptCallsPerPhone);
  showState(network, call);
  return call;
}

/** Puts an outbound call in the line for calls-per-second; it is dialled when its turn comes. */
export function queueCall(network: Network, call: Call): void {
  network.dialQueue.waiting.push(call);
  serveDialQueue(network);
}

function serveDialQueue(network: Network): void {
  const queue = network.dialQueue;
  if (queue.timer) return;
  // At most `size` calls in any window: 50 a second are 50 at once and then a wait; 0.5 a second is one every 2 s.
  const size = Math.max(1, Math.floor(network.callsPerSecond));
  const windowMs = (1000 * size) / network.callsPerSecond;
  while (queue.waiting.length > 0) {
    const now = network.clock.now().getTime();
    const oldest = queue.recent.length >= size ? queue.recent[queue.recent.length - size]! : Number.NEGATIVE_INFINITY;
    if (oldest + windowMs > now) {
      queue.timer = later(network, network.timers, (oldest + windowMs - now) / 1000, () => {
        queue.timer = null;
        serveDialQueue(network);
      });
      return;
    }
    const call = queue.waiting.shift()!;
    if (isEnded(call)) continue;
    queue.recent.push(now);
    if (queue.recent.length > 2 * size) queue.recent.splice(0, size);
    dial(network, call);
  }
}

/** Dials now: the network is asked for the line, and the phone does as its habit is. */
export function dial(network: Network, call: Call): void {
  call.startedAt = network.clock.now();
  reportCall(network, call, 'initiated');
  if (call.whenDialled) {
    call.state = 'ringing'; // a number of ours is never engaged
    call.ringingAt = network.clock.now();
    showState(network, call);
    reportCall(network, call, 'ringing');
    return call.whenDialled();
  }
  const engaged = (network.live.get(call.phone)?.size ?? 0) > 0;
  occupy(network, call);
  const end = (seconds: number, state: EndState, by: EndedBy, sipCode: number) =>
    later(network, call.timers, seconds, () => endCall(network, call, state, by, sipCode));
  if (engaged) {
    note(network, call, 'event', 'the phone is already in a call');
    end(engagedToneSeconds, 'busy', 'network', 486);
    return;
  }
  const habit = nextHabit(network.phones.get(call.phone));
  call.habit = habit;
  if (habit.behaviour === 'busy') end(engagedToneSeconds, 'busy', 'network', 486);
  else if (habit.behaviour === 'failed') end(engagedToneSeconds, 'failed', 'network', 404);
  else {
    call.state = 'ringing';
    call.ringingAt = network.clock.now();
    showState(network, call);
    reportCall(network, call, 'ringing');
    if (habit.behaviour === 'answer' || habit.behaviour === 'voicemail')
      later(network, call.timers, habit.answerAfterSeconds, () => answer(network, call));
    if (habit.behaviour === 'reject') end(habit.answerAfterSeconds, 'busy', 'phone', 603);
    later(network, call.timers, call.timeoutSeconds, () => {
      if (call.state === 'ringing') endCall(network, call, 'no-answer', 'network', 487);
    });
  }
}

/** Counts the phone as engaged until the call ends. */
export function occupy(network: Network, call: Call): void {
  const live = network.live.get(call.phone);
  if (live) live.add(call);
  else network.live.set(call.phone, new Set([call]));
}

/** The phone is picked up. Nothing when it does not ring any more. */
export function answer(network: Network, call: Call): void {
  if (call.state !== 'ringing') return;
  const now = network.clock.now();
  call.state = 'in-progress';
  call.answeredAt = now;
  call.silentSince = now;
  showState(network, call);
  later(network, call.timers, call.timeLimitSeconds, () => endCall(network, call, 'completed', 'network'));
  const isMachine = call.habit?.behaviour === 'voicemail';
  live(network, call, isMachine);
  if (call.machineDetection === null) {
    reportCall(network, call, 'answered');
    call.whenAnswered?.();
    return;
  }
  const waitsForBeep = isMachine && call.machineDetection === 'DetectMessageEnd';
  const seconds = waitsForBeep ? call.habit!.greetingSeconds : detectionSeconds[isMachine ? 'machine' : 'human'];
  reportCall(network, call, 'answered');
  later(network, call.timers, seconds, () => {
    call.answeredBy = isMachine ? (waitsForBeep ? 'machine_end_beep' : 'machine_start') : 'human';
    call.whenAnswered?.();
  });
}

/** What the person, or the answering machine, does once on the line. */
function live(network: Network, call: Call, isMachine: boolean): void {
  const { habit } = call;
  if (!habit) return;
  for (const keys of habit.keys) {
    if ('onPrompt' in keys) continue;
    later(network, call.timers, keys.afterSeconds, () => press(network, call, keys.digits));
  }
  let hangUpAfter = habit.hangUpAfterSeconds;
  if (isMachine) {
    note(network, call, 'event', `answering machine: greeting of ${habit.greetingSeconds} s`);
    later(network, call.timers, habit.greetingSeconds, () => note(network, call, 'event', 'answering machine: beep'));
    hangUpAfter ??= habit.greetingSeconds + voicemailRecordsSeconds;
  }
  if (hangUpAfter !== undefined) later(network, call.timers, hangUpAfter, () => call.hangUp());
}

/** Ends a call, once; tells everyone concerned. A call that has ended is left as it is. */
export function endCall(network: Network, call: Call, state: EndState, by: EndedBy, sipCode = 200): void {
  if (isEnded(call)) return;
  call.state = state;
  call.endedAt = network.clock.now();
  call.endedBy = by;
  call.sipCode = sipCode;
  for (const timer of call.timers) timer.cancel();
  call.timers.clear();
  const { run } = call;
  call.run = null;
  run?.stop('ended');
  call.listener = null;
  closeSilence(network, call);
  note(network, call, 'event', `ended: ${state}, by ${by}`);
  const others = network.live.get(call.phone);
  others?.delete(call);
  if (others?.size === 0) network.live.delete(call.phone);
  showState(network, call);
  reportCall(network, call, 'completed');
  const concerned = call.whenEnded;
  call.whenEnded = [];
  for (const tell of concerned) tell();
  prune(network, call);
}

function prune(network: Network, call: Call): void {
  network.ended.push(call.sid);
  if (network.ended.length < 2 * keptEndedCalls) return;
  for (const sid of network.ended.splice(0, keptEndedCalls)) {
    const old = network.calls.get(sid);
    network.calls.delete(sid);
    const ofPhone = old && network.callsOfPhone.get(old.phone);
    if (ofPhone?.every(isEnded) && !network.calls.has(ofPhone.at(-1)!.sid)) network.callsOfPhone.delete(old!.phone);
  }
}

/** Shows a changed call to those who watch, and marks it as changed. */
export function showState(network: Network, call: Call): void {
  call.updatedAt = network.clock.now();
  announce(network, 'call', {
    call: call.sid,
    phone: call.phone,
    direction: call.direction,
    from: call.from,
    to: call.to,
    state: call.state,
  });
}
