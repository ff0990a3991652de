/** The fields of a voice webhook, as all carriers name them that speak as Twilio does. */
import type { z } from 'zod';
import { type Carrier, markedId } from '../../carriers/carrier.ts';
import type { CarrierStatus } from '../../escalations/command.ts';
import type { CarrierCall } from '../../voice/context.ts';
import type { Readers } from '../../voice/gate.ts';
import { conferenceEvents, numberOrWithheld } from './webhook.ts';

interface CallForm {
  CallSid: string;
  From: string;
  To: string;
  Direction?: string | undefined;
}

interface ConferenceForm {
  ConferenceSid: string;
  FriendlyName: string;
  StatusCallbackEvent: string;
  CallSid?: string | undefined;
  SequenceNumber: string;
}

/** How strictly a carrier's own webhooks are read. */
export interface WebhookShapes {
  call: z.ZodType<CallForm>;
  keys: z.ZodType<CallForm & { Digits: string }>;
  status: z.ZodType<CallForm & { CallStatus: CarrierStatus; SequenceNumber: string }>;
  recording: z.ZodType<CallForm>;
  conference: z.ZodType<ConferenceForm>;
}

/** What genuine parameters say; ids bear the mark of their carrier. */
export function readersOf(carrier: Carrier, shapes: WebhookShapes, params: Readonly<Record<string, string>>): Readers {
  const parse = <Form>(shape: z.ZodType<Form>): Form | null => shape.safeParse(params).data ?? null;
  const callOf = (form: CallForm): CarrierCall => ({
    ...{ callId: markedId(carrier, form.CallSid), isInbound: form.Direction === 'inbound' },
    ...{ from: form.From, fromNumber: numberOrWithheld(form.From) },
    ...{ to: form.To, toNumber: numberOrWithheld(form.To) },
  });
  return {
    call() {
      const form = parse(shapes.call);
      return form && callOf(form);
    },
    keys() {
      const form = parse(shapes.keys);
      return form && { call: callOf(form), digits: form.Digits };
    },
    status() {
      const form = parse(shapes.status);
      return form && { call: callOf(form), status: form.CallStatus, sequence: form.SequenceNumber };
    },
    recording() {
      const form = parse(shapes.recording);
      return form && { call: callOf(form) };
    },
    conference() {
      const form = parse(shapes.conference);
      if (!form) return null;
      return {
        ...{ conferenceId: markedId(carrier, form.ConferenceSid), name: form.FriendlyName },
        ...{ event: conferenceEvents[form.StatusCallbackEvent] ?? 'other', sequence: form.SequenceNumber },
        callId: form.CallSid === undefined ? null : markedId(carrier, form.CallSid),
      };
    },
  };
}
