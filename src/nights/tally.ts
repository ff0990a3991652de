/** Figures of many nights, added up as they come: as small after a hundred thousand as after one, and joined from parts. */
import type { Night } from './night.ts';
import type { Rule } from './watch.ts';

/** The last line of `npm run nights`. */
export interface Figures {
  seeds: number;
  cases: number;
  accepted: number;
  bedded: number;
  human: number;
  lost: number;
  doubleAccepts: number;
  doubleBeds: number;
  silentOver20s: number;
  waitOver180s: number;
  wrongDestination: number;
  auditBreaks: number;
  medianSecondsToPerson: number | null;
  p90SecondsToPerson: number | null;
  wallSeconds: number;
}

const parts = ['cases', 'accepted', 'bedded', 'human'] as const;

/** Plain data: it goes from process to process, and into a file. */
export interface Tally extends Record<(typeof parts)[number], number> {
  seeds: number;
  breaches: Partial<Record<Rule, number>>;
  /** How many callers waited so many tenths of a second for a person. */
  waits: Record<string, number>;
  /** Every broken rule of every seed; more rules than the figures have columns. */
  broken: { seed: number; rules: Rule[] }[];
}

export const emptyTally = (): Tally => ({
  ...{ seeds: 0, cases: 0, accepted: 0, bedded: 0, human: 0, breaches: {}, waits: {}, broken: [] },
});

export function addNight(tally: Tally, night: Night): void {
  tally.seeds++;
  for (const part of parts) tally[part] += night[part];
  for (const seconds of night.secondsToPerson) grow(tally.waits, String(Math.round(seconds * 10)), 1);
  for (const { rule } of night.breaches) grow(tally.breaches, rule, 1);
  if (night.breaches.length === 0) return;
  tally.broken.push({ seed: night.story.seed, rules: [...new Set(night.breaches.map(({ rule }) => rule))] });
}

export function addTally(tally: Tally, other: Tally): void {
  tally.seeds += other.seeds;
  for (const part of parts) tally[part] += other[part];
  for (const [tenths, count] of Object.entries(other.waits)) grow(tally.waits, tenths, count);
  for (const [rule, count] of Object.entries(other.breaches)) grow(tally.breaches, rule, count);
  tally.broken.push(...other.broken);
}

function grow(counts: Partial<Record<string, number>>, key: string, by: number): void {
  counts[key] = (counts[key] ?? 0) + by;
}

export function figuresOf(tally: Tally, wallSeconds: number): Figures {
  const { seeds, cases, accepted, bedded, human, breaches, waits } = tally;
  const of = (...rules: Rule[]): number => rules.reduce((total, rule) => total + (breaches[rule] ?? 0), 0);
  return {
    ...{ seeds, cases, accepted, bedded, human },
    ...{ lost: of('lost'), doubleAccepts: of('double_accept', 'accepted_without_key') },
    ...{ doubleBeds: of('double_bed'), silentOver20s: of('silent_over_20s'), waitOver180s: of('wait_over_180s') },
    ...{ wrongDestination: of('wrong_destination'), auditBreaks: of('audit_break') },
    ...{ medianSecondsToPerson: quantile(waits, 0.5), p90SecondsToPerson: quantile(waits, 0.9), wallSeconds },
  };
}

function quantile(waits: Tally['waits'], share: number): number | null {
  const inOrder = Object.entries(waits).map(([tenths, count]) => [Number(tenths), count] as const);
  inOrder.sort(([one], [other]) => one - other);
  const total = inOrder.reduce((sum, [, count]) => sum + count, 0);
  let left = Math.floor((total - 1) * share);
  for (const [tenths, count] of inOrder) {
    if (left < count) return tenths / 10;
    left -= count;
  }
  return null;
}
