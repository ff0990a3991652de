import type { Log } from '../src/log.ts';

export interface Repeating {
  /** No further run; resolves when the present one has ended. */
  stop(): Promise<void>;
}

/**
 * Runs `work` again and again, `seconds` after the end of the last run: never twice at once, and a failure is not the end. The first
 * run is at once, or `firstAfterSeconds` from now.
 */
export function every(
  seconds: number,
  part: string,
  log: Log,
  work: () => Promise<unknown>,
  firstAfterSeconds = 0,
): Repeating {
  let stopped = false;
  let running: Promise<void> = Promise.resolve();
  let timer: NodeJS.Timeout | undefined;
  const run = (): void => {
    running = work()
      .then(() => undefined)
      .catch((error: unknown) => log.error('timer_failed', { part, error }))
      .finally(() => {
        if (!stopped) timer = setTimeout(run, seconds * 1000);
      });
  };
  if (firstAfterSeconds > 0) timer = setTimeout(run, firstAfterSeconds * 1000);
  else run();
  return {
    async stop() {
      stopped = true;
      clearTimeout(timer);
      await running;
    },
  };
}
