/**
 * A record asked for on paper: our request form with its one-time serial, or a copy of the card from a registered machine.
 * Whatever is asked, the answer goes to a registered, confirmed fax of a member and to no other number (rule 4): a forged
 * request brings the forger nothing, and the member an alarmed page. What a machine must not decide goes to the hub's inbox.
 */

import { appendEntry } from '../audit/append.ts';
import type { AuditKind } from '../audit/kinds.ts';
import { inTransaction, type Sql } from '../db.ts';
import { confirmedByNumber } from '../fax/actions.ts';
import { isCardNumber, isMemberCode } from '../lib/check-digits.ts';
import { verifySecret } from '../lib/secret.ts';
import { isFaxRefused } from './consent.ts';
import type { CardOpening, DisclosureContext, FaxDestination } from './context.ts';
import { type Attempt, clearCounters, countersOf, endOfDay, saveCounters } from './counting.ts';
import type { Consent } from './disclosure.ts';
import { formFor } from './form.ts';
import { isBirthDate, isNameKana } from './identity.ts';
import { anyLocked, countFailure } from './lock.ts';
import * as pages from './page-store.ts';
import * as paper from './paper-store.ts';
import { releasePolicy } from './policy-store.ts';
import { relationOf } from './relation.ts';
import { writeRelease } from './release.ts';
import type { Reason, RecordRequest, ReleaseForm, Subject } from './request.ts';
import { parseSerial } from './secrets.ts';
import * as store from './store.ts';

export { issueSerials } from './credentials.ts';

/** Why there is no record; the first group is told by return fax (pages/letters.ts has the words), the other to the hub. */
export type PaperRefusal =
  | (
      | 'serial_unknown'
      | 'serial_used'
      | 'not_confirmed'
      | 'card_revoked'
      | 'no_consent'
      | 'sealed_too_long'
      | 'form_incomplete'
      | 'locked'
    )
  | ('card_unreadable' | 'destination_unconfirmed' | 'sender_unknown' | 'sender_ambiguous' | 'not_allowed');

export type PaperOutcome =
  | { outcome: 'released'; requestId: string; disclosureId: string }
  /** A return fax goes to the member's registered machine. */
  | { outcome: 'refused'; requestId: string; reason: PaperRefusal }
  /** A person of the hub looks. */
  | { outcome: 'inbox'; requestId: string; reason: PaperRefusal }
  /** This page was acted on before; nothing happened now. */
  | { outcome: 'repeated' };

interface Received {
  associationId: string;
  /** The page, opaque: it is acted on once. */
  receivedId: string;
  /** As the line gave it: a hint for counting and alarms, never a proof. Null: withheld. */
  fromE164: string | null;
}

export interface FormRequest extends Received {
  serial: string;
  doctorCode: string;
  /** From the card's own code on the page, or keyed by a person who looked; null: nobody could read it. */
  cardNumber: string | null;
  second: { birthDate: string } | { nameKana: string } | null;
  /** Which of the member's faxes; null: the first. */
  position: number | null;
  reason: Reason;
  consent: Consent;
}

