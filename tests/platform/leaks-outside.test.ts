import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import http from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { expect } from 'chai';
import { Redis } from 'ioredis';
import pg from 'pg';
import { createLog } from '../../src/log.ts';
import { openQueuePool, openWakeQueue } from '../../src/queue.ts';
import { takeLeaks, watched } from '../support/leaks.ts';
import {
  inspectMetrics,
  inspectQueueTables,
  inspectRedis,
  inspectServerLog,
  keepFolderSecret,
  keepQueuedJobs,
  watchedRedis,
} from '../support/leaks-outside.ts';
import { freshDatabase } from '../support/postgres.ts';
import { startChild, until } from '../support/processes.ts';
import { startRedis } from '../support/redis.ts';

/** Of the example ward (config/examples/nishi). */
const her = '髙﨑 薫';

/** A program that asks a provider, itself, for something it must not. */
const careless = `
import http from 'node:http';
const server = http.createServer((request, response) => request.on('data', () => {}).on('end', () => response.end()));
await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve));
const url = 'http://127.0.0.1:' + server.address().port;
if (process.argv[2] === 'url') await fetch(url + '/patients/' + encodeURIComponent('${her}'));
if (process.argv[2] === 'provider') await fetch(url + '/2010-04-01/Messages.json', { method: 'POST', body: 'Body=${her}' });
if (process.argv[2] === 'words') console.log('somebody asked for ${her}');
if (process.argv[2] === 'error') console.error(process.env.CASE_KEY);
process.kill(process.pid, 'SIGKILL');
`;

describe('the watch over what leaks outside of the tests’ own process', function () {
  this.timeout(60_000);
  let folder: string;
  beforeEach(async () => {
    folder = await mkdtemp(path.join(tmpdir(), 'kamome-careless-'));
  });
  afterEach(async () => {
    takeLeaks(); // what these tests provoke is not the run's
    await rm(folder, { recursive: true });
  });

  for (const [what, place] of [
    ['url', 'url'],
    ['provider', 'provider request'],
    ['words', 'log'],
    ['error', 'log'],
  ] as const)
    it(`sees what a process that was killed has let out: ${what}`, async () => {
      const program = path.join(folder, 'careless.mts');
      await writeFile(program, careless);
      const before = watched[place];
      await startChild(program, { CASE_KEY: 'bm90IGEgc2VjcmV0IGF0IGFsbA==' }, [what]).ended(50);
      expect(takeLeaks().join(), what).to.include(` in a ${place}: `);
      expect(watched[place]).to.be.above(before);
    });

  it('sees every command that reaches a Redis, also when the job is gone at once, and whatever lies there', async () => {
    const redis = await watchedRedis(await startRedis());
    const client = new Redis(redis.url);
    try {
      await client.set('a', her);
      await client.del('a');
      await client.hset('bull:ring:1', { name: 'ring', data: '{"id":"uc_012345678901abcdefghjkmnpq"}' });
      await client.hset('bull:ring:2', { name: 'ring', data: '{"id":"uc_012345678901abcdefghjkmnpq","who":"x"}' });
      const found: string[] = [];
      await until('what was found', 10, () => {
        found.push(...takeLeaks());
        return found.length >= 2 || undefined;
      });
      expect(found).to.have.length(2);
      expect(found[0]).to.include('a patient’s name in a job');
      expect(found[1]).to.include('a job that is no opaque id');
      await client.del('bull:ring:2');
      await client.zadd('z', 1, her);
      await client.lpush('l', her);
      await client.xadd('x', '*', 'who', her);
      expect(await inspectRedis(redis.url)).to.equal(4);
      expect(takeLeaks().filter((leak) => /\["[zlx]"/.test(leak))).to.have.length(3);
    } finally {
      client.disconnect();
      await redis.stop();
    }
  });

  it('sees each job of a queue in PostgreSQL, also when it is done, and what else its tables hold', async () => {
    const database = await freshDatabase({ migrated: false });
    const config = { redisUrl: null, databaseUrl: database.url, queue: { name: 'careless' } };
    await (await openQueuePool(config, 1)).end();
    const sql = new pg.Client(database.url);
    await sql.connect();
    try {
      await keepQueuedJobs(sql);
      const queue = await openWakeQueue(config, createLog('silent'));
      queue.wake('ring', 'uc_012345678901abcdefghjkmnpq');
      queue.wake('ring', her);
      await until('both stored', 10, () => (queue.counts.sent === 2 ? true : undefined));
      await queue.close();
      await sql.query('delete from bullmq.job');
      expect(await inspectQueueTables(sql)).to.equal(2);
      const found = takeLeaks().join('\n');
      expect(found).to.include('a patient’s name in a job').and.to.include('a job that is no opaque id: ring');
    } finally {
      await sql.end();
      await database.drop();
    }
  });

  it('sees the numbers of a process, the log of a database server, and secrets that a program made for itself', async () => {
    const server = http.createServer((_request, response) => response.end(`# HELP x\nx{who="${her}"} 1\ny 2\n`));
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const { port } = server.address() as AddressInfo;
    expect(await inspectMetrics(`http://127.0.0.1:${port}`)).to.equal(2);
    server.close();
    server.closeAllConnections();
    expect(takeLeaks()).to.have.length(1);

    await writeFile(path.join(folder, 'pepper'), 'a-pepper-of-its-own-0815\n', { mode: 0o600 });
    keepFolderSecret(folder);
    await writeFile(path.join(folder, 'postgres.log'), `DETAIL: (${her})\nSTATEMENT: a-pepper-of-its-own-0815\n`);
    inspectServerLog(folder);
    expect(takeLeaks().map((leak) => leak.split(' in a ')[0])).to.deep.equal(['a patient’s name', 'the secret pepper']);
  });
});
