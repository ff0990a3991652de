/** Many nights: their figures together, and the story of the first that broke a rule. */
import { type Night, type NightOptions, playNight } from './night.ts';
import { shrink } from './shrink.ts';
import { storyOf } from './story.ts';
import { tellNight } from './telling.ts';
import type { Town } from './town.ts';
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

export interface Nights {
  figures: Figures;
  /** Every broken rule of every seed; more rules than the figures have columns. */
  broken: { seed: number; rules: Rule[] }[];
  /** The first of them, shrunk and told. */
  story: string | null;
}

export interface NightsOptions extends NightOptions {
  seeds: number;
  from: number;
  town: Town;
  /** Milliseconds, of the real world. */
  stopwatch(): number;
  /** After each night. */
  onNight?(night: Night): void;
}

export async function playNights(options: NightsOptions): Promise<Nights> {
  const { seeds, from, town, stopwatch, onNight, ...rest } = options;
  const began = stopwatch();
  const waits: number[] = [];
  const count = new Map<Rule, number>();
  const sum = { cases: 0, accepted: 0, bedded: 0, human: 0 };
  const broken: Nights['broken'] = [];
  let first: Night | null = null;
  for (let seed = from; seed < from + seeds; seed++) {
    const night = await playNight(storyOf(seed, town), town, rest);
    for (const part of ['cases', 'accepted', 'bedded', 'human'] as const) sum[part] += night[part];
    waits.push(...night.secondsToPerson);
    for (const { rule } of night.breaches) count.set(rule, (count.get(rule) ?? 0) + 1);
    if (night.breaches.length > 0) {
      broken.push({ seed, rules: [...new Set(night.breaches.map(({ rule }) => rule))] });
      first ??= night;
    }
    onNight?.(night);
  }
  const wallSeconds = Math.round((stopwatch() - began) / 10) / 100;
  waits.sort((one, other) => one - other);
  const quantile = (share: number): number | null =>
    waits.length > 0 ? Math.round((waits[Math.floor((waits.length - 1) * share)] ?? 0) * 10) / 10 : null;
  const of = (...rules: Rule[]): number => rules.reduce((total, rule) => total + (count.get(rule) ?? 0), 0);
  return {
    figures: {
      ...{ seeds, ...sum, lost: of('lost'), doubleAccepts: of('double_accept', 'accepted_without_key') },
      ...{ doubleBeds: of('double_bed'), silentOver20s: of('silent_over_20s'), waitOver180s: of('wait_over_180s') },
      ...{ wrongDestination: of('wrong_destination'), auditBreaks: of('audit_break') },
      ...{ medianSecondsToPerson: quantile(0.5), p90SecondsToPerson: quantile(0.9), wallSeconds },
    },
    broken,
    story: first && (await storyOfBreach(first, town, rest)),
  };
}

async function storyOfBreach(night: Night, town: Town, options: NightOptions): Promise<string> {
  const rule = night.breaches[0]!.rule;
  const shortest = await shrink(night, rule, town, options);
  const named = shortest.breaches.filter((breach) => breach.rule === rule);
  return tellNight(shortest, named);
}
