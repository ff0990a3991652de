/** A child process for each simulation, bounded in time and memory: whoever waits for it goes on with other work meanwhile. */
import { fork } from 'node:child_process';
import { createRequire } from 'node:module';
import { pathToFileURL } from 'node:url';
import type { Foresight } from './figures.ts';
import type { Picture } from './picture.ts';

/** What the child says. */
export type Reply = { played: number; total: number } | { foresight: Foresight };

export type Outcome = { foresight: Foresight } | { failed: 'time' | 'crash' };

export interface RunOptions {
  onNight(played: number, total: number): void;
  /** Ends it at once; it counts as crashed. */
  signal: AbortSignal;
}

export type Run = (picture: Picture, options: RunOptions) => Promise<Outcome>;

const mostMiB = 512;
/** One to two minutes on an idle machine; far more where everybody else goes first. */
const mostMs = 30 * 60_000;

/** Never rejects: whatever becomes of the child is an answer. */
export const runInChild: Run = (picture, { onNight, signal }) =>
  new Promise((settle) => {
    const child = fork(new URL('./player.ts', import.meta.url), {
      serialization: 'advanced',
      execArgv: [
        `--max-old-space-size=${mostMiB}`,
        '--import',
        pathToFileURL(createRequire(import.meta.url).resolve('tsx')).href,
      ],
      // Neither the hub's keys nor the database's address.
      env: { PATH: process.env.PATH },
      stdio: ['ignore', 'ignore', 'ignore', 'ipc'],
    });
    let isLate = false;
    let outcome: Outcome | null = null;
    const deadline = setTimeout(() => {
      isLate = true;
      child.kill('SIGKILL');
    }, mostMs);
    const stop = (): void => void child.kill('SIGKILL');
    signal.addEventListener('abort', stop);
    child.on('message', (reply: Reply) => {
      if ('played' in reply) return onNight(reply.played, reply.total);
      outcome = reply;
      child.disconnect();
    });
    // Without a listener a failed start would end the console; the exit that follows says the same.
    child.on('error', stop);
    child.on('exit', () => {
      clearTimeout(deadline);
      signal.removeEventListener('abort', stop);
      settle(outcome ?? { failed: isLate ? 'time' : 'crash' });
    });
    if (signal.aborted) return stop();
    child.send(picture, () => undefined);
  });
