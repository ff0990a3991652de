import { callErrors } from './errors.ts';
import { elementsOf, parseXml, type XmlElement, XmlError } from './xml.ts';

/**
 * What a TwiML document may contain. An unknown verb is an error, as at Twilio; an unknown attribute is only a
 * warning there, and so it is here.
 */
export interface TwimlDocument {
  verbs: XmlElement[];
  warnings: string[];
}

export class TwimlError extends Error {
  readonly code: number;
  constructor(code: number, message: string) {
    super(message);
    this.code = code;
  }
}

/** Where a document is being performed; each place allows its own verbs. */
export type Purpose = 'main' | 'whisper' | 'wait' | 'announce';

interface Grammar {
  attributes: readonly string[];
  children: readonly string[];
  text: boolean;
}

const words = (text: string): string[] => text.split(' ').filter(Boolean);
const rule = (attributes: string, children = '', text = false): Grammar => ({
  attributes: words(attributes),
  children: words(children),
  text,
});

const ssml = 'break emphasis lang p phoneme prosody s say-as sub w amazon:effect amazon:domain';
const dialReports = 'statusCallback statusCallbackEvent statusCallbackMethod';
const amd =
  'machineDetection machineDetectionTimeout machineDetectionSpeechThreshold machineDetectionSpeechEndThreshold machineDetectionSilenceTimeout amdStatusCallback amdStatusCallbackMethod';
const recording = 'recordingStatusCallback recordingStatusCallbackEvent recordingStatusCallbackMethod trim';

const grammar: Record<string, Grammar> = {
  Response: rule('', 'Say Play Pause Gather Redirect Hangup Reject Record Dial Leave'),
  Say: rule('voice language loop', ssml, true),
  Play: rule('loop digits', '', true),
  Pause: rule('length'),
  Gather: rule(
    'input action method timeout finishOnKey numDigits actionOnEmptyResult language hints bargeIn speechTimeout maxSpeechTime speechModel enhanced profanityFilter partialResultCallback partialResultCallbackMethod debug',
    'Say Play Pause',
  ),
  Redirect: rule('method', '', true),
  Hangup: rule(''),
  Reject: rule('reason'),
  Leave: rule(''),
  Record: rule(
    `action method timeout finishOnKey maxLength playBeep transcribe transcribeCallback ${recording} recordingTrack`,
  ),
  Dial: rule(
    `action method timeout hangupOnStar timeLimit callerId record answerOnBridge ringTone sequential referUrl referMethod ${recording} recordingTrack`,
    'Number Conference Sip',
    true,
  ),
  Number: rule(`url method sendDigits byoc ${dialReports} ${amd}`, '', true),
  Sip: rule(`url method username password ${dialReports}`, '', true),
  Conference: rule(
    `muted beep startConferenceOnEnter endConferenceOnExit waitUrl waitMethod maxParticipants record region coach participantLabel jitterBufferSize eventCallbackUrl ${dialReports} ${recording}`,
    '',
    true,
  ),
};

const permitted: Record<Purpose, ReadonlySet<string>> = {
  main: new Set(grammar.Response!.children),
  whisper: new Set(['Say', 'Play', 'Pause', 'Gather', 'Redirect', 'Hangup']),
  wait: new Set(['Say', 'Play', 'Pause', 'Redirect']),
  announce: new Set(['Say', 'Play', 'Pause', 'Redirect']),
};

function check(element: XmlElement, warnings: string[]): void {
  const known = grammar[element.name];
  if (!known) return; // a speech tag inside <Say>
  for (const name of Object.keys(element.attributes)) {
    if (!known.attributes.includes(name)) warnings.push(`<${element.name}> has no attribute ${name} (12200)`);
  }
  for (const child of element.children) {
    if (typeof child === 'string') {
      if (!known.text && child.trim() !== '')
        throw new TwimlError(callErrors.schema, `<${element.name}> takes no text, but has "${child.trim()}"`);
    } else {
      if (!known.children.includes(child.name))
        throw new TwimlError(callErrors.schema, `<${child.name}> is not allowed in <${element.name}>`);
      check(child, warnings);
    }
  }
}

/** Reads a document for one purpose. Throws TwimlError with Twilio's code. */
export function parseTwiml(source: string, purpose: Purpose): TwimlDocument {
  let root: XmlElement;
  try {
    root = parseXml(source);
  } catch (error) {
    if (error instanceof XmlError) throw new TwimlError(callErrors.parse, `not readable as XML: ${error.message}`);
    throw error;
  }
  if (root.name !== 'Response') throw new TwimlError(callErrors.parse, `the root is <${root.name}>, not <Response>`);
  const warnings: string[] = [];
  check(root, warnings);
  const verbs = elementsOf(root);
  const stranger = verbs.find((verb) => !permitted[purpose].has(verb.name));
  if (stranger) throw new TwimlError(callErrors.schema, `<${stranger.name}> is not allowed in a ${purpose} document`);
  return { verbs, warnings };
}

/** A whole number of seconds or digits in an attribute; `otherwise` when absent or not a number. */
export function numberIn(element: XmlElement, attribute: string, otherwise: number): number {
  const value = Number(element.attributes[attribute] ?? Number.NaN);
  return Number.isFinite(value) && value >= 0 ? value : otherwise;
}

/** A true/false attribute; `otherwise` when absent. */
export const flagIn = (element: XmlElement, attribute: string, otherwise: boolean): boolean =>
  element.attributes[attribute] === undefined ? otherwise : element.attributes[attribute] === 'true';

/** `GET` or `POST` (Twilio's default everywhere). */
export const methodIn = (element: XmlElement, attribute: string): 'GET' | 'POST' =>
  element.attributes[attribute]?.toUpperCase() === 'GET' ? 'GET' : 'POST';
