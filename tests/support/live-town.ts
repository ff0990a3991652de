import { randomBytes } from 'node:crypto';
import express from 'express';
import type pg from 'pg';
import defaults from '../../config/default.json' with { type: 'json' };
import { addRoutes } from '../../src/app.ts';
import { createContext } from '../../src/context.ts';
import { systemClock } from '../../src/lib/clock.ts';
import { randomIds } from '../../src/lib/ids.ts';
import { createLog } from '../../src/log.ts';
import { preparePace, sweep } from '../../src/outbox/sweep.ts';
import { createExchange } from '../../src/simulators/exchange/exchange.ts';
import { createLastResort } from '../../src/voice/fallback.ts';
import { inspectJob } from './leaks.ts';
import { freshDatabase } from './postgres.ts';
import { testRelease } from './release-tools.ts';
import { buildTown, testCard } from './town.ts';
import { listen } from './world.ts';

/** A town of two telephones in real time, for a person (or a browser) to play with. */
export interface LiveTown {
  exchangeUrl: string;
  nurse: string;
  card: string;
  /** For what else looks at this town: the console. */
  db: pg.Pool;
  associationId: string;
  close(): Promise<void>;
}

const accountSid = `AC${'0'.repeat(31)}2`;
const authToken = 'a-token-for-tests-only-0002';

export async function createLiveTown(): Promise<LiveTown> {
  const database = await freshDatabase();
  const { pool: db } = database;
  const clock = systemClock;
  const exchange = createExchange({ clock, random: randomBytes, accountSid, authToken });
  const exchangeServer = await listen(exchange.app);
  const app = express();
  const gateway = await listen(app);
  const twilio = { accountSid, authTokens: [authToken], apiBase: exchangeServer.url, callsPerSecond: 50 };
  const config = {
    publicBaseUrl: gateway.url,
    twilio: { ...twilio, fallbackUrl: null },
    card: testCard,
    plan: defaults.plan,
  };
  const log = createLog('error');
  const ctx = createContext({
    config,
    language: 'ja',
    db,
    clock,
    ids: randomIds,
    log,
    wake: inspectJob,
    cardConcurrency: 2,
    release: () => testRelease(db, randomIds).tools,
  });
  addRoutes(app, ctx, createLastResort(ctx));
  await preparePace(ctx);
  const town = await buildTown(db, randomIds, clock.now());
  const doctor = await town.doctor('佐藤医師');
  const { card } = await town.patient({ attending: doctor });
  const nurse = '+819000009001';
  const put = async (path: string, body: unknown): Promise<void> => {
    const answer = await fetch(`${exchangeServer.url}/exchange/${path}`, {
      method: 'PUT',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(body),
    });
    if (!answer.ok) throw new Error(await answer.text());
  };
  await put('notice', { lines: [{ ja: '急変の電話: 1 のあとカード', en: 'An urgent call: 1, then the card' }] });
  await put(`numbers/${encodeURIComponent(town.number)}`, {
    label: '見本市医師会',
    voiceUrl: `${gateway.url}/voice/inbound`,
    statusCallback: `${gateway.url}/voice/status`,
  });
  await put(`phones/${encodeURIComponent(nurse)}`, { label: '訪問看護師', behaviour: 'manual' });
  await put(`phones/${encodeURIComponent(doctor.phones[0]!)}`, { label: '佐藤医師', behaviour: 'manual' });
  const stop = sweeping(() => sweep(ctx));
  return {
    ...{ exchangeUrl: exchangeServer.url, nurse, card, db, associationId: town.associationId },
    async close() {
      await stop();
      exchange.close();
      await gateway.close();
      await exchangeServer.close();
      await database.drop();
    },
  };
}

/** What a worker's timer does, four times a second. */
function sweeping(work: () => Promise<number>): () => Promise<void> {
  let isStopped = false;
  const loop = (async () => {
    while (!isStopped) {
      await work();
      await new Promise((resolve) => setTimeout(resolve, 250));
    }
  })();
  return async () => {
    isStopped = true;
    await loop;
  };
}
