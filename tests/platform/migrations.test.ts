import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { expect } from 'chai';
import { MigrationError, migrate } from '../../migrations/run.ts';
import { openPool } from '../../src/db.ts';
import { systemClock } from '../../src/lib/clock.ts';
import { freshDatabase, type TestDatabase } from '../support/postgres.ts';

describe('migrations', () => {
  let database: TestDatabase;
  let folder: string;

  beforeEach(async function () {
    this.timeout(30_000);
    database = await freshDatabase({ migrated: false });
    folder = await mkdtemp(path.join(tmpdir(), 'kamome-migrations-'));
  });
  afterEach(async () => {
    await database.drop();
    await rm(folder, { recursive: true });
  });

  const file = (name: string, sql: string): Promise<void> => writeFile(path.join(folder, name), sql);
  const run = () => migrate(database.pool, systemClock, folder);
  const failure = async (): Promise<Error> => {
    const outcome = await run().catch((error: Error) => error);
    expect(outcome).to.be.instanceOf(MigrationError);
    return outcome as Error;
  };
  const tables = async (): Promise<string[]> => {
    const { rows } = await database.pool.query(
      "select table_name from information_schema.tables where table_schema = 'public' order by 1",
    );
    return rows.map((row) => row.table_name);
  };

  it('are applied in order, once', async () => {
    await file('0001-first.sql', 'create table first (id text primary key);');
    await file('0002-second.sql', 'create table second (id text references first (id));');
    expect(await run()).to.deep.equal({ applied: ['0001-first.sql', '0002-second.sql'], newer: [] });
    expect(await run()).to.deep.equal({ applied: [], newer: [] });
    expect(await tables()).to.deep.equal(['first', 'migration', 'second']);
  });

  it('are applied once when ten processes start together', async () => {
    await file('0001-first.sql', 'create table first (id text primary key); select pg_sleep(0.05);');
    const pools = Array.from({ length: 10 }, () => openPool(database.url, { max: 1, applicationName: 'kamome-test' }));
    const results = await Promise.all(pools.map((pool) => migrate(pool, systemClock, folder)));
    await Promise.all(pools.map((pool) => pool.end()));
    expect(results.flatMap((result) => result.applied)).to.deep.equal(['0001-first.sql']);
  });

  it('leave nothing of a file that fails, name the line, and go on when it is mended', async () => {
    await file('0001-first.sql', 'create table first (id text primary key);');
    await file('0002-second.sql', 'create table second (id text);\n\ncreate tabel third ();');
    expect((await failure()).message).to.match(/^0002-second\.sql:3: /);
    expect(await tables()).to.deep.equal(['first', 'migration']);
    await file('0002-second.sql', 'create table second (id text);');
    expect((await run()).applied).to.deep.equal(['0002-second.sql']);
  });

  it('refuse a file that was changed after it was applied', async () => {
    await file('0001-first.sql', 'create table first (id text primary key);');
    await run();
    await file('0001-first.sql', 'create table first (id bigint primary key);');
    expect((await failure()).message).to.match(/0001-first\.sql was changed after it was applied/);
  });

  it('do not take other line ends for a change', async () => {
    await file('0001-first.sql', 'create table first (\n id text primary key);\n');
    await run();
    await file('0001-first.sql', 'create table first (\r\n id text primary key);\r\n');
    expect((await run()).applied).to.deep.equal([]);
  });

  const faults: { fault: string; files: string[]; says: RegExp }[] = [
    { fault: 'a gap', files: ['0001-a.sql', '0003-c.sql'], says: /0003-c\.sql: there is a gap, 0002 is missing/ },
    {
      fault: 'a doubled number',
      files: ['0001-a.sql', '0001-b.sql'],
      says: /0001-b\.sql: the number 0001 is used twice/,
    },
    { fault: 'a start other than 0001', files: ['0002-b.sql'], says: /there is a gap, 0001 is missing/ },
    {
      fault: 'a name out of order',
      files: ['0001-a.sql', 'later.sql'],
      says: /later\.sql: a migration is called NNNN/,
    },
  ];
  for (const { fault, files, says } of faults) {
    it(`refuse ${fault} among the numbers`, async () => {
      for (const name of files) await file(name, 'select 1;');
      expect((await failure()).message).to.match(says);
    });
  }

  it('refuse a database whose migration has lost its file', async () => {
    await file('0001-first.sql', 'select 1;');
    await run();
    await rm(path.join(folder, '0001-first.sql'));
    await file('0001-renamed.sql', 'select 1;');
    expect((await failure()).message).to.match(/0001-first\.sql was applied to this database but its file is gone/);
  });

  it('let an older program start on a database that a newer one has migrated', async () => {
    await file('0001-first.sql', 'select 1;');
    await file('0002-second.sql', 'select 1;');
    await run();
    await rm(path.join(folder, '0002-second.sql'));
    expect(await run()).to.deep.equal({ applied: [], newer: ['0002-second.sql'] });
  });

  it('of this project apply to an empty database', async () => {
    const ours = (await readdir(path.resolve(import.meta.dirname, '../../migrations'))).filter((name) =>
      /\.sql$/.test(name),
    );
    expect((await migrate(database.pool, systemClock)).applied).to.deep.equal(ours.sort());
  });
});
