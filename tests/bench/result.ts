/**
 * What every part of the bench gives back, and the arithmetic of repeats. A figure is one number with what it is held against: its
 * target, and its peers of the same run (figures of the same `group`).
 */
import { hundredth, median, percentile } from './figures.ts';
import type { Machine } from './machine.ts';

export interface Figure {
  /** The same from run to run: the history of a figure hangs on it. */
  id: string;
  /** For people. */
  name: string;
  unit: string;
  value: number;
  /** First and third quartile of what `value` is the median of; null for counts, rates and single percentiles of one run. */
  quartiles: [number, number] | null;
  target?: Target;
  /** Figures that are drawn beside each other. */
  group?: string;
  /** Not ours: what ours is held against. */
  isPeer?: boolean;
}

export interface Target {
  limit: 'most' | 'least';
  value: number;
}

/** What was not measured, with how to have it the next time. */
export interface LeftOut {
  what: string;
  why: string;
}

export interface Outcome {
  figures: Figure[];
  leftOut: LeftOut[];
  /** How it came about, for people: a line each. */
  details: string[];
  /** Sizes and paces it was run with. */
  options: Record<string, string | number>;
  /** What `--json` prints where an issue fixed the keys; without it the whole result is printed. */
  keys?: object;
}

/** As it is kept under docs/bench. */
export interface Result {
  part: string;
  machine: Machine;
  repeats: number;
  options: Outcome['options'];
  figures: Figure[];
  leftOut: LeftOut[];
  details: string[];
}

export const most = (value: number): Target => ({ limit: 'most', value });
export const least = (value: number): Target => ({ limit: 'least', value });

/** null: no target. */
export function isReached({ value, target }: Figure): boolean | null {
  if (!target) return null;
  return target.limit === 'most' ? value <= target.value : value >= target.value;
}

/** Median and quartiles of rounds or samples, to a hundredth. */
export function middle(values: readonly number[]): Pick<Figure, 'value' | 'quartiles'> {
  const at = (share: number): number => hundredth(percentile(values, share));
  return { value: hundredth(median(values)), quartiles: [at(0.25), at(0.75)] };
}

/** Runs of one part as one: of several runs, each figure is their median, with their quartiles; of one, it stays as it is. */
export function together(runs: readonly Outcome[]): Outcome {
  const [first, ...rest] = runs;
  if (!first) throw new RangeError('no run to put together');
  if (rest.length === 0) return first;
  const figures = first.figures.map((figure) => {
    const values = runs.flatMap((run) => run.figures.filter(({ id }) => id === figure.id).map(({ value }) => value));
    return { ...figure, ...middle(values) };
  });
  const last = runs.at(-1)!;
  return { ...last, figures };
}

/** Every figure with its target; `!` marks one that was not reached. */
export function table(figures: readonly Figure[], leftOut: readonly LeftOut[]): string[] {
  const lines = figures.map((figure) => {
    const { name, unit, value, quartiles, target } = figure;
    const spread = quartiles ? `(${quartiles[0]} to ${quartiles[1]})` : '';
    const wanted = target ? `${target.limit === 'most' ? '≤' : '≥'} ${target.value} ${unit}` : '';
    const mark = isReached(figure) === false ? '!' : ' ';
    return `${mark} ${name.padEnd(62)} ${`${value} ${unit}`.trim().padStart(12)}  ${spread.padEnd(20)} ${wanted}`.trimEnd();
  });
  return [...lines, ...leftOut.map(({ what, why }) => `  left out: ${what}: ${why}`)];
}
