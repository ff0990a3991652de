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
}

export interface Crash {
  input: Buffer;
  error: unknown;
}

export interface Outcome {
  target: string;
  seed: number;
  inputs: number;
  /** One for each different message. */
  crashes: Crash[];
  hangs: Crash[];
  slowestMs: number;
  blocks: number;
  corpus: number;
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
  watchdog?: Watchdog;
}

/** More processor time than this is a hang: the clock on the wall says only how busy the machine is. */
export const hangMs = 1000;
/** Looked at together: only when a handful has made new code run is each of them looked at by itself. */
const handful = 20;

export async function fuzz(target: Target, options: FuzzOptions): Promise<Outcome> {
  const draw = drawFrom(options.seed);
  const words = (target.words ?? []).map((word) => Buffer.from(word));
  const corpus = [...options.kept, ...(await target.seeds())];
  const began = performance.now();
  const state = { inputs: 0, slowestMs: 0, crashes: new Map<string, Crash>(), hangs: [] as Crash[] };
  const feed = (input: Buffer): Promise<void> => feedOne(target, input, state, options.watchdog);

  for (const input of corpus) await feed(input);
  const coverage = openCoverage();
  const memory = memoryMark();
  let base: ReturnType<typeof memory> | undefined;
  const isOver = (): boolean =>
    performance.now() - began > options.seconds * 1000 || state.inputs >= (options.mostInputs ?? Infinity);
  for (const input of corpus) await feed(input);
  coverage.keep(coverage.fresh());
  // With coverage taken V8 optimises nothing: it guides for a third of the time, then what it found is bred at full speed.
  const guided = began + options.seconds * 333;
  const blind = (): boolean => performance.now() > guided;
  while (!isOver()) {
    const batch = Array.from({ length: handful }, () =>
      mutate(corpus[draw(corpus.length)]!, draw, corpus, words, target.most ?? 4096),
    );
    for (const input of batch) await feed(input);
    if (blind()) {
      coverage.close();
      base ??= memory(); // what is compiled and cached once has been by now
      continue;
    }
    const fresh = coverage.fresh();
    if (fresh.length > 0) corpus.push(...(await tellApart(batch, feed, coverage)));
    coverage.keep(fresh);
  }
  coverage.close();
  const end = memory();
  base ??= end;
  const blocks = coverage.seen;
  const mb = (bytes: number): number => Math.round(bytes / 104_857.6) / 10;
  return {
    ...{ target: target.name, seed: options.seed, inputs: state.inputs, crashes: [...state.crashes.values()] },
    ...{ hangs: state.hangs, slowestMs: Math.round(state.slowestMs), blocks, corpus: corpus.length },
    ...{ heapGrowthMb: mb(end.heap - base.heap), rssGrowthMb: mb(end.rss - base.rss) },
    seconds: Math.round((performance.now() - began) / 100) / 10,
  };
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

async function feedOne(
  target: Target,
  input: Buffer,
  state: { inputs: number; slowestMs: number; crashes: Map<string, Crash>; hangs: Crash[] },
  watchdog?: Watchdog,
): Promise<void> {
  state.inputs++;
  watchdog?.begins(input);
  const began = process.cpuUsage();
  try {
    await target.run(input);
  } catch (error) {
    const message = error instanceof Error ? `${error.name} ${error.message.slice(0, 60)}` : String(error);
    if (!state.crashes.has(message)) state.crashes.set(message, { input: Buffer.from(input), error });
  }
  const spent = process.cpuUsage(began);
  const took = (spent.user + spent.system) / 1000;
  state.slowestMs = Math.max(state.slowestMs, took);
  if (took > hangMs) state.hangs.push({ input: Buffer.from(input), error: new Error(`${Math.round(took)} ms`) });
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
