/** From the configuration to what the console's routes are handed, and back: for `npm run console` and for the all-in-one start. */
import { randomBytes } from 'node:crypto';
import type { ConsoleProcessConfig } from '../config.ts';
import { openPool } from '../db.ts';
import { systemClock } from '../lib/clock.ts';
import { randomIds } from '../lib/ids.ts';
import type { Log } from '../log.ts';
import { openPageMakerLater } from '../pages/maker.ts';
import { openWakeQueue } from '../queue.ts';
import { openHubVault } from '../vault/keys.ts';
import { type ConsoleContext, consoleJobs } from './context.ts';

export interface OpenedConsole {
  ctx: ConsoleContext;
  close(): Promise<void>;
}

/** Opens database, queue and the hub's keys. @throws OperatorError when a key file is missing or does not open. */
export async function openConsole(config: ConsoleProcessConfig, log: Log): Promise<OpenedConsole> {
  const { databaseUrl, database, redisUrl, queue: queueConfig, hub, publicBaseUrl } = config;
  if (!databaseUrl) throw new Error('there is no database to open');
  const db = openPool(databaseUrl, {
    max: database.consoleConnections,
    applicationName: 'kamome-console',
    onIdleError: (error) => log.warn('database_connection_lost', { error }),
  });
  const parts = { db, clock: systemClock, ids: randomIds, random: randomBytes };
  const vault = openHubVault(config, hub, parts);
  const queue = await openWakeQueue({ databaseUrl, redisUrl, queue: queueConfig }, log, consoleJobs);
  const maker = openPageMakerLater();
  return {
    ctx: {
      ...vault,
      ...{ searchKey: hub.searchKey, random: randomBytes, log, maker, publicBaseUrl },
      wake: (job, id) => queue.wake(job, id),
    },
    async close() {
      maker.close();
      await queue.close();
      await db.end();
    },
  };
}
