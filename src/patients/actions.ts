/**
 * What the hub does with patients and their records: enrol, change, read a second time, confirm, suspend, close, search. Everything
 * that changes something runs in the caller's transaction, locks the patient first and appends to the patient's chain of the log.
 */
import { appendEntry } from '../audit/append.ts';
import type { Sql } from '../db.ts';
import { parseContent, type SealedContent, serialiseContent } from '../records/record.ts';
import {
  type CardKey,
  cardKeysOf,
  type HubVault,
  openByHub,
  storeVersion,
  type VaultContext,
} from '../vault/actions.ts';
import { type Draft, examine, type Finding, finding } from './findings.ts';
import { changedCritical, decideLife, type LifeRefusal, type RecordLife, type Standing, standingOf } from './life.ts';
import { actorOf, type Done } from './life-actions.ts';
import { nameLineOf, sealNameLine } from './name-line.ts';
import { codesIn, type Routing, routingOf } from './routing.ts';
import * as search from './search-store.ts';
import {
  cardToken,
  questionOf,
  type SearchKey,
  type SearchToken,
  type SearchWords,
  tokensOf,
} from './search-tokens.ts';
import * as store from './store.ts';

export {
  closeRecord,
  confirmRecord,
  failSecondReading,
  finishDraft,
  passSecondReading,
  resumeRecord,
  type Step,
  type Stepped,
  suspendRecord,
} from './life-actions.ts';
export { fillNameLines, namesOf } from './name-actions.ts';
export type { PatientRow } from './store.ts';
export { noteListing, noteStatement, noteView, type View } from './view-actions.ts';

/** Who may write records: sealing takes nothing secret, the search tokens take the search key. */
export interface PatientsContext extends VaultContext {
  /** At least 32 bytes; the night gateway does not hold it. */
  searchKey: Uint8Array;
}

/** Who may also read them: the console. */
export type HubPatients = PatientsContext & HubVault;

export type Refused = { status: 'refused'; findings: Finding[] };

export interface Written {
  status: 'written';
  patientId: string;
  /** The hub's running number. */
  code: string;
  versionId: string;
  version: number;
  content: SealedContent;
  life: RecordLife;
  /** What is still missing (未完成) and what a person should look at. */
  findings: Finding[];
}

// ---------------------------------------------------------------------------------------------------- writing

export interface Enrolment extends Done {
  draft: Draft;
  /** false: the typist goes on later. true: to the second reading. */
  isFinished: boolean;
  /** A patient of the lists who has no record yet: his routing stays as the lists have it. */
  listed?: { patientId: string; cardKeys: readonly CardKey[] };
}

/**
 * A new patient: routing in clear, the content sealed as version 1, tokens for the search. Refused with all faults at once, and
 * then nothing is written. The card is issued apart (`issueCard` of the vault), in the same transaction when it is wanted at once.
 */
export async function enrolPatient(tx: Sql, ctx: PatientsContext, enrolment: Enrolment): Promise<Written | Refused> {
  const { associationId, draft, by, cause, isFinished, listed } = enrolment;
  const read = await examined(tx, ctx, associationId, draft);
  if ('status' in read) return read;
  const patientId = listed?.patientId ?? ctx.ids.next('pt');
  if (!listed) {
    const code = await store.nextPatientCode(tx, associationId);
    await store.insertPatient(tx, { id: patientId, associationId, code, routing: read.routing });
  }
  return write(tx, ctx, {
    associationId,
    patientId,
    by,
    cause,
    isFinished,
    before: null,
    read,
    cardKeys: listed?.cardKeys ?? [],
  });
}

export interface Reading {
  version: number;
  content: SealedContent;
  life: RecordLife;
}

/**
 * What the console shows: the newest version, or a given one. null: there is none, or it was destroyed.
 * @throws VaultError when what is stored was altered.
 */
export async function readRecord(
  ctx: Pick<HubVault, 'db' | 'hubKeys'>,
  associationId: string,
  patientId: string,
  version: number | null = null,
): Promise<Reading | null> {
  const life = await store.lifeOfPatient(ctx.db, associationId, patientId);
  if (!life) return null;
  const opened = await openByHub(ctx, associationId, patientId, version ?? life.version);
  return opened && { version: opened.version, content: parseContent(opened.content), life };
}

export interface Change extends Done {
  patientId: string;
  /** What the typist saw when he began (readRecord): the comparison is with it. */
  before: Reading;
  /** The whole draft, not the difference. */
  draft: Draft;
  isFinished: boolean;
}

/** A change is a new version. `overtaken`: somebody saved another one meanwhile; read again. Nothing is lost: nothing is written. */
export async function changeRecord(
  tx: Sql,
  ctx: HubPatients,
  change: Change,
): Promise<Written | Refused | { status: 'overtaken' } | { status: 'impossible'; refused: LifeRefusal }> {
  const { associationId, patientId, before, draft, by, cause, isFinished } = change;
  await store.lockPatient(tx, associationId, patientId);
  const life = await store.lifeOfPatient(tx, associationId, patientId);
  if (life?.status === 'closed' || life?.status === 'suspended') return { status: 'impossible', refused: life.status };
  if (!life || life.version !== before.version) return { status: 'overtaken' };
  const read = await examined(tx, ctx, associationId, draft);
  if ('status' in read) return read;
  const cardKeys = await cardKeysOf(tx, ctx, patientId);
  await store.updateRouting(tx, patientId, read.routing);
  return write(tx, ctx, {
    associationId,
    patientId,
    by,
    cause,
    isFinished,
    before: { life, content: before.content },
    read,
    cardKeys,
  });
}

