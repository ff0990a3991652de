import { randomBytes } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { expect } from 'chai';
import { ConfigError, loadConfig, loadConsoleConfig, withPorts } from '../../src/config.ts';

describe('the configuration of the console', () => {
  let data: string;
  const key = (): string => randomBytes(32).toString('base64');
  const apart = () => ({
    DATABASE_URL: 'postgresql://kamome:secret@db:5432/kamome',
    HUB_CERT: '/etc/kamome/hub-cert.pem',
    HUB_KEY_FILE: '/etc/kamome/hub-key.p12',
    HUB_KEY_PASSPHRASE_FILE: '/etc/kamome/passphrase',
    SEARCH_KEY: key(),
    KAMOME_DATA: data,
  });
  const faultsOf = (load: () => unknown): string[] => {
    try {
      load();
    } catch (error) {
      if (error instanceof ConfigError) return error.faults.map(({ name }) => name);
      throw error;
    }
    return [];
  };
  before(async () => {
    data = await mkdtemp(path.join(tmpdir(), 'kamome-console-config-'));
  });
  after(() => rm(data, { recursive: true }));

  it('stands on localhost, where passkeys work without https', () => {
    const config = loadConfig({ KAMOME_DATA: data });
    expect(config.console).to.deep.equal({ port: 8083, baseUrl: 'http://localhost:8083', proxies: 0, oidc: null });
    const free = withPorts(loadConfig({ KAMOME_DATA: data, CONSOLE_PORT: '0' }), { console: 40123 });
    expect(free.console).to.include({ port: 40123, baseUrl: 'http://localhost:40123' });
  });

  it('must be https elsewhere, without a path, on a port of its own', () => {
    const load = (env: Record<string, string>) => faultsOf(() => loadConfig({ KAMOME_DATA: data, ...env }));
    expect(load({ CONSOLE_BASE_URL: 'http://desk.example.jp' })).to.deep.equal(['CONSOLE_BASE_URL']);
    expect(load({ CONSOLE_BASE_URL: 'https://desk.example.jp/kamome' })).to.deep.equal(['CONSOLE_BASE_URL']);
    expect(load({ CONSOLE_BASE_URL: 'https://desk.example.jp' })).to.deep.equal([]);
    expect(load({ CONSOLE_PORT: '8082' })).to.deep.equal(['CONSOLE_PORT']);
  });

  it('holds the hub’s keys and shows none of them', () => {
    const config = loadConsoleConfig(apart());
    expect(config.hub.searchKey.length).to.equal(32);
    expect(JSON.stringify(config)).to.not.include('secret').and.not.include('hub-key');
  });

  it('takes another system to sign in with, whole and over https', () => {
    const oidc = { OIDC_ISSUER: 'https://id.example.jp', OIDC_CLIENT_ID: 'kamome', OIDC_CLIENT_SECRET: 's'.repeat(24) };
    expect(loadConsoleConfig({ ...apart(), ...oidc }).console.oidc).to.include({ clientId: 'kamome' });
    expect(JSON.stringify(loadConsoleConfig({ ...apart(), ...oidc }))).to.not.include('sss');
    const { OIDC_CLIENT_SECRET: _, ...half } = oidc;
    expect(faultsOf(() => loadConsoleConfig({ ...apart(), ...half }))).to.deep.equal(['OIDC_CLIENT_SECRET']);
    const bare = { ...oidc, OIDC_ISSUER: 'http://id.example.jp' };
    expect(faultsOf(() => loadConsoleConfig({ ...apart(), ...bare }))).to.deep.equal(['OIDC_ISSUER']);
  });

  it('apart needs a port of its own', () => {
    expect(faultsOf(() => loadConsoleConfig({ ...apart(), CONSOLE_PORT: '0' }))).to.deep.equal(['CONSOLE_PORT']);
  });

  it('refuses the secrets of the night, and a start without a database', () => {
    expect(faultsOf(() => loadConsoleConfig({ ...apart(), CARD_PEPPER: key() }))).to.deep.equal(['CARD_PEPPER']);
    expect(faultsOf(() => loadConsoleConfig({ ...apart(), CASE_KEY: key() }))).to.include('CASE_KEY');
    const { DATABASE_URL: _, ...without } = apart();
    expect(faultsOf(() => loadConsoleConfig(without))).to.deep.equal(['DATABASE_URL']);
  });
});
