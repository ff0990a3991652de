/**
 * The hub's desk: what waits, what is on a page, and how a page is done with. Listing takes nothing secret; opening takes the hub's
 * private key and is written to the log (nothing is read unseen).
 */

import { createHash } from 'node:crypto';
import { appendEntry } from '../audit/append.ts';
import type { AuditKind } from '../audit/kinds.ts';
import { type PaperOffer, reportByForm } from '../beds/actions.ts';
import { inTransaction, type Sql } from '../db.ts';
import type { DisclosureContext } from '../disclosures/context.ts';
import { type PaperOutcome, releaseByForm } from '../disclosures/paper.ts';
import { outcomeOfPage, requestLookedAt } from '../disclosures/paper-outcome.ts';
import { destinationById } from '../fax/actions.ts';
import type { Clock } from '../lib/clock.ts';
import type { RefusalReason } from '../pages/letters.ts';
import type { HubVault } from '../vault/context.ts';
import { type InboxItem, type ItemKind, itemKinds } from './item.ts';
import { tickedRequest } from './record-request.ts';
import { mayReply } from './replies.ts';
import { openPage, type PageFields } from './sealed-page.ts';
import * as store from './store.ts';

/** The enrolment desk's queue: forms that a person types in. */
export const enrolmentDesk = (sql: Sql, associationId: string): Promise<InboxItem[]> =>
  store.waitingItems(sql, associationId, ['enrolment', 'by_hand']);

/** Everything else that waits; alarms first. */
export const hubInbox = (sql: Sql, associationId: string): Promise<InboxItem[]> =>
  store.waitingItems(
    sql,
    associationId,
    itemKinds.filter((kind: ItemKind) => kind !== 'enrolment' && kind !== 'by_hand'),
  );

/** Who does it. */
export interface ByOperator {
  associationId: string;
  itemId: string;
  /** `op_…` */
  operatorId: string;
}

export interface OpenedItem {
  item: InboxItem;
  /** Null for a file of which there is no page, and for a page of a patient who was closed for good. */
  page: { png: Buffer; sha256: string; fields: PageFields | null } | null;
}

/**
 * Opens an item with the hub's keys. Null: there is none of this association.
 * @throws VaultError when what is stored was altered, or is for another hub key.
 */
export async function openItem(
  ctx: Pick<HubVault, 'db' | 'clock' | 'hubKeys'>,
  { associationId, itemId, operatorId }: ByOperator,
): Promise<OpenedItem | null> {
  const read = await inTransaction(ctx.db, async (tx) => {
    const item = await store.lockItem(tx, associationId, itemId);
    if (!item) return null;
    const sealed = await store.sealedOf(tx, itemId);
    await note(tx, ctx, item, operatorId, 'page_opened', { kind: item.kind });
    return { item, sealed };
  });
  if (!read) return null;
  const { hub_wrap: hubWrap, sealed_page: page, sealed_fields: fields } = read.sealed ?? {};
  if (!hubWrap || !page) return { item: read.item, page: null };
  const opened = openPage(itemId, { hubWrap, page, fields: fields ?? null }, ctx.hubKeys);
  const sha256 = createHash('sha256').update(opened.png).digest('hex');
  return { item: read.item, page: { ...opened, sha256 } };
}

export type Settlement =
  | { outcome: 'enrolled'; patientId: string }
  | { outcome: 'filed'; patientId: string | null }
  /** A record request that was asked again with what a person typed. */
  | { outcome: 'answered' }
  /** A hospital's sheet whose counts a person has typed; it holds from when it came in, not from when it was typed. */
  | { outcome: 'reported'; hospitalId: string; offers: readonly PaperOffer[] }
  /** A return fax says why; only to the confirmed machine that the page came from. */
  | { outcome: 'refused'; reason: RefusalReason };

export type Settled =
  | { status: 'settled'; isSenderTold: boolean }
  | { status: 'refused'; why: 'unknown_item' | 'not_waiting' };

/**
 * A person is through with an item, in the caller's transaction (enrolment and its item are one). The crops are destroyed, the page
 * stays. Twice is refused: the second person learns that somebody was quicker.
 */
