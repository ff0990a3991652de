/**
 * What comes in by fax, from the fax line's hand to the hub's: decoded and read in a bounded child process, each page sealed to
 * the hub before anything is done with it, then acted on as far as a machine may. The hook may run twice, in two processes at
 * once: a page of a fax is one item, and each step asks whether it was taken already.
 */

import { appendEntry } from '../audit/append.ts';
import type { AuditKind } from '../audit/kinds.ts';
import { inTransaction, type Sql } from '../db.ts';
import type { DisclosureContext } from '../disclosures/context.ts';
import { confirmedByNumber } from '../fax/actions.ts';
import type { FaxHooks, ReceivedFax } from '../fax/context.ts';
import type { FaxDestination } from '../fax/destination.ts';
import type { BilevelPage } from '../imaging/bilevel.ts';
import { encodePng } from '../imaging/png.ts';
import { isRefusalReason } from '../pages/letters.ts';
import { decodeFax } from '../paper/decode.ts';
import { readPage } from '../paper/read-page.ts';
import type { PageReading } from '../paper/reading.ts';
import { type Route, routePage } from '../paper/routing.ts';
import type { HubCertificate } from '../vault/hub.ts';
import { actOn } from './acting.ts';
import type { InboxItem, ItemKind, Verdict } from './item.ts';
import { mayReply, sendReplies } from './replies.ts';
import { fieldsOf, noFields, sealPage } from './sealed-page.ts';
import * as store from './store.ts';

export interface InboxContext extends DisclosureContext {
  hub: HubCertificate;
}

/**
 * `onFaxReceived` and `onFaxLost` of the fax line, for whoever puts the process together. Both are handed as functions because
 * the context is made after the fax line, and the hub's certificate is read when the first page comes.
 */
export function receivedHook(
  ctx: () => DisclosureContext,
  hub: () => HubCertificate,
): Pick<FaxHooks, 'onFaxReceived' | 'onFaxLost'> {
  let opened: InboxContext | null = null;
  const inbox = (): InboxContext => {
    if (opened) return opened;
    const { db, clock, ids, log, wake, release } = ctx();
    opened = { db, clock, ids, log, wake, release, hub: hub() };
    return opened;
  };
  return {
    onFaxReceived: (fax, content) => takeIn(inbox(), fax, content),
    onFaxLost: (tx, fax, code) => noteLost(inbox(), tx, fax, code),
  };
}

/** @returns 'sealed' when every page is with the hub; a file that could not be read stays with the fax line for its 30 days. */
export async function takeIn(ctx: InboxContext, fax: ReceivedFax, content: Buffer): Promise<'sealed' | undefined> {
  const known = await store.itemsOfFax(ctx.db, fax.id);
  if (known.some(({ pageNo }) => pageNo === 0)) {
    await sendReplies(ctx);
    return undefined;
  }
  const decoded = await decodeFax(content);
  const senders = await sendersOf(ctx.db, fax, ctx.clock.now());
  if ('refused' in decoded) {
    await inTransaction(ctx.db, (tx) => enterWhole(ctx, tx, fax, senders, 'refused_file', decoded.refused));
    await sendReplies(ctx);
    return undefined;
  }
  for (const [index, page] of decoded.pages.entries()) {
    const item = known.find(({ pageNo }) => pageNo === index + 1);
    if (!item || item.status === 'arrived') await takePage(ctx, { fax, senders, pageNo: index + 1 }, page);
  }
  return 'sealed';
}

/** The fax line's transaction: the return fax is only written down, and made by the sweep. */
async function noteLost(ctx: InboxContext, tx: Sql, fax: ReceivedFax, code: string): Promise<void> {
  const senders = await sendersOf(tx, fax, ctx.clock.now());
  await enterWhole(ctx, tx, fax, senders, 'lost', code);
}

/** The number is a hint of the line's, never a proof; but only a confirmed machine may be answered at all. */
const sendersOf = async (sql: Sql, fax: ReceivedFax, at: Date): Promise<FaxDestination[]> =>
  fax.from === null ? [] : confirmedByNumber(sql, fax.associationId, fax.from, at);

