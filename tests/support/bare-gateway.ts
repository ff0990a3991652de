/**
 * The real gateway, its webhooks behind real HTTP and signatures, on a real database, with a carrier that only takes notes:
 * for proofs that play the network themselves.
 */
import http from 'node:http';
import type pg from 'pg';
import twilio from 'twilio';
import defaults from '../../config/default.json' with { type: 'json' };
import { addRoutes } from '../../src/app.ts';
import { type Context, createContext } from '../../src/context.ts';
import { createServerShell } from '../../src/http/server.ts';
import type { Clock } from '../../src/lib/clock.ts';
import { randomIds } from '../../src/lib/ids.ts';
import { createLog } from '../../src/log.ts';
import { createMetrics } from '../../src/metrics.ts';
import { createLastResort } from '../../src/voice/fallback.ts';
import type { Telephone } from '../../src/voice/telephone.ts';
import { inspect, inspectJob, inspectNumbers } from './leaks.ts';
import { type TestRelease, testRelease } from './release-tools.ts';
import { testCard } from './town.ts';

export const accountSid = `AC${'0'.repeat(31)}1`;
export const firstToken = 'a-token-for-tests-only-0001';
export const secondToken = 'a-token-for-tests-only-0002';
/** The URL that the carrier knows; requests come in under another one, as behind a proxy. */
export const publicBaseUrl = 'https://kamome.example';

export interface BareGateway {
  url: string;
  ctx: Context;
  /** Everything logged at warn or error. */
  complaints: string[];
  close(): Promise<void>;
}

export interface BareOptions {
  db: pg.Pool;
  clock: Clock;
  telephone?: Telephone;
  wake?: Context['wake'];
  release?: TestRelease;
}

export async function startBareGateway({ db, clock, telephone, wake, release }: BareOptions): Promise<BareGateway> {
  const complaints: string[] = [];
  const write = (line: string): void => {
    inspect('log', line);
    complaints.push(line.trim());
  };
  const log = createLog('warn', { destination: { write } });
  const carrier = {
    accountSid,
    authTokens: [firstToken, secondToken],
    apiBase: 'http://127.0.0.1:9',
    fallbackUrl: null,
  };
  const config = { publicBaseUrl, twilio: { ...carrier, callsPerSecond: 1000 }, card: testCard, plan: defaults.plan };
  const metrics = createMetrics();
  const built = createContext({
    ...{ config, language: 'ja', db, clock, ids: randomIds, log, metrics, cardConcurrency: 2 },
    release: () => (release ?? testRelease(db, randomIds)).tools,
    wake(job, id, delaySeconds) {
      inspectJob(job, id);
      wake?.(job, id, delaySeconds);
    },
  });
  const ctx: Context = telephone ? { ...built, telephone } : built;
  const shell = { log, metrics, ready: async () => ({}) };
  const app = createServerShell(shell, (routes) => addRoutes(routes, ctx, createLastResort(ctx)));
  const server = http.createServer(app);
  server.keepAliveTimeout = 65_000; // longer than our client keeps an idle connection, so that none closes under a request
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  const port = typeof address === 'object' && address ? address.port : 0;
  return {
    ...{ url: `http://127.0.0.1:${port}`, ctx, complaints },
    close: async () => {
      inspectNumbers((await metrics.text()).body);
      await new Promise<void>((resolve) => {
        server.closeAllConnections();
        server.close(() => resolve());
      });
    },
  };
}

export interface Reply {
  status: number;
  body: string;
}

export const signatureOf = (
  path: string,
  params: Record<string, string>,
  token = firstToken,
  base = publicBaseUrl,
): string => twilio.getExpectedTwilioSignature(token, base + path, params);

const agent = new http.Agent({ keepAlive: true, maxSockets: 64 });

/** Posts a body as it is. */
export function post(base: string, path: string, body: string, headers: Record<string, string> = {}): Promise<Reply> {
  return new Promise((resolve, reject) => {
    const length = { 'content-type': 'application/x-www-form-urlencoded', 'content-length': Buffer.byteLength(body) };
    const request = http.request(
      base + path,
      { method: 'POST', agent, headers: { ...length, ...headers } },
      (answer) => {
        let text = '';
        answer.setEncoding('utf8');
        answer.on('data', (part: string) => {
          text += part;
        });
        answer.on('end', () => resolve({ status: answer.statusCode ?? 0, body: text }));
        answer.on('error', reject);
      },
    );
    request.on('error', reject);
    request.end(body);
  });
}

/** Posts a webhook as the carrier would: form-encoded and signed for the public URL. */
export const postSigned = (
  base: string,
  path: string,
  params: Record<string, string>,
  token?: string,
): Promise<Reply> =>
  post(base, path, new URLSearchParams(params).toString(), {
    'x-twilio-signature': signatureOf(path, params, token),
  });

/** The parameters of a call that the carrier sends with each webhook. */
export function callParams(call: {
  sid: string;
  from: string;
  to: string;
  isInbound?: boolean;
  more?: Record<string, string>;
}): Record<string, string> {
  return {
    ...{ AccountSid: accountSid, ApiVersion: '2010-04-01', CallSid: call.sid, CallStatus: 'in-progress' },
    ...{ Direction: call.isInbound ? 'inbound' : 'outbound-api', From: call.from, To: call.to },
    ...call.more,
  };
}

/** A carrier that takes every order, keeps it, and gives call ids that can be told from the order's number. */
export function noteTaker(): Telephone & { orders: { kind: string; callId: string; path?: string; to?: string }[] } {
  let count = 0;
  const run = Math.floor(Math.random() * 2 ** 32);
  const orders: { kind: string; callId: string; path?: string; to?: string }[] = [];
  return {
    orders,
    async placeCall({ answerPath, to }) {
      const callId = `CA${run.toString(16).padStart(8, '0')}${(++count).toString(16).padStart(24, '0')}`;
      orders.push({ kind: 'place', callId, path: answerPath, to });
      return { outcome: 'placed', id: callId };
    },
    async moveCall(callId, path) {
      orders.push({ kind: 'move', callId, path });
      return 'done';
    },
    async cancelCall(callId) {
      orders.push({ kind: 'cancel', callId });
      return 'done';
    },
    findCalls: async () => [],
    fetchCall: async () => 'unknown',
    announce: async () => 'done',
    sendMessage: async () => ({ outcome: 'placed', id: 'SM1' }),
  };
}
