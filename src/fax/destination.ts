/**
 * Where a page may go, and the life of that permission.
 *
 * - `registered`: the hub has entered the number. Nothing but a test page goes there.
 * - `testing`: a test page with a code is on its way or in the tray; its owner keys the code by phone. Left by the right code,
 *   by its expiry, or by too many wrong ones (back to `registered`: a new page, a new code).
 * - `confirmed`: the owner has held a page of ours in hand. Records go there, until the yearly confirmation is due. It stays so
 *   while the next test page is under way.
 * - `frozen`: a complaint came. Nothing goes there; a person has to look, and then it begins again at `registered`.
 * - `retired`: taken off the list, or replaced by another number.
 */
import { createHmac, timingSafeEqual } from 'node:crypto';
import { plusSeconds } from '../lib/clock.ts';
import { carriesPatientData, type FaxPurpose } from './fax.ts';

export const releaseForms = ['full', 'pseudonymous', 'sealed'] as const;
export type ReleaseForm = (typeof releaseForms)[number];

export type DestinationStatus = 'registered' | 'testing' | 'confirmed' | 'frozen' | 'retired';

export interface DestinationOwner {
  kind: 'doctor' | 'hospital' | 'facility';
  id: string;
}

export interface FaxDestination {
  readonly id: string;
  readonly associationId: string;
  readonly owner: DestinationOwner;
  /** 1-3, the key that chooses it. */
  readonly position: number;
  readonly e164: string;
  readonly form: ReleaseForm;
  readonly status: DestinationStatus;
  readonly confirmedAt: Date | null;
  readonly confirmDueAt: Date | null;
}

const day = 86_400;
export const confirmEverySeconds = 365 * day;
/** Long enough for a page sent in the evening to be found in the morning, twice. */
export const codeSeconds = 3 * day;
export const mostCodeFailures = 5;

export type DestinationRefusal = 'not_confirmed' | 'overdue' | 'frozen';

/** May a page of this purpose go there now? Null: yes. */
export function refusalFor(
  destination: Pick<FaxDestination, 'status' | 'confirmDueAt'>,
  purpose: FaxPurpose,
  at: Date,
): DestinationRefusal | null {
  const { status, confirmDueAt } = destination;
  if (status === 'frozen') return 'frozen';
  if (purpose === 'test') return status === 'testing' || status === 'confirmed' ? null : 'not_confirmed';
  if (status !== 'confirmed') return 'not_confirmed';
  const isOverdue = confirmDueAt === null || confirmDueAt <= at;
  return isOverdue && carriesPatientData(purpose) ? 'overdue' : null;
}

/** Six digits, from random bytes: 000000-999999 without bias. */
export function drawCode(random: (size: number) => Uint8Array): string {
  for (;;) {
    const drawn = Buffer.from(random(4)).readUInt32BE();
    if (drawn < 4_294_000_000) return String(drawn % 1_000_000).padStart(6, '0');
  }
}

/** Six digits are quickly tried by whoever reads the table, so the hash is keyed; five wrong tries end it anyway. */
export const hashCode = (destinationId: string, code: string, key: Uint8Array): Buffer =>
  createHmac('sha256', key).update(`fax-test:${destinationId}:${code}`).digest();

export interface PendingCode {
  destinationId: string;
  hash: Buffer;
  expiresAt: Date;
  failures: number;
}

/**
 * Which of a doctor's pending tests the keyed code belongs to; null: none. All are compared, so that the time taken does not
 * tell how many there are; those expired or tried too often never match.
 */
export function matchCode(pending: readonly PendingCode[], code: string, key: Uint8Array, at: Date): string | null {
  let found: string | null = null;
  for (const { destinationId, hash, expiresAt, failures } of pending) {
    const isSame = timingSafeEqual(hash, hashCode(destinationId, code, key));
    if (isSame && expiresAt > at && failures < mostCodeFailures) found = destinationId;
  }
  return found;
}

/** 個人情報保護法 26条 and the commission's guide: preliminary within 3-5 days of knowing, final within 30. */
export const incidentDates = (openedAt: Date): { preliminaryDueAt: Date; finalDueAt: Date } => ({
  preliminaryDueAt: plusSeconds(openedAt, 3 * day),
  finalDueAt: plusSeconds(openedAt, 30 * day),
});
