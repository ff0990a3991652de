import { setTimeout as pause } from 'node:timers/promises';
import { expect } from 'chai';
import pg from 'pg';
import { createLog, type Log } from '../../src/log.ts';
import { openWakeQueue, type QueueConfig, type WakeQueue } from '../../src/queue.ts';
import { type Job, runWorkers, type Workers } from '../../workers/harness.ts';
import { takeLeaks, watched } from '../support/leaks.ts';
import { inspectQueueTables, inspectRedis } from '../support/leaks-outside.ts';
import { freshDatabase, type TestDatabase } from '../support/postgres.ts';
import { startRedis, startRedisCluster } from '../support/redis.ts';

interface Store {
  config: Omit<QueueConfig, 'queue'>;
  /** Forgets every job. */
  flush(): Promise<void>;
  stop(): Promise<void>;
  start(): Promise<void>;
  /** Looks for leaks in all that it keeps. */
  look(): Promise<unknown>;
  /** Jobs in any state. */
  remove(): Promise<void>;
}

const stores: Record<string, () => Promise<Store>> = {
  async Redis() {
    const redis = await startRedis();
    const { flush, stop, start } = redis;
    const config = { redisUrl: redis.url, databaseUrl: null };
    return { config, flush, stop, start, remove: stop, look: () => inspectRedis(redis.url) };
  },
  async 'Redis in cluster mode'() {
    const redis = await startRedisCluster(3);
    const { flush, stop, start } = redis;
    const config = { redisUrl: redis.url, databaseUrl: null };
    return { config, flush, stop, start, remove: stop, look: () => inspectRedis(redis.url) };
  },
  async PostgreSQL() {
    const database = await freshDatabase({ migrated: false });
    return {
      config: { redisUrl: null, databaseUrl: database.url },
      flush: () => database.pool.query('delete from bullmq.job').then(() => undefined),
      stop: () => shutDatabase(database),
      start: () => onServer(database, (admin, name) => admin.query(`alter database ${name} allow_connections true`)),
      remove: () => database.drop(),
      async look() {
        const client = await database.pool.connect();
        await inspectQueueTables(client).finally(() => client.release());
      },
    };
  },
};

/** This one database away, as after the loss of the server, without touching those of other tests. */
async function shutDatabase(database: TestDatabase): Promise<void> {
  await database.pool.query('select 1');
  await onServer(database, async (admin, name) => {
    await admin.query(`alter database ${name} allow_connections false`);
    await admin.query('select pg_terminate_backend(pid) from pg_stat_activity where datname = $1', [name]);
  });
}

async function onServer(
  database: TestDatabase,
  work: (admin: pg.Client, name: string) => Promise<unknown>,
): Promise<void> {
  const url = new URL(database.url);
  const name = url.pathname.slice(1);
  url.pathname = '/postgres';
  const admin = new pg.Client(url.href);
  await admin.connect();
  await work(admin, name).finally(() => admin.end());
}

/** Resolves when `isTrue` is, and fails with words when it is not in time. */
async function until(isTrue: () => boolean, what: string, seconds = 10): Promise<void> {
  for (const end = performance.now() + seconds * 1000; performance.now() < end; await pause(5)) if (isTrue()) return;
  throw new Error(`not within ${seconds} s: ${what}`);
}

