/** For commands beside the system (import, audit): the database that is named, or the embedded one, running or not. */
import { existsSync } from 'node:fs';
import path from 'node:path';
import { type Log, OperatorError } from '../log.ts';
import { openCluster, runningPort } from './cluster.ts';
import { addressOf, startEmbeddedPostgres } from './postgres.ts';

export interface Reached {
  url: string;
  /** Leaves the server as it was found. */
  leave(): Promise<void>;
}

export interface ReachOptions {
  databaseUrl: string | null;
  dataFolder: string;
  log: Log;
  /** Makes the embedded database if there is none yet. */
  mayCreate: boolean;
}

/** @throws OperatorError when there is no database, or its password is gone. */
export async function reachDatabase(options: ReachOptions): Promise<Reached> {
  const { databaseUrl, dataFolder, log, mayCreate } = options;
  if (databaseUrl !== null) return { url: databaseUrl, leave: async () => undefined };
  const folder = path.join(dataFolder, 'postgres');
  if (!mayCreate && !existsSync(folder))
    throw new OperatorError(`there is no database in ${dataFolder}: give KAMOME_DATA or DATABASE_URL of the system`);
  const isThere = existsSync(folder);
  const port = isThere ? await runningPort(await openCluster(folder, path.join(dataFolder, 'postgres.log'))) : null;
  if (port === null) {
    const { url, stop } = await startEmbeddedPostgres({ dataFolder, log });
    return { url, leave: stop };
  }
  // The system is running on it: we are one more guest.
  return { url: addressOf(dataFolder, port), leave: async () => undefined };
}
