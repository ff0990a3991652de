import twilio from 'twilio';
import { printable } from '../../lib/plain-text.ts';
import type { Language } from '../../voice/prompts.ts';
import type { Ask, Confer, Dial, Script, Verb } from '../../voice/script.ts';

type VoiceResponse = InstanceType<typeof twilio.twiml.VoiceResponse>;

export interface TwimlOptions {
  publicBaseUrl: string;
  language: Language;
  /** How the carrier asks for what follows; POST when absent. A static host answers GET only. */
  method?: 'GET' | 'POST';
}

// Neural Japanese voice typed by the SDK (providers.md 1.1).
const voices = {
  ja: { language: 'ja-JP', voice: 'Polly.Tomoko-Neural' },
  en: { language: 'en-US', voice: 'Polly.Joanna-Neural' },
} as const;

/** Renders a script as TwiML. Source: Twilio's TwiML reference, through its own builder. */
export function renderTwiml(script: Script, options: TwimlOptions): string {
  const response = new twilio.twiml.VoiceResponse();
  for (const verb of script) render(response, verb, options);
  return response.toString();
}

function render(response: VoiceResponse, verb: Verb, options: TwimlOptions): void {
  const url = (path: string): string => options.publicBaseUrl + path;
  switch (verb.verb) {
    case 'say':
      response.say(voices[options.language], printable(verb.text));
      return;
    case 'pause':
      response.pause({ length: verb.seconds });
      return;
    case 'press':
      response.play({ digits: verb.keys });
      return;
    case 'ask':
      return renderAsk(response, verb, options, url);
    case 'confer':
      return renderConfer(response, verb, url);
    case 'record':
      response.record({
        maxLength: verb.maxSeconds,
        finishOnKey: '#',
        playBeep: true,
        timeout: 5,
        action: url(verb.path),
        method: 'POST',
      });
      return;
    case 'dial':
      return renderDial(response, verb, options, url);
    case 'goto':
      response.redirect({ method: 'POST' }, url(verb.path));
      return;
    case 'hangup':
      response.hangup();
      return;
  }
}

function renderAsk(response: VoiceResponse, ask: Ask, options: TwimlOptions, url: (path: string) => string): void {
  const gather = response.gather({
    input: ['dtmf'],
    ...(ask.digits === null ? {} : { numDigits: ask.digits }),
    finishOnKey: ask.endsWithHash ? '#' : (ask.emptyKey ?? ''),
    timeout: ask.seconds,
    action: url(ask.path),
    method: options.method ?? 'POST',
    actionOnEmptyResult: ask.reportsSilence,
  });
  for (const words of ask.say) gather.say(voices[options.language], printable(words));
}

function renderDial(response: VoiceResponse, dial: Dial, options: TwimlOptions, url: (path: string) => string): void {
  const { seconds: timeout, number, from, askPath } = dial;
  const call = { timeout, answerOnBridge: true, ...(from && { callerId: from }) };
  if (!askPath) return void response.dial(call, number);
  response.dial(call).number({ url: url(askPath), method: options.method ?? 'POST' }, number);
}

function renderConfer(response: VoiceResponse, confer: Confer, url: (path: string) => string): void {
  const dial = response.dial({ action: url(confer.afterPath), method: 'POST', hangupOnStar: confer.starLeaves });
  dial.conference(
    {
      startConferenceOnEnter: confer.starts,
      endConferenceOnExit: confer.endsForAll,
      beep: 'false',
      waitUrl: url(confer.waitPath),
      waitMethod: 'POST',
      statusCallback: url(confer.statusPath),
      statusCallbackEvent: ['start', 'end', 'join', 'leave'],
      statusCallbackMethod: 'POST',
    },
    confer.conference,
  );
}
