/**
 * The only source of time. Production hands in `systemClock`; stories and the night simulation hand in a clock
 * that they move themselves. Nothing below the entry files may call `Date.now()`, `new Date()` or `setTimeout`
 * for anything that decides.
 */
export interface Timer {
  cancel(): void;
}

export interface Clock {
  /** The present instant. */
  now(): Date;
  /** Runs `task` once, `milliseconds` from now, unless cancelled. */
  after(milliseconds: number, task: () => void): Timer;
}

export const systemClock: Clock = {
  now: () => new Date(),
  after(milliseconds, task) {
    const handle = setTimeout(task, milliseconds);
    return { cancel: () => clearTimeout(handle) };
  },
};

export const plusSeconds = (at: Date, seconds: number): Date => new Date(at.getTime() + seconds * 1000);
