import type pg from 'pg';
import type { Sql } from '../db.ts';
import type { Random } from '../embedded/secrets.ts';
import type { Clock } from '../lib/clock.ts';
import type { Ids } from '../lib/ids.ts';
import type { Log } from '../log.ts';
import type { FaxDestination } from './destination.ts';
import type { FaxPurpose } from './fax.ts';
import type { FaxFailure, FaxLine } from './fax-line.ts';

export const faxJobs = ['send-fax', 'settle-fax', 'fetch-fax'] as const;
export type FaxJob = (typeof faxJobs)[number];

/** A page of ours whose story is over, for whoever asked for it. */
export interface SettledFax {
  id: string;
  associationId: string;
  destinationId: string;
  purpose: FaxPurpose;
  subjectId: string | null;
  outcome: 'delivered' | 'failed' | 'cancelled';
  /** It had been told otherwise before: the provider reported the delivery late. */
  isCorrection: boolean;
  failure: FaxFailure | null;
  at: Date;
}

/** A page of somebody else's, safe with us. */
export interface ReceivedFax {
  id: string;
  associationId: string;
  /** Our number that was dialled. */
  to: string;
  /** Unauthenticated, as the line gave it; E.164 where it could be read as such. */
  from: string | null;
  claimedStationId: string | null;
  pages: number | null;
  isPartial: boolean;
  receivedAt: Date;
}

/** Makes the pages of a further attempt: those after `pagesDone`, marked 再送 when `isResend`. */
export type Remake = (document: Uint8Array, again: { pagesDone: number; isResend: boolean }) => Promise<Uint8Array>;

/** Draws the test page: TIFF bytes with the code on it. Pages are another folder's craft. */
export type TestPage = (destination: FaxDestination, code: string) => Promise<{ document: Uint8Array; pages: number }>;

/** Where other capabilities hook in; each may be called twice for one fax and must take that. */
export interface FaxHooks {
  /** In the transaction that ends the fax: SQL only. */
  onFaxSettled(tx: Sql, fax: SettledFax): Promise<void>;
  /**
   * `content` is TIFF or PDF by its first bytes and otherwise unchecked: an attacker may have written it.
   * @returns 'sealed' when all of it is safe elsewhere, sealed to the hub: our own copy is destroyed with the same stroke.
   */
  onFaxReceived(fax: ReceivedFax, content: Buffer): Promise<'sealed' | undefined>;
  /** A fax that was announced and cannot be had (`code`), in the transaction that says so. */
  onFaxLost(tx: Sql, fax: ReceivedFax, code: string): Promise<void>;
}

export interface FaxContext extends FaxHooks {
  db: pg.Pool;
  clock: Clock;
  ids: Ids;
  log: Log;
  random: Random;
  /** Seals pages on their way, codes of test pages and the addresses of documents. */
  caseKey: Buffer;
  /** Without a slash at the end. */
  publicBaseUrl: string;
  faxLine: FaxLine;
  remakeFax: Remake;
  drawTestPage: TestPage;
  wake(job: FaxJob, id: string, delaySeconds?: number): void;
}
