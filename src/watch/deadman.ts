/**
 * The outside ping. Somebody else's service expects it every few minutes and calls for help when it stays away: so it is sent only
 * while the rounds are fresh and nothing of the outbox is overdue. It carries nothing, and its address is a secret.
 */
import { plusSeconds } from '../lib/clock.ts';
import { isOutboxLate, type WatchContext } from './actions.ts';
import { type Withheld, withheld } from './round.ts';
import * as store from './store.ts';

export interface DeadmanContext extends Pick<WatchContext, 'db' | 'clock' | 'log' | 'plan'> {
  /** Asks the address once. @returns 'done', or a word for what was answered instead. */
  ping(): Promise<string>;
}

const everySeconds = 60;

/** One ping of one of the workers in a minute. @returns what became of it; null: another worker had the turn. */
export async function sweepDeadman(ctx: DeadmanContext): Promise<'pinged' | 'unheard' | Withheld | null> {
  const at = ctx.clock.now();
  if (!(await store.takePing(ctx.db, at, plusSeconds(at, -everySeconds + 5)))) return null;
  const known = await store.readPing(ctx.db);
  const because = withheld(await store.standings(ctx.db, null), await isOutboxLate(ctx), at, ctx.plan);
  if (because !== (known?.withheld ?? null)) ctx.log.warn('deadman_changed', { state: because ?? 'pinging' });
  if (because) {
    await store.savePing(ctx.db, null, because);
    return because;
  }
  const said = await ctx.ping();
  await store.savePing(ctx.db, said === 'done' ? at : null, null);
  if (said === 'done') return 'pinged';
  ctx.log.warn('deadman_unheard', { code: said });
  return 'unheard';
}

const timeoutMs = 10_000;

/** GET, nothing sent along, no redirect followed; of an error only its kind is told. */
export const httpPing = (url: string) => async (): Promise<string> => {
  try {
    const answer = await fetch(url, { redirect: 'manual', signal: AbortSignal.timeout(timeoutMs) });
    await answer.arrayBuffer();
    return answer.ok ? 'done' : `http_${answer.status}`;
  } catch {
    return 'no_answer';
  }
};
