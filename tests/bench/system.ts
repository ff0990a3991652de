/**
 * The system as in production, on one machine: PostgreSQL (with fsync), a queue, one gateway process, one worker process; and
 * the telephone network in a process of its own.
 */
import { type ChildProcess, spawn } from 'node:child_process';
import { createWriteStream } from 'node:fs';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import readline from 'node:readline';
import type pg from 'pg';
import { migrate } from '../../migrations/run.ts';
import { openPool } from '../../src/db.ts';
import { freePort } from '../../src/embedded/cluster.ts';
import { startEmbeddedPostgres } from '../../src/embedded/postgres.ts';
import { systemClock } from '../../src/lib/clock.ts';
import { createLog } from '../../src/log.ts';
import { startRedis } from '../support/redis.ts';
import { processorSeconds } from './processors.ts';

/** Secrets of the simulated account; they protect nothing. */
export const account = {
  sid: `AC${'0'.repeat(31)}7`,
  token: 'a-token-for-the-bench-only-0001',
  pepper: Buffer.alloc(32, 5),
};

/** What product.md asks for: N = 2^16, 64 MiB. */
export const cardCostLog2 = 16;

export interface Stage {
  /** Where everything of this run is kept until `close`. */
  folder: string;
  db: pg.Pool;
  databaseUrl: string;
  redisUrl: string | null;
  /** A further database on the same server, migrated. */
  database(name: string): Promise<{ url: string; db: pg.Pool }>;
  close(): Promise<void>;
}

/** PostgreSQL with the embedded default's own settings, and Redis if wanted. */
async function openStage(queue: 'redis' | 'postgres'): Promise<Stage> {
  const folder = await mkdtemp(path.join(tmpdir(), 'kamome-bench-'));
  const closings: (() => Promise<unknown>)[] = [() => rm(folder, { recursive: true, force: true })];
  const close = async (): Promise<void> => {
    for (const end of closings.splice(0).reverse()) await end();
  };
  try {
    const postgres = await startEmbeddedPostgres({ dataFolder: folder, log: createLog('silent') });
    closings.push(() => postgres.stop());
    const redis = queue === 'redis' ? await startRedis() : null;
    if (redis) closings.push(() => redis.stop());
    const open = async (url: string): Promise<pg.Pool> => {
      const db = openPool(url, { max: 8, applicationName: 'kamome-bench', statementTimeoutMs: 600_000 });
      closings.push(() => db.end());
      await migrate(db, systemClock);
      return db;
    };
    const db = await open(postgres.url);
    const database: Stage['database'] = async (name) => {
      await db.query(`create database ${name}`);
      const url = postgres.url.replace(/[^/]*$/, name);
      return { url, db: await open(url) };
    };
    return { folder, db, databaseUrl: postgres.url, redisUrl: redis?.url ?? null, database, close };
  } catch (error) {
    await close();
    throw error;
  }
}

/** Works on a stage of its own, which is taken down whatever happens: also when the bench is told to end. */
export async function onStage<T>(queue: 'redis' | 'postgres', work: (stage: Stage) => Promise<T>): Promise<T> {
  const stage = await openStage(queue);
  const stopEarly = (): void => void stage.close().finally(() => process.exit(130));
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, stopEarly);
  try {
    return await work(stage);
  } finally {
    for (const signal of ['SIGINT', 'SIGTERM'] as const) process.off(signal, stopEarly);
    await stage.close();
  }
}

export interface System {
  gatewayUrl: string;
  exchangeUrl: string;
  gatewayLog: string;
  workerLog: string | null;
  /** Seconds of processor time so far, by process; `rest` is everything else on the machine. */
  processorSeconds(): Promise<Record<string, number>>;
  close(): Promise<void>;
}

const root = path.resolve(import.meta.dirname, '../..');

