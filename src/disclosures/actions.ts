import { appendEntry } from '../audit/append.ts';
import type { AuditKind } from '../audit/kinds.ts';
import { inTransaction, type Sql } from '../db.ts';
import { isMemberCode } from '../lib/check-digits.ts';
import { plusSeconds } from '../lib/clock.ts';
import { verifySecret } from '../lib/secret.ts';
import { insertCallback } from './callback-store.ts';
import { isFaxRefused } from './consent.ts';
import type { DisclosureContext } from './context.ts';
import { type Attempt, clearCounters, countersOf, endOfDay, saveCounters } from './counting.ts';
import { formFor } from './form.ts';
import { isBirthDate } from './identity.ts';
import { type Relation, relationOf } from './relation.ts';
import { releaseAuthorised } from './release.ts';
import {
  type Destination,
  decide,
  type Event,
  isOver,
  lifeSeconds,
  mayHoldKey,
  openRequest,
  type RecordRequest,
} from './request.ts';
import { packKey, transitNames, unpackKey } from './secrets.ts';
import * as store from './store.ts';

export { issueDoctorPin } from './credentials.ts';
export { setCardCopyPolicy, setSealedTooLong } from './policy.ts';

/** What a webhook wants of a decision: its key, so that a repeat changes nothing, and the words to answer with. */
export interface Answer {
  receiptKey: string;
  reply(request: RecordRequest, refused: string | null, tx: Sql): string | Promise<string>;
}

/** The line a request runs on; null: withheld. A hint for counting, never a proof of anybody. */
export type Line = string | null;

/** A doctor chose records on this call. @returns the reply; a repeated webhook gets the first one. */
export async function openPhoneRequest(
  ctx: DisclosureContext,
  about: { associationId: string; callSid: string; line: Line },
  answer: Answer,
): Promise<string> {
  const at = ctx.clock.now();
  const { associationId, callSid, line } = about;
  const id = ctx.ids.next('rq');
  return inTransaction(ctx.db, async (tx) => {
    const stored = await store.replyOf(tx, answer.receiptKey);
    if (stored !== null) return stored;
    const attempt: Attempt = { associationId, line, code: null, cardTag: null };
    const around = { counters: await countersOf(tx, attempt, at), endOfDay: endOfDay(at) };
    const request = openRequest({ id, associationId, at: at.getTime() }, around);
    const expiresAt = isOver(request) ? null : plusSeconds(at, lifeSeconds);
    await store.insertRequest(tx, request, { channel: 'phone', callSid, openedAt: at, expiresAt });
    await log(tx, request, 'record_requested', 'caller', at);
    const reply = await answer.reply(request, null, tx);
    await store.keepReply(tx, answer.receiptKey, reply, at);
    return reply;
  });
}

/** What was keyed, before the slow part of it is done. */
export type Keyed =
  | Exclude<
      Event,
      { type: 'pin_checked' | 'card_keyed' | 'birth_date_checked' | 'destination_chosen' | 'pin_checked_at_callback' }
    >
  | { type: 'pin_keyed'; pin: string }
  | { type: 'card_number_keyed'; number: string }
  | { type: 'birth_date_keyed'; birthDate: string }
  /** 1-3: a confirmed fax of his own; `spoken`: his registered telephone. */
  | { type: 'destination_keyed'; choice: number | 'spoken' }
  | { type: 'pin_keyed_at_callback'; pin: string };

export interface Told {
  request: RecordRequest;
  refused: string | null;
  reply: string | null;
}

/**
 * The one way a request changes: the slow work (PIN, card, opening) first and outside, then under the row's lock decide,
 * count, disclose if it is authorised, log, save, answer. @returns null when there is no such request, or not on this call.
 */
export async function tellRequest(
  ctx: DisclosureContext,
  about: { requestId: string; callSid: string | null; line: Line; actor?: string },
  keyed: Keyed,
  answer?: Answer,
): Promise<Told | null> {
  const row = await store.readRequest(ctx.db, about.requestId);
  if (!row || (about.callSid !== null && row.call_sid !== about.callSid)) return null;
  const worked = await work(ctx, row, keyed, about.line);
  const at = ctx.clock.now();
  const wakes: (() => void)[] = [];
  const told = await inTransaction(ctx.db, async (tx) => {
    wakes.length = 0;
    const locked = await store.lockRequest(tx, about.requestId);
    if (!locked) return null;
    const stored = answer ? await store.replyOf(tx, answer.receiptKey) : null;
    if (stored !== null) return { request: locked.state, refused: 'repeated', reply: stored };
    const decided = await change(ctx, tx, locked, worked, about, at, wakes);
    const reply = answer ? await answer.reply(decided.request, decided.refused, tx) : null;
    if (answer && reply !== null) await store.keepReply(tx, answer.receiptKey, reply, at);
    return { ...decided, reply };
  });
  for (const wake of wakes) wake();
  return told;
}

