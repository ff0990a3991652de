import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { inspect } from 'node:util';
import { expect } from 'chai';
import { faxSettings } from '../../src/config/fax.ts';
import { configurationNames } from '../../src/config/settings.ts';
import { type ConfigError, loadConfig, withPorts } from '../../src/config.ts';

const key = Buffer.alloc(32, 3).toString('base64');

describe('the configuration of the fax', () => {
  let data: string;

  beforeEach(async () => {
    data = await mkdtemp(path.join(tmpdir(), 'kamome-fax-config-'));
  });
  afterEach(() => rm(data, { recursive: true }));

  const load = (env: Record<string, string> = {}) => loadConfig({ KAMOME_DATA: data, ...env });
  const faultsOf = (env: Record<string, string>): string[] => {
    try {
      load(env);
      return [];
    } catch (error) {
      return (error as ConfigError).faults.map((fault) => fault.name);
    }
  };

  it('is the simulated fax house when nothing is given, with an account that gateway and worker share', () => {
    const { fax } = load();
    expect(fax).to.include({ provider: 'interfax', simulated: true, faxhousePort: 8082 });
    expect(fax.interfax?.apiBase).to.equal('http://127.0.0.1:8082');
    expect(load().fax.interfax?.password).to.equal(fax.interfax?.password);
  });

  it('moves with the port that the fax house really took, and with no other', () => {
    const config = load({ FAXHOUSE_PORT: '0' });
    expect(withPorts(config, { faxhouse: 4321 }).fax.interfax?.apiBase).to.equal('http://127.0.0.1:4321');
    const fixed = load({ FAX_PROVIDER: 'interfax', INTERFAX_USERNAME: 'u', INTERFAX_PASSWORD: 'password' });
    expect(withPorts(fixed, { faxhouse: 4321 }).fax.interfax?.apiBase).to.equal('https://rest.interfax.net');
  });

  it('takes each provider with what it needs', () => {
    const interfax = load({ FAX_PROVIDER: 'interfax', INTERFAX_USERNAME: 'u', INTERFAX_PASSWORD: 'password' });
    expect(interfax.fax).to.include({ simulated: false, provider: 'interfax' });
    const telnyx = load({
      FAX_PROVIDER: 'telnyx',
      TELNYX_API_KEY: 'k'.repeat(16),
      TELNYX_PUBLIC_KEYS: `${key}, ${key}`,
    });
    expect(telnyx.fax.telnyx?.publicKeys).to.have.length(2);
    const hylafax = load({ FAX_PROVIDER: 'hylafax', HYLAFAX_SPOOL: '/var/spool/hylafax' });
    expect(hylafax.fax.hylafax).to.deep.equal({ spool: '/var/spool/hylafax', host: 'localhost' });
  });

  it('names everything that is missing beside a provider, and a provider that is missing', () => {
    expect(faultsOf({ FAX_PROVIDER: 'telnyx' })).to.deep.equal(['TELNYX_API_KEY', 'TELNYX_PUBLIC_KEYS']);
    expect(faultsOf({ FAX_PROVIDER: 'interfax' })).to.deep.equal(['INTERFAX_USERNAME', 'INTERFAX_PASSWORD']);
    expect(faultsOf({ FAX_PROVIDER: 'hylafax' })).to.deep.equal(['HYLAFAX_SPOOL']);
    expect(faultsOf({ INTERFAX_USERNAME: 'u' })).to.deep.equal(['FAX_PROVIDER']);
    expect(faultsOf({ FAX_PROVIDER: 'pigeon' })).to.deep.equal(['FAX_PROVIDER']);
    expect(faultsOf({ FAXHOUSE_PORT: '8080' })).to.deep.equal(['FAXHOUSE_PORT']);
    const short = { FAX_PROVIDER: 'telnyx', TELNYX_API_KEY: 'k'.repeat(16), TELNYX_PUBLIC_KEYS: 'c2hvcnQ=' };
    expect(faultsOf(short)).to.deep.equal(['TELNYX_PUBLIC_KEYS']);
  });

  it('warns when calls are real and pages are not', () => {
    const real = { TWILIO_ACCOUNT_SID: `AC${'a'.repeat(32)}`, TWILIO_AUTH_TOKEN: 'b'.repeat(32) };
    const { warnings } = load({ ...real, PUBLIC_BASE_URL: 'https://calls.example.jp' });
    expect(warnings.map((warning) => warning.name)).to.include('FAX_PROVIDER');
    expect(load().warnings.map((warning) => warning.name)).to.not.include('FAX_PROVIDER');
  });

  it('shows no secret when it is printed', () => {
    const env = { FAX_PROVIDER: 'interfax', INTERFAX_USERNAME: 'u', INTERFAX_PASSWORD: 'very-secret-word' };
    const config = load(env);
    for (const shown of [
      inspect(config, { depth: 9 }),
      JSON.stringify(config),
      inspect(withPorts(config, {}), { depth: 9 }),
    ])
      expect(shown).to.not.contain('very-secret-word');
    const telnyx = load({ FAX_PROVIDER: 'telnyx', TELNYX_API_KEY: 'very-secret-word', TELNYX_PUBLIC_KEYS: key });
    expect(inspect(telnyx, { depth: 9 })).to.not.contain('very-secret-word');
  });

  it('stands in the README, every name of it', async () => {
    const readme = await readFile(path.resolve(import.meta.dirname, '../../README.md'), 'utf8');
    for (const name of Object.keys(faxSettings)) {
      expect(configurationNames).to.include(name);
      expect(readme, name).to.match(new RegExp(`^\\|[^|]*\\b${name}\\b[^|]*\\|`, 'm'));
    }
  });
});
