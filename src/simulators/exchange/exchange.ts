import type { KeyObject } from 'node:crypto';
import { fileURLToPath } from 'node:url';
import express, { type Express, type Response } from 'express';
import type { Clock } from '../../lib/clock.ts';
import { stoppable } from '../common/stoppable-clock.ts';
import { createWork } from '../common/work.ts';
import { chanceFrom } from './chance.ts';
import { controlRoutes } from './control/routes.ts';
import { chanceOf, type Dialect } from './dialects.ts';
import { noFaults } from './faults.ts';
import { performCall } from './interpreter.ts';
import { createPost } from './post.ts';
import type { HeldAnswers } from './rest/operation.ts';
import { restRoutes } from './rest/routes.ts';
import { texmlRoutes } from './rest/texml.ts';
import { type SpeechRate, usualRate } from './speech.ts';
import type { Network } from './state.ts';
import type { SipDomain } from './trunks.ts';

/**
 * A telephone network in one process. It speaks Twilio's REST (`/2010-04-01/…`), so that Twilio's own client reaches
 * it; it rings phones that have habits, performs TwiML, and signs its webhooks as Twilio does. People and tests play
 * with it under `/exchange/…` and on the page at `/`.
 */
export interface ExchangeOptions {
  clock: Clock;
  /** That many random bytes; a seeded source repeats a night exactly. */
  random: (size: number) => Uint8Array;
  accountSid: string;
  /** Signs and opens what Twilio's words are spoken about. */
  authToken: string;
  /** The exchange plays Telnyx TeXML (`/v2/texml/…`) beside another one, with the same telephones in the same town. */
  texml?: { beside: Exchange; apiKey: string; applicationId: string; signingKey: KeyObject };
  /** How many REST-created calls are dialled in a second; the others wait `queued`. 50 when absent. */
  callsPerSecond?: number;
  speechRate?: Partial<SpeechRate>;
}

export interface Exchange {
  readonly network: Network;
  /** REST, control side and page, ready to listen. */
  app: Express;
  /** Resolves when no webhook of ours is in flight, nor about to be sent without a timer. */
  idle(): Promise<void>;
  /** Cancels all timers and requests in flight, and drops answers held open. */
  close(): void;
}

const usualCallsPerSecond = 50;

export function createExchange(options: ExchangeOptions): Exchange {
  const { accountSid, authToken, texml } = options;
  const dialect: Dialect = texml ? { name: 'telnyx', ...texml } : { name: 'twilio', authToken };
  const { clock, stop } = stoppable(options.clock);
  const callsPerSecond = options.callsPerSecond ?? usualCallsPerSecond;
  if (!(callsPerSecond > 0)) throw new Error(`callsPerSecond must be more than 0, not ${callsPerSecond}`);
  if (!texml && !/^AC[0-9a-f]{32}$/.test(accountSid))
    throw new Error('accountSid must be AC and 32 hexadecimal digits');
  const chance = chanceOf(dialect, chanceFrom(options.random));
  const work = createWork();
  const network: Network = {
    clock,
    chance,
    work,
    post: createPost({ clock, chance, dialect, work }),
    accountSid,
    dialect,
    callsPerSecond,
    speechRate: { ...usualRate, ...options.speechRate },
    numbers: new Map(),
    sipDomains: new Map(),
    phones: texml?.beside.network.phones ?? new Map(),
    calls: new Map(),
    ended: [],
    callsOfPhone: new Map(),
    live: texml?.beside.network.live ?? new Map(),
    conferences: new Map(),
    openConferences: new Map(),
    messages: new Map(),
    faults: noFaults(),
    dialQueue: { waiting: [], recent: [], timer: null },
    outboxes: new Map(),
    timers: new Set(),
    listeners: new Set(),
    notice: [],
  };
  const held: HeldAnswers = new Set();
  const watchers = new Set<Response>();
  return {
    network,
    app: createApp(network, held, watchers),
    idle: () => work.idle(),
    close() {
      stop();
      network.post.close();
      for (const response of [...held, ...watchers]) response.destroy();
    },
  };
}

/** Where this carrier takes SIP calls, for another one's `network.sipDomains`; `base` is where our webhooks for them are. */
export const sipDomain = ({ network }: Exchange, base: string): SipDomain => ({
  ...{ network, voiceUrl: base, statusCallback: `${base}/status`, perform: performCall },
});

function createApp(network: Network, held: HeldAnswers, watchers: Set<Response>): Express {
  const app = express();
  app.disable('x-powered-by');
  app.disable('etag');
  const { dialect } = network;
  if (dialect.name === 'telnyx') app.use('/v2/texml/Accounts/:account', texmlRoutes(network, dialect.apiKey, held));
  else app.use('/2010-04-01/Accounts/:account', restRoutes(network, dialect.authToken, held));
  app.use('/exchange', controlRoutes(network, watchers));
  app.use(express.static(fileURLToPath(new URL('./page', import.meta.url))));
  return app;
}
