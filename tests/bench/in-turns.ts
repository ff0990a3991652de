/** Ours and its peers in turns in one process, so that what else the machine does falls on all of them. */
import { median, percentile } from './figures.ts';
import { type Figure, middle } from './result.ts';

export interface Contestant {
  id: string;
  name: string;
  isPeer: boolean;
  /** Once. What it gives back counts as its milliseconds; nothing: it is timed from outside. */
  go(turn: number): Promise<number | undefined>;
  /** How many things one go does: its time is divided. */
  of?: number;
}

export interface Turns {
  /** Uncounted. */
  warmUps: number;
  rounds: number;
  /** In each round. */
  turns: number;
}

export interface Timed {
  contestant: Contestant;
  /** Median of each round. */
  medians: number[];
  /** Every counted go. */
  all: number[];
}

export async function inTurns(contestants: readonly Contestant[], { warmUps, rounds, turns }: Turns): Promise<Timed[]> {
  const timed = contestants.map((contestant): Timed => ({ contestant, medians: [], all: [] }));
  let serial = 0;
  for (let warmUp = 0; warmUp < warmUps; warmUp += 1) {
    serial += 1;
    for (const { go } of contestants) await go(serial);
  }
  for (let round = 0; round < rounds; round += 1) {
    const times = contestants.map((): number[] => []);
    for (let turn = 0; turn < turns; turn += 1) {
      serial += 1;
      for (const [index, { go, of = 1 }] of contestants.entries()) {
        const began = performance.now();
        const told = await go(serial);
        times[index]!.push((told ?? performance.now() - began) / of);
      }
    }
    for (const [index, values] of times.entries()) {
      timed[index]!.medians.push(median(values));
      timed[index]!.all.push(...values);
    }
  }
  return timed;
}

/** Of each: the median of the rounds' medians with their quartiles, and the 95th percentile of all. */
export function timedFigures(timed: readonly Timed[], group: string): Figure[] {
  return timed.map(({ contestant: { id, name, isPeer }, medians }) => ({
    ...{ id, name, unit: 'ms', ...middle(medians), group },
    ...(isPeer ? { isPeer } : {}),
  }));
}

/** Peer by ours, of each round. */
export function ratioFigure(id: string, name: string, ours: Timed, peer: Timed): Figure {
  return { id, name, unit: '', ...middle(peer.medians.map((value, round) => value / ours.medians[round]!)) };
}

export const p95Line = (timed: readonly Timed[]): string =>
  `p95: ${timed.map(({ contestant, all }) => `${contestant.name} ${percentile(all, 0.95).toFixed(1)} ms`).join(' · ')}`;
