/** No Docker runs here: what can go wrong without being noticed (names, paths, commands) is compared with the project itself. */
import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { expect } from 'chai';
import { parse } from 'yaml';
import { configurationNames } from '../src/config/settings.ts';
import { loadConfig } from '../src/config.ts';

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

describe('the compose file', () => {
  it('has gateway, worker, migrations, PostgreSQL and Redis', () => {
    expect(Object.keys(services)).to.have.members(['gateway', 'worker', 'migrate', 'postgres', 'redis']);
  });

  for (const name of ['gateway', 'worker', 'migrate']) {
    it(`runs the ${name} with the command of an npm script`, () => {
      expect(scripts).to.include(services[name]?.command?.join(' '));
    });
  }

  it('gives our processes configuration names and nothing else', () => {
    for (const name of ['gateway', 'worker', 'migrate']) {
      for (const variable of Object.keys(services[name]?.environment ?? {}))
        expect(configurationNames, name).to.include(variable);
    }
  });

  it('asks for no variable that docker/example.env does not explain', () => {
    const asked = [...read('docker/compose.yaml').matchAll(/\$\{([A-Z0-9_]+)/g)].map((match) => match[1] ?? '');
    expect(asked).to.not.be.empty;
    expect(exampleNames).to.include.members(asked);
    expect(asked, 'example.env names what nobody reads').to.include.members(exampleNames);
    for (const name of exampleNames) expect([...configurationNames, 'POSTGRES_PASSWORD']).to.include(name);
  });

  it('gives the gateway what the configuration demands for real calls', () => {
    const filled: Record<string, string> = {
      POSTGRES_PASSWORD: 'secret',
      PUBLIC_BASE_URL: 'https://calls.example.jp',
      TWILIO_ACCOUNT_SID: `AC${'0'.repeat(32)}`,
      TWILIO_AUTH_TOKEN: '1'.repeat(32),
      CARD_PEPPER: Buffer.alloc(32).toString('base64'),
      CASE_KEY: Buffer.alloc(32, 1).toString('base64'),
      HUB_CERT: '/etc/kamome/hub-cert.pem',
    };
    const expand = (text: string): string =>
      text.replace(
        /\$\{([A-Z0-9_]+)(?::([?-])([^}]*))?\}/g,
        (_all, name, kind, rest) => filled[name] ?? (kind === '-' ? rest : ''),
      );
    for (const name of ['gateway', 'worker']) {
      const entries = Object.entries(services[name]?.environment ?? {}).map(([key, value]) => [
        key,
        expand(String(value)),
      ]);
      const config = loadConfig({ ...Object.fromEntries(entries), KAMOME_ENV: 'production' });
      expect(config, name).to.include({
        simulated: false,
        databaseUrl: 'postgresql://kamome:secret@postgres:5432/kamome',
      });
      expect(config.http, name).to.include({ host: '0.0.0.0', port: 8080 });
    }
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
    const used = Object.values(services).flatMap((service) =>
      (service.volumes ?? []).map((volume) => volume.split(':')[0]),
    );
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
