/** Programs of this project as processes of their own: started, waited for, killed by their number, never left behind. */
import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { startEmbeddedPostgres } from '../../src/embedded/postgres.ts';
import { createLog } from '../../src/log.ts';
import { inspect } from './leaks.ts';

export interface Child {
  readonly pid: number;
  /** Everything printed so far, on both streams. */
  output(): string;
  /** Waits for a line that matches. @throws when it does not come in `seconds`, or the process ends without it. */
  line(pattern: RegExp, seconds: number): Promise<RegExpExecArray>;
  signal(name: NodeJS.Signals): void;
  /** Waits for the end. @throws when it does not come in `seconds`. */
  ended(seconds: number): Promise<{ code: number | null; signal: NodeJS.Signals | null }>;
  /** kill -9, and waits until it is gone. */
  kill(): Promise<void>;
}

const root = path.resolve(import.meta.dirname, '../..');
const children = new Set<ChildProcess>();

/**
 * Runs `node --import tsx <script> <args>` with nothing of our environment but what every program needs.
 * @param options.cwd where the program lies, when that is another release than this one.
 */
export function startChild(
  script: string,
  env: Record<string, string>,
  args: string[] = [],
  options: { cwd?: string } = {},
): Child {
  const { PATH = '', HOME = '', TMPDIR } = process.env;
  const child = spawn(process.execPath, ['--import', 'tsx', script, ...args], {
    cwd: options.cwd ?? root,
    env: { PATH, HOME, ...(TMPDIR ? { TMPDIR } : {}), ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  children.add(child);
  let printed = '';
  for (const stream of [child.stdout, child.stderr])
    stream?.setEncoding('utf8').on('data', (text: string) => {
      printed += text;
    });
  const isOver = (): boolean => child.exitCode !== null || child.signalCode !== null;
  const closed = new Promise<void>((resolve) => child.once('close', () => resolve()));
  void closed.then(() => {
    children.delete(child);
    for (const line of printed.split('\n')) if (line.startsWith('{"level"')) inspect('log', line);
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
    signal: (name) => void child.kill(name),
    ended,
    async kill() {
      child.kill('SIGKILL');
      await ended(10);
    },
  };
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
  await Promise.all(
    [...children].map(
      (child) =>
        new Promise<void>((resolve) => {
          child.once('close', () => resolve());
          child.kill('SIGKILL');
        }),
    ),
  );
}
process.once('exit', () => {
  for (const child of children) child.kill('SIGKILL');
});

export interface DataFolder {
  path: string;
  /** Processes that name this folder in their command line: its database server. */
  users(): Promise<string[]>;
  /** Stops a database server that a killed process has left, and removes the folder. */
  discard(): Promise<void>;
}

/** A temporary KAMOME_DATA. */
export async function dataFolder(): Promise<DataFolder> {
  const folder = await mkdtemp(path.join(tmpdir(), 'kamome-processes-'));
  const users = async (): Promise<string[]> =>
    (await printedBy('ps', ['-eo', 'pid,args'])).split('\n').filter((line) => line.includes(folder));
  return {
    path: folder,
    users,
    async discard() {
      if ((await users()).length > 0) {
        const left = await startEmbeddedPostgres({ dataFolder: folder, log: createLog('silent') });
        await left.stop();
      }
      await rm(folder, { recursive: true, force: true });
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
