/** The console process: the hub's desk. Any number may run; each holds the hub key and the search key. */
import { createServerShell, listenGracefully } from '../http/server.ts';
import type { Metrics } from '../metrics.ts';
import { fillNameLines } from '../patients/actions.ts';
import type { ConsoleContext } from './context.ts';
import { createLiveViews } from './live.ts';
import { routes } from './routes.ts';
import { addConsole, type SessionView } from './server.ts';

export interface ConsoleParts {
  ctx: ConsoleContext;
  metrics: Metrics;
  /** Who is behind a session cookie now; `isActivity`: a person did something with it. */
  sessionOf(cookie: string, isActivity: boolean): Promise<SessionView | null>;
  http: { host: string; port: number; drainSeconds: number };
  isSecure: boolean;
  proxies: number;
  /** The folder with the built pages; null while they are being built. */
  pages(): string | null;
}

export interface RunningConsole {
  port: number;
  drain(): Promise<void>;
}

/** @throws OperatorError when the port is taken. */
export async function startConsole(parts: ConsoleParts): Promise<RunningConsole> {
  const { ctx, metrics, http, sessionOf, isSecure, proxies, pages } = parts;
  const live = createLiveViews(ctx);
  const ready = async () => ({ database: await answers(ctx), pages: pages() !== null });
  const app = createServerShell({ log: ctx.log, metrics, ready }, (app) =>
    addConsole(app, { ctx, routes, live, sessionOf, isSecure, proxies, pages }),
  );
  const server = await listenGracefully(app, http.port, http.host);
  let isOver = false;
  const filled = fillNames(ctx, () => isOver);
  return {
    port: server.port,
    async drain() {
      isOver = true;
      live.close();
      await Promise.all([filled, ctx.verifications.close(), ctx.foresights.close()]);
      await server.drain(http.drainSeconds);
    },
  };
}

/** Names of records that an older version of ours has sealed, some milliseconds each. What is asked for meanwhile is made first. */
async function fillNames(ctx: ConsoleContext, isOver: () => boolean): Promise<void> {
  try {
    while (!isOver() && (await fillNameLines(ctx)) > 0);
  } catch (error) {
    ctx.log.warn('name_lines_not_made', { error }); // each list makes its own
  }
}

async function answers({ db }: ConsoleContext): Promise<boolean> {
  try {
    await db.query('select 1');
    return true;
  } catch {
    return false;
  }
}
