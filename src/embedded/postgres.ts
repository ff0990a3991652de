/**
 * The embedded default: a real PostgreSQL in `<data>/postgres`, so that nothing has to be installed.
 *
 * The server runs in a session of its own: Ctrl-C in the terminal reaches us and not it, so that our drain can still write. A
 * server left running by `kill -9` is taken over by the next start.
 */
import { randomBytes } from 'node:crypto';
import { chmod, open, rename, stat } from 'node:fs/promises';
import path from 'node:path';
import pg from 'pg';
import { type Log, OperatorError } from '../log.ts';
import { giveTo } from './account.ts';
import {
  type Cluster,
  createCluster,
  isCreated,
  openCluster,
  runningPort,
  startCluster,
  stopCluster,
  superuser,
} from './cluster.ts';
import { lockFolder } from './lock.ts';
import { keepSecret, type Random, readSecret } from './secrets.ts';

export interface EmbeddedPostgres {
  url: string;
  /** Stops the server (everything committed is on disk) and frees the data folder. Safe to call twice. */
  stop(): Promise<void>;
}

export interface EmbeddedOptions {
  /** Absolute or relative to the working directory; created when missing. */
  dataFolder: string;
  log: Log;
  random?: Random;
}

const databaseName = 'kamome';
const passwordFile = 'postgres-password';

/** Public so that the bench can look things up on a server that is set the same. */
export const settings = {
  max_connections: '100',
  shared_buffers: '128MB',
  deadlock_timeout: '200ms', // a webhook that waits a second for a deadlock is silence on the line
  timezone: 'UTC',
  log_timezone: 'UTC',
  // Details and statements of failed queries quote values; the server's log is no place for them.
  log_error_verbosity: 'terse',
  log_min_error_statement: 'panic',
  log_checkpoints: 'off',
};

/**
 * Starts the server of the data folder, creating it at the first start.
 * @throws OperatorError when another process of ours holds the folder, or PostgreSQL cannot run here; with the cure.
 */
export async function startEmbeddedPostgres(options: EmbeddedOptions): Promise<EmbeddedPostgres> {
  const { log, random = randomBytes } = options;
  const dataFolder = path.resolve(options.dataFolder);
  const began = performance.now();
  const lock = lockFolder(dataFolder);
  let stopping: Promise<void> | undefined;
  try {
    const cluster = await openCluster(path.join(dataFolder, 'postgres'), path.join(dataFolder, 'postgres.log'));
    const isFirst = !(await isCreated(cluster));
    const password = passwordOf(dataFolder, isFirst, random);
    if (isFirst) {
      log.info('postgres_creating', { folder: dataFolder });
      await createCluster(cluster, password);
    }
    const port = (await runningPort(cluster)) ?? (await start(cluster));
    const server = `postgresql://${superuser}:${password}@127.0.0.1:${port}`;
    await ensureDatabase(server);
    log.info('postgres_ready', { port, ms: Math.round(performance.now() - began), folder: dataFolder });
    return {
      url: `${server}/${databaseName}`,
      stop() {
        stopping ??= stopCluster(cluster).finally(() => lock.release());
        return stopping;
      },
    };
  } catch (cause) {
    lock.release();
    if (cause instanceof OperatorError) throw cause;
    const words = cause instanceof Error ? cause.message : String(cause);
    throw new OperatorError(`the embedded PostgreSQL cannot be used: ${words}`, { cause });
  }
}

function passwordOf(dataFolder: string, isFirst: boolean, random: Random): string {
  if (!isFirst && readSecret(dataFolder, passwordFile) === null) {
    const file = path.join(dataFolder, passwordFile);
    throw new OperatorError(
      `${file} is gone, and the database beside it does not open without it; restore it from a copy`,
    );
  }
  return keepSecret(dataFolder, passwordFile, () => random(24).toString('hex'));
}

/** Where the database of a data folder is reached while its server runs on `port`. */
export function addressOf(dataFolder: string, port: number): string {
  const password = readSecret(dataFolder, passwordFile);
  if (password === null) throw new OperatorError(`the password of the database in ${dataFolder} is gone`);
  return `postgresql://${superuser}:${password}@127.0.0.1:${port}/${databaseName}`;
}

async function start(cluster: Cluster): Promise<number> {
  await prepareLog(cluster);
  return startCluster(cluster, settings);
}

/** The server appends to its log for ever; one older file is enough to look back. */
async function prepareLog({ logFile, account }: Cluster): Promise<void> {
  const old = await stat(logFile).catch(() => null);
  if (old && old.size > 10 * 1024 * 1024) await rename(logFile, `${logFile}.1`);
  await (await open(logFile, 'a', 0o600)).close(); // the account may not create files in our folder
  await giveTo(account, logFile);
  await chmod(logFile, 0o600);
}

async function ensureDatabase(server: string): Promise<void> {
  const admin = new pg.Client({ connectionString: `${server}/postgres`, application_name: 'kamome-start' });
  await admin.connect();
  try {
    const { rowCount } = await admin.query('select 1 from pg_database where datname = $1', [databaseName]);
    if (!rowCount) await admin.query(`create database ${databaseName}`);
  } finally {
    await admin.end();
  }
}
