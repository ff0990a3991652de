/** efax: another T.30 program than HylaFAX, as old as many a machine; it has no error correction. */
import { execFile } from 'node:child_process';
import { writeFile } from 'node:fs/promises';
import path from 'node:path';
import { promisify } from 'node:util';
import type { BilevelPage } from '../../src/imaging/bilevel.ts';
import { encodeTiff } from '../../src/imaging/tiff.ts';
import { type Bench, type Modem, type Running, until } from './modems.ts';

const run = promisify(execFile);
let count = 0;

/** @param options of efax, before `-t number file` or `-r file`. */
function start(bench: Bench, modem: Modem, options: readonly string[]): Promise<Running> {
  const own = ['-d', `/dev/${modem.tty}`, '-v', 'ewincm', '-i', 'Z', '-l', modem.number, ...options];
  return bench.start(`efax-${++count}`, 'efax', own);
}

/** Sends one page. */
export async function efaxSends(bench: Bench, modem: Modem, to: string, page: BilevelPage): Promise<Running> {
  const file = path.join(bench.folder, `efax-${count + 1}.tif`);
  await writeFile(file, await encodeTiff([page]));
  await run('tiffcp', ['-c', 'g3:1d', file, `${file}.g3`]);
  return start(bench, modem, ['-t', to, `${file}.g3`]);
}

/** Answers the next call; comes back when it is ready for it. */
export async function efaxAnswers(bench: Bench, modem: Modem): Promise<Running> {
  const machine = await start(bench, modem, [
    '-i',
    'S0=1',
    '-w',
    '-r',
    path.join(bench.folder, `efax-got-${count + 1}`),
  ]);
  await until('efax waits for a call', 20, async () => (await machine.output()).includes('waiting for activity'));
  return machine;
}