/** Acts on a request form. @returns what became of it; a page that comes twice changes nothing. */
export async function releaseByForm(ctx: DisclosureContext, form: FormRequest): Promise<PaperOutcome> {
  const { associationId, doctorCode } = form;
  const member = isMemberCode(doctorCode) ? await store.memberByCode(ctx.db, associationId, doctorCode) : null;
  const serial = parseSerial(form.serial);
  const row = member && serial ? await paper.serialOf(ctx.db, member.id, serial.number) : null;
  const isGenuine = await verifySecret(serial?.secret ?? '', row?.secret_hash ?? null);
  const asking: Asking = { ...form, channel: 'form', doctorId: member?.id ?? null, code: `form:${doctorCode}` };
  if (!member || !row || !isGenuine)
    return refuse(ctx, asking, null, 'serial_unknown', { counts: true, isAlarmed: true });
  if (row.used_at) return refuse(ctx, asking, null, 'serial_used', { counts: true, isAlarmed: true });
  const { cardNumber, second } = form;
  // From here on it is the member's own form; what cannot be read on it is a person's to read, and the serial stays good.
  if (cardNumber === null || !isCardNumber(cardNumber)) return toInbox(ctx, asking, 'card_unreadable');
  if (second === null) return toInbox(ctx, asking, 'form_incomplete');
  const faxes = await ctx.release.faxes.confirmedDestinations(ctx.db, { doctorId: member.id }, ctx.clock.now());
  const fax = form.position === null ? faxes[0] : faxes.find(({ position }) => position === form.position);
  if (!fax) return toInbox(ctx, asking, 'destination_unconfirmed');
  const opening = await ctx.release.vault.openByCard(associationId, cardNumber);
  const { content } = await ctx.release.vault.openVersion(associationId, opening.card, opening.dataKey);
  if (opening.isRevoked)
    return refuse(ctx, asking, opening.cardTag, 'card_revoked', { counts: false, serialId: row.id });
  const isRight = 'birthDate' in second ? isBirthDate(content, second.birthDate) : isNameKana(content, second.nameKana);
  if (!isRight || !opening.card)
    return refuse(ctx, asking, opening.cardTag, 'not_confirmed', { counts: true, serialId: row.id });
  if (isFaxRefused(content))
    return refuse(ctx, asking, opening.cardTag, 'no_consent', { counts: false, serialId: row.id });
  const pageForm = await formFor(ctx, ctx.db, fax, { content, associationId, isHospital: false });
  if (pageForm === 'too_long')
    return refuse(ctx, asking, opening.cardTag, 'sealed_too_long', { counts: false, serialId: row.id });
  const isAlarmed = !faxes.some(({ e164 }) => e164 === form.fromE164);
  const { reason, consent } = form;
  return release(ctx, asking, {
    opening,
    cardNumber,
    doctorId: member.id,
    fax,
    form: pageForm,
    reason,
    consent,
    isAlarmed,
    serialId: row.id,
  });
}

export interface CardCopyRequest extends Received {
  cardNumber: string;
}

/**
 * Acts on a copy of the card: where the association allows it, the pseudonymous page to the registered machine that the copy
 * says it comes from. No name, no address, and nothing at all to any other number.
 */
export async function releaseByCardCopy(ctx: DisclosureContext, copy: CardCopyRequest): Promise<PaperOutcome> {
  const { associationId, fromE164, cardNumber } = copy;
  const at = ctx.clock.now();
  const asking: Asking = { ...copy, channel: 'card_copy', doctorId: null, code: `copy:${fromE164 ?? 'withheld'}` };
  const known = fromE164 === null ? [] : await confirmedByNumber(ctx.db, associationId, fromE164, at);
  const doctorIds = known.flatMap(({ owner }) => (owner.kind === 'doctor' ? [owner.id] : []));
  if (doctorIds.length === 0) return toInbox(ctx, asking, 'sender_unknown');
  if ((await releasePolicy(ctx.db, associationId)).cardCopy === 'off') return toInbox(ctx, asking, 'not_allowed');
  if (!isCardNumber(cardNumber)) return toInbox(ctx, asking, 'card_unreadable');
  const opening: CardOpening = await ctx.release.vault.openByCard(associationId, cardNumber);
  const [doctorId, ...others] = await likeliest(ctx, doctorIds, opening, at);
  // Two members behind one machine, and nothing that tells which: nothing is guessed.
  if (doctorId === undefined || others.length > 0) return toInbox(ctx, asking, 'sender_ambiguous');
  const own: Asking = { ...asking, doctorId };
  if (opening.isRevoked) return refuse(ctx, own, opening.cardTag, 'card_revoked', { counts: false });
  if (!opening.card) return refuse(ctx, own, opening.cardTag, 'not_confirmed', { counts: true });
  const faxes = await ctx.release.faxes.confirmedDestinations(ctx.db, { doctorId }, at);
  const fax = faxes.find(({ e164 }) => e164 === fromE164);
  if (!fax) return toInbox(ctx, own, 'destination_unconfirmed');
  const { content } = await ctx.release.vault.openVersion(associationId, opening.card, opening.dataKey);
  if (isFaxRefused(content)) return refuse(ctx, own, opening.cardTag, 'no_consent', { counts: false });
  const rest = { reason: 'other', consent: 'not_asked', isAlarmed: false, serialId: null } as const;
  return release(ctx, own, { opening, cardNumber, doctorId, fax, form: 'pseudonymous', ...rest });
}

