/**
 * What a fax line must be able to do, in our words. Providers implement it (src/providers); nobody else knows theirs.
 * No provider has an idempotency key, so `send` is called once for each reference and never repeated after an unclear
 * answer: `findByReference` tells what became of it (providers.md 0 and 7).
 */

export type FaxProviderId = 'interfax' | 'telnyx' | 'hylafax';

/** Why a fax did not get through, in classes that the retry table knows (providers.md 5 and 7.1). */
export const failureClasses = [
  'busy',
  'no_answer',
  'no_fax_tone', // a person's telephone, or a voice menu
  'training',
  'protocol',
  'dropped',
  'invalid_number',
  'blocked',
  'document',
  'provider',
  'unknown',
] as const;
export type FailureClass = (typeof failureClasses)[number];

export interface FaxFailure {
  class: FailureClass;
  /** May the same page go to the same number again? Independent of the class: a channel limit passes, a barred country does not. */
  retryable: boolean;
  /** The provider's own code, a word or a number; never its prose. */
  code: string;
}

export interface SendFax {
  /** Ours, opaque, one for each attempt: `fx_….2`. All that a provider is told about the page. */
  reference: string;
  /** E.164, from a row of fax_destination. */
  to: string;
  /** E.164, the association's own fax number; null: it has none yet. */
  from: string | null;
  /** TIFF (G4, A4). */
  document: Uint8Array;
  /** Where a provider that fetches may get the document while this attempt lasts; opaque and unguessable. */
  documentUrl: string;
  resolution: 'fine' | 'standard';
  /** `careful`: slower modulation, after training failed. A provider that cannot choose ignores it. */
  pace: 'usual' | 'careful';
}

export type Sent =
  | { outcome: 'accepted'; providerFaxId: string }
  | { outcome: 'rejected'; failure: FaxFailure }
  /** Time-out, broken connection, 5xx: it may have been accepted. */
  | { outcome: 'unknown'; code: string };

/** What a provider says about a fax of ours. */
export type OutboundState =
  | { state: 'queued' | 'sending' }
  | { state: 'delivered'; pages: number | null }
  | { state: 'failed'; pages: number | null; failure: FaxFailure };

/** Where the received pages are. */
export type MediaRef =
  /** Fetched with no credential of ours. */
  | { kind: 'url'; url: string }
  /** Asked of the provider by its own id. */
  | { kind: 'pull'; ref: string }
  | { kind: 'file'; name: string };

export interface InboundFax {
  providerFaxId: string;
  /** Dialled number as E.164; null: the line does not tell, so it is the only one there is. */
  to: string | null;
  /** Caller number as it came, unauthenticated; never used as an identity by itself. */
  from: string | null;
  /** What the sending machine calls itself (TSI), unauthenticated. */
  claimedStationId: string | null;
  pages: number | null;
  /** The sender broke off: what arrived may lack pages. */
  isPartial: boolean;
  media: MediaRef;
}

export type FaxEvent =
  | { type: 'received'; fax: InboundFax }
  | { type: 'receive_failed'; providerFaxId: string; to: string | null; failure: FaxFailure }
  | { type: 'reported'; providerFaxId: string; reference: string | null; report: OutboundState }
  /** Rung at the door, in words that prove nothing: ask the provider, about one page of ours or for whatever came in. */
  | { type: 'doorbell'; about: { sent: string } | null }
  /** Something the provider has begun to tell since; kept raw, changes nothing. */
  | { type: 'other'; name: string };

export interface FaxNotice {
  /** Equal for a repeated delivery of the same news (providers.md 7.2). */
  dedupeKey: string;
  event: FaxEvent;
}

export interface RawRequest {
  /** Everything after the host, as received. */
  url: string;
  body: Buffer;
  header(name: string): string | undefined;
  /** When it came. */
  at: Date;
}

export type VerifiedWebhook =
  | { isGenuine: true; notices: FaxNotice[] }
  /** 400: the sender is who he says but the shape is wrong. 403: not genuine. */
  | { isGenuine: false; status: 400 | 403; reason: string };

export type FetchedMedia =
  | { outcome: 'fetched'; bytes: Buffer }
  /** The address has run out, or the provider does not give it any more: ask for a new one. */
  | { outcome: 'expired'; code: string }
  /** Never to be fetched: an address that is not the provider's, a redirect, too many bytes. */
  | { outcome: 'refused'; code: string }
  /** Later, perhaps. */
  | { outcome: 'unavailable'; code: string };

export interface Polled {
  notices: FaxNotice[];
  /** Called for each that is safe with us, on a line whose news would otherwise come again for ever. */
  done?(notice: FaxNotice): Promise<void>;
}

export interface FaxLine {
  readonly provider: FaxProviderId;
  /** Hands over one attempt. One request, no retry inside. Never throws: what is not known is `unknown`. */
  send(fax: SendFax): Promise<Sent>;
  /** What became of it; null: the provider does not know it. @throws FaxLineError when the provider cannot be asked. */
  status(providerFaxId: string): Promise<OutboundState | null>;
  /**
   * The provider's id of the attempt with this reference; null: it has none (its lists may lag, so one null proves nothing).
   * @throws FaxLineError when the provider cannot be asked.
   */
  findByReference(reference: string, near: { to: string; since: Date }): Promise<string | null>;
  /** Best effort; a page under way may still come out. */
  cancel(providerFaxId: string): Promise<void>;
  /**
   * News that no webhook brought, and what has waited since the last time. Nothing is taken away by asking:
   * `deleteRemote` does that, after the fax is safe with us. @throws FaxLineError
   */
  poll?(): Promise<Polled>;
  /** How often to ask when nothing rings, and how soon again at the earliest when something does. */
  readonly polling?: { readonly everySeconds: number; readonly leastSeconds: number };
  /** Absent: nobody rings at this line's door. Synchronous checks only, before anything is parsed. */
  verifyWebhook?(request: RawRequest): VerifiedWebhook;
  /** Bytes of a received fax, at most `maxBytes`. */
  fetchMedia(media: MediaRef, limits: { maxBytes: number }): Promise<FetchedMedia>;
  /** A fresh address for a received fax whose address ran out; null: there is none. @throws FaxLineError */
  refreshMedia?(providerFaxId: string): Promise<MediaRef | null>;
  /** Takes the provider's copy away. @throws FaxLineError */
  deleteRemote(providerFaxId: string, direction: 'sent' | 'received'): Promise<void>;
}

/** The provider could not be asked, or answered what nobody understands. Carries a code, never a body. */
export class FaxLineError extends Error {
  override name = 'FaxLineError';
  readonly code: string;
  constructor(message: string, code: string, options?: ErrorOptions) {
    super(message, options);
    this.code = code;
  }
}
