/**
 * What is done with sealed records. Actions that change something run in the caller's transaction, lock the patient first, and
 * append to the patient's chain of the log.
 */
import { appendEntry } from '../audit/append.ts';
import type { Sql } from '../db.ts';
import type { CardKey } from './card-copy.ts';
import { activeCardOf, revokeCard } from './card-store.ts';
import type { Doing, HubVault, NightVault, VaultContext } from './context.ts';
import { sealToHub } from './hub.ts';
import { lockOpenPatient } from './patient-lock.ts';
import * as store from './store.ts';
import {
  dataKeyByCard,
  dataKeyByHub,
  openFromTransit,
  openVersion,
  sealContent,
  sealForTransit,
  VaultError,
  type VersionOf,
  wrapForCard,
} from './vault.ts';

export {
  type AdoptContext,
  adoptCard,
  cardCopyOf,
  cardKeysOf,
  checkNeighbours,
  drawCard,
  type ForPatient,
  type IssuedCard,
  issueCard,
  markCard,
  type NoCard,
  reissueCard,
  reportLost,
  stockCards,
} from './card-actions.ts';
export type { CardKey } from './card-copy.ts';
export { pepperIdOf } from './card-copy.ts';
export type { Doing, HubVault, NightVault, VaultContext } from './context.ts';
export { lockOpenPatient } from './patient-lock.ts';

export interface OpenedRecord {
  patientId: string;
  cardId: string;
  versionId: string;
  version: number;
  /** A suspended record is not to be released as a current one. */
  status: store.CurrentStatus;
  content: Buffer;
  /** Keep it only under the case key (sealForTransit, keepForCase). */
  dataKey: Buffer;
}

export type CardRefusal =
  | { refused: 'unknown' } // no such card here, or not handed out, or the patient is not looked after any more
  | { refused: 'revoked'; patientId: string; cardId: string } // reported lost, or the patient was closed
  | { refused: 'no_record'; patientId: string; cardId: string }; // the card is right, but no version is released to it

/**
 * Opens the current version by the number on the card. Derives first, so that every answer takes the same slow work; what is
 * said to the caller, and when, is the caller's business.
 * @throws RangeError when it has not twelve digits. @throws VaultError when what is stored was altered.
 */
export async function openByCard(
  ctx: Pick<NightVault, 'db' | 'cards' | 'pepperId'>,
  associationId: string,
  cardNumber: string,
): Promise<OpenedRecord | CardRefusal> {
  return openByDerived(ctx, associationId, await ctx.cards.derive(cardNumber));
}

/** The same with a derivation that was made before: the slow part is done once for each call. */
export async function openByDerived(
  { db, pepperId }: Pick<NightVault, 'db' | 'pepperId'>,
  associationId: string,
  derived: { index: Buffer; key: Buffer },
): Promise<OpenedRecord | CardRefusal> {
  const found = await store.findByCard(db, associationId, derived.index, pepperId);
  if (!found) return { refused: 'unknown' };
  const { cardId, patientId, versionId, version, nonce, ciphertext, status, cardWrap } = found;
  if (found.cardStatus === 'revoked') return { refused: 'revoked', patientId, cardId };
  if (!found.isActive) return { refused: 'unknown' };
  if (!versionId || !version || !nonce || !ciphertext || !status || !cardWrap)
    return { refused: 'no_record', patientId, cardId };
  const of: VersionOf = { associationId, patientId, version };
  const dataKey = dataKeyByCard({ cardWrap }, of, derived.key);
  if (!dataKey) throw new VaultError('the data key does not open by its own card: it was altered');
  const content = openVersion({ nonce, ciphertext }, of, dataKey);
  return { patientId, cardId, versionId, version, status, content, dataKey };
}

export interface NewVersion extends Doing {
  associationId: string;
  patientId: string;
  content: Uint8Array;
  /** Of the patient's card, from `cardKeysOf` in this transaction, or from the card that was just issued; none without a card. */
  cardKeys: readonly CardKey[];
  /** Whether the card opens it from now on; a draft or a version that waits for its second reading is not released. */
  isReleased: boolean;
}

/**
 * Seals and stores the next version; the ones before it stay as they are.
 * @throws VaultError when there is no such patient, his records were destroyed, or a key of his card is missing.
 */
export async function storeVersion(
  tx: Sql,
  ctx: VaultContext,
  made: NewVersion,
): Promise<{ versionId: string; version: number }> {
  const { associationId, patientId, content, cardKeys, isReleased, actor, cause } = made;
  await lockOpenPatient(tx, associationId, patientId);
  const wanted = await wantedKeys(tx, patientId, cardKeys);
  const of: VersionOf = { associationId, patientId, version: (await store.lastVersion(tx, patientId)) + 1 };
  const { dataKey, ...sealed } = sealContent(content, of, ctx.random);
  const at = ctx.clock.now();
  const id = ctx.ids.next('rv');
  await store.insertVersion(tx, { id, ...of, ...sealed }, at);
  await store.saveHubWrap(tx, id, ctx.hub.id, sealToHub(dataKey, ctx.hub));
  for (const { cardId, pepperId, key } of wanted)
    await store.saveCardWrap(tx, { versionId: id, cardId, pepperId, wrap: wrapForCard(dataKey, of, key, ctx.random) });
  const data = { versionId: id, version: of.version, hubKeyId: ctx.hub.id };
  await appendEntry(tx, { chainId: patientId, associationId, at, actor, cause, kind: 'version_sealed', data });
  if (isReleased) await releaseVersion(tx, ctx, { associationId, patientId, version: of.version, actor, cause });
  return { versionId: id, version: of.version };
}

