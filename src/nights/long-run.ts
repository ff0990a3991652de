/**
 * Very many nights over several processes. Each block of seeds has a process of its own, so that memory stays as it is, and each
 * finished block is a line of a file: a run that was ended goes on where it was.
 */
import { fork } from 'node:child_process';
import { appendFileSync, existsSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { pathToFileURL } from 'node:url';
import type { Plan } from '../escalations/plan.ts';
import { OperatorError } from '../log.ts';
import { addTally, emptyTally, type Tally } from './tally.ts';
import type { TownPlan } from './town.ts';

export interface Block {
  from: number;
  seeds: number;
  town: TownPlan;
  plan: Plan;
}

export interface LongRun {
  from: number;
  seeds: number;
  town: TownPlan;
  plan: Plan;
  workers: number;
  /** Finished blocks, a line each; null: nothing is kept. */
  keep: string | null;
  /** How many seeds are done, of all. */
  onBlock(done: number, tally: Tally): void;
  blockSeeds?: number;
  play?(block: Block): Promise<Tally>;
}

/** About a minute of one processor; starting a process costs a second. */
const usualBlock = 100;

type Line = { run: string } | { block: number; tally: Tally };

/** @throws OperatorError when the file is of another run; Error when a process ended without an answer (what is kept stays). */
export async function playLong(run: LongRun): Promise<Tally> {
  const { from, seeds, town, plan, workers, keep, onBlock, blockSeeds = usualBlock, play = playInChild } = run;
  const finished = keep === null ? new Map<number, Tally>() : readKept(keep, nameOf(run, blockSeeds));
  const total = emptyTally();
  for (const tally of finished.values()) addTally(total, tally);
  const left: number[] = [];
  for (let block = from; block < from + seeds; block += blockSeeds) if (!finished.has(block)) left.push(block);
  async function work(): Promise<void> {
    for (let block = left.shift(); block !== undefined; block = left.shift()) {
      const tally = await play({ from: block, seeds: Math.min(blockSeeds, from + seeds - block), town, plan });
      if (keep !== null) append(keep, { block, tally });
      addTally(total, tally);
      onBlock(total.seeds, tally);
    }
  }
  await Promise.all(Array.from({ length: workers }, work));
  total.broken.sort((one, other) => one.seed - other.seed);
  return total;
}

const nameOf = ({ from, seeds, town, plan }: LongRun, blockSeeds: number): string =>
  JSON.stringify({ from, seeds, blockSeeds, town, plan });

/** A line that was torn by the end of the process before is played again. */
function readKept(file: string, name: string): Map<number, Tally> {
  const finished = new Map<number, Tally>();
  if (!existsSync(file)) {
    append(file, { run: name });
    return finished;
  }
  const lines = readFileSync(file, 'utf8').split('\n').flatMap(parsed);
  const [first] = lines;
  if (!first || !('run' in first) || first.run !== name)
    throw new OperatorError(`${file} keeps another run: name its --seeds, --from and --town, or another file`);
  for (const line of lines) if ('block' in line) finished.set(line.block, line.tally);
  return finished;
}

function parsed(line: string): Line[] {
  if (line === '') return [];
  try {
    return [JSON.parse(line) as Line];
  } catch {
    return [];
  }
}

/** Begins with an end of line, so that a torn line before it stands alone. */
const append = (file: string, line: Line): void => appendFileSync(file, `\n${JSON.stringify(line)}\n`);

function playInChild(block: Block): Promise<Tally> {
  return new Promise((settle, fail) => {
    const child = fork(new URL('./block-player.ts', import.meta.url), {
      execArgv: ['--import', pathToFileURL(createRequire(import.meta.url).resolve('tsx')).href],
    });
    let tally: Tally | null = null;
    child.on('message', (told: Tally) => {
      tally = told;
    });
    child.on('error', fail);
    child.on('exit', (code) => {
      if (tally) settle(tally);
      else fail(new Error(`seeds ${block.from} to ${block.from + block.seeds - 1} ended without an answer (${code})`));
    });
    child.send(block, () => undefined);
  });
}
