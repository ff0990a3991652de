/**
 * `npm run postal-codes -- <utf_ken_all.csv>`: reads Japan Post's list of postal codes (UTF-8; the whole country's or one prefecture's) into
 * the database of the configuration, beside a running system. Exit code 0 when read, 1 when refused or impossible.
 */
import { readFile } from 'node:fs/promises';
import { migrate } from '../../migrations/run.ts';
import { loadConfig } from '../config.ts';
import { openPool } from '../db.ts';
import { reachDatabase } from '../embedded/reach.ts';
import { systemClock } from '../lib/clock.ts';
import { createLog } from '../log.ts';
import { importTowns } from './actions.ts';

const usage = [
  '使い方: npm run postal-codes -- <utf_ken_all.csv>   （日本郵便「郵便番号データダウンロード」の UTF-8 版）',
  'usage:  npm run postal-codes -- <utf_ken_all.csv>   (Japan Post, postal code data, UTF-8)',
].join('\n');

async function main(file: string | undefined): Promise<number> {
  if (!file) return complain(usage);
  const bytes = await readFile(file).catch(() => null);
  if (!bytes) return complain(`ファイルを読めません: ${file}\nthis file cannot be read: ${file}\n\n${usage}`);
  const text = decode(bytes);
  if (text === null) return complain(`UTF-8 ではありません。UTF-8 版を使ってください。\nthis is not UTF-8\n\n${usage}`);
  const { databaseUrl, dataFolder } = loadConfig(process.env);
  const database = await reachDatabase({ databaseUrl, dataFolder, log: createLog('warn'), mayCreate: true });
  const db = openPool(database.url, { max: 1, applicationName: 'kamome-postal-codes' });
  try {
    await migrate(db, systemClock);
    const count = await importTowns(db, text);
    process.stdout.write(`${count} 件の町域を取り込みました。\n${count} towns imported.\n`);
    return 0;
  } finally {
    await db.end();
    await database.leave();
  }
}

function decode(bytes: Uint8Array): string | null {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch {
    return null;
  }
}

function complain(text: string): number {
  process.stderr.write(`${text}\n`);
  return 1;
}

process.exitCode = await main(process.argv[2]).catch((error: unknown) => {
  const reason = error instanceof Error ? error.message.split('\n')[0] : String(error);
  return complain(`取り込めませんでした。何も変わっていません。\nnothing was changed: ${reason}`);
});
