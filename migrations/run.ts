/**
 * Brings a database up to date: `NNNN-name.sql` in order, forward only, each in its own transaction.
 * Any number of processes may start at once; an advisory lock lets one work while the others wait and find nothing to do.
 */
import { createHash } from 'node:crypto';
import { readdir, readFile } from 'node:fs/promises';
import path from 'node:path';
import type pg from 'pg';
import { openPool } from '../src/db.ts';
import { startEmbeddedPostgres } from '../src/embedded/postgres.ts';
import { type Clock, systemClock } from '../src/lib/clock.ts';
import { createLog, loggable } from '../src/log.ts';

interface Migration {
  name: string;
  sha256: string;
  sql: string;
}

export interface MigrateResult {
  /** Names applied by this run, in order. */
  applied: string[];
  /** Names in the database that this version of the program does not have: a newer version has been here. */
  newer: string[];
}

/** Anything wrong with the migration files or with what the database says about them. */
export class MigrationError extends Error {
  override name = 'MigrationError';
  readonly [loggable] = true;
}

/** Any constant will do, as long as it is always this one ('kamo' in ASCII). */
const advisoryLock = 0x6b61_6d6f;

const defaultFolder = import.meta.dirname;

/**
 * Applies what is missing.
 * @throws MigrationError for gaps, doubled numbers, a merged file that was changed, a statement that fails (file named).
 */
export async function migrate(pool: pg.Pool, clock: Clock, folder: string = defaultFolder): Promise<MigrateResult> {
  const migrations = await readMigrations(folder);
  const client = await pool.connect();
  try {
    // Waiting for the lock, and building an index, may take longer than any statement of a call.
    await client.query('set statement_timeout = 0; set lock_timeout = 0; set idle_in_transaction_session_timeout = 0');
    await client.query('select pg_advisory_lock($1)', [advisoryLock]);
    await client.query(`
      create table if not exists migration (
        name       text primary key,
        sha256     text not null,
        applied_at timestamptz not null
      )`);
    const done = await client.query<{ name: string; sha256: string }>(
      'select name, sha256 from migration order by name',
    );
    const { missing, newer } = compare(migrations, done.rows);
    for (const migration of missing) await apply(client, migration, clock);
    return { applied: missing.map((migration) => migration.name), newer };
  } finally {
    // The connection goes, and with it the lock and the settings made above.
    client.release(true);
  }
}

async function apply(client: pg.PoolClient, { name, sha256, sql }: Migration, clock: Clock): Promise<void> {
  try {
    await client.query('begin');
    await client.query(sql);
    await client.query('insert into migration (name, sha256, applied_at) values ($1, $2, $3)', [
      name,
      sha256,
      clock.now(),
    ]);
    await client.query('commit');
  } catch (cause) {
    await client.query('rollback').catch(() => undefined); // the first error is the one to tell
    const position = cause instanceof Error && 'position' in cause ? Number(cause.position) : Number.NaN;
    const line = Number.isNaN(position) ? '' : `:${sql.slice(0, position - 1).split('\n').length}`;
    throw new MigrationError(`${name}${line}: ${cause instanceof Error ? cause.message : String(cause)}`, { cause });
  }
}

/** What is still to do, once everything already done has been found unchanged. */
function compare(migrations: Migration[], done: { name: string; sha256: string }[]) {
  const applied = new Map(done.map((row) => [row.name, row.sha256]));
  const last = migrations.at(-1)?.name ?? '';
  // A newer program may have migrated already while this older one still runs beside it; that is allowed.
  const newer = done.filter((row) => row.name > last).map((row) => row.name);
  const known = new Set(migrations.map((migration) => migration.name));
  for (const row of done) {
    if (known.has(row.name) || row.name > last) continue;
    throw new MigrationError(`${row.name} was applied to this database but its file is gone; restore it from history`);
  }
  const missing = migrations.filter((migration) => !applied.has(migration.name));
  for (const { name, sha256 } of migrations) {
    const then = applied.get(name);
    if (then === undefined || then === sha256) continue;
    throw new MigrationError(
      `${name} was changed after it was applied; restore it and put the change in a new migration`,
    );
  }
  const early = missing.find((migration) => done.some((row) => row.name > migration.name));
  if (early) {
    throw new MigrationError(`${early.name} comes before migrations already applied; give it the next free number`);
  }
  return { missing, newer };
}

/** The migrations of a folder in order. The numbers must be 0001, 0002 … without gap or double. */
export async function readMigrations(folder: string): Promise<Migration[]> {
  const names = (await readdir(folder)).filter((name) => name.endsWith('.sql')).sort();
  for (const [index, name] of names.entries()) {
    const number = /^(\d{4})-[a-z0-9]+(-[a-z0-9]+)*\.sql$/.exec(name)?.[1];
    if (!number) throw new MigrationError(`${name}: a migration is called NNNN-lower-case-words.sql`);
    const expected = String(index + 1).padStart(4, '0');
    if (number < expected) throw new MigrationError(`${name}: the number ${number} is used twice`);
    if (number > expected) throw new MigrationError(`${name}: there is a gap, ${expected} is missing before it`);
  }
  return Promise.all(
    names.map(async (name) => {
      // Line ends are a habit of the checkout and not a change.
      const sql = (await readFile(path.join(folder, name), 'utf8')).replaceAll('\r\n', '\n');
      return { name, sql, sha256: createHash('sha256').update(sql).digest('hex') };
    }),
  );
}

/** `npm run migrate`: the database in DATABASE_URL, or the embedded one in KAMOME_DATA. It reads no other configuration. */
async function main(env: NodeJS.ProcessEnv): Promise<void> {
  const given = env.DATABASE_URL?.trim();
  const dataFolder = env.KAMOME_DATA?.trim() || '.kamome';
  const embedded = given ? null : await startEmbeddedPostgres({ dataFolder, log: createLog('error') });
  const pool = openPool(given || (embedded?.url ?? ''), { max: 1, applicationName: 'kamome-migrate' });
  try {
    const { applied, newer } = await migrate(pool, systemClock);
    for (const name of applied) console.log(`applied ${name}`);
    for (const name of newer) console.log(`${name} is newer than this program; left as it is`);
    if (applied.length === 0) console.log('nothing to do');
  } finally {
    await pool.end();
    await embedded?.stop();
  }
}

if (process.argv[1] === import.meta.filename) {
  await main(process.env).catch((error: unknown) => {
    // An operator's command: the driver's words (wrong password, no such host) are what he needs, and no patient is in them.
    console.error(error instanceof Error ? error.message || String(error) : error);
    process.exitCode = 1;
  });
}
