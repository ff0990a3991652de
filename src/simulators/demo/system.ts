/** The system that is demonstrated: `npm start` as a process of its own, with a temporary data folder and free ports. */
import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { configurationNames } from '../../config/settings.ts';
import { startEmbeddedPostgres } from '../../embedded/postgres.ts';
import { createLog } from '../../log.ts';

export interface System {
  exchangeUrl: string;
  faxHouseUrl: string;
  dataFolder: string;
  /** Its configuration: where its data folder, and with it the hub's keys, are. */
  env: NodeJS.ProcessEnv;
  /** What it has printed so far, for when something goes wrong. */
  output(): string;
  /** Runs another command of the project on the same data. */
  run(script: string, seconds: number): Promise<{ code: number | null; output: string }>;
  /** Ends it as an operator would, waits, and removes the folder. Safe to call twice. */
  stop(): Promise<void>;
}

const root = path.resolve(import.meta.dirname, '../../..');
const startSeconds = 60; // 3 to 10 s usually; a loaded machine must not fail the demonstration
const stopSeconds = 40; // a drain may take 20 s
const lookEveryMs = 50;

/**
 * Starts the system and waits until it takes calls.
 * @throws with what it printed, when it does not or `signal` comes first; nothing is left behind then.
 */
export async function startSystem(signal: AbortSignal): Promise<System> {
  const dataFolder = await mkdtemp(path.join(tmpdir(), 'kamome-demo-'));
  const env = environment(dataFolder);
  // A group of its own: Ctrl-C in the terminal reaches us only, and we end it once and in order.
  const child = spawnNode(
    ['src/start.ts'],
    { ...env, PORT: '0', EXCHANGE_PORT: '0', FAXHOUSE_PORT: '0', CONSOLE_PORT: '0', LOG_LEVEL: 'warn' },
    true,
  );
  const printed = collect(child);
  let stopping: Promise<void> | undefined;
  const stop = (): Promise<void> => {
    stopping ??= stopSystem(child, dataFolder);
    return stopping;
  };
  try {
    await ready(child, printed, signal);
    const exchangeUrl = /^try it: (http:\/\/\S+?)\/?\s/m.exec(printed())?.[1];
    const faxHouseUrl = /^fax house: (http:\/\/\S+?)\/?\s/m.exec(printed())?.[1];
    if (!exchangeUrl || !faxHouseUrl) throw new Error('it did not say where its telephones and fax machines are');
    return {
      ...{ exchangeUrl, faxHouseUrl, dataFolder, env, output: printed, stop },
      run: (script, seconds) => runScript(script, env, seconds),
    };
  } catch (error) {
    await stop();
    const reason = error instanceof Error ? error.message : String(error);
    throw new Error(`the system did not start: ${reason}\n${printed()}`);
  }
}

/** The caller's own environment without the system's configuration: an operator's DATABASE_URL is not for a demonstration. */
function environment(dataFolder: string): NodeJS.ProcessEnv {
  const own = Object.entries(process.env).filter(([name]) => !(configurationNames as readonly string[]).includes(name));
  return { ...Object.fromEntries(own), KAMOME_DATA: dataFolder };
}

const spawnNode = (args: string[], env: NodeJS.ProcessEnv, detached: boolean): ChildProcess =>
  spawn(process.execPath, ['--import', 'tsx', ...args], {
    ...{ cwd: root, env, detached },
    stdio: ['ignore', 'pipe', 'pipe'],
  });

function collect(child: ChildProcess): () => string {
  let text = '';
  for (const stream of [child.stdout, child.stderr])
    stream?.setEncoding('utf8').on('data', (chunk: string) => {
      text += chunk;
    });
  return () => text;
}

async function ready(child: ChildProcess, printed: () => string, signal: AbortSignal): Promise<void> {
  for (let waitedMs = 0; !/^ready /m.test(printed()); waitedMs += lookEveryMs) {
    if (hasEnded(child)) throw new Error('it ended');
    if (waitedMs > startSeconds * 1000) throw new Error(`it was not ready after ${startSeconds} s`);
    await pause(lookEveryMs, undefined, { signal });
  }
}

const hasEnded = (child: ChildProcess): boolean => child.exitCode !== null || child.signalCode !== null;

/** @returns whether it ended within the time. */
function ended(child: ChildProcess, seconds: number): Promise<boolean> {
  if (hasEnded(child)) return Promise.resolve(true);
  return new Promise((resolve) => {
    const deadline = setTimeout(() => resolve(false), seconds * 1000);
    child.once('exit', () => {
      clearTimeout(deadline);
      resolve(true);
    });
  });
}

async function stopSystem(child: ChildProcess, dataFolder: string): Promise<void> {
  child.kill('SIGTERM');
  if (!(await ended(child, stopSeconds))) child.kill('SIGKILL');
  await ended(child, 5);
  if (child.exitCode !== 0) await stopLeftDatabase(dataFolder);
  await rm(dataFolder, { recursive: true, force: true });
}

/** It did not end in order, so its database server may live on: taken over, as the next start would, and stopped. */
async function stopLeftDatabase(dataFolder: string): Promise<void> {
  const left = await startEmbeddedPostgres({ dataFolder, log: createLog('silent') }).catch(() => null);
  await left?.stop();
}

async function runScript(
  script: string,
  env: NodeJS.ProcessEnv,
  seconds: number,
): Promise<{ code: number | null; output: string }> {
  const child = spawnNode([script], env, false);
  const printed = collect(child);
  const closed = new Promise((resolve) => child.once('close', resolve));
  if (!(await ended(child, seconds))) child.kill('SIGKILL');
  await closed;
  return { code: child.exitCode, output: printed().trim() };
}