/** One machine may be several members': those of the patient's care team go first. */
async function likeliest(
  ctx: DisclosureContext,
  doctorIds: string[],
  opening: CardOpening,
  at: Date,
): Promise<string[]> {
  const patientId = opening.card?.patientId ?? null;
  const relations = await Promise.all(doctorIds.map((id) => relationOf(ctx.db, id, patientId, at)));
  const team = doctorIds.filter((_, index) => relations[index] === 'attending' || relations[index] === 'deputy');
  return team.length > 0 ? team : doctorIds;
}

interface Asking extends Received {
  channel: 'form' | 'card_copy';
  doctorId: string | null;
  /** Under which it is counted: apart from the telephone, so that forged paper locks nobody out of it. */
  code: string;
}

interface Granted {
  opening: CardOpening;
  cardNumber: string;
  doctorId: string;
  fax: FaxDestination;
  form: Exclude<ReleaseForm, 'spoken'>;
  reason: Reason;
  consent: Consent;
  isAlarmed: boolean;
  serialId: string | null;
}

const attemptOf = (asking: Asking, cardTag: string | null): Attempt => ({
  ...{ associationId: asking.associationId, line: `fax:${asking.fromE164 ?? 'withheld'}`, code: asking.code, cardTag },
});

/** The page is entered, the serial used up and the release written in one transaction; locked counters send it to a person. */
async function release(ctx: DisclosureContext, asking: Asking, granted: Granted): Promise<PaperOutcome> {
  const { associationId, receivedId, channel } = asking;
  const { opening, cardNumber, doctorId, fax, form, reason, consent, isAlarmed, serialId } = granted;
  const { card, dataKey, cardTag } = opening;
  if (!card) throw new Error('a release without a card was asked for');
  const at = ctx.clock.now();
  const wakes: (() => void)[] = [];
  const relation = await relationOf(ctx.db, doctorId, card.patientId, at);
  const outcome = await inTransaction(ctx.db, async (tx): Promise<PaperOutcome> => {
    wakes.length = 0;
    const requestId = ctx.ids.next('rq');
    const attempt = attemptOf(asking, cardTag);
    const counters = await countersOf(tx, attempt, at);
    if (anyLocked(counters, at.getTime())) return enterInbox(ctx, tx, asking, requestId, 'locked', at);
    const subject: Subject = { ...card, relation, isFaxRefused: false };
    const common = { id: requestId, associationId, openedAt: at.getTime(), wrong: 0, doctorId, code: '' };
    const destination = { to: 'fax', destinationId: fax.id, form } as const;
    const request: RecordRequest = { ...common, status: 'authorised', subject, reason, destination };
    // First entered as what it is before the release, then as released: the disclosure points at the row.
    const entered = await paper.insertPaperRequest(tx, overOf(request), { channel, received: receivedId, at });
    if (!entered) return { outcome: 'repeated' };
    if (serialId && !(await paper.useSerial(tx, serialId, requestId, at))) {
      await enterRefusal(ctx, tx, asking, requestId, 'serial_used', true, at, wakes);
      return { outcome: 'refused', requestId, reason: 'serial_used' };
    }
    await clearCounters(tx, attempt, at);
    const disclosure = {
      ...{
        associationId,
        origin: { requestId },
        patientId: card.patientId,
        cardId: card.cardId,
        version: card.version,
      },
      ...{ recipient: { doctorId, relation }, isBreakGlass: relation === 'none', reason, consent, form },
      destination: { destinationId: fax.id },
    };
    const disclosureId = await writeRelease(
      ctx,
      tx,
      { disclosure, key: { dataKey, cardNumber }, isAlarmed },
      at,
      wakes,
    );
    const released: RecordRequest = { ...common, status: 'released', subject, reason, destination, disclosureId };
    await store.saveRequest(tx, released, { sealedKey: null, expiresAt: null });
    await note(tx, asking, requestId, 'disclosed', at, { disclosureId, isAlarmed, serialId });
    return { outcome: 'released', requestId, disclosureId };
  });
  for (const wake of wakes) wake();
  return outcome;
}

const overOf = (request: RecordRequest & { doctorId: string }): RecordRequest => ({
  ...{ id: request.id, associationId: request.associationId, openedAt: request.openedAt, wrong: 0 },
  ...{ status: 'refused', doctorId: request.doctorId, why: 'not_confirmed' },
});

