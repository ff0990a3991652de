import type { Timer } from '../../lib/clock.ts';
import { callParams } from './callbacks.ts';
import { callErrors } from './errors.ts';
import { slowness } from './faults.ts';
import { answer, endCall } from './lifecycle.ts';
import type { Outcome } from './post.ts';
import type { Run, RunOptions, Verb } from './run.ts';
import { hear, note } from './sound.ts';
import { type Call, isEnded, later, type Network, type Stoppable, type StopReason } from './state.ts';
import { flagIn, methodIn, parseTwiml, TwimlError } from './twiml.ts';
import { dial } from './verbs/dial.ts';
import { gather } from './verbs/gather.ts';
import { prompt } from './verbs/prompts.ts';
import { record } from './verbs/record.ts';
import { textOf, type XmlElement } from './xml.ts';

/** Fetches TwiML documents and performs them, verb by verb. */

const verbs: Record<string, Verb> = {
  Say: prompt,
  Play: prompt,
  Pause: prompt,
  Gather: gather,
  Record: record,
  Dial: dial,
  Redirect: (run, element) => run.goTo(textOf(element), methodIn(element, 'method')),
  Hangup: (run) => run.finish('hung-up'),
  Leave: (run) => run.next(), // leaves a queue; nobody is in one here
  Reject: (run, element) => {
    const { call, network } = run;
    if (call.state !== 'ringing') return run.finish('hung-up');
    const busy = element.attributes.reason === 'busy';
    endCall(network, call, busy ? 'busy' : 'no-answer', 'twiml', busy ? 486 : 603);
  },
};

interface Source {
  url: string;
  method: 'GET' | 'POST';
  twiml?: string | null;
}

