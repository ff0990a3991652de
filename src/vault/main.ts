/**
 * `npm run keys`: makes and replaces the keys of the sealed record. Runs where the hub key is, beside a running system. Exit code 0:
 * done, 1: refused or something is left.
 */
import { randomBytes } from 'node:crypto';
import { availableParallelism } from 'node:os';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { migrate } from '../../migrations/run.ts';
import { ConfigError, loadConfig, loadHubSecrets } from '../config.ts';
import { openPool } from '../db.ts';
import { reachDatabase } from '../embedded/reach.ts';
import { createCardDeriver } from '../lib/card.ts';
import { systemClock } from '../lib/clock.ts';
import { randomIds } from '../lib/ids.ts';
import { createLog, OperatorError } from '../log.ts';
import { pepperIdOf } from './card-copy.ts';
import * as words from './key-words.ts';
import { openHubVault, writeNewHub } from './keys.ts';
import {
  finishPepper,
  keyCounts,
  preparePepper,
  type RotationContext,
  rotateHubKey,
  unadoptedCount,
} from './rotation.ts';

type Env = NodeJS.ProcessEnv;
type Values = ReturnType<typeof readArguments>['values'];

const say = (line: string): void => void process.stdout.write(`${line}\n`);
const doing = { actor: 'operator', cause: 'npm run keys' } as const;

async function main(args: string[], env: Env): Promise<number> {
  const { values, positionals } = readArguments(args);
  const [command] = positionals;
  switch (command) {
    case 'make-key':
      say(randomBytes(32).toString('base64'));
      return 0;
    case 'make-hub':
      return makeHubFiles(values);
    case 'status':
      return withDatabase(env, values, async ({ db }) => {
        for (const line of words.statusLines(await keyCounts(db))) say(line);
        return 0;
      });
    case 'rotate-hub':
      return withDatabase(env, values, rotateHub);
    case 'rotate-pepper':
      return withDatabase(env, values, (ctx) => rotatePepper(ctx, env, Boolean(values.finish)));
    default:
      process.stderr.write(`${words.usage}\n`);
      return command === undefined && values.help ? 0 : 1;
  }
}

function readArguments(args: string[]) {
  try {
    return parseArgs({
      args,
      allowPositionals: true,
      options: {
        out: { type: 'string' },
        name: { type: 'string' },
        years: { type: 'string', default: '10' },
        batch: { type: 'string' },
        finish: { type: 'boolean', default: false },
        help: { type: 'boolean', default: false },
      },
    });
  } catch (cause) {
    throw new OperatorError(`${cause instanceof Error ? cause.message : cause}\n${words.usage}`);
  }
}

function makeHubFiles({ out, name, years }: Values): number {
  if (!out || !name || !/^[1-9]\d?$/.test(years)) throw new OperatorError(words.usage);
  const folder = path.resolve(out);
  const hub = writeNewHub(folder, { name, at: systemClock.now(), years: Number(years) }, randomBytes);
  for (const line of words.madeHubLines(folder, hub.id, hub.notAfter)) say(line);
  return 0;
}

/** Opens database and keys; the private one only of the console's configuration. */
async function withDatabase(
  env: Env,
  values: Values,
  work: (ctx: RotationContext) => Promise<number>,
): Promise<number> {
  const batchSize = Number(values.batch ?? 20);
  if (!Number.isInteger(batchSize) || batchSize < 1 || batchSize > 1000) throw new OperatorError(words.usage);
  const config = loadConfig(env);
  const secrets = loadHubSecrets(env);
  const { databaseUrl, dataFolder } = config;
  const reached = await reachDatabase({ databaseUrl, dataFolder, log: createLog('error'), mayCreate: false });
  const db = openPool(reached.url, { max: 2, applicationName: 'kamome-keys', statementTimeoutMs: 60_000 });
  try {
    await migrate(db, systemClock);
    const parts = { db, clock: systemClock, ids: randomIds, random: randomBytes };
    const vault = openHubVault(config, secrets, parts);
    return await work({ ...vault, batchSize, onBatch: (what, done) => say(words.progressLine(what, done)) });
  } finally {
    await db.end();
    await reached.leave();
  }
}

async function rotateHub(ctx: RotationContext): Promise<number> {
  const { records, copies, pages } = await rotateHubKey(ctx, doing);
  for (const line of words.rotatedLines('records', records)) say(line);
  for (const line of words.rotatedLines('card copies', copies)) say(line);
  for (const line of words.rotatedLines('pages', pages)) say(line);
  return records.unopened.length + copies.unopened.length + pages.unopened.length === 0 ? 0 : 1;
}

async function rotatePepper(ctx: RotationContext, env: Env, isLast: boolean): Promise<number> {
  const config = loadConfig(env);
  const given = env.CARD_PEPPER_NEXT?.trim();
  // When the gateways are switched already, the next pepper is simply the present one.
  const pepper = given ? Buffer.from(given, 'base64') : isLast ? config.card.pepper : null;
  if (!pepper) throw new OperatorError(words.needsNextPepper);
  if (!isLast && pepper.equals(config.card.pepper)) throw new OperatorError(words.samePepper);
  const { costLog2 } = config.card;
  const cards = createCardDeriver({ pepper, costLog2, concurrency: availableParallelism() });
  const next = { cards, pepperId: pepperIdOf(pepper) };
  const finished = isLast ? await finishPepper(ctx, next, doing) : null;
  const prepared = finished?.prepared ?? (await preparePepper(ctx, next, doing));
  for (const line of words.rotatedLines('cards', prepared)) say(line);
  if (finished) say(words.switchedLine(finished.switched));
  const unadopted = await unadoptedCount(ctx.db);
  if (unadopted > 0) say(words.unadoptedLine(unadopted));
  return prepared.unopened.length === 0 ? 0 : 1;
}

process.exitCode = await main(process.argv.slice(2), process.env).catch((error: unknown) => {
  // Words of ours hold no secret; of anything else only the first line, and a driver's quotes no row here.
  const said = error instanceof OperatorError || error instanceof ConfigError;
  const reason = error instanceof Error ? (said ? error.message : error.message.split('\n')[0]) : String(error);
  process.stderr.write(`できませんでした / it could not be done: ${reason}\n`);
  return 1;
});
