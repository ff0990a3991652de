import { randomBytes } from 'node:crypto';
import { expect } from 'chai';
import { migrate } from '../../migrations/run.ts';
import { openPool } from '../../src/db.ts';
import { freePort } from '../../src/embedded/cluster.ts';
import { systemClock } from '../../src/lib/clock.ts';
import { freshDatabase, type TestDatabase } from '../support/postgres.ts';
import { type DataFolder, dataFolder, endChildren, startChild } from '../support/processes.ts';

describe('npm run console', function () {
  this.timeout(180_000);
  let folder: DataFolder;
  let database: TestDatabase;
  before(async () => {
    folder = await dataFolder();
    database = await freshDatabase();
    const db = openPool(database.url, { max: 2, applicationName: 'kamome-test' });
    await migrate(db, systemClock);
    await db.query(
      `insert into association (id, code, name, spoken_name, caller_number, created_at)
      values ('as_00000000000000000000000001', 'A', '見本市医師会', '見本市医師会', '+815000000100', now())`,
    );
    await db.end();
  });
  afterEach(endChildren);
  after(async () => {
    await database.drop();
    await folder.discard();
  });
  const start = (more: Record<string, string> = {}) =>
    startChild('src/console/main.ts', {
      DATABASE_URL: database.url,
      KAMOME_DATA: folder.path,
      ...more,
    });

  it('runs apart from the gateway, invites the first administrator, answers, and ends in order', async () => {
    const port = await freePort();
    const child = start({ CONSOLE_PORT: String(port) });
    const invitation = await child.line(/nobody can sign in for 見本市医師会 yet; .* (http:\S+)$/, 60);
    expect(invitation[1]).to.include(`http://localhost:${port}/invitation#`);
    await child.line(/console_ready/, 60);
    const ready = await fetch(`http://127.0.0.1:${port}/healthz`);
    expect(await ready.json()).to.deep.equal({ alive: true });
    expect((await fetch(`http://127.0.0.1:${port}/api/me`)).status).to.equal(401);
    child.signal('SIGTERM');
    expect((await child.ended(40)).code).to.equal(0);
  });

  it('refuses to start with a secret of the night in its environment', async () => {
    const child = start({ CARD_PEPPER: randomBytes(32).toString('base64') });
    expect((await child.ended(60)).code).to.equal(1);
    expect(child.output()).to.match(/CARD_PEPPER: is in the environment of the console, which must not hold it/);
  });
});
