/** A Redis for the tests: a server of our own on a free port, without a file; or the one in REDIS_TEST_URL. */
import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp } from 'node:fs/promises';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { promisify } from 'node:util';
import { Redis } from 'ioredis';
import { freePort } from '../../src/embedded/cluster.ts';

const run = promisify(execFile);

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
  const server = redisServer(port);
  await server.start();
  return { url: `redis://127.0.0.1:${port}`, flush: () => flush(`redis://127.0.0.1:${port}`), ...server };
}

/** One server as a process that can be ended and started again; it ends with us. */
function redisServer(port: number, more = '--dir /tmp'): Pick<TestRedis, 'start' | 'stop'> {
  let child: ChildProcess | undefined;
  return {
    async start() {
      // The shell outlives us by the moment it takes to see our pipe end, also after kill -9, and takes the server along.
      const command = `redis-server --port ${port} --bind 127.0.0.1 --save '' --appendonly no ${more}`;
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
}

/** So many masters in cluster mode, all slots covered. Its `url` names every one; taken away and brought back together. */
export async function startRedisCluster(nodes: number): Promise<TestRedis> {
  const folder = await mkdtemp(path.join(tmpdir(), 'kamome-redis-'));
  const ports = await Promise.all(Array.from({ length: 2 * nodes }, freePort));
  const servers = ports.slice(0, nodes).map((port, index) => {
    const busPort = ports[nodes + index];
    const state = `--cluster-enabled yes --cluster-port ${busPort} --cluster-config-file nodes-${port}.conf`;
    return redisServer(port, `${state} --cluster-node-timeout 2000 --dir ${folder}`);
  });
  const hosts = ports.slice(0, nodes).map((port) => `127.0.0.1:${port}`);
  const isUp = async (): Promise<void> => {
    for (let tries = 0; tries < 200; tries++) {
      const { stdout } = await run('redis-cli', ['-p', String(ports[0]), 'cluster', 'info']);
      if (/cluster_state:ok/.test(stdout)) return;
      await pause(50);
    }
    throw new Error('the Redis cluster did not come up within 10 s');
  };
  const cluster: TestRedis = {
    url: `redis://${hosts.join(',')}`,
    flush: async () => void (await Promise.all(hosts.map((host) => flush(`redis://${host}`)))),
    stop: async () => void (await Promise.all(servers.map((server) => server.stop()))),
    async start() {
      await Promise.all(servers.map((server) => server.start()));
      await isUp();
    },
  };
  await Promise.all(servers.map((server) => server.start()));
  await run('redis-cli', ['--cluster', 'create', ...hosts, '--cluster-yes']);
  await isUp();
  return cluster;
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
