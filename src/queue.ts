/**
 * The queue only wakes us. What is due, and to whom, stands in PostgreSQL (the outbox and the due times); a wake-up says
 * "look at this id now". So a lost wake-up costs at most one sweep, and `wake` may be forgetful where it must not be slow.
 *
 * BullMQ on Redis where REDIS_URL is given, else on PostgreSQL (schema `bullmq`); the same code on both.
 */
import { type ConnectionOptions, createPostgresBackend, Queue } from 'bullmq';
import { Redis } from 'ioredis';
import { type Log, OperatorError } from './log.ts';

/** The part of the configuration that tells where the queue lives. */
export interface QueueConfig {
  readonly redisUrl: string | null;
  /** Where PostgreSQL is; in the embedded default the address of the server that was started. */
  readonly databaseUrl: string | null;
  readonly queue: { readonly name: string };
}

export interface WakeOptions {
  /** Not before this many seconds from now. */
  delaySeconds?: number;
  /** 1 is the most urgent; a job without priority goes before all that have one. */
  priority?: number;
  /**
   * Names the occasion; without it the id (and the delay, if any) does. While a wake-up of the same job and key waits, another
   * one is folded into it; one that comes while it runs makes it run once more afterwards, never beside itself.
   */
  key?: string;
}

export interface WakeQueue {
  /** Asks a worker to run `job` for `id`. Returns at once, never throws; when the store is away the wake-up is dropped and counted. */
  wake(job: string, id: string, options?: WakeOptions): void;
  /** How many wake-ups were stored, and how many dropped, since the start. */
  readonly counts: { readonly sent: number; readonly dropped: number };
  /** Waits briefly for wake-ups on their way, then lets go of the store. */
  close(): Promise<void>;
}

/** What travels: the id and nothing else (product.md, rule 8). */
export interface WakeData {
  id: string;
}

/** Most wake-ups on their way to the store at once; a store that hangs must not fill our memory. */
const mostUnderWay = 1000;
const quietMs = 60_000;

/**
 * Opens the sending side. Redis may be away at that moment: the gateway starts all the same and the sweep does the work.
 * @throws OperatorError when neither Redis nor PostgreSQL is configured, or PostgreSQL refuses.
 */
export async function openWakeQueue(config: QueueConfig, log: Log): Promise<WakeQueue> {
  const counts = { sent: 0, dropped: 0 };
  const complain = atMostOnceEvery(quietMs, (error: unknown) => {
    log.warn('queue_store_away', { error, dropped: counts.dropped });
  });
  const store = config.redisUrl ? openRedis(config.redisUrl, config, complain) : await openPostgres(config, complain);
  await store.warmUp;

  let underWay = 0;
  let isClosed = false;
  const drop = (error: unknown): void => {
    counts.dropped++;
    complain(error);
  };
  return {
    counts,
    wake(job, id, options = {}) {
      if (isClosed || !store.isThere()) return drop(new OperatorError('the store of the queue is away'));
      if (underWay >= mostUnderWay) return drop(new OperatorError('the store of the queue does not keep up'));
      underWay++;
      addTo(store.queue, job, id, options)
        .then(() => counts.sent++, drop)
        .finally(() => underWay--);
    },
    async close() {
      isClosed = true;
      for (let tries = 0; underWay > 0 && tries < 40; tries++) await pause(25); // one second
      await Promise.race([store.queue.close(), pause(1000)]).catch(complain);
      store.release();
    },
  };
}

interface Store {
  queue: Queue;
  /** Resolves when the first wake-ups can go, or when there is no more point in waiting. */
  warmUp: Promise<unknown>;
  isThere(): boolean;
  release(): void;
}

const queueOptions = {
  skipMetasUpdate: true,
  defaultJobOptions: {
    removeOnComplete: true,
    removeOnFail: true, // what failed is written in PostgreSQL and swept; nothing may pile up here
    attempts: 1000, // the worker's table decides, through its back-off: workers/harness.ts
    backoff: { type: 'custom' },
  },
};

/** Fails at once when Redis is away: no queue of commands in memory, none sent again after a reconnect, none that hangs. */
function openRedis(url: string, config: QueueConfig, complain: (error: unknown) => void): Store {
  const redis = new Redis(url, {
    ...redisOptions,
    enableOfflineQueue: false,
    maxRetriesPerRequest: 1,
    autoResendUnfulfilledCommands: false,
    commandTimeout: 2000,
  });
  redis.on('error', complain); // without a listener a lost connection would be printed, or end the process
  const queue = new Queue(config.queue.name, { ...queueOptions, connection: redis as unknown as ConnectionOptions });
  queue.on('error', complain);
  const ready = queue.waitUntilReady().catch(complain);
  return {
    queue,
    warmUp: Promise.race([ready, pause(2000)]),
    isThere: () => redis.status === 'ready',
    release: () => redis.disconnect(),
  };
}

async function openPostgres(config: QueueConfig, complain: (error: unknown) => void): Promise<Store> {
  const connection = postgresConnection(config, 4);
  const queue = new Queue(config.queue.name, { ...queueOptions, connection }, createPostgresBackend);
  queue.on('error', complain);
  try {
    await queue.waitUntilReady();
  } catch (cause) {
    await queue.close().catch(complain);
    throw new OperatorError('the queue cannot be opened on PostgreSQL: check DATABASE_URL and its rights', { cause });
  }
  return { queue: queue as unknown as Queue, warmUp: Promise.resolve(), isThere: () => true, release: () => undefined };
}

/** Options of a connection to Redis; a lost one is tried again every 50 to 500 ms. */
export const redisOptions = {
  retryStrategy: (times: number): number => Math.min(times * 50, 500),
  connectTimeout: 2000,
};

/** Connection options for BullMQ's own PostgreSQL backend, which brings its schema up to date by itself. */
export function postgresConnection(config: QueueConfig, max: number) {
  if (!config.databaseUrl)
    throw new OperatorError('the queue has no store: neither Redis nor PostgreSQL is configured');
  return {
    connectionString: config.databaseUrl,
    schema: 'bullmq',
    migrate: true,
    max,
    application_name: 'kamome-queue',
    connectionTimeoutMillis: 2000,
    statement_timeout: 10_000,
    keepAlive: true,
  };
}

async function addTo(queue: Queue, job: string, id: string, options: WakeOptions): Promise<void> {
  const { delaySeconds = 0, priority } = options;
  const delay = Math.max(0, Math.round(delaySeconds * 1000));
  const key = options.key ?? (delay > 0 ? `${id}-in-${delay}` : id);
  const data: WakeData = { id };
  // Not by a job id of our own: BullMQ would swallow a wake-up that comes while the handler, which may have read the old
  // state already, is still running. keepLastIfActive runs it once more afterwards.
  const deduplication = { id: `w-${job}-${key}`.replaceAll(':', '.'), keepLastIfActive: true };
  await queue.add(job, data, { deduplication, delay, ...(priority === undefined ? {} : { priority }) });
}

/** Calls `say` for the first occasion and then at most once in each period. */
export function atMostOnceEvery<T>(periodMs: number, say: (value: T) => void): (value: T) => void {
  let last = Number.NEGATIVE_INFINITY;
  return (value) => {
    if (performance.now() - last < periodMs) return;
    last = performance.now();
    say(value);
  };
}

const pause = (ms: number): Promise<void> =>
  new Promise((resolve) => {
    setTimeout(resolve, ms).unref();
  });
