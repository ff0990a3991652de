/**
 * `npm run demo`: one urgent call from the first ring to the outcome, then a patient enrolled by fax whose record two doctors get by
 * night; two minutes and a half of real time. Starts the system by itself, plays the people at the telephones and fax machines over
 * the simulators' HTTP, and tells what really happens. `-- --story call` or `records`: one of the two; `--pages <folder>`: where the pages
 * are saved as pictures (.kamome-demo). Exit code 0: it ended as it
 * should, 1: it did not, 130: stopped by Ctrl-C.
 */
import path from 'node:path';
import { parseArgs } from 'node:util';
import { openPool } from '../../db.ts';
import { reachDatabase } from '../../embedded/reach.ts';
import { createLog } from '../../log.ts';
import { chooseCast } from './cast.ts';
import { exchangeClient } from './exchange.ts';
import { faxTown } from './fax-machine.ts';
import { play, type Stage } from './play.ts';
import { playRecords } from './record-play.ts';
import { type System, startSystem } from './system.ts';
import { type Finding, judge } from './verdict.ts';
import { watch } from './witness.ts';

const say = (line: string): void => void process.stdout.write(`${line}\n`);
const longestSeconds = 540; // the stories take 150; whatever hangs is ended and told

async function main(signal: AbortSignal): Promise<number> {
  say(
    'Kamome 鴎: 緊急呼ひとつと、記録ひとつの実演（約2分半）— one urgent call and one record, as it happens (two and a half minutes)',
  );
  say('システムを起動します — starting the system, with a temporary folder of its own');
  const system = await startSystem(signal);
  try {
    say(`電話交換機 / the telephone network: ${system.exchangeUrl}/`);
    say(`ファックス / the fax machines: ${system.faxHouseUrl}/`);
    return await perform(system, signal);
  } catch (error) {
    if (!signal.aborted) process.stderr.write(system.output().trim() === '' ? '' : `${system.output().trim()}\n`);
    throw error;
  } finally {
    await system.stop();
  }
}

async function perform(system: System, signal: AbortSignal): Promise<number> {
  const log = createLog('error');
  const reached = await reachDatabase({ databaseUrl: null, dataFolder: system.dataFolder, log, mayCreate: false });
  const db = openPool(reached.url, { max: 3, applicationName: 'kamome-demo' });
  try {
    const exchange = exchangeClient(system.exchangeUrl);
    const cast = await chooseCast(db, new Date());
    const witness = await watch(db, exchange, cast, say, signal);
    const findings = await tellAll({ db, exchange, cast, witness, signal }, system).finally(() => witness.end());
    say('');
    for (const { isGood, ja, en } of findings) say(`${isGood ? '✓' : '✗'} ${ja} — ${en}`);
    return findings.every((finding) => finding.isGood) ? 0 : 1;
  } finally {
    await db.end();
    await reached.leave();
  }
}

async function tellAll(stage: Stage, system: System): Promise<Finding[]> {
  const findings: Finding[] = [];
  if (story !== 'records') findings.push(...(await judge(stage, await play(stage), system)));
  if (story === 'call') return findings;
  const faxes = faxTown(system.faxHouseUrl);
  say('');
  return [...findings, ...(await playRecords({ ...stage, faxes, env: system.env, say, folder: path.resolve(pages) }))];
}

const { story, pages } = parseArgs({
  options: { story: { type: 'string' }, pages: { type: 'string', default: '.kamome-demo' } },
}).values;
const stopping = new AbortController();
let isInterrupted = false;
for (const name of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const)
  process.on(name, () => {
    if (isInterrupted) return; // npm and the terminal both pass Ctrl-C on; the tidying up is already under way
    isInterrupted = true;
    process.stderr.write('\n片付けています — tidying up\n');
    stopping.abort();
  });
const deadline = setTimeout(() => stopping.abort(new Error(`not done in ${longestSeconds} s`)), longestSeconds * 1000);

process.exitCode = await main(stopping.signal).catch((error: unknown) => {
  if (isInterrupted) return 130;
  const reason = stopping.signal.aborted ? stopping.signal.reason : error;
  process.stderr.write(`✗ ${reason instanceof Error ? reason.message : String(reason)}\n`);
  return 1;
});
clearTimeout(deadline);
