import { execFile } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { promisify } from 'node:util';
import { expect } from 'chai';

const root = path.resolve(import.meta.dirname, '../..');
/** As docs/dependencies.md has it. */
const command = ['sbom', '--package-lock-only', '--sbom-format', 'cyclonedx'];

interface Bill {
  bomFormat: string;
  components: { name: string; version: string; purl: string; hashes?: { alg: string; content: string }[] }[];
}

describe('the software bill of materials', function () {
  this.timeout(60_000);

  it('names every package of the lock file with its version and hash, and needs no network for it', async () => {
    const nowhere = { npm_config_registry: 'http://127.0.0.1:9/', npm_config_offline: 'true' };
    const { stdout } = await promisify(execFile)('npm', command, {
      ...{ cwd: root, env: { ...process.env, ...nowhere }, maxBuffer: 64 * 1024 * 1024 },
    });
    const bill = JSON.parse(stdout) as Bill;
    expect(bill.bomFormat).to.equal('CycloneDX');
    const lock = JSON.parse(await readFile(path.join(root, 'package-lock.json'), 'utf8')) as {
      packages: Record<string, { version: string; name?: string; integrity?: string }>;
    };
    const listed = new Map(bill.components.map((one) => [`${one.name}@${one.version}`, one]));
    const locked = Object.entries(lock.packages).filter(([where]) => where !== '');
    const names = locked.map(
      ([where, { name, version }]) => `${name ?? where.split('node_modules/').at(-1)}@${version}`,
    );
    expect(names.length).to.be.above(100);
    expect(names.filter((name) => !listed.has(name))).to.deep.equal([]);
    const unhashed = locked.filter(
      ([, { integrity }], at) => integrity && !listed.get(names[at] ?? '')?.hashes?.length,
    );
    expect(unhashed.map(([where]) => where)).to.deep.equal([]);
    expect(await readFile(path.join(root, 'docs/dependencies.md'), 'utf8')).to.include(`npm ${command.join(' ')}`);
  });
});
