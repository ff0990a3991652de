import type pg from 'pg';
import { inTransaction, type Sql } from '../db.ts';
import { verifySecret } from '../lib/secret.ts';
import { hospitalsOnDuty } from '../roster/actions.ts';
import { japanCalendar } from '../roster/calendar.ts';
import { type Acceptance, type BedType, isFresh, meetsNeeds, nextMorning, standing } from './beds.ts';
import { askingOrder, isPutLast } from './order.ts';
import { patternsOf } from './pattern-store.ts';
import { usualAt } from './patterns.ts';
import * as store from './store.ts';

export interface HospitalToAsk {
  hospitalId: string;
  beds: 'free' | 'to_ask' | 'closed';
  /** Behind the others, because it usually takes nobody at this hour (order.ts). */
  isPutLast: boolean;
}

/**
 * Whom to ask for a bed at this instant, in order: the patient's registered hospital, then by night the rotation (輪番),
 * by day the hospitals of temporary admission (一時入院); last those that usually take nobody now (order.ts). Only those that have
 * the bed type and meet every need.
 */
export async function hospitalsToAsk(
  sql: Sql,
  wanted: { associationId: string; patientId: string | null; at: Date },
): Promise<{ bedType: string; hospitals: HospitalToAsk[] }> {
  const { associationId, patientId, at } = wanted;
  const needs = patientId ? await store.patientBedNeeds(sql, patientId) : null;
  const bedType = needs?.bed_type ?? 'general';
  const rows = await store.hospitalsWithBeds(sql, associationId, bedType, at);
  const rotation = (await hospitalsOnDuty(sql, associationId, at, japanCalendar)).map((duty) => duty.subjectId);
  const byRule = rotation.length > 0 ? rotation : rows.filter((row) => row.takes_by_day).map((row) => row.hospital_id);
  const order = new Set([...(needs?.hospital_id ? [needs.hospital_id] : []), ...byRule]);
  const byId = new Map(rows.map((row) => [row.hospital_id, row]));
  const able = [...order].flatMap((hospitalId) => {
    const row = byId.get(hospitalId);
    return row && meetsNeeds(row.accepts_needs, needs?.needs ?? []) ? [{ hospitalId, row }] : [];
  });
  const patterns = await patternsOf(
    sql,
    able.map(({ hospitalId }) => hospitalId),
  );
  const candidates = able.map(({ hospitalId, row }) => {
    const offer = offerOf(row);
    const own = patterns.filter((pattern) => pattern.hospitalId === hospitalId);
    return {
      ...{ hospitalId, isRegistered: hospitalId === needs?.hospital_id, usual: usualAt(own, bedType, at) },
      ...{ hasFreshNews: offer !== null && isFresh(offer, at), beds: standing(offer, row.held, at) },
    };
  });
  const hospitals = askingOrder(candidates).map((one) => {
    return { hospitalId: one.hospitalId, beds: one.beds, isPutLast: isPutLast(one) };
  });
  return { bedType, hospitals };
}

function offerOf(row: store.HospitalRow) {
  if (row.as_of === null || row.acceptance === null) return null;
  const { free_count: freeCount, acceptance, as_of: asOf, holds_until: holdsUntil } = row;
  return { freeCount, acceptance, asOf, holdsUntil };
}

/**
 * Writes down the question and holds a bed for it, in the caller's transaction: the offer is locked, so two cases can
 * never hold the same last bed. With stale or no news nothing is counted.
 * @returns false when a fresh offer has no bed left: the hospital is not to be asked.
 */
export async function askForBed(
  tx: Sql,
  request: { requestId: string; caseId: string; hospitalId: string; bedType: string; at: Date; holdSeconds: number },
): Promise<boolean> {
  const { hospitalId, bedType, at } = request;
  const offer = await store.lockOffer(tx, hospitalId, bedType);
  const held = offer ? await store.countHeld(tx, hospitalId, bedType, at) : 0;
  const now = standing(offer && offerFrom(offer), held, at);
  if (now === 'closed') return false;
  const expiresAt = new Date(at.getTime() + request.holdSeconds * 1000);
  await store.insertRequest(tx, { ...request, isCounted: now === 'free', expiresAt });
  return true;
}

