/** What the voice reads of a request between two keys. Changes nothing. */
import type { Sql } from '../db.ts';
import type { SealedContent } from '../records/record.ts';
import { isFaxRefused } from './consent.ts';
import type { DisclosureContext, FaxDestination, OpenedRecord } from './context.ts';
import { formFor } from './form.ts';
import { disclosureInCase, recordPageOf } from './page-store.ts';
import type { RecordRequest } from './request.ts';
import { transitNames, unpackKey } from './secrets.ts';
import * as store from './store.ts';

/** The request as it stands, if it runs on this very call. */
export async function requestOnCall(
  ctx: DisclosureContext,
  id: string,
  callSid: string,
): Promise<RecordRequest | null> {
  const row = await store.readRequest(ctx.db, id);
  return row?.call_sid === callSid ? row.state : null;
}

/** The area whose duty doctor is to be rung for a doctor who gets no record: his own; null while he is not known. */
export const areaOfRequest = async (ctx: DisclosureContext, request: RecordRequest): Promise<string | null> =>
  'doctorId' in request && request.doctorId ? store.areaOfDoctor(ctx.db, request.doctorId) : null;

/** What a right birth date opened, while the request still holds its key: for the read-back. Null when it does not. */
export async function openedContent(ctx: DisclosureContext, request: RecordRequest): Promise<SealedContent | null> {
  const row = await store.readRequest(ctx.db, request.id);
  if (row?.state.status !== 'confirmed' || !row.sealed_key) return null;
  const { vault } = ctx.release;
  const { dataKey } = unpackKey(vault.unseal(row.sealed_key, transitNames.request(request.id)));
  return (await vault.openVersion(request.associationId, row.state.subject, dataKey)).content;
}

/** Where a record may go to now: the doctor's own confirmed faxes, and his telephones for a spoken release. */
export async function offersOf(
  ctx: DisclosureContext,
  doctorId: string,
): Promise<{ faxes: FaxDestination[]; canCall: boolean }> {
  const [faxes, phones] = await Promise.all([
    ctx.release.faxes.confirmedDestinations(ctx.db, { doctorId }, ctx.clock.now()),
    store.phonesOfDoctor(ctx.db, doctorId),
  ]);
  return { faxes, canCall: phones.length > 0 };
}

/** Whether the doctor who takes a case will find its record at his fax: what he hears when he is joined. */
export async function recordProspect(
  ctx: DisclosureContext,
  sql: Sql,
  call: { id: string; associationId: string; patientId: string },
  doctorId: string,
): Promise<'coming' | 'sealed' | 'no_fax' | 'no_record' | 'no_consent' | 'sealed_too_long'> {
  const { id: caseId, associationId, patientId } = call;
  const opening = ctx.release.vault.openForCase(sql, { caseId, associationId, patientId }).catch((error: unknown) => {
    // Whoever took the case is joined all the same; the worker that is to make the page meets the same fault and keeps at it.
    ctx.log.error('case_record_not_opened', { caseId, error });
    return null;
  });
  const [kept, [fax]] = await Promise.all([
    opening,
    ctx.release.faxes.confirmedDestinations(sql, { doctorId }, ctx.clock.now()),
  ]);
  if (!kept) return 'no_record';
  if (isFaxRefused(kept.content)) return 'no_consent';
  if (!fax) return 'no_fax';
  const form = await formFor(ctx, sql, fax, { associationId, content: kept.content, isHospital: false });
  if (form === 'too_long') return 'sealed_too_long';
  return form === 'sealed' ? 'sealed' : 'coming';
}

/** What is being read out for a released request; null when it is over or was never spoken. */
export async function spokenContent(ctx: DisclosureContext, requestId: string): Promise<OpenedRecord | null> {
  const request = (await store.readRequest(ctx.db, requestId))?.state;
  if (request?.status !== 'released' || request.destination.to !== 'phone') return null;
  const page = await recordPageOf(ctx.db, request.disclosureId);
  if (!page?.sealed_key) return null;
  const { vault } = ctx.release;
  const { dataKey } = unpackKey(vault.unseal(page.sealed_key, transitNames.page(page.id)));
  return vault.openVersion(request.associationId, request.subject, dataKey);
}

/** What opens a sealed page, for the doctor to write down, as long as it is kept. */
export async function secretToHear(ctx: DisclosureContext, disclosureId: string): Promise<string | null> {
  const page = await recordPageOf(ctx.db, disclosureId);
  if (!page?.sealed_secret) return null;
  return ctx.release.vault.unseal(page.sealed_secret, transitNames.secret(page.id)).toString('latin1');
}

/** The same for the page of whoever took an urgent call. */
export async function secretInCase(ctx: DisclosureContext, caseId: string, doctorId: string): Promise<string | null> {
  const disclosureId = await disclosureInCase(ctx.db, caseId, doctorId);
  return disclosureId && secretToHear(ctx, disclosureId);
}
