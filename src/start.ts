/**
 * `npm start`: everything in one process, for a trial or a small hub: embedded PostgreSQL unless DATABASE_URL is given,
 * the simulated exchange unless there is a carrier's account, gateway and worker.
 */
import { randomBytes } from 'node:crypto';
import http from 'node:http';
import { availableParallelism } from 'node:os';
import path from 'node:path';
import type pg from 'pg';
import { migrate } from '../migrations/run.ts';
import { startWorker } from '../workers/start.ts';
import { type Config, loadConfig, withDatabase, withPorts } from './config.ts';
import { openPool } from './db.ts';
import { allDialledNumbers } from './directory/actions.ts';
import { freePort } from './embedded/cluster.ts';
import { startEmbeddedPostgres } from './embedded/postgres.ts';
import { startGateway } from './gateway.ts';
import { createCardDeriver } from './lib/card.ts';
import { systemClock } from './lib/clock.ts';
import { randomIds } from './lib/ids.ts';
import { importFolder } from './lists/actions.ts';
import { createLog, type Log, OperatorError } from './log.ts';
import { createMetrics } from './metrics.ts';
import { openRunning } from './running.ts';
import { exitOn, explain } from './shutdown.ts';
import { createExchange } from './simulators/exchange/exchange.ts';
import { exampleNotice } from './simulators/town/notice.ts';
import { furnishTown } from './simulators/town/town.ts';

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
  // The carrier is told our address before we listen, so "any free port" is chosen now.
  if (config.http.port === 0) config = withPorts(config, { http: await freePort() });
  welcome(config);
  if (!config.databaseUrl) {
    const embedded = await startEmbeddedPostgres({ dataFolder: config.dataFolder, log });
    endings.push(() => embedded.stop());
    config = withDatabase(config, embedded.url);
  }
  await prepareDatabase(config, log);
  const metrics = createMetrics({ ofProcess: true });
  const running = await openRunning(config, log, 'gateway', metrics);
  endings.push(() => running.close());
  const gateway = await startGateway(config, running.ctx, log, metrics);
  const drainGateway: Ending = () => gateway.drain();
  endings.push(drainGateway);
  const worker = await startWorker(config, running.ctx, log);
  endings.push(() => worker.drain(), drainGateway); // the gateway first: what its last requests want is still carried out
  if (config.simulated) {
    const notice = await exampleNotice(running.db, exampleFolder);
    await furnishTown(running.db, exchangeUrl(config), config.publicBaseUrl, notice);
  }
  say(`ready http://127.0.0.1:${gateway.port}`);
}

const exchangeUrl = (config: Config): string => `http://127.0.0.1:${config.exchangePort}`;

function welcome(config: Config): void {
  say('Kamome 鴎: gateway and worker in one process (a trial or a small hub; see README for production)');
  if (!config.simulated) say(`calls come in at ${config.publicBaseUrl}/voice/inbound`);
  else tryIt(config);
  for (const { name, problem, cure } of config.warnings) say(`WARNING ${name} ${problem}. ${cure}.`);
}

function tryIt(config: Config): void {
  say(`try it: ${exchangeUrl(config)}/ — be the worried nurse, the woken doctor, the hospital desk`);
  say(`        cards, codes and PINs to try: config/examples/nishi/README.md`);
}

/** The exchange by itself listens first, so that the very first line can say where a person can try it. */
async function openExchange(config: Config): Promise<{ port: number; close: Ending }> {
  const { accountSid, authTokens } = config.twilio;
  const authToken = authTokens[0] ?? '';
  const exchange = createExchange({ clock: systemClock, random: randomBytes, accountSid, authToken });
  const server = http.createServer(exchange.app);
  server.keepAliveTimeout = 65_000; // longer than the client keeps idle connections
  await new Promise<void>((resolve, reject) => {
    server.once('error', (cause: NodeJS.ErrnoException) => {
      const taken = `port ${config.exchangePort} is taken: stop the other program, or choose another with EXCHANGE_PORT`;
      reject(cause.code === 'EADDRINUSE' ? new OperatorError(taken, { cause }) : cause);
    });
    server.listen(config.exchangePort, '127.0.0.1', resolve);
  });
  const address = server.address();
  return {
    port: typeof address === 'object' && address ? address.port : config.exchangePort,
    close: async () => {
      exchange.close();
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

/** Migrations; and in simulated mode an empty database begins with the example ward, and says so. */
async function prepareDatabase(config: Config, log: Log): Promise<void> {
  const db = openPool(config.databaseUrl ?? '', { max: 4, applicationName: 'kamome-start' });
  try {
    await migrate(db, systemClock);
    if (config.simulated && (await allDialledNumbers(db)).length === 0) await importExample(config, db);
  } finally {
    await db.end();
  }
  log.debug('database_ready');
}

async function importExample(config: Config, db: pg.Pool): Promise<void> {
  say('the database is empty: beginning with the example ward of config/examples/nishi (invented names and numbers)');
  const { pepper, costLog2 } = config.card;
  const { lookupIndex } = createCardDeriver({ pepper, costLog2, concurrency: availableParallelism() });
  const deps = { db, clock: systemClock, ids: randomIds, random: randomBytes, deriveLookupIndex: lookupIndex };
  const report = await importFolder(deps, exampleFolder);
  if (report.status === 'refused') throw new Error('the example lists were refused');
}

await start().catch(explain);