const offerFrom = (row: {
  free_count: number | null;
  acceptance: Acceptance;
  as_of: Date;
  holds_until: Date | null;
}) => ({
  freeCount: row.free_count,
  acceptance: row.acceptance,
  asOf: row.as_of,
  holdsUntil: row.holds_until,
});

/**
 * The desk said yes: the hold becomes an admission and the count falls, in the caller's transaction.
 * @returns false when the hold is gone and no bed is left: it must not be promised a second time.
 */
export async function admitToBed(tx: Sql, requestId: string, at: Date): Promise<boolean> {
  const hold = await store.lockHold(tx, requestId);
  if (!hold || hold.status === 'admitted') return false;
  if (hold.status !== 'held' || hold.expires_at <= at) {
    const offer = await store.lockOffer(tx, hold.hospital_id, hold.bed_type);
    const held = await store.countHeld(tx, hold.hospital_id, hold.bed_type, at);
    if (standing(offer && offerFrom(offer), held, at) === 'closed') return false;
  }
  await store.admit(tx, requestId, at);
  return true;
}

/** Keeps the reason, frees the hold; "full" closes the offer until morning. In the caller's transaction. */
export async function refuseBed(tx: Sql, requestId: string, refusal: string, at: Date): Promise<void> {
  await store.settleRefused(tx, requestId, refusal, at);
  if (refusal !== 'full') return;
  const hold = await store.lockHold(tx, requestId);
  if (!hold) return;
  const { hospital_id: hospitalId, bed_type: bedType } = hold;
  const full = { hospitalId, bedType, freeCount: 0, acceptance: 'closed' as const, at, holdsUntil: nextMorning(at) };
  await store.upsertOffer(tx, { ...full, source: 'answer' });
}

/** Holds whose time is over are free again. @returns how many. */
export const expireHolds = (sql: Sql, at: Date): Promise<number> => store.expireHolds(sql, at);

export type DeskEntry =
  | { outcome: 'open'; sessionId: string; hospitalId: string; spokenName: string }
  | { outcome: 'wrong' }
  | { outcome: 'locked' };

/**
 * A hospital's desk signs on by code and PIN. An unknown code costs the same time and gives the same answer as a wrong
 * PIN. Five failures lock desk and line for 15 minutes, doubling; a person is still reached by 0 (rule 6).
 */
export async function openDesk(
  db: pg.Pool,
  entry: {
    associationId: string;
    code: string;
    pin: string;
    line: string;
    callSid: string;
    sessionId: string;
    at: Date;
  },
): Promise<DeskEntry> {
  const { associationId, code, pin, line, callSid, sessionId, at } = entry;
  const subjects = [`desk:${associationId}:${code}`, `line:${line}`];
  const known = await store.failuresOf(db, subjects);
  if (known.some((row) => row.locked_until !== null && row.locked_until > at)) return { outcome: 'locked' };
  const hospital = await store.hospitalByCode(db, associationId, code);
  const isRight = await verifySecret(pin, hospital?.pin_hash ?? null);
  return inTransaction(db, async (tx) => {
    if (!isRight || !hospital) {
      for (const subject of subjects) await store.addFailure(tx, subject, at);
      return { outcome: 'wrong' };
    }
    await store.clearFailures(tx, subjects[0]!);
    await store.insertDeskSession(tx, { id: sessionId, hospitalId: hospital.id, callSid, at });
    return { outcome: 'open', sessionId, hospitalId: hospital.id, spokenName: hospital.spoken_name };
  });
}

