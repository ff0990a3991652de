import type { Association, WordsBook } from '../directory/actions.ts';
import type { DisclosureContext } from '../disclosures/context.ts';
import type { CaseContext } from '../escalations/context.ts';
import type { LegBook } from '../escalations/memory.ts';
import type { CardDeriver } from '../lib/card.ts';
import type { Script } from './script.ts';
import type { Speech } from './speech.ts';

/** What the voice webhooks need of the process they run in. */
export interface VoiceContext extends CaseContext, DisclosureContext {
  speech: Speech;
  /** The carrier's language for a script (TwiML). */
  render(script: Script): string;
  /** Lines of this carrier cannot hear our words inside a conference that waits: they wait before it. */
  waitsOutside: boolean;
  cards: CardDeriver;
  associationOf(dialled: string): Promise<Association | null>;
  legOf: LegBook;
  doctorsWords: WordsBook;
}

/** A call as the carrier describes it, verified and parsed. */
export interface CarrierCall {
  callId: string;
  from: string;
  /** Null: withheld. */
  fromNumber: string | null;
  to: string;
  /** Null: nothing that can be rung. */
  toNumber: string | null;
  isInbound: boolean;
}

/** One webhook: the call, the keys if it brings any, and the key under which its reply is kept. */
export interface VoiceRequest {
  call: CarrierCall;
  digits: string;
  receiptKey: string;
}