/** A file of which no page can be shown: the hub is told, and the sender where his machine is registered. */
async function enterWhole(
  ctx: InboxContext,
  tx: Sql,
  fax: ReceivedFax,
  senders: FaxDestination[],
  kind: 'refused_file' | 'lost',
  reason: string,
): Promise<void> {
  const at = ctx.clock.now();
  const senderDestinationId = senders[0]?.id ?? null;
  const isTold = await mayReply(tx, senderDestinationId, at);
  const item: store.NewItem = {
    ...{ id: ctx.ids.next('pg'), associationId: fax.associationId, receivedFaxId: fax.id, pageNo: 0, kind, reason },
    ...{ status: 'waiting', isAlarmed: false, mayHoldMyNumber: false, senderDestinationId, receivedAt: fax.receivedAt },
    sealed: null,
    reply: isTold ? { reason: isRefusalReason(reason) ? reason : 'other', dueAt: at } : null,
  };
  if (!(await store.insertItem(tx, item))) return;
  await note(tx, item, at, kind === 'lost' ? 'fax_not_had' : 'file_refused', { receivedFaxId: fax.id, reason, isTold });
}

interface Place {
  fax: ReceivedFax;
  senders: FaxDestination[];
  pageNo: number;
}

async function takePage(ctx: InboxContext, place: Place, page: BilevelPage): Promise<void> {
  const reading = await readOrKeep(page);
  const route = reading ? routePage(reading) : ({ to: 'inbox', why: 'unreadable' } as const);
  const item = await seal(ctx, place, reading, route, reading?.page ?? page);
  if (item.status !== 'arrived') return;
  const { fax, senders } = place;
  const verdict = await actOn(ctx, { itemId: item.id, fax, senders }, route, reading);
  await finish(ctx, item, verdict);
}

/** A page that breaks or stalls the reader is a page for a person, not a fax to be tried again. */
const readOrKeep = (page: BilevelPage): Promise<PageReading | null> => readPage(page).catch(() => null);

/** The page as an item, sealed to the hub; the one that is there when another process was quicker. */
async function seal(
  ctx: InboxContext,
  { fax, senders, pageNo }: Place,
  reading: PageReading | null,
  route: Route | { to: 'inbox'; why: 'unreadable' },
  image: BilevelPage,
): Promise<InboxItem> {
  const id = ctx.ids.next('pg');
  const fields = reading ? fieldsOf(reading) : noFields;
  const sealed = sealPage(id, await encodePng(image), fields, ctx.hub, (size) => Buffer.from(ctx.release.random(size)));
  const item: store.NewItem = {
    ...{
      id,
      associationId: fax.associationId,
      receivedFaxId: fax.id,
      pageNo,
      kind: kindOf(route),
      sealed,
      reply: null,
    },
    ...{ status: 'arrived', reason: null, isAlarmed: false, mayHoldMyNumber: mayHoldMyNumber(reading) },
    ...{ senderDestinationId: senders[0]?.id ?? null, receivedAt: fax.receivedAt },
  };
  return inTransaction(ctx.db, async (tx) => {
    if (await store.insertItem(tx, item)) {
      const data = { receivedFaxId: fax.id, pageNo, kind: item.kind, hubKeyId: sealed.hubKeyId };
      await note(tx, item, ctx.clock.now(), 'page_sealed', data);
    }
    const items = await store.itemsOfFax(tx, fax.id);
    const kept = items.find((each) => each.pageNo === pageNo);
    if (!kept) throw new Error('a page that was taken in is not there');
    return kept;
  });
}

function kindOf(route: Route | { to: 'inbox' }): ItemKind {
  switch (route.to) {
    case 'enrolment_desk':
      return 'enrolment';
    case 'request_desk':
      return 'request';
    case 'release':
      return 'form' in route && route.form ? 'request' : 'card_copy';
    case 'beds':
    case 'roster':
      return route.to;
    case 'inbox':
      return 'other';
  }
}

/** Only a sheet of ours with nothing written on it is above suspicion. */
const mayHoldMyNumber = (reading: PageReading | null): boolean =>
  reading?.kind !== 'form' || reading.crops.some(({ hasInk }) => hasInk);

async function finish(ctx: InboxContext, item: InboxItem, verdict: Verdict): Promise<void> {
  const isWaiting = verdict.status === 'waiting';
  const to = {
    status: verdict.status,
    reason: isWaiting ? verdict.reason : null,
    outcome: isWaiting ? null : verdict.outcome,
    isAlarmed: isWaiting && verdict.isAlarmed,
  };
  await inTransaction(ctx.db, async (tx) => {
    if (!(await store.finishItem(tx, item.id, to))) return;
    await note(tx, item, ctx.clock.now(), isWaiting ? 'page_set_aside' : 'page_acted_on', to);
  });
}

function note(
  tx: Sql,
  item: Pick<InboxItem, 'id' | 'associationId'>,
  at: Date,
  kind: AuditKind,
  data: object,
): Promise<number> {
  const entry = { chainId: item.id, associationId: item.associationId, at, actor: 'gateway', cause: 'receive_fax' };
  return appendEntry(tx, { ...entry, kind, data });
}
