/** A Redis for the tests: a server of our own on a free port, without a file; or the one in REDIS_TEST_URL. */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { connect } from 'node:net';
import { setTimeout as pause } from 'node:timers/promises';
import { Redis } from 'ioredis';
import { freePort } from '../../src/embedded/cluster.ts';

export interface TestRedis {
  url: string;
  /** Forgets everything, as an operator's FLUSHALL would. */
  flush(): Promise<void>;
  /** Takes it away: nobody can connect. */
  stop(): Promise<void>;
  /** Brings it back, empty, under the same address. */
  start(): Promise<void>;
}

/** Starts a server. Its `stop` ends it, and so does the death of this process. */
export async function startRedis(): Promise<TestRedis> {
  const given = process.env.REDIS_TEST_URL;
  if (given) return givenRedis(given);
  const port = await freePort();
  let child: ChildProcess | undefined;
  const server: TestRedis = {
    url: `redis://127.0.0.1:${port}`,
    flush: () => flush(server.url),
    async start() {
      // The shell outlives us by the moment it takes to see our pipe end, also after kill -9, and takes the server along.
      const command = `redis-server --port ${port} --bind 127.0.0.1 --save '' --appendonly no --dir /tmp`;
      const script = `${command} >/dev/null & server=$!; cat >/dev/null; kill -9 $server; wait $server`;
      child = spawn('/bin/sh', ['-c', script], { detached: true, stdio: ['pipe', 'ignore', 'ignore'] });
      await answering(port);
    },
    async stop() {
      if (!child) return;
      const ended = once(child, 'exit');
      child.stdin?.end();
      await ended;
      child = undefined;
    },
  };
  await server.start();
  return server;
}

/** Somebody else's server cannot be stopped; its clients are thrown out instead and the door is kept shut by a pause. */
function givenRedis(url: string): TestRedis {
  const withClient = async (work: (redis: Redis) => Promise<unknown>): Promise<void> => {
    const redis = new Redis(url);
    await work(redis).finally(() => redis.disconnect());
  };
  return {
    url,
    flush: () => flush(url),
    stop: () => withClient((redis) => redis.call('CLIENT', 'PAUSE', '60000', 'ALL')),
    start: () =>
      withClient(async (redis) => {
        await redis.call('CLIENT', 'UNPAUSE');
        await redis.flushall();
      }),
  };
}

async function flush(url: string): Promise<void> {
  const redis = new Redis(url);
  await redis.flushall().finally(() => redis.disconnect());
}

async function answering(port: number): Promise<void> {
  for (let tries = 0; tries < 200; tries++) {
    const socket = connect(port, '127.0.0.1');
    const isOpen = await Promise.race([
      once(socket, 'connect').then(() => true),
      once(socket, 'error').then(() => false),
    ]).catch(() => false);
    socket.destroy();
    if (isOpen) return;
    await pause(25);
  }
  throw new Error('redis-server did not start within 5 s: is it installed (apt-get install redis-server)?');
}
