import { fileURLToPath } from 'node:url';
import express, { type Express, type Response } from 'express';
import type { Clock } from '../../lib/clock.ts';
import { stoppable } from '../common/stoppable-clock.ts';
import { createWork } from '../common/work.ts';
import { chanceFrom } from './chance.ts';
import { controlRoutes } from './control/routes.ts';
import { noFaults } from './faults.ts';
import { createPost } from './post.ts';
import type { HeldAnswers } from './rest/operation.ts';
import { restRoutes } from './rest/routes.ts';
import { type SpeechRate, usualRate } from './speech.ts';
import type { Network } from './state.ts';

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
  authToken: string;
  /** How many REST-created calls are dialled in a second; the others wait `queued`. 50 when absent. */
  callsPerSecond?: number;
  speechRate?: Partial<SpeechRate>;
}

export interface Exchange {
  /** REST, control side and page, ready to listen. */
  app: Express;
  /** Resolves when no webhook of ours is in flight, nor about to be sent without a timer. */
  idle(): Promise<void>;
  /** Cancels all timers and requests in flight, and drops answers held open. */
  close(): void;
}

const usualCallsPerSecond = 50;

export function createExchange(options: ExchangeOptions): Exchange {
  const { accountSid, authToken } = options;
  const { clock, stop } = stoppable(options.clock);
  const callsPerSecond = options.callsPerSecond ?? usualCallsPerSecond;
  if (!(callsPerSecond > 0)) throw new Error(`callsPerSecond must be more than 0, not ${callsPerSecond}`);
  if (!/^AC[0-9a-f]{32}$/.test(accountSid)) throw new Error('accountSid must be AC and 32 hexadecimal digits');
  const chance = chanceFrom(options.random);
  const work = createWork();
  const network: Network = {
    clock,
    chance,
    work,
    post: createPost({ clock, chance, authToken, work }),
    accountSid,
    authToken,
    callsPerSecond,
    speechRate: { ...usualRate, ...options.speechRate },
    numbers: new Map(),
    phones: new Map(),
    calls: new Map(),
    ended: [],
    callsOfPhone: new Map(),
    live: new Map(),
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
    app: createApp(network, held, watchers),
    idle: () => work.idle(),
    close() {
      stop();
      network.post.close();
      for (const response of [...held, ...watchers]) response.destroy();
    },
  };
}

function createApp(network: Network, held: HeldAnswers, watchers: Set<Response>): Express {
  const app = express();
  app.disable('x-powered-by');
  app.disable('etag');
  app.use(`/2010-04-01/Accounts/:account`, restRoutes(network, held));
  app.use('/exchange', controlRoutes(network, watchers));
  app.use(express.static(fileURLToPath(new URL('./page', import.meta.url))));
  return app;
}
