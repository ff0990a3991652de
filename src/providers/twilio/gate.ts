import type { VoiceGate } from '../../voice/gate.ts';
import { readersOf } from './readers.ts';
import { renderTwiml, type TwimlOptions } from './twiml.ts';
import { verifyWebhook, type WebhookKeys, webhookShapes } from './webhook.ts';

/** Twilio's webhooks: signature first, strict shape after it, TwiML back. */
export function twilioGate(keys: WebhookKeys, options: TwimlOptions): VoiceGate {
  return {
    contentType: 'text/xml; charset=utf-8',
    render: (script) => renderTwiml(script, options),
    verify(originalUrl, rawBody, header) {
      const verified = verifyWebhook(originalUrl, rawBody, header('x-twilio-signature'), keys);
      return verified.isGenuine
        ? { isGenuine: true, read: readersOf('first', webhookShapes, verified.params) }
        : verified;
    },
  };
}
