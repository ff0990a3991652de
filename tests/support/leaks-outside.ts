/**
 * Brings to the watch (leaks.ts) what leaves outside of the test's own process: what programs that it starts print, their numbers and
 * their requests, what lies in a Redis or in the queue's tables, and what a database server writes into its log.
 */
import { readdirSync, readFileSync, statSync } from 'node:fs';
import path from 'node:path';
import { Redis } from 'ioredis';
import type pg from 'pg';
import { redisNodes } from '../../src/lib/redis-address.ts';
import { inspect, inspectJob, inspectNumbers, keepSecret, type Place } from './leaks.ts';
import type { TestRedis } from './redis.ts';

/** What a program was given to keep to itself: it may stand nowhere in what it prints, asks or stores. */
export function keepEnvironmentSecret(env: Readonly<Record<string, string>>): void {
  for (const [name, value] of Object.entries(env))
    if (/TOKEN|KEY|PEPPER|PASSWORD|PASSPHRASE|SECRET|SEED/.test(name) && !/FILE|PUBLIC/.test(name))
      keepLongSecret(name, value);
}

/** The same of the secrets that a program made for itself in its data folder (mode 0600, one line each). */
export function keepFolderSecret(folder: string): void {
  for (const file of readdirSync(folder)) {
    const name = path.join(folder, file);
    const { size, mode } = statSync(name, { throwIfNoEntry: false }) ?? { size: 0, mode: 0 };
    if (size === 0 || size > 500 || (mode & 0o777) !== 0o600) continue;
    keepLongSecret(file, readFileSync(name, 'utf8').trim().split(/\s+/).at(-1) ?? ''); // after an account's name, if there is one
  }
}

/** Short ones (`u`, `kamome`) are no secrets, and would stand everywhere. */
function keepLongSecret(what: string, text: string): void {
  if (text.length >= 12) keepSecret(`the secret ${what}`, text.replace(/=+$/, ''));
}

/** Each line that was printed, or written to a log. */
export function inspectLines(text: string): void {
  for (const line of text.split('\n')) if (line !== '') inspect('log', line);
}

/** The log of the database server in a data folder, when one ran there. */
export function inspectServerLog(folder: string): void {
  for (const file of ['postgres.log', 'postgres.log.1'])
    if (statSync(path.join(folder, file), { throwIfNoEntry: false }))
      inspectLines(readFileSync(path.join(folder, file), 'utf8'));
}

/** What watch-child.ts has written. */
export function inspectWatched(text: string): void {
  for (const line of text.split('\n').filter((one) => one.endsWith(']')))
    inspect(...(JSON.parse(line) as [Place, string]));
}

/** The numbers of a process, line by line. @returns how many; 0: nobody answers there. */
export async function inspectMetrics(url: string): Promise<number> {
  const answer = await fetch(`${url}/metrics`, { signal: AbortSignal.timeout(5000) }).catch(() => null);
  return answer?.ok ? inspectNumbers(await answer.text()) : 0;
}

/** The same Redis, with each command that comes to it looked at, and what lies in it before it is forgotten. */
export async function watchedRedis(redis: TestRedis): Promise<TestRedis> {
  let monitors = await monitor(redis.url);
  const letGo = async (): Promise<void> => {
    if (monitors.length > 0) await inspectRedis(redis.url);
    for (const one of monitors.splice(0)) one.disconnect();
  };
  return {
    url: redis.url,
    async flush() {
      await inspectRedis(redis.url);
      await redis.flush();
    },
    async stop() {
      await letGo();
      await redis.stop();
    },
    async start() {
      await redis.start();
      monitors = await monitor(redis.url);
    },
  };
}

/** Jobs are taken out as soon as they are done: only who hears each command sees them all. */
const monitor = (url: string): Promise<Redis[]> =>
  Promise.all(
    redisNodes(url).map(async (node) => {
      const listener = await new Redis(node, { retryStrategy: () => null, lazyConnect: true }).monitor();
      listener.on('error', () => undefined); // it is taken away on purpose
      listener.on('monitor', (_time: string, words: string[]) => inspectCommand(words.map(plain)));
      return listener;
    }),
  );

