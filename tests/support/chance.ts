import { mulberry as wholeNumbers } from '../../src/lib/mulberry.ts';

/** Fractions from 0 up to 1 that are the same for the same seed: a failure is reproduced from one number. */
export function mulberry(seed: number): () => number {
  const next = wholeNumbers(seed);
  return () => next() / 2 ** 32;
}
