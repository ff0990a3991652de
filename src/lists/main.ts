/**
 * `npm run import -- <folder>`: reads an association's lists into the database of the configuration.
 * May run beside a running system: what it changes counts from the next step of every call. Exit code 0 when imported,
 * 1 when refused or impossible.
 */
import { randomBytes } from 'node:crypto';
import { stat } from 'node:fs/promises';
import { availableParallelism } from 'node:os';
import { migrate } from '../../migrations/run.ts';
import { type Config, ConfigError, loadConfig } from '../config.ts';
import { openPool, sqlState } from '../db.ts';
import { reachDatabase } from '../embedded/reach.ts';
import { createCardDeriver } from '../lib/card.ts';
import { systemClock } from '../lib/clock.ts';
import { randomIds } from '../lib/ids.ts';
import { createLog } from '../log.ts';
import { importFolder } from './actions.ts';
import { formatReport } from './report.ts';

const usage = [
  '使い方: npm run import -- <フォルダー>   （見本: config/examples/nishi）',
  'usage:  npm run import -- <folder>      (example: config/examples/nishi)',
].join('\n');

async function main(folder: string | undefined): Promise<number> {
  if (!folder) return complain(usage);
  const found = await stat(folder).catch(() => null);
  if (!found?.isDirectory())
    return complain(`フォルダーがありません: ${folder}\nthere is no such folder: ${folder}\n\n${usage}`);
  const config = loadConfig(process.env);
  const { databaseUrl, dataFolder } = config;
  const database = await reachDatabase({ databaseUrl, dataFolder, log: createLog('warn'), mayCreate: true });
  try {
    return await run(config, database.url, folder);
  } finally {
    await database.leave();
  }
}

async function run(config: Config, url: string, folder: string): Promise<number> {
  const db = openPool(url, { max: 4, applicationName: 'kamome-import' });
  const concurrency = Math.min(4, availableParallelism());
  try {
    await migrate(db, systemClock);
    const { lookupIndex } = createCardDeriver({ ...cardOf(config), concurrency });
    const deps = { db, clock: systemClock, ids: randomIds, random: randomBytes, deriveLookupIndex: lookupIndex };
    const report = await importFolder(deps, folder);
    if (report.status === 'refused') return complain(formatReport(report));
    process.stdout.write(formatReport(report));
    return 0;
  } finally {
    await db.end();
  }
}

// Named one by one: the pepper is hidden from enumeration, so that spreading it would lose it.
const cardOf = ({ card }: Config) => ({ pepper: card.pepper, costLog2: card.costLog2 });

function complain(text: string): number {
  process.stderr.write(`${text.trimEnd()}\n`);
  return 1;
}

/** Faults of ours carry their cure; of others only the first line is shown, and never a row's content. */
function explain(error: unknown): string {
  if (error instanceof ConfigError) return error.message;
  if (sqlState(error) === '55P03')
    return 'ほかの取り込みが動いています。終わってからもう一度実行してください。\nanother import is running: run this again when it has ended.';
  const reason = error instanceof Error ? error.message.split('\n')[0] : String(error);
  return `取り込めませんでした。何も変わっていません。\nthe import failed, nothing was changed: ${reason}`;
}

process.exitCode = await main(process.argv[2]).catch((error: unknown) => complain(explain(error)));
