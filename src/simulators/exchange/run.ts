import type { Call, Network, Stoppable, StopReason } from './state.ts';
import type { Purpose } from './twiml.ts';
import type { XmlElement } from './xml.ts';

/** How a performance ended by itself: at its last verb, by <Hangup>/<Reject>, or by an error nobody could catch. */
export type RunEnd = 'done' | 'hung-up' | 'failed';

export interface RunOptions {
  purpose: Purpose;
  /** Who hears it; the call itself when absent. */
  audience?: () => Call[];
  /** Sent along with every request for a document. */
  params?: () => Record<string, string>;
  fallback?: { url: string; method: 'GET' | 'POST' } | null;
  onEnd: (how: RunEnd, detail: string) => void;
}

/**
 * One performance of TwiML: a call's main document and those it leads to, a whisper, a waiting document or an
 * announcement. A verb gets it, and calls exactly one of `next`, `goTo`, `finish` when it is over.
 */
export interface Run extends Stoppable {
  readonly network: Network;
  readonly call: Call;
  readonly purpose: Purpose;
  /** The document now performed; actions are relative to it. Empty for TwiML given inline. */
  readonly documentUrl: string;
  audience(): Call[];
  /** Goes on with the verb after this one. */
  next(): void;
  /** Fetches another document and performs it; an empty URL means the present document again. */
  goTo(url: string, method: 'GET' | 'POST', params?: Record<string, string>): void;
  finish(how: RunEnd, detail?: string): void;
  /** A timer that stops with the present verb. */
  later(seconds: number, task: () => void): void;
  /** Called when the present verb is left: by itself (`moved`), or because the whole performance stops. */
  onLeave(tidy: (reason: StopReason | 'moved') => void): void;
  /** A request whose answer comes too late to matter: the call has ended. */
  lastWord(url: string, method: 'GET' | 'POST', params: Record<string, string>): void;
  /** Another performance, on this or another call, of the document at `url` (relative to this one). */
  spawn(call: Call, url: string, method: 'GET' | 'POST', options: RunOptions): Stoppable;
}

export type Verb = (run: Run, element: XmlElement) => void;

/** What happens when the dialled part of a <Dial> is over: the call goes on, or it had ended (its action is still told). */
export interface DialEnd {
  goOn: (params: Record<string, string>) => void;
  hungUp: (params: Record<string, string>) => void;
}
