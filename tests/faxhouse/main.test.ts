import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import path from 'node:path';
import { createInterface } from 'node:readline';
import { expect } from 'chai';
import { signingPair } from '../../src/simulators/faxhouse/signing.ts';

const main = path.resolve(import.meta.dirname, '../../src/simulators/faxhouse/main.ts');
const seed = Buffer.alloc(32, 5);

function start(environment: Record<string, string>): ChildProcess {
  const { PATH = '' } = process.env;
  return spawn(process.execPath, ['--import', 'tsx', main], { env: { PATH, ...environment }, stdio: 'pipe' });
}

describe('the fax house by itself', function () {
  this.timeout(180_000); // a process of its own, which compiles its sources first
  const accounts = { INTERFAX_USERNAME: 'u', INTERFAX_PASSWORD: 'p', TELNYX_API_KEY: 'k' };

  it('says where it listens and which key verifies its webhooks, and ends when asked to', async () => {
    const house = start({ ...accounts, FAXHOUSE_PORT: '0', FAXHOUSE_SIGNING_SEED: seed.toString('base64') });
    const lines: string[] = [];
    for await (const line of createInterface({ input: house.stdout! })) if (lines.push(line) === 2) break;
    expect(lines[0]).to.match(/^fax house http:\/\/127\.0\.0\.1:\d+$/);
    expect(lines[1]).to.equal(`TELNYX_PUBLIC_KEYS=${signingPair(seed).publicKey}`);
    const url = lines[0]!.replace('fax house ', '');
    expect((await fetch(`${url}/faxhouse/numbers`)).status).to.equal(200);
    expect(await (await fetch(url)).text()).to.contain('まちのファックス');
    house.kill('SIGTERM');
    expect(await once(house, 'exit')).to.deep.equal([0, null]);
  });

  it('refuses to start without accounts, and says which settings are missing', async () => {
    const house = start({ FAXHOUSE_PORT: '0' });
    let words = '';
    house.stderr!.on('data', (part) => {
      words += part;
    });
    expect(await once(house, 'close')).to.deep.equal([2, null]);
    expect(words).to.contain('INTERFAX_USERNAME').and.to.contain('TELNYX_API_KEY');
  });
});
