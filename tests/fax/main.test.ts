import { execFile } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { expect } from 'chai';
import { freshDatabase, type TestDatabase } from '../support/postgres.ts';
import { playedLine } from './line.ts';
import { type FaxWorld, faxWorld } from './support.ts';

const root = path.resolve(import.meta.dirname, '../..');

describe('npm run fax', function () {
  this.timeout(120_000);
  let database: TestDatabase;
  let world: FaxWorld;
  let folder: string;
  before(async () => {
    database = await freshDatabase();
    world = await faxWorld(database.pool, playedLine());
    folder = await mkdtemp(path.join(tmpdir(), 'kamome-fax-'));
  });
  after(async () => {
    await database?.drop();
    await rm(folder, { recursive: true, force: true });
  });

  const run = (...args: string[]): Promise<{ code: number; out: string; err: string }> =>
    new Promise((resolve) => {
      const env = { PATH: process.env.PATH ?? '', DATABASE_URL: database.url, KAMOME_DATA: folder };
      const command = ['--import', 'tsx', 'src/fax/main.ts', ...args];
      const child = execFile(process.execPath, command, { cwd: root, env }, (_, out, err) =>
        resolve({ code: child.exitCode ?? -1, out, err }),
      );
    });
  const rows = async (sql: string) => (await database.pool.query(sql)).rows;

  it('registers a number, sends its test page, and lists both', async () => {
    expect((await run('list')).out).to.match(/no number has been registered yet/);
    const registered = await run('register', 'doctor', '100008', '2', '045-000-0202', '--form', 'sealed');
    expect([registered.code, registered.err]).to.deep.equal([0, '']);
    const tested = await run('test', 'doctor', '100008', '2');
    expect(tested.out).to.match(/queued, good for three days: fx_/);
    const [page] = await rows(`select purpose, pages, status, document is not null as has_page from fax`);
    expect(page).to.include({ purpose: 'test', pages: 1, status: 'queued', has_page: true });
    const { out } = await run('list');
    expect(out).to.match(/doctor +100008 佐藤 +2 +045-000-0202 +sealed +確認中 testing/);
  });

  it('freezes a number at one complaint, cancels what is queued for it, and prints when the reports are due', async () => {
    const frozen = await run('freeze', '045-000-0202');
    expect(frozen.code).to.equal(0);
    expect(frozen.out).to.match(/destinations 1, .* 1\n/);
    expect(frozen.out).to.match(
      /incident in_\w+: 速報 preliminary report by \d{4}-\d\d-\d\d \d\d:\d\d, 確報 final report by/,
    );
    expect(await rows('select status from fax')).to.deep.equal([{ status: 'cancelled' }]);
    expect((await run('test', 'doctor', '100008', '2')).err).to.match(/this number is frozen/);
    expect((await run('freeze', '045-000-0202')).out).to.match(/no second incident is opened/);
    expect(await rows('select 1 from incident')).to.have.length(1);
  });

  it('thaws it: the test begins anew', async () => {
    expect((await run('thaw', '045-000-0202')).out).to.match(/nothing goes there before a new test/);
    expect((await run('list')).out).to.match(/045-000-0202 .*registered/);
    expect((await run('thaw', '045-000-0202')).code).to.equal(1);
  });

  it('makes a number the association’s own', async () => {
    await run('own', '050-0000-0110');
    const found = await rows(`select association_id from inbound_fax_number where e164 = '+815000000110'`);
    expect(found).to.deep.equal([{ association_id: world.associationId }]);
  });

  it('refuses what it does not understand, with words and code 1, and changes nothing', async () => {
    const before = await rows('select count(*) from fax_destination');
    for (const [args, why] of [
      [[], /usage: npm run fax/],
      [['forget', 'all'], /usage: npm run fax/],
      [['register', 'doctor', '999999', '1', '045-000-0203'], /nobody of this kind/],
      [['register', 'doctor', '100008', '1', '119'], /no fax number/],
      [['register', 'doctor', '100008', '7', '045-000-0203'], /usage/],
      [['test', 'doctor', '100008', '3'], /no number at this place/],
    ] as const) {
      const { code, err } = await run(...args);
      expect(code, args.join(' ')).to.equal(1);
      expect(err).to.match(why);
    }
    expect(await rows('select count(*) from fax_destination')).to.deep.equal(before);
  });
});
