/**
 * Telnyx's TeXML webhooks: the ed25519 signature over `timestamp|raw body` first, strict shape after it, TeXML back.
 * https://developers.telnyx.com/api-reference/callbacks/texml-call-answered
 */
import { z } from 'zod';
import type { VoiceGate } from '../../voice/gate.ts';
import { readersOf, type WebhookShapes } from '../twilio/readers.ts';
import { renderTwiml, type TwimlOptions } from '../twilio/twiml.ts';
import { callStatuses, digitsShape, sequenceShape } from '../twilio/webhook.ts';
import { loadPublicKey, signatureFault } from './webhook.ts';

export interface TexmlKeys {
  accountSid: string;
  /** All that are valid during a rotation. */
  publicKeys: readonly string[];
  now(): Date;
}

const sid = z.string().regex(/^[\w:.-]{8,200}$/);
const address = z.string().max(255);

// What is not said of a direction is a call of ours: only what comes in is named `inbound`.
const callShape = z.object({ CallSid: sid, From: address, To: address, Direction: z.string().max(32).optional() });
const shapes: WebhookShapes = {
  call: callShape,
  keys: callShape.extend({ Digits: digitsShape }),
  status: callShape.extend({ CallStatus: z.enum(callStatuses), SequenceNumber: sequenceShape }),
  recording: callShape,
  conference: z.object({
    ...{ ConferenceSid: sid, FriendlyName: z.string().max(64), StatusCallbackEvent: z.string().max(64) },
    ...{ CallSid: sid.optional(), SequenceNumber: sequenceShape },
  }),
};

export function texmlGate(keys: TexmlKeys, options: TwimlOptions): VoiceGate {
  const publicKeys = keys.publicKeys.map(loadPublicKey);
  return {
    contentType: 'text/xml; charset=utf-8',
    render: (script) => renderTwiml(script, { ...options, dialect: 'telnyx' }),
    verify(_originalUrl, rawBody, header) {
      const refused = (status: 400 | 403, reason: string) => ({ isGenuine: false, status, reason }) as const;
      const fault = signatureFault(header, Buffer.from(rawBody), publicKeys, keys.now());
      if (fault) return refused(403, fault);
      const params = new URLSearchParams(rawBody);
      if (new Set(params.keys()).size !== params.size) return refused(400, 'parameter_twice');
      if (params.get('AccountSid') !== keys.accountSid) return refused(403, 'another_account');
      return { isGenuine: true, read: readersOf('second', shapes, Object.fromEntries(params)) };
    },
  };
}
