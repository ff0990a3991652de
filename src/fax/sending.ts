/**
 * Sends pages: the attempt is written down, the provider is called once, and whatever is not known is asked, never repeated.
 * The one way in which a fax changes is `changeFax`.
 */
import { appendEntry } from '../audit/append.ts';
import { inTransaction, type Sql } from '../db.ts';
import { plusSeconds } from '../lib/clock.ts';
import { openFromTransit } from '../vault/vault.ts';
import type { FaxContext } from './context.ts';
import { refusalFor } from './destination.ts';
import { doubtDestination } from './destination-store.ts';
import { documentPath } from './document-path.ts';
import { decide, type Fax, type FaxFact, type FaxNews, isOver, paceOf, referenceOf } from './fax.ts';
import { type FaxFailure, FaxLineError } from './fax-line.ts';
import * as store from './store.ts';

interface Cause {
  actor: string;
  cause: string;
}

export interface Changed {
  fax: Fax;
  news: FaxNews;
  stop: string | null;
}

const faxFrom = (row: store.FaxRow): Fax => ({
  ...{ id: row.id, status: row.status, attempt: row.attempt, providerFaxId: row.provider_fax_id },
  ...{ attemptedAt: row.attempted_at, dueAt: row.due_at, retries: row.retries, searches: row.searches },
  ...{ pages: row.pages, pagesDone: row.pages_done, isResend: row.is_resend, isUnwanted: row.is_unwanted },
  failure: row.failure,
});

/** Lock, decide, save, log, tell. Null: there is no such fax, or the fact changes nothing. Afterwards call `afterwards`. */
export async function changeFax(
  tx: Sql,
  ctx: Pick<FaxContext, 'clock' | 'onFaxSettled'>,
  faxId: string,
  fact: FaxFact,
  by: Cause,
): Promise<Changed | null> {
  const row = await store.lockFax(tx, faxId);
  if (!row) return null;
  const before = faxFrom(row);
  const at = ctx.clock.now();
  const { fax, event, news, stop } = decide(before, fact, at);
  if (fax !== before) await store.saveFax(tx, fax, at);
  if (event) {
    const { status, attempt, failure } = fax;
    const data = { attempt, status, class: failure?.class ?? null, code: failure?.code ?? null };
    await appendEntry(tx, { ...by, chainId: row.id, associationId: row.association_id, at, kind: event, data });
  }
  if (news !== 'nothing') await tell(tx, ctx, row, fax, news === 'corrected', at);
  return fax === before && !stop ? null : { fax, news, stop };
}

async function tell(
  tx: Sql,
  ctx: Pick<FaxContext, 'onFaxSettled'>,
  row: store.FaxRow,
  fax: Fax,
  isCorrection: boolean,
  at: Date,
): Promise<void> {
  const { id, status, failure } = fax;
  if (status !== 'delivered' && status !== 'failed' && status !== 'cancelled') return;
  if (failure?.class === 'invalid_number') await doubt(tx, row, at);
  await ctx.onFaxSettled(tx, {
    ...{ id, associationId: row.association_id, destinationId: row.destination_id, purpose: row.purpose },
    ...{ subjectId: row.subject_id, outcome: status, isCorrection, failure, at },
  });
}

/** The number does not exist (any more): nothing goes there until it is tested again. */
async function doubt(tx: Sql, row: store.FaxRow, at: Date): Promise<void> {
  if (!(await doubtDestination(tx, row.destination_id))) return;
  const entry = { chainId: row.destination_id, associationId: row.association_id, at, data: { faxId: row.id } };
  await appendEntry(tx, { ...entry, actor: 'provider', cause: 'invalid_number', kind: 'destination_doubted' });
}

