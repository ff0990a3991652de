import { raiseAlarm } from '../alarms/actions.ts';
import { appendEntry } from '../audit/append.ts';
import type { AuditKind } from '../audit/kinds.ts';
import type { Sql } from '../db.ts';
import { plusSeconds } from '../lib/clock.ts';
import type { SealedContent } from '../records/record.ts';
import { newSecret } from '../sealed-page/secret.ts';
import { isFaxRefused } from './consent.ts';
import type { DisclosureContext } from './context.ts';
import type { Disclosure } from './disclosure.ts';
import { formFor } from './form.ts';
import * as pages from './page-store.ts';
import type { RecordRequest } from './request.ts';
import { packKey, type ReleaseKey, transitNames, unpackKey } from './secrets.ts';
import * as store from './store.ts';

/** The key of a spoken release lives so long, and so long a sealed page's secret may be heard. */
export const spokenSeconds = 600;

export interface NewRelease {
  disclosure: Omit<Disclosure, 'id' | 'at'>;
  key: ReleaseKey;
  /** The page says at the member's own machine that something is odd. */
  isAlarmed: boolean;
}

/**
 * Writes down a release, and the work that follows from it, in the caller's transaction: disclosure, log, the page to be made
 * with its key sealed for transit, and what the attending doctor is told. Nothing has left when this returns (rule 5).
 * `wakes` are run after the commit. @returns the disclosure's id.
 */
export async function writeRelease(
  ctx: DisclosureContext,
  tx: Sql,
  { disclosure: given, key, isAlarmed }: NewRelease,
  at: Date,
  wakes: (() => void)[],
): Promise<string> {
  const { ids, release } = ctx;
  const disclosure: Disclosure = { ...given, id: ids.next('ds'), at };
  const { id, associationId, destination, form } = disclosure;
  await pages.insertDisclosure(tx, disclosure);
  await logDisclosure(tx, disclosure, 'disclosed', at, dataOf(disclosure));
  const pageId = ids.next('ef');
  const isSpoken = 'phoneId' in destination;
  const secret = form === 'sealed' ? Buffer.from(newSecret(release.random)) : null;
  await pages.insertPage(tx, {
    ...{ id: pageId, associationId, kind: 'record', disclosureId: id, requestId: null, refusal: null, isAlarmed, at },
    destinationId: 'destinationId' in destination ? destination.destinationId : null,
    sealedKey: release.vault.seal(packKey(key), transitNames.page(pageId)),
    secret: secret && {
      sealed: release.vault.seal(secret, transitNames.secret(pageId)),
      until: plusSeconds(at, spokenSeconds),
    },
    // A spoken one is not rendered: its time is when the key goes even if nobody listened to the end.
    dueAt: isSpoken ? plusSeconds(at, spokenSeconds) : at,
  });
  if (!isSpoken) wakes.push(() => ctx.wake('render-disclosure', pageId));
  await tellAttending(ctx, tx, disclosure, at, wakes);
  return id;
}

/** A request that is authorised, with its key out of the row: the same transaction ends both. */
export async function releaseAuthorised(
  ctx: DisclosureContext,
  tx: Sql,
  request: Extract<RecordRequest, { status: 'authorised' }>,
  sealedKey: Buffer | null,
  at: Date,
  wakes: (() => void)[],
): Promise<string> {
  if (!sealedKey) throw new Error('an authorised request has no key: its row was changed by hand');
  const { id, associationId, doctorId, subject, reason, destination } = request;
  const key = unpackKey(ctx.release.vault.unseal(sealedKey, transitNames.request(id)));
  const to = destination.to === 'phone' ? destination : null;
  const disclosure: NewRelease['disclosure'] = {
    ...{ associationId, origin: { requestId: id }, patientId: subject.patientId, cardId: subject.cardId },
    ...{ version: subject.version, recipient: { doctorId, relation: subject.relation } },
    ...{ isBreakGlass: subject.relation === 'none', reason, consent: 'not_asked' },
    form: destination.to === 'fax' ? destination.form : 'spoken',
    destination:
      destination.to === 'fax' ? { destinationId: destination.destinationId } : { phoneId: to?.phoneId ?? '' },
  };
  return writeRelease(ctx, tx, { disclosure, key, isAlarmed: false }, at, wakes);
}

/**
 * The attending doctor is told of every release to somebody else: on the next morning's page, and at once by fax if he has a
 * confirmed one. Break-glass also goes to the hub.
 */
