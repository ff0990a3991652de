import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { expect } from 'chai';
import pg from 'pg';
import { hydrateSymlinks } from '../../src/embedded/binaries.ts';
import { lockFolder } from '../../src/embedded/lock.ts';
import { startEmbeddedPostgres } from '../../src/embedded/postgres.ts';
import { keepSecret } from '../../src/embedded/secrets.ts';
import { createLog, OperatorError } from '../../src/log.ts';

const root = path.resolve(import.meta.dirname, '../..');
const log = createLog('silent');

const holder = path.resolve(import.meta.dirname, '../support/hold-database.ts');

describe('the embedded PostgreSQL', function () {
  this.timeout(60_000);
  let folder: string;
  let data: string;

  beforeEach(async () => {
    folder = await mkdtemp(path.join(tmpdir(), 'kamome-embedded-'));
    data = path.join(folder, 'data');
  });
  afterEach(() => rm(folder, { recursive: true, force: true }));

  const start = () => startEmbeddedPostgres({ dataFolder: data, log });
  const ask = async (url: string, sql: string): Promise<Record<string, unknown>[]> => {
    const client = new pg.Client(url);
    await client.connect();
    return (await client.query(sql).finally(() => client.end())).rows;
  };

  it('starts from nothing, keeps what was written, and starts again quickly', async () => {
    const first = await start();
    await ask(first.url, "create table kept (name text); insert into kept values ('鴎')");
    await first.stop();
    const began = performance.now();
    const second = await start();
    expect(performance.now() - began).to.be.below(10_000);
    expect(await ask(second.url, 'select name from kept')).to.deep.equal([{ name: '鴎' }]);
    const [settings] = await ask(
      second.url,
      "select current_setting('server_encoding') as encoding, current_setting('timezone') as zone, current_setting('fsync') as fsync, current_setting('listen_addresses') as address",
    );
    expect(settings).to.deep.equal({ encoding: 'UTF8', zone: 'UTC', fsync: 'on', address: '127.0.0.1' });
    await second.stop();
    await second.stop();
  });

  it('opens to its password only, and the password to its owner only', async () => {
    const embedded = await start();
    try {
      const wrong = embedded.url.replace(/:[0-9a-f]{48}@/, ':wrong@');
      expect(wrong).not.to.equal(embedded.url);
      const failure = await ask(wrong, 'select 1').catch((error: Error) => error);
      expect(failure).to.be.instanceOf(Error).with.property('code', '28P01');
      expect((await stat(path.join(data, 'postgres-password'))).mode & 0o777).to.equal(0o600);
    } finally {
      await embedded.stop();
    }
  });

  it('does not write the values of a failed statement into its own log', async () => {
    const embedded = await start();
    await ask(embedded.url, 'create table name_of (name text primary key)');
    await ask(embedded.url, "insert into name_of values ('山田花子'), ('山田花子')").catch(() => undefined);
    await embedded.stop();
    const text = await readFile(path.join(data, 'postgres.log'), 'utf8');
    expect(text)
      .to.match(/duplicate key/)
      .and.not.match(/山田/);
  });

  it('is taken over by the next start after kill -9, and a second start beside a living one says so', async () => {
    const child = spawn(process.execPath, ['--import', 'tsx', holder], {
      cwd: root,
      env: { ...process.env, KAMOME_DATA: data },
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    const url = await firstLine(child);
    const refused = await start().catch((error: Error) => error);
    expect(refused).to.be.instanceOf(OperatorError).with.property('message').that.includes(`process ${child.pid}`);

    child.kill('SIGKILL');
    await once(child, 'exit');
    const next = await start();
    try {
      expect(new URL(next.url).port).to.equal(new URL(url).port); // the same server, it never stopped
      expect(await ask(next.url, 'select 1 as one')).to.deep.equal([{ one: 1 }]);
    } finally {
      await next.stop();
    }
  });

  it('begins again when the first start was cut off in the middle', async () => {
    await mkdir(path.join(data, 'postgres.new'), { recursive: true });
    await writeFile(path.join(data, 'postgres.new', 'half'), '');
    const embedded = await start();
    expect(await ask(embedded.url, 'select 1 as one')).to.deep.equal([{ one: 1 }]);
    await embedded.stop();
  });

  it('says what is missing when the password of an old database is lost', async () => {
    await (await start()).stop();
    await rm(path.join(data, 'postgres-password'));
    const failure = await start().catch((error: Error) => error);
    expect(failure)
      .to.be.instanceOf(OperatorError)
      .with.property('message')
      .that.matches(/postgres-password is gone/);
  });
});

async function firstLine(child: ChildProcess): Promise<string> {
  const [chunk] = (await once(child.stdout!, 'data')) as [Buffer];
  return chunk.toString().trim();
}

describe('the folder of the embedded default', () => {
  let folder: string;
  beforeEach(async () => {
    folder = await mkdtemp(path.join(tmpdir(), 'kamome-folder-'));
  });
  afterEach(() => rm(folder, { recursive: true }));

  it('is held by one at a time', () => {
    const lock = lockFolder(folder);
    expect(() => lockFolder(folder)).to.throw(OperatorError, /already runs/);
    lock.release();
    lockFolder(folder).release();
  });

  for (const [holder, text] of [
    ['a process that is gone', '{"pid":4194304,"started":null}'],
    ['another process that has its number now', `{"pid":${process.pid},"started":"another boot 1"}`],
    ['a file that was cut off', '{"pi'],
  ] as const) {
    it(`is taken from ${holder}`, async () => {
      await writeFile(path.join(folder, 'kamome.pid'), text);
      lockFolder(folder).release();
    });
  }

  it('keeps one secret, whoever asks first', () => {
    let made = 0;
    const make = (): string => `secret-${++made}`;
    expect([keepSecret(folder, 'x', make), keepSecret(folder, 'x', make)]).to.deep.equal(['secret-1', 'secret-1']);
  });

  it("completes the package's links where npm did not run its script", async () => {
    const native = path.join(folder, 'native');
    await mkdir(path.join(native, 'lib'), { recursive: true });
    await writeFile(path.join(native, 'lib', 'libpq.so.5.18'), 'library');
    const link = { source: 'native/lib/libpq.so.5.18', target: 'native/lib/libpq.so.5' };
    await writeFile(path.join(native, 'pg-symlinks.json'), JSON.stringify([link]));
    await hydrateSymlinks(native);
    await hydrateSymlinks(native);
    expect(await readFile(path.join(native, 'lib', 'libpq.so.5'), 'utf8')).to.equal('library');
  });
});
