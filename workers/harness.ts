/**
 * Runs the table of jobs: one BullMQ worker per process, a limit per job, retries by the table.
 * A handler re-reads what its id means, does it if it is still to be done, and records it: twice equals once.
 */
import { createPostgresBackend, DelayedError, type Job as QueuedJob, Worker, type WorkerOptions } from 'bullmq';
import type { Log } from '../src/log.ts';
import { atMostOnceEvery, postgresConnection, type QueueConfig, redisOptions, type WakeData } from '../src/queue.ts';

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

export type JobOutcome = 'done' | 'failed' | 'unknown';

export interface WorkerHooks {
  /** Told about each run, for the metrics. */
  onRun?(job: string, outcome: JobOutcome, ms: number): void;
}

/** A worker that died holds its job this long; short, because the next action is due within 10 s (jobs are repeatable). */
const lockMs = 4000;
const stalledCheckMs = 1000;
/** A job over its limit steps aside this long, so that it does not take the place of another kind. */
const overLimitMs = 50;

/**
 * Starts the worker of this process. It survives the absence of its store and goes on when it is back.
 * @throws when two jobs have one name.
 */
export async function runWorkers(
  config: QueueConfig,
  log: Log,
  jobs: readonly Job[],
  hooks: WorkerHooks = {},
): Promise<Workers> {
  const table = new Map(jobs.map((job) => [job.name, job]));
  if (table.size !== jobs.length) throw new Error('two jobs have the same name');
  const running = new Map<string, number>();
  const runningNow = (): number => [...running.values()].reduce((sum, count) => sum + count, 0);

  const run = async (queued: QueuedJob<WakeData>, token?: string): Promise<void> => {
    const job = table.get(queued.name);
    if (!job) {
      log.error('job_unknown', { job: queued.name });
      hooks.onRun?.('unknown', 'unknown', 0);
      return;
    }
    const count = running.get(job.name) ?? 0;
    if (count >= job.concurrency) {
      await queued.moveToDelayed(Date.now() + overLimitMs, token); // BullMQ's own clock, not one of ours
      throw new DelayedError();
    }
    running.set(job.name, count + 1);
    const began = performance.now();
    try {
      await job.handle(queued.data.id);
      hooks.onRun?.(job.name, 'done', performance.now() - began);
    } catch (error) {
      const ms = Math.round(performance.now() - began);
      hooks.onRun?.(job.name, 'failed', ms);
      const isLast = queued.attemptsMade + 1 >= job.attempts;
      const fields = { job: job.name, jobId: queued.data.id, attempt: queued.attemptsMade + 1, ms, error };
      if (isLast) log.error('job_given_up', fields);
      else log.warn('job_failed', fields);
      throw error;
    } finally {
      running.set(job.name, (running.get(job.name) ?? 1) - 1);
    }
  };

  const options: WorkerOptions = {
    concurrency: Math.max(
      1,
      jobs.reduce((sum, job) => sum + job.concurrency, 0),
    ),
    lockDuration: lockMs,
    stalledInterval: stalledCheckMs,
    maxStalledCount: 20,
    runRetryDelay: 500,
    connection: {},
    settings: { backoffStrategy: (made, _type, _error, queued) => pauseAfter(table.get(queued?.name ?? ''), made) },
  };
  const worker = makeWorker(config, run, options);
  const complain = atMostOnceEvery(60_000, (error: unknown) => log.warn('queue_store_away', { error }));
  worker.on('error', complain);
  // Redis may be away at the start; PostgreSQL may not, and the entry file has spoken to it already.
  await Promise.race([worker.waitUntilReady().catch(() => undefined), pause(2000)]);

  return {
    get running() {
      return runningNow();
    },
    async close(deadlineSeconds) {
      const end = performance.now() + deadlineSeconds * 1000;
      await worker.pause(true).catch(complain); // takes no more, leaves the running ones alone
      while (runningNow() > 0 && performance.now() < end) await pause(10);
      const cutOff = runningNow();
      if (cutOff > 0) log.warn('jobs_cut_off', { count: cutOff });
      // Only a forced close stops the renewal of locks, so that another process finds the jobs that were cut off.
      await Promise.race([worker.close(cutOff > 0).catch(complain), pause(1000)]);
    },
  };
}

function makeWorker(
  config: QueueConfig,
  run: (job: QueuedJob<WakeData>, token?: string) => Promise<void>,
  options: WorkerOptions,
) {
  const { name } = config.queue;
  if (config.redisUrl) {
    return new Worker<WakeData>(name, run, {
      ...options,
      connection: { url: config.redisUrl, ...redisOptions, maxRetriesPerRequest: null },
    });
  }
  const connection = postgresConnection(config, 8);
  return new Worker(name, run, { ...options, connection }, createPostgresBackend) as unknown as Worker<WakeData>;
}

/** Milliseconds until the next attempt, or -1: no more. `made` counts the failures so far. */
function pauseAfter(job: Job | undefined, made: number): number {
  if (!job || made >= job.attempts) return -1;
  return Math.round(job.backoffSeconds * 1000 * 2 ** (made - 1));
}

const pause = (ms: number): Promise<void> =>
  new Promise((resolve) => {
    setTimeout(resolve, ms).unref();
  });
