import type { Run, Verb } from '../run.ts';
import { endSound, hear, press, startSound } from '../sound.ts';
import { secondsToPlay, secondsToSay } from '../speech.ts';
import { isEnded } from '../state.ts';
import { numberIn } from '../twiml.ts';
import { textOf, type XmlElement } from '../xml.ts';

/**
 * Performs <Say>, <Play> and <Pause> one after another, then calls `done`. The returned function breaks it off, as a
 * key does in a <Gather>; leaving the verb breaks it off too.
 */
export function playAll(run: Run, elements: XmlElement[], done: () => void): () => void {
  let breakOff = () => {};
  let stopped = false;

  const playFrom = (index: number, round: number) => {
    const element = elements[index];
    if (!element) {
      stopped = true;
      done();
      return;
    }
    const loops = element.name === 'Pause' ? 1 : numberIn(element, 'loop', 1);
    breakOff = playOne(run, element, () => {
      if (loops === 0 || round < loops) playFrom(index, round + 1);
      else playFrom(index + 1, 1);
    });
  };
  const stop = () => {
    if (stopped) return;
    stopped = true;
    breakOff();
  };
  run.onLeave(stop);
  playFrom(0, 1);
  return stop;
}

function playOne(run: Run, element: XmlElement, done: () => void): () => void {
  const { network } = run;
  const { text, seconds } = soundOf(run, element);
  const hearers = text === '' ? [] : run.audience();
  for (const call of hearers) {
    startSound(network, call);
    hear(network, call, text, seconds);
  }
  const { digits } = element.attributes;
  if (digits && run.call.farEnd) press(network, run.call.farEnd, digits);
  let over = false;
  const quiet = () => {
    over = true;
    for (const call of hearers) if (!isEnded(call)) endSound(network, call);
  };
  const timer = network.clock.after(seconds * 1000, () => {
    quiet();
    done();
  });
  return () => {
    if (over) return;
    timer.cancel();
    quiet();
  };
}

function soundOf(run: Run, element: XmlElement): { text: string; seconds: number } {
  const text = textOf(element);
  if (element.name === 'Pause') return { text: '', seconds: numberIn(element, 'length', 1) };
  if (element.name === 'Say') return { text, seconds: secondsToSay(text, run.network.speechRate) };
  const { digits } = element.attributes;
  if (digits) return { text: `[tones ${digits}]`, seconds: 0.5 * digits.length };
  return { text: `[plays ${text}]`, seconds: secondsToPlay(text) };
}

export const prompt: Verb = (run, element) => {
  playAll(run, [element], () => run.next());
};
