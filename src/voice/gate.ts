import type { CarrierStatus } from '../escalations/command.ts';
import type { CarrierCall } from './context.ts';
import type { Script } from './script.ts';

/**
 * The carrier's side of a webhook: is it genuine, what does it say, and how is a script written for it. Implemented by a
 * provider (providers/twilio/gate.ts); each reader gives null when the shape is not exactly what it must be.
 */
export interface VoiceGate {
  verify(originalUrl: string, rawBody: string, header: (name: string) => unknown): VerifiedWebhook;
  render(script: Script): string;
  readonly contentType: string;
}

export type VerifiedWebhook =
  | { isGenuine: false; status: 400 | 403; reason: string }
  | { isGenuine: true; read: Readers };

export interface Readers {
  call(): CarrierCall | null;
  /** Keys of a question; '' when nothing was pressed. */
  keys(): { call: CarrierCall; digits: string } | null;
  status(): { call: CarrierCall; status: CarrierStatus; sequence: string } | null;
  recording(): { call: CarrierCall } | null;
  conference(): ConferenceEvent | null;
}

export interface ConferenceEvent {
  conferenceId: string;
  name: string;
  event: 'start' | 'end' | 'join' | 'leave' | 'other';
  callId: string | null;
  sequence: string;
}
