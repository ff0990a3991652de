/**
 * How often somebody may be wrong before the automatic release is locked (domain: NIST SP 800-63B growing delay).
 * Only the release is locked, never the help: a locked doctor is led to the duty doctor (product.md, rule 6). Pure.
 */

/** Failures of one subject (a member code, a telephone line, a card) since its last right answer. */
export interface Counter {
  readonly failures: number;
  /** Epoch milliseconds; null: not locked. */
  readonly lockedUntil: number | null;
}

export const noFailures: Counter = { failures: 0, lockedUntil: null };

/** The fifth failure locks for a quarter of an hour, each further one for twice as long, never over a day. */
const locksAt = 5;
const firstLockMs = 15 * 60_000;
const longestLockMs = 24 * 3_600_000;
/** Wrong answers from one line in one day, whoever gives them and whatever was right in between. */
export const mostFailuresOfLineADay = 20;

export const isLocked = (counter: Counter, at: number): boolean =>
  counter.lockedUntil !== null && counter.lockedUntil > at;

/** One more failure. A lock never becomes shorter by it, and counting never ends before a right answer. */
export function afterFailure(counter: Counter, at: number): Counter {
  const failures = counter.failures + 1;
  if (failures < locksAt) return { failures, lockedUntil: counter.lockedUntil };
  // The exponent is bounded: 2^7 quarters of an hour are longer than a day, and a counter of years must not overflow.
  const lockMs = Math.min(firstLockMs * 2 ** Math.min(failures - locksAt, 7), longestLockMs);
  return { failures, lockedUntil: Math.max(counter.lockedUntil ?? 0, at + lockMs) };
}

/** The line's count of one day; `endOfDay` is midnight in Japan, when that count is over. */
export function afterFailureOfDay(counter: Counter, endOfDay: number): Counter {
  const failures = counter.failures + 1;
  return { failures, lockedUntil: failures >= mostFailuresOfLineADay ? endOfDay : counter.lockedUntil };
}

/** What is counted for one attempt. `card` only once a card was keyed. */
export type CountedKind = 'doctor' | 'line' | 'lineDay' | 'card';
export type Counters = Readonly<Partial<Record<CountedKind, Counter>>>;

export const anyLocked = (counters: Counters, at: number): boolean =>
  Object.values(counters).some((counter) => isLocked(counter, at));

/** All counters of an attempt after it failed. */
export function countFailure(counters: Counters, at: number, endOfDay: number): Counters {
  const entries = Object.entries(counters).map(([kind, counter]) => [
    kind,
    kind === 'lineDay' ? afterFailureOfDay(counter, endOfDay) : afterFailure(counter, at),
  ]);
  return Object.fromEntries(entries) as Counters;
}
