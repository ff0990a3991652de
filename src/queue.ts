/**
 * The queue only wakes us. What is due, and to whom, stands in PostgreSQL (the outbox and the due times); a wake-up says
 * "look at this id now". So a lost wake-up costs at most one sweep, and `wake` may be forgetful where it must not be slow.
 *
 * BullMQ on Redis where REDIS_URL is given, else on PostgreSQL (schema `bullmq`); the same code on both. Each job has a queue of
 * its own, so that a slow carrier or a thousand faxes never stand before the ringing of a doctor.
 */
import { type ConnectionOptions, createPostgresBackend, Queue, runMigrations } from 'bullmq';
import { Cluster, type ClusterOptions, Redis, type RedisOptions } from 'ioredis';
import pg from 'pg';
import { isRedisCluster, redisNodes } from './lib/redis-address.ts';
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
  /** Among wake-ups of the same job: 1 is the most urgent; one without priority goes before all that have one. */
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
 * `jobs` are the names the workers know; with them a wake-up that nobody would hear is logged as an error instead of stored.
 * @throws OperatorError when neither Redis nor PostgreSQL is configured, or PostgreSQL refuses.
 */
export async function openWakeQueue(config: QueueConfig, log: Log, jobs?: readonly string[]): Promise<WakeQueue> {
  const counts = { sent: 0, dropped: 0 };
  const complain = atMostOnceEvery(quietMs, (error: unknown) => {
    log.warn('queue_store_away', { error, dropped: counts.dropped });
  });
  const sender = config.redisUrl ? await redisSender(config.redisUrl, complain) : await postgresSender(config);
  const queues = new Map<string, Queue>();
  const queueOf = (job: string): Queue => {
    const queue = queues.get(job) ?? sender.open(queueName(config, job));
    if (!queues.has(job)) queue.on('error', complain); // without a listener a lost connection would end the process
    queues.set(job, queue);
    return queue;
  };
  for (const job of jobs ?? []) queueOf(job);

  let underWay = 0;
  let isClosed = false;
  const drop = (error: unknown): void => {
    counts.dropped++;
    complain(error);
  };
  return {
    counts,
    wake(job, id, options = {}) {
      if (jobs && !jobs.includes(job)) {
        counts.dropped++;
        return log.error('job_unknown', { job });
      }
      if (isClosed || !sender.isThere()) return drop(new OperatorError('the store of the queue is away'));
      if (underWay >= mostUnderWay) return drop(new OperatorError('the store of the queue does not keep up'));
      underWay++;
      addTo(queueOf(job), job, id, options)
        .then(() => counts.sent++, drop)
        .finally(() => underWay--);
    },
    async close() {
      isClosed = true;
      for (let tries = 0; underWay > 0 && tries < 40; tries++) await pause(25); // one second
      const closing = Promise.all([...queues.values()].map((queue) => queue.close())).then(() => sender.close());
      await Promise.race([closing, pause(1000)]).catch(complain);
    },
  };
}

/**
 * The queue of a job; sender and worker must agree. In a cluster all keys of one queue must lie on one node: the braces say so to Redis,
 * and the queues of different jobs lie on different ones.
 */
export const queueName = ({ redisUrl, queue }: QueueConfig, job: string): string => {
  const name = `${queue.name}-${job}`;
  return redisUrl && isRedisCluster(redisUrl) ? `{${name}}` : name;
};

/** What the workers of one process share of a Redis, for as long as it takes; `close` lets go of it. */
export function workerRedis(
  url: string,
  complain: (error: unknown) => void,
): { connection: ConnectionOptions; close(): void } {
  const options = { ...redisOptions, maxRetriesPerRequest: null };
  if (!isRedisCluster(url)) return { connection: { url, ...options }, close: () => undefined };
  const shared = cluster(url, options, {});
  shared.on('error', complain);
  return { connection: shared as unknown as ConnectionOptions, close: () => shared.disconnect() };
}