/** No record. The member is told at his own machine; without one that is confirmed, or while he is locked, the hub is. */
async function refuse(
  ctx: DisclosureContext,
  asking: Asking,
  cardTag: string | null,
  reason: PaperRefusal,
  how: { counts: boolean; isAlarmed?: boolean; serialId?: string },
): Promise<PaperOutcome> {
  const at = ctx.clock.now();
  const wakes: (() => void)[] = [];
  const outcome = await inTransaction(ctx.db, async (tx): Promise<PaperOutcome> => {
    wakes.length = 0;
    const requestId = ctx.ids.next('rq');
    const attempt = attemptOf(asking, cardTag);
    const counters = await countersOf(tx, attempt, at);
    // Nor may a flood of forged forms print page after page at the member's machine.
    if (anyLocked(counters, at.getTime())) return enterInbox(ctx, tx, asking, requestId, 'locked', at);
    if (!(await enter(tx, asking, requestId, at))) return { outcome: 'repeated' };
    if (how.serialId) await paper.useSerial(tx, how.serialId, requestId, at);
    if (how.counts) await saveCounters(tx, attempt, countFailure(counters, at.getTime(), endOfDay(at)), at);
    const isTold = await enterRefusal(ctx, tx, asking, requestId, reason, how.isAlarmed ?? false, at, wakes);
    return { outcome: isTold ? 'refused' : 'inbox', requestId, reason };
  });
  for (const wake of wakes) wake();
  return outcome;
}

const toInbox = (ctx: DisclosureContext, asking: Asking, reason: PaperRefusal): Promise<PaperOutcome> =>
  inTransaction(ctx.db, (tx) => enterInbox(ctx, tx, asking, ctx.ids.next('rq'), reason, ctx.clock.now()));

async function enterInbox(
  _ctx: DisclosureContext,
  tx: Sql,
  asking: Asking,
  requestId: string,
  reason: PaperRefusal,
  at: Date,
): Promise<PaperOutcome> {
  if (!(await enter(tx, asking, requestId, at))) return { outcome: 'repeated' };
  await store.insertInbox(tx, { requestId, reason, received: asking.receivedId, at });
  await note(tx, asking, requestId, 'record_request_set_aside', at, { reason });
  return { outcome: 'inbox', requestId, reason };
}

/** @returns whether a return fax is on its way; the hub sees the request either way when it is alarmed. */
async function enterRefusal(
  ctx: DisclosureContext,
  tx: Sql,
  asking: Asking,
  requestId: string,
  reason: PaperRefusal,
  isAlarmed: boolean,
  at: Date,
  wakes: (() => void)[],
): Promise<boolean> {
  const { associationId, doctorId, receivedId: received } = asking;
  await note(tx, asking, requestId, 'record_request_refused', at, { reason, isAlarmed });
  const faxes = doctorId ? await ctx.release.faxes.confirmedDestinations(tx, { doctorId }, at) : [];
  const fax = faxes.find(({ e164 }) => e164 === asking.fromE164) ?? faxes[0];
  if (isAlarmed || !fax) await store.insertInbox(tx, { requestId, reason, received, at });
  if (!fax) return false;
  const id = ctx.ids.next('ef');
  await pages.insertPage(tx, {
    ...{ id, associationId, kind: 'refusal', disclosureId: null, requestId, refusal: reason, destinationId: fax.id },
    ...{ isAlarmed, sealedKey: null, secret: null, dueAt: at, at },
  });
  wakes.push(() => ctx.wake('render-disclosure', id));
  return true;
}

const enter = (tx: Sql, asking: Asking, requestId: string, at: Date): Promise<boolean> => {
  const { associationId, doctorId, channel, receivedId: received } = asking;
  const common = { id: requestId, associationId, openedAt: at.getTime(), wrong: 1 };
  const request: RecordRequest = { ...common, status: 'refused', doctorId, why: 'not_confirmed' };
  return paper.insertPaperRequest(tx, request, { channel, received, at });
};

async function note(tx: Sql, asking: Asking, chainId: string, kind: AuditKind, at: Date, data: object): Promise<void> {
  const { associationId, channel, doctorId, receivedId } = asking;
  const entry = { chainId, associationId, at, actor: doctorId ?? 'sender', cause: channel, kind };
  await appendEntry(tx, { ...entry, data: { ...data, doctorId: doctorId ?? undefined, receivedId } });
}
