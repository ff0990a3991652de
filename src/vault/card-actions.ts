/**
 * The life of a card. The side that holds the pepper draws it and tries its neighbours, in the background: **pending** until
 * then, **ready** after. The side that holds the hub key hands a ready one out (**active**) without waiting and without the
 * pepper: the hub's copy brings number and keys along. Lost, replaced, or its patient closed: **revoked**, and it opens nothing.
 */
import { appendEntry } from '../audit/append.ts';
import type { Sql } from '../db.ts';
import { cardToken } from '../patients/search-tokens.ts';
import { type CardCopy, type CardKey, openCopy, sealCopy } from './card-copy.ts';
import { drawCardNumber, neighbours } from './card-number.ts';
import * as cardStore from './card-store.ts';
import type { CardFinding, Doing, HubVault, NightVault, VaultContext } from './context.ts';
import type { HubKeys } from './hub.ts';
import { lockOpenPatient } from './patient-lock.ts';
import * as store from './store.ts';
import { dataKeyByCard, dataKeyByHub, openFromTransit, sealForTransit, VaultError, wrapForCard } from './vault.ts';

const transitOf = (cardId: string): string => `card:${cardId}`;

/** Draws a number that is nobody's and keeps it pending. @returns the card. */
export async function drawCard(ctx: NightVault): Promise<string> {
  const { db, random, hub, pepperId, caseKey } = ctx;
  for (;;) {
    const id = ctx.ids.next('cd');
    const number = drawCardNumber(random);
    const { index, key } = await ctx.cards.derive(number);
    const hubCopy = sealCopy({ cardId: id, number, keys: [{ cardId: id, pepperId, key }] }, hub);
    const numberInTransit = sealForTransit(Buffer.from(number), caseKey, transitOf(id), random);
    const card = { id, lookupIndex: index, pepperId, hubCopy, hubKeyId: hub.id, numberInTransit, at: ctx.clock.now() };
    if (await cardStore.insertDrawnCard(db, card)) return id;
  }
}

/**
 * Tries every number within two wrong digits of a pending card: about fifty derivations, one after the other, so that a caller
 * who waits for his own stands behind one of them at most. `discarded`: one is somebody's card, draw another.
 * `done`: there was nothing to try any more. May be repeated.
 */
export async function checkNeighbours(ctx: NightVault, cardId: string): Promise<'ready' | 'discarded' | 'done'> {
  const sealed = await cardStore.numberInTransit(ctx.db, cardId);
  if (!sealed) return 'done';
  const number = numberOf(sealed, ctx.caseKey, cardId);
  const indexes: Buffer[] = [];
  for (const neighbour of number ? neighbours(number) : []) indexes.push((await ctx.cards.derive(neighbour)).index);
  if (number && !(await cardStore.isAnyIndexTaken(ctx.db, indexes))) {
    await cardStore.markReady(ctx.db, cardId);
    return 'ready';
  }
  await cardStore.discardDrawnCard(ctx.db, cardId);
  return 'discarded';
}

/** null: the case key has changed since; nobody was given the number, so it is simply drawn anew. */
function numberOf(sealed: Buffer, caseKey: Buffer, cardId: string): string | null {
  try {
    return openFromTransit(sealed, caseKey, transitOf(cardId)).toString();
  } catch (error) {
    if (error instanceof VaultError) return null;
    throw error;
  }
}

/** Brings the stock of ready cards up to `wanted`; a worker's job, so that enrolment never waits. @returns how many are ready. */
export async function stockCards(ctx: NightVault, wanted: number): Promise<number> {
  for (const cardId of await cardStore.pendingCards(ctx.db)) await checkNeighbours(ctx, cardId);
  for (;;) {
    const { ready } = await cardStore.stockCount(ctx.db);
    if (ready >= wanted) return ready;
    await checkNeighbours(ctx, await drawCard(ctx));
  }
}

export interface IssuedCard {
  cardId: string;
  /** For the print only. */
  number: string;
  /** For `storeVersion` in the same transaction. */
  cardKeys: CardKey[];
}

export type NoCard = { refused: 'no_card_ready' } | { refused: 'has_card' };

export interface ForPatient extends Doing {
  associationId: string;
  patientId: string;
}

