/**
 * Backup and point-in-time restore as docs/operations.md tells it, on a server of its own: a base backup while it runs, every change
 * after it archived, and back to the moment before an accident. The copy is made by PostgreSQL's own low-level functions, which is what
 * pg_basebackup does over the wire, so that it also runs on an embedded server, which has no such program.
 */
import { chmod, cp, mkdir, mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { expect } from 'chai';
import type pg from 'pg';
import { migrate } from '../../migrations/run.ts';
import { openPool } from '../../src/db.ts';
import { giveTo } from '../../src/embedded/account.ts';
import {
  type Cluster,
  createCluster,
  openCluster,
  startCluster,
  stopCluster,
  superuser,
} from '../../src/embedded/cluster.ts';
import { systemClock } from '../../src/lib/clock.ts';
import { happenings, LogWorld } from '../audit/log-builder.ts';

describe('a backup', function () {
  this.timeout(120_000);
  let folder: string;
  let archive: string;
  const running = new Map<Cluster, pg.Pool>();

  before(async () => {
    folder = await mkdtemp(path.join(tmpdir(), 'kamome-restore-'));
    archive = path.join(folder, 'archive');
    const { account } = await openCluster(folder, path.join(folder, 'log'));
    await giveTo(account, folder);
    await mkdir(archive);
    await giveTo(account, archive);
  });
  after(async () => {
    for (const cluster of [...running.keys()]) await ends(cluster);
    await rm(folder, { recursive: true, force: true });
  });

  const starts = async (cluster: Cluster, settings: Record<string, string>): Promise<pg.Pool> => {
    const port = await startCluster(cluster, { fsync: 'off', shared_buffers: '16MB', ...settings });
    const pool = openPool(`postgresql://${superuser}@127.0.0.1:${port}/postgres`, {
      max: 4,
      applicationName: 'kamome-test',
    });
    running.set(cluster, pool);
    return pool;
  };
  const ends = async (cluster: Cluster): Promise<void> => {
    await running.get(cluster)?.end();
    running.delete(cluster);
    await stopCluster(cluster, 'immediate'); // as when the machine is gone
  };

  it('brings back every urgent call up to a moment, and a log that verifies, and not what came after', async () => {
    const cluster = await openCluster(path.join(folder, 'data'), path.join(folder, 'data.log'));
    await createCluster(cluster, null);
    const db = await starts(cluster, { archive_mode: 'on', archive_command: `cp %p ${archive}/%f` });
    await migrate(db, systemClock);
    const world = new LogWorld(db);
    const association = await world.association();
    const before = await world.case(association, happenings.slice(0, 2));
    await world.seal(association);

    const base = await baseBackup(db, cluster);
    const afterwards = await world.case(association, happenings.slice(0, 3));
    await world.happen(before, happenings[2]!);
    await world.seal(association);
    await db.query(`select pg_create_restore_point('before the accident')`);
    await db.query('drop table urgent_call cascade');
    await archived(db);
    await ends(cluster);

    const restored = await openCluster(base, path.join(folder, 'restored.log'));
    await writeFile(path.join(base, 'recovery.signal'), '');
    await giveTo(restored.account, path.join(base, 'recovery.signal'));
    world.pool = await starts(restored, {
      restore_command: `cp ${archive}/%f %p`,
      ...{ recovery_target_name: 'before the accident', recovery_target_action: 'promote' },
    });
    await promoted(world.pool);
    const { rows } = await world.pool.query<{ id: string; audit_seq: number }>(
      'select id, audit_seq from urgent_call order by id',
    );
    expect(rows).to.deep.equal([
      { id: before, audit_seq: 4 },
      { id: afterwards, audit_seq: 4 },
    ]);
    const report = await world.verify();
    expect(report.findings).to.deep.equal([]);
    expect(report).to.include({ isSound: true, unsealed: 0 });
    const third = await world.case(association, happenings.slice(0, 1)); // and the night goes on
    await world.seal(association);
    expect(await world.verify()).to.include({ isSound: true, rows: 3 });
    expect(third).to.not.be.oneOf([before, afterwards]);
  });

  /** What must not be copied: the running server's own marks, and the log, which comes out of the archive. */
  const notCopied = (file: string): boolean => /(^|\/)(postmaster\.(pid|opts)|pg_wal\/.+)$/.test(file);

  async function baseBackup(db: pg.Pool, cluster: Cluster): Promise<string> {
    const target = path.join(folder, 'base');
    const session = await db.connect(); // the backup ends with the session that began it
    try {
      await session.query(`select pg_backup_start('kamome', true)`);
      await cp(cluster.folder, target, {
        recursive: true,
        filter: (file) => !notCopied(path.relative(cluster.folder, file)),
      });
      const stopped = await session.query<{ labelfile: string }>('select labelfile from pg_backup_stop(true)');
      await writeFile(path.join(target, 'backup_label'), stopped.rows[0]!.labelfile);
    } finally {
      session.release();
    }
    await chmod(target, 0o700);
    for (const file of ['.', ...(await readdir(target, { recursive: true }))])
      await giveTo(cluster.account, path.join(target, file));
    return target;
  }
});

/** Everything so far has reached the archive. */
async function archived(db: pg.Pool): Promise<void> {
  const last = await db.query<{ name: string }>('select pg_walfile_name(pg_switch_wal()) as name');
  await until(db, `select last_archived_wal >= $1 as done from pg_stat_archiver`, [last.rows[0]!.name]);
}

const promoted = (db: pg.Pool): Promise<void> => until(db, 'select not pg_is_in_recovery() as done');

async function until(db: pg.Pool, question: string, values: unknown[] = []): Promise<void> {
  for (;;) {
    const { rows } = await db.query<{ done: boolean }>(question, values);
    if (rows[0]?.done) return;
    await db.query('select pg_sleep(0.05)');
  }
}
