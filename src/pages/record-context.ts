import type { LocalDate } from '../lib/japan-time.ts';

/**
 * For whom a record page is: `visit` a registered doctor who goes there (address, key, parking) · `hospital` without those ·
 * `ambulance` who it is, alerts, wishes, contacts, hospitals · `pseudonymous` no name and no address: card number, kana
 * initials and birth year only (domain.md 4.2 B).
 */
export type RecordVariant = 'visit' | 'hospital' | 'ambulance' | 'pseudonymous';

/** All that a record page says and the record does not. */
export interface RecordContext {
  variant: RecordVariant;
  /** `standard`: the receiving machine has no fine mode, letters of 18 points on more sheets. */
  edition: 'fine' | 'standard';
  /** Twelve digits; null: the record was opened for an urgent call and the number is not at hand. */
  cardNumber: string | null;
  version: number;
  /** The record waits for its second reading. */
  isDraft: boolean;
  /** 請求受付番号: the same in the audit log and on every sheet. */
  retrievalId: string;
  /** Short code over retrieval id and version, printed beside it in the QR: whoever finds a sheet can prove that it is ours. */
  mac: string;
  /** When the page is made. */
  at: Date;
  requestedBy: { doctor: string; facility: string; faxLastFour: string };
  /** null: never confirmed. */
  lastConfirmedOn: LocalDate | null;
  /** The page was asked for by fax: whoever finds it without having asked is told to ring at once. */
  isAlarmed: boolean;
  issuer: { name: string; misdirectionPhone: string };
  /** As of now; null when nobody looked. */
  tonight: { duty: { name: string; phone: string | null }[]; beds: BedNews[] } | null;
}

/** A hospital's word and its age: `stale` news are never shown as free. */
export interface BedNews {
  name: string;
  state: 'open' | 'ask' | 'full' | 'stale';
  asOf: Date;
}
