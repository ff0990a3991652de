import { randomBytes } from 'node:crypto';
import express from 'express';
import type pg from 'pg';
import defaults from '../../config/default.json' with { type: 'json' };
import { addRoutes } from '../../src/app.ts';
import { type Context, createContext } from '../../src/context.ts';
import { sweepReleases } from '../../src/disclosures/sweep.ts';
import type { UrgentCall } from '../../src/escalations/urgent-call.ts';
import { type Ids, randomIds } from '../../src/lib/ids.ts';
import { createMetrics } from '../../src/metrics.ts';
import { preparePace, sweep } from '../../src/outbox/sweep.ts';
import { createExchange } from '../../src/simulators/exchange/exchange.ts';
import { createLastResort, type LastResort } from '../../src/voice/fallback.ts';
import { FakeClock } from './clock.ts';
import { inspectJob, inspectNumbers, keepKeySecret, keepSecret, watchedLog } from './leaks.ts';
import { listen } from './listen.ts';
import { freshDatabase, type TestDatabase } from './postgres.ts';
import { type TestRelease, testRelease } from './release-tools.ts';
import { createSecondExchange, type SecondExchange } from './second-exchange.ts';
import { buildTown, type Town, type TownPerson, testCard } from './town.ts';
import { whatIsUntrue } from './truth.ts';

/**
 * A whole Kamome with a telephone network in one process, and a clock that a story moves: real PostgreSQL, real HTTP,
 * the official client, signed webhooks. Only the waiting is not real.
 */
export interface World {
  town: Town;
  ctx: Context;
  db: pg.Pool;
  clock: FakeClock;
  exchange: { url: string };
  /** With `secondCarrier` only. */
  second: SecondExchange | null;
  gatewayUrl: string;
  now(): Date;
  passes(time: { seconds?: number; minutes?: number }): Promise<void>;
  /** Somebody rings the association (or `to`). */
  rings(from: string, to?: string): Promise<Line>;
  phone(e164: string): Phone;
  phoneOf(person: TownPerson, index?: number): Phone;
  cases(): Promise<UrgentCall[]>;
  /** The only case. */
  theCase(): Promise<UrgentCall>;
  control(method: string, path: string, body?: unknown): Promise<unknown>;
  /** Everything logged at warn or error. */
  complaints: string[];
  lastResort: LastResort;
  /** Records behind patients, and the pages that were drawn. */
  release: TestRelease;
  close(): Promise<void>;
}

export interface TranscriptLine {
  at: string;
  kind: string;
  text: string;
}

export interface CallView {
  id: string;
  sid: string;
  direction: string;
  from: string;
  to: string;
  state: string;
  createdAt: string;
  ringingAt: string | null;
  answeredAt: string | null;
  endedAt: string | null;
  transcript: TranscriptLine[];
  bridgedWith: string[];
  conference: string | null;
}

/** One call, seen from the one who holds the telephone. */
export interface Line {
  id: string;
  press(digits: string): Promise<void>;
  hangUp(): Promise<void>;
  view(): Promise<CallView>;
  heard(): Promise<string>;
}

export interface Phone {
  e164: string;
  /** What its owner does when it rings (exchange habits). */
  habit(habit: Record<string, unknown> | Record<string, unknown>[]): Promise<void>;
  calls(): Promise<CallView[]>;
  last(): Promise<CallView>;
  heard(): Promise<string>;
}

export { listen } from './listen.ts';

export interface WorldOptions {
  start?: Date;
  plan?: Record<string, unknown>;
  callsPerSecond?: number;
  /** A second carrier, with its own exchange. */
  secondCarrier?: boolean;
  /** What becomes of wake-ups; without it they come in time. */
  wake?: Context['wake'];
  /** Another derivation than the real one. */
  cards?: Context['cards'];
}

/** Of the exchange in every world. */
export const accountSid = `AC${'0'.repeat(31)}1`;
export const authToken = 'a-token-for-tests-only-0001';

/** Monday 2026-11-16, 22:00 in Japan. */
export const mondayNight = new Date('2026-11-16T13:00:00Z');

