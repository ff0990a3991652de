import { mulberry } from '../lib/mulberry.ts';

/** Everything random in a night. Each question has a stream of its own, so that leaving one call out changes nothing about the others. */
export interface Chance {
  /** Evenly from 0 (inclusive) to 1 (exclusive). */
  fraction(): number;
  /** Evenly from `least` to `most`. */
  between(least: number, most: number): number;
  /** True with this probability. */
  is(probability: number): boolean;
  /** Whole, from 0 to `count` - 1. */
  below(count: number): number;
  /** One of them, by weight. */
  pick<Choice extends string>(weights: Readonly<Record<Choice, number>>): Choice;
}

/** The same numbers for the same seed and the same words (FNV-1a, then mulberry32). */
export function chanceOf(seed: number, ...words: (string | number)[]): Chance {
  let state = 0x811c9dc5;
  for (const word of [seed, ...words]) {
    for (const letter of `${word} `) state = Math.imul(state ^ (letter.codePointAt(0) ?? 0), 0x01000193);
  }
  const next = mulberry(state);
  const fraction = (): number => next() / 2 ** 32;
  return {
    fraction,
    between: (least, most) => least + fraction() * (most - least),
    is: (probability) => fraction() < probability,
    below: (count) => Math.floor(fraction() * count),
    pick<Choice extends string>(weights: Readonly<Record<Choice, number>>): Choice {
      const choices = Object.entries(weights) as [Choice, number][];
      let left = fraction() * choices.reduce((sum, [, weight]) => sum + weight, 0);
      for (const [choice, weight] of choices) {
        left -= weight;
        if (left < 0) return choice;
      }
      return choices[choices.length - 1]![0];
    },
  };
}
