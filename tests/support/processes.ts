/** Programs of this project as processes of their own: started, waited for, killed by their number, never left behind. */
import { type ChildProcess, spawn } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import pg from 'pg';
import { openCluster, runningPort } from '../../src/embedded/cluster.ts';
import { addressOf, startEmbeddedPostgres } from '../../src/embedded/postgres.ts';
import { createLog } from '../../src/log.ts';
import {
  inspectLines,
  inspectMetrics,
  inspectQueueTables,
  inspectServerLog,
  inspectWatched,
  keepEnvironmentSecret,
  keepFolderSecret,
  keepQueuedJobs,
} from './leaks-outside.ts';

export interface Child {
  readonly pid: number;
  /** Everything printed so far, on both streams. */
  output(): string;
  /** Waits for a line that matches. @throws when it does not come in `seconds`, or the process ends without it. */
  line(pattern: RegExp, seconds: number): Promise<RegExpExecArray>;
  /** Once its numbers were looked at, where it shows any. */
  signal(name: NodeJS.Signals): void;
  /** Waits for the end. @throws when it does not come in `seconds`. */
  ended(seconds: number): Promise<{ code: number | null; signal: NodeJS.Signals | null }>;
  /** kill -9, and waits until it is gone. */
  kill(): Promise<void>;
}

const root = path.resolve(import.meta.dirname, '../..');
const watchProgram = path.join(import.meta.dirname, 'watch-child.ts');
/** With what looks at its numbers. */
const children = new Map<ChildProcess, () => Promise<void>>();

/**
 * Runs `node --import tsx <script> <args>` with nothing of our environment but what every program needs. What it prints, its
 * numbers and each request that comes to it are looked at (leaks-outside.ts).
 * @param options.cwd where the program lies, when that is another release than this one.
 */