export async function createWorld(options: WorldOptions = {}): Promise<World> {
  const clock = new FakeClock(options.start ?? mondayNight);
  const ids: Ids = randomIds;
  const database: TestDatabase = await freshDatabase();
  const db = database.pool;
  const complaints: string[] = [];
  const log = watchedLog(complaints);
  const exchange = createExchange({ clock, random: randomBytes, accountSid, authToken, callsPerSecond: 50 });
  const exchangeServer = await listen(exchange.app);
  const second = options.secondCarrier ? await createSecondExchange(exchange, clock) : null;
  const app = express();
  const gateway = await listen(app);
  const config = {
    publicBaseUrl: gateway.url,
    twilio: {
      ...{ accountSid, authTokens: [authToken], apiBase: exchangeServer.url, fallbackUrl: null },
      callsPerSecond: options.callsPerSecond ?? 50,
    },
    secondCarrier: second?.config ?? null,
    card: testCard,
    plan: { ...defaults.plan, ...options.plan },
  };
  const inTime: Context['wake'] = (_job, _id, delaySeconds = 0) => {
    clock.after(delaySeconds * 1000, () => {}); // the clock stops there, and `settle` does what is due
  };
  const wake: Context['wake'] = (job, id, delaySeconds) => {
    inspectJob(job, id);
    (options.wake ?? inTime)(job, id, delaySeconds);
  };
  const release = testRelease(db, ids);
  keepKeySecret('the case key', release.caseKey);
  keepKeySecret('the pepper', testCard.pepper);
  keepSecret('the carrier’s token', authToken);
  const metrics = createMetrics();
  const parts = { config, db, clock, ids, log, wake, metrics, release: () => release.tools };
  const process = (): Context => ({
    ...createContext({ ...parts, language: 'ja', cardConcurrency: 2 }),
    ...(options.cards && { cards: options.cards }),
  });
  const ctx = process(); // the worker's
  // Two gateways answer in turn, each with its own memory of the cases: what one knows is always a little old.
  const lastResort = createLastResort(ctx);
  const gateways = [process(), process()].map((own) => {
    const routes = express();
    addRoutes(routes, own, lastResort);
    return routes;
  });
  let turn = 0;
  app.use((req, res, next) => gateways[turn++ % gateways.length]?.(req, res, next));
  app.use(((error, _req, res, _next) => {
    complaints.push(`error in a webhook: ${error instanceof Error ? error.stack : error}`);
    res.status(500).end();
  }) as express.ErrorRequestHandler);
  await preparePace(ctx);
  const town = await buildTown(db, ids, clock.now());

  const control = async (method: string, path: string, body?: unknown): Promise<unknown> => {
    const answer = await fetch(exchangeServer.url + path, {
      method,
      ...(body === undefined ? {} : { headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) }),
    });
    const text = await answer.text();
    if (!answer.ok) throw new Error(`${method} ${path}: ${answer.status} ${text}`);
    return text === '' ? null : JSON.parse(text);
  };
  await control('PUT', `/exchange/numbers/${encodeURIComponent(town.number)}`, {
    voiceUrl: `${gateway.url}/voice/inbound`,
    statusCallback: `${gateway.url}/voice/status`,
    fallbackUrl: `${gateway.url}/voice/fallback`,
  });

  await second?.leadsTo(gateway.url, town.number);
  const idle = async (): Promise<void> => {
    await exchange.idle();
    await second?.exchange.idle();
  };

  const sweepAll = async (): Promise<number> => (await sweep(ctx)) + (await sweepReleases(ctx));
  const settle = async (): Promise<void> => {
    for (let turn = 0; turn < 200; turn++) {
      await idle();
      if ((await sweepAll()) === 0) {
        await idle();
        if ((await sweepAll()) === 0) return;
      }
    }
    throw new Error('the world does not come to rest');
  };

  const lineOf = (id: string): Line => ({
    id,
    async press(digits) {
      await control('POST', `/exchange/calls/${id}/digits`, { digits });
      await settle();
    },
    async hangUp() {
      await control('POST', `/exchange/calls/${id}/hangup`);
      await settle();
    },
    view: async () => (await control('GET', `/exchange/calls/${id}`)) as CallView,
    async heard() {
      return words(await this.view());
    },
  });

  const phone = (e164: string): Phone => {
    const path = `/exchange/phones/${encodeURIComponent(e164)}`;
    const calls = async (): Promise<CallView[]> => {
      const found = (await control('GET', `${path}/calls`)) as CallView[] | { calls: CallView[] };
      return Array.isArray(found) ? found : found.calls;
    };
    return {
      e164,
      async habit(habit) {
        await control('PUT', path, Array.isArray(habit) ? { sequence: habit } : habit);
      },
      calls,
      async last() {
        const all = await calls();
        const last = all.at(-1);
        if (!last) throw new Error(`${e164} was never rung`);
        return last;
      },
      async heard() {
        return words(await this.last());
      },
    };
  };

  const cases = async (): Promise<UrgentCall[]> => {
    const found = await db.query<{ state: UrgentCall }>('select state from urgent_call order by opened_at, id');
    return found.rows.map((row) => row.state);
  };

  return {
    lastResort,
    release,
    second,
    ...{ town, ctx, db, clock, complaints, gatewayUrl: gateway.url, exchange: { url: exchangeServer.url }, control },
    now: () => clock.now(),
    async passes({ seconds = 0, minutes = 0 }) {
      await clock.advanceTo(new Date(clock.now().getTime() + seconds * 1000 + minutes * 60_000), settle);
      await settle();
    },
    async rings(from, to = town.number) {
      const { id } = (await control('POST', '/exchange/calls', { from, to })) as { id: string };
      await settle();
      return lineOf(id);
    },
    phone,
    phoneOf: (person, index = 0) => phone(person.phones[index] ?? ''),
    cases,
    async theCase() {
      const all = await cases();
      if (all.length !== 1) throw new Error(`${all.length} cases, not one`);
      return all[0]!;
    },
    async close() {
      const untrue = await whatIsUntrue(db);
      inspectNumbers((await metrics.text()).body);
      exchange.close();
      await second?.close();
      await gateway.close();
      await exchangeServer.close();
      await database.drop();
      if (untrue.length > 0) throw new Error(`after the story:\n${untrue.join('\n')}`);
    },
  };
}

const words = (view: CallView): string =>
  view.transcript
    .filter((line) => line.kind === 'said')
    .map((line) => line.text)
    .join('\n');