/** A version that no card key wraps would be found missing at night; better refused now. */
async function wantedKeys(tx: Sql, patientId: string, given: readonly CardKey[]): Promise<CardKey[]> {
  const card = await activeCardOf(tx, patientId);
  const peppers = [card?.pepperId, card?.nextPepperId].filter((id) => typeof id === 'string');
  return peppers.map((pepperId) => {
    const found = given.find((key) => key.cardId === card?.id && key.pepperId === pepperId);
    if (!found)
      throw new VaultError("a key of the patient's card is missing: take them from cardKeysOf, in one transaction");
    return found;
  });
}

/** From now on the card opens this version. @throws VaultError when there is no such version. */
export async function releaseVersion(
  tx: Sql,
  ctx: Pick<VaultContext, 'clock'>,
  released: Doing & { associationId: string; patientId: string; version: number },
): Promise<void> {
  const { associationId, patientId, version, actor, cause } = released;
  await lockOpenPatient(tx, associationId, patientId);
  const since = ctx.clock.now();
  if (!(await store.setCurrent(tx, { patientId, version, status: 'active', since })))
    throw new VaultError('there is no such version to release');
  const entry = { chainId: patientId, associationId, at: since, actor, cause };
  await appendEntry(tx, { ...entry, kind: 'version_released', data: { version } });
}

/** Suspends the record, or makes it active again. @returns false when no version was ever released. */
export async function setRecordStatus(
  tx: Sql,
  ctx: Pick<VaultContext, 'clock'>,
  change: Doing & { associationId: string; patientId: string; status: store.CurrentStatus },
): Promise<boolean> {
  const { associationId, patientId, status, actor, cause } = change;
  await lockOpenPatient(tx, associationId, patientId);
  const at = ctx.clock.now();
  const version = await store.setCurrentStatus(tx, patientId, status, at);
  if (version === null) return false;
  const kind = status === 'active' ? 'record_resumed' : 'record_suspended';
  await appendEntry(tx, { chainId: patientId, associationId, at, actor, cause, kind, data: { version } });
  return true;
}

export interface ReadVersion {
  versionId: string;
  version: number;
  content: Buffer;
}

/**
 * What the hub reads: any version, or (null) the one that the card opens. null: there is none, or its keys were destroyed.
 * @throws VaultError when what is stored was altered.
 */
export async function openByHub(
  ctx: Pick<HubVault, 'hubKeys'> & { db: Sql },
  associationId: string,
  patientId: string,
  version: number | null,
): Promise<ReadVersion | null> {
  const found = await store.versionOf(ctx.db, associationId, patientId, version);
  if (!found?.hubWrap) return null;
  const dataKey = dataKeyByHub({ hubWrap: found.hubWrap }, ctx.hubKeys);
  return { versionId: found.id, version: found.version, content: openVersion(found, found, dataKey) };
}

/** With a data key that was kept sealed for transit. null: there is no such version. @throws VaultError when altered. */
export async function openByDataKey(
  sql: Sql,
  { associationId, patientId, version }: VersionOf,
  dataKey: Buffer,
): Promise<ReadVersion | null> {
  const found = await store.versionOf(sql, associationId, patientId, version);
  return found && { versionId: found.id, version, content: openVersion(found, found, dataKey) };
}

/**
 * Keeps the data key under the case key while an urgent call is open. The database destroys it when the case closes.
 * @returns false when the case is not open (any more).
 */
export async function keepForCase(
  sql: Sql,
  ctx: Pick<NightVault, 'caseKey' | 'clock' | 'random'>,
  caseId: string,
  opened: Pick<OpenedRecord, 'versionId' | 'dataKey'>,
): Promise<boolean> {
  const wrap = sealForTransit(opened.dataKey, ctx.caseKey, caseData(caseId), ctx.random);
  return store.keepCaseKey(sql, { caseId, versionId: opened.versionId, wrap, at: ctx.clock.now() });
}

/** The record of an open case. null: none was kept, or the case is closed. */
export async function openForCase(
  sql: Sql,
  ctx: Pick<NightVault, 'caseKey'>,
  caseId: string,
): Promise<(ReadVersion & { patientId: string; dataKey: Buffer }) | null> {
  const kept = await store.caseKey(sql, caseId);
  if (!kept) return null;
  const dataKey = openFromTransit(kept.wrap, ctx.caseKey, caseData(caseId));
  const content = openVersion(kept, kept, dataKey);
  return { patientId: kept.patientId, versionId: kept.id, version: kept.version, content, dataKey };
}

/** Before its time: the case was found to be about another patient. */
export const forgetForCase = store.forgetCaseKey;

const caseData = (caseId: string): string => `case:${caseId}`;

/**
 * Closes a patient for good (died, moved, withdrew): every wrap of every version is destroyed and his card revoked, so that
 * nobody, the hub included, reads the versions again; they and the log stay. Twice equals once.
 * @returns how many versions were closed by this call. @throws VaultError when there is no such patient.
 */
export async function closePatient(
  tx: Sql,
  ctx: Pick<VaultContext, 'clock'>,
  closed: Doing & { associationId: string; patientId: string },
): Promise<{ versions: number }> {
  const { associationId, patientId, actor, cause } = closed;
  const patient = await store.lockPatient(tx, patientId);
  if (patient?.associationId !== associationId) throw new VaultError('there is no such patient in this association');
  if (patient.shreddedAt) return { versions: 0 };
  const at = ctx.clock.now();
  const card = await activeCardOf(tx, patientId);
  if (card) await revokeCard(tx, card.id);
  const versions = await store.shredWraps(tx, patientId);
  await store.markShredded(tx, patientId, at);
  const data = { versions, cardId: card?.id ?? null };
  await appendEntry(tx, { chainId: patientId, associationId, at, actor, cause, kind: 'patient_shredded', data });
  return { versions };
}