for (const [name, open] of Object.entries(stores)) {
  describe(`the queue on ${name}`, function () {
    this.timeout(60_000);
    let store: Store;
    let queue: WakeQueue;
    let workers: Workers | undefined;
    let lines: string[];
    let log: Log;
    let config: QueueConfig;
    let serial = 0;

    before(async () => {
      store = await open();
    });
    after(() => store.remove());

    beforeEach(async () => {
      lines = [];
      log = createLog('debug', { destination: { write: (line) => lines.push(line) } });
      config = { ...store.config, queue: { name: `wake-${++serial}` } };
      queue = await openWakeQueue(config, log);
    });
    afterEach(async () => {
      await workers?.close(1);
      workers = undefined;
      await queue.close();
    });

    const job = (handle: Job['handle'], changes: Partial<Job> = {}): Job => {
      return { name: 'ring', concurrency: 10, attempts: 1, backoffSeconds: 0.05, handle, ...changes };
    };
    const start = async (...jobs: Job[]): Promise<void> => {
      workers = await runWorkers(config, log, jobs);
    };
    const logged = (event: string): number => lines.filter((line) => line.includes(`"event":"${event}"`)).length;

    it('wakes a handler with the id and nothing else', async () => {
      const woken: string[] = [];
      await start(job(async (id) => void woken.push(id)));
      queue.wake('ring', 'ef_1');
      await until(() => woken.length === 1, 'one wake-up');
      expect(woken).to.deep.equal(['ef_1']);
    });

    it('wakes by a message and not by looking from time to time', async () => {
      let done: () => void = () => undefined;
      await start(job(async () => done()));
      const times: number[] = [];
      for (let round = 0; round < 30; round++) {
        const woken = new Promise<void>((resolve) => {
          done = resolve;
        });
        const began = performance.now();
        queue.wake('ring', `ef_${round}`);
        await woken;
        times.push(performance.now() - began);
        await pause(10);
      }
      times.sort((a, b) => a - b);
      expect(times[15]).to.be.below(100); // 2-6 ms on a quiet machine; the next look would be seconds away
    });

    it('keeps no word of what failed beside the job that waits to be tried again', async () => {
      const failing = async () => {
        throw new TypeError('no record of 髙﨑 薫');
      };
      await start(job(failing, { attempts: 3, backoffSeconds: 60 }));
      const before = watched.job;
      queue.wake('ring', 'ef_1');
      await until(() => logged('job_failed') === 1, 'the first failure');
      await workers?.close(5);
      await store.look();
      expect(watched.job).to.be.above(before);
      expect(takeLeaks()).to.deep.equal([]);
      expect(lines.filter((line) => line.includes('job_failed')).join()).to.match(/"name":"TypeError"/);
    });

    it('delays, and is on time', async () => {
      let at = 0;
      await start(
        job(async () => {
          at = performance.now();
        }),
      );
      const began = performance.now();
      queue.wake('ring', 'ef_1', { delaySeconds: 0.5 });
      await until(() => at > 0, 'the delayed wake-up');
      expect(at - began).to.be.within(490, 1000);
    });

    it('takes the urgent first', async () => {
      const woken: string[] = [];
      for (const [id, priority] of [
        ['ef_later', 3],
        ['ef_second', 2],
        ['ef_first', 1],
      ] as const)
        queue.wake('ring', id, { priority });
      await until(() => queue.counts.sent === 3, 'three sent');
      await start(job(async (id) => void woken.push(id), { concurrency: 1 }));
      await until(() => woken.length === 3, 'three wake-ups');
      expect(woken).to.deep.equal(['ef_first', 'ef_second', 'ef_later']);
    });

    it('folds wake-ups of one id into one while it waits, unless they have keys of their own', async () => {
      const woken: string[] = [];
      for (let times = 0; times < 5; times++) queue.wake('ring', 'uc_1');
      queue.wake('ring', 'uc_1', { key: 'uc_1-again' });
      await until(() => queue.counts.sent === 6, 'six sent');
      await start(job(async (id) => void woken.push(id)));
      await until(() => woken.length === 2, 'two wake-ups');
      queue.wake('ring', 'uc_1');
      await until(() => woken.length === 3, 'a wake-up after the first was done');
      await pause(100);
      expect(woken).to.deep.equal(['uc_1', 'uc_1', 'uc_1']);
    });

    it('runs once more, and not beside itself, when it is woken while it runs', async () => {
      let running = 0;
      let most = 0;
      let runs = 0;
      let end: () => void = () => undefined;
      const handle = async (): Promise<void> => {
        runs++;
        most = Math.max(most, ++running);
        await new Promise<void>((resolve) => {
          end = resolve;
        });
        running--;
      };
      await start(job(handle));
      queue.wake('ring', 'uc_1');
      await until(() => runs === 1, 'the first run');
      for (let times = 0; times < 3; times++) queue.wake('ring', 'uc_1');
      await until(() => queue.counts.sent === 4, 'the wake-ups in between');
      end();
      await until(() => runs === 2, 'the second run');
      end();
      await until(() => running === 0, 'the end');
      await pause(100);
      expect({ runs, most }).to.deep.equal({ runs: 2, most: 1 });
    });

    it('does not let a late wake-up swallow an immediate one', async () => {
      const woken: string[] = [];
      await start(job(async (id) => void woken.push(id)));
      queue.wake('ring', 'uc_1', { delaySeconds: 20 });
      queue.wake('ring', 'uc_1');
      await until(() => woken.length === 1, 'the immediate one', 2);
    });

    it('tries again by the table, then gives up and says so', async () => {
      let tries = 0;
      const handle = async (): Promise<void> => {
        tries++;
        throw new Error('no');
      };
      await start(job(handle, { attempts: 3 }));
      queue.wake('ring', 'ef_00000000000000000000000001');
      await until(() => logged('job_given_up') === 1, 'giving up');
      expect(tries).to.equal(3);
      expect(logged('job_failed')).to.equal(2);
      queue.wake('ring', 'ef_00000000000000000000000001');
      await until(() => tries === 6, 'a new wake-up of the same id later');
    });

    it('keeps each kind of job within its limit, and lets no kind starve another', async () => {
      let slow = 0;
      let most = 0;
      let quick = 0;
      const open: (() => void)[] = [];
      const wait = async (): Promise<void> => {
        most = Math.max(most, ++slow);
        await new Promise<void>((resolve) => open.push(resolve));
        slow--;
      };
      await start(
        job(wait, { name: 'fax', concurrency: 2 }),
        job(async () => void quick++, { concurrency: 2 }),
      );
      for (let n = 0; n < 20; n++) queue.wake('fax', `ef_${n}`);
      await until(() => slow === 2, 'two slow jobs');
      for (let n = 0; n < 20; n++) queue.wake('ring', `ef_${n}`);
      await until(() => quick === 20, 'the quick jobs beside them');
      expect(most).to.equal(2);
      const opener = setInterval(
        () =>
          open.splice(0).forEach((go) => {
            go();
          }),
        5,
      );
      await until(
        () => most === 2 && slow === 0 && open.length === 0 && workers?.running === 0,
        'the slow ones',
        20,
      ).finally(() => clearInterval(opener));
    });

    it('logs a wake-up that no worker would hear, and goes on', async () => {
      const woken: string[] = [];
      await start(job(async (id) => void woken.push(id)));
      const strict = await openWakeQueue(config, log, ['ring']);
      strict.wake('unheard-of', 'ef_1');
      strict.wake('ring', 'ef_2');
      await until(() => woken.length === 1, 'the known one');
      await strict.close();
      expect(logged('job_unknown')).to.equal(1);
    });

    it('waits for a running job when it closes, and cuts off one that does not end', async () => {
      let begun = 0;
      let ended = 0;
      const forMs = async (id: string): Promise<void> => {
        begun++;
        await pause(Number(id.slice(3)));
        ended++;
      };
      await start(job(forMs));
      queue.wake('ring', 'ms-300');
      await until(() => begun === 1, 'the job running');
      await workers?.close(5);
      expect(ended).to.equal(1);

      await start(job(forMs));
      queue.wake('ring', 'ms-3000');
      await until(() => begun === 2, 'the long job running');
      const began = performance.now();
      await workers?.close(0.2);
      expect(performance.now() - began).to.be.below(1500);
      expect(logged('jobs_cut_off')).to.equal(1);

      const taken: string[] = [];
      await start(job(async (id) => void taken.push(id)));
      await until(() => taken.includes('ms-3000'), 'the next worker takes up what was cut off', 10);
    });

    it('goes on after the store forgot everything', async () => {
      const woken: string[] = [];
      await start(job(async (id) => void woken.push(id)));
      queue.wake('ring', 'ef_late', { delaySeconds: 30 });
      await until(() => queue.counts.sent === 1, 'one sent');
      await store.flush();
      queue.wake('ring', 'ef_1');
      await until(() => woken.length === 1, 'a wake-up after the flush', 2);
    });

    it('never throws and never waits while the store is away, drops, says so once, and goes on when it is back', async () => {
      const woken: string[] = [];
      await start(job(async (id) => void woken.push(id)));
      queue.wake('ring', 'ef_before');
      await until(() => woken.length === 1, 'a wake-up before');
      await store.stop();
      try {
        const began = performance.now();
        for (let n = 0; n < 3000; n++) queue.wake('ring', `ef_away_${n}`);
        expect(performance.now() - began).to.be.below(1000);
        await until(() => queue.counts.dropped === 3000, 'all dropped');
        expect(lines.filter((line) => /queue_store_away/.test(line)).length).to.be.within(1, 2); // one of each side
      } finally {
        await store.start();
      }
      // The sweep asks every second; within two seconds of the return one of its wake-ups has to arrive.
      const sweep = setInterval(() => queue.wake('ring', 'ef_after'), 200);
      await until(() => woken.includes('ef_after'), 'a wake-up after the return', 5).finally(() =>
        clearInterval(sweep),
      );
    });
  });
}

describe('the queue', () => {
  it('opens without Redis, for the gateway has to take calls all the same', async function () {
    this.timeout(10_000);
    const log = createLog('silent');
    const queue = await openWakeQueue(
      { redisUrl: 'redis://127.0.0.1:1', databaseUrl: null, queue: { name: 'wake' } },
      log,
    );
    queue.wake('ring', 'ef_1');
    await until(() => queue.counts.dropped === 1, 'dropped');
    await queue.close();
  });

  it('says what is missing when it has no store', async () => {
    const config = { redisUrl: null, databaseUrl: null, queue: { name: 'wake' } };
    const failure = await openWakeQueue(config, createLog('silent')).catch((error: Error) => error);
    expect(failure)
      .to.be.instanceOf(Error)
      .with.property('message')
      .that.matches(/neither Redis nor PostgreSQL/);
  });
});
