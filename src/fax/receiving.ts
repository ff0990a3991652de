/**
 * Pages that come in. News is claimed once, by whichever way it comes first (webhook, doorbell, poll); the page is fetched by
 * a worker, kept sealed, handed on, and only then taken away at the provider.
 */

import { appendEntry } from '../audit/append.ts';
import type { AuditKind } from '../audit/kinds.ts';
import { inTransaction, type Sql } from '../db.ts';
import { plusSeconds } from '../lib/clock.ts';
import { parsePhone } from '../lib/phone.ts';
import { openFromTransit, sealForTransit } from '../vault/vault.ts';
import type { FaxContext, ReceivedFax } from './context.ts';
import { type FaxFact, parseReference } from './fax.ts';
import { type FaxEvent, FaxLineError, type FaxNotice, type InboundFax, type MediaRef } from './fax-line.ts';
import * as received from './received-store.ts';
import { afterwards, type Changed, noteFact } from './sending.ts';
import * as store from './store.ts';

/** providers.md 3.1: the largest a provider takes or gives (InterFAX 20 MB; a hundred dense pages have 10). */
export const mostBytes = 20 * 1024 * 1024;
const fetchLeaseSeconds = 90;
/** 2+4+8 … 512 s, then every 17 minutes: some six hours, shorter than any provider keeps a page. */
const mostFetches = 30;
const mostHandings = 12;
const mostDeletions = 10;
const retrySeconds = (attempts: number): number => Math.min(2 ** attempts, 1024);

export type Heard = 'new' | 'known' | 'doorbell' | 'nobody';

/**
 * Takes one piece of verified news in: claims it and changes what it is about, in one transaction. Twice, at once or later,
 * is once. `raw` is kept, sealed, only of news that nobody here understands.
 */
export async function receiveFax(ctx: FaxContext, notice: FaxNotice, raw: Buffer): Promise<Heard> {
  const { event } = notice;
  if (event.type === 'doorbell') {
    await answerDoor(ctx, event.about?.sent ?? null);
    return 'doorbell';
  }
  const { provider } = ctx.faxLine;
  // Before it is claimed: when the hub enters its number later, the next poll brings the page all the same.
  if (event.type === 'received' && !(await ownNumberOf(ctx.db, event.fax))) {
    ctx.log.error('fax_to_unknown_number', {});
    return 'nobody';
  }
  const after: (() => Promise<void> | void)[] = [];
  const heard = await inTransaction(ctx.db, async (tx): Promise<Heard> => {
    after.length = 0;
    const key = `${provider}:${notice.dedupeKey}`;
    const kept = event.type === 'other' ? sealForTransit(raw, ctx.caseKey, `fax-notice:${key}`, ctx.random) : null;
    const claim = { key, provider, kind: event.type, raw: kept, at: ctx.clock.now() };
    if (!(await store.claimNotice(tx, claim))) return 'known';
    return take(tx, ctx, event, after);
  });
  for (const step of after) await step();
  return heard;
}

/** Whoever rang gets a question to the provider asked, and nothing else. */
async function answerDoor(ctx: FaxContext, sent: string | null): Promise<void> {
  if (sent === null) return ctx.wake('fetch-fax', pollId);
  const known = await store.attemptOf(ctx.db, ctx.faxLine.provider, sent);
  if (known && (await store.hastenFax(ctx.db, known.fax_id, ctx.clock.now()))) ctx.wake('settle-fax', known.fax_id);
}

async function take(
  tx: Sql,
  ctx: FaxContext,
  event: Exclude<FaxEvent, { type: 'doorbell' }>,
  after: (() => Promise<void> | void)[],
): Promise<Heard> {
  switch (event.type) {
    case 'received': {
      const id = await claimReceived(tx, ctx, event.fax);
      if (id) after.push(() => ctx.wake('fetch-fax', id));
      return id ? 'new' : 'known';
    }
    case 'reported': {
      const changed = await takeReport(tx, ctx, event);
      if (changed) after.push(() => afterwards(ctx, changed));
      return 'new';
    }
    case 'receive_failed':
      ctx.log.warn('fax_not_received', { code: event.failure.code, kind: event.failure.class });
      return 'new';
    case 'under_way':
      return 'new';
    case 'other':
      ctx.log.warn('fax_news_not_understood', { name: event.name });
      return 'new';
  }
}

async function takeReport(
  tx: Sql,
  ctx: FaxContext,
  event: Extract<FaxEvent, { type: 'reported' }>,
): Promise<Changed | null> {
  const { providerFaxId, report } = event;
  const ours = event.reference === null ? null : parseReference(event.reference);
  const known = ours ? null : await store.attemptOf(tx, ctx.faxLine.provider, providerFaxId);
  const faxId = ours?.faxId ?? known?.fax_id;
  const attempt = ours?.attempt ?? known?.attempt;
  if (faxId === undefined || attempt === undefined || !(await store.faxById(tx, faxId))) {
    ctx.log.warn('fax_report_about_nothing', { state: report.state });
    return null;
  }
  const fact: FaxFact = { type: 'reported', attempt, providerFaxId, report };
  return noteFact(tx, ctx, faxId, fact, { actor: 'provider', cause: 'report' });
}