interface Worked {
  /** Null: what was keyed is not on offer, or `why`. */
  event: Event | null;
  why?: string;
  /** To keep beside the request, sealed for transit. */
  sealedKey?: Buffer;
}

/** Everything slow, on what was read without a lock; whether it still fits is decided under it. */
async function work(ctx: DisclosureContext, row: store.RequestRow, keyed: Keyed, line: Line): Promise<Worked> {
  const { state } = row;
  const { vault } = ctx.release;
  switch (keyed.type) {
    case 'pin_keyed':
      return { event: { type: 'pin_checked', doctorId: await memberWith(ctx, state, keyed.pin) } };
    case 'pin_keyed_at_callback':
      return { event: { type: 'pin_checked_at_callback', doctorId: await memberWith(ctx, state, keyed.pin) } };
    case 'card_number_keyed': {
      if (state.status !== 'identified') return { event: null };
      const { card, isRevoked, cardTag, dataKey } = await vault.openByCard(state.associationId, keyed.number);
      const packed = packKey({ dataKey, cardNumber: keyed.number });
      const sealedKey = vault.seal(packed, transitNames.request(state.id));
      return { event: { type: 'card_keyed', card, isRevoked, cardTag }, sealedKey };
    }
    case 'birth_date_keyed':
      return { event: { type: 'birth_date_checked', ...(await checkBirthDate(ctx, row, keyed.birthDate)) } };
    case 'destination_keyed': {
      const destination = await destinationOf(ctx, row, keyed.choice, line);
      if (destination === 'too_long') return { event: null, why: 'sealed_too_long' };
      return { event: destination && { type: 'destination_chosen', destination } };
    }
    default:
      return { event: keyed };
  }
}

/** The member whose code and PIN these are. An unknown code costs the same work as a wrong PIN. */
async function memberWith(ctx: DisclosureContext, state: RecordRequest, pin: string): Promise<string | null> {
  const code = 'code' in state ? state.code : null;
  const member = code && isMemberCode(code) ? await store.memberByCode(ctx.db, state.associationId, code) : null;
  const isRight = await verifySecret(pin, member?.pin_hash ?? null);
  return isRight && member ? member.id : null;
}

/**
 * Opens the record and compares the birth date; for nobody's card the decoy is opened and compared. The doctor's relation
 * is looked up either way, so that a right and a wrong answer cost the same statements.
 */
async function checkBirthDate(
  ctx: DisclosureContext,
  { state, sealed_key }: store.RequestRow,
  birthDate: string,
): Promise<{ relation: Relation | null; isFaxRefused: boolean }> {
  if (state.status !== 'card_keyed' || !sealed_key) return { relation: null, isFaxRefused: false };
  const { vault } = ctx.release;
  const { dataKey } = unpackKey(vault.unseal(sealed_key, transitNames.request(state.id)));
  const { content } = await vault.openVersion(state.associationId, state.isRevoked ? null : state.card, dataKey);
  const isRight = isBirthDate(content, birthDate);
  const relation = await relationOf(ctx.db, state.doctorId, state.card?.patientId ?? null, ctx.clock.now());
  return { relation: isRight && state.card ? relation : null, isFaxRefused: isFaxRefused(content) };
}

async function change(
  ctx: DisclosureContext,
  tx: Sql,
  row: store.RequestRow,
  { event, why, sealedKey }: Worked,
  about: { line: Line; actor?: string },
  at: Date,
  wakes: (() => void)[],
): Promise<{ request: RecordRequest; refused: string | null }> {
  if (event === null) return { request: row.state, refused: why ?? 'not_on_offer' };
  const attempt = attemptOf(row.state, about.line);
  const counters = countedEvents.has(event.type) ? await countersOf(tx, attempt, at) : {};
  const decision = decide(row.state, event, at.getTime(), { counters, endOfDay: endOfDay(at) });
  const { refused } = decision;
  let { request } = decision;
  const actor = about.actor ?? ('doctorId' in request && request.doctorId ? request.doctorId : 'caller');
  if (refused !== null) return { request, refused };
  await saveCounters(tx, attempt, decision.counters, at);
  if (decision.clears) await clearCounters(tx, attempt, at);
  await log(tx, request, event.type, actor, at);
  if (event.type === 'destination_chosen' && request.status === 'calling_back')
    await callBack(ctx, tx, request, at, wakes);
  const key = sealedKey ?? row.sealed_key;
  if (request.status === 'authorised') {
    const disclosureId = await releaseAuthorised(ctx, tx, request, key, at, wakes);
    request = decide(request, { type: 'disclosed', disclosureId }, at.getTime(), { counters: {}, endOfDay: 0 }).request;
    await log(tx, request, 'disclosed', actor, at);
  }
  await store.saveRequest(tx, request, {
    sealedKey: mayHoldKey(request) ? key : null,
    expiresAt: isOver(request) ? null : (row.expires_at ?? plusSeconds(at, lifeSeconds)),
  });
  return { request, refused: null };
}

