/** Many nights: their figures together, and the story of the first that broke a rule. */
import { type Night, type NightOptions, playNight } from './night.ts';
import { shrink } from './shrink.ts';
import { storyOf } from './story.ts';
import { addNight, emptyTally, type Figures, figuresOf, type Tally } from './tally.ts';
import { tellNight } from './telling.ts';
import type { Town } from './town.ts';

export interface Nights {
  figures: Figures;
  broken: Tally['broken'];
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
  const tally = emptyTally();
  let first: Night | null = null;
  for (let seed = from; seed < from + seeds; seed++) {
    const night = await playNight(storyOf(seed, town), town, rest);
    addNight(tally, night);
    if (night.breaches.length > 0) first ??= night;
    onNight?.(night);
  }
  const wallSeconds = Math.round((stopwatch() - began) / 10) / 100;
  return {
    figures: figuresOf(tally, wallSeconds),
    broken: tally.broken,
    story: first && (await storyOfBreach(first, town, rest)),
  };
}

/** The shortest night that breaks the same rule, in words. */
export async function storyOfBreach(night: Night, town: Town, options: NightOptions = {}): Promise<string> {
  const rule = night.breaches[0]!.rule;
  const shortest = await shrink(night, rule, town, options);
  const named = shortest.breaches.filter((breach) => breach.rule === rule);
  return tellNight(shortest, named);
}
