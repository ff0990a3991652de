/**
 * Child processes that decode and read pages: long-lived, few, and killed the moment one takes too long or too much
 * memory. A page from a stranger can at most cost one of them. They start when first needed and do not keep the program
 * alive when idle.
 */
import { type ChildProcess, fork } from 'node:child_process';
import type { BilevelPage } from '../../imaging/bilevel.ts';
import type { Decoded, DecodeLimits } from '../decode.ts';
import type { PageReading } from '../reading.ts';

export type Task = { task: 'decode'; bytes: Uint8Array; limits: DecodeLimits } | { task: 'read'; page: BilevelPage };

/** What the child sends back. `crash`: it threw where nothing should throw. */
export type Reply = { result: Decoded | PageReading; rssBytes: number } | { crash: string; rssBytes: number };

export type Answer = { result: Decoded | PageReading } | { failed: 'time' | 'memory' | 'crash' };

export interface Readers {
  /** In order of arrival; `seconds` counts from when a child takes it up. */
  ask(task: Task, seconds: number): Promise<Answer>;
  /** Starts the children, so that the first page does not wait for them. */
  warmUp(): Promise<void>;
  /** Ends them; what is under way fails as `crash`. The next question starts new ones. */
  close(): Promise<void>;
}

export interface ReaderOptions {
  size: number;
  /** Resident memory at which a child ends itself, whatever it does. */
  mostMiB: number;
  /** Resident memory above which an idle child is replaced: WebAssembly memory never shrinks. */
  restMiB: number;
}

/** Two: one long document does not hold up the doctor's request behind it. */
const usual: ReaderOptions = { size: 2, mostMiB: 900, restMiB: 450 };

let shared: Readers | undefined;

/** The program's one pool. */
export function readers(): Readers {
  shared ??= openReaders(usual);
  return shared;
}

interface Waiting {
  task: Task;
  seconds: number;
  done(answer: Answer): void;
}

/** Ended by its own memory watch or by the system's (SIGKILL that was not ours), or by V8 at the end of its heap. */
const outOfMemorySignals: readonly (string | null)[] = ['SIGKILL', 'SIGABRT'];

export function openReaders(options: ReaderOptions): Readers {
  const waiting: Waiting[] = [];
  const idle: ChildProcess[] = [];
  const alive = new Set<ChildProcess>();

  function next(): void {
    const job = waiting[0];
    if (!job) return;
    if (idle.length === 0 && alive.size >= options.size) return;
    waiting.shift();
    const child = idle.pop() ?? start(options, alive, idle);
    void perform(child, job).then((answer) => {
      job.done(answer);
      next();
    });
  }

  /** Never rejects: whatever becomes of the child is an answer. */
  function perform(child: ChildProcess, job: Waiting): Promise<Answer> {
    return new Promise((settle) => {
      let isLate = false;
      hold(child, true);
      const stopClock = countDown(job.seconds, () => {
        isLate = true;
        child.kill('SIGKILL');
      });
      const finish = (answer: Answer): void => {
        stopClock();
        child.off('message', onMessage);
        child.off('exit', onExit);
        settle(answer);
      };
      const onMessage = (reply: Reply): void => {
        const isTooFat = reply.rssBytes > options.restMiB * 1024 * 1024;
        if ('crash' in reply || isTooFat) {
          alive.delete(child);
          child.kill('SIGKILL');
        } else {
          hold(child, false);
          idle.push(child);
        }
        finish('crash' in reply ? { failed: 'crash' } : { result: reply.result });
      };
      const onExit = (_code: number | null, signal: string | null): void => {
        alive.delete(child);
        finish({ failed: isLate ? 'time' : outOfMemorySignals.includes(signal) ? 'memory' : 'crash' });
      };
      child.on('message', onMessage);
      child.on('exit', onExit);
      if (child.exitCode !== null || child.signalCode !== null) return onExit(child.exitCode, child.signalCode);
      // A child that died in between is told by its exit; the error of sending says nothing more.
      child.send(job.task, () => undefined);
    });
  }

  return {
    ask: (task, seconds) =>
      new Promise((done) => {
        waiting.push({ task, seconds, done });
        next();
      }),
    async warmUp() {
      const blank = { width: 8, height: 8, xDpi: 204, yDpi: 196, bits: new Uint8Array(8) };
      await Promise.all(Array.from({ length: options.size }, () => this.ask({ task: 'read', page: blank }, 60)));
    },
    async close() {
      await Promise.all(
        [...alive].map((child) => {
          const ended = new Promise((done) => child.once('exit', done));
          child.kill('SIGKILL');
          return ended;
        }),
      );
    },
  };
}

function start(options: ReaderOptions, alive: Set<ChildProcess>, idle: ChildProcess[]): ChildProcess {
  const program = new URL('./main.ts', import.meta.url);
  const child = fork(program, {
    serialization: 'advanced',
    execArgv: ['--max-old-space-size=256', '--import', import.meta.resolve('tsx')],
    // Nothing of ours is in its environment: neither pepper nor case key is within reach of a page from a stranger.
    env: { PATH: process.env.PATH, READER_MOST_MIB: String(options.mostMiB) },
    stdio: ['ignore', 'ignore', 'ignore', 'ipc'],
  });
  alive.add(child);
  child.on('exit', () => {
    alive.delete(child);
    const place = idle.indexOf(child);
    if (place >= 0) idle.splice(place, 1);
  });
  // Without a listener a failed start would end the gateway; the exit that follows says the same.
  child.on('error', () => child.kill('SIGKILL'));
  return child;
}

function hold(child: ChildProcess, isBusy: boolean): void {
  if (isBusy) {
    child.ref();
    child.channel?.ref();
  } else {
    child.unref();
    child.channel?.unref();
  }
}

/**
 * Calls once after so many seconds of this process running. Time in which the whole machine stood still (a suspended
 * virtual machine) counts as one step, so that it does not condemn a page that was never worked on.
 * @returns stops it.
 */
function countDown(seconds: number, call: () => void): () => void {
  const steps = 20;
  let left = steps;
  const timer = setInterval(
    () => {
      left--;
      if (left > 0) return;
      clearInterval(timer);
      call();
    },
    (seconds * 1000) / steps,
  );
  return () => clearInterval(timer);
}