/** What follows the commit: the log line, the wake-up, the request to stop. Losing it costs a sweep. */
export async function afterwards(ctx: FaxContext, { fax, news, stop }: Changed): Promise<void> {
  const { id, status, attempt, failure } = fax;
  if (news === 'corrected') ctx.log.error('fax_delivered_after_all', { faxId: id, attempt });
  else if (news === 'settled')
    ctx.log.info('fax_settled', { faxId: id, state: status, attempt, code: failure?.code ?? null });
  if (stop)
    await ctx.faxLine.cancel(stop).catch((error: unknown) => ctx.log.warn('fax_not_stopped', { faxId: id, error }));
  if (fax.dueAt) {
    const seconds = Math.max(0, (fax.dueAt.getTime() - ctx.clock.now().getTime()) / 1000);
    ctx.wake(status === 'queued' ? 'send-fax' : 'settle-fax', id, seconds);
  } else if (news !== 'nothing' && fax.providerFaxId) {
    const gone = ctx.faxLine.deleteRemote(fax.providerFaxId, 'sent');
    await gone.catch((error: unknown) => ctx.log.warn('fax_copy_not_deleted', { faxId: id, error }));
  }
}

/** A fact about a fax, with the provider's id remembered, in a transaction of the caller's. */
export async function noteFact(
  tx: Sql,
  ctx: Pick<FaxContext, 'clock' | 'onFaxSettled' | 'faxLine'>,
  faxId: string,
  fact: FaxFact,
  by: Cause,
): Promise<Changed | null> {
  const changed = await changeFax(tx, ctx, faxId, fact, by);
  if (fact.type === 'accepted' || fact.type === 'reported') {
    const row = { fax_id: faxId, attempt: fact.attempt };
    await store.insertAttempt(tx, row, ctx.faxLine.provider, fact.providerFaxId, ctx.clock.now());
  }
  return changed;
}

async function happened(ctx: FaxContext, faxId: string, fact: FaxFact, by: Cause): Promise<void> {
  const changed = await inTransaction(ctx.db, (tx) => noteFact(tx, ctx, faxId, fact, by));
  if (changed) await afterwards(ctx, changed);
}

const worker = (cause: string): Cause => ({ actor: 'worker', cause });

/** Hands a queued fax to the provider, if it is due and may still go. Twice at once is once: the row decides. */
export async function sendFax(ctx: FaxContext, faxId: string): Promise<void> {
  const claim = await claimFax(ctx, faxId);
  if (!claim) return;
  const { fax, target } = claim;
  const { attempt } = fax;
  const made = await documentOf(ctx, fax, target.document);
  if ('class' in made) return happened(ctx, faxId, { type: 'rejected', attempt, failure: made }, worker('send-fax'));
  const sent = await ctx.faxLine.send({
    ...{ reference: referenceOf(faxId, attempt), to: target.e164, from: target.own_number, document: made.document },
    ...{ documentUrl: ctx.publicBaseUrl + documentPath(faxId, attempt, ctx.caseKey), resolution: 'fine' },
    pace: paceOf(fax),
  });
  if (sent.outcome === 'accepted') {
    const { providerFaxId } = sent;
    return happened(ctx, faxId, { type: 'accepted', attempt, providerFaxId }, worker('send-fax'));
  }
  const code = sent.outcome === 'rejected' ? sent.failure.code : sent.code;
  ctx.log.warn('fax_not_accepted', { faxId, attempt, state: sent.outcome, code });
  if (sent.outcome === 'rejected')
    return happened(ctx, faxId, { type: 'rejected', attempt, failure: sent.failure }, worker('send-fax'));
  return happened(ctx, faxId, { type: 'outcome_unknown', attempt, code }, worker('send-fax'));
}

/** Writes the attempt down; or cancels a fax whose destination may not get it any more. */
async function claimFax(ctx: FaxContext, faxId: string): Promise<{ fax: Fax; target: store.Target } | null> {
  const at = ctx.clock.now();
  const claimed = await inTransaction(ctx.db, async (tx) => {
    const target = await store.lockTarget(tx, faxId); // the destination before the fax, as a freeze does
    const row = await store.lockFax(tx, faxId);
    if (!target || row?.status !== 'queued' || !row.due_at || row.due_at > at) return null;
    const destination = { status: target.status, confirmDueAt: target.confirm_due_at };
    const refused = refusalFor(destination, row.purpose, at);
    const reason = refused === 'frozen' ? refused : 'withdrawn';
    const fact: FaxFact = refused ? { type: 'cancelled', reason } : { type: 'claimed' };
    const changed = await changeFax(tx, ctx, faxId, fact, worker('send-fax'));
    return changed && { changed, target };
  });
  if (!claimed) return null;
  if (!isOver(claimed.changed.fax.status)) return { fax: claimed.changed.fax, target: claimed.target };
  await afterwards(ctx, claimed.changed);
  return null;
}

