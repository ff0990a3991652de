import { existsSync, statSync } from 'node:fs';
import { cp, mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { inspect } from 'node:util';
import { expect } from 'chai';
import { configurationNames } from '../../src/config/settings.ts';
import {
  type Config,
  ConfigError,
  type Fault,
  loadConfig,
  loadHubSecrets,
  withDatabase,
  withPorts,
} from '../../src/config.ts';
import { planShape } from '../../src/escalations/plan.ts';

const pepper = Buffer.alloc(32, 7).toString('base64');
const caseKey = Buffer.alloc(32, 8).toString('base64');
const sid = `AC${'a'.repeat(32)}`;
const token = 'b'.repeat(32);
const account = { TWILIO_ACCOUNT_SID: sid, TWILIO_AUTH_TOKEN: token, PUBLIC_BASE_URL: 'https://calls.example.jp' };

describe('the configuration', () => {
  let data: string;

  beforeEach(async () => {
    data = await mkdtemp(path.join(tmpdir(), 'kamome-config-'));
  });
  afterEach(() => rm(data, { recursive: true }));

  const load = (env: Record<string, string> = {}): Config => loadConfig({ KAMOME_DATA: data, ...env });
  const faultsOf = (env: Record<string, string>): readonly Fault[] => {
    try {
      load(env);
    } catch (error) {
      expect(error).to.be.instanceOf(ConfigError);
      return (error as ConfigError).faults;
    }
    return [];
  };
  const names = (env: Record<string, string>): string[] => faultsOf(env).map((fault) => fault.name);

  it('needs nothing at all for a trial', () => {
    const config = load();
    expect(config).to.include({
      simulated: true,
      publicBaseUrl: 'http://127.0.0.1:8080',
      databaseUrl: null,
      redisUrl: null,
    });
    expect(config.http.port).to.equal(8080);
    expect(config.exchangePort).to.equal(8081);
    expect(config.twilio.apiBase).to.equal('http://127.0.0.1:8081');
    expect(config.twilio.accountSid).to.match(/^AC[0-9a-f]{32}$/);
    expect(config.twilio.callsPerSecond).to.equal(50);
    expect(config.card.costLog2).to.equal(13);
  });

  it('brings a plan that the escalations accept', () => {
    expect(planShape.safeParse(load().plan).error).to.equal(undefined);
  });

  it('makes the secrets of a trial once, keeps them for their owner only, and warns aloud', async () => {
    const first = load();
    const second = load();
    expect(second.card.pepper.equals(first.card.pepper)).to.equal(true);
    expect(second.vault.caseKey.equals(first.vault.caseKey)).to.equal(true);
    expect(second.twilio.authTokens).to.deep.equal(first.twilio.authTokens);
    for (const file of ['card-pepper', 'case-key', 'exchange-account']) {
      expect(statSync(path.join(data, file)).mode & 0o777, file).to.equal(0o600);
    }
    expect(first.warnings.map((warning) => warning.name)).to.deep.equal(['CARD_PEPPER', 'CASE_KEY', 'HUB_CERT']);
  });

  it('refuses to make a new pepper beside a database that needs the lost one', async () => {
    await mkdir(path.join(data, 'postgres'));
    expect(names({})).to.deep.equal(['CARD_PEPPER']);
    expect(existsSync(path.join(data, 'card-pepper'))).to.equal(false);
  });

  it('takes production from the environment and makes no secret of its own', async () => {
    const env = {
      ...account,
      DATABASE_URL: 'postgresql://u:p@db/kamome',
      REDIS_URL: 'redis://cache',
      CARD_PEPPER: pepper,
      CASE_KEY: caseKey,
      HUB_CERT: '/etc/kamome/hub-cert.pem',
      ...{ FAX_PROVIDER: 'interfax', INTERFAX_USERNAME: 'kamome', INTERFAX_PASSWORD: 'password' },
    };
    const config = load({ ...env, TWILIO_AUTH_TOKEN_NEXT: 'c'.repeat(32), KAMOME_ENV: 'production' });
    expect(config).to.deep.include({
      simulated: false,
      databaseUrl: env.DATABASE_URL,
      redisUrl: 'redis://cache',
      warnings: [],
    });
    expect(config.twilio).to.deep.include({ authTokens: [token, 'c'.repeat(32)], apiBase: null, callsPerSecond: 1 });
    expect(config.http.host).to.equal('0.0.0.0');
    expect(config.card.pepper.length).to.equal(32);
    expect(config.vault.caseKey.toString('base64')).to.equal(caseKey);
    expect(config.vault.hubCertificate).to.equal('/etc/kamome/hub-cert.pem');
    expect(existsSync(path.join(data, 'card-pepper'))).to.equal(false);
    expect(existsSync(path.join(data, 'case-key'))).to.equal(false);
    expect(existsSync(path.join(data, 'exchange-account'))).to.equal(false);
  });

  it('gives a worker a door only where it is told to', () => {
    expect(load().workerPort).to.equal(null);
    expect(load({ WORKER_PORT: '0' }).workerPort).to.equal(0);
    expect(load({ WORKER_PORT: '9090' }).workerPort).to.equal(9090);
    expect(names({ WORKER_PORT: 'x' })).to.deep.equal(['WORKER_PORT']);
  });

  it('stands in the README, every name of it', async () => {
    const readme = await readFile(path.resolve(import.meta.dirname, '../../README.md'), 'utf8');
    for (const name of configurationNames)
      expect(readme, name).to.match(new RegExp(`^\\|[^|]*\\b${name}\\b[^|]*\\|`, 'm'));
  });

  it('treats an empty value as one that was left out', () => {
    expect(load({ DATABASE_URL: '', PORT: ' ' }).http.port).to.equal(8080);
  });

  const cases: { says: string; env: Record<string, string>; faults: string[] }[] = [
    { says: 'a port out of range', env: { PORT: '70000' }, faults: ['PORT'] },
    { says: 'a port that is no number', env: { EXCHANGE_PORT: 'x' }, faults: ['EXCHANGE_PORT'] },
    { says: 'one port for both', env: { PORT: '9000', EXCHANGE_PORT: '9000' }, faults: ['EXCHANGE_PORT'] },
    {
      says: 'a database of another make',
      env: { DATABASE_URL: 'mysql://x/y', CARD_PEPPER: pepper },
      faults: ['DATABASE_URL'],
    },
    {
      says: 'real calls on a database without the secrets of the record',
      env: { ...account, DATABASE_URL: 'postgres://x/y' },
      faults: ['CARD_PEPPER', 'CASE_KEY', 'HUB_CERT'],
    },
    {
      says: 'a case key of another length',
      env: { CASE_KEY: Buffer.alloc(33).toString('base64') },
      faults: ['CASE_KEY'],
    },
    {
      says: 'a search key that the gateway would hold as well',
      env: { CASE_KEY: caseKey, SEARCH_KEY: caseKey },
      faults: ['SEARCH_KEY'],
    },
    { says: 'a short pepper', env: { CARD_PEPPER: 'c2hvcnQ=' }, faults: ['CARD_PEPPER'] },
    {
      says: 'an account without token and address',
      env: { TWILIO_ACCOUNT_SID: sid },
      faults: ['TWILIO_AUTH_TOKEN', 'PUBLIC_BASE_URL'],
    },
    { says: 'a token without account', env: { TWILIO_AUTH_TOKEN: token }, faults: ['TWILIO_ACCOUNT_SID'] },
    {
      says: 'a next token that is the present one',
      env: { ...account, TWILIO_AUTH_TOKEN_NEXT: token },
      faults: ['TWILIO_AUTH_TOKEN_NEXT'],
    },
    {
      says: 'card numbers over open http',
      env: { ...account, PUBLIC_BASE_URL: 'http://a.jp' },
      faults: ['PUBLIC_BASE_URL'],
    },
    {
      says: 'a query in the public address',
      env: { PUBLIC_BASE_URL: 'https://a.jp/?x=1' },
      faults: ['PUBLIC_BASE_URL'],
    },
    {
      says: 'a cheap derivation for real cards',
      env: { ...account, CARD_COST_LOG2: '10' },
      faults: ['CARD_COST_LOG2'],
    },
    {
      says: 'a fallback that falls with us',
      env: { ...account, TWILIO_FALLBACK_URL: 'https://calls.example.jp/x' },
      faults: ['TWILIO_FALLBACK_URL'],
    },
    { says: 'a level that does not exist', env: { LOG_LEVEL: 'loud' }, faults: ['LOG_LEVEL'] },
    { says: 'an environment that does not exist', env: { KAMOME_ENV: 'moon' }, faults: ['config/moon.json'] },
  ];
  for (const { says, env, faults } of cases) it(`refuses ${says}`, () => expect(names(env)).to.deep.equal(faults));

  it('tells all faults at once, each with a cure, and prints no secret', () => {
    const secret = 'my secret token';
    const env = {
      PORT: '-1',
      DATABASE_URL: `mysql://root:${secret}@x`,
      CARD_PEPPER: secret,
      TWILIO_AUTH_TOKEN: secret,
      LOG_LEVEL: 'loud',
    };
    const faults = faultsOf(env);
    expect(faults.map((fault) => fault.name).sort()).to.deep.equal(
      ['CARD_PEPPER', 'DATABASE_URL', 'LOG_LEVEL', 'PORT', 'TWILIO_ACCOUNT_SID', 'TWILIO_AUTH_TOKEN'].sort(),
    );
    for (const fault of faults) expect(fault.cure, fault.name).not.to.equal('');
    expect(new ConfigError(faults).message).not.to.include(secret);
  });

  it('cannot be changed, and does not show its secrets when it is printed', () => {
    const config = load({
      ...account,
      ...{ DATABASE_URL: 'postgres://u:pw-secret@x/y', CARD_PEPPER: pepper, CASE_KEY: caseKey, HUB_CERT: '/c.pem' },
    });
    expect(() => {
      (config.http as { port: number }).port = 1;
    }).to.throw(TypeError);
    const started = withDatabase(withPorts(config, { http: 5555 }), 'postgres://u:pw-secret@x/z');
    for (const shown of [config, started].flatMap((one) => [inspect(one, { depth: 9 }), JSON.stringify(one)])) {
      expect(shown).not.to.include('pw-secret');
      expect(shown).not.to.include(token);
      expect(shown).not.to.include(pepper);
      expect(shown).not.to.include(caseKey);
      expect(shown).not.to.match(/0[78], ?0[78]|7,7,7|8,8,8/);
    }
  });

  it('gives the secrets of the hub only where they are asked for', () => {
    const searchKey = Buffer.alloc(32, 9).toString('base64');
    const env = { HUB_CERT: '/c.pem', HUB_KEY_FILE: '/new.p12, /old.p12', HUB_KEY_PASSPHRASE_FILE: '/p' };
    const secrets = loadHubSecrets({ KAMOME_DATA: data, ...env, SEARCH_KEY: searchKey });
    expect(secrets).to.deep.include({ keyFiles: ['/new.p12', '/old.p12'], passphraseFile: '/p' });
    expect(secrets.searchKey.toString('base64')).to.equal(searchKey);
    expect(inspect(secrets)).to.include('(hidden)').and.not.match(/09 09/);
    const config = inspect(load({ ...env, SEARCH_KEY: searchKey }), { depth: 9 });
    expect(config, 'the gateway reads neither').to.not.match(/p12|09 09/);
    const missing = (given: Record<string, string>) => {
      try {
        loadHubSecrets({ KAMOME_DATA: data, ...given });
      } catch (error) {
        return (error as ConfigError).faults.map((fault) => fault.name);
      }
      return [];
    };
    expect(missing({ HUB_CERT: '/c.pem' })).to.deep.equal(['HUB_KEY_FILE']);
    expect(missing(env)).to.deep.equal(['SEARCH_KEY']);
    expect(missing({})).to.deep.equal([]);
    expect(statSync(path.join(data, 'search-key')).mode & 0o777).to.equal(0o600);
  });

  it('learns the ports and the database of what was started', () => {
    const ports = withPorts(load({ PORT: '0', EXCHANGE_PORT: '0' }), { http: 4001, exchange: 4002 });
    const config = withDatabase(ports, 'postgresql://e/k');
    expect(config.publicBaseUrl).to.equal('http://127.0.0.1:4001');
    expect(config.twilio.apiBase).to.equal('http://127.0.0.1:4002');
    expect(config.databaseUrl).to.equal('postgresql://e/k');
    expect(withPorts(load({ PUBLIC_BASE_URL: 'https://a.jp' }), { http: 4001 }).publicBaseUrl).to.equal('https://a.jp');
  });

  it('names the key of a file that does not fit', async () => {
    const folder = path.join(data, 'config');
    await cp(path.resolve(import.meta.dirname, '../../config'), folder, { recursive: true });
    const file = path.join(folder, 'default.json');
    const json = JSON.parse(await readFile(file, 'utf8'));
    await writeFile(file, JSON.stringify({ ...json, queue: { ...json.queue, sweepSeconds: 'soon' }, colour: 'blue' }));
    try {
      loadConfig({ KAMOME_DATA: data }, { folder });
      expect.fail('it was accepted');
    } catch (error) {
      const faults = (error as ConfigError).faults.map((fault) => fault.name);
      expect(faults).to.include('config/default.json queue sweepSeconds');
      expect(faults).to.have.length(2);
    }
  });
});
