/**
 * One time for all processes. Each has a clock of its own, and one that is wrong by minutes rings doctors too early, or holds up the calls of
 * everybody through the carrier's pace. So a process whose clock is off goes by the database's.
 */

import type { Sql } from './db.ts';
import type { Clock } from './lib/clock.ts';
import { systemClock } from './lib/clock.ts';
import type { Log } from './log.ts';

export interface AgreedClock extends Clock {
  /** Asks the database for the time. Never throws: while it is away the last answer counts. */
  agree(): Promise<void>;
  close(): void;
}

/** Milliseconds of the machine: time of day, which an operator may set, and time elapsed, which he cannot. */
export interface Machine {
  wall(): number;
  elapsed(): number;
}

const machine: Machine = { wall: () => Date.now(), elapsed: () => performance.now() };

/** Less than this is the business of the machine's own time service; nothing here is decided by less. */
const tolerated = 2000;
/** An answer that took longer says too little. */
const longestAnswer = 1000;
const everyMs = 10_000;

/** Begins to ask every ten seconds, and at once when the machine's clock jumps. */
export function agreedClock(db: Sql, log: Log, { wall, elapsed }: Machine = machine): AgreedClock {
  let offset = 0;
  let origin = wall() - elapsed();
  /** A clock that was set: until the database is asked, time goes on as it went. */
  const noticeJump = (): void => {
    const jump = wall() - elapsed() - origin;
    if (Math.abs(jump) <= tolerated) return;
    origin += jump;
    offset -= jump;
    void clock.agree();
  };
  const clock: AgreedClock = {
    now() {
      noticeJump();
      return new Date(wall() + offset);
    },
    after: systemClock.after,
    async agree() {
      const [asked, from] = [wall(), elapsed()];
      const found = await db.query<{ at: Date }>('select clock_timestamp() as at').catch(() => null);
      const took = elapsed() - from;
      const theirs = found?.rows[0]?.at.getTime();
      if (theirs === undefined || took > longestAnswer || Math.abs(wall() - asked - took) > tolerated) return;
      const difference = theirs - (asked + took / 2);
      const isOff = Math.abs(difference) > tolerated;
      if (isOff && Math.abs(difference - offset) > tolerated)
        log.error('clock_off', { seconds: Math.round(-difference / 1000) });
      if (!isOff && offset !== 0) log.info('clock_right', {});
      offset = isOff ? difference : 0;
      origin = wall() - elapsed();
    },
    close: () => clearInterval(timer),
  };
  const timer = setInterval(() => void clock.agree(), everyMs);
  timer.unref();
  return clock;
}
