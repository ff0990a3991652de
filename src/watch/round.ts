/**
 * The watchman's round: a call of ours to a number of ours, that goes the way of every call: call → leg → key → callback → outbox empty.
 *
 * - `calling`: the call is on its way to our number. Left when the line that came in keys `*`-free digits of ours in the main menu and then
 *   the round's own keys.
 * - `keyed`: the keys came in on that line. Left by the report that the line is down.
 * - `reported`: all came back. Left when nothing of the outbox is overdue.
 * - `passed`; `failed`, with the step that did not come before the deadline. Both are ends.
 *
 * Two extents: `inner` (every five minutes) hands our gateway the carrier's requests itself, signed and over HTTP, so that no carrier is
 * asked; `carrier` (each evening before the night) is a real call, through the outbox and the carrier. Pure.
 */
import { createHash } from 'node:crypto';
import { addDays, instantOf, localParts } from '../lib/japan-time.ts';

export const extents = ['inner', 'carrier'] as const;
export type Extent = (typeof extents)[number];

/** What was waited for in vain: it never came in, no keys, no report of the end, or acts of calls that are overdue. */
export type Because = 'no_call' | 'no_key' | 'no_report' | 'outbox_late';

export interface Round {
  id: string;
  associationId: string;
  extent: Extent;
  status: 'calling' | 'keyed' | 'reported' | 'passed' | 'failed';
  because: Because | null;
  from: string;
  begunAt: Date;
  /** The main menu was reached. */
  menuAt: Date | null;
  keyedAt: Date | null;
  reportedAt: Date | null;
  closedAt: Date | null;
}

/** In their order; each ends with what a round waits for. */
export const steps = ['call', 'key', 'callback', 'outbox'] as const;
export type Step = (typeof steps)[number];

/** The steps that a round has taken, with their seconds. */
export function stepsOf(
  round: Pick<Round, 'begunAt' | 'menuAt' | 'keyedAt' | 'reportedAt' | 'closedAt'>,
): { step: Step; seconds: number }[] {
  const ends: Record<Step, Date | null> = {
    ...{ call: round.menuAt, key: round.keyedAt, callback: round.reportedAt },
    outbox: round.reportedAt && round.closedAt,
  };
  let before = round.begunAt;
  return steps.flatMap((step) => {
    const end = ends[step];
    if (!end) return [];
    const seconds = Math.max(0, end.getTime() - before.getTime()) / 1000;
    before = end;
    return [{ step, seconds }];
  });
}

export interface WatchPlan {
  /** Between two inner rounds. 0: no rounds at all. */
  everySeconds: number;
  /** Minute of the day in Japan at which the whole round is due. */
  carrierMinute: number;
}

/** In the main menu: no key of it, and heard only from a number of ours while its round is open. */
export const menuKey = '9';

/** The four keys of a round, so that what comes back is this round and not another. */
export const keysOf = (roundId: string): string =>
  (createHash('sha256').update(roundId).digest().readUInt32BE() % 10_000).toString().padStart(4, '0');

/** Within which all must have come back. The carrier may let a call wait for its pace, and for urgent calls. */
export const deadlineSeconds: Readonly<Record<Extent, number>> = { inner: 30, carrier: 180 };

/** After one that failed: soon again, because two in a row alarm; then as often as the extent allows. */
const soonSeconds = 60;
const carrierAgainSeconds = 900;
export const alarmAfter = 2;

export type Verdict = { is: 'open' } | { is: 'passed' } | { is: 'failed'; because: Because };

/** @param outboxLate something of the outbox is overdue. @param isCallOver the call that we made has ended for us too. */
export function judge(
  round: Round,
  at: Date,
  { outboxLate, isCallOver }: { outboxLate: boolean; isCallOver: boolean },
): Verdict {
  if (round.status === 'reported' && isCallOver && !outboxLate) return { is: 'passed' };
  const isLate = at.getTime() - round.begunAt.getTime() >= deadlineSeconds[round.extent] * 1000;
  const isLost = round.status === 'calling' && isCallOver; // nothing more will come of it
  if (!isLate && !isLost) return { is: 'open' };
  if (round.status === 'reported') return { is: 'failed', because: outboxLate ? 'outbox_late' : 'no_report' };
  if (round.status === 'keyed') return { is: 'failed', because: 'no_report' };
  return { is: 'failed', because: round.menuAt ? 'no_key' : 'no_call' };
}

/** When the next round of this extent is due, after one that ended at `at`. @param failed rounds in a row that failed. */
export function nextDue(extent: Extent, failed: number, at: Date, plan: WatchPlan): Date {
  const later = (seconds: number): Date => new Date(at.getTime() + seconds * 1000);
  if (failed > 0 && failed < alarmAfter) return later(soonSeconds);
  if (extent === 'inner') return later(plan.everySeconds);
  const evening = nextEvening(at, plan);
  const again = later(carrierAgainSeconds);
  return failed > 0 && again < evening ? again : evening;
}

/** The next evening's whole round, strictly after `at`. */
export function nextEvening(at: Date, { carrierMinute }: WatchPlan): Date {
  const { date, minute } = localParts(at);
  return instantOf(minute < carrierMinute ? date : addDays(date, 1), carrierMinute);
}

/** What holds the outside ping back; null: all is well. */
export type Withheld = 'no_round_yet' | 'round_failed' | 'round_stale' | 'outbox_late';

export interface Standing {
  extent: Extent;
  failed: number;
  passedAt: Date | null;
  /** Null: no worker has begun to make rounds. */
  dueAt: Date | null;
}

const dayAndAnHour = 25 * 3600;

/** @param standings every extent of every association that can be dialled. */
export function withheld(
  standings: readonly Standing[],
  outboxLate: boolean,
  at: Date,
  plan: WatchPlan,
): Withheld | null {
  if (outboxLate) return 'outbox_late';
  if (standings.some(({ failed }) => failed > 0)) return 'round_failed';
  if (standings.length === 0 || standings.some(({ passedAt }) => passedAt === null)) return 'no_round_yet';
  const longest = (extent: Extent): number => (extent === 'inner' ? 2 * plan.everySeconds + 60 : dayAndAnHour);
  const isStale = ({ extent, passedAt }: Standing): boolean =>
    passedAt !== null && at.getTime() - passedAt.getTime() > longest(extent) * 1000;
  return standings.some(isStale) ? 'round_stale' : null;
}
