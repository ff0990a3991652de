/**
 * The return fax: why a page was not acted on, to the confirmed machine that it came from and to nobody else (rule 4). First it is
 * written down that one is owed, then it is made and put in by destination, never by number.
 */
import { appendEntry } from '../audit/append.ts';
import { inTransaction, type Sql } from '../db.ts';
import type { DisclosureContext } from '../disclosures/context.ts';
import { issuerOf } from '../disclosures/paper-outcome.ts';
import { plusSeconds } from '../lib/clock.ts';
import * as store from './store.ts';

/** A sender's number can be forged: a flood of bad files must not print page after page at a member's machine. */
const mostRepliesADay = 5;
const batch = 20;

/** May one more answer go to this machine? Null: there is none that is registered. */
export async function mayReply(sql: Sql, destinationId: string | null, at: Date): Promise<boolean> {
  if (destinationId === null) return false;
  return (await store.countReplies(sql, destinationId, plusSeconds(at, -86_400))) < mostRepliesADay;
}

/** Makes and puts in what is owed. @returns how many were due. */
export async function sendReplies(ctx: DisclosureContext): Promise<number> {
  const due = await store.dueReplies(ctx.db, ctx.clock.now(), batch);
  for (const reply of due) await sendReply(ctx, reply);
  return due.length;
}

async function sendReply(ctx: DisclosureContext, reply: store.DueReply): Promise<void> {
  const { id, association_id: associationId, sender_destination_id: destinationId, reply_reason: reason } = reply;
  const at = ctx.clock.now();
  const issuer = await issuerOf(ctx.db, associationId);
  const page = await ctx.release.pages.refusal({ reason, reference: id, at, isAlarmed: false, issuer });
  const faxId = await inTransaction(ctx.db, async (tx) => {
    if (!(await store.takeReply(tx, id))) return null;
    const queued = await ctx.release.faxes.queue(tx, {
      ...{ associationId, destinationId, document: page.document, pages: page.pages },
      ...{ purpose: 'refusal', subjectId: id, at },
    });
    // The number was frozen or taken off the list meanwhile: then nothing goes there, and the item says so.
    if (queued) await store.replyQueued(tx, id, queued);
    const entry = { chainId: id, associationId, at, actor: 'gateway', cause: 'send_reply' };
    const kind = queued ? 'reply_queued' : 'reply_not_possible';
    await appendEntry(tx, { ...entry, kind, data: { reason, destinationId, faxId: queued } });
    return queued;
  });
  if (faxId) ctx.release.faxes.wake(faxId);
}