/** Hands a ready card to the patient and wraps every version of his record for it. */
export async function issueCard(tx: Sql, ctx: HubVault, issue: ForPatient): Promise<IssuedCard | NoCard> {
  await lockOpenPatient(tx, issue.associationId, issue.patientId);
  if (await cardStore.activeCardOf(tx, issue.patientId)) return { refused: 'has_card' };
  return handOut(tx, ctx, issue, []);
}

/**
 * A lost or damaged card: the old number opens nothing from now on, a new one everything it did. Refused without a change when
 * no card is ready (`reportLost` then at least revokes).
 */
export async function reissueCard(
  tx: Sql,
  ctx: HubVault,
  issue: ForPatient,
): Promise<IssuedCard | { refused: 'no_card_ready' }> {
  const { patientId } = issue;
  await lockOpenPatient(tx, issue.associationId, patientId);
  if (!(await cardStore.takeReadyCard(tx))) return { refused: 'no_card_ready' };
  const dataKeys = await dataKeysByOldCard(tx, ctx, patientId); // before the wraps go with the card
  await revokeActive(tx, ctx, issue);
  const issued = await handOut(tx, ctx, issue, dataKeys);
  if ('refused' in issued) throw new VaultError('the card that was taken is gone');
  return issued;
}

/** Revokes a lost card; needs no hub key, so anybody on duty may have it done. @returns whether there was one. */
export async function reportLost(tx: Sql, ctx: Pick<VaultContext, 'clock'>, lost: ForPatient): Promise<boolean> {
  await lockOpenPatient(tx, lost.associationId, lost.patientId);
  return revokeActive(tx, ctx, lost);
}

async function revokeActive(tx: Sql, { clock }: Pick<VaultContext, 'clock'>, lost: ForPatient): Promise<boolean> {
  const { associationId, patientId, actor, cause } = lost;
  const card = await cardStore.activeCardOf(tx, patientId);
  if (!card) return false;
  await cardStore.revokeCard(tx, card.id);
  const entry = { chainId: patientId, associationId, at: clock.now(), actor, cause };
  await appendEntry(tx, { ...entry, kind: 'card_revoked', data: { cardId: card.id } });
  return true;
}

type DataKeys = readonly { versionId: string; dataKey: Buffer }[];

async function handOut(tx: Sql, ctx: HubVault, issue: ForPatient, known: DataKeys): Promise<IssuedCard | NoCard> {
  const { associationId, patientId, actor, cause } = issue;
  const card = await cardStore.takeReadyCard(tx);
  if (!card) return { refused: 'no_card_ready' };
  const at = ctx.clock.now();
  const copy = copyOf(card, ctx.hubKeys);
  if (!copy) throw new VaultError('a card in stock has no copy for the hub');
  const { number, keys } = copy;
  await cardStore.handOutCard(tx, card.id, patientId, at);
  await markByNumber(tx, ctx, associationId, copy);
  for (const version of await store.wrappedVersions(tx, patientId)) {
    const dataKey =
      known.find(({ versionId }) => versionId === version.id)?.dataKey ?? dataKeyByHub(version, ctx.hubKeys);
    await wrapForAll(tx, ctx, version, dataKey, keys);
  }
  const data = { cardId: card.id };
  await appendEntry(tx, { chainId: patientId, associationId, at, actor, cause, kind: 'card_issued', data });
  return { cardId: card.id, number, cardKeys: keys };
}

/** By the old card's keys and not the hub's: one private RSA operation (some milliseconds) and not one for each version. */
async function dataKeysByOldCard(tx: Sql, ctx: HubVault, patientId: string): Promise<DataKeys> {
  const keys = await cardKeysOf(tx, ctx, patientId);
  const wraps = await store.cardWrapsOf(tx, patientId);
  const versions = await store.wrappedVersions(tx, patientId);
  return wraps.flatMap((wrapped) => {
    const version = versions.find(({ id }) => id === wrapped.versionId);
    const key = keys.find(({ cardId, pepperId }) => cardId === wrapped.cardId && pepperId === wrapped.pepperId)?.key;
    const dataKey = version && key ? dataKeyByCard({ cardWrap: wrapped.wrap }, version, key) : null;
    return dataKey ? [{ versionId: wrapped.versionId, dataKey }] : [];
  });
}

