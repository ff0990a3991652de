/**
 * Runs the table of jobs: one BullMQ worker per job, so that each keeps its own limit; retries by the table.
 * A handler re-reads what its id means, does it if it is still to be done, and records it: twice equals once.
 */
import {
  type ConnectionOptions,
  createPostgresBackend,
  type Job as QueuedJob,
  Worker,
  type WorkerOptions,
} from 'bullmq';
import pg from 'pg';
import type { Log } from '../src/log.ts';
import {
  atMostOnceEvery,
  openQueuePool,
  type QueueConfig,
  queueName,
  type WakeData,
  workerRedis,
} from '../src/queue.ts';

export interface Job {
  /** As in `wake(name, id)`. */
  name: string;
  /** Most of this job at once in this process. */
  concurrency: number;
  /** Including the first. When they are used up the sweep of PostgreSQL is what remains. */
  attempts: number;
  /** Pause after the first failure; doubled after each further one. */
  backoffSeconds: number;
  handle(id: string): Promise<void>;
}

export interface Workers {
  /** Takes no more jobs and waits for the running ones, at most `deadlineSeconds`; what is cut off is woken again later. */
  close(deadlineSeconds: number): Promise<void>;
  /** Jobs running at this moment. */
  readonly running: number;
}

export interface WorkerHooks {
  /** Told about each run, for the metrics. */
  onRun?(job: string, outcome: 'done' | 'failed', ms: number): void;
}

/** A worker that died holds its job this long; short, because the next action is due within 10 s (jobs are repeatable). */
const lockMs = 4000;
const stalledCheckMs = 1000;

/**
 * Starts the workers of this process. They survive the absence of their store and go on when it is back.
 * @throws when two jobs have one name, or no store is configured.
 */
export async function runWorkers(
  config: QueueConfig,
  log: Log,
  jobs: readonly Job[],
  hooks: WorkerHooks = {},
): Promise<Workers> {
  if (new Set(jobs.map((job) => job.name)).size !== jobs.length) throw new Error('two jobs have the same name');
  const state = { running: 0, isClosing: false };
  const complain = atMostOnceEvery(60_000, (error: unknown) => log.warn('queue_store_away', { error }));
  // Each worker keeps one connection to listen; six more do the work of all.
  const store = config.redisUrl
    ? workerRedis(config.redisUrl, complain)
    : await openQueuePool(config, jobs.length + 6).then((pool) => ({ connection: pool, close: () => pool.end() }));
  const workers = jobs.map((job) => {
    const worker = makeWorker(queueName(config, job.name), store.connection, job, runner(job, log, hooks, state));
    worker.on('error', complain); // without a listener a lost connection would end the process
    void keepRunning(worker, () => state.isClosing, complain);
    return worker;
  });
  // Redis may be away at the start; then the workers begin when it comes.
  const ready = Promise.all(workers.map((worker) => worker.waitUntilReady())).catch(complain);
  await Promise.race([ready, pause(2000)]);

  return {
    get running() {
      return state.running;
    },
    async close(deadlineSeconds) {
      state.isClosing = true;
      const closing = Promise.all(workers.map((worker) => worker.close()));
      const isDone = await Promise.race([closing.then(() => true), pause(deadlineSeconds * 1000)]);
      if (!isDone) {
        log.warn('jobs_cut_off', { count: state.running });
        await Promise.race([Promise.all(workers.map((worker) => worker.abandon())), pause(1000)]).catch(complain);
      }
      await Promise.race([store.close(), pause(1000)]).catch(complain);
    },
  };
}

const runAgainMs = 500;

/**
 * Takes jobs until it is closed. By itself (`autorun`) BullMQ begins once, and a store that is away at that moment would leave the
 * process without this job for as long as it lives.
 */
export async function keepRunning(
  worker: { run(): Promise<void> },
  isClosing: () => boolean,
  complain: (error: unknown) => void,
): Promise<void> {
  while (!isClosing()) {
    await worker.run().catch(complain);
    if (!isClosing()) await pause(runAgainMs);
  }
}

type Run = (queued: QueuedJob<WakeData>) => Promise<void>;

function runner(job: Job, log: Log, hooks: WorkerHooks, state: { running: number }): Run {
  return async (queued) => {
    const began = performance.now();
    state.running++;
    try {
      if (queued.name !== job.name) return log.error('job_unknown', { job: queued.name });
      await job.handle(queued.data.id);
      hooks.onRun?.(job.name, 'done', performance.now() - began);
    } catch (error) {
      const ms = Math.round(performance.now() - began);
      hooks.onRun?.(job.name, 'failed', ms);
      const attempt = queued.attemptsMade + 1;
      const fields = { job: job.name, jobId: queued.data.id, attempt, ms, error };
      if (attempt >= job.attempts) log.error('job_given_up', fields);
      else log.warn('job_failed', fields);
      throw wordless();
    } finally {
      state.running--;
    }
  };
}

/** The queue keeps what is thrown, words and stack, beside the job, and a driver's words often quote what it was given (rule 8). */
function wordless(): Error {
  const error = new Error('failed; the log tells why');
  error.stack = '';
  return error;
}

class JobWorker extends Worker<WakeData> {
  /** Lets go of jobs that do not end: their locks run out, and another process, or the next start, takes them up. */
  async abandon(): Promise<void> {
    await this.lockManager.close();
    await this.backend.close(true);
  }
}

function makeWorker(name: string, store: ConnectionOptions | pg.Pool, job: Job, run: Run): JobWorker {
  const options: Omit<WorkerOptions, 'connection'> = {
    autorun: false, // keepRunning
    concurrency: job.concurrency,
    lockDuration: lockMs,
    stalledInterval: stalledCheckMs,
    maxStalledCount: 20,
    runRetryDelay: 500,
    settings: { backoffStrategy: (made) => pauseAfter(job, made) },
  };
  if (!(store instanceof pg.Pool)) return new JobWorker(name, run, { ...options, connection: store });
  // The types tie a subclass to one kind of connection; the backend decides what it is.
  const forPostgres = { ...options, connection: store } as unknown as WorkerOptions;
  type Factory = ConstructorParameters<typeof JobWorker>[3];
  return new JobWorker(name, run, forPostgres, createPostgresBackend as unknown as Factory);
}

/** Milliseconds until the next attempt, or -1: no more. `made` counts the failures so far. */
function pauseAfter(job: Job, made: number): number {
  return made >= job.attempts ? -1 : Math.round(job.backoffSeconds * 1000 * 2 ** (made - 1));
}

/** Resolves to undefined; does not keep the process alive. */
const pause = (ms: number): Promise<undefined> =>
  new Promise((resolve) => {
    setTimeout(() => resolve(undefined), ms).unref();
  });