async function tellAttending(
  ctx: DisclosureContext,
  tx: Sql,
  disclosure: Disclosure,
  at: Date,
  wakes: (() => void)[],
): Promise<void> {
  const { id, associationId, patientId, recipient, isBreakGlass, origin } = disclosure;
  if (isBreakGlass && 'requestId' in origin)
    await raiseAlarm(tx, ctx, { associationId, kind: 'break_glass', subjectId: id }, at);
  const attendingId = (await store.careTeam(tx, patientId))?.attending_id ?? null;
  if (attendingId === null || ('doctorId' in recipient && recipient.doctorId === attendingId)) return;
  await pages.insertNotice(tx, id, attendingId, at);
  const [fax] = await ctx.release.faxes.confirmedDestinations(tx, { doctorId: attendingId }, at);
  if (!fax) return;
  const pageId = ctx.ids.next('ef');
  await pages.insertPage(tx, {
    ...{
      id: pageId,
      associationId,
      kind: 'notice',
      disclosureId: id,
      requestId: null,
      refusal: null,
      isAlarmed: false,
    },
    ...{ destinationId: fax.id, sealedKey: null, secret: null, dueAt: at, at },
  });
  wakes.push(() => ctx.wake('render-disclosure', pageId));
}

/** One more entry in the chain of a disclosure. Its page and the attending doctor's may arrive at the same instant: one waits. */
export async function logDisclosure(
  tx: Sql,
  about: { id: string; associationId: string },
  kind: AuditKind,
  at: Date,
  data: unknown,
): Promise<void> {
  const { id: chainId, associationId } = about;
  await pages.lockDisclosure(tx, chainId);
  await appendEntry(tx, { chainId, associationId, at, actor: 'gateway', cause: 'disclosure', kind, data });
}

const dataOf = ({ origin, recipient, destination, ...disclosure }: Disclosure) => ({
  ...{ ...origin, ...recipient, ...destination },
  ...{ patientId: disclosure.patientId, cardId: disclosure.cardId, version: disclosure.version },
  ...{ isBreakGlass: disclosure.isBreakGlass, reason: disclosure.reason },
  ...{ consent: disclosure.consent, form: disclosure.form },
});

export type WhoOpened = pages.DisclosureRow;

/** Who opened a patient's record, newest first: for the console, the attending doctor's page and the patient who asks. */
export const whoOpened = (sql: Sql, patientId: string, limit = 200): Promise<WhoOpened[]> =>
  pages.disclosuresOfPatient(sql, patientId, limit);

export type AttendingNotice = pages.NoticeRow;

/** What an attending doctor has not been told on paper; `noticesPrinted` when the morning page carried it. */
export const waitingNotices = (sql: Sql, attendingId: string): Promise<AttendingNotice[]> =>
  pages.waitingNotices(sql, attendingId);

export const noticesPrinted = (tx: Sql, disclosureIds: readonly string[], at: Date): Promise<void> =>
  pages.noticesPrinted(tx, disclosureIds, at);

/** The page that a doctor or hospital has had in a case: its disclosure. */
export const disclosedInCase = (sql: Sql, caseId: string, recipientId: string): Promise<string | null> =>
  pages.disclosureInCase(sql, caseId, recipientId);

/** Whose pages they are, as printed at their foot. */
export const issuerOf = store.issuerOf;

export interface CaseRelease {
  associationId: string;
  caseId: string;
  patientId: string;
  version: number;
  /** From the vault's `openForCase`; the number that was keyed is known no more. */
  dataKey: Buffer;
  /** What it opens. */
  content: SealedContent;
  /** Who took the patient: a doctor as he stands to the patient, or a hospital. */
  recipient: Disclosure['recipient'];
}

/** What became of the page of a case: written down, or why there is none. */
export type CaseReleased = { disclosureId: string } | { because: 'no_consent' | 'no_fax' | 'sealed_too_long' };

/**
 * The page for whoever took an urgent call, in the transaction that says so: to the first confirmed fax, in the form that fax
 * is registered for, and nowhere when the patient allows no fax. Once for each recipient of a case: the database refuses a second.
 */
export async function releaseForCase(
  ctx: DisclosureContext,
  tx: Sql,
  given: CaseRelease,
  at: Date,
  wakes: (() => void)[],
): Promise<CaseReleased> {
  const { associationId, caseId, patientId, version, dataKey, content, recipient } = given;
  if (isFaxRefused(content)) return { because: 'no_consent' };
  const isHospital = 'hospitalId' in recipient;
  const owner = isHospital ? { hospitalId: recipient.hospitalId } : { doctorId: recipient.doctorId };
  const [fax] = await ctx.release.faxes.confirmedDestinations(tx, owner, at);
  if (!fax) return { because: 'no_fax' };
  const form = await formFor(ctx, tx, fax, { associationId, content, isHospital });
  if (form === 'too_long') return { because: 'sealed_too_long' };
  const disclosure: NewRelease['disclosure'] = {
    ...{ associationId, origin: { caseId }, patientId, cardId: null, version, recipient },
    ...{ isBreakGlass: recipient.relation === 'none', reason: 'emergency_visit', consent: 'impossible' },
    ...{ form, destination: { destinationId: fax.id } },
  };
  const release = { disclosure, key: { dataKey, cardNumber: null }, isAlarmed: false };
  return { disclosureId: await writeRelease(ctx, tx, release, at, wakes) };
}
