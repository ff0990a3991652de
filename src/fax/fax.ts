/**
 * The life of a page that we send.
 *
 * - `queued`: waits for `dueAt`. Entered when it is put in, and again after a failure that the table below forgives.
 * - `dialing`: the attempt is written down and the provider is being asked, once. A process that dies here leaves the row to
 *   the sweep, which makes it `unknown`.
 * - `unknown`: the provider may or may not have it. Left by finding our reference there, by a report that carries it, or, when
 *   the provider has answered several times over minutes that it has no such fax, by counting the attempt as failed.
 * - `sending`: the provider has it. Left by its report; it is asked when it is silent.
 * - `delivered`, `failed`, `cancelled`: over; the page itself is destroyed. "Delivered" means that the far machine confirmed
 *   the pages, not that somebody read them. A delivery reported after `failed` or `cancelled` corrects it and raises an alarm.
 *
 * A fax whose number is frozen while it is under way stays where it is, is `isUnwanted`, and is not sent again.
 */
import { plusSeconds } from '../lib/clock.ts';
import type { FailureClass, FaxFailure, OutboundState } from './fax-line.ts';

/** What the page is for. Only `record` and `morning` carry patient data. */
export const purposes = ['record', 'morning', 'refusal', 'form', 'test'] as const;
export type FaxPurpose = (typeof purposes)[number];
export const carriesPatientData = (purpose: FaxPurpose): boolean => purpose === 'record' || purpose === 'morning';

export const faxStatuses = ['queued', 'dialing', 'unknown', 'sending', 'delivered', 'failed', 'cancelled'] as const;
export type FaxStatus = (typeof faxStatuses)[number];

export interface Fax {
  readonly id: string;
  readonly status: FaxStatus;
  /** Attempts begun so far; the present one while it lasts. */
  readonly attempt: number;
  /** Of the present attempt. */
  readonly providerFaxId: string | null;
  readonly attemptedAt: Date | null;
  /** When somebody must look again; null when over. */
  readonly dueAt: Date | null;
  /** Retries used up, by class of failure. */
  readonly retries: Readonly<Partial<Record<FailureClass, number>>>;
  /** Searches by our reference that found nothing, in this attempt. */
  readonly searches: number;
  readonly pages: number;
  /** Pages that the far machine confirmed in earlier attempts: the next one begins after them. */
  readonly pagesDone: number;
  /** The next attempt is marked 再送: something of an earlier one may lie in the tray. */
  readonly isResend: boolean;
  readonly isUnwanted: boolean;
  readonly failure: FaxFailure | null;
}

export type FaxFact =
  | { type: 'claimed' }
  | { type: 'accepted'; attempt: number; providerFaxId: string }
  | { type: 'rejected'; attempt: number; failure: FaxFailure }
  | { type: 'outcome_unknown'; attempt: number; code: string }
  /** The provider was asked for our reference and had nothing. */
  | { type: 'not_found'; attempt: number }
  /** The provider could not be asked. */
  | { type: 'not_answered'; attempt: number }
  | { type: 'reported'; attempt: number; providerFaxId: string; report: OutboundState }
  | { type: 'cancelled'; reason: 'frozen' | 'withdrawn' };

/** What to do beside keeping the new state. */
export type FaxNews =
  | 'nothing'
  /** Over: the page is destroyed, whoever asked for it is told. */
  | 'settled'
  /** Delivered after all: whoever was told otherwise is told again, and a person looks. */
  | 'corrected';

export type FaxEvent =
  | 'fax_dialed'
  | 'fax_accepted'
  | 'fax_outcome_unknown'
  | 'fax_attempt_failed'
  | 'fax_delivered'
  | 'fax_delivered_after_all'
  | 'fax_failed'
  | 'fax_cancelled'
  | 'fax_unwanted';

export interface Decided {
  fax: Fax;
  /** Event for the audit chain, past tense; null: nothing happened. */
  event: FaxEvent | null;
  news: FaxNews;
  /** The provider's id of what is under way and not wanted any more: it is asked to stop. */
  stop: string | null;
}

interface RetryRule {
  /** Retries at most, within this class. */
  most: number;
  /** Seconds before the first, the second …; the last one repeats. */
  delaySeconds: readonly number[];
  /** Something may have come out at the other end. */
  mayHavePrinted: boolean;
}

