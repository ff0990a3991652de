/**
 * `npm run bench -- peers [--json]`: our parts beside what they are made of or could be, in turns in one process, so that what else the
 * machine does falls on both. A wake-up: ours on Redis and on PostgreSQL, bare BullMQ on Redis, PostgreSQL's LISTEN/NOTIFY. A page of
 * a fax: our reader's decoding (child process and bounds included) and libtiff's (through sharp, in process and trusting).
 */
import { parseArgs } from 'node:util';
import { Queue, Worker } from 'bullmq';
import { Redis } from 'ioredis';
import pg from 'pg';
import sharp from 'sharp';
import { encodeTiff } from '../../src/imaging/tiff.ts';
import { createLog } from '../../src/log.ts';
import { openPageMaker } from '../../src/pages/maker.ts';
import { recordView } from '../../src/pages/record-view.ts';
import { loadWords } from '../../src/pages/words.ts';
import { decodeFax } from '../../src/paper/decode.ts';
import { readers } from '../../src/paper/reader/pool.ts';
import { openWakeQueue, type QueueConfig } from '../../src/queue.ts';
import { runWorkers } from '../../workers/harness.ts';
import { sampleContext } from '../pages/sample.ts';
import { count, hasRedis, say, tell } from './cli.ts';
import { chanceOf, type Spread, spread } from './figures.ts';
import { patient } from './pages.ts';
import { machine } from './report.ts';
import { openStage, type Stage } from './system.ts';

/** Wakes once; resolves when the other side has it. */
type Peer = (id: string) => Promise<void>;

const warmUps = 20;

/** @returns the exit code. */
export async function peersBench(args: string[]): Promise<number> {
  const { values } = parseArgs({
    args,
    options: {
      json: { type: 'boolean', default: false },
      wakes: { type: 'string', default: '300' },
      pages: { type: 'string', default: '60' },
    },
  });
  if (!hasRedis()) {
    process.stderr.write(
      'the comparison needs Redis: apt-get install redis-server (or your system’s package of that name)\n',
    );
    return 1;
  }
  const stage = await openStage('redis');
  try {
    const figures = {
      wakeMs: await measureWakes(stage, count(values.wakes)),
      decodeMs: await measureDecoding(count(values.pages)),
    };
    const { at, processors, model, node, loadAverage } = machine();
    const lines = Object.entries({ ...figures.wakeMs, ...figures.decodeMs }).map(
      ([name, { p50, p95, count: n }]) => `  ${name.padEnd(40)} p50 ${p50} ms, p95 ${p95} ms (${n})`,
    );
    const text = [...lines, '', `  ${at}, ${processors} × ${model}, ${node}, load average ${loadAverage}`].join('\n');
    (values.json ? tell : say)(text);
    if (values.json) say(JSON.stringify(figures));
    return 0;
  } finally {
    await stage.close();
  }
}

async function measureWakes({ databaseUrl, redisUrl }: Stage, wakes: number): Promise<Record<string, Spread>> {
  const closings: (() => Promise<unknown>)[] = [];
  try {
    const queue = { name: 'bench' };
    const peers: Record<string, Peer> = {
      'our wake-up on Redis': await ours({ databaseUrl, redisUrl, queue }, closings),
      'our wake-up on PostgreSQL': await ours({ databaseUrl, redisUrl: null, queue }, closings),
      'bare BullMQ on Redis': await bareBull(redisUrl ?? '', closings),
      'LISTEN/NOTIFY': await listening(databaseUrl, closings),
    };
    return await inTurns(peers, wakes);
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

async function ours(config: QueueConfig, closings: (() => Promise<unknown>)[]): Promise<Peer> {
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

async function bareBull(url: string, closings: (() => Promise<unknown>)[]): Promise<Peer> {
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

async function listening(databaseUrl: string, closings: (() => Promise<unknown>)[]): Promise<Peer> {
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

async function measureDecoding(pages: number): Promise<Record<string, Spread>> {
  const [maker, words, chance] = [openPageMaker(), loadWords(), chanceOf(1)];
  const faxes: Uint8Array[] = [];
  for (let made = 0; made < 10; made += 1)
    faxes.push(
      await encodeTiff(
        await maker.faxPages('record', { ...recordView(patient(chance), sampleContext({}), words), notes: [] }, 'fine'),
      ),
    );
  maker.close();
  await readers().warmUp();
  let turn = 0;
  const next = (): Uint8Array => faxes[turn++ % faxes.length]!;
  try {
    return await inTurns(
      {
        'a fax file to pages, ours': async () => void (await decodeFax(next())),
        'the same by libtiff alone': async () => void (await sharp(next()).raw().toBuffer()),
      },
      pages,
    );
  } finally {
    await readers().close();
  }
}

async function inTurns(peers: Readonly<Record<string, Peer>>, turns: number): Promise<Record<string, Spread>> {
  const times: Record<string, number[]> = Object.fromEntries(Object.keys(peers).map((name) => [name, []]));
  for (let turn = 0; turn < turns + warmUps; turn += 1)
    for (const [name, peer] of Object.entries(peers)) {
      const began = performance.now();
      await peer(`${turn}`);
      if (turn >= warmUps) times[name]!.push(performance.now() - began);
    }
  return Object.fromEntries(Object.entries(times).map(([name, values]) => [name, spread(values)]));
}
