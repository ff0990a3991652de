import type { KeyObject } from 'node:crypto';
import type { ServerResponse } from 'node:http';
import type { Clock, Timer } from '../../lib/clock.ts';
import type { Work } from '../common/work.ts';
import type { Chance } from './chance.ts';
import type { Faults } from './faults.ts';
import type { Machine, OurLine } from './machines.ts';
import type { Paper } from './paper.ts';
import type { Post } from './post.ts';

export type Provider = 'interfax' | 'telnyx';

/**
 * The life of a fax (one document from one number to another).
 *
 * - `preparing`: taken; the document is being fetched and made into fax pages. Leaves to `waiting`, or `failed`.
 * - `waiting`: ready, or waiting for its next attempt. Leaves when dialled, or `canceled`.
 * - `dialling`: the far number rings. Leaves by answer, or the attempt fails.
 * - `sending`: page after page goes over. Leaves to `delivered`, or the line drops.
 * - ended: `delivered` (the far machine confirmed every page, for a fax to us: we received it), `failed`, `canceled`.
 *
 * An attempt that fails goes back to `waiting` while the provider still has attempts to make.
 */
export type FaxState = 'preparing' | 'waiting' | 'dialling' | 'sending' | 'delivered' | 'failed' | 'canceled';

/** Why a fax did not arrive; each provider has its own word for it. `simulated` is InterFAX's 00999-9999-<code>. */
export type Failure =
  | { kind: 'busy' | 'no-answer' | 'voice' | 'dropped' | 'unallocated' }
  | { kind: 'format' | 'download' | 'too-large' | 'too-many-pages' }
  | { kind: 'simulated'; code: number };

export interface Fax {
  /** As its provider writes it: InterFAX counts, Telnyx draws a UUID. */
  readonly id: string;
  readonly provider: Provider;
  /** Seen from us: `outbound` is sent by the product. */
  readonly direction: 'outbound' | 'inbound';
  readonly from: string;
  readonly to: string;
  readonly createdAt: Date;
  /** The product's own key for it: InterFAX `reference`, Telnyx `client_state`. */
  readonly reference: string | null;
  readonly resolution: 'fine' | 'standard';
  /** The request as it was made, echoed in the provider's records. */
  readonly asked: Readonly<Record<string, string>>;
  state: FaxState;
  updatedAt: Date;
  answeredAt: Date | null;
  endedAt: Date | null;
  failure: Failure | null;
  /** What was laid into the machine. */
  sent: Paper | null;
  /** What came out at the other end, as far as it got. */
  arrived: Paper | null;
  pagesSent: number;
  attemptsToPerform: number;
  attemptsMade: number;
  /** InterFAX: looked at by the account (`mark`); meaningless elsewhere. */
  isRead: boolean;
  /** InterFAX `hide`, Telnyx `DELETE`: the account sees it no more. */
  isGone: boolean;
  /** The link to the document, while it is good (Telnyx). */
  media: { token: string; expiresAt: Date } | null;
  timers: Set<Timer>;
}

export interface HouseEvent {
  at: string;
  kind: string;
  [field: string]: unknown;
}

export interface Accounts {
  interfax: { username: string; password: string };
  telnyx: { apiKey: string };
}

/** Everything the fax house knows; handed to every function that needs it. */
export interface House {
  readonly clock: Clock;
  readonly chance: Chance;
  readonly work: Work;
  readonly post: Post;
  readonly accounts: Accounts;
  /** Signs Telnyx's webhooks (ed25519). */
  readonly signingKey: KeyObject;
  /** Its other half as Telnyx shows it: 32 bytes in base64. */
  readonly publicKey: string;
  /** Where this house is reached; links to documents begin with it. */
  baseUrl: string;
  machines: Map<string, Machine>;
  lines: Map<string, OurLine>;
  faxes: Map<string, Fax>;
  faults: Faults;
  /** The id that InterFAX gives next. */
  nextNumber: number;
  listeners: Set<(event: HouseEvent) => void>;
  /** Answers kept open: watchers of the events, and requests that a fault lets time out. */
  held: Set<ServerResponse>;
  /** Aborted when the house closes. */
  readonly closing: AbortController;
}

export const hasEnded = (fax: Fax): boolean => ['delivered', 'failed', 'canceled'].includes(fax.state);

/** Tells whoever watches `/faxhouse/events`. */
export function announce(house: House, kind: string, fields: Record<string, unknown>): void {
  const event = { at: house.clock.now().toISOString(), kind, ...fields };
  for (const listener of house.listeners) listener(event);
}

/** A timer that belongs to a fax: cancelled when the fax is. */
export function later(house: House, fax: Fax, seconds: number, task: () => void): void {
  const timer = house.clock.after(seconds * 1000, () => {
    fax.timers.delete(timer);
    task();
  });
  fax.timers.add(timer);
}