/** providers.md 5: one layer only; the providers' own retries are off. */
export const retryTable: Readonly<Record<FailureClass, RetryRule>> = {
  busy: { most: 10, delaySeconds: [60, 60, 120, 180], mayHavePrinted: false }, // about 26 minutes
  no_answer: { most: 5, delaySeconds: [300], mayHavePrinted: false },
  no_fax_tone: { most: 1, delaySeconds: [300], mayHavePrinted: false }, // a person's telephone is not hammered
  training: { most: 3, delaySeconds: [60], mayHavePrinted: false },
  protocol: { most: 3, delaySeconds: [60], mayHavePrinted: true },
  dropped: { most: 3, delaySeconds: [60], mayHavePrinted: true },
  invalid_number: { most: 0, delaySeconds: [], mayHavePrinted: false },
  blocked: { most: 3, delaySeconds: [60], mayHavePrinted: false }, // only what the provider's adapter calls retryable
  document: { most: 0, delaySeconds: [], mayHavePrinted: false },
  provider: { most: 5, delaySeconds: [5, 20, 60], mayHavePrinted: false },
  unknown: { most: 0, delaySeconds: [], mayHavePrinted: false },
};
/** Over all classes: a machine that is now busy, now silent is not dialled all night. */
export const mostAttempts = 14;

/** Longer than a provider takes to answer: whoever began the attempt is dead by then. */
export const dialingSeconds = 45;
/** Searches for a lost attempt, counted from the one before: 5+10+20+40+80 s, lists lag by seconds. */
export const searchSeconds = [5, 10, 20, 40, 80] as const;
/** A provider that cannot be asked is asked again for so long; then a person must be told that nobody knows. */
export const unknownSeconds = 3600;
/** A silent provider is asked this often while it sends, for so long; a page takes about a minute. */
export const pollSeconds = 30;
export const sendingSeconds = 3600;

/** What a provider is told of an attempt. */
export const referenceOf = (faxId: string, attempt: number): string => `${faxId}.${attempt}`;
/** The attempt behind a reference of ours, or null. */
export function parseReference(reference: string): { faxId: string; attempt: number } | null {
  const match = /^(fx_[0-9a-z]{26})\.([1-9][0-9]?)$/.exec(reference);
  return match ? { faxId: match[1] as string, attempt: Number(match[2]) } : null;
}

export const isOver = (status: FaxStatus): boolean =>
  status === 'delivered' || status === 'failed' || status === 'cancelled';

const same = (fax: Fax): Decided => ({ fax, event: null, news: 'nothing', stop: null });
const goesOn = (fax: Fax, event: FaxEvent): Decided => ({ fax, event, news: 'nothing', stop: null });

/** The one way in which a fax changes. Late, doubled and impossible facts change nothing. */
export function decide(fax: Fax, fact: FaxFact, at: Date): Decided {
  switch (fact.type) {
    case 'claimed':
      return claimed(fax, at);
    case 'cancelled':
      return cancelled(fax, fact.reason);
    case 'reported':
      return reported(fax, fact, at);
    default:
      return fact.attempt === fax.attempt ? answered(fax, fact, at) : same(fax);
  }
}

function claimed(fax: Fax, at: Date): Decided {
  if (fax.status !== 'queued' || fax.isUnwanted) return same(fax);
  const dueAt = plusSeconds(at, dialingSeconds);
  const begun = { ...fax, status: 'dialing', attempt: fax.attempt + 1, attemptedAt: at, dueAt } as const;
  return goesOn({ ...begun, providerFaxId: null, searches: 0, failure: null }, 'fax_dialed');
}

function cancelled(fax: Fax, reason: 'frozen' | 'withdrawn'): Decided {
  if (isOver(fax.status)) return same(fax);
  const failure: FaxFailure = { class: 'blocked', retryable: false, code: reason };
  if (fax.status === 'queued') return ended({ ...fax, failure }, 'cancelled');
  if (fax.isUnwanted) return same(fax);
  return { ...goesOn({ ...fax, isUnwanted: true }, 'fax_unwanted'), stop: fax.providerFaxId };
}

type Answer = Exclude<FaxFact, { type: 'claimed' | 'cancelled' | 'reported' }>;

