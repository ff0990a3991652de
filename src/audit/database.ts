/** Where `npm run audit:verify` finds the log: the database that is named, or the embedded one, running or not. */
import { existsSync } from 'node:fs';
import path from 'node:path';
import { openCluster, runningPort, superuser } from '../embedded/cluster.ts';
import { startEmbeddedPostgres } from '../embedded/postgres.ts';
import { readSecret } from '../embedded/secrets.ts';
import { type Log, OperatorError } from '../log.ts';

export interface Reached {
  url: string;
  /** Leaves the server as it was found. */
  leave(): Promise<void>;
}

/** @throws OperatorError when there is no database. */
export async function reachDatabase(databaseUrl: string | null, dataFolder: string, log: Log): Promise<Reached> {
  if (databaseUrl !== null) return { url: databaseUrl, leave: async () => undefined };
  const folder = path.join(dataFolder, 'postgres');
  if (!existsSync(folder))
    throw new OperatorError(`there is no database in ${dataFolder}: give KAMOME_DATA or DATABASE_URL of the system`);
  const cluster = await openCluster(folder, path.join(dataFolder, 'postgres.log'));
  const port = await runningPort(cluster);
  if (port === null) {
    const { url, stop } = await startEmbeddedPostgres({ dataFolder, log });
    return { url, leave: stop };
  }
  // The system is running on it: we are one more reader.
  const password = readSecret(dataFolder, 'postgres-password');
  if (password === null) throw new OperatorError(`the password of the database in ${dataFolder} is gone`);
  return { url: `postgresql://${superuser}:${password}@127.0.0.1:${port}/kamome`, leave: async () => undefined };
}