/** The bed types a desk may tell about, in the order of their keys 1, 2, 3 … */
export const bedTypesOf = (sql: Sql, hospitalId: string): Promise<{ bed_type: BedType; staffed: number }[]> =>
  store.bedTypesOf(sql, hospitalId);

export interface DeskDraft {
  bedType?: BedType;
  freeCount?: number;
  acceptance?: Acceptance;
  /** After a confirmation: the next kind of bed in the same call. */
  reopen?: boolean;
}

/** Adds what was keyed to the desk's session of this very call. @returns the session, or null if it is not this call's. */
export async function draftOffer(
  tx: Sql,
  session: { id: string; callSid: string },
  draft: DeskDraft,
): Promise<store.DeskSession | null> {
  const row = await store.lockDeskSession(tx, session.id, session.callSid);
  if (!row || (row.confirmed_at && !draft.reopen)) return row;
  const next = {
    ...row,
    bed_type: draft.bedType ?? row.bed_type,
    free_count: draft.freeCount ?? row.free_count,
    acceptance: draft.acceptance ?? row.acceptance,
    confirmed_at: null,
  };
  if (Object.keys(draft).length > 0) await store.saveDeskSession(tx, next);
  return next;
}

/** The read-back was confirmed: this is the hospital's word from now on. Twice equals once. */
export async function confirmOffer(
  tx: Sql,
  session: { id: string; callSid: string },
  at: Date,
): Promise<store.DeskSession | null> {
  const row = await store.lockDeskSession(tx, session.id, session.callSid);
  if (!row || row.bed_type === null || row.free_count === null || row.acceptance === null) return null;
  if (row.confirmed_at) return row;
  const { hospital_id: hospitalId, bed_type: bedType, free_count: freeCount, acceptance } = row;
  await store.upsertOffer(tx, { hospitalId, bedType, freeCount, acceptance, at, holdsUntil: null, source: 'phone' });
  const confirmed = { ...row, confirmed_at: at };
  await store.saveDeskSession(tx, confirmed);
  return confirmed;
}

/** The hospital behind the code that its desk keys and its sheets carry. */
export const hospitalWithCode = async (sql: Sql, associationId: string, code: string): Promise<string | null> =>
  (await store.hospitalByCode(sql, associationId, code))?.id ?? null;

export type PaperOffer = { bedType: BedType } & (
  | { freeCount: number; acceptance: Acceptance }
  /** The tick alone; the number is handwriting, or not there: the desk is asked. */
  | { freeCount: null; acceptance: Exclude<Acceptance, 'closed'> }
);

/**
 * What a hospital wrote on its sheet (応需状況), in the caller's transaction. News that is newer than the sheet stays, and so does
 * what is said of beds that the hospital does not have, or of more than it has staff for: a person asks. A bed that was given to a
 * patient since the sheet came in is no longer one of those that it counts.
 * @returns the bed types whose offer this sheet now is.
 */
export async function reportByForm(
  tx: Sql,
  report: { hospitalId: string; offers: readonly PaperOffer[]; asOf: Date },
): Promise<BedType[]> {
  const { hospitalId, offers, asOf } = report;
  const staffed = new Map((await store.bedTypesOf(tx, hospitalId)).map((row) => [row.bed_type, row.staffed]));
  const taken: BedType[] = [];
  for (const { bedType, freeCount, acceptance } of offers) {
    if ((freeCount ?? 0) > (staffed.get(bedType) ?? -1)) continue;
    const known = await store.lockOffer(tx, hospitalId, bedType);
    if (known && known.as_of > asOf) continue;
    const given = freeCount === null ? 0 : await store.countAdmittedSince(tx, hospitalId, bedType, asOf);
    const left = freeCount === null ? null : Math.max(0, freeCount - given);
    await store.upsertOffer(tx, {
      ...{ hospitalId, bedType, freeCount: left, acceptance, at: asOf, holdsUntil: null, source: 'form' },
    });
    taken.push(bedType);
  }
  return taken;
}
