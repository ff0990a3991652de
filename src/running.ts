/** What gateway, worker and the all-in-one start have in common: from the configuration to a context, and back. */
import { randomBytes } from 'node:crypto';
import { availableParallelism } from 'node:os';
import type pg from 'pg';
import { agreedClock } from './agreed-clock.ts';
import type { Config } from './config.ts';
import { type Context, createContext } from './context.ts';
import { openPool } from './db.ts';
import { connectRelease } from './disclosures/connect.ts';
import { settledHook } from './disclosures/render.ts';
import { faxJobs } from './fax/context.ts';
import { createFaxContext } from './fax-context.ts';
import { receivedHook } from './inbox/receive.ts';
import { randomIds } from './lib/ids.ts';
import type { Log } from './log.ts';
import type { Metrics } from './metrics.ts';
import { openPageMakerLater } from './pages/maker.ts';
import { warmUpPages } from './pages/warm-up.ts';
import { openWakeQueue, type WakeQueue } from './queue.ts';
import { openHubCertificate } from './vault/keys.ts';

/** Every job the workers know (workers/jobs.ts); a wake-up for another one is a fault. */
export const jobNames = [
  ...(['perform-effect', 'place-calls', 'advance-case', 'render-disclosure', 'place-callbacks'] as const),
  ...faxJobs,
] as const;

export interface Running {
  ctx: Context;
  db: pg.Pool;
  queue: WakeQueue;
  /** Makes what the first pages would otherwise wait for. @throws when no page can be made in this place at all. */
  warmUp(): Promise<void>;
  close(): Promise<void>;
}

/** Opens database and queue for one process. `config.databaseUrl` must be set (the embedded one's address counts). */
export async function openRunning(
  config: Config,
  log: Log,
  kind: 'gateway' | 'worker',
  metrics?: Metrics,
): Promise<Running> {
  const { databaseUrl, database, redisUrl, queue: queueConfig } = config;
  if (!databaseUrl) throw new Error('there is no database to open');
  const db = openPool(databaseUrl, {
    max: kind === 'gateway' ? database.gatewayConnections : database.workerConnections,
    applicationName: `kamome-${kind}`,
    onIdleError: (error) => log.warn('database_connection_lost', { error }),
  });
  const clock = agreedClock(db, log);
  await clock.agree();
  const queue = await openWakeQueue({ databaseUrl, redisUrl, queue: queueConfig }, log, jobNames);
  const wake = (job: (typeof jobNames)[number], id: string, delaySeconds = 0): void =>
    queue.wake(job, id, { delaySeconds });
  const shared = { config, db, log, wake, clock, ids: randomIds } as const;
  const maker = openPageMakerLater();
  const hub = () => openHubCertificate(config, { clock, random: randomBytes });
  const hooks = { onFaxSettled: settledHook(shared), ...receivedHook(() => ctx, hub) };
  const ctx: Context = createContext({
    ...shared,
    language: 'ja',
    fax: createFaxContext({ ...shared, maker, hooks }),
    cardConcurrency: Math.max(1, availableParallelism()),
    release: (cards) =>
      connectRelease({
        ...{ db, clock, ids: randomIds, random: randomBytes, cards, maker },
        ...{ pepper: config.card.pepper, caseKey: config.vault.caseKey, publicBaseUrl: config.publicBaseUrl },
        wakeFax: (faxId) => queue.wake('send-fax', faxId),
      }),
    ...(metrics && { metrics }),
  });
  return {
    ...{ ctx, db, queue, warmUp: () => warmUpPages(maker) },
    async close() {
      clock.close();
      maker.close();
      await queue.close();
      await db.end();
    },
  };
}
