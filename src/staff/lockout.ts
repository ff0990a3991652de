/**
 * How often a password or a code may be wrong before the next try has to wait (NIST SP 800-63B-4, 3.2.2). A lock is a delay and
 * never lasts over a quarter of an hour: who knows a colleague's name must not be able to keep him out, and a passkey opens at all
 * times. Pure.
 */
import { plusSeconds } from '../lib/clock.ts';

export interface Attempts {
  /** Wrong answers since the last right one. */
  failures: number;
  lockedUntil: Date | null;
  /** Of the newest failure. */
  countedAt: Date;
}

export type AttemptKind = 'account' | 'address';

interface Limit {
  /** So many wrong answers cost nothing. */
  free: number;
  /** The first wait; each further failure doubles it. */
  firstSeconds: number;
}

/** A whole hub may sit behind one address, so it gets more. */
const limits: Readonly<Record<AttemptKind, Limit>> = {
  account: { free: 4, firstSeconds: 30 },
  address: { free: 29, firstSeconds: 30 },
};
const longestSeconds = 900; // 96 guesses a day at most, below the hundred that NIST allows in a row
const forgottenAfterSeconds = 86_400;

export const noAttempts = (at: Date): Attempts => ({ failures: 0, lockedUntil: null, countedAt: at });

export const isLocked = ({ lockedUntil }: Attempts, at: Date): boolean => lockedUntil !== null && lockedUntil > at;

/** The counter with one more failure. */
export function afterFailure(kind: AttemptKind, attempts: Attempts, at: Date): Attempts {
  const { free, firstSeconds } = limits[kind];
  const isForgotten = plusSeconds(attempts.countedAt, forgottenAfterSeconds) <= at;
  const failures = (isForgotten ? 0 : attempts.failures) + 1;
  if (failures <= free) return { failures, lockedUntil: null, countedAt: at };
  const doublings = Math.min(failures - free - 1, 10); // a counter of years must not overflow
  const seconds = Math.min(firstSeconds * 2 ** doublings, longestSeconds);
  return { failures, lockedUntil: plusSeconds(at, seconds), countedAt: at };
}
