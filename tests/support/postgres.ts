/**
 * A database of its own for each test file: a clone of a template that has been migrated once (15-50 ms).
 *
 * One PostgreSQL server per mocha process, in memory (or the temporary folder) and without fsync. `tests/run.ts` starts one for
 * all groups instead and names it in KAMOME_TEST_POSTGRES_URL.
 */
import { spawn } from 'node:child_process';
import { createHash, randomBytes } from 'node:crypto';
import { mkdtemp, statfs } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import pg from 'pg';
import { migrate, readMigrations } from '../../migrations/run.ts';
import { openPool } from '../../src/db.ts';
import { commandAs, giveTo } from '../../src/embedded/account.ts';
import { type Cluster, createCluster, openCluster, startCluster, superuser } from '../../src/embedded/cluster.ts';
import { systemClock } from '../../src/lib/clock.ts';

export interface TestDatabase {
  url: string;
  pool: pg.Pool;
  /** Ends the pool and removes the database, whoever is still connected. */
  drop(): Promise<void>;
}

export interface TestServer {
  /** Address without a database name: `${url}/name`. */
  url: string;
  stop(): Promise<void>;
}

export interface FreshDatabaseOptions {
  /** false: an empty database, for the tests of the migrations themselves. */
  migrated?: boolean;
  /** Connections of the returned pool. */
  max?: number;
}

const migrationsFolder = path.resolve(import.meta.dirname, '../../migrations');

let server: Promise<TestServer> | undefined;
let templateName: Promise<string> | undefined;

/** A new database with every migration applied, seen by nobody else. */
export async function freshDatabase(options: FreshDatabaseOptions = {}): Promise<TestDatabase> {
  const { migrated = true, max = 10 } = options;
  server ??= startTestServer();
  const { url: base } = await server;
  const name = `test_${randomBytes(8).toString('hex')}`;
  if (migrated) templateName ??= migratedTemplate(base);
  const source = migrated ? await templateName : 'template0';
  // Copying files instead of logging every page: nothing here has to survive a crash.
  await onServer(base, (admin) => admin.query(`create database ${name} template ${source} strategy file_copy`));
  const url = `${base}/${name}`;
  const pool = openPool(url, { max, applicationName: 'kamome-test' });
  return {
    url,
    pool,
    async drop() {
      if (!pool.ended) await pool.end();
      await onServer(base, (admin) => admin.query(`drop database if exists ${name} with (force)`));
    },
  };
}

/** Starts the server, or takes the one the test run has started already. Ended by `stop`, and by the death of this process. */
export async function startTestServer(): Promise<TestServer> {
  const given = process.env.KAMOME_TEST_POSTGRES_URL;
  if (given) return { url: given.replace(/\/+$/, ''), stop: async () => undefined };
  const folder = await mkdtemp(path.join(await fastFolder(), 'kamome-test-postgres-'));
  const cluster = await openCluster(path.join(folder, 'data'), path.join(folder, 'log'));
  await giveTo(cluster.account, folder);
  const guard = await guardOf(cluster, folder);
  try {
    await createCluster(cluster, null);
    const port = await startCluster(cluster, {
      fsync: 'off',
      synchronous_commit: 'off',
      full_page_writes: 'off',
      autovacuum: 'off',
      deadlock_timeout: '50ms',
      max_connections: '300',
      shared_buffers: '64MB',
      log_min_messages: 'fatal',
    });
    return { url: `postgresql://${superuser}@127.0.0.1:${port}`, stop: guard };
  } catch (error) {
    await guard();
    throw error;
  }
}

/** A clone is some 300 small files: 15 ms in memory, 300 ms on a slow disk. A container may have only 64 MB of /dev/shm. */
async function fastFolder(): Promise<string> {
  const needed = 2 * 1024 ** 3;
  const memory = await statfs('/dev/shm').catch(() => null);
  return memory && memory.bavail * memory.bsize > needed ? '/dev/shm' : tmpdir();
}

/**
 * A shell that waits for the end of our pipe, then stops the server and removes its folder: also after `kill -9`, a crash or
 * Ctrl-C no server is left behind.
 * @returns ends the pipe and waits until everything is gone.
 */
async function guardOf({ binaries, account, folder: data }: Cluster, folder: string): Promise<() => Promise<void>> {
  const script = 'cat >/dev/null; "$1" stop -s -m immediate -D "$2" 2>/dev/null; rm -rf "$3"';
  const args = ['-c', script, 'guard', binaries.pgCtl, data, folder];
  const command = await commandAs(account, '/bin/sh', args, [binaries.pgCtl, data]);
  const { program, uid, gid } = command;
  const identity = uid === undefined || gid === undefined ? {} : { uid, gid };
  const guard = spawn(program, command.args, {
    ...identity,
    cwd: '/',
    detached: true,
    stdio: ['pipe', 'ignore', 'ignore'],
  });
  const ended = new Promise<void>((resolve) => guard.once('exit', () => resolve()));
  guard.unref();
  const pipe = guard.stdin as typeof guard.stdin & { unref?(): void };
  pipe.unref?.(); // a test process that forgot to stop the server can still end
  return async () => {
    guard.ref();
    pipe.end();
    await ended;
  };
}

/** Migrates the template once; processes that share a server wait for the one that does it. */
async function migratedTemplate(base: string): Promise<string> {
  const files = await readMigrations(migrationsFolder);
  const digest = createHash('sha256').update(files.map((file) => file.sha256).join());
  const name = `template_${digest.digest('hex').slice(0, 16)}`;
  await onServer(base, async (admin) => {
    await admin.query('select pg_advisory_lock(1)');
    const { rowCount } = await admin.query('select 1 from pg_database where datname = $1', [name]);
    if (rowCount) return;
    const draft = `draft_${randomBytes(8).toString('hex')}`;
    await admin.query(`create database ${draft} template template0`);
    const pool = openPool(`${base}/${draft}`, { max: 2, applicationName: 'kamome-test-template' });
    try {
      await migrate(pool, systemClock, migrationsFolder);
    } finally {
      await pool.end();
    }
    await admin.query(`alter database ${draft} rename to ${name}`);
  });
  return name;
}

async function onServer<T>(base: string, work: (admin: pg.Client) => Promise<T>): Promise<T> {
  const admin = new pg.Client({ connectionString: `${base}/postgres`, application_name: 'kamome-test-admin' });
  await admin.connect();
  try {
    return await work(admin);
  } finally {
    await admin.end();
  }
}

// Imported by a test file, this becomes a hook of mocha's root suite; other processes (a bench) stop their server themselves.
if (typeof after === 'function') {
  after('stop the test PostgreSQL', async function () {
    this.timeout(30_000);
    if (server) await (await server).stop();
  });
}