export async function settleItem(
  tx: Sql,
  ctx: { clock: Pick<Clock, 'now'> },
  { associationId, itemId, operatorId }: ByOperator,
  as: Settlement,
): Promise<Settled> {
  const item = await store.lockItem(tx, associationId, itemId);
  if (!item) return { status: 'refused', why: 'unknown_item' };
  if (item.status !== 'waiting') return { status: 'refused', why: 'not_waiting' };
  const at = ctx.clock.now();
  const isSenderTold = as.outcome === 'refused' && (await mayReply(tx, item.senderDestinationId, at));
  const patientId = 'patientId' in as ? as.patientId : null;
  await store.settleItem(tx, itemId, { outcome: as.outcome, patientId, by: operatorId, at });
  await requestLookedAt(tx, itemId, at);
  const taken =
    as.outcome === 'reported'
      ? await reportByForm(tx, { hospitalId: as.hospitalId, offers: as.offers, asOf: item.receivedAt })
      : [];
  if (as.outcome === 'refused' && isSenderTold) await store.requestReply(tx, itemId, as.reason, at);
  const reason = as.outcome === 'refused' ? as.reason : null;
  const beds = as.outcome === 'reported' ? { hospitalId: as.hospitalId, bedTypes: taken } : {};
  const data = { outcome: as.outcome, patientId, reason, isSenderTold, ...beds };
  await note(tx, ctx, item, operatorId, 'item_settled', data);
  return { status: 'settled', isSenderTold };
}

/** What a person read on a request form that no machine reads. */
export interface TypedRequest {
  cardNumber: string;
  second: { birthDate: string } | { nameKana: string };
}

export type Completed =
  | Exclude<PaperOutcome, { outcome: 'repeated' }>
  | { outcome: 'released' | 'refused' | 'not_waiting' }
  | { outcome: 'inbox'; reason: string };

/**
 * A request form whose handwriting a person has typed, asked again: the same checks, the same serial, the same destinations. It
 * runs where the pepper is. What ends it (a page on its way, or a refusal that the member is told) settles the item.
 */
export async function completeRequest(
  ctx: DisclosureContext,
  by: ByOperator & {
    /** `pg_…`: tried again under the same id it counts once. A new attempt when absent. */
    attemptId?: string;
  },
  fields: PageFields,
  typed: TypedRequest,
): Promise<Completed> {
  const { associationId, itemId, attemptId = ctx.ids.next('pg') } = by;
  const { form, ticks } = fields;
  if (form?.kind !== 'request') throw new RangeError('this page is no request form');
  const item = await inTransaction(ctx.db, (tx) => store.lockItem(tx, associationId, itemId));
  if (item?.status !== 'waiting' || item.kind !== 'request') return { outcome: 'not_waiting' };
  const sender = item.senderDestinationId ? await destinationById(ctx.db, item.senderDestinationId) : null;
  const answered = await releaseByForm(ctx, {
    // The machine's own attempt stands under the item's id; this one is another, and the serial is good once.
    ...{ associationId, receivedId: attemptId, fromE164: sender?.e164 ?? null },
    ...{ serial: form.serial, doctorCode: form.subject },
    ...{ ...typed, ...tickedRequest({ form, ticks }) },
  });
  // A process died between the release and this: what it came to is written down.
  const outcome = answered.outcome === 'repeated' ? await outcomeOfPage(ctx.db, attemptId) : answered;
  if (!outcome) throw new Error('a request was acted on before and there is nothing of it');
  if (outcome.outcome === 'released' || outcome.outcome === 'refused')
    await inTransaction(ctx.db, (tx) => settleItem(tx, ctx, by, { outcome: 'answered' }));
  return outcome;
}

async function note(
  tx: Sql,
  ctx: { clock: Pick<Clock, 'now'> },
  item: InboxItem,
  operatorId: string,
  kind: AuditKind,
  data: object,
): Promise<void> {
  const entry = { chainId: item.id, associationId: item.associationId, at: ctx.clock.now(), cause: 'console' };
  await appendEntry(tx, { ...entry, actor: `operator:${operatorId}`, kind, data });
}
