import { createServer, type Server } from 'node:http';
import { fileURLToPath } from 'node:url';
import express, { type Express } from 'express';
import type { Clock } from '../../lib/clock.ts';
import { stoppable } from '../common/stoppable-clock.ts';
import { createWork } from '../common/work.ts';
import { chanceFrom } from './chance.ts';
import { controlRoutes } from './control/routes.ts';
import { noFaults } from './faults.ts';
import { interfaxRoutes } from './interfax/routes.ts';
import { createPost } from './post.ts';
import { signingPair } from './signing.ts';
import type { Accounts, House } from './state.ts';
import { telnyxMedia, telnyxRoutes } from './telnyx/routes.ts';

/**
 * The fax machines of the town and the two carriers that reach them, in one process. It speaks InterFAX's REST
 * (`/outbound/…`, `/inbound/…`, doorbell callbacks) and Telnyx's (`/v2/faxes…`, signed webhooks), so that the product's
 * clients and Telnyx's own reach it. People and tests play with it under `/faxhouse/…` and on the page at `/`.
 */
export interface FaxHouseOptions {
  /** 0 for any free one. */
  port: number;
  clock: Clock;
  /** That many random bytes; a seeded source repeats a night exactly. */
  random: (size: number) => Uint8Array;
  accounts: Accounts;
  /** 32 bytes from which the key that signs Telnyx's webhooks is made; drawn when absent. */
  signingSeed?: Uint8Array;
  /** 127.0.0.1 when absent. */
  host?: string;
  /** How others reach the house, where that is not its own address. */
  publicUrl?: string;
}

export interface FaxHouse {
  /** Without a slash at the end; Telnyx's API is at `${url}/v2`. */
  url: string;
  port: number;
  /** Verifies the webhooks: 32 bytes in base64, as Telnyx's portal shows it. */
  telnyxPublicKey: string;
  /** Resolves when no document is being made, no webhook is in flight, and nothing happens but by a timer. */
  idle(): Promise<void>;
  /** Cancels all timers and requests in flight, drops answers held open, and stops listening. */
  close(): Promise<void>;
}

/** Starts it. Rejects as `listen` does, for example with EADDRINUSE. */
export async function startFaxHouse(options: FaxHouseOptions): Promise<FaxHouse> {
  const { clock, stop } = stoppable(options.clock);
  const house = createHouse({ ...options, clock });
  const server = createServer(createApp(house));
  server.keepAliveTimeout = 65_000; // longer than clients keep idle connections, so that none is closed under a request
  const port = await listen(server, options.port, options.host ?? '127.0.0.1');
  house.baseUrl = options.publicUrl ?? `http://${options.host ?? '127.0.0.1'}:${port}`;
  return {
    url: house.baseUrl,
    port,
    telnyxPublicKey: house.publicKey,
    idle: () => house.work.idle(),
    async close() {
      stop();
      house.closing.abort();
      house.post.close();
      for (const response of house.held) response.destroy();
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

function createHouse({ clock, random, accounts, signingSeed }: FaxHouseOptions): House {
  const chance = chanceFrom(random);
  const work = createWork();
  const { privateKey, publicKey } = signingPair(signingSeed ?? chance.bytes(32));
  return {
    clock,
    chance,
    work,
    post: createPost({ clock, chance, work }),
    accounts,
    signingKey: privateKey,
    publicKey,
    baseUrl: '',
    machines: new Map(),
    lines: new Map(),
    faxes: new Map(),
    faults: noFaults(),
    nextNumber: 279_415_116,
    listeners: new Set(),
    held: new Set(),
    closing: new AbortController(),
  };
}

function createApp(house: House): Express {
  const app = express();
  app.disable('x-powered-by');
  app.disable('etag');
  app.use('/faxhouse', controlRoutes(house));
  app.use('/v2', telnyxRoutes(house));
  app.get('/telnyx-media/:id', telnyxMedia(house));
  app.use(express.static(fileURLToPath(new URL('./page', import.meta.url))));
  app.use(interfaxRoutes(house));
  return app;
}

async function listen(server: Server, port: number, host: string): Promise<number> {
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, host, resolve);
  });
  const address = server.address();
  return typeof address === 'object' && address ? address.port : port;
}
