/**
 * `npm start`: everything in one process, for a trial or a small hub: embedded PostgreSQL unless DATABASE_URL is given,
 * the simulated exchange unless there is a carrier's account, the fax house unless there is a fax line, gateway, worker and the
 * hub's console.
 */
import { randomBytes } from 'node:crypto';
import { availableParallelism } from 'node:os';
import path from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import type pg from 'pg';
import { migrate } from '../migrations/run.ts';
import { startWorker } from '../workers/start.ts';
import { type Config, loadConfig, loadHubSecrets, withDatabase, withPorts } from './config.ts';
import { consoleNotice, openConsole } from './console/opening.ts';
import { openPool } from './db.ts';
import { allDialledNumbers, allFaxMachines } from './directory/actions.ts';
import { freePort } from './embedded/cluster.ts';
import { startEmbeddedPostgres } from './embedded/postgres.ts';
import { destinationMachines, ownNumbers } from './fax/actions.ts';
import { faxWebhookPath } from './fax-context.ts';
import { startGateway } from './gateway.ts';
import { createCardDeriver } from './lib/card.ts';
import { systemClock } from './lib/clock.ts';
import { randomIds } from './lib/ids.ts';
import { importFolder } from './lists/actions.ts';
import { createLog, type Log } from './log.ts';
import { createMetrics } from './metrics.ts';
import { openRunning } from './running.ts';
import { exitOn, explain } from './shutdown.ts';
import { enlivenExample } from './simulators/town/example.ts';
import { furnishFaxHouse } from './simulators/town/fax-town.ts';
import { openExchange, openFaxHouse } from './simulators/town/houses.ts';
import { exampleNotice, faxNotice } from './simulators/town/notice.ts';
import { furnishTown } from './simulators/town/town.ts';
import { openHubCertificate, openNightVault } from './vault/keys.ts';

const exampleFolder = path.resolve(import.meta.dirname, '../config/examples/nishi');
const say = (line: string): void => void process.stdout.write(`${line}\n`);

type Ending = () => Promise<void>;

async function start(): Promise<void> {
  const config = loadConfig(process.env);
  const log = createLog(config.logLevel, { process: 'kamome' });
  const endings: Ending[] = [];
  let ending: Promise<void> | undefined;
  const endAll: Ending = () => {
    ending ??= inReverse(endings); // a start that fails and a signal may both want it: each waits for the one end
    return ending;
  };
  const opening = openAll(config, log, endings);
  // Told to leave while it still starts: first to the end of the start, or a database server would be left behind.
  exitOn(log, () => opening.catch(() => undefined).then(endAll));
  await opening.catch(async (error: unknown) => {
    await endAll(); // what is open already would keep a process alive that takes no calls
    throw error;
  });
}

async function inReverse(endings: readonly Ending[]): Promise<void> {
  for (const end of endings.toReversed()) await end();
}

async function openAll(given: Config, log: Log, endings: Ending[]): Promise<void> {
  let config = given;
  if (config.simulated) {
    const exchange = await openExchange(config);
    endings.push(exchange.close);
    config = withPorts(config, { exchange: exchange.port });
  }
  const faxHouse = await openFaxHouse(config);
  if (faxHouse) {
    endings.push(faxHouse.close);
    config = withPorts(config, { faxhouse: faxHouse.port });
  }
  // The carrier is told our address before we listen, so "any free port" is chosen now.
  if (config.http.port === 0) config = withPorts(config, { http: await freePort() });
  // Passkeys are bound to the console's address, so that too is known before.
  if (config.console.port === 0) config = withPorts(config, { console: await freePort() });
  welcome(config);
  if (!config.databaseUrl) {
    const certificate = config.simulated ? makeCertificateMeanwhile(config) : Promise.resolve();
    certificate.catch(() => undefined); // told below, when the database can be closed again
    const embedded = await startEmbeddedPostgres({ dataFolder: config.dataFolder, log });
    endings.push(() => embedded.stop());
    await certificate;
    config = withDatabase(config, embedded.url);
  }
  const { example } = await prepareDatabase(config, log);
  endings.push(() => example.catch(() => undefined));
  const metrics = createMetrics({ ofProcess: true });
  const running = await openRunning(config, log, 'gateway', metrics);
  endings.push(() => running.close());
  const gateway = await startGateway(config, running.ctx, log, metrics);
  const drainGateway: Ending = () => gateway.drain();
  endings.push(drainGateway);
  const worker = await startWorker(config, running.ctx, log, metrics);
  endings.push(() => worker.drain(), drainGateway); // the gateway first: what its last requests want is still carried out
  if (config.simulated) {
    const notice = await exampleNotice(running.db, exampleFolder);
    await furnishTown(running.db, exchangeUrl(config), config.publicBaseUrl, notice);
  }
  await example;
  if (faxHouse) await furnishFaxes(config, running.db);
  const opened = await openConsole(config, loadHubSecrets(process.env), log, createMetrics());
  endings.push(() => opened.close());
  for (const line of consoleNotice(config.console.baseUrl, opened)) say(line);
  say(`ready http://127.0.0.1:${gateway.port}`);
  await running.warmUp(); // after the calls can come in: it takes this process a second or two, in small steps
}

