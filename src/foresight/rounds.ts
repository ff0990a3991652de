/** How much is played, unless somebody says otherwise. */
import type { Picture } from './picture.ts';

/** One to two minutes of one processor. */
const nightsToPlay = 100;
const fewest = 3;
const most = 20;

/** A roster that repeats itself every week has few different nights, and each is played more often. */
export const roundsFor = (lineUps: number): number =>
  Math.max(fewest, Math.min(most, Math.floor(nightsToPlay / Math.max(1, lineUps))));

/** The same month is asked with the same callers every time, so that only a changed roster changes the answer. */
export const seedOf = ({ months }: Pick<Picture, 'months'>): number => Number(months.asked.replace('-', '')) * 1000;
