import type { z } from 'zod';
import type { CarrierCall } from '../../voice/context.ts';
import type { ConferenceEvent, Readers, VoiceGate } from '../../voice/gate.ts';
import { renderTwiml, type TwimlOptions } from './twiml.ts';
import {
  callShape,
  conferenceEvents,
  conferenceShape,
  keysShape,
  numberOrWithheld,
  recordingShape,
  statusShape,
  verifyWebhook,
  type WebhookKeys,
} from './webhook.ts';

/** Twilio's webhooks: signature first, strict shape after it, TwiML back. */
export function twilioGate(keys: WebhookKeys, options: TwimlOptions): VoiceGate {
  return {
    contentType: 'text/xml; charset=utf-8',
    render: (script) => renderTwiml(script, options),
    verify(originalUrl, rawBody, header) {
      const verified = verifyWebhook(originalUrl, rawBody, header('x-twilio-signature'), keys);
      return verified.isGenuine ? { isGenuine: true, read: readers(verified.params) } : verified;
    },
  };
}

function readers(params: Readonly<Record<string, string>>): Readers {
  const parse = <Shape extends z.ZodType>(shape: Shape): z.output<Shape> | null => {
    const parsed = shape.safeParse(params);
    return parsed.success ? parsed.data : null;
  };
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
      const form = parse(recordingShape);
      return form && { call: carrierCall(form) };
    },
    conference() {
      const form = parse(conferenceShape);
      return form && conferenceEvent(form);
    },
  };
}

const carrierCall = (form: z.output<typeof callShape>): CarrierCall => ({
  callId: form.CallSid,
  from: form.From,
  fromNumber: numberOrWithheld(form.From),
  to: form.To,
  isInbound: form.Direction === 'inbound',
});

const conferenceEvent = (form: z.output<typeof conferenceShape>): ConferenceEvent => ({
  conferenceId: form.ConferenceSid,
  name: form.FriendlyName,
  event: conferenceEvents[form.StatusCallbackEvent] ?? 'other',
  callId: form.CallSid ?? null,
  sequence: form.SequenceNumber,
});
