/** The stage of the crash run: real PostgreSQL with fsync, real Redis, exchange and fax house, two gateways and two workers. */
import { randomBytes } from 'node:crypto';
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import type pg from 'pg';
import { migrate } from '../../migrations/run.ts';
import { openPool } from '../../src/db.ts';
import { giveTo } from '../../src/embedded/account.ts';
import {
  createCluster,
  freePort,
  openCluster,
  startCluster,
  stopCluster,
  superuser,
} from '../../src/embedded/cluster.ts';
import { createCardDeriver } from '../../src/lib/card.ts';
import { systemClock } from '../../src/lib/clock.ts';
import { randomIds } from '../../src/lib/ids.ts';
import { importFolder } from '../../src/lists/actions.ts';
import { enlivenExample } from '../../src/simulators/town/example.ts';
import { pepperIdOf } from '../../src/vault/actions.ts';
import { loadHubCertificate, makeHub } from '../../src/vault/hub.ts';
import { type Balancer, balancer } from '../processes/balancer.ts';
import { type Town, townOn } from '../processes/people.ts';
import { type Child, endChildren, startChild } from '../support/processes.ts';
import { startRedis, type TestRedis } from '../support/redis.ts';
import { buildTown, type Town as Lists, testCard } from '../support/town.ts';

const root = path.resolve(import.meta.dirname, '../..');
export const exampleFolder = path.join(root, 'config/examples/nishi');
/** The association of the example ward, whose patients have records; the built town's has patients without end. */
export const exampleNumber = '+815000000100';
export const loadNumber = '+815000000190';
const ourFax = '+815000000110';

export type Role = 'gateway' | 'worker';
export interface Member {
  role: Role;
  child: Child;
  /** Ended by us, in good order: not started again by the supervisor. */
  isLeaving: boolean;
}

export interface Stage {
  db: pg.Pool;
  redis: TestRedis;
  lists: Lists;
  town: Town;
  exampleId: string;
  /** Of a gateway or worker. */
  env: Record<string, string>;
  faxHouseUrl: string;
  exchangeUrl: string;
  members: Member[];
  /** Names of moments (kill-at.mjs) that were seen so far. */
  seen(): Promise<string[]>;
  /** Whoever comes to that moment next dies there. Null: nobody does. */
  wish(moment: string | null): Promise<void>;
  /** How often a process was started again after it had died. */
  restarts: { at: number; role: Role }[];
  /** Ends one in good order and starts it again. */
  roll(index: number): Promise<void>;
  postgresIsGoneFor(seconds: number): Promise<void>;
  close(): Promise<void>;
}

export async function openStage(): Promise<Stage> {
  const folder = await mkdtemp(path.join(tmpdir(), 'kamome-crash-'));
  const postgres = await startPostgres(folder);
  const db = openPool(postgres.url, { max: 6, applicationName: 'kamome-crash', statementTimeoutMs: 30_000 });
  db.on('error', () => undefined); // it is taken away on purpose
  await migrate(db, systemClock, path.join(root, 'migrations'));
  const secrets = { caseKey: randomBytes(32), searchKey: randomBytes(32) };
  const made = makeHub(
    { name: 'crash', at: systemClock.now(), years: 1, passphrase: 'a-passphrase-of-tests' },
    randomBytes,
  );
  const plan = { bedStageAfterSeconds: 15, standbyAfterSeconds: 40 };
  const lists = await buildTown(db, randomIds, systemClock.now(), { number: loadNumber, plan });
  const exampleId = await furnish(db, loadHubCertificate(made.certificate), secrets);

  const redis = await startRedis();
  const [exchangePort = 0, faxPort = 0, ...ports] = await Promise.all(Array.from({ length: 4 }, freePort));
  const entrance = await balancer(ports);
  const account = { TWILIO_ACCOUNT_SID: `AC${'0'.repeat(31)}9`, TWILIO_AUTH_TOKEN: 'a-token-for-crashing-0009' };
  const faxAccount = { INTERFAX_USERNAME: 'kamome', INTERFAX_PASSWORD: 'a-password-for-tests' };
  const [exchangeUrl, faxHouseUrl] = [exchangePort, faxPort].map((port) => `http://127.0.0.1:${port}`) as [
    string,
    string,
  ];
  await writeFile(path.join(folder, 'hub-cert.pem'), made.certificate);
  const env = {
    ...{ ...account, ...faxAccount, DATABASE_URL: postgres.url, REDIS_URL: redis.url, KAMOME_DATA: folder },
    ...{
      PUBLIC_BASE_URL: entrance.url,
      TWILIO_API_BASE: exchangeUrl,
      TWILIO_CALLS_PER_SECOND: '50',
      LOG_LEVEL: 'info',
    },
    ...{ FAX_PROVIDER: 'interfax', INTERFAX_API_BASE: faxHouseUrl, HUB_CERT: path.join(folder, 'hub-cert.pem') },
    ...{ CARD_COST_LOG2: String(testCard.costLog2), CARD_PEPPER: testCard.pepper.toString('base64') },
    CASE_KEY: secrets.caseKey.toString('base64'),
    ...{ KAMOME_CRASH_FOLDER: folder, NODE_OPTIONS: `--import ${path.join(import.meta.dirname, 'kill-at.mjs')}` },
  };
  const exchange = startChild('src/simulators/exchange/main.ts', { ...account, EXCHANGE_PORT: String(exchangePort) });
  const house = startChild('src/simulators/faxhouse/main.ts', {
    ...faxAccount,
    TELNYX_API_KEY: 'KEY-0123456789',
    FAXHOUSE_PORT: String(faxPort),
  });
  await Promise.all([exchange.line(/^exchange /, 120), house.line(/^fax house /, 120)]);

  let isClosing = false;
  const restarts: Stage['restarts'] = [];
  const start = (role: Role, port?: number): Child =>
    startChild(role === 'gateway' ? 'src/main.ts' : 'workers/main.ts', {
      ...{ ...env, KAMOME_CRASH_ROLE: role },
      ...(port ? { PORT: String(port) } : {}),
    });
  const isReady = ({ role, child }: Member): Promise<unknown> =>
    child.line(role === 'gateway' ? /gateway_ready|"event":"ready"/ : /worker_ready/, 120);
  /** As systemd or an orchestrator does: whoever dies is started again at once. */
  const supervise = (member: Member, port?: number): void => {
    const watched = member.child;
    watched.ended(86_400).then(
      () => {
        if (isClosing || member.isLeaving || member.child !== watched) return;
        restarts.push({ at: Date.now(), role: member.role });
        member.child = start(member.role, port);
        supervise(member, port);
      },
      () => undefined,
    );
  };
  const members = (['gateway', 'gateway', 'worker', 'worker'] as const).map((role, index): Member => {
    const port = role === 'gateway' ? ports[index] : undefined;
    const member: Member = { role, child: start(role, port), isLeaving: false };
    supervise(member, port);
    return member;
  });
  await Promise.all(members.map(isReady));
  const town = townOn(exchangeUrl);
  for (const number of [exampleNumber, loadNumber]) await town.configure(number, entrance.url);
  await furnishMachines(db, faxHouseUrl, entrance);

  return {
    ...{ db, redis, lists, town, exampleId, env, faxHouseUrl, exchangeUrl, members, restarts },
    async seen() {
      const text = await readFile(path.join(folder, 'seen'), 'utf8').catch(() => '');
      return [...new Set(text.split('\n').filter(Boolean))];
    },
    async wish(moment) {
      if (moment === null) await rm(path.join(folder, 'wish'), { force: true });
      else await writeFile(path.join(folder, 'wish'), moment);
    },
    async roll(index) {
      const member = members[index]!;
      member.isLeaving = true;
      member.child.signal('SIGTERM');
      await member.child.ended(60);
      const port = member.role === 'gateway' ? ports[index] : undefined;
      member.child = start(member.role, port);
      member.isLeaving = false;
      supervise(member, port);
      await isReady(member);
    },
    async postgresIsGoneFor(seconds) {
      await postgres.stop('immediate');
      await pause(seconds * 1000);
      await postgres.start();
    },
    async close() {
      isClosing = true;
      await endChildren();
      await Promise.all([entrance.close(), redis.stop(), db.end()]);
      await postgres.stop('fast');
      await rm(folder, { recursive: true, force: true });
    },
  };
}