/** Starts exchange, gateway and (unless told otherwise) worker, and tells the exchange our number. */
export async function startSystem(
  stage: Stage,
  number: string,
  options: { worker?: boolean; profileFolder?: string | undefined; environment?: Record<string, string> } = {},
): Promise<System> {
  const [gatewayPort, exchangePort] = [await freePort(), await freePort()];
  const [gatewayUrl, exchangeUrl] = [gatewayPort, exchangePort].map((port) => `http://127.0.0.1:${port}`) as [
    string,
    string,
  ];
  const environment = {
    ...{ DATABASE_URL: stage.databaseUrl, KAMOME_DATA: stage.folder, LOG_LEVEL: 'debug' },
    ...(stage.redisUrl ? { REDIS_URL: stage.redisUrl } : {}),
    ...{ PORT: String(gatewayPort), PUBLIC_BASE_URL: gatewayUrl, EXCHANGE_PORT: String(exchangePort) },
    ...{ TWILIO_ACCOUNT_SID: account.sid, TWILIO_AUTH_TOKEN: account.token, TWILIO_API_BASE: exchangeUrl },
    ...{ TWILIO_CALLS_PER_SECOND: '50', CARD_PEPPER: account.pepper.toString('base64') },
    CARD_COST_LOG2: String(cardCostLog2),
    ...options.environment,
  };
  const { profileFolder } = options;
  const profile = profileFolder ? ['--cpu-prof', '--cpu-prof-dir', profileFolder] : [];
  const programs: Program[] = [];
  const close = async (): Promise<void> => {
    for (const program of programs.splice(0).reverse()) await program.stop();
  };
  const run = async (name: string, file: string, ready: RegExp): Promise<Program> => {
    const program = start(name, file, environment, stage.folder, [], profile);
    programs.push(program);
    await program.says(ready);
    return program;
  };
  try {
    await run('exchange', 'src/simulators/exchange/main.ts', /^exchange http/);
    const gateway = await run('gateway', 'src/main.ts', /gateway_ready/);
    const worker = (options.worker ?? true) ? await run('worker', 'workers/main.ts', /worker_ready/) : null;
    await tellNumber(exchangeUrl, gatewayUrl, number);
    const postmaster = await postmasterOf(stage.folder);
    const own = { name: 'bench', pid: process.pid };
    const used = (): Promise<Record<string, number>> => processorSeconds([...programs, own], postmaster);
    const logs = { gatewayLog: gateway.logFile, workerLog: worker?.logFile ?? null };
    return { gatewayUrl, exchangeUrl, ...logs, processorSeconds: used, close };
  } catch (error) {
    await close();
    throw error;
  }
}

async function postmasterOf(folder: string): Promise<number | null> {
  const text = await readFile(path.join(folder, 'postgres', 'postmaster.pid'), 'utf8').catch(() => '');
  return Number(text.split('\n')[0]) || null;
}

async function tellNumber(exchangeUrl: string, gatewayUrl: string, number: string): Promise<void> {
  await control(exchangeUrl, 'PUT', `/exchange/numbers/${encodeURIComponent(number)}`, {
    voiceUrl: `${gatewayUrl}/voice/inbound`,
    statusCallback: `${gatewayUrl}/voice/status`,
    fallbackUrl: `${gatewayUrl}/voice/fallback`,
  });
}

/** One request to the exchange's control side. */
export async function control(exchangeUrl: string, method: string, path: string, body?: unknown): Promise<unknown> {
  const answer = await fetch(exchangeUrl + path, {
    method,
    ...(body === undefined ? {} : { headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) }),
  });
  const text = await answer.text();
  if (!answer.ok) throw new Error(`${method} ${path}: ${answer.status} ${text}`);
  return text === '' ? null : JSON.parse(text);
}

export interface Program {
  name: string;
  pid: number;
  logFile: string;
  /** Resolves when it prints a line that matches. @throws when it ends before. */
  says(words: RegExp, hear?: (line: string) => void): Promise<void>;
  /** A line for its standard input. */
  tell(line: string): void;
  stop(): Promise<void>;
}

/** A program of ours in its own process; what it prints goes to a file of the run. */
export function start(
  name: string,
  file: string,
  env: Record<string, string>,
  folder: string,
  args: string[] = [],
  nodeOptions: string[] = [],
): Program {
  const logFile = path.join(folder, `${name}.log`);
  const child = spawn(process.execPath, [...nodeOptions, '--import', 'tsx', path.join(root, file), ...args], {
    cwd: root,
    env: { PATH: process.env.PATH ?? '', ...env },
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  const log = createWriteStream(logFile);
  child.stdout.pipe(log);
  const lines = readline.createInterface({ input: child.stdout });
  const ended = new Promise<void>((resolve) => child.once('exit', () => resolve()));
  return {
    name,
    pid: child.pid ?? 0,
    logFile,
    says: (words, hear) =>
      new Promise((resolve, reject) => {
        const listen = (line: string): void => {
          if (!words.test(line)) return;
          lines.off('line', listen);
          hear?.(line);
          resolve();
        };
        lines.on('line', listen);
        void ended.then(() => reject(new Error(`${name} ended with ${child.exitCode}; see ${logFile}`)));
      }),
    tell: (line) => void child.stdin.write(`${line}\n`),
    async stop() {
      await stopChild(child, ended);
      log.end();
    },
  };
}

async function stopChild(child: ChildProcess, ended: Promise<void>): Promise<void> {
  child.kill('SIGTERM');
  const timer = setTimeout(() => child.kill('SIGKILL'), 5000);
  await ended;
  clearTimeout(timer);
}
