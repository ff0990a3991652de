/** How many requests one address may send before anybody has proved anything. Kept in the process: it protects this process. */
import type { Clock } from '../lib/clock.ts';

/** A person signing in needs five or six; a hub of twenty behind one address arrives at half past eight. */
const perMinute = 120;
const mostAddresses = 10_000;

export interface Pace {
  /** Whether this request may be looked at. */
  allows(address: string): boolean;
}

/** A bucket for each address, full at first, refilled evenly. */
export function createPace(clock: Pick<Clock, 'now'>): Pace {
  const buckets = new Map<string, { left: number; at: number }>();
  return {
    allows(address) {
      const at = clock.now().getTime();
      const { left, at: before } = buckets.get(address) ?? { left: perMinute, at };
      const now = Math.min(perMinute, left + ((at - before) / 60_000) * perMinute);
      if (!buckets.has(address) && buckets.size >= mostAddresses) buckets.clear(); // an attack on memory: begin anew
      buckets.set(address, { left: Math.max(0, now - 1), at });
      return now >= 1;
    },
  };
}