/** Starts a performance of the document at `source.url`, or of `source.twiml`. */
export function startRun(network: Network, call: Call, source: Source, options: RunOptions): Stoppable {
  let elements: XmlElement[] = [];
  let index = 0;
  let documentUrl = '';
  let documentMethod: 'GET' | 'POST' = 'POST';
  let fetching = 0; // the number of the fetch whose reply counts; older replies come too late
  let stopped = false;
  let tidies: Array<(reason: StopReason | 'moved') => void> = [];
  let timers = new Set<Timer>();

  const leave = (reason: StopReason | 'moved') => {
    const tidying = tidies;
    tidies = [];
    for (const timer of timers) timer.cancel();
    timers = new Set();
    for (const tidy of tidying) tidy(reason);
  };

  const request = (
    url: string,
    method: 'GET' | 'POST',
    params: Record<string, string>,
    done: (outcome: Outcome) => void,
  ) => {
    const delivery = {
      kind: 'voice' as const,
      subject: call.sid,
      url,
      method,
      params: { ...callParams(network, call), ...options.params?.(), ...params },
      token: network.chance.token(),
    };
    network.post.send(delivery, done);
    const { duplicate = 1, voiceToo = false } = network.faults.callbacks;
    for (let copy = 1; voiceToo && copy < duplicate; copy += 1) network.post.send(delivery, () => {});
  };

  const fail = (errorCode: number, detail: string, url: string, isFallback: boolean) => {
    note(network, call, 'event', `${errorCode}: ${detail}`);
    const { fallback } = options;
    if (fallback && !isFallback)
      fetch(fallback.url, fallback.method, { ErrorCode: String(errorCode), ErrorUrl: url }, true);
    else run.finish('failed', `${errorCode}: ${detail}`);
  };

  const read = (text: string, url: string, isFallback: boolean) => {
    try {
      const document = parseTwiml(text, options.purpose);
      for (const warning of document.warnings) note(network, call, 'event', `warning: ${warning}`);
      elements = document.verbs;
      index = 0;
    } catch (error) {
      if (!(error instanceof TwimlError)) throw error;
      return fail(error.code, error.message, url, isFallback);
    }
    perform();
  };

  const fetch = (url: string, method: 'GET' | 'POST', params: Record<string, string>, isFallback: boolean) => {
    fetching += 1;
    const mine = fetching;
    const slow = options.purpose === 'main' ? slowness(network.faults) : null;
    const arrived = (outcome: Outcome) => {
      if (stopped || mine !== fetching) {
        if (slow?.evenAfterMove && outcome.delivered) performCall(network, call, { url, method, twiml: outcome.body });
        return;
      }
      if (!outcome.delivered) return fail(outcome.errorCode, outcome.detail, url, isFallback);
      if (!/xml|html/.test(outcome.contentType))
        return fail(callErrors.contentType, `content type "${outcome.contentType}" is not TwiML`, url, isFallback);
      documentUrl = url;
      documentMethod = method;
      read(outcome.body, url, isFallback);
    };
    request(url, method, params, (outcome) => {
      if (slow) later(network, call.timers, slow.seconds, () => arrived(outcome));
      else arrived(outcome);
    });
  };

  const perform = () => {
    const element = elements[index];
    if (options.purpose === 'main' && call.state === 'ringing' && picksUp(element)) answer(network, call);
    if (!element) return run.finish('done');
    verbs[element.name]!(run, element);
  };

  const absolute = (url: string): string | null => {
    if (documentUrl === '') return url === '' ? null : url;
    return url === '' ? documentUrl : resolve(url, documentUrl);
  };

  const run: Run = {
    network,
    call,
    purpose: options.purpose,
    get documentUrl() {
      return documentUrl;
    },
    audience: options.audience ?? (() => [call]),
    next() {
      if (stopped) return;
      leave('moved');
      index += 1;
      perform();
    },
    goTo(url, method, params = {}) {
      if (stopped) return;
      leave('moved');
      const address = absolute(url);
      if (address === null) return fail(callErrors.retrieval, 'TwiML given inline has no URL to go back to', '', false);
      fetch(address, url === '' ? documentMethod : method, params, false);
    },
    finish(how, detail = '') {
      if (stopped) return;
      stopped = true;
      leave('moved');
      options.onEnd(how, detail);
    },
    later(seconds, task) {
      later(network, timers, seconds, task);
    },
    onLeave(tidy) {
      tidies.push(tidy);
    },
    lastWord(url, method, params) {
      const address = absolute(url);
      if (address !== null) request(address, method, params, () => {});
    },
    spawn(other, url, method, spawned) {
      return startRun(network, other, { url: absolute(url) ?? url, method }, spawned);
    },
    stop(reason) {
      if (stopped) return;
      stopped = true;
      leave(reason);
    },
  };
  if (source.twiml) {
    documentUrl = source.url;
    read(source.twiml, source.url, false);
  } else fetch(source.url, source.method, {}, false);
  return run;
}

/** Whether an inbound call is picked up for this verb: some decide before an answer. */
const picksUp = (element: XmlElement | undefined): boolean =>
  !element ||
  !(
    element.name === 'Reject' ||
    element.name === 'Redirect' ||
    (element.name === 'Dial' && flagIn(element, 'answerOnBridge', false))
  );

function resolve(url: string, base: string): string {
  try {
    return /^[a-z][a-z0-9+.-]*:/i.test(url) ? url : new URL(url, base.split('#')[0]).href;
  } catch {
    return url;
  }
}

const apology = 'We are sorry, an application error has occurred. Goodbye.';
const apologySeconds = 3;

/** Performs a call's documents from the beginning, in the place of whatever it was doing. */
export function performCall(network: Network, call: Call, source: Source): void {
  const { run: before, voice } = call;
  call.run = null;
  before?.stop('replaced');
  if (isEnded(call)) return;
  const fallback = voice.fallbackUrl ? { url: voice.fallbackUrl, method: voice.fallbackMethod } : null;
  let ended = false;
  const run = startRun(network, call, source, {
    purpose: 'main',
    fallback,
    onEnd(how) {
      ended = true;
      call.run = null;
      if (how !== 'failed') return endCall(network, call, 'completed', 'twiml');
      answer(network, call);
      note(network, call, 'event', 'application error');
      hear(network, call, apology, apologySeconds);
      later(network, call.timers, apologySeconds, () => endCall(network, call, 'completed', 'error'));
    },
  });
  if (!ended && !isEnded(call)) call.run = run;
}
