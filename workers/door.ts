/** What a worker process shows to whoever watches the machine: that it lives, that it works, and its numbers. No other route. */

import type pg from 'pg';
import type { Config } from '../src/config.ts';
import { createServerShell, type Listening, listenGracefully } from '../src/http/server.ts';
import type { Log } from '../src/log.ts';
import type { Metrics } from '../src/metrics.ts';

/**
 * Opens the door on WORKER_PORT. Ready is a worker that reaches the database and whose sweep came to an end a moment ago: a worker
 * that only lives does nobody any good. @returns null without the port.
 */
export async function openDoor(
  { workerPort, http }: Pick<Config, 'workerPort' | 'http'>,
  db: pg.Pool,
  log: Log,
  metrics: Metrics,
  worker: { isSweeping(): boolean },
): Promise<Listening | null> {
  if (workerPort === null) return null;
  const ready = async () => {
    const database = await db.query('select 1').then(
      () => true,
      () => false,
    );
    return { database, sweep: worker.isSweeping() };
  };
  return listenGracefully(createServerShell({ log, metrics, ready }), workerPort, http.host);
}
