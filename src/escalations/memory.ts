/** What one process remembers of cases, to spare round trips. Nothing here is the truth, and nothing breaks when it is old. */
import type pg from 'pg';
import * as store from './store.ts';

/** Cases as this process last saved or read them. A decision made on one is saved only if the row has not gone on since. */
export interface CaseMemory {
  recall(caseId: string): store.CaseAsRead | null;
  keep(caseId: string, known: store.CaseAsRead): void;
  forget(caseId: string): void;
}

/** Open cases of a bad night, many times over; a few kilobytes each. */
const mostCases = 500;

export function createCaseMemory(): CaseMemory {
  const known = new Map<string, store.CaseAsRead>();
  return {
    recall: (caseId) => known.get(caseId) ?? null,
    keep(caseId, seen) {
      known.delete(caseId); // to the end: the first of a Map is the one not heard of for the longest time
      known.set(caseId, seen);
      const [oldest] = known.keys();
      if (known.size > mostCases && oldest !== undefined) known.delete(oldest);
    },
    forget: (caseId) => void known.delete(caseId),
  };
}

/** Which case a leg belongs to, and what it is for; null for a leg that never was. */
export type LegBook = (legId: string) => Promise<store.LegRef | null>;

/** Legs to remember: those of a whole night. Neither case nor role of a leg ever changes. */
const mostLegs = 10_000;

/** Remembers what it found, since every webhook of a rung phone asks: a round trip less on each. */
export function createLegBook(db: pg.Pool): LegBook {
  const known = new Map<string, store.LegRef>();
  return async (legId) => {
    const remembered = known.get(legId);
    if (remembered) return remembered;
    const found = await store.legById(db, legId);
    if (known.size >= mostLegs) known.clear();
    if (found) known.set(legId, found);
    return found;
  };
}
