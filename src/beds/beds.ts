/**
 * 応需状況: what a hospital last said about its beds, and how far that may be believed.
 * Count and acceptance are two things: a free bed is not a yes, and a yes by key is what counts in the end.
 */
export const bedTypes = [
  'general',
  'community_care',
  'long_term',
  'palliative',
  'icu',
  'infection',
  'respite',
] as const;
export type BedType = (typeof bedTypes)[number];
export type Acceptance = 'open' | 'consult' | 'closed'; // ○ △ ×

export interface BedOffer {
  /** Null: it was said whether patients are taken, not how many; never with `closed`. */
  freeCount: number | null;
  acceptance: Acceptance;
  asOf: Date;
  /** "Full until morning" ends here; afterwards the status is unknown again. */
  holdsUntil: Date | null;
}

/** News older than this is 要電話確認 (domain.md 3: stale at 12 h). */
export const staleAfterHours = 12;

/**
 * How a hospital may be asked now. `free`: fresh news of more beds than are held already. `closed`: fresh news of none.
 * `to_ask`: old or no news, or none of how many: never shown or counted as free, but its desk may be rung.
 */
export function standing(offer: BedOffer | null, held: number, at: Date): 'free' | 'to_ask' | 'closed' {
  if (!offer || !isFresh(offer, at)) return 'to_ask';
  if (offer.acceptance === 'closed') return 'closed';
  if (offer.freeCount === null) return 'to_ask';
  return offer.freeCount - held > 0 ? 'free' : 'closed';
}

/** News that still counts: until its own end where it has one, or for as long as `staleAfterHours`. */
export function isFresh({ holdsUntil, asOf }: BedOffer, at: Date): boolean {
  if (holdsUntil) return holdsUntil > at;
  return at.getTime() - asOf.getTime() <= staleAfterHours * 3_600_000;
}

const morningMinute = 8 * 60 + 30; // domain.md 3: beds are due at 08:30

/** "Full until morning": the next 08:30 in Japan (fixed +9 hours). */
export function nextMorning(at: Date): Date {
  const local = at.getTime() + 9 * 3_600_000;
  const midnight = Math.floor(local / 86_400_000) * 86_400_000;
  const morning = midnight + morningMinute * 60_000;
  return new Date((morning > local ? morning : morning + 86_400_000) - 9 * 3_600_000);
}

/** May this hospital take a patient with these needs at all? */
export const meetsNeeds = (accepts: readonly string[], needs: readonly string[]): boolean =>
  needs.every((need) => accepts.includes(need));
