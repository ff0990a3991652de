/** How old the news of a record is: counted from its last confirmation, computed when it is asked, so that no clock has to tick for it. */

/** ★要確認 on the page. */
export const dueDays = 90;
/** ★★古い情報 on the page. */
export const staleDays = 180;

const dayMs = 24 * 60 * 60 * 1000;

export type Freshness = 'fresh' | 'due' | 'stale';

/** Whole days since the confirmation; never negative, so that a clock that was set back shows today. */
export const daysSince = (confirmedAt: Date, at: Date): number =>
  Math.max(0, Math.floor((at.getTime() - confirmedAt.getTime()) / dayMs));

/** Due after more than 90 days, stale after more than 180. */
export function freshness(confirmedAt: Date, at: Date): Freshness {
  const age = at.getTime() - confirmedAt.getTime();
  if (age > staleDays * dayMs) return 'stale';
  return age > dueDays * dayMs ? 'due' : 'fresh';
}
