import { createHash } from 'node:crypto';
import { createServer, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import twilio from 'twilio';
import type { CallView } from '../../../src/simulators/exchange/control/views.ts';
import { createExchange, type Exchange, type ExchangeOptions } from '../../../src/simulators/exchange/exchange.ts';
import { FakeClock } from '../../support/clock.ts';

export const accountSid = `AC${'0123456789abcdef'.repeat(2)}`;
export const authToken = 'a-token-for-tests';
export const ours = '+815000000001';
export const caller = '+819011110001';
export const doctor = '+819022220001';

export interface Received {
  path: string;
  method: string;
  params: Record<string, string>;
  signature: string;
  url: string;
  token: string;
  at: Date;
}

export type Leg = Omit<CallView, 'answeredAt' | 'endedAt'> & { answeredAt: string | null; endedAt: string | null };

type Reply = string | { status?: number; body?: string; type?: string } | 'hang' | ((request: Received) => string);

/** A town with an exchange, an application that answers by path, and a clock that the test moves. */
export interface Town {
  clock: FakeClock;
  exchange: Exchange;
  base: string;
  appUrl: string;
  client: ReturnType<typeof twilio>;
  received: Received[];
  /** Answers that the application still owes, where its reply is 'hang'. */
  owed: ServerResponse[];
  /** What the application answers at a path; an array is used up one by one, its last repeats. */
  replies: Map<string, Reply | Reply[]>;
  /** Webhooks received at a path. */
  at(path: string): Received[];
  control<T = unknown>(method: string, path: string, body?: unknown): Promise<{ status: number; body: T }>;
  phone(number: string, habit: unknown): Promise<void>;
  /** Dials our number; resolves with the call's id once the first document was fetched. */
  dial(from?: string, more?: Record<string, unknown>): Promise<string>;
  /** The call as a test looks at it (its times as text, since it came by HTTP). */
  leg(id: string): Promise<Leg>;
  legs(number: string): Promise<Leg[]>;
  said(id: string): Promise<string[]>;
  passes(seconds: number): Promise<void>;
  settle(): Promise<void>;
  close(): Promise<void>;
}

/** A seeded source of bytes: the same seed, the same night. */
export function seeded(seed: string): (size: number) => Uint8Array {
  let counter = 0;
  return (size) => {
    const parts: Buffer[] = [];
    for (let length = 0; length < size; length += 32)
      parts.push(createHash('sha256').update(`${seed}/${counter++}`).digest());
    return Buffer.concat(parts).subarray(0, size);
  };
}

const listen = async (server: Server): Promise<string> => {
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
};

export const twiml = (inside: string): string => `<?xml version="1.0" encoding="UTF-8"?><Response>${inside}</Response>`;

export async function createTown(options: Partial<ExchangeOptions> = {}): Promise<Town> {
  const clock = new FakeClock(new Date('2025-11-03T12:00:00Z'));
  const exchange = createExchange({ clock, random: seeded('town'), accountSid, authToken, ...options });
  const received: Received[] = [];
  const owed: ServerResponse[] = [];
  const replies: Town['replies'] = new Map();

  const server = createServer(exchange.app);
  const base = await listen(server);
  const app = createServer((request, response) => {
    let form = '';
    request.on('data', (part) => {
      form += part;
    });
    request.on('end', () => {
      const address = new URL(request.url!, appUrl);
      const params = Object.fromEntries(request.method === 'GET' ? address.searchParams : new URLSearchParams(form));
      const one: Received = {
        path: address.pathname,
        method: request.method!,
        params,
        signature: String(request.headers['x-twilio-signature']),
        url: appUrl + request.url,
        token: String(request.headers['i-twilio-idempotency-token']),
        at: clock.now(),
      };
      received.push(one);
      const prepared = replies.get(address.pathname);
      const reply = Array.isArray(prepared) ? (prepared.length > 1 ? prepared.shift()! : prepared[0]!) : prepared;
      if (reply === 'hang') {
        owed.push(response.setHeader('content-type', 'text/xml'));
        return;
      }
      const text = typeof reply === 'function' ? reply(one) : reply;
      const {
        status = 200,
        body = '',
        type = 'text/xml',
      } = typeof text === 'object' ? text : { body: text ?? twiml('') };
      response.writeHead(status, { 'content-type': type }).end(body);
    });
  });
  const appUrl = await listen(app);

  const client = twilio(accountSid, authToken);
  client.api.baseUrl = base;

  const town: Town = {
    clock,
    exchange,
    base,
    appUrl,
    client,
    received,
    owed,
    replies,
    at: (path) => received.filter((each) => each.path === path),
    async control<T>(method: string, path: string, body?: unknown) {
      const response = await fetch(`${base}/exchange${path}`, {
        method,
        ...(body !== undefined && { body: JSON.stringify(body), headers: { 'content-type': 'application/json' } }),
      });
      const text = await response.text();
      return { status: response.status, body: (text === '' ? null : JSON.parse(text)) as T };
    },
    async phone(number, habit) {
      const { status, body } = await town.control('PUT', `/phones/${number}`, habit);
      if (status > 299) throw new Error(JSON.stringify(body));
    },
    async dial(from = caller, more = {}) {
      const { status, body } = await town.control<{ id: string }>('POST', '/calls', { from, to: ours, ...more });
      if (status !== 201) throw new Error(JSON.stringify(body));
      await town.settle();
      return body.id;
    },
    leg: async (id) => (await town.control<Leg>('GET', `/calls/${id}`)).body,
    legs: async (number) => (await town.control<Leg[]>('GET', `/phones/${number}/calls`)).body,
    async said(id) {
      const { transcript } = await town.leg(id);
      return transcript.filter((entry) => entry.kind === 'said').map((entry) => entry.text);
    },
    passes: (seconds) => clock.advanceTo(new Date(clock.now().getTime() + seconds * 1000), town.settle),
    settle: () => exchange.idle(),
    async close() {
      exchange.close();
      for (const each of [server, app]) {
        each.closeAllConnections();
        await new Promise((resolve) => each.close(resolve));
      }
    },
  };
  await town.control('PUT', `/numbers/${ours}`, { voiceUrl: `${appUrl}/voice`, label: '医師会' });
  return town;
}
