import twilio from 'twilio';
import { printable } from '../../lib/plain-text.ts';
import type { Language } from '../../voice/prompts.ts';
import type { Ask, Bridge, Confer, Dial, Script, Verb } from '../../voice/script.ts';

type VoiceResponse = InstanceType<typeof twilio.twiml.VoiceResponse>;

export interface TwimlOptions {
  publicBaseUrl: string;
  language: Language;
  /** How the carrier asks for what follows; POST when absent. A static host answers GET only. */
  method?: 'GET' | 'POST';
  /** Host of the SIP addresses by which the other carrier takes lines of ours; null or absent: there is no other. */
  bridgeHost?: string | null;
  /** Telnyx's dialect; Twilio's when absent. What differs stands under `telnyx` in this file, and nowhere else. */
  dialect?: 'telnyx';
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
      return renderConfer(response, verb, options, url);
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
    case 'bridge':
      return renderBridge(response, verb, options, url);
    case 'goto':
      response.redirect({ method: 'POST' }, url(verb.path));
      return;
    case 'hangup':
      response.hangup();
      return;
  }
}

function renderAsk(response: VoiceResponse, ask: Ask, options: TwimlOptions, url: (path: string) => string): void {
  const telnyx = options.dialect === 'telnyx';
  const gather = response.gather({
    input: ['dtmf'],
    ...(ask.digits === null ? {} : { numDigits: ask.digits }),
    // TeXML names no way to end with no key at all: # is silence there.
    finishOnKey: ask.endsWithHash ? '#' : (ask.emptyKey ?? (telnyx ? '#' : '')),
    timeout: ask.seconds,
    action: url(ask.path),
    method: options.method ?? 'POST',
    ...(telnyx ? {} : { actionOnEmptyResult: ask.reportsSilence }),
  });
  for (const words of ask.say) gather.say(voices[options.language], printable(words));
  // TeXML goes on with the next verb when nothing was keyed; should it ask the action all the same, this is never reached.
  if (telnyx && ask.reportsSilence) response.redirect({ method: 'POST' }, url(ask.path));
}

function renderDial(response: VoiceResponse, dial: Dial, options: TwimlOptions, url: (path: string) => string): void {
  const { seconds: timeout, number, from, askPath } = dial;
  const call = { timeout, answerOnBridge: true, ...(from && { callerId: from }) };
  if (!askPath) return void response.dial(call, number);
  response.dial(call).number({ url: url(askPath), method: options.method ?? 'POST' }, number);
}

function renderConfer(
  response: VoiceResponse,
  confer: Confer,
  { dialect }: TwimlOptions,
  url: (path: string) => string,
): void {
  const telnyx = dialect === 'telnyx';
  // TeXML's waitUrl is a sound and no document, so whoever does not begin the conversation hears our words before it.
  if (telnyx && !confer.starts) return void response.redirect({ method: 'POST' }, url(confer.waitPath));
  const action = { action: url(confer.afterPath), method: 'POST' };
  // TeXML: "hangupOnStar … does not apply for the Conference noun".
  const dial = response.dial(telnyx ? action : { ...action, hangupOnStar: confer.starLeaves });
  dial.conference(
    {
      startConferenceOnEnter: confer.starts,
      endConferenceOnExit: confer.endsForAll,
      beep: 'false',
      ...(telnyx ? {} : { waitUrl: url(confer.waitPath), waitMethod: 'POST' }),
      statusCallback: url(confer.statusPath),
      statusCallbackEvent: ['start', 'end', 'join', 'leave'],
      statusCallbackMethod: 'POST',
    },
    confer.conference,
  );
}

function renderBridge(
  response: VoiceResponse,
  { id, seconds: timeout, starLeaves: hangupOnStar, afterPath }: Bridge,
  { bridgeHost }: TwimlOptions,
  url: (path: string) => string,
): void {
  if (!bridgeHost) throw new Error('a line of the other carrier, and no way between the carriers is configured');
  response.dial({ timeout, hangupOnStar, action: url(afterPath), method: 'POST' }).sip(`sip:${id}@${bridgeHost}`);
}
