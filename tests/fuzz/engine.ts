/**
 * One target under bad inputs: seeds and the kept corpus are bred, what makes new code run is bred further. Counts inputs, crashes
 * (anything thrown, and answers that break the target's own law), hangs and what memory grew by.
 */
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { type Coverage, openCoverage } from './coverage.ts';
import { drawFrom, mutate } from './mutate.ts';
import type { Watchdog } from './watchdog.ts';

export interface Target {
  name: string;
  /** Good inputs to begin with. */
  seeds(): Promise<Buffer[]>;
  /** Words of its language, for mutations. */
  words?: readonly string[];
  /** Longest input. */
  most?: number;
  /** Feeds it. @throws for whatever no input should bring about. */
  run(input: Buffer): unknown;
  /** Ends what it opened. */
  close?(): Promise<void>;
}

export interface Crash {
  input: Buffer;
  error: unknown;
}

export interface Outcome {
  target: string;
  seed: number;
  /** Bred in this run; each counted once, however often it was looked at again. */
  inputs: number;
  /** One for each line that throws. */
  crashes: Crash[];
  hangs: Crash[];
  /** Processor time of the slowest input. */
  slowestMs: number;
  /** Blocks of src/ that ran, of those that were counted while coverage was taken. */
  blocks: number;
  /** What made new code run, and was neither a seed nor kept before. */
  found: Buffer[];
  heapGrowthMb: number;
  rssGrowthMb: number;
  seconds: number;
}

export interface FuzzOptions {
  seed: number;
  seconds: number;
  /** Stops earlier after so many. */
  mostInputs?: number;
  /** Inputs kept from earlier runs. */
  kept: readonly Buffer[];
  /** For this part of the time coverage guides; V8 optimises nothing then. The rest breeds what is known, at full speed. */
  guidedPart?: number;
  watchdog?: Watchdog;
}

/** More processor time than this is a hang. */
export const hangMs = 1000;
/** Looked at together: only when a handful has made new code run is each of them looked at by itself. */
const handful = 20;
/** What is bred further in one run. */
const mostFound = 300;

export async function fuzz(target: Target, options: FuzzOptions): Promise<Outcome> {
  const draw = drawFrom(options.seed);
  const words = (target.words ?? []).map((word) => Buffer.from(word));
  const corpus = [...options.kept, ...(await target.seeds())];
  const state: State = { inputs: 0, slowestMs: 0, crashes: new Map(), hangs: [], found: [] };
  const feed = (input: Buffer): Promise<void> => feedOne(target, input, state, options.watchdog);
  const memory = memoryMark();

  for (const input of corpus) await feed(input); // what is compiled and opened once has been by now
  const began = performance.now();
  const isOver = (): boolean =>
    performance.now() - began > options.seconds * 1000 || state.inputs >= (options.mostInputs ?? Infinity);
  const batchOf = (): Buffer[] =>
    Array.from({ length: handful }, () =>
      mutate(corpus[draw(corpus.length)]!, draw, corpus, words, target.most ?? 4096),
    );

  const guidedUntil = began + options.seconds * 1000 * (options.guidedPart ?? 0.33);
  const coverage = performance.now() < guidedUntil ? openCoverage() : null;
  if (coverage) for (const input of corpus) await feed(input);
  coverage?.keep(coverage.fresh());
  while (coverage && performance.now() < guidedUntil && !isOver()) {
    const batch = batchOf();
    for (const input of batch) await feed(input);
    state.inputs += batch.length;
    const fresh = coverage.fresh();
    if (fresh.length > 0 && state.found.length < mostFound) {
      const worth = await tellApart(batch, feed, coverage);
      corpus.push(...worth);
      state.found.push(...worth);
    }
    coverage.keep(fresh);
  }
  coverage?.close();

  const base = memory();
  while (!isOver()) {
    const batch = batchOf();
    for (const input of batch) await feed(input);
    state.inputs += batch.length;
  }
  const end = memory();
  const mb = (bytes: number): number => Math.round(bytes / 104_857.6) / 10;
  return {
    ...{ target: target.name, seed: options.seed, inputs: state.inputs, crashes: [...state.crashes.values()] },
    ...{ hangs: state.hangs, slowestMs: Math.round(state.slowestMs), blocks: coverage?.seen ?? 0, found: state.found },
    ...{ heapGrowthMb: mb(end.heap - base.heap), rssGrowthMb: mb(end.rss - base.rss) },
    seconds: Math.round((performance.now() - began) / 100) / 10,
  };
}

interface State {
  inputs: number;
  slowestMs: number;
  crashes: Map<string, Crash>;
  hangs: Crash[];
  found: Buffer[];
}

/** Each of a handful again by itself: who makes new code run is bred further. */
async function tellApart(
  batch: readonly Buffer[],
  feed: (input: Buffer) => Promise<void>,
  coverage: Coverage,
): Promise<Buffer[]> {
  const worth: Buffer[] = [];
  for (const input of batch) {
    await feed(input);
    const fresh = coverage.fresh();
    if (fresh.length > 0) worth.push(Buffer.from(input));
    coverage.keep(fresh);
  }
  return worth;
}

async function feedOne(target: Target, input: Buffer, state: State, watchdog?: Watchdog): Promise<void> {
  watchdog?.begins(input);
  const began = performance.now();
  await fall(target, input, state);
  // The wall is cheap to ask and often wrong; whoever seems slowest is asked again by the processor's own clock.
  if (performance.now() - began <= Math.max(1, state.slowestMs)) return;
  const before = process.cpuUsage();
  await fall(target, input, state);
  const spent = process.cpuUsage(before);
  const took = (spent.user + spent.system) / 1000;
  state.slowestMs = Math.max(state.slowestMs, took);
  if (took > hangMs) state.hangs.push({ input: Buffer.from(input), error: new Error(`${Math.round(took)} ms`) });
}

async function fall(target: Target, input: Buffer, state: State): Promise<void> {
  try {
    const running = target.run(input);
    if (running instanceof Promise) await running;
  } catch (error) {
    const kind = kindOf(error);
    if (!state.crashes.has(kind)) state.crashes.set(kind, { input: Buffer.from(input), error });
  }
}

/** Faults are the same when they come from the same line; the words of a parser often repeat the input. */
function kindOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error).slice(0, 60);
  const [first = '', second = ''] = (error.stack ?? '').split('\n').filter((line) => /^\s+at /.test(line));
  return `${error.name}${first}${second}`;
}

function memoryMark(): () => { heap: number; rss: number } {
  setFlagsFromString('--expose-gc');
  const collect = runInNewContext('gc') as () => void;
  return () => {
    collect();
    const { heapUsed, rss } = process.memoryUsage();
    return { heap: heapUsed, rss };
  };
}
