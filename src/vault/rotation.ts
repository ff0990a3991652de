/**
 * Replacing the hub's key and the pepper (docs/security.md tells the operator in which order). Each row says under which key it
 * is, so there is no other state: a run may be killed anywhere and simply started again. Each batch is a transaction, and
 * every card and record opens at every moment in between.
 */

import type pg from 'pg';
import { appendEntry } from '../audit/append.ts';
import type { AuditKind } from '../audit/kinds.ts';
import { inTransaction, type Sql } from '../db.ts';
import type { Random } from '../embedded/secrets.ts';
import type { CardDeriver } from '../lib/card.ts';
import type { Clock } from '../lib/clock.ts';
import { type CardKey, openCopy, sealCopy } from './card-copy.ts';
import type { Doing } from './context.ts';
import { type HubCertificate, type HubKeys, openWithHub, sealToHub } from './hub.ts';
import * as store from './rotation-store.ts';
import { cardWrapsOf, lockPatient, saveCardWrap, wrappedVersions } from './store.ts';
import { dataKeyByCard, VaultError, wrapForCard } from './vault.ts';

export interface RotationContext {
  db: pg.Pool;
  clock: Clock;
  random: Random;
  /** Opens what is there: the key that goes, and the one that comes where it is at hand. */
  hubKeys: HubKeys;
  /** What new seals are made to. */
  hub: HubCertificate;
  batchSize: number;
  /** Told after each batch, with the count so far. */
  onBatch(what: 'records' | 'card copies' | 'pages' | 'cards', done: number): void;
}

export interface Rotated {
  done: number;
  /** Ids of what none of the hub keys opens; left as it is. */
  unopened: string[];
}

export interface HubRotated {
  records: Rotated;
  copies: Rotated;
  /** Pages that came in by fax, and what was typed from them so far. */
  pages: Rotated;
}

/** Seals every data key of a record or a received page and every card's copy, as far as they are not yet, to `ctx.hub`. */
export async function rotateHubKey(ctx: RotationContext, doing: Doing): Promise<HubRotated> {
  const { hub } = ctx;
  const records = await inBatches(ctx, 'records', async (tx, after) => {
    const rows = await store.staleHubWraps(tx, hub.id, after, ctx.batchSize);
    return eachRow(rows, ctx, (id, bytes) => store.replaceHubWrap(tx, id, hub.id, sealToHub(bytes, hub)));
  });
  const copies = await inBatches(ctx, 'card copies', async (tx, after) => {
    const rows = await store.staleCopies(tx, hub.id, after, ctx.batchSize);
    return eachRow(rows, ctx, (id, bytes) => store.replaceCopy(tx, id, hub.id, sealToHub(bytes, hub)));
  });
  const pages = await inBatches(ctx, 'pages', async (tx, after) => {
    const rows = await store.staleInboxWraps(tx, hub.id, after, ctx.batchSize);
    return eachRow(rows, ctx, (id, bytes) => store.replaceInboxWrap(tx, id, hub.id, sealToHub(bytes, hub)));
  });
  const drafts = await inBatches(ctx, 'pages', async (tx, after) => {
    const rows = await store.staleDrafts(tx, hub.id, after, ctx.batchSize);
    return eachRow(rows, ctx, (id, bytes) => store.replaceDraft(tx, id, hub.id, sealToHub(bytes, hub)));
  });
  pages.done += drafts.done;
  pages.unopened.push(...drafts.unopened);
  const data = { hubKeyId: hub.id, records: records.done, copies: copies.done, pages: pages.done };
  if (records.done + copies.done + pages.done > 0) await note(ctx, doing, 'hub_key_replaced', data);
  return { records, copies, pages };
}

interface Batch {
  done: number;
  unopened: string[];
  /** Where the next batch begins; null: that was the last one. */
  last: string | null;
}

async function inBatches(
  { db, onBatch }: RotationContext,
  what: Parameters<RotationContext['onBatch']>[0],
  batch: (tx: Sql, after: string) => Promise<Batch>,
): Promise<Rotated> {
  const whole: Rotated = { done: 0, unopened: [] };
  for (let after: string | null = ''; after !== null; ) {
    const from: string = after;
    const { done, unopened, last } = await inTransaction(db, (tx) => batch(tx, from));
    whole.done += done;
    whole.unopened.push(...unopened);
    if (done > 0) onBatch(what, whole.done);
    after = last;
  }
  return whole;
}

async function eachRow(
  rows: readonly store.HubWrapRow[],
  { hubKeys }: RotationContext,
  replace: (id: string, bytes: Buffer) => Promise<void>,
): Promise<Batch> {
  const unopened: string[] = [];
  for (const { id, blob } of rows) {
    const bytes = opened(() => openWithHub(blob, hubKeys));
    if (bytes) await replace(id, bytes);
    else unopened.push(id);
  }
  return { done: rows.length - unopened.length, unopened, last: rows.at(-1)?.id ?? null };
}

function opened<T>(open: () => T): T | null {
  try {
    return open();
  } catch (error) {
    if (error instanceof VaultError) return null;
    throw error;
  }
}

