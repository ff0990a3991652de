/** No Docker runs here: what can go wrong without being noticed (names, paths, commands) is compared with the project itself. */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { expect } from 'chai';
import { parse } from 'yaml';
import { configurationNames } from '../src/config/settings.ts';
import { loadConfig, loadConsoleConfig } from '../src/config.ts';
import { createMetrics } from '../src/metrics.ts';

const root = path.resolve(import.meta.dirname, '..');
const read = (file: string): string => readFileSync(path.join(root, file), 'utf8');

interface Service {
  image?: string;
  build?: { context: string; dockerfile: string };
  command?: string[];
  environment?: Record<string, string>;
  depends_on?: Record<string, { condition: string }>;
  healthcheck?: { test: string[] };
  volumes?: string[];
}

const compose = parse(read('docker/compose.yaml'), { merge: true }) as {
  services: Record<string, Service>;
  volumes: Record<string, unknown>;
};
const { services } = compose;
const scripts = Object.values((JSON.parse(read('package.json')) as { scripts: Record<string, string> }).scripts);
const exampleNames = [...read('docker/example.env').matchAll(/^([A-Z0-9_]+)=/gm)].map((match) => match[1] ?? '');
const dockerfile = read('docker/Dockerfile');
const instructions = dockerfile.split('\n').filter((line) => /^[A-Z]+ /.test(line));

const ours = ['gateway', 'worker', 'console', 'migrate'];

describe('the compose file', () => {
  it('has gateway, worker, console, migrations, PostgreSQL and Redis', () => {
    expect(Object.keys(services)).to.have.members(['gateway', 'worker', 'console', 'migrate', 'postgres', 'redis']);
  });

  for (const name of ours) {
    it(`runs the ${name} with the command of an npm script`, () => {
      expect(scripts).to.include(services[name]?.command?.join(' '));
    });
  }

  it('gives our processes configuration names and nothing else', () => {
    for (const name of ours) {
      for (const variable of Object.keys(services[name]?.environment ?? {}))
        expect(configurationNames, name).to.include(variable);
    }
  });

  it('asks for no variable that docker/example.env does not explain', () => {
    const asked = [...read('docker/compose.yaml').matchAll(/\$\{([A-Z0-9_]+)/g)].map((match) => match[1] ?? '');
    expect(asked).to.not.be.empty;
    expect(exampleNames).to.include.members(asked);
    expect(asked, 'example.env names what nobody reads').to.include.members(exampleNames);
    const ofTheFile = ['POSTGRES_PASSWORD', 'HUB_KEY_FOLDER'];
    for (const name of exampleNames) expect([...configurationNames, ...ofTheFile]).to.include(name);
  });

  const filled: Record<string, string> = {
    POSTGRES_PASSWORD: 'secret',
    PUBLIC_BASE_URL: 'https://calls.example.jp',
    TWILIO_ACCOUNT_SID: `AC${'0'.repeat(32)}`,
    TWILIO_AUTH_TOKEN: '1'.repeat(32),
    CARD_PEPPER: Buffer.alloc(32).toString('base64'),
    CASE_KEY: Buffer.alloc(32, 1).toString('base64'),
    HUB_CERT: '/etc/kamome/hub-cert.pem',
    FAX_PROVIDER: 'interfax',
    INTERFAX_USERNAME: 'nishi',
    INTERFAX_PASSWORD: 'secret too',
    SEARCH_KEY: Buffer.alloc(32, 2).toString('base64'),
    CONSOLE_BASE_URL: 'https://desk.example.jp',
  };
  const expand = (text: string): string =>
    text.replace(
      /\$\{([A-Z0-9_]+)(?::([?-])([^}]*))?\}/g,
      (_all, name, kind, rest) => filled[name] ?? (kind === '-' ? rest : ''),
    );
  const environmentOf = (name: string): Record<string, string> =>
    Object.fromEntries(
      Object.entries(services[name]?.environment ?? {}).map(([key, value]) => [key, expand(String(value))]),
    );

  it('gives gateway and worker what the configuration demands for real calls and real pages', () => {
    for (const name of ['gateway', 'worker']) {
      const config = loadConfig({ ...environmentOf(name), KAMOME_ENV: 'production' });
      expect(config, name).to.include({
        simulated: false,
        databaseUrl: 'postgresql://kamome:secret@postgres:5432/kamome',
      });
      expect(config.http, name).to.include({ host: '0.0.0.0', port: 8080 });
      expect(config.fax, name).to.include({ provider: 'interfax', simulated: false });
      expect(config.warnings, name).to.deep.equal([]);
    }
  });

  it('gives the console the hub’s keys and none of the night’s', () => {
    const config = loadConsoleConfig({ ...environmentOf('console'), KAMOME_ENV: 'production' });
    expect(config.console).to.include({ port: 8083, baseUrl: 'https://desk.example.jp' });
    expect(config.hub.keyFiles).to.deep.equal(['/run/hub/hub-key.p12']);
    for (const name of ['gateway', 'worker', 'migrate'])
      expect(services[name]?.environment, name).to.not.have.any.keys('HUB_KEY_FILE', 'SEARCH_KEY');
  });

  it('starts nothing before what it stands on, and knows when each is healthy', () => {
    for (const [name, service] of Object.entries(services)) {
      for (const [other, { condition }] of Object.entries(service.depends_on ?? {})) {
        expect(services, `${name} → ${other}`).to.have.property(other);
        if (condition === 'service_healthy') expect(services[other], other).to.have.property('healthcheck');
      }
    }
    expect(services.gateway?.depends_on).to.have.nested.property('migrate.condition', 'service_completed_successfully');
    expect(services.worker?.depends_on).to.have.nested.property('migrate.condition', 'service_completed_successfully');
    expect(services.gateway?.healthcheck?.test.join(' ')).to.include(':8080/readyz');
  });

  it('keeps its data in volumes that it declares', () => {
    const used = Object.values(services)
      .flatMap((service) => (service.volumes ?? []).map((volume) => volume.split(':')[0]))
      .filter((volume) => !volume?.startsWith('${')); // a folder of the machine's own
    expect(Object.keys(compose.volumes)).to.have.members([...new Set(used)]);
  });

  it('builds from a Dockerfile that is there', () => {
    for (const { build } of Object.values(services)) {
      if (!build) continue;
      expect(existsSync(path.join(root, 'docker', build.context, build.dockerfile))).to.equal(true);
    }
  });
});

