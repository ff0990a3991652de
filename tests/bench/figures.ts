/** Arithmetic of the bench: percentiles by nearest rank, and what is printed of a set of numbers. */

/** The value that `share` (0-1) of the numbers do not exceed; NaN of nothing. */
export function percentile(values: readonly number[], share: number): number {
  const sorted = [...values].sort((one, other) => one - other);
  return sorted[Math.max(0, Math.ceil(share * sorted.length) - 1)] ?? Number.NaN;
}

export const median = (values: readonly number[]): number => percentile(values, 0.5);

export interface Spread {
  count: number;
  p25: number;
  p50: number;
  p75: number;
  p95: number;
  p99: number;
  max: number;
}

/** Milliseconds, to a tenth. */
export function spread(values: readonly number[]): Spread {
  return {
    count: values.length,
    p25: tenth(percentile(values, 0.25)),
    p50: tenth(median(values)),
    p75: tenth(percentile(values, 0.75)),
    p95: tenth(percentile(values, 0.95)),
    p99: tenth(percentile(values, 0.99)),
    max: tenth(Math.max(...values)),
  };
}

const tenth = (value: number): number => Math.round(value * 10) / 10;
export const hundredth = (value: number): number => Math.round(value * 100) / 100;

/** From 0 to 1: the same seed makes the same night. */
export { mulberry as chanceOf } from '../support/chance.ts';

/** Evenly between `least` and `most`. */
export const between = (chance: () => number, least: number, most: number): number => least + chance() * (most - least);