/** Whoever comes to this moment within so many seconds dies there. @returns whether somebody did, and is started again. */
export async function dieAt(stage: Stage, moment: string, seconds: number): Promise<boolean> {
  const before = stage.restarts.length;
  await stage.wish(moment);
  const deadline = Date.now() + seconds * 1000;
  while (stage.restarts.length === before && Date.now() < deadline) await pause(100);
  await stage.wish(null);
  return stage.restarts.length > before;
}

async function startPostgres(folder: string) {
  const home = path.join(folder, 'postgres');
  const cluster = await openCluster(path.join(home, 'data'), path.join(home, 'log'));
  await mkdir(home);
  await giveTo(cluster.account, folder);
  await giveTo(cluster.account, home);
  await createCluster(cluster, null);
  const settings = { max_connections: '200', shared_buffers: '64MB', log_min_messages: 'fatal' };
  const port = await startCluster(cluster, settings);
  return {
    url: `postgresql://${superuser}@127.0.0.1:${port}/postgres`,
    stop: (mode: 'fast' | 'immediate') => stopCluster(cluster, mode),
    start: () => startCluster(cluster, { ...settings, port: String(port) }),
  };
}

/** The example ward with its records and fax numbers. @returns its association. */
async function furnish(
  db: pg.Pool,
  hub: ReturnType<typeof loadHubCertificate>,
  { caseKey, searchKey }: { caseKey: Buffer; searchKey: Buffer },
): Promise<string> {
  const cards = createCardDeriver(testCard);
  const parts = { db, clock: systemClock, ids: randomIds, random: randomBytes };
  const deriveLookupIndex = async (number: string) => (await cards.derive(number)).index;
  const report = await importFolder({ ...parts, pinCostLog2: 4, deriveLookupIndex }, exampleFolder);
  if (report.status === 'refused') throw new Error('the lists of the example are refused');
  const night = { ...parts, hub, cards, pepperId: pepperIdOf(testCard.pepper), caseKey, searchKey };
  await enlivenExample(night, exampleFolder);
  return report.association.id;
}

async function furnishMachines(db: pg.Pool, faxHouseUrl: string, entrance: Balancer): Promise<void> {
  const put = async (where: string, body: object): Promise<void> => {
    const init = { method: 'PUT', headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) };
    const answer = await fetch(`${faxHouseUrl}/faxhouse/numbers/${where}`, init);
    if (!answer.ok) throw new Error(`the fax house refused ${where}: ${await answer.text()}`);
  };
  const { rows } = await db.query<{ e164: string }>('select e164 from fax_destination');
  for (const { e164 } of rows) await put(e164, { name: '町の医院' });
  await put(`${ourFax}/inbound`, { provider: 'interfax', callbackUrl: `${entrance.url}/nobody` });
}