export interface NextPepper {
  cards: Pick<CardDeriver, 'derive'>;
  pepperId: string;
}

/**
 * First half of a new pepper: every card gets an index and a key by it beside the present ones, so that gateways with either
 * pepper find and open every card.
 */
export async function preparePepper(ctx: RotationContext, next: NextPepper, doing: Doing): Promise<Rotated> {
  const whole: Rotated = { done: 0, unopened: [] };
  for (let after = ''; ; ) {
    const rows = await store.unpreparedCards(ctx.db, next.pepperId, after, ctx.batchSize);
    const last = rows.at(-1);
    if (!last) break;
    after = last.id;
    // The slow part (RSA and scrypt, a third of a second a card) before anything is locked.
    const prepared: Prepared[] = [];
    for (const row of rows) {
      const copy = opened(() => openCopy(row.hubCopy, row.id, ctx.hubKeys));
      if (!copy) whole.unopened.push(row.id);
      else prepared.push({ row, copy, derived: await next.cards.derive(copy.number) });
    }
    whole.done += await inTransaction(ctx.db, (tx) => savePrepared(tx, ctx, next, prepared));
    ctx.onBatch('cards', whole.done);
  }
  const data = { pepperId: next.pepperId, cards: whole.done };
  if (whole.done > 0) await note(ctx, doing, 'pepper_prepared', data);
  return whole;
}

interface Prepared {
  row: store.UnpreparedCard;
  copy: ReturnType<typeof openCopy>;
  derived: { index: Buffer; key: Buffer };
}

async function savePrepared(
  tx: Sql,
  ctx: RotationContext,
  next: NextPepper,
  prepared: readonly Prepared[],
): Promise<number> {
  // In one order, so that two of these never wait for each other.
  const inOrder = prepared.toSorted((one, other) => ((one.row.patientId ?? '') < (other.row.patientId ?? '') ? -1 : 1));
  let done = 0;
  for (const { row, copy, derived } of inOrder) {
    if (row.patientId) await lockPatient(tx, row.patientId);
    const present = copy.keys.filter(({ pepperId }) => pepperId === row.pepperId);
    const added: CardKey = { cardId: row.id, pepperId: next.pepperId, key: derived.key };
    const saved = await store.prepareCard(tx, row, {
      ...{ index: derived.index, pepperId: next.pepperId, hubKeyId: ctx.hub.id },
      copy: sealCopy({ ...copy, keys: [...present, added] }, ctx.hub),
    });
    if (!saved) continue; // changed meanwhile: the next run sees it as it is then
    done += 1;
    if (row.patientId) await wrapAlso(tx, ctx, row.patientId, present, added);
  }
  return done;
}

/** Every data key that the card opens by a present key is wrapped under the added one as well. */
async function wrapAlso(
  tx: Sql,
  { random }: RotationContext,
  patientId: string,
  present: readonly CardKey[],
  added: CardKey,
): Promise<void> {
  const versions = await wrappedVersions(tx, patientId);
  for (const { versionId, cardId, pepperId, wrap } of await cardWrapsOf(tx, patientId)) {
    const version = versions.find(({ id }) => id === versionId);
    const key = present.find((one) => one.cardId === cardId && one.pepperId === pepperId)?.key;
    const dataKey = version && key ? dataKeyByCard({ cardWrap: wrap }, version, key) : null;
    if (!version || !dataKey) continue; // another card's, or a wrap that was altered and opens nothing anyway
    const addedWrap = wrapForCard(dataKey, version, added.key, random);
    await saveCardWrap(tx, { versionId, cardId: added.cardId, pepperId: added.pepperId, wrap: addedWrap });
  }
}

/**
 * Second half, when every gateway and worker runs with the next pepper: the old index and wraps go.
 * What was issued since the first half is prepared before.
 */
export async function finishPepper(
  ctx: RotationContext,
  next: NextPepper,
  doing: Doing,
): Promise<{ prepared: Rotated; switched: number }> {
  const prepared = await preparePepper(ctx, next, doing);
  let switched = 0;
  for (;;) {
    const done = await inTransaction(ctx.db, (tx) => store.switchCards(tx, next.pepperId, ctx.batchSize));
    if (done === 0) break;
    switched += done;
    ctx.onBatch('cards', switched);
  }
  if (switched > 0) await note(ctx, doing, 'pepper_replaced', { pepperId: next.pepperId, cards: switched });
  return { prepared, switched };
}

/** In the log of each association, in a chain of its own: the key is everybody's. */
async function note(ctx: RotationContext, { actor, cause }: Doing, kind: AuditKind, data: object): Promise<void> {
  await inTransaction(ctx.db, async (tx) => {
    const at = ctx.clock.now();
    for (const associationId of await store.associationIds(tx))
      await appendEntry(tx, { chainId: `keys:${associationId}`, associationId, at, actor, cause, kind, data });
  });
}

export { keyCounts, unadoptedCount } from './rotation-store.ts';
