/** The stage of the crash run: real PostgreSQL with fsync, real Redis, exchange and fax house, gateways and workers, and a wire between each pair. */
import { randomBytes } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { mkdir, mkdtemp, readdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import http from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import type pg from 'pg';
import { migrate } from '../../migrations/run.ts';
import { openPool } from '../../src/db.ts';
import { freePort } from '../../src/embedded/cluster.ts';
import { documentName } from '../../src/fallback/actions.ts';
import { systemClock } from '../../src/lib/clock.ts';
import { randomIds } from '../../src/lib/ids.ts';
import { loadHubCertificate, makeHub } from '../../src/vault/hub.ts';
import { balancer } from '../processes/balancer.ts';
import { type Town, townOn } from '../processes/people.ts';
import { watchedRedis } from '../support/leaks-outside.ts';
import { endChildren, startChild } from '../support/processes.ts';
import { startRedis, startRedisCluster, type TestRedis } from '../support/redis.ts';
import { buildTown, type Town as Lists, testCard } from '../support/town.ts';
import { furnish, type Ground, openGround } from './ground.ts';
import { type End, type Members, type Role, startMembers } from './members.ts';
import { startWatch, type Watch } from './watch.ts';
import { openWire, type Wire } from './wire.ts';

export { exampleFolder } from './ground.ts';

const root = path.resolve(import.meta.dirname, '../..');
/** The association of the example ward, whose patients have records; the built town's has patients without end. */
export const exampleNumber = '+815000000100';
export const loadNumber = '+815000000190';
/** The shortest conversation that counts as one; the least that a plan may say. */
export const bridgeGuardSeconds = 5;
export const ourFax = '+815000000110';

export interface Stage {
  db: pg.Pool;
  redis: TestRedis;
  lists: Lists;
  town: Town;
  exampleId: string;
  /** Of a gateway or worker, as if there were no wires. */
  env: Record<string, string>;
  faxHouseUrl: string;
  exchangeUrl: string;
  ground: Ground;
  members: Members;
  /** From the carrier to our door. */
  entrance: Wire;
  watch: Watch;
  /** Names of moments (kill-at.mjs) that were seen so far. */
  seen(): Promise<string[]>;
  /** Whoever comes to one of these moments next dies there; none: nobody does. */
  wish(moments: readonly string[]): Promise<void>;
  /** The moments at which somebody died, in their order. */
  died(): Promise<string[]>;
  close(): Promise<void>;
}

export interface StageOptions {
  gateways?: number;
  workers?: number;
  /** More than one: Redis in cluster mode, without wires. */
  redisNodes?: number;
  /** Another release, whose migrations are applied and whose processes are started. */
  release?: string;
}

export async function openStage(options: StageOptions = {}): Promise<Stage> {
  const closings: (() => Promise<unknown> | undefined)[] = [];
  const close = async (): Promise<void> => {
    for (const closing of closings.splice(0).reverse()) await closing();
  };
  try {
    return { ...(await build(options, closings)), close };
  } catch (error) {
    await close();
    throw error;
  }
}

/** @param closings what is to be ended, in the order in which it was opened. */
async function build(
  options: StageOptions,
  closings: (() => Promise<unknown> | undefined)[],
): Promise<Omit<Stage, 'close'>> {
  const { gateways = 2, workers = 2, redisNodes = 1, release } = options;
  const folder = await mkdtemp(path.join(tmpdir(), 'kamome-crash-'));
  closings.push(() => rm(folder, { recursive: true, force: true }));
  const ground = await openGround(folder);
  closings.push(() => ground.close());
  const db = openPool(ground.url, { max: 8, applicationName: 'kamome-crash', statementTimeoutMs: 30_000 });
  db.on('error', () => undefined); // it is taken away on purpose
  closings.push(() => db.end());
  await migrate(db, systemClock, path.join(release ?? root, 'migrations'));
  const secrets = { caseKey: randomBytes(32), searchKey: randomBytes(32) };
  const made = makeHub(
    { name: 'crash', at: systemClock.now(), years: 1, passphrase: 'a-passphrase-of-tests' },
    randomBytes,
  );
  const plan = { bridgeGuardSeconds, bedStageAfterSeconds: 15, standbyAfterSeconds: 40, outcomeCallAfterSeconds: 5 };
  const lists = await buildTown(db, randomIds, systemClock.now(), { number: loadNumber, plan });
  for (const [index, name] of ['待機 花子', '待機 次郎'].entries())
    await lists.duty(await lists.standby(name, { position: index + 1 }), index + 1);
  const exampleId = await furnish(db, loadHubCertificate(made.certificate), secrets);
  await db.query(`update area set plan = plan || $1 where association_id = $2`, [{ bridgeGuardSeconds }, exampleId]);

  const redis = await watchedRedis(redisNodes > 1 ? await startRedisCluster(redisNodes) : await startRedis());
  closings.push(() => redis.stop());
  const [exchangePort = 0, faxPort = 0, ...doors] = await Promise.all(Array.from({ length: 2 + gateways }, freePort));
  const inside = await balancer(doors);
  closings.push(() => inside.close());
  const entrance = await openWire(Number(new URL(inside.url).port));
  closings.push(() => entrance.close());
  const publicUrl = `http://127.0.0.1:${entrance.port}`;
  const elsewhere = await openElsewhere(path.join(folder, 'elsewhere'));
  closings.push(() => elsewhere.close(), endChildren);
  const account = { TWILIO_ACCOUNT_SID: `AC${'0'.repeat(31)}9`, TWILIO_AUTH_TOKEN: 'a-token-for-crashing-0009' };
  const faxAccount = { INTERFAX_USERNAME: 'kamome', INTERFAX_PASSWORD: 'a-password-for-tests' };
  const local = (port: number): string => `http://127.0.0.1:${port}`;
  const [exchangeUrl, faxHouseUrl] = [local(exchangePort), local(faxPort)];
  await writeFile(path.join(folder, 'hub-cert.pem'), made.certificate);
  const env = {
    ...{ ...account, ...faxAccount, DATABASE_URL: ground.url, REDIS_URL: redis.url, KAMOME_DATA: folder },
    ...{ PUBLIC_BASE_URL: publicUrl, TWILIO_API_BASE: exchangeUrl, TWILIO_CALLS_PER_SECOND: '50', LOG_LEVEL: 'info' },
    ...{ FAX_PROVIDER: 'interfax', INTERFAX_API_BASE: faxHouseUrl, HUB_CERT: path.join(folder, 'hub-cert.pem') },
    ...{ CARD_COST_LOG2: String(testCard.costLog2), CARD_PEPPER: testCard.pepper.toString('base64') },
    ...{ FALLBACK_PUBLISH_TO: elsewhere.folder, FALLBACK_URL: elsewhere.url },
    CASE_KEY: secrets.caseKey.toString('base64'),
    ...{ KAMOME_CRASH_FOLDER: folder, NODE_OPTIONS: `--import ${path.join(import.meta.dirname, 'kill-at.mjs')}` },
  };
  const exchange = startChild('src/simulators/exchange/main.ts', { ...account, EXCHANGE_PORT: String(exchangePort) });
  const house = startChild('src/simulators/faxhouse/main.ts', {
    ...{ ...faxAccount, TELNYX_API_KEY: 'KEY-0123456789', FAXHOUSE_PORT: String(faxPort) },
  });
  await Promise.all([exchange.line(/^exchange /, 120), house.line(/^fax house /, 120)]);

  const members = await startMembers(
    {
      ...{ folder, env },
      ports: {
        ...{ database: ground.port, carrier: exchangePort, faxes: faxPort },
        ...(redisNodes > 1 ? {} : { queue: Number(new URL(redis.url).port) }),
      },
      address: addresses(ground),
    },
    [...doors.map((port) => ({ role: 'gateway' as const, port })), ...Array(workers).fill({ role: 'worker' as const })],
    release,
  );
  closings.push(() => members.close());
  const town = townOn(exchangeUrl);
  const documentOf = async (associationId: string): Promise<string> => {
    const name = documentName(secrets.caseKey, associationId);
    for (let tries = 0; tries < 90; tries++) {
      if ((await readdir(elsewhere.folder)).includes(name)) return `${elsewhere.url}/${name}`;
      await pause(1000);
    }
    throw new Error('no worker has published the document for the hour without us');
  };
  const numbers = [
    [exampleNumber, exampleId],
    [loadNumber, lists.associationId],
  ] as const;
  // The older release may not know such a document.
  for (const [number, associationId] of numbers)
    await town.configure(number, publicUrl, release ? undefined : await documentOf(associationId));
  await furnishMachines(db, faxHouseUrl, `${publicUrl}/nobody`);

  const watch = startWatch(ground.url);
  closings.push(() => watch.close());
  return {
    ...{ db, redis, lists, town, exampleId, env, faxHouseUrl, exchangeUrl, ground, members, entrance, watch },
    seen: async () => [...new Set(await linesOf(path.join(folder, 'seen')))],
    died: async () => await linesOf(path.join(folder, 'died')),
    async wish(moments) {
      // Whole at once: somebody reads it all the time.
      await writeFile(path.join(folder, 'next-wish'), moments.join('\n'));
      await rename(path.join(folder, 'next-wish'), path.join(folder, 'wish'));
    },
  };
}

const addresses = (ground: Ground): Record<End, (port: number) => Record<string, string>> => ({
  database: (port) => ({ DATABASE_URL: ground.url.replace(`:${ground.port}/`, `:${port}/`) }),
  queue: (port) => ({ REDIS_URL: `redis://127.0.0.1:${port}` }),
  carrier: (port) => ({ TWILIO_API_BASE: `http://127.0.0.1:${port}` }),
  faxes: (port) => ({ INTERFAX_API_BASE: `http://127.0.0.1:${port}` }),
});

/** The host that is not ours: serves what our workers publish in a folder. */
async function openElsewhere(folder: string) {
  await mkdir(folder);
  const server = http.createServer((request, response) => {
    const name = path.basename(new URL(request.url ?? '/', 'http://localhost').pathname);
    response.setHeader('content-type', 'text/xml');
    createReadStream(path.join(folder, name))
      .on('error', () => response.writeHead(404).end())
      .pipe(response);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    folder,
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    async close() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

/**
 * Whoever comes to one of these moments first, within so many seconds, dies there.
 * @returns the moment, once that process is at work again: one at a time is away; null when nobody came.
 */
export async function dieAt(stage: Stage, moments: readonly string[], seconds: number): Promise<string | null> {
  const [deaths, restarts] = [(await stage.died()).length, stage.members.restarts.length];
  await stage.wish(moments);
  const deadline = Date.now() + seconds * 1000;
  const isDead = async (): Promise<boolean> => (await stage.died()).length > deaths;
  while (!(await isDead()) && Date.now() < deadline) await pause(100);
  await stage.wish([]);
  if (!(await isDead())) return null;
  while (stage.members.restarts.length === restarts) await pause(100);
  await stage.members.allReady();
  return (await stage.died())[deaths] ?? null;
}

async function linesOf(file: string): Promise<string[]> {
  const text = await readFile(file, 'utf8').catch(() => '');
  return text.split('\n').filter(Boolean);
}

async function furnishMachines(db: pg.Pool, faxHouseUrl: string, callbackUrl: string): Promise<void> {
  const put = async (where: string, body: object): Promise<void> => {
    const init = { method: 'PUT', headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) };
    const answer = await fetch(`${faxHouseUrl}/faxhouse/numbers/${where}`, init);
    if (!answer.ok) throw new Error(`the fax house refused ${where}: ${await answer.text()}`);
  };
  const { rows } = await db.query<{ e164: string }>('select e164 from fax_destination');
  for (const { e164 } of rows) await put(e164, { name: '町の医院', answerSeconds: 0.5, secondsPerPage: 1 });
  await put(`${ourFax}/inbound`, { provider: 'interfax', callbackUrl });
}

export type { Role };
