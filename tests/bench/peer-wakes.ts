/** A wake-up, from asking to the handler's first line: ours on Redis and on PostgreSQL, bare BullMQ on Redis, PostgreSQL's LISTEN/NOTIFY. */
import { Queue, Worker } from 'bullmq';
import { Redis } from 'ioredis';
import pg from 'pg';
import { createLog } from '../../src/log.ts';
import { openWakeQueue, type QueueConfig } from '../../src/queue.ts';
import { runWorkers } from '../../workers/harness.ts';
import { type Contestant, inTurns, p95Line, ratioFigure, type Turns, timedFigures } from './in-turns.ts';
import type { Outcome } from './result.ts';
import type { Stage } from './system.ts';

type Closings = (() => Promise<unknown>)[];
/** Wakes once; resolves when the other side has it. */
type Wake = (id: string) => Promise<void>;

/** @param stage without Redis the two that need it are left out by who calls. */
export async function compareWakes(
  { databaseUrl, redisUrl }: Stage,
  turns: Turns,
): Promise<Pick<Outcome, 'figures' | 'details'>> {
  const closings: Closings = [];
  const contestant = (id: string, name: string, isPeer: boolean, wake: Wake): Contestant => ({
    ...{ id: `wakeMs.${id}`, name, isPeer },
    go: async (turn) => void (await wake(`${turn}`)),
  });
  const queue = { name: 'bench' };
  const onPostgres = contestant(
    'postgres',
    'our wake-up on PostgreSQL',
    false,
    await ours({ databaseUrl, redisUrl: null, queue }, closings),
  );
  const listen = contestant('listen', 'LISTEN/NOTIFY', true, await listening(databaseUrl, closings));
  const onRedis = redisUrl
    ? [
        contestant('redis', 'our wake-up on Redis', false, await ours({ databaseUrl, redisUrl, queue }, closings)),
        contestant('bullmq', 'bare BullMQ on Redis', true, await bareBull(redisUrl, closings)),
      ]
    : [];
  try {
    const timed = await inTurns([...onRedis, onPostgres, listen], turns);
    const of = (id: string) => timed.find((one) => one.contestant.id === `wakeMs.${id}`);
    const [bull, redis] = [of('bullmq'), of('redis')];
    const ratios = [
      ...(bull && redis ? [ratioFigure('wakeVsBullmq', 'bare BullMQ : our wake-up on Redis', redis, bull)] : []),
      ratioFigure('wakeVsListen', 'LISTEN/NOTIFY : our wake-up on PostgreSQL', of('postgres')!, of('listen')!),
    ];
    return { figures: [...timedFigures(timed, 'queue wake-up'), ...ratios], details: [p95Line(timed)] };
  } finally {
    for (const close of closings.reverse()) await close();
  }
}

/** What was asked for, by id, until the other side has it. */
class Expected {
  readonly #waiting = new Map<string, () => void>();
  arrival = (id: string): Promise<void> => new Promise((resolve) => this.#waiting.set(id, resolve));
  arrived = (id: string): void => {
    this.#waiting.get(id)?.();
    this.#waiting.delete(id);
  };
}

async function ours(config: QueueConfig, closings: Closings): Promise<Wake> {
  const log = createLog('silent');
  const expected = new Expected();
  const job = {
    name: 'wake',
    concurrency: 4,
    attempts: 1,
    backoffSeconds: 1,
    handle: async (id: string) => expected.arrived(id),
  };
  const workers = await runWorkers(config, log, [job]);
  const sender = await openWakeQueue(config, log, ['wake']);
  closings.push(
    () => workers.close(5),
    () => sender.close(),
  );
  return (id) => {
    const arrival = expected.arrival(id);
    sender.wake('wake', id);
    return arrival;
  };
}

async function bareBull(url: string, closings: Closings): Promise<Wake> {
  const expected = new Expected();
  const [one, other] = [new Redis(url, { maxRetriesPerRequest: null }), new Redis(url, { maxRetriesPerRequest: null })];
  const worker = new Worker<{ id: string }>('bare', async ({ data }) => expected.arrived(data.id), { connection: one });
  const sender = new Queue('bare', { connection: other });
  await worker.waitUntilReady();
  closings.push(
    async () => Promise.all([one.quit(), other.quit()]),
    () => worker.close(),
    () => sender.close(),
  );
  return async (id) => {
    const arrival = expected.arrival(id);
    await sender.add('wake', { id }, { removeOnComplete: true });
    return arrival;
  };
}

async function listening(databaseUrl: string, closings: Closings): Promise<Wake> {
  const expected = new Expected();
  const [listener, sender] = [new pg.Client(databaseUrl), new pg.Client(databaseUrl)];
  await Promise.all([listener.connect(), sender.connect()]);
  await listener.query('listen bench');
  listener.on('notification', ({ payload }) => expected.arrived(payload ?? ''));
  closings.push(
    () => listener.end(),
    () => sender.end(),
  );
  return async (id) => {
    const arrival = expected.arrival(id);
    await sender.query(`select pg_notify('bench', $1)`, [id]);
    return arrival;
  };
}
