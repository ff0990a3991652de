import type { Verb } from '../run.ts';
import { flagIn, methodIn, numberIn } from '../twiml.ts';
import { elementsOf } from '../xml.ts';
import { playAll } from './prompts.ts';

/**
 * <Gather> for keys. The first key breaks off the prompt; the time-out counts from the end of the prompt and anew from
 * each key. Nothing keyed: the next verb, unless `actionOnEmptyResult`. Speech is accepted and never understood.
 */
export const gather: Verb = (run, element) => {
  const { call, network } = run;
  const most = numberIn(element, 'numDigits', Number.POSITIVE_INFINITY);
  const isTexml = network.dialect.name === 'telnyx'; // it knows neither an empty finishOnKey nor actionOnEmptyResult
  const finishKeys =
    (isTexml && element.attributes.finishOnKey === '') || element.attributes.finishOnKey === undefined
      ? '#'
      : element.attributes.finishOnKey;
  const timeoutSeconds = numberIn(element, 'timeout', 5);
  const bargesIn = flagIn(element, 'bargeIn', true);
  const listens = (element.attributes.input ?? 'dtmf').includes('dtmf');
  let digits = '';
  let countdown: { cancel(): void } | null = null;
  let promptIsOver = false;

  const submit = (finishedBy: string | null) => {
    if (digits === '' && (isTexml || !flagIn(element, 'actionOnEmptyResult', false))) return run.next();
    const params: Record<string, string> = { Digits: digits };
    if (finishedBy !== null) params.FinishedOnKey = finishedBy;
    run.goTo(element.attributes.action ?? '', methodIn(element, 'method'), params);
  };
  const waitOn = () => {
    countdown?.cancel();
    countdown = network.clock.after(timeoutSeconds * 1000, () => submit(null));
  };

  run.onLeave(() => {
    countdown?.cancel();
    call.listener = null;
  });
  if (listens) {
    call.listener = (key) => {
      if (bargesIn) {
        promptIsOver = true;
        stopPrompt();
      }
      if (finishKeys.includes(key)) return submit(key);
      digits += key;
      if (digits.length >= most) return submit(null);
      if (promptIsOver) waitOn();
    };
  }
  const stopPrompt = playAll(run, elementsOf(element), () => {
    promptIsOver = true;
    waitOn();
  });
};
