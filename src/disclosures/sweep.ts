import { expireRequests } from './actions.ts';
import { sweepAgain } from './again.ts';
import { type CallbackContext, placeCallbacks, settleCallbacks } from './callbacks.ts';
import { sweepPages } from './render.ts';

/**
 * Everything of releases that is due by the database's own word. Run every second by each worker, so that a lost wake-up
 * delays by a second. One part that fails does not keep the others waiting. @returns how much there was to do.
 */
export async function sweepReleases(ctx: CallbackContext): Promise<number> {
  let done = 0;
  for (const [part, work] of Object.entries(parts))
    try {
      done += await work(ctx);
    } catch (error) {
      ctx.log.error('sweep_failed', { part, error });
    }
  return done;
}

const parts: Readonly<Record<string, (ctx: CallbackContext) => Promise<number>>> = {
  requests: expireRequests,
  pages_again: sweepAgain,
  pages: sweepPages,
  callbacks: placeCallbacks,
  silent_callbacks: settleCallbacks,
};
