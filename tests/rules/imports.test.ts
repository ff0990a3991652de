import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { expect } from 'chai';
import { importsOf, rules, type Sources, violations } from '../support/imports.ts';

const root = path.resolve(import.meta.dirname, '../..');

function sourcesOfProject(): Sources {
  const sources = new Map<string, string>();
  for (const folder of ['src', 'workers', 'migrations', 'tests', 'bench']) {
    for (const file of filesIn(path.join(root, folder))) {
      const name = path.posix.join(folder, file);
      if (name === 'tests/rules/imports.test.ts') continue; // its samples look like imports
      sources.set(name, readFileSync(path.join(root, folder, file), 'utf8'));
    }
  }
  return sources;
}

function filesIn(folder: string): string[] {
  try {
    return readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter((file) => /\.tsx?$/.test(file));
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return []; // bench comes and goes with the figures
    throw error;
  }
}

describe('who may import whom', () => {
  it('is kept by every file of this project', () => {
    const sources = sourcesOfProject();
    expect(sources.size).to.be.above(50);
    expect(violations(sources)).to.deep.equal([]);
  });

  it('sees every way to import, and no import in a comment', () => {
    const source = [
      "import a from './a.ts';",
      "import type { B } from '../b.ts';",
      "import { c,\n  type D } from './c.ts';",
      "import * as e from './e.ts';",
      "import './f.ts';",
      "export { g } from './g.ts';",
      "export * from './h.ts';",
      "const i = await import('./i.ts');",
      "import fs from 'node:fs';",
      "// import x from './x.ts';",
      "/**\n * import y from './y.ts';\n */",
      "const url = 'https://example.jp'; import('./j.ts');",
    ].join('\n');
    const found = importsOf('src/beds/store.ts', source);
    const names = found.map(({ to }) => path.posix.basename(to, '.ts'));
    expect(names).to.deep.equal(['a', 'b', 'c', 'e', 'f', 'g', 'h', 'i', 'j']);
    expect(found.filter((link) => link.isTypeOnly).map((link) => link.to)).to.deep.equal(['src/b.ts']);
  });

  const bad: { says: string; from: string; to: string }[] = [
    { says: 'nothing imports tests', from: 'src/beds/beds.ts', to: 'tests/support/town.ts' },
    { says: 'src (entry files aside) never imports workers', from: 'src/beds/actions.ts', to: 'workers/harness.ts' },
    { says: 'lib imports nothing but lib', from: 'src/lib/ids.ts', to: 'src/db.ts' },
    { says: 'the ground (config, db, log, queue, http …) knows no noun', from: 'src/queue.ts', to: 'src/beds/beds.ts' },
    { says: 'migrations stand on the ground alone', from: 'migrations/run.ts', to: 'src/beds/beds.ts' },
    {
      says: 'the domain knows no simulator: they are reached over HTTP',
      from: 'src/voice/legs.ts',
      to: 'src/simulators/exchange/x.ts',
    },
    {
      says: 'a simulator knows nothing of the domain (the demonstration and the town, which play people, aside)',
      from: 'src/simulators/exchange/rest.ts',
      to: 'src/voice/script.ts',
    },
    {
      says: 'the fax house knows nothing of the domain: black and white pages are all they share',
      from: 'src/simulators/faxhouse/paper.ts',
      to: 'src/pages/raster.ts',
    },
    {
      says: 'providers are constructed by the entry files and by tests only',
      from: 'src/voice/legs.ts',
      to: 'src/providers/twilio/x.ts',
    },
    {
      says: 'a provider implements what the domain owns: it calls no action and no store',
      from: 'src/providers/twilio/x.ts',
      to: 'src/voice/actions.ts',
    },
    { says: 'a store is imported in its own folder only', from: 'src/voice/actions.ts', to: 'src/beds/store.ts' },
    { says: 'a store imports its own noun, db and lib', from: 'src/beds/store.ts', to: 'src/beds/actions.ts' },
    { says: 'escalations know nothing of voice', from: 'src/escalations/react.ts', to: 'src/voice/script.ts' },
    {
      says: 'a noun imports no door: routes and webhooks are mounted by the entry files',
      from: 'src/beds/actions.ts',
      to: 'src/voice/webhooks.ts',
    },
    {
      says: 'the pages of the console take types from the server, and nothing that runs',
      from: 'src/console/web/api.ts',
      to: 'src/console/routes.ts',
    },
    {
      says: 'nothing imports the pages of the console: they are built',
      from: 'src/console/server.ts',
      to: 'src/console/web/api.ts',
    },
    { says: 'no noun knows the console', from: 'src/beds/actions.ts', to: 'src/console/route.ts' },
    { says: 'a noun imports no entry file', from: 'src/beds/actions.ts', to: 'src/context.ts' },
  ];
  for (const { says, from, to } of bad) {
    it(`refuses ${from} → ${to}`, () => {
      const relative = path.posix.relative(path.posix.dirname(from), to);
      const sources = new Map([
        [from, `import x from '${relative.startsWith('.') ? relative : `./${relative}`}';`],
        [to, ''],
      ]);
      expect(violations(sources)).to.include(`${from} → ${to}: ${says}`);
    });
  }

  it('has a sample that breaks it for every rule', () => {
    expect(new Set(bad.map((sample) => sample.says))).to.deep.equal(new Set(rules.map((rule) => rule.says)));
  });

  it('refuses a cycle, unless it is one of types only', () => {
    const ring = (keyword: string) =>
      new Map([
        ['src/beds/a.ts', "import b from './b.ts';"],
        ['src/beds/b.ts', "import c from './c.ts';"],
        ['src/beds/c.ts', `${keyword} a from './a.ts';`],
      ]);
    expect(violations(ring('import'))).to.deep.equal([
      'src/beds/a.ts → src/beds/b.ts → src/beds/c.ts → src/beds/a.ts: a cycle',
    ]);
    expect(violations(ring('import type'))).to.deep.equal([]);
  });

  it('refuses an import of a file that is not there', () => {
    const sources = new Map([['src/beds/a.ts', "import b from './b.ts';"]]);
    expect(violations(sources)).to.deep.equal(['src/beds/a.ts → src/beds/b.ts: there is no such file']);
  });
});