/** As Redis shows bytes that are not ASCII: `\xe9\xab\x99`. */
const plain = (word: string): string =>
  Buffer.from(
    word.replace(/\\x([0-9a-f]{2})/g, (_, hex: string) => String.fromCharCode(Number.parseInt(hex, 16))),
    'latin1',
  ).toString('utf8');

/** A job is stored as a hash with its name and its data. */
function inspectCommand(words: readonly string[]): void {
  if (/^(bz|ping|info|client|script|eval$|hello)/i.test(words[0] ?? '')) return; // waiting, and the library's own programs
  inspect('job', words.join(' '));
  const [command = '', , ...fields] = words;
  if (!/^hm?set$/i.test(command)) return;
  const [name, data] = ['name', 'data'].map((field) => fields[fields.indexOf(field) + 1] ?? '');
  if (fields.includes('data')) inspectStored(name ?? '', data ?? '');
}

/** What is stored of a job is its id, and nothing beside it. */
function inspectStored(name: string, data: string): void {
  inspectJob(name, /^\{\s*"id":\s*"([^"]*)"\s*\}$/.exec(data)?.[1] ?? data);
}

/** Every key and value of a Redis (of each of its nodes). @returns how many keys. */
export async function inspectRedis(url: string): Promise<number> {
  let count = 0;
  for (const node of redisNodes(url)) {
    const redis = new Redis(node, { retryStrategy: () => null });
    try {
      for await (const keys of redis.scanStream({ count: 500 }))
        for (const key of keys as string[]) {
          inspect('job', JSON.stringify([key, await storedUnder(redis, key)]));
          count++;
        }
    } finally {
      redis.disconnect();
    }
  }
  return count;
}

async function storedUnder(redis: Redis, key: string): Promise<unknown> {
  switch (await redis.type(key)) {
    case 'string':
      return redis.get(key);
    case 'hash':
      return redis.hgetall(key);
    case 'list':
      return redis.lrange(key, 0, -1);
    case 'set':
      return redis.smembers(key);
    case 'zset':
      return redis.zrange(key, 0, '-1', 'WITHSCORES');
    case 'stream':
      return redis.xrange(key, '-', '+');
    case 'none': // gone since
      return null;
    default:
      throw new Error(`a key of a kind that is not looked at: ${key}`);
  }
}

/** From now on the database keeps a copy of each job that its queue stores: `inspectQueueTables` finds those that are done as well. */
export async function keepQueuedJobs(sql: pg.ClientBase): Promise<void> {
  await sql.query(`
    create table if not exists bullmq.copy (name text, data text, row text);
    create or replace function bullmq.keep_copy() returns trigger language plpgsql as $$
    begin
      insert into bullmq.copy values (new.name, new.data::text, to_jsonb(new)::text);
      return null;
    end $$;
    create or replace trigger keep_copy after insert or update on bullmq.job
    for each row execute function bullmq.keep_copy()`);
}

/** Every row of the queue that lives in PostgreSQL. @returns how many jobs were among them. */
export async function inspectQueueTables(sql: pg.ClientBase): Promise<number> {
  const { rows: tables } = await sql.query<{ name: string }>(
    `select table_name as name from information_schema.tables where table_schema = 'bullmq' and table_type = 'BASE TABLE'`,
  );
  for (const { name } of tables) {
    const { rows } = await sql.query<{ row: string }>(`select to_jsonb(one)::text as row from bullmq.${name} as one`);
    for (const { row } of rows) inspect('job', row);
  }
  if (!tables.some(({ name }) => name === 'copy')) return 0;
  const { rows: jobs } = await sql.query<{ name: string; data: string }>('select distinct name, data from bullmq.copy');
  for (const { name, data } of jobs) inspectStored(name, data);
  return jobs.length;
}
