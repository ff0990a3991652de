/**
 * What the console asks of a worker, because it holds neither the case key nor a line: a test page with its code, and word to the
 * provider that a page is not wanted any more. Written down with the person's decision, carried out here, once.
 */
import { plusSeconds } from '../lib/clock.ts';
import { testDestination } from './actions.ts';
import type { FaxContext } from './context.ts';
import * as errands from './errand-store.ts';
import { isOver } from './fax.ts';
import * as store from './store.ts';

/** Longer than a page takes to be drawn, and a provider to answer; whoever took it is dead then. */
const takenSeconds = 60;
const mostAttempts = 5; // five minutes
const batch = 20;

/** Every errand whose time has come. @returns how many there were. */
export async function sweepErrands(ctx: FaxContext): Promise<number> {
  const due = await errands.dueErrands(ctx.db, ctx.clock.now(), batch);
  for (const id of due) await carryOut(ctx, id);
  return due.length;
}

async function carryOut(ctx: FaxContext, id: string): Promise<void> {
  const at = ctx.clock.now();
  const errand = await errands.leaseErrand(ctx.db, id, at, plusSeconds(at, takenSeconds));
  if (!errand) return;
  try {
    if (errand.kind === 'test_destination') await sendTest(ctx, errand);
    else await stopFax(ctx, errand);
  } catch (error) {
    const { kind, attempts: attempt } = errand;
    ctx.log.error('fax_errand_failed', { kind, attempt, error });
    if (attempt >= mostAttempts) await errands.endErrand(ctx.db, id, 'failed');
  }
}

/** The errand ends in the transaction that puts the page in: one code for one question. */
async function sendTest(ctx: FaxContext, { id, subject_id, asked_by }: errands.Errand): Promise<void> {
  const tested = await testDestination(ctx, subject_id, asked_by, ctx.drawTestPage, (tx) =>
    errands.endErrand(tx, id, 'done'),
  );
  if ('refused' in tested) await errands.endErrand(ctx.db, id, tested.refused);
}

/** Best effort, as every request to stop is: a page under way may still come out. */
async function stopFax(ctx: FaxContext, { id, subject_id: faxId }: errands.Errand): Promise<void> {
  const fax = await store.faxById(ctx.db, faxId);
  if (fax?.provider_fax_id) {
    if (isOver(fax.status)) await ctx.faxLine.deleteRemote(fax.provider_fax_id, 'sent');
    else await ctx.faxLine.cancel(fax.provider_fax_id);
  }
  await errands.endErrand(ctx.db, id, 'done');
}
