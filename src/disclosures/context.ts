import type pg from 'pg';
import type { Sql } from '../db.ts';
import type { CaseContext } from '../escalations/context.ts';
import type { Fact } from '../escalations/urgent-call.ts';
import type { DestinationOwner } from '../fax/destination.ts';
import type { Clock } from '../lib/clock.ts';
import type { Ids } from '../lib/ids.ts';
import type { Log } from '../log.ts';
import type { RosterSheet } from '../pages/roster-view.ts';
import type { RosterReply } from '../paper/forms/roster-reply.ts';
import type { SealedContent } from '../records/record.ts';
import type { Disclosure } from './disclosure.ts';
import type { KeyedCard, ReleaseForm } from './request.ts';

/** What releases need of the process they run in. */
export interface DisclosureContext {
  db: pg.Pool;
  clock: Clock;
  ids: Ids;
  log: Log;
  /** Wakes a worker; may be lost without harm (the sweep finds what is due). */
  wake: CaseContext['wake'];
  release: ReleaseTools;
}

/** The vault, the fax line and the page engine as a release uses them (connect.ts puts the real ones in). */
export interface ReleaseTools {
  vault: RecordVault;
  faxes: FaxDesk;
  pages: ReleasePages;
  /** Random bytes for PINs, serials and secrets. */
  random(size: number): Uint8Array;
}

/** What a keyed card number led to. `dataKey` is random bytes for a card of nobody, so that the same work can follow. */
export interface CardOpening {
  card: KeyedCard | null;
  isRevoked: boolean;
  /** Names the number to the counters; derived as dearly as its look-up index, and equal only for equal numbers. */
  cardTag: string;
  dataKey: Buffer;
}

export interface OpenedRecord {
  content: SealedContent;
  /** When the record was last confirmed; null: nobody has read it a second time. */
  confirmedAt: Date | null;
}

export interface CaseOfPatient {
  associationId: string;
  caseId: string;
  patientId: string;
}

export interface RecordVault {
  /** One derivation, whatever comes of it. */
  openByCard(associationId: string, cardNumber: string): Promise<CardOpening>;
  /**
   * The content of a version. `of` null: nobody's card; a decoy is decrypted and read instead.
   * @throws when the version was altered, or is gone (the patient was closed).
   */
  openVersion(associationId: string, of: KeyedCard | null, dataKey: Buffer): Promise<OpenedRecord>;
  /**
   * Opens what a card derives to and keeps its data key under the case key until the case closes; `null` when nothing is
   * released to that card, it is not this patient's, or the case is closed.
   */
  keepForCase(about: CaseOfPatient, derived: { index: Buffer; key: Buffer }): Promise<'kept' | null>;
  /** The record of an open case; null: none is kept, or the case is closed. @throws when it was altered. */
  openForCase(
    sql: Sql,
    about: CaseOfPatient,
  ): Promise<{ version: number; dataKey: Buffer; content: SealedContent } | null>;
  /** Under the case key; `what` is bound to it. */
  seal(content: Uint8Array, what: string): Buffer;
  /** @throws when it was altered or made for something else. */
  unseal(sealed: Buffer, what: string): Buffer;
}

/** A fax that may be given records: registered, tested, confirmed, and not frozen or overdue. */
export interface FaxDestination {
  id: string;
  position: number;
  e164: string;
  form: Exclude<ReleaseForm, 'spoken'>;
}

export interface FaxDesk {
  confirmedDestinations(
    sql: Sql,
    owner: { doctorId: string } | { hospitalId: string },
    at: Date,
  ): Promise<FaxDestination[]>;
  /** Puts a finished page in the queue, in the caller's transaction. Null: the destination may not get it any more. */
  queue(tx: Sql, page: QueuedPage): Promise<string | null>;
  /**
   * The code of a test page that its owner holds, keyed by telephone: the destination is confirmed, in the caller's transaction.
   * Null: no test of his has this code.
   */
  confirm(
    tx: Sql,
    ctx: Pick<DisclosureContext, 'clock'>,
    keyed: { owner: DestinationOwner; code: string },
  ): Promise<Pick<FaxDestination, 'position' | 'e164'> | null>;
  /** Wakes the fax line after the commit. */
  wake(faxId: string): void;
}

export interface QueuedPage {
  associationId: string;
  destinationId: string;
  document: Uint8Array;
  pages: number;
  purpose: 'record' | 'notice' | 'refusal' | 'morning' | 'form';
  subjectId: string;
  at: Date;
}

export interface RenderedPage {
  /** TIFF, G4. */
  document: Uint8Array;
  pages: number;
}

/** Each gives the finished fax. */
export interface ReleasePages {
  record(about: RecordPage): Promise<RenderedPage>;
  /** Whether a sealed page holds all of it; in doubt no. */
  fitsSealed(about: SealedMeasure): Promise<boolean>;
  notice(about: NoticePage): Promise<RenderedPage>;
  refusal(about: RefusalPage): Promise<RenderedPage>;
  morning(about: MorningPage): Promise<RenderedPage>;
  /** No record: the month's roster, and a sheet to reply on for each doctor of the machine; the same engine and fax line. */
  roster(sheet: RosterSheet, replies: readonly RosterReply[]): Promise<RenderedPage>;
}

/** What a sealed page would say, as far as it is known before the disclosure. */
export type SealedMeasure = Pick<RecordPage, 'content' | 'isHospital' | 'issuer' | 'at'>;

export interface RecordPage {
  form: Exclude<ReleaseForm, 'spoken'>;
  content: SealedContent;
  confirmedAt: Date | null;
  version: number;
  cardNumber: string | null;
  /** Opens a sealed page. */
  secret: string | null;
  disclosureId: string;
  /** Who asked, and the last four digits of the registered number it goes to. */
  requestedBy: { doctor: string; facility: string; faxLastFour: string };
  isHospital: boolean;
  issuer: Issuer;
  isAlarmed: boolean;
  at: Date;
}

/** Whose page it is, and whom to ring when it came to the wrong machine. */
export interface Issuer {
  name: string;
  misdirectionPhone: string;
}

/** Tells the attending doctor; names no patient, only the hub's own number of him. */
export interface NoticePage {
  patientCode: string;
  requester: string;
  issuer: Issuer;
  disclosure: Pick<Disclosure, 'id' | 'reason' | 'form' | 'isBreakGlass' | 'at'>;
}

/** What an attending doctor finds in the morning: a page for each urgent call, and one for the records given out besides. */
export interface MorningPage {
  calls: readonly {
    log: readonly { fact: Fact; at: number }[];
    patientCode: string;
    names: ReadonlyMap<string, string>;
  }[];
  /** Of his patients, to somebody else. */
  disclosures: readonly Omit<NoticePage, 'issuer'>[];
  issuer: Issuer;
  at: Date;
}

/** Why a paper request was not answered with a record; `isAlarmed`: it may not have been the member himself who asked. */
export interface RefusalPage {
  reason: string;
  /** The request, opaque: what the hub is told when somebody rings about it. */
  reference: string;
  at: Date;
  isAlarmed: boolean;
  issuer: Issuer;
}
