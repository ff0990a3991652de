/**
 * The document that the carrier reads when we do not answer: tonight's telephones in their order, on a host that does not depend on
 * ours. It is made again when the roster says something else, and every evening in any case, so that a host that is gone is
 * noticed by day.
 */
import type { Turn } from '../roster/tonight.ts';

/** A file of the other host. */
export interface StaticFile {
  name: string;
  content: string;
}

/** Where files are put and whence the carrier reads them. */
export interface Place {
  /** @throws FallbackError */
  put(file: StaticFile): Promise<void>;
  urlOf(name: string): string;
}

/** The host could not be written to, or gives something else than was written. Carries a code, never an address or a body. */
export class FallbackError extends Error {
  override name = 'FallbackError';
  readonly code: string;
  constructor(code: string, options?: ErrorOptions) {
    super(
      `the fallback document could not be published (${code}): check FALLBACK_PUBLISH_TO and FALLBACK_URL`,
      options,
    );
    this.code = code;
  }
}

/** A caller holds the line for five minutes of ringing, hardly longer. */
export const mostPhones = 12;

/**
 * Whose telephones are rung, in order: the standby persons of the hour (they know the house), the doctors on duty (the first of each
 * area, then the second …), those who take over later tonight, and at last every standby person.
 */
export function orderTonight(
  standby: readonly Turn[],
  areas: readonly (readonly Turn[])[],
  everyStandby: readonly string[],
): string[] {
  const now = [subjectsOf(standby[0]), ...ranked(areas.map(([turn]) => turn))];
  const later = [standby.slice(1).flatMap(subjectsOf), ...ranked(areas.flatMap((turns) => turns.slice(1)))];
  return [...new Set([...now, ...later].flat().concat(everyStandby))];
}

const subjectsOf = (turn: Turn | undefined): string[] => turn?.duties.map(({ subjectId }) => subjectId) ?? [];

/** All first positions, then all second ones … */
function ranked(turns: readonly (Turn | undefined)[]): string[][] {
  const duties = turns.flatMap((turn) => turn?.duties ?? []);
  const positions = [...new Set(duties.map(({ position }) => position))].sort((one, other) => one - other);
  return positions.map((rank) => duties.filter(({ position }) => position === rank).map(({ subjectId }) => subjectId));
}

/** The telephones of these people, each once. */
export function phonesOf(subjects: readonly string[], phones: ReadonlyMap<string, readonly string[]>): string[] {
  const all = subjects.flatMap((subject) => phones.get(subject) ?? []);
  return [...new Set(all)].slice(0, mostPhones);
}