const ownNumberOf = (sql: Sql, fax: InboundFax) =>
  received.ownNumberFor(sql, fax.to === null ? null : numberOrRaw(fax.to));

/** The new row's id, or null: another delivery brought it already. */
async function claimReceived(tx: Sql, ctx: FaxContext, fax: InboundFax): Promise<string | null> {
  const own = await ownNumberOf(tx, fax);
  if (!own) return null;
  const id = ctx.ids.next('fi');
  const at = ctx.clock.now();
  const { providerFaxId, claimedStationId, pages, isPartial } = fax;
  const isNew = await received.insertReceived(tx, {
    ...{ id, associationId: own.association_id, provider: ctx.faxLine.provider, providerFaxId, toE164: own.e164 },
    ...{ from: fax.from === null ? null : numberOrRaw(fax.from), claimedStationId, pages, isPartial, at },
    media: sealMedia(ctx, id, fax.media),
  });
  if (!isNew) return null;
  await note(tx, { id, association_id: own.association_id }, at, 'fax_announced', { pages, isPartial });
  return id;
}

/** E.164 where it can be read as a number of Japan; what else a line may tell is kept as it is, short. */
function numberOrRaw(text: string): string {
  const parsed = parsePhone(text, { allowForeign: true });
  return 'e164' in parsed ? parsed.e164 : text.slice(0, 32);
}

const sealMedia = (ctx: FaxContext, id: string, media: MediaRef): Buffer =>
  sealForTransit(Buffer.from(JSON.stringify(media)), ctx.caseKey, `fax-media:${id}`, ctx.random);
const openMedia = (ctx: FaxContext, row: received.ReceivedRow): MediaRef =>
  JSON.parse(openFromTransit(row.media, ctx.caseKey, `fax-media:${row.id}`).toString()) as MediaRef;

function note(
  tx: Sql,
  row: { id: string; association_id: string },
  at: Date,
  kind: AuditKind,
  data: unknown = {},
): Promise<number> {
  const entry = { chainId: row.id, associationId: row.association_id, at, kind, data };
  return appendEntry(tx, { ...entry, actor: 'gateway', cause: 'receive_fax' });
}

/** What a wake-up of `fetch-fax` without a fax means: ask the provider for news. */
export const pollId = 'line';

/** One step for a received fax: fetch it, hand it on, or take it away at the provider; whatever is due. */
export async function fetchFax(ctx: FaxContext, id: string): Promise<void> {
  if (id === pollId) return pollLine(ctx);
  const at = ctx.clock.now();
  const row = await received.leaseReceived(ctx.db, id, at, plusSeconds(at, fetchLeaseSeconds));
  if (!row) return;
  if (row.status === 'announced') await fetchNow(ctx, row);
  else await handOn(ctx, row);
}

async function fetchNow(ctx: FaxContext, row: received.ReceivedRow): Promise<void> {
  const { id, attempts } = row;
  const fetched = await fetchOnce(ctx, row);
  if (fetched.outcome === 'unavailable' || fetched.outcome === 'expired') {
    ctx.log.warn('fax_not_fetched', { faxId: id, attempt: attempts, code: fetched.code });
    if (attempts >= mostFetches) return lose(ctx, row, fetched.code);
    return again(ctx, id, retrySeconds(attempts));
  }
  if (fetched.outcome === 'refused') return lose(ctx, row, fetched.code);
  if (!isFaxDocument(fetched.bytes)) return lose(ctx, row, 'wrong_type');
  const content = sealForTransit(fetched.bytes, ctx.caseKey, `fax:${id}`, ctx.random);
  const at = ctx.clock.now();
  await inTransaction(ctx.db, async (tx) => {
    if (await received.saveContent(tx, id, content, at))
      await note(tx, row, at, 'fax_received', { bytes: fetched.bytes.length });
  });
  return fetchFax(ctx, id);
}

/** An address that ran out is renewed once, at once: it is good for minutes only. */
async function fetchOnce(ctx: FaxContext, row: received.ReceivedRow) {
  const limits = { maxBytes: mostBytes };
  const first = await ctx.faxLine.fetchMedia(openMedia(ctx, row), limits);
  if (first.outcome !== 'expired' || !ctx.faxLine.refreshMedia) return first;
  try {
    const fresh = await ctx.faxLine.refreshMedia(row.provider_fax_id);
    if (!fresh) return first;
    await received.saveMedia(ctx.db, row.id, sealMedia(ctx, row.id, fresh));
    return await ctx.faxLine.fetchMedia(fresh, limits);
  } catch (error) {
    if (error instanceof FaxLineError) return { outcome: 'unavailable', code: error.code } as const;
    throw error;
  }
}