async function wrapForAll(
  tx: Sql,
  { random }: Pick<VaultContext, 'random'>,
  version: store.WrappedVersion,
  dataKey: Buffer,
  keys: readonly CardKey[],
): Promise<void> {
  for (const { cardId, pepperId, key } of keys) {
    const wrap = wrapForCard(dataKey, version, key, random);
    await store.saveCardWrap(tx, { versionId: version.id, cardId, pepperId, wrap });
  }
}

/**
 * The keys of the patient's card, by the hub's copy; none when he has no card, or one that was not adopted yet. Locks the patient:
 * take them in the transaction that stores the version. @throws VaultError when the copy was altered.
 */
export async function cardKeysOf(tx: Sql, ctx: { hubKeys: HubKeys }, patientId: string): Promise<CardKey[]> {
  return (await cardCopyOf(tx, ctx, patientId))?.keys ?? [];
}

/** The patient's card with its number, for a new print. null: he has none, or one that was not adopted yet. */
export async function cardCopyOf(tx: Sql, ctx: { hubKeys: HubKeys }, patientId: string) {
  await store.lockPatient(tx, patientId);
  const card = await cardStore.activeCardOf(tx, patientId);
  return card && copyOf(card, ctx.hubKeys);
}

/** Marks the card of a patient that was handed out without a search key. Twice equals once. */
export async function markCard(
  tx: Sql,
  ctx: HubVault,
  of: { associationId: string; patientId: string },
): Promise<void> {
  const copy = await cardCopyOf(tx, ctx, of.patientId);
  if (copy) await markByNumber(tx, ctx, of.associationId, copy);
}

async function markByNumber(
  tx: Sql,
  { searchKey }: CardFinding,
  associationId: string,
  { cardId, number }: { cardId: string; number: string },
): Promise<void> {
  if (searchKey) await cardStore.saveSearchToken(tx, cardId, cardToken({ bytes: searchKey, associationId }, number));
}

/** With the keys of the peppers that still find the card: the copy may remember one that was replaced. */
function copyOf(card: Omit<cardStore.PatientCard, 'lookupIndex'>, hubKeys: HubKeys): CardCopy | null {
  if (!card.hubCopy) return null;
  const copy = openCopy(card.hubCopy, card.id, hubKeys);
  const keys = copy.keys.filter(({ pepperId }) => pepperId === card.pepperId || pepperId === card.nextPepperId);
  return { ...copy, keys };
}

export interface AdoptContext extends NightVault, CardFinding {
  /** Needed only when the patient has versions already. */
  hubKeys?: HubKeys;
}

/**
 * A card that came with the lists has no copy for the hub, and wraps nothing. Adopted by its number it is like any other.
 * @returns its keys, for `storeVersion`. @throws VaultError when the number is not that of the patient's card.
 */
export async function adoptCard(
  tx: Sql,
  ctx: AdoptContext,
  adopted: ForPatient & { number: string },
): Promise<CardKey[]> {
  const { associationId, patientId, number, actor, cause } = adopted;
  const { index, key } = await ctx.cards.derive(number);
  await lockOpenPatient(tx, associationId, patientId);
  const card = await cardStore.activeCardOf(tx, patientId);
  if (!card?.lookupIndex.equals(index)) throw new VaultError("this is not the number of the patient's card");
  const keys: CardKey[] = [{ cardId: card.id, pepperId: ctx.pepperId, key }];
  const hubCopy = sealCopy({ cardId: card.id, number, keys }, ctx.hub);
  await cardStore.adoptCard(tx, { id: card.id, pepperId: ctx.pepperId, hubCopy, hubKeyId: ctx.hub.id });
  await markByNumber(tx, ctx, associationId, { cardId: card.id, number });
  for (const version of await store.wrappedVersions(tx, patientId)) {
    if (!ctx.hubKeys) throw new VaultError('the patient has versions already: the hub key is needed to wrap them');
    await wrapForAll(tx, ctx, version, dataKeyByHub(version, ctx.hubKeys), keys);
  }
  const entry = { chainId: patientId, associationId, at: ctx.clock.now(), actor, cause };
  await appendEntry(tx, { ...entry, kind: 'card_adopted', data: { cardId: card.id } });
  return keys;
}