/** Registered ones only (rule 4): the number he rings from chooses among his own telephones, and is never dialled itself. */
async function destinationOf(
  ctx: DisclosureContext,
  { state, sealed_key: sealedKey }: store.RequestRow,
  choice: number | 'spoken',
  line: Line,
): Promise<Destination | 'too_long' | null> {
  if (state.status !== 'reasoned' || !sealedKey) return null;
  const { doctorId, associationId, subject } = state;
  if (choice === 'spoken') {
    const phones = await store.phonesOfDoctor(ctx.db, doctorId);
    const phone = phones.find(({ e164 }) => e164 === line) ?? phones[0];
    return phone ? { to: 'phone', phoneId: phone.id } : null;
  }
  const faxes = await ctx.release.faxes.confirmedDestinations(ctx.db, { doctorId }, ctx.clock.now());
  const fax = faxes.find(({ position }) => position === choice);
  if (!fax) return null;
  const destination = { to: 'fax', destinationId: fax.id, form: fax.form } as const;
  if (fax.form !== 'sealed' || subject.isFaxRefused) return destination;
  const { vault } = ctx.release;
  const { dataKey } = unpackKey(vault.unseal(sealedKey, transitNames.request(state.id)));
  const { content } = await vault.openVersion(associationId, subject, dataKey);
  const form = await formFor(ctx, ctx.db, fax, { content, associationId, isHospital: false });
  if (form === 'too_long') return form;
  return form === fax.form ? destination : { ...destination, form, isInstead: true };
}

/** He hears that he will be rung and puts the telephone down: then it is rung. */
const callbackAfterSeconds = 8;

async function callBack(
  ctx: DisclosureContext,
  tx: Sql,
  request: Extract<RecordRequest, { status: 'calling_back' }>,
  at: Date,
  wakes: (() => void)[],
): Promise<void> {
  const { id: requestId, associationId, doctorId, phoneId } = request;
  const phone = (await store.phonesOfDoctor(tx, doctorId)).find(({ id }) => id === phoneId);
  if (!phone) throw new Error('the telephone of a call-back is gone: the directory was changed under it');
  const dueAt = plusSeconds(at, callbackAfterSeconds);
  const id = ctx.ids.next('ef');
  const e164 = phone.e164;
  await insertCallback(tx, {
    id,
    associationId,
    purpose: 'spoken',
    requestId,
    pageId: null,
    doctorId,
    phoneId,
    e164,
    dueAt,
    at,
  });
  wakes.push(() => ctx.wake('place-callbacks', id, callbackAfterSeconds));
}

/** Events that are counted when they are wrong: for these the counters are read under lock. */
const countedEvents = new Set<Event['type']>(['pin_checked', 'birth_date_checked', 'pin_checked_at_callback']);

const attemptOf = (request: RecordRequest, line: Line): Attempt => ({
  associationId: request.associationId,
  line,
  code: 'code' in request ? request.code : null,
  cardTag: request.status === 'card_keyed' ? request.cardTag : null,
});

/** The call ended: a request that runs on it is over, unless it waits for its call-back. */
export async function endOfCall(ctx: DisclosureContext, callSid: string): Promise<void> {
  const requestId = await store.requestOfCall(ctx.db, callSid);
  if (requestId) await tellRequest(ctx, { requestId, callSid, line: null, actor: 'carrier' }, { type: 'hung_up' });
}

/** Requests that nobody ended: their keys go after ten minutes at the latest. @returns how many. */
export async function expireRequests(ctx: DisclosureContext): Promise<number> {
  const ids = await store.expiredRequests(ctx.db, ctx.clock.now(), 100);
  for (const requestId of ids)
    await tellRequest(ctx, { requestId, callSid: null, line: null, actor: 'clock' }, { type: 'expired' });
  return ids.length;
}

/** Opaque ids and states only: neither code, number, PIN nor date ever comes here. */
async function log(tx: Sql, request: RecordRequest, kind: AuditKind, actor: string, at: Date): Promise<void> {
  const { status } = request;
  const patientId = 'subject' in request ? request.subject?.patientId : undefined;
  const data = {
    ...{ status, wrong: request.wrong, patientId },
    doctorId: 'doctorId' in request ? request.doctorId : undefined,
    verdict: request.status === 'checking' ? request.verdict : undefined,
    disclosureId: request.status === 'released' ? request.disclosureId : undefined,
  };
  const { id: chainId, associationId } = request;
  await appendEntry(tx, { chainId, associationId, at, actor, cause: 'record_request', kind, data });
}
