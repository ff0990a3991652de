import type { Clock, Timer } from '../../lib/clock.ts';

/** A clock whose timers can all be stopped at once, and which then takes no more. */
export function stoppable(clock: Clock): { clock: Clock; stop: () => void } {
  const timers = new Set<Timer>();
  let stopped = false;
  const after: Clock['after'] = (milliseconds, task) => {
    if (stopped) return { cancel() {} };
    const timer = clock.after(milliseconds, () => {
      timers.delete(timer);
      task();
    });
    timers.add(timer);
    return {
      cancel() {
        timers.delete(timer);
        timer.cancel();
      },
    };
  };
  const stop = () => {
    stopped = true;
    for (const timer of timers) timer.cancel();
    timers.clear();
  };
  return { clock: { now: () => clock.now(), after }, stop };
}
