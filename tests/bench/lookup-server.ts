/**
 * A PostgreSQL for the look-ups. Filled without caring for a crash; then started again with the settings of the embedded default, and
 * with nothing in its own memory. A folder that is named is kept, so that filling (minutes) and measuring (seconds) can be days apart.
 */
import { mkdir, mkdtemp, readFile, rm, statfs, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import pg from 'pg';
import { migrate } from '../../migrations/run.ts';
import { openPool } from '../../src/db.ts';
import { giveTo } from '../../src/embedded/account.ts';
import {
  type Cluster,
  createCluster,
  isCreated,
  openCluster,
  startCluster,
  stopCluster,
  superuser,
} from '../../src/embedded/cluster.ts';
import { settings } from '../../src/embedded/postgres.ts';
import { systemClock } from '../../src/lib/clock.ts';
import { type Crowd, type Filled, fillCrowd } from './lookup-fill.ts';
import { searchKeyOf } from './lookup-names.ts';
import { type BenchTown, buildBenchTown } from './town.ts';

export interface Town {
  name: string;
  db: pg.Pool;
  town: BenchTown;
  filled: Filled;
  bytes: number;
}

const forFilling = {
  ...{ fsync: 'off', synchronous_commit: 'off', full_page_writes: 'off', autovacuum: 'off' },
  ...{ wal_level: 'minimal', max_wal_senders: '0', max_wal_size: '8GB', shared_buffers: '1GB' },
};

/** Measured at 100 thousand patients, with their indexes. */
const bytesEach = { patient: 1000, tokens: 5500 };

/** Fills what is not filled yet, then works on all of them at once. @throws when the disk is too small. */
export async function withTowns<T>(
  kept: string | null,
  crowds: readonly Crowd[],
  tell: (line: string) => void,
  work: (towns: readonly Town[]) => Promise<T>,
): Promise<T> {
  const folder = kept ? path.resolve(kept) : await mkdtemp(path.join(tmpdir(), 'kamome-bench-'));
  await mkdir(folder, { recursive: true });
  const cluster = await openCluster(path.join(folder, 'postgres'), path.join(folder, 'postgres.log'));
  const pools: pg.Pool[] = [];
  const stop = async (): Promise<void> => {
    for (const pool of pools.splice(0)) await pool.end();
    await stopCluster(cluster).catch(() => undefined); // it may not run
    if (!kept) await rm(folder, { recursive: true, force: true });
  };
  const stopEarly = (): void => void stop().finally(() => process.exit(130));
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, stopEarly);
  try {
    await giveTo(cluster.account, folder);
    if (!(await isCreated(cluster))) await createCluster(cluster, null);
    const missing: Crowd[] = [];
    for (const crowd of crowds) if (!(await report(folder, crowd))) missing.push(crowd);
    if (missing.length > 0) await fill(folder, cluster, missing, tell);
    const port = await startCluster(cluster, settings);
    const towns: Town[] = [];
    for (const crowd of crowds) {
      const db = openPool(addressOf(port, nameOf(crowd)), { max: 8, applicationName: 'kamome-bench' });
      pools.push(db);
      await migrate(db, systemClock); // it may have been filled by an older program
      const { town, filled } = (await report(folder, crowd))!;
      const size = await db.query<{ bytes: number }>('select pg_database_size(current_database()) as bytes');
      towns.push({ name: nameOf(crowd), db, town, filled, bytes: size.rows[0]!.bytes });
    }
    return await work(towns);
  } finally {
    for (const signal of ['SIGINT', 'SIGTERM'] as const) process.off(signal, stopEarly);
    await stop();
  }
}

const nameOf = ({ patients, withTokens }: Crowd): string => `crowd_${patients}_${withTokens}`;
const addressOf = (port: number, name: string): string => `postgresql://${superuser}@127.0.0.1:${port}/${name}`;
const fileOf = (folder: string, crowd: Crowd): string => path.join(folder, `${nameOf(crowd)}.json`);

interface Report {
  town: BenchTown;
  filled: Filled;
}

/** Written when a town is whole; null before. */
async function report(folder: string, crowd: Crowd): Promise<Report | null> {
  const text = await readFile(fileOf(folder, crowd), 'utf8').catch(() => null);
  if (text === null) return null;
  const { town, filled } = JSON.parse(text) as Report;
  const patients = town.patients.map((one) => ({ ...one, index: Buffer.from(one.index) }));
  return { town: { ...town, patients }, filled };
}

async function fill(
  folder: string,
  cluster: Cluster,
  crowds: readonly Crowd[],
  tell: (line: string) => void,
): Promise<void> {
  await refuseSmallDisk(folder, crowds);
  const port = await startCluster(cluster, forFilling);
  try {
    for (const crowd of crowds) {
      const name = nameOf(crowd);
      await onServer(port, `drop database if exists ${name}`); // left half filled by a run that was ended
      await onServer(port, `create database ${name}`);
      const db = openPool(addressOf(port, name), { max: 4, applicationName: 'kamome-bench', statementTimeoutMs: 0 });
      try {
        await migrate(db, systemClock);
        const town = await townIn(db);
        const filled = await fillCrowd(db, town, searchKeyOf(town.associationId), crowd);
        await writeFile(fileOf(folder, crowd), JSON.stringify({ town, filled } satisfies Report));
        tell(`${name}: filled in ${filled.seconds} s`);
      } finally {
        await db.end();
      }
    }
  } finally {
    await stopCluster(cluster);
  }
}

/** Doctors, areas and sixty patients with cards that open cases. The derivation costs the same whatever the number of patients. */
export const townIn = (db: pg.Pool): Promise<BenchTown> =>
  buildBenchTown(
    db,
    { doctors: 60, cards: 60, fillers: 0, bedsPerHospital: 2 },
    async (card) => Buffer.from(card.padEnd(32, '-')),
    new Date(),
  );

async function refuseSmallDisk(folder: string, crowds: readonly Crowd[]): Promise<void> {
  const each = ({ patients, withTokens }: Crowd): number =>
    patients * bytesEach.patient + withTokens * bytesEach.tokens;
  // Half as much again: indexes are sorted on the disk.
  const needed = 1.5 * crowds.reduce((sum, crowd) => sum + each(crowd), 0);
  const { bavail, bsize } = await statfs(folder);
  const gigabytes = (bytes: number): number => Math.ceil(bytes / 1e9);
  if (bavail * bsize < needed)
    throw new Error(
      `${folder} has ${gigabytes(bavail * bsize)} GB, ${gigabytes(needed)} GB are needed: --folder on a larger disk, or fewer --tokens`,
    );
}

async function onServer(port: number, statement: string): Promise<void> {
  const admin = new pg.Client(addressOf(port, 'postgres'));
  await admin.connect();
  try {
    await admin.query(statement);
  } finally {
    await admin.end();
  }
}
