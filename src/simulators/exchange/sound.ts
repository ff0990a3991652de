import { announce, type Call, isEnded, later, type Network, type TranscriptEntry } from './state.ts';

/** What a person hears and keys: the transcript of a call, the measuring of silence, and reactions to prompts. */

const shortestSilenceMs = 1000;

/** Adds a line to the transcript and shows it to those who watch. */
export function note(
  network: Network,
  call: Call,
  kind: TranscriptEntry['kind'],
  text: string,
  more: Pick<TranscriptEntry, 'seconds' | 'lost'> = {},
): void {
  call.transcript.push({ at: network.clock.now(), kind, text, ...more });
  announce(network, kind, { call: call.sid, phone: call.phone, text, ...more });
}

/** Something becomes audible on the call; ends a silence. */
export function startSound(network: Network, call: Call): void {
  if (call.sounds === 0) closeSilence(network, call);
  call.sounds += 1;
}

/** It falls quiet again, unless something else sounds. */
export function endSound(network: Network, call: Call): void {
  call.sounds -= 1;
  if (call.sounds === 0) call.silentSince = network.clock.now();
}

/** Writes down the silence so far, if there was one worth the name. */
export function closeSilence(network: Network, call: Call): void {
  if (!call.silentSince) return;
  const since = call.silentSince;
  const lasted = network.clock.now().getTime() - since.getTime();
  call.silentSince = null;
  call.longestSilenceMs = Math.max(call.longestSilenceMs, lasted);
  if (lasted < shortestSilenceMs) return;
  const seconds = Math.round(lasted / 100) / 10;
  call.transcript.push({ at: since, kind: 'heard-silence', text: `${seconds} s`, seconds });
}

/** The person hears a sentence, and may react to it. */
export function hear(network: Network, call: Call, text: string, seconds: number): void {
  note(network, call, 'said', text, { seconds });
  call.habit?.keys.forEach((reaction, index) => {
    if (!('onPrompt' in reaction) || !new RegExp(reaction.onPrompt, 'u').test(text)) return;
    const done = call.reactions[index] ?? 0;
    if (reaction.times !== undefined && done >= reaction.times) return;
    call.reactions[index] = done + 1;
    later(network, call.timers, reaction.afterSeconds, () => {
      if (reaction.digits) press(network, call, reaction.digits);
      if (reaction.hangUp) call.hangUp();
    });
  });
}

/** The person presses keys, at once; `w` waits half a second. Keys that nobody listens to are lost, as at Twilio. */
export function press(network: Network, call: Call, digits: string): void {
  if (isEnded(call)) return;
  const pause = digits.indexOf('w');
  const now = pause < 0 ? digits : digits.slice(0, pause);
  if (pause >= 0) later(network, call.timers, 0.5, () => press(network, call, digits.slice(pause + 1)));
  if (now === '') return;
  let heard = 0;
  // Noted before it acts, so that a transcript reads in the order of cause and effect.
  const entry: TranscriptEntry = { at: network.clock.now(), kind: 'keyed', text: now };
  call.transcript.push(entry);
  for (const key of now) {
    if (!call.listener) continue;
    heard += 1;
    call.listener(key);
  }
  if (heard === 0) entry.lost = true;
  announce(network, 'keyed', { call: call.sid, phone: call.phone, text: now, ...(heard === 0 && { lost: true }) });
}