interface Examined {
  content: SealedContent;
  isComplete: boolean;
  findings: Finding[];
  routing: Routing;
}

async function examined(
  tx: Sql,
  ctx: PatientsContext,
  associationId: string,
  draft: Draft,
): Promise<Examined | Refused> {
  const { content, isComplete, findings } = examine(draft, ctx.clock.now());
  if (!content) return { status: 'refused', findings };
  const routing = routingOf(content, await store.directoryOf(tx, associationId, codesIn(content)));
  if ('unknown' in routing) {
    const unknown = routing.unknown.map(({ path, code }) => finding('refused', path, code));
    return { status: 'refused', findings: [...unknown, ...findings] };
  }
  return { content, isComplete, findings, routing };
}

interface Writing extends Done {
  patientId: string;
  isFinished: boolean;
  before: { life: RecordLife; content: SealedContent } | null;
  read: Examined;
  cardKeys: readonly CardKey[];
}

async function write(tx: Sql, ctx: PatientsContext, writing: Writing): Promise<Written> {
  const { associationId, patientId, by, cause, isFinished, before, read, cardKeys } = writing;
  const { content, isComplete, findings } = read;
  const code = await store.lockPatient(tx, associationId, patientId);
  const at = ctx.clock.now();
  const changed = changedCritical(before?.content ?? null, content);
  const decision = decideLife(before?.life ?? null, { type: 'typed', by, changed, isComplete, isFinished }, at);
  if ('refused' in decision || code === null) throw new Error('a record was typed for a patient who is not there');
  const { life } = decision;
  const { versionId, version } = await storeVersion(tx, ctx, {
    ...{ associationId, patientId, cardKeys, cause, actor: actorOf(by) },
    content: serialiseContent(content),
    isReleased: life.openVersion === life.version,
  });
  if (version !== life.version) throw new Error('the vault and the life of the record count versions differently');
  await store.saveLife(tx, { patientId, associationId, life, at });
  const key = { bytes: ctx.searchKey, associationId };
  await search.replaceTokens(tx, associationId, patientId, tokensOf(key, content));
  await search.saveNameLine(
    tx,
    associationId,
    patientId,
    sealNameLine(key, patientId, nameLineOf(content), ctx.random),
  );
  const data = { version, status: life.status, openVersion: life.openVersion, isComplete, toCheck: life.toCheck };
  await appendEntry(tx, {
    ...{ chainId: patientId, associationId, at, cause },
    actor: actorOf(by),
    kind: 'record_typed',
    data,
  });
  return { status: 'written', patientId, code, versionId, version, content, life, findings };
}

// ---------------------------------------------------------------------------------------------------- standing and search

/** How the record stands: for pages, spoken releases and the console. null: the patient has none. Needs no key. */
export async function standingOfPatient(
  sql: Sql,
  associationId: string,
  patientId: string,
  at: Date,
): Promise<Standing | null> {
  const life = await store.lifeOfPatient(sql, associationId, patientId);
  return life && standingOf(life, at);
}

/** The hub's lists: what waits for a person, and whose news is oldest. */
export const waitingRecords = store.waitingRecords;
export const confirmedBefore = store.confirmedBefore;

export interface Search extends SearchWords {
  /** Twelve digits. */
  cardNumber?: string;
  /** The hub's own number. */
  code?: string;
  /** Id of an area. */
  areaId?: string;
  /** At most so many; 50 when absent. */
  limit?: number;
  /** From after this code on: the next page. */
  after?: string;
}

export type Found =
  /** `loose`: nobody was found as written, these were with 濁点 dropped. */
  { pass: 'exact' | 'loose'; patients: store.PatientRow[] } | { refused: 'kana' | 'birth' | 'phone' };

/** Patients in use by kana beginning, birth date, phone, card, code and area, all of those given; without a word: everybody. */
export async function searchPatients(
  ctx: Pick<PatientsContext, 'db' | 'searchKey'>,
  associationId: string,
  { areaId, limit = 50, after, cardNumber, code, ...words }: Search,
): Promise<Found> {
  const key = { bytes: ctx.searchKey, associationId };
  const options = { areaId: areaId ?? null, limit, after: after ?? null };
  const exactly = await byNumber(ctx.db, key, { cardNumber, code });
  const question = questionOf(key, words);
  if ('refused' in question) {
    const { refused } = question;
    if (refused !== 'nothing') return { refused };
    return { pass: 'exact', patients: exactly ?? (await search.patientsInOrder(ctx.db, associationId, options)) };
  }
  const ask = async (tokens: readonly SearchToken[]) => {
    const found = await search.patientsWithTokens(ctx.db, associationId, tokens, options);
    return exactly ? found.filter(({ id }) => exactly.some((patient) => patient.id === id)) : found;
  };
  const exact = await ask(question.tokens);
  if (exact.length > 0 || !question.looser) return { pass: 'exact', patients: exact };
  return { pass: 'loose', patients: await ask(question.looser) };
}

/** Whose card or code it is; null: neither was given. */
async function byNumber(
  sql: Sql,
  key: SearchKey,
  { cardNumber, code }: { cardNumber: string | undefined; code: string | undefined },
): Promise<store.PatientRow[] | null> {
  if (cardNumber === undefined && code === undefined) return null;
  const { associationId } = key;
  const coded = code === undefined ? null : await store.patientsByCode(sql, associationId, [code]);
  if (cardNumber === undefined) return coded;
  const carded = await search.patientsByCardToken(sql, associationId, cardToken(key, cardNumber));
  return coded ? carded.filter(({ id }) => coded.some((patient) => patient.id === id)) : carded;
}
