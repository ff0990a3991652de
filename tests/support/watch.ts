/** The watchman beside a story: sweeps as a worker's timer would, and remembers what it told. */
import { randomBytes } from 'node:crypto';
import { twilioInnerLine } from '../../src/providers/twilio/inner-line.ts';
import { sweepWatch, type WatchContext } from '../../src/watch/actions.ts';
import type { WatchPlan } from '../../src/watch/round.ts';
import { accountSid, authToken, type World } from './world.ts';

export const watchPlan: WatchPlan = { everySeconds: 300, carrierMinute: 1050 };

export interface Watch {
  ctx: WatchContext;
  /** `inner passed`, in the order of their ends. */
  told: string[];
  /** Time goes on, and a worker looks every five seconds. `also` is swept beside it. */
  passes(seconds: number, also?: () => Promise<unknown>): Promise<void>;
}

export function watchOf(world: World, { gatewayUrl = world.gatewayUrl } = {}): Watch {
  const { db, clock, ctx: own } = world;
  const told: string[] = [];
  const ctx: WatchContext = {
    ...{ db, clock, ids: own.ids, log: own.log, wake: own.wake, plan: watchPlan },
    inner: twilioInnerLine({ accountSid, authToken, publicBaseUrl: world.gatewayUrl, gatewayUrl, random: randomBytes }),
    told: (extent, outcome) => void told.push(`${extent} ${outcome}`),
  };
  return {
    ctx,
    told,
    async passes(seconds, also) {
      for (let gone = 0; gone < seconds; gone += 5) {
        await sweepWatch(ctx);
        await also?.();
        await world.passes({ seconds: 5 });
      }
    },
  };
}
