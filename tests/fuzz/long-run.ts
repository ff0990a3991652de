/**
 * A long run: round after round each target has the same time in a process of its own, so that cheap parsers get most of the inputs,
 * until so many were fed. What was counted is written down after every slice: a run that was ended goes on where it was.
 */
import { type ChildProcess, fork } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { grow, keep } from './corpus.ts';
import type { Order, Told } from './slice.ts';
import { type Bounds, type LastWords, usualBounds } from './watchdog.ts';

export interface LongRun {
  /** A module that exports `targets`. */
  module: string;
  targets: readonly string[];
  /** Ends the run; absent: one round. */
  inputs: number | null;
  /** Of one slice. */
  seconds: number;
  /** Of every slice; absent: a new one each. */
  seed: number | null;
  /** Folder of the counts and grown corpora. */
  state: string;
  drawSeed: () => number;
  /** Told after each slice. */
  tell(line: string): void;
  bounds?: Bounds;
  /** Whether what falls over is kept among the project's corpora. */
  isKept?: boolean;
}

export interface Count {
  target: string;
  inputs: number;
  seconds: number;
  crashes: number;
  hangs: number;
  outOfMemory: number;
  slowestMs: number;
  blocks: number;
  /** Largest growth within one slice after everything was warm. */
  heapGrowthMb: number;
  rssGrowthMb: number;
}

export interface Counts {
  /** Of which run these are. */
  wanted: number | null;
  slices: number;
  targets: Count[];
}

/** No target takes more of a run than this in one slice. */
const share = (inputs: number): number => Math.max(1000, Math.ceil(inputs / 10));
const oldSpaceMb = 700;
/** How many rounds coverage guides; after them only each fourth. */
const guidedRounds = 2;

export async function runLong(run: LongRun): Promise<Counts> {
  mkdirSync(run.state, { recursive: true });
  const file = path.join(run.state, 'counts.json');
  const counts = begin(run, file);
  const total = (): number => counts.targets.reduce((sum, { inputs }) => sum + inputs, 0);
  const isOver = (): boolean => (run.inputs === null ? counts.slices >= run.targets.length : total() >= run.inputs);
  let child: ChildProcess | null = null;
  const end = (): void => void child?.kill('SIGKILL');
  process.once('exit', end);
  while (!isOver()) {
    const round = Math.floor(counts.slices / run.targets.length);
    const count = counts.targets[counts.slices % run.targets.length]!;
    const order: Order = {
      ...{ module: run.module, target: count.target, seed: run.seed ?? run.drawSeed(), seconds: run.seconds },
      mostInputs: run.inputs === null ? Number.MAX_SAFE_INTEGER : Math.min(run.inputs - total(), share(run.inputs)),
      guidedPart: round < guidedRounds || round % 4 === 0 ? 0.33 : 0,
      ...{ grownIn: path.join(run.state, 'corpus'), lastWords: path.join(run.state, 'last-words.json') },
      bounds: run.bounds ?? usualBounds,
    };
    rmSync(order.lastWords, { force: true });
    const told = await slice(order, (started) => {
      child = started;
    });
    counts.slices++;
    settle(run, order, count, told);
    const part = `${file}.part`;
    writeFileSync(part, JSON.stringify(counts, null, 2));
    renameSync(part, file);
  }
  process.off('exit', end);
  return counts;
}

/** Counts of the same run that was not finished, or of a new one; a target that is new begins at nothing. */
function begin(run: LongRun, file: string): Counts {
  const none = { inputs: 0, seconds: 0, crashes: 0, hangs: 0, outOfMemory: 0, slowestMs: 0, blocks: 0 };
  const fresh = (target: string): Count => ({ target, ...none, heapGrowthMb: 0, rssGrowthMb: 0 });
  const kept = run.inputs !== null && existsSync(file) ? (JSON.parse(readFileSync(file, 'utf8')) as Counts) : null;
  const isUnfinished =
    kept?.wanted === run.inputs && kept.targets.reduce((sum, { inputs }) => sum + inputs, 0) < run.inputs!;
  if (!kept || !isUnfinished) return { wanted: run.inputs, slices: 0, targets: run.targets.map(fresh) };
  run.tell(`goes on after ${kept.slices} slices`);
  const known = new Map(kept.targets.map((count) => [count.target, count]));
  return { ...kept, targets: run.targets.map((target) => known.get(target) ?? fresh(target)) };
}

type Ended = Told | { ended: string; lastWords: LastWords | null };

function slice(order: Order, started: (child: ChildProcess) => void): Promise<Ended> {
  return new Promise((resolve, reject) => {
    const child = fork(path.join(import.meta.dirname, 'slice.ts'), [], {
      execArgv: ['--import', 'tsx', `--max-old-space-size=${oldSpaceMb}`],
      stdio: ['ignore', 'ignore', 'pipe', 'ipc'],
    });
    started(child);
    let told: Told | null = null;
    let complaint = '';
    child.stderr?.setEncoding('utf8').on('data', (text: string) => {
      complaint = (complaint + text).slice(-2000);
    });
    child.once('message', (message) => {
      told = message as Told;
    });
    child.once('error', reject);
    child.once('close', (code, signal) => {
      if (told) return resolve(told);
      const lastWords = existsSync(order.lastWords)
        ? (JSON.parse(readFileSync(order.lastWords, 'utf8')) as LastWords)
        : null;
      resolve({ ended: `${signal ?? code}: ${complaint}`, lastWords });
    });
    child.send(order);
  });
}

function settle(run: LongRun, order: Order, count: Count, told: Ended): void {
  const where = (input: string): string =>
    run.isKept === false ? input.slice(0, 200) : keep(count.target, Buffer.from(input, 'base64'));
  if ('ended' in told) {
    const why = told.lastWords?.why ?? (/heap out of memory/i.test(told.ended) ? 'memory' : 'crash');
    count[({ hang: 'hangs', memory: 'outOfMemory', crash: 'crashes' } as const)[why]]++;
    const input = told.lastWords ? `\n  input kept as ${where(told.lastWords.input)}` : '';
    return run.tell(`${count.target} (seed ${order.seed}): the process ended, ${why} (${told.ended})${input}`);
  }
  for (const { kind, input, error } of told.fallen) {
    count[kind === 'crash' ? 'crashes' : 'hangs']++;
    run.tell(`${count.target} (seed ${order.seed}): ${error}\n  input kept as ${where(input)}`);
  }
  grow(
    count.target,
    told.found.map((input) => Buffer.from(input, 'base64')),
    order.grownIn,
  );
  count.inputs += told.inputs;
  count.seconds = Math.round((count.seconds + told.seconds) * 10) / 10;
  for (const most of ['slowestMs', 'blocks', 'heapGrowthMb', 'rssGrowthMb'] as const)
    count[most] = Math.max(count[most], told[most]);
  const pace = Math.round(told.inputs / Math.max(0.1, told.seconds));
  const grown = `heap ${signed(told.heapGrowthMb)} MB, rss ${signed(told.rssGrowthMb)} MB, ${told.found.length} found`;
  run.tell(`${count.target} (seed ${order.seed}): ${told.inputs} inputs, ${pace}/s, ${grown}`);
}

const signed = (number: number): string => `${number >= 0 ? '+' : ''}${number}`;
