import twilio from 'twilio';
import { z } from 'zod';

export interface WebhookKeys {
  accountSid: string;
  /** One token, or two while they are being rotated. */
  authTokens: readonly string[];
  /** The URL as the carrier knows it: never built from the request's own headers (providers.md 1.5). */
  publicBaseUrl: string;
}

export type Verified =
  | { isGenuine: true; params: Readonly<Record<string, string>> }
  | { isGenuine: false; status: 400 | 403; reason: string };

const maxParams = 100;

/**
 * Is this form-encoded webhook signed by our account? All received parameters are verified first (Twilio adds new ones
 * without notice); what is known is parsed strictly afterwards, because the signature joins names and values without
 * separators and one signature fits altered sets (providers.md 1.5).
 */
export function verifyWebhook(originalUrl: string, rawBody: string, signature: unknown, keys: WebhookKeys): Verified {
  if (typeof signature !== 'string' || signature === '') return refused(403, 'no_signature');
  const params: Record<string, string> = {};
  let count = 0;
  for (const [name, value] of new URLSearchParams(rawBody)) {
    if (Object.hasOwn(params, name)) return refused(400, 'parameter_twice');
    if (++count > maxParams) return refused(400, 'too_many_parameters');
    params[name] = value;
  }
  const url = keys.publicBaseUrl + originalUrl;
  const isSigned = keys.authTokens.some((token) => isValid(token, signature, url, params));
  if (!isSigned) return refused(403, 'wrong_signature');
  if (params.AccountSid !== keys.accountSid) return refused(403, 'another_account');
  return { isGenuine: true, params };
}

const refused = (status: 400 | 403, reason: string): Verified => ({ isGenuine: false, status, reason });

/** `validateRequest` throws ERR_INVALID_URL on a malformed URL. */
function isValid(token: string, signature: string, url: string, params: Record<string, string>): boolean {
  try {
    return twilio.validateRequest(token, signature, url, params);
  } catch {
    return false;
  }
}

const callSid = z.string().regex(/^CA[0-9a-f]{32}$/);
const e164 = /^\+[1-9][0-9]{6,14}$/;

/** A number, or the SIP address of a line that comes from another carrier. */
const longestAddress = 255;

/** The states of a call, in Twilio's words and in those of the carriers that speak as it does. */
export const callStatuses = [
  ...(['queued', 'initiated', 'ringing', 'in-progress', 'completed'] as const),
  ...(['busy', 'no-answer', 'failed', 'canceled'] as const),
] as const;

/** A call as every voice webhook describes it. `From` may be withheld, but a missing one is not read as withheld. */
const callShape = z.object({
  CallSid: callSid,
  From: z.string().max(longestAddress),
  To: z.string().max(longestAddress),
  Direction: z.enum(['inbound', 'outbound-api', 'outbound-dial']),
  CallStatus: z.enum(callStatuses).optional(),
});

export const digitsShape = z
  .string()
  .regex(/^[0-9*#]{0,32}$/)
  .default('');

export const sequenceShape = z
  .string()
  .regex(/^[0-9]{1,6}$/)
  .default('0');

const recordingShape = callShape.extend({
  RecordingSid: z
    .string()
    .regex(/^RE[0-9a-f]{32}$/)
    .optional(),
  RecordingDuration: z
    .string()
    .regex(/^[0-9]{1,6}$/)
    .default('0'),
});

/** What each voice webhook of Twilio says. */
export const webhookShapes = {
  call: callShape,
  keys: callShape.extend({ Digits: digitsShape }),
  status: callShape.extend({ CallStatus: z.enum(callStatuses), SequenceNumber: sequenceShape }),
  recording: recordingShape,
  conference: z.object({
    ConferenceSid: z.string().regex(/^CF[0-9a-f]{32}$/),
    FriendlyName: z.string().max(64),
    StatusCallbackEvent: z.string().max(64),
    CallSid: callSid.optional(),
    SequenceNumber: sequenceShape,
  }),
};

export const conferenceEvents: Readonly<Record<string, 'start' | 'end' | 'join' | 'leave'>> = {
  'conference-start': 'start',
  'conference-end': 'end',
  'participant-join': 'join',
  'participant-leave': 'leave',
};

/** The caller's number, or null when it is withheld (placeholders differ between networks). */
export const numberOrWithheld = (from: string): string | null => (e164.test(from) ? from : null);