/** By its first bytes, whatever the sender calls it: TIFF of either order, PDF (providers.md 7.3). */
function isFaxDocument(bytes: Buffer): boolean {
  const start = bytes.subarray(0, 5).toString('latin1');
  return start.startsWith('II*\0') || start.startsWith('MM\0*') || start === '%PDF-';
}

async function lose(ctx: FaxContext, row: received.ReceivedRow, code: string): Promise<void> {
  ctx.log.error('fax_lost', { faxId: row.id, code });
  const at = ctx.clock.now();
  await inTransaction(ctx.db, async (tx) => {
    if (!(await received.markFailed(tx, row.id, code))) return;
    await note(tx, row, at, 'fax_lost', { code });
    await ctx.onFaxLost(tx, receivedFrom(row), code);
  });
}

async function again(ctx: FaxContext, id: string, seconds: number): Promise<void> {
  await received.postponeReceived(ctx.db, id, plusSeconds(ctx.clock.now(), seconds));
  ctx.wake('fetch-fax', id, seconds);
}

/** It is safe with us: whoever reads pages gets it, then the provider's copy goes. Each may fail and is tried again. */
async function handOn(ctx: FaxContext, row: received.ReceivedRow): Promise<void> {
  const { id, attempts } = row;
  if (row.status === 'fetched' && row.content && attempts <= mostHandings) {
    try {
      const content = openFromTransit(row.content, ctx.caseKey, `fax:${id}`);
      const isSealed = (await ctx.onFaxReceived(receivedFrom(row), content)) === 'sealed';
      await inTransaction(ctx.db, async (tx) => {
        if (await received.markHandled(tx, id, isSealed))
          await note(tx, row, ctx.clock.now(), 'fax_handled', isSealed ? { isSealed } : {});
      });
    } catch (error) {
      ctx.log.error('fax_not_handled', { faxId: id, attempt: attempts, error });
      return again(ctx, id, retrySeconds(attempts));
    }
  }
  try {
    await ctx.faxLine.deleteRemote(row.provider_fax_id, 'received');
    await received.markDeletedThere(ctx.db, id, ctx.clock.now());
  } catch (error) {
    ctx.log.warn('fax_copy_not_deleted', { faxId: id, attempt: attempts, error });
    if (attempts < mostDeletions) return again(ctx, id, retrySeconds(attempts));
  }
  await received.postponeReceived(ctx.db, id, null);
}

const receivedFrom = (row: received.ReceivedRow): ReceivedFax => ({
  ...{ id: row.id, associationId: row.association_id, to: row.to_e164, from: row.from_number },
  ...{ claimedStationId: row.claimed_station_id, pages: row.pages, isPartial: row.is_partial },
  receivedAt: row.received_at,
});

/** The page as it came, while it is kept; null: gone, or never had. */
export async function receivedContent(ctx: Pick<FaxContext, 'db' | 'caseKey'>, id: string): Promise<Buffer | null> {
  const row = await received.receivedById(ctx.db, id);
  return row?.content ? openFromTransit(row.content, ctx.caseKey, `fax:${id}`) : null;
}

/** Asks the provider for news, unless some process has just done so (then it is asked when the time has come). */
export async function pollLine(ctx: FaxContext, everySeconds?: number): Promise<void> {
  const { faxLine } = ctx;
  if (!faxLine.poll || !faxLine.polling) return;
  const least = everySeconds ?? faxLine.polling.leastSeconds;
  if (!(await store.takePoll(ctx.db, faxLine.provider, ctx.clock.now(), least))) {
    if (everySeconds === undefined) ctx.wake('fetch-fax', pollId, least);
    return;
  }
  try {
    const { notices, done } = await faxLine.poll();
    for (const notice of notices) {
      const heard = await receiveFax(ctx, notice, Buffer.alloc(0));
      if (heard !== 'nobody') await done?.(notice); // to a number that nobody has entered yet: it waits there
    }
  } catch (error) {
    if (!(error instanceof FaxLineError)) throw error;
    ctx.log.warn('fax_line_away', { code: error.code });
  }
}

const batch = 20;

/** Whatever received faxes wait for, and the provider's news when it is time. @returns how many waited. */
export async function sweepReceived(ctx: FaxContext): Promise<number> {
  await pollLine(ctx, ctx.faxLine.polling?.everySeconds);
  const due = await received.dueReceived(ctx.db, ctx.clock.now(), batch);
  for (const id of due) {
    try {
      await fetchFax(ctx, id);
    } catch (error) {
      ctx.log.error('fax_sweep_failed', { faxId: id, error });
    }
  }
  return due.length;
}

const keepDays = 30;

/** What nobody needs any more: contents handed on long ago, notices older than every provider's retries. */
export async function tidyFaxes(ctx: Pick<FaxContext, 'db' | 'clock'>): Promise<void> {
  const before = plusSeconds(ctx.clock.now(), -keepDays * 86_400);
  await received.forgetContents(ctx.db, before);
  await store.forgetNotices(ctx.db, before);
}