async function documentOf(ctx: FaxContext, fax: Fax, sealed: Buffer): Promise<{ document: Uint8Array } | FaxFailure> {
  try {
    const document = openFromTransit(sealed, ctx.caseKey, `fax:${fax.id}`);
    const { pagesDone, isResend } = fax;
    return { document: isResend || pagesDone > 0 ? await ctx.remakeFax(document, { pagesDone, isResend }) : document };
  } catch (error) {
    ctx.log.error('fax_document_unusable', { faxId: fax.id, error });
    return { class: 'document', retryable: false, code: 'unusable' };
  }
}

/** The document of an attempt under way, for a provider that fetches it; null: not any more, or never was. */
export async function documentFor(ctx: FaxContext, faxId: string, attempt: number): Promise<Uint8Array | null> {
  const row = await store.documentUnderWay(ctx.db, faxId, attempt);
  if (!row) return null;
  const made = await documentOf(ctx, faxFrom(row), row.document);
  return 'document' in made ? made.document : null;
}

/** Longer than a provider takes to answer a question. */
const leaseSeconds = 30;

/** Asks what became of a fax that is silent, if its time has come. */
export async function settleFax(ctx: FaxContext, faxId: string): Promise<void> {
  const at = ctx.clock.now();
  const row = await store.leaseFax(ctx.db, faxId, at, plusSeconds(at, leaseSeconds));
  if (!row) return;
  const { attempt } = row;
  if (row.status === 'dialing') {
    ctx.log.warn('fax_abandoned', { faxId, attempt }); // whoever called the provider died before the answer
    return happened(ctx, faxId, { type: 'outcome_unknown', attempt, code: 'abandoned' }, worker('settle-fax'));
  }
  try {
    await happened(ctx, faxId, await askAfter(ctx, row), worker('settle-fax'));
  } catch (error) {
    if (!(error instanceof FaxLineError)) throw error;
    ctx.log.warn('fax_line_away', { faxId, attempt, code: error.code });
    const sending = {
      type: 'reported',
      attempt,
      providerFaxId: row.provider_fax_id ?? '',
      report: { state: 'sending' },
    } as const;
    await happened(
      ctx,
      faxId,
      row.status === 'unknown' ? { type: 'not_answered', attempt } : sending,
      worker('settle-fax'),
    );
  }
}

async function askAfter(ctx: FaxContext, row: store.FaxRow): Promise<FaxFact> {
  const { attempt, provider_fax_id: known } = row;
  if (row.status === 'sending' && known) {
    // Lists lag; an id that the provider gave us itself is not taken back by one answer.
    const report = (await ctx.faxLine.status(known)) ?? { state: 'sending' };
    return { type: 'reported', attempt, providerFaxId: known, report };
  }
  const to = await store.dialledNumber(ctx.db, row.id);
  const near = { to: to ?? '', since: plusSeconds(row.attempted_at ?? ctx.clock.now(), -60) };
  const found = await ctx.faxLine.findByReference(referenceOf(row.id, attempt), near);
  return found ? { type: 'accepted', attempt, providerFaxId: found } : { type: 'not_found', attempt };
}

const batch = 50;

/** Every fax whose time has come, by the database's own word. @returns how many there were. */
export async function sweepFaxes(ctx: FaxContext): Promise<number> {
  const due = await store.dueFaxes(ctx.db, ctx.clock.now(), batch);
  await Promise.all(
    due.map(async ({ id, status }) => {
      try {
        await (status === 'queued' ? sendFax(ctx, id) : settleFax(ctx, id));
      } catch (error) {
        ctx.log.error('fax_sweep_failed', { faxId: id, error });
      }
    }),
  );
  return due.length;
}
