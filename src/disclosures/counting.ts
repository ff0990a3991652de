import type { Sql } from '../db.ts';
import type { Clock } from '../lib/clock.ts';
import { addDays, instantOf, localDate } from '../lib/japan-time.ts';
import { type CountedKind, type Counters, noFailures } from './lock.ts';
import { forgetDayCounters, lockCounters, saveCounter } from './store.ts';

/** What one attempt is counted under. */
export interface Attempt {
  associationId: string;
  /** Null: withheld; all withheld lines of an association are counted as one. */
  line: string | null;
  code: string | null;
  cardTag: string | null;
}

/** The names of its counters in `failed_attempt`. */
export function subjectsOf(attempt: Attempt, at: Date): Partial<Record<CountedKind, string>> {
  const { associationId, code, cardTag } = attempt;
  const line = attempt.line ?? `withheld:${associationId}`;
  return {
    line: `record:line:${line}`,
    lineDay: `record:day:${localDate(at)}:${line}`,
    ...(code === null ? {} : { doctor: `record:doctor:${associationId}:${code}` }),
    ...(cardTag === null ? {} : { card: `record:card:${cardTag}` }),
  };
}

/** The counters of an attempt, locked until the end of the transaction. */
export async function countersOf(tx: Sql, attempt: Attempt, at: Date): Promise<Counters> {
  const subjects = Object.entries(subjectsOf(attempt, at));
  const found = await lockCounters(
    tx,
    subjects.map(([, subject]) => subject),
  );
  return Object.fromEntries(subjects.map(([kind, subject]) => [kind, found.get(subject) ?? noFailures])) as Counters;
}

export async function saveCounters(tx: Sql, attempt: Attempt, counters: Counters, at: Date): Promise<void> {
  const subjects = subjectsOf(attempt, at);
  for (const [kind, counter] of Object.entries(counters)) {
    const subject = subjects[kind as CountedKind];
    if (subject) await saveCounter(tx, subject, counter);
  }
}

/** All was right: doctor, line and card begin anew; the line's count of the day goes on. */
export async function clearCounters(tx: Sql, attempt: Attempt, at: Date): Promise<void> {
  const { doctor, line, card } = subjectsOf(attempt, at);
  for (const subject of [doctor, line, card]) if (subject) await saveCounter(tx, subject, noFailures);
}

/** What a line did on a day that is over locks nothing any more, and its row names a telephone. */
export const tidyCounters = ({ db, clock }: { db: Sql; clock: Pick<Clock, 'now'> }): Promise<void> =>
  forgetDayCounters(db, addDays(localDate(clock.now()), -1));

/** Midnight in Japan after `at`, epoch milliseconds. */
export const endOfDay = (at: Date): number => instantOf(addDays(localDate(at), 1), 0).getTime();
