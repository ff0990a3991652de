/**
 * Telnyx's TeXML webhooks: the ed25519 signature over `timestamp|raw body` first, strict shape after it, TeXML back.
 * https://developers.telnyx.com/api-reference/callbacks/texml-call-answered
 */
import { verify } from 'node:crypto';
import { z } from 'zod';
import { markedId } from '../../carriers/carrier.ts';
import type { Readers, VoiceGate } from '../../voice/gate.ts';
import { renderTwiml, type TwimlOptions } from '../twilio/twiml.ts';
import { callStatuses, conferenceEvents, digitsShape, numberOrWithheld, sequenceShape } from '../twilio/webhook.ts';
import { loadPublicKey, toleranceSeconds } from './webhook.ts';

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
const keysShape = callShape.extend({ Digits: digitsShape });
const statusShape = callShape.extend({ CallStatus: z.enum(callStatuses), SequenceNumber: sequenceShape });
const conferenceShape = z.object({
  ...{ ConferenceSid: sid, FriendlyName: z.string().max(64), StatusCallbackEvent: z.string().max(64) },
  ...{ CallSid: sid.optional(), SequenceNumber: sequenceShape },
});

export function texmlGate(keys: TexmlKeys, options: TwimlOptions): VoiceGate {
  const publicKeys = keys.publicKeys.map(loadPublicKey);
  return {
    contentType: 'text/xml; charset=utf-8',
    render: (script) => renderTwiml(script, { ...options, dialect: 'telnyx' }),
    verify(_originalUrl, rawBody, header) {
      const refused = (status: 400 | 403, reason: string) => ({ isGenuine: false, status, reason }) as const;
      const signature = header('telnyx-signature-ed25519');
      const timestamp = header('telnyx-timestamp');
      if (typeof signature !== 'string' || typeof timestamp !== 'string') return refused(403, 'no_signature');
      if (!/^\d{9,12}$/.test(timestamp)) return refused(403, 'wrong_timestamp');
      const [signed, bytes] = [Buffer.from(`${timestamp}|${rawBody}`), Buffer.from(signature, 'base64')];
      if (!publicKeys.some((key) => verify(null, signed, key, bytes))) return refused(403, 'wrong_signature');
      if (Math.abs(keys.now().getTime() / 1000 - Number(timestamp)) > toleranceSeconds) return refused(403, 'stale');
      const params = new URLSearchParams(rawBody);
      if (new Set(params.keys()).size !== params.size) return refused(400, 'parameter_twice');
      if (params.get('AccountSid') !== keys.accountSid) return refused(403, 'another_account');
      return { isGenuine: true, read: readers(Object.fromEntries(params)) };
    },
  };
}

function readers(params: Readonly<Record<string, string>>): Readers {
  const parse = <Shape extends z.ZodType>(shape: Shape): z.output<Shape> | null => shape.safeParse(params).data ?? null;
  return {
    call() {
      const form = parse(callShape);
      return form && carrierCall(form);
    },
    keys() {
      const form = parse(keysShape);
      return form && { call: carrierCall(form), digits: form.Digits };
    },
    status() {
      const form = parse(statusShape);
      return form && { call: carrierCall(form), status: form.CallStatus, sequence: form.SequenceNumber };
    },
    recording() {
      const form = parse(callShape);
      return form && { call: carrierCall(form) };
    },
    conference() {
      const form = parse(conferenceShape);
      return (
        form && {
          ...{ conferenceId: markedId('second', form.ConferenceSid), name: form.FriendlyName },
          ...{ event: conferenceEvents[form.StatusCallbackEvent] ?? 'other', sequence: form.SequenceNumber },
          callId: form.CallSid === undefined ? null : markedId('second', form.CallSid),
        }
      );
    },
  };
}

const carrierCall = (form: z.output<typeof callShape>) => ({
  ...{ callId: markedId('second', form.CallSid), from: form.From, to: form.To },
  ...{ fromNumber: numberOrWithheld(form.From), isInbound: form.Direction === 'inbound' },
});
