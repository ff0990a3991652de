import { execFile } from 'node:child_process';
import { mkdtemp, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { expect } from 'chai';
import { sealAssociation } from '../../src/audit/actions.ts';
import { openSigner, openVerifier } from '../../src/audit/signer.ts';
import { freshDatabase, type TestDatabase } from '../support/postgres.ts';
import { happenings, LogWorld } from './log-builder.ts';

const program = path.resolve(import.meta.dirname, '../../src/audit/main.ts');

describe('npm run audit:verify', function () {
  this.timeout(30_000);
  let database: TestDatabase;
  let world: LogWorld;
  let folder: string;
  let association: string;
  let chain: string;

  before(async function () {
    this.timeout(60_000);
    database = await freshDatabase();
    folder = await mkdtemp(path.join(tmpdir(), 'kamome-audit-'));
    world = new LogWorld(database.pool);
    const signer = openSigner({ file: null, dataFolder: folder });
    association = await world.association();
    chain = await world.case(association, [happenings[0], happenings[1]]);
    await sealAssociation({ db: world.pool, signer, clock: world.clock }, association);
  });
  after(async () => {
    await database.drop();
    await rm(folder, { recursive: true, force: true });
  });

  function verify(args: string[] = [], env: Record<string, string> = {}) {
    const given = { PATH: process.env.PATH ?? '', DATABASE_URL: database.url, KAMOME_DATA: folder, ...env };
    return new Promise<{ code: number; lines: string[]; errors: string }>((resolve) => {
      const child = execFile(
        process.execPath,
        ['--import', 'tsx', program, ...args],
        { env: given },
        (_, out, errors) => resolve({ code: child.exitCode ?? -1, lines: out.trim().split('\n'), errors }),
      );
    });
  }

  it('prints the public key, the last seal and a summary, and ends with 0 when all is sound', async () => {
    const { code, lines } = await verify();
    expect(code).to.equal(0);
    expect(lines.join('\n')).to.include('BEGIN PUBLIC KEY').and.not.include('PRIVATE');
    expect(lines.join('\n')).to.match(new RegExp(`${association} .*: 3 [0-9a-f]{64} 2026-01-10T`));
    expect(lines.at(-1))
      .to.include('異常なし')
      .and.include('3 entries, 1 chains, 1 rows verified: sound (0 not sealed yet)');
  });

  it('verifies with the public key alone', async () => {
    const file = path.join(folder, 'public.pem');
    await writeFile(file, openVerifier({ file: null, dataFolder: folder }).publicKeys[0]!.pem);
    const { code, lines } = await verify(['--association', association], {
      AUDIT_KEY_FILE: file,
      KAMOME_DATA: '/nonexistent',
    });
    expect(code, lines.join('\n')).to.equal(0);
  });

  it('keeps the private key of the embedded default to its owner', async () => {
    expect((await stat(path.join(folder, 'audit-key.pem'))).mode & 0o777).to.equal(0o600);
  });

  it('ends with 1 and names what it found, in two languages or as JSON', async () => {
    await world.forge(`update audit_entry set actor = 'nobody' where chain_id = $1 and seq = 2`, [chain]);
    const { code, lines } = await verify();
    expect(code).to.equal(1);
    expect(lines.join('\n'))
      .to.include(`✗ 医師会 ${association} 記録列 ${chain} 2番`)
      .and.include(`chain ${chain}, entry 2:`);
    expect(lines.at(-1)).to.include('異常 1件').and.include('1 findings');
    const json = await verify(['--json']);
    const [finding, last] = json.lines.map((line) => JSON.parse(line));
    expect(finding).to.deep.include({ kind: 'edited', associationId: association, chainId: chain, seq: 2 });
    expect(last.summary).to.deep.include({ isSound: false, found: 1, entries: 3 });
    expect(json.code).to.equal(1);
    await world.forge(`update audit_entry set actor = 'caller' where chain_id = $1 and seq = 2`, [chain]);
  });

  it('holds the log against a printed seal', async () => {
    const good = (await verify()).lines.find((line) => line.includes('last seal'))?.match(/[0-9a-f]{64}/)?.[0];
    expect((await verify(['--witness', `${association}:3:${good}`])).code).to.equal(0);
    expect((await verify(['--witness', `${association}:3:${'0'.repeat(64)}`])).code).to.equal(1);
  });

  const faults: [string, string[], Record<string, string>, string][] = [
    ['an unknown option', ['--everything'], {}, '--witness'],
    ['an association that is not there', ['--association', 'none'], {}, 'no association none'],
    ['a seal written wrongly', ['--witness', '12'], {}, 'hexadecimal'],
    ['a key file that is not there', [], { AUDIT_KEY_FILE: '/nonexistent/key.pem' }, 'AUDIT_KEY_FILE'],
    ['a data folder without a key', [], { KAMOME_DATA: '/nonexistent' }, 'no audit key'],
    ['a database that does not answer', [], { DATABASE_URL: 'postgresql://127.0.0.1:9/none' }, 'could not be verified'],
  ];
  for (const [name, args, env, words] of faults)
    it(`ends with 2 and says what to do: ${name}`, async () => {
      const { code, errors } = await verify(args, env);
      expect(code).to.equal(2);
      expect(errors).to.include(words);
    });
});
