/** The gateway: answers the carrier's webhooks. Any number of them may run. */
import { addRoutes } from './app.ts';
import type { Config } from './config.ts';
import type { Context } from './context.ts';
import { lookAgainAtOpenCases } from './escalations/actions.ts';
import { createServerShell, listenGracefully } from './http/server.ts';
import type { Log } from './log.ts';
import type { Metrics } from './metrics.ts';
import { createLastResort } from './voice/fallback.ts';

export interface Gateway {
  port: number;
  /** Stops taking calls, lets running requests end. */
  drain(): Promise<void>;
}

const lastResortEverySeconds = 60;

export async function startGateway(config: Config, ctx: Context, log: Log, metrics: Metrics): Promise<Gateway> {
  ctx.cards.warmUp();
  const lastResort = createLastResort(ctx);
  await lastResort.refresh();
  const ready = async () => ({ database: await answers(ctx) });
  const app = createServerShell({ log, metrics, ready }, (routes) => addRoutes(routes, ctx, lastResort));
  const server = await listenGracefully(app, config.http.port, config.http.host);
  // Not awaited: a new call must not wait for the old ones.
  void lookAgainAtOpenCases(ctx).catch((error: unknown) => log.error('open_cases_not_looked_at', { error }));
  const timer = setInterval(() => void lastResort.refresh(), lastResortEverySeconds * 1000);
  return {
    port: server.port,
    async drain() {
      clearInterval(timer);
      await server.drain(config.http.drainSeconds);
    },
  };
}

async function answers(ctx: Context): Promise<boolean> {
  try {
    await ctx.db.query('select 1');
    return true;
  } catch {
    return false;
  }
}
