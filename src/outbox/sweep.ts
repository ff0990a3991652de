import { expireHolds } from '../beds/actions.ts';
import { watchCarriers } from '../carriers/actions.ts';
import { advance, dueCases } from '../escalations/actions.ts';
import { forgetReceipts } from '../http/receipts.ts';
import { atOnce } from '../lib/at-once.ts';
import { plusSeconds } from '../lib/clock.ts';
import { effectsAtOnce, type OutboxContext, performEffect, placeCalls, settleAbandoned } from './perform.ts';
import * as store from './store.ts';

const batch = 100;
/** Twilio retries within a minute; thirty days is providers.md 7.3's margin for the slowest provider. */
const receiptDays = 30;
const effectDays = 30;

/** Makes the row that all workers pace the carrier by. Once per database; again is harmless. */
export const preparePace = (ctx: OutboxContext): Promise<void> => store.ensurePace(ctx.db, ctx.clock.now());

/** Looks at one case whose time has come. Not yet due (or closed): nothing happens. */
export async function advanceCase(ctx: OutboxContext, caseId: string): Promise<void> {
  await advance(ctx, caseId, { type: 'tick' }, { actor: 'clock', cause: 'due' });
}

/**
 * Everything that is due by the database's own word: cases, effects, calls waiting for the pace, effects whose process
 * died. Run every second by each worker, so that a lost or flushed queue delays by a second and loses nothing.
 * @returns how much there was to do.
 */
export async function sweep(ctx: OutboxContext): Promise<number> {
  const at = ctx.clock.now();
  const cases = await dueCases(ctx, at, batch);
  await each(ctx, 'advance', cases, (caseId) => advanceCase(ctx, caseId));
  const effects = await store.dueEffects(ctx.db, ctx.clock.now(), batch);
  await each(ctx, 'effect', effects, (effectId) => performEffect(ctx, effectId));
  await each(ctx, 'carriers', ['voice'], () => watchCarriers(ctx));
  let calls = 0;
  await each(ctx, 'calls', ['carrier'], async () => {
    calls = await placeCalls(ctx);
  });
  const abandoned = await settleAbandoned(ctx);
  const holds = await expireHolds(ctx.db, ctx.clock.now());
  return cases.length + effects.length + calls + abandoned + holds;
}

/** One bad row must not keep the others waiting, and neither must a carrier that takes seconds for each. */
const each = (ctx: OutboxContext, part: string, ids: readonly string[], work: (id: string) => Promise<void>) =>
  atOnce(ids, effectsAtOnce, work, (error) => ctx.log.error('sweep_failed', { part, error }));

/** What nobody needs any more. Once an hour is plenty. */
export async function tidy(ctx: OutboxContext): Promise<void> {
  const at = ctx.clock.now();
  await forgetReceipts(ctx.db, plusSeconds(at, -receiptDays * 86_400));
  await store.forgetEffects(ctx.db, plusSeconds(at, -effectDays * 86_400));
}
