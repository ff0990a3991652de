/**
 * In what order hospitals are asked (docs/decisions/0011-order-of-hospitals.md): the patient's registered one, then as rotation or temporary admission has
 * them; those that usually take nobody at this hour come last, unless fresh news of theirs says otherwise. Nobody is left out by a pattern. Pure.
 */
import type { Acceptance } from './beds.ts';

export interface Candidate {
  hospitalId: string;
  /** The patient's own. */
  isRegistered: boolean;
  /** It told of its beds not long ago: that is what counts. */
  hasFreshNews: boolean;
  /** Its pattern for this kind of bed at this instant; null: nobody has said. */
  usual: Acceptance | null;
}

/** By its pattern it takes nobody now, and nothing newer is known. */
export const isPutLast = ({ isRegistered, hasFreshNews, usual }: Candidate): boolean =>
  !isRegistered && !hasFreshNews && usual === 'closed';

/** @param candidates in the order of the rules. */
export function askingOrder<One extends Candidate>(candidates: readonly One[]): One[] {
  return [...candidates.filter((one) => !isPutLast(one)), ...candidates.filter(isPutLast)];
}