export function startChild(
  script: string,
  env: Record<string, string>,
  args: string[] = [],
  options: { cwd?: string } = {},
): Child {
  const { PATH = '', HOME = '', TMPDIR } = process.env;
  const watched = mkdtempSync(path.join(tmpdir(), 'kamome-watched-'));
  const file = path.join(watched, 'requests');
  keepEnvironmentSecret(env);
  const child = spawn(process.execPath, ['--import', 'tsx', '--import', watchProgram, script, ...args], {
    cwd: options.cwd ?? root,
    env: { PATH, HOME, ...(TMPDIR ? { TMPDIR } : {}), KAMOME_WATCH_FILE: file, ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let printed = '';
  const lookAtMetrics = async (): Promise<void> => {
    for (const url of doorsIn(printed)) await inspectMetrics(url);
  };
  children.set(child, lookAtMetrics);
  for (const stream of [child.stdout, child.stderr])
    stream?.setEncoding('utf8').on('data', (text: string) => {
      printed += text;
    });
  const isOver = (): boolean => child.exitCode !== null || child.signalCode !== null;
  const closed = new Promise<void>((resolve) => child.once('close', () => resolve()));
  void closed.then(() => {
    children.delete(child);
    if (env.KAMOME_DATA && existsSync(env.KAMOME_DATA)) keepFolderSecret(env.KAMOME_DATA);
    inspectLines(printed);
    if (existsSync(file)) inspectWatched(readFileSync(file, 'utf8'));
    rmSync(watched, { recursive: true });
  });
  const ended: Child['ended'] = async (seconds) => {
    const inTime = await Promise.race([closed.then(() => true), pause(seconds * 1000, false, { ref: false })]);
    if (!inTime) throw new Error(`${script} has not ended in ${seconds} s. It printed:\n${printed}`);
    return { code: child.exitCode, signal: child.signalCode };
  };
  return {
    pid: child.pid ?? 0,
    output: () => printed,
    async line(pattern, seconds) {
      const multiline = new RegExp(pattern.source, `${pattern.flags.replace('m', '')}m`);
      return until(`${script} to print ${pattern}`, seconds, () => {
        const found = multiline.exec(printed);
        if (!found && isOver()) throw new Error(`${script} ended before it printed ${pattern}:\n${printed}`);
        return found ?? undefined;
      }).catch((error: Error) => {
        throw error.message.includes('printed:') ? error : new Error(`${error.message}\nIt printed:\n${printed}`);
      });
    },
    signal: (name) => void lookAtMetrics().finally(() => child.kill(name)),
    ended,
    async kill() {
      child.kill('SIGKILL');
      await ended(10);
    },
  };
}

/** Where a process says that it can be reached, and shows its numbers: gateway, worker and console by their log, `npm start` in words. */
function doorsIn(printed: string): string[] {
  const ports = [...printed.matchAll(/"port":(\d+),"event":"(?:gateway|worker|console)_ready"/g)];
  const addresses = [...printed.matchAll(/^(?:ready|console:) (http:\/\/[^/\s]+)/gm)];
  return [...ports.map(([, port]) => `http://127.0.0.1:${port}`), ...addresses.map(([, address]) => address ?? '')];
}

/** Looks every 50 ms until `find` finds something. @throws after `seconds`, naming `what`. */
export async function until<T>(
  what: string,
  seconds: number,
  find: () => T | undefined | Promise<T | undefined>,
): Promise<T> {
  const deadline = performance.now() + seconds * 1000;
  for (;;) {
    const found = await find();
    if (found !== undefined) return found;
    if (performance.now() > deadline) throw new Error(`waited ${seconds} s in vain for ${what}`);
    await pause(50);
  }
}

/** Ends by their numbers those that a failed test has left. */
export async function endChildren(): Promise<void> {
  await Promise.all([...children.values()].map((lookAtMetrics) => lookAtMetrics()));
  await Promise.all(
    [...children.keys()].map(
      (child) =>
        new Promise<void>((resolve) => {
          child.once('close', () => resolve());
          child.kill('SIGKILL');
        }),
    ),
  );
}
process.once('exit', () => {
  for (const child of children.keys()) child.kill('SIGKILL');
});

export interface DataFolder {
  path: string;
  /** Processes that name this folder in their command line: its database server. */
  users(): Promise<string[]>;
  /** Work in the database that runs on the folder. */
  inDatabase<T>(work: (client: pg.Client) => Promise<T>): Promise<T>;
  /** From now on each job of the queue in that database is kept, to be looked at in the end. */
  keepJobs(): Promise<void>;
  /**
   * Looks for leaks in the queue and the log of the database, stops a server that a killed process has left, and removes the folder.
   * @returns how many jobs were looked at.
   */
  discard(): Promise<number>;
}

/** A temporary KAMOME_DATA. */
export async function dataFolder(): Promise<DataFolder> {
  const folder = await mkdtemp(path.join(tmpdir(), 'kamome-processes-'));
  const users = async (): Promise<string[]> =>
    (await printedBy('ps', ['-eo', 'pid,args'])).split('\n').filter((line) => line.includes(folder));
  const inDatabase: DataFolder['inDatabase'] = async (work) => {
    const port = await runningPort(await openCluster(`${folder}/postgres`, `${folder}/postgres.log`));
    const client = new pg.Client(addressOf(folder, port ?? 0));
    await client.connect();
    return work(client).finally(() => client.end());
  };
  return {
    path: folder,
    users,
    inDatabase,
    keepJobs: () => inDatabase(keepQueuedJobs),
    async discard() {
      let jobs = 0;
      if (existsSync(`${folder}/postgres`)) {
        const left = await startEmbeddedPostgres({ dataFolder: folder, log: createLog('silent') });
        jobs = await inDatabase(inspectQueueTables).finally(() => left.stop());
      }
      inspectServerLog(folder);
      await rm(folder, { recursive: true, force: true });
      return jobs;
    },
  };
}

function printedBy(program: string, args: string[]): Promise<string> {
  return new Promise((resolve, reject) => {
    const child = spawn(program, args, { stdio: ['ignore', 'pipe', 'ignore'] });
    let text = '';
    child.stdout.setEncoding('utf8').on('data', (chunk: string) => {
      text += chunk;
    });
    child.once('error', reject);
    child.once('close', () => resolve(text));
  });
}
