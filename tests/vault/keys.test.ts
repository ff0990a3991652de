import { spawnSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { existsSync, readdirSync, statSync } from 'node:fs';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { expect } from 'chai';
import type pg from 'pg';
import { loadConfig, loadHubSecrets } from '../../src/config.ts';
import { systemClock } from '../../src/lib/clock.ts';
import { randomIds } from '../../src/lib/ids.ts';
import { loadHubCertificate, openWithHub, sealToHub } from '../../src/vault/hub.ts';
import { openHubCertificate, openHubVault, openNightVault, writeNewHub } from '../../src/vault/keys.ts';
import { hubOne, hubTwo } from './hubs.ts';

const cards = { derive: async () => ({ index: Buffer.alloc(32), key: Buffer.alloc(32) }) };
/** Nothing here asks the database. */
const parts = { db: {} as pg.Pool, clock: systemClock, ids: randomIds, random: randomBytes };

describe('the keys of a process', function () {
  this.timeout(60_000); // key pairs are made
  let data: string;
  beforeEach(async () => {
    data = await mkdtemp(path.join(tmpdir(), 'kamome-keys-'));
  });
  afterEach(() => rm(data, { recursive: true }));
  const env = (more: Record<string, string> = {}) => ({ KAMOME_DATA: data, ...more });
  const night = (more: Record<string, string> = {}) => openNightVault(loadConfig(env(more)), { ...parts, cards });
  const console = (more: Record<string, string> = {}) =>
    openHubVault(loadConfig(env(more)), loadHubSecrets(env(more)), parts);

  it('are made once in the embedded default, for their owner only, and the console opens what the gateway seals', () => {
    const { hub } = night();
    expect(night().hub.id).to.equal(hub.id);
    const keyFile = `hub-key-${hub.id}.p12`;
    for (const file of ['hub-cert.pem', keyFile, 'hub-key-passphrase', 'case-key'])
      expect(statSync(path.join(data, file)).mode & 0o777, file).to.equal(0o600);
    const blob = sealToHub(Buffer.from('by night'), hub);
    expect(openWithHub(blob, console().hubKeys).toString()).to.equal('by night');
  });

  it('hand the gateway no key of the hub, and need none', async () => {
    const file = path.join(data, 'only.pem');
    await writeFile(file, hubOne.certificate.pem);
    const vault = night({ HUB_CERT: file });
    expect(vault.hub.id).to.equal(hubOne.certificate.id);
    expect(vault).to.not.have.any.keys('hubKeys', 'searchKey');
    expect(readdirSync(data).filter((name) => /hub-key|search/.test(name))).to.deep.equal([]);
    expect(() => console({ HUB_CERT: file })).to.throw(/HUB_KEY_FILE/);
  });

  it('take a certificate as text as well', () => {
    expect(night({ HUB_CERT: hubOne.certificate.pem }).hub.id).to.equal(hubOne.certificate.id);
  });

  it('are two for the console while the hub key is being replaced', async () => {
    const at = (name: string): string => path.join(data, name);
    await writeFile(at('1.p12'), hubOne.p12);
    await writeFile(at('2.p12'), hubTwo.p12);
    await writeFile(at('words'), `${hubTwo.passphrase}\n${hubOne.passphrase}\n`);
    const given = { HUB_CERT: hubTwo.certificate.pem, SEARCH_KEY: randomBytes(32).toString('base64') };
    const both = { ...given, HUB_KEY_FILE: `${at('2.p12')},${at('1.p12')}`, HUB_KEY_PASSPHRASE_FILE: at('words') };
    const vault = console(both);
    for (const { certificate } of [hubOne, hubTwo])
      expect(openWithHub(sealToHub(Buffer.from('x'), certificate), vault.hubKeys).toString()).to.equal('x');
    expect(() => console({ ...both, HUB_CERT: hubOne.certificate.pem })).to.not.throw();
    await writeFile(at('words'), `${hubTwo.passphrase}\n`);
    expect(() => console(both)).to.throw(/needs 2 lines/);
    const wrong = { ...both, HUB_CERT: hubOne.certificate.pem, HUB_KEY_FILE: at('2.p12') };
    expect(() => console(wrong)).to.throw(/no key for HUB_CERT/);
    expect(() => console({ ...both, HUB_KEY_FILE: at('3.p12') })).to.throw(/3\.p12 cannot be read/);
  });

  it('agree when two processes start for the first time at once', () => {
    const config = loadConfig(env());
    // The second comes while the first is at work: its certificate is there before the first one's is kept.
    let second = '';
    const random = (size: number): Buffer => {
      if (!second && existsSync(path.join(data, 'hub-key-passphrase'))) {
        second = 'busy';
        second = openHubCertificate(config, parts).id;
      }
      return randomBytes(size);
    };
    const first = openHubCertificate(config, { clock: systemClock, random });
    expect(first.id).to.equal(second).and.not.equal('');
    const keys = readdirSync(data).filter((name) => name.endsWith('.p12'));
    expect(keys, 'no key without its certificate is left').to.deep.equal([`hub-key-${first.id}.p12`]);
  });

  it('of a new hub overwrite nothing, and other programs read them', async function () {
    const folder = path.join(data, 'hub');
    const made = writeNewHub(folder, { name: '西区医師会', at: new Date('2026-06-01'), years: 3 }, randomBytes);
    expect(made.notAfter.toISOString()).to.equal('2029-06-01T00:00:00.000Z');
    expect(() => writeNewHub(folder, { name: 'x', at: new Date(), years: 3 }, randomBytes)).to.throw(/not overwritten/);
    expect(loadHubCertificate(await readFile(path.join(folder, 'hub-cert.pem'), 'utf8')).id).to.equal(made.id);
    if (spawnSync('openssl', ['version']).error) this.skip(); // the way in without Kamome, where OpenSSL is at hand
    const openssl = (...args: string[]): Buffer => {
      const { status, stdout, stderr } = spawnSync('openssl', args, { cwd: folder });
      expect(status, stderr.toString()).to.equal(0);
      return stdout;
    };
    await writeFile(path.join(folder, 'blob'), sealToHub(Buffer.from('a data key'), made));
    openssl('pkcs12', '-in', 'hub-key.p12', '-passin', 'file:hub-key-passphrase', '-nodes', '-out', 'key.pem');
    const opened = openssl(
      ...'cms -decrypt -binary -inform DER -in blob -inkey key.pem -recip hub-cert.pem'.split(' '),
    );
    expect(opened.subarray(32).toString(), 'behind its SHA-256').to.equal('a data key');
  });
});