/** The first start makes the trial's hub key, a second or two of one processor, while the other creates the database. */
async function makeCertificateMeanwhile(config: Config): Promise<void> {
  await wait(300); // the database's own program is on its way by then
  openHubCertificate(config, { clock: systemClock, random: randomBytes });
}

const exchangeUrl = (config: Config): string => `http://127.0.0.1:${config.exchangePort}`;
const faxHouseUrl = ({ fax }: Config): string => `http://127.0.0.1:${fax.faxhousePort}`;

/** Our own numbers with the doorbell, and the machines of every office and destination. */
async function furnishFaxes(config: Config, db: pg.Pool): Promise<void> {
  const callbackUrl = `${config.publicBaseUrl}${faxWebhookPath(config.fax) ?? ''}`;
  const [own, offices, destinations] = await Promise.all([ownNumbers(db), allFaxMachines(db), destinationMachines(db)]);
  const ours = own.map(({ e164, name }) => ({ number: e164, name, provider: 'interfax' as const, callbackUrl }));
  const notice = await faxNotice(db, exampleFolder);
  await furnishFaxHouse(faxHouseUrl(config), { ours, machines: [...offices, ...destinations], notice });
}

function welcome(config: Config): void {
  say('Kamome 鴎: gateway, worker and console in one process (a trial or a small hub; see README for production)');
  if (!config.simulated) say(`calls come in at ${config.publicBaseUrl}/voice/inbound`);
  else tryIt(config);
  if (config.fax.simulated)
    say(`fax house: ${faxHouseUrl(config)}/ — every clinic's tray; drop a page on a machine to send it`);
  for (const { name, problem, cure } of config.warnings) say(`WARNING ${name} ${problem}. ${cure}.`);
}

function tryIt(config: Config): void {
  say(`try it: ${exchangeUrl(config)}/ — be the worried nurse, the woken doctor, the hospital desk`);
  say(`        cards, codes and PINs to try: config/examples/nishi/README.md`);
}

/** What goes on by itself while the processes open; `example` ends when the example ward is alive, or throws what went wrong. */
interface Prepared {
  example: Promise<void>;
}

/** Migrations; and in simulated mode an empty database begins with the example ward, and says so. */
async function prepareDatabase(config: Config, log: Log): Promise<Prepared> {
  const db = openPool(config.databaseUrl ?? '', { max: 4, applicationName: 'kamome-start' });
  let example: Promise<void> = Promise.resolve();
  try {
    await migrate(db, systemClock);
    if (config.simulated) {
      const parts = exampleParts(config, db);
      await importExample(parts);
      example = enliven(config, parts);
    }
  } catch (error) {
    await db.end();
    throw error;
  }
  log.debug('database_ready');
  const ended = example.finally(() => db.end());
  ended.catch(() => undefined); // told where it is waited for
  return { example: ended };
}

const exampleParts = (config: Config, db: pg.Pool) => {
  const { pepper, costLog2 } = config.card;
  const cards = createCardDeriver({ pepper, costLog2, concurrency: availableParallelism() });
  return { db, cards, clock: systemClock, ids: randomIds, random: randomBytes };
};
type ExampleParts = ReturnType<typeof exampleParts>;

/** The lists, only into an empty database. */
async function importExample({ cards, ...parts }: ExampleParts): Promise<void> {
  if ((await allDialledNumbers(parts.db)).length > 0) return;
  say('the database is empty: beginning with the example ward of config/examples/nishi (invented names and numbers)');
  const report = await importFolder({ ...parts, deriveLookupIndex: cards.lookupIndex }, exampleFolder);
  if (report.status === 'refused') throw new Error('the example lists were refused');
}

/** Whatever is missing of its records, PINs and fax machines, at every start. */
async function enliven(config: Config, parts: ExampleParts): Promise<void> {
  const { searchKey } = loadHubSecrets(process.env);
  await enlivenExample({ ...openNightVault(config, parts), searchKey }, exampleFolder);
}

await start().catch(explain);