function answered(fax: Fax, fact: Answer, at: Date): Decided {
  if (isOver(fax.status) && fact.type === 'accepted') return { ...same(fax), stop: fact.providerFaxId };
  if (fax.status !== 'dialing' && fax.status !== 'unknown') return same(fax);
  switch (fact.type) {
    case 'accepted': {
      const { providerFaxId } = fact;
      const dueAt = plusSeconds(at, pollSeconds);
      const stop = fax.isUnwanted ? providerFaxId : null;
      return { ...goesOn({ ...fax, status: 'sending', providerFaxId, dueAt }, 'fax_accepted'), stop };
    }
    case 'rejected':
      return failed(fax, fact.failure, null, at);
    case 'outcome_unknown': {
      if (fax.status === 'unknown') return same(fax);
      const dueAt = plusSeconds(at, searchSeconds[0]);
      return goesOn({ ...fax, status: 'unknown', dueAt }, 'fax_outcome_unknown');
    }
    case 'not_found': {
      const searches = fax.searches + 1;
      const next = searchSeconds[searches];
      if (next !== undefined) return { ...same(fax), fax: { ...fax, searches, dueAt: plusSeconds(at, next) } };
      return failed({ ...fax, searches }, { class: 'provider', retryable: true, code: 'not_found' }, null, at);
    }
    case 'not_answered':
      return waitOr(fax, at, unknownSeconds);
  }
}

/** The provider is silent: asked again, and in the end nobody knows. Not repeated, because it may have been sent. */
function waitOr(fax: Fax, at: Date, mostSeconds: number): Decided {
  const began = fax.attemptedAt ?? at;
  if (at.getTime() - began.getTime() < mostSeconds * 1000)
    return { ...same(fax), fax: { ...fax, dueAt: plusSeconds(at, pollSeconds) } };
  return failed(fax, { class: 'unknown', retryable: false, code: 'no_report' }, null, at);
}

function reported(fax: Fax, fact: Extract<FaxFact, { type: 'reported' }>, at: Date): Decided {
  const { report, providerFaxId } = fact;
  if (report.state === 'delivered') return delivered(fax, fact.attempt, providerFaxId);
  // Of an attempt that is behind us only a delivery is news.
  if (fact.attempt !== fax.attempt || isOver(fax.status) || fax.status === 'queued') return same(fax);
  if (report.state === 'failed') return failed({ ...fax, providerFaxId }, report.failure, report.pages, at);
  if (fax.status === 'sending') return waitOr(fax, at, sendingSeconds);
  return answered(fax, { type: 'accepted', attempt: fax.attempt, providerFaxId }, at);
}

/** Whichever attempt it was: the page has come out, so no other is begun. */
function delivered(fax: Fax, attempt: number, providerFaxId: string): Decided {
  if (fax.status === 'delivered') return same(fax);
  const now: Fax = { ...fax, status: 'delivered', dueAt: null, failure: null, pagesDone: fax.pages };
  const isCorrection = isOver(fax.status);
  // A later attempt may be under way: it is stopped, and its own report, whatever it says, changes nothing any more.
  const stop = attempt === fax.attempt || isCorrection ? null : fax.providerFaxId;
  const event = isCorrection ? 'fax_delivered_after_all' : 'fax_delivered';
  const news = isCorrection ? 'corrected' : 'settled';
  return { fax: stop ? now : { ...now, providerFaxId }, event, news, stop };
}

function failed(fax: Fax, failure: FaxFailure, pages: number | null, at: Date): Decided {
  const used = fax.retries[failure.class] ?? 0;
  const rule = retryTable[failure.class];
  if (fax.isUnwanted) return ended({ ...fax, failure }, 'cancelled');
  if (!failure.retryable || used >= rule.most || fax.attempt >= mostAttempts)
    return ended({ ...fax, failure }, 'failed');
  const delay = rule.delaySeconds[Math.min(used, rule.delaySeconds.length - 1)] ?? 60;
  const confirmed = Math.min(fax.pagesDone + Math.max(0, pages ?? 0), fax.pages - 1); // one page at least goes again
  const next: Fax = {
    ...fax,
    status: 'queued',
    dueAt: plusSeconds(at, delay),
    retries: { ...fax.retries, [failure.class]: used + 1 },
    pagesDone: confirmed,
    isResend: fax.isResend || rule.mayHavePrinted || confirmed > 0,
    failure,
  };
  return goesOn(next, 'fax_attempt_failed');
}

const ended = (fax: Fax, status: 'failed' | 'cancelled'): Decided => ({
  fax: { ...fax, status, dueAt: null },
  event: status === 'failed' ? 'fax_failed' : 'fax_cancelled',
  news: 'settled',
  stop: null,
});

/** After training has failed the next attempt goes slowly. */
export const paceOf = (fax: Fax): 'usual' | 'careful' => ((fax.retries.training ?? 0) > 0 ? 'careful' : 'usual');