describe('the Dockerfile', () => {
  it('copies only what exists and what the builder is given', () => {
    const ignore = read('docker/Dockerfile.dockerignore');
    const sources = instructions
      .filter((line) => line.startsWith('COPY ') && !line.includes('--from='))
      .flatMap((line) => line.split(/\s+/).slice(1, -1));
    expect(sources).to.include.members(['src', 'workers', 'migrations', 'config']);
    for (const source of sources) {
      expect(existsSync(path.join(root, source)), source).to.equal(true);
      expect(ignore.split('\n'), source).to.include(`!${source}`);
    }
  });

  it('takes a Node that the project allows, runs as nobody special, and starts the gateway', () => {
    const versions = [...dockerfile.matchAll(/^FROM node:(\d+)/gm)].map((match) => Number(match[1]));
    expect(versions).to.not.be.empty;
    for (const version of versions) expect(version).to.be.at.least(20);
    expect(instructions.findLast((line) => line.startsWith('USER '))).to.equal('USER node');
    const command = JSON.parse(instructions.at(-1)?.replace(/^CMD /, '') ?? '[]') as string[];
    expect(command).to.deep.equal(services.gateway?.command);
  });
});

describe('what watches the machines', () => {
  const rules = (parse(read('docker/watch/alerts.yaml')) as { groups: { rules: Rule[] }[] }).groups.flatMap(
    (group) => group.rules,
  );
  const dashboard = JSON.parse(read('docker/watch/dashboard.json')) as {
    panels: { title: string; targets: { expr: string }[] }[];
  };
  const asked = [
    ...rules.map(({ alert, expr }) => [alert, expr] as const),
    ...dashboard.panels.flatMap(({ title, targets }) => targets.map(({ expr }) => [title, expr] as const)),
  ];
  interface Rule {
    alert: string;
    expr: string;
    labels: { severity: string };
    annotations: { summary: string; action: string };
  }

  it('asks for numbers that our processes tell, by labels that they have', async () => {
    const metrics = createMetrics({ ofProcess: true });
    const sources = ['src', 'workers'].flatMap((folder) =>
      readdirSync(path.join(root, folder), { recursive: true, encoding: 'utf8' })
        .filter((file) => file.endsWith('.ts'))
        .map((file) => read(path.join(folder, file))),
    );
    const own = sources.flatMap((text) =>
      [...text.matchAll(/metrics\.(?:counter|gauge|histogram)\(\s*'(\w+)'/g)].map(([, name]) => name!),
    );
    const ofNode = (await metrics.text()).body.matchAll(/^# TYPE (\w+)/gm);
    const told = new Set(['up', ...own, ...[...ofNode].map(([, name]) => name!)]);
    const labels = ['job', 'instance', 'le', 'kind', 'route', 'status', 'outcome', 'method'];
    for (const [title, expr] of asked) {
      const names = [...expr.matchAll(/\b((?:kamome|nodejs|process)_\w+|up)\b/g)].map(([, name]) =>
        name!.replace(/_(bucket|count|sum)$/, ''),
      );
      expect(names, title).to.not.be.empty;
      for (const name of names) expect(told, title).to.include(name);
      const used = [
        ...[...expr.matchAll(/[{,]\s*(\w+)\s*=~?/g)].map(([, label]) => label!),
        ...[...expr.matchAll(/by \(([^)]*)\)/g)].flatMap(([, list]) => list!.split(/,\s*/)),
      ];
      for (const label of used) expect(labels, title).to.include(label);
    }
  });

  it('says of each alert how bad it is and what to do', () => {
    for (const { alert, labels, annotations } of rules) {
      expect(labels.severity, alert).to.be.oneOf(['page', 'ticket']);
      expect(annotations.summary, alert).to.be.a('string').and.not.empty;
      expect(annotations.action, alert).to.be.a('string').and.not.empty;
    }
  });
});