/** What is said of the connection to one node, or to the only one. */
type OfEach = typeof redisOptions &
  Pick<RedisOptions, 'maxRetriesPerRequest' | 'autoResendUnfulfilledCommands' | 'commandTimeout'>;

/** Any node tells where the others are; one that is gone is asked for no longer than 50 to 500 ms at a time. */
function cluster(url: string, ofEach: OfEach, options: ClusterOptions): Cluster {
  const nodes = redisNodes(url);
  const { protocol, username, password } = new URL(nodes[0] ?? url);
  return new Cluster(nodes, {
    ...options,
    redisOptions: {
      ...ofEach,
      ...(username ? { username: decodeURIComponent(username) } : {}),
      ...(password ? { password: decodeURIComponent(password) } : {}),
      ...(protocol === 'rediss:' ? { tls: {} } : {}),
    },
    clusterRetryStrategy: redisOptions.retryStrategy,
  });
}

/** One connection (Redis) or pool (PostgreSQL), shared by the queues of all jobs. */
interface Sender {
  open(name: string): Queue;
  isThere(): boolean;
  close(): Promise<void> | void;
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

/** Fails at once when Redis is away: no commands kept in memory, none sent again after a reconnect, none that hangs. */
async function redisSender(url: string, complain: (error: unknown) => void): Promise<Sender> {
  const options = {
    ...redisOptions,
    maxRetriesPerRequest: 1,
    autoResendUnfulfilledCommands: false,
    commandTimeout: 2000,
  };
  const redis = isRedisCluster(url)
    ? cluster(url, options, { enableOfflineQueue: false })
    : new Redis(url, { ...options, enableOfflineQueue: false });
  redis.on('error', complain);
  const connection = redis as unknown as ConnectionOptions; // BullMQ's types were made for an older ioredis
  // A healthy Redis gets the very first wake-up too; one that is away does not keep the gateway from its calls.
  await Promise.race([new Promise((resolve) => redis.once('ready', resolve)), pause(2000)]);
  return {
    open: (name) => new Queue(name, { ...queueOptions, connection }),
    isThere: () => redis.status === 'ready',
    close: () => redis.disconnect(),
  };
}

async function postgresSender(config: QueueConfig): Promise<Sender> {
  const pool = await openQueuePool(config, 4);
  return {
    open: (name) =>
      new Queue(name, { ...queueOptions, connection: pool as never }, createPostgresBackend) as unknown as Queue,
    isThere: () => true,
    close: () => pool.end(),
  };
}

/** Options of a connection to Redis; a lost one is tried again every 50 to 500 ms. */
export const redisOptions = {
  retryStrategy: (times: number): number => Math.min(times * 50, 500),
  connectTimeout: 2000,
};

/**
 * A pool for BullMQ's PostgreSQL backend, with its schema brought up to date.
 * @throws OperatorError when there is no address, or the server refuses.
 */
export async function openQueuePool(config: QueueConfig, max: number): Promise<pg.Pool> {
  if (!config.databaseUrl) {
    throw new OperatorError('the queue has no store: neither Redis nor PostgreSQL is configured');
  }
  const pool = new pg.Pool({
    connectionString: config.databaseUrl,
    options: '-c search_path=bullmq',
    max,
    application_name: 'kamome-queue',
    connectionTimeoutMillis: 2000,
    statement_timeout: 10_000,
    keepAlive: true,
  });
  pool.setMaxListeners(0); // each queue adds its own
  pool.on('error', () => undefined); // the queues tell; until there is one nobody else would listen
  try {
    const client = await pool.connect();
    await runMigrations(client, 'bullmq').finally(() => client.release());
  } catch (cause) {
    await pool.end();
    throw new OperatorError('the queue cannot be opened on PostgreSQL: check DATABASE_URL and its rights', { cause });
  }
  return pool;
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
