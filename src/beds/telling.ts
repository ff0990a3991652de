/** What the hub types about a hospital's beds: the news of a telephone call, and the patterns. Each with its entry in the log. */
import { appendEntry } from '../audit/append.ts';
import type { Sql } from '../db.ts';
import type { Acceptance, BedType } from './beds.ts';
import * as patterns from './pattern-store.ts';
import { type BedPattern, type PatternFault, patternFault } from './patterns.ts';
import * as store from './store.ts';

export interface HubsWord {
  associationId: string;
  hospitalId: string;
  /** op_… */
  by: string;
  cause: string;
  at: Date;
}

export interface ToldOffer extends HubsWord {
  bedType: BedType;
  freeCount: number;
  acceptance: Acceptance;
  /** The age of the news that the person saw when typing; null: there was none. */
  seenAsOf: Date | null;
}

export type Told =
  | { status: 'told' }
  | { status: 'not_found' }
  | { status: 'more_than_staffed'; staffed: number }
  /** Somebody told something newer meanwhile. */
  | { status: 'overtaken' };

/** The hub has rung a hospital and types what it was told; in the caller's transaction. */
export async function tellOffer(tx: Sql, told: ToldOffer): Promise<Told> {
  const { associationId, hospitalId, bedType, freeCount, acceptance, seenAsOf, by, cause, at } = told;
  if (!(await patterns.lockHospital(tx, associationId, hospitalId))) return { status: 'not_found' };
  const staffed = (await store.bedTypesOf(tx, hospitalId)).find((row) => row.bed_type === bedType)?.staffed;
  if (staffed === undefined) return { status: 'not_found' };
  if (freeCount > staffed) return { status: 'more_than_staffed', staffed };
  const known = await store.lockOffer(tx, hospitalId, bedType);
  if ((known?.as_of.getTime() ?? null) !== (seenAsOf?.getTime() ?? null)) return { status: 'overtaken' };
  await store.upsertOffer(tx, { hospitalId, bedType, freeCount, acceptance, at, holdsUntil: null, source: 'web' });
  const entry = { chainId: hospitalId, associationId, at, actor: `operator:${by}`, cause };
  await appendEntry(tx, { ...entry, kind: 'beds_told', data: { bedType, freeCount, acceptance } });
  return { status: 'told' };
}

export type Replaced =
  | { status: 'replaced' }
  | { status: 'not_found' }
  | { status: 'refused'; place: number; fault: PatternFault };

/** Makes `wanted` the whole of a hospital's patterns; in the caller's transaction. */
export async function replacePatterns(tx: Sql, word: HubsWord, wanted: readonly BedPattern[]): Promise<Replaced> {
  const { associationId, hospitalId, by, cause, at } = word;
  if (!(await patterns.lockHospital(tx, associationId, hospitalId))) return { status: 'not_found' };
  const bedTypes = (await store.bedTypesOf(tx, hospitalId)).map((row) => row.bed_type);
  const fault = patternFault(wanted, bedTypes);
  if (fault) return { status: 'refused', ...fault };
  const before = await patterns.patternsOf(tx, [hospitalId]);
  await patterns.writePatterns(tx, hospitalId, wanted);
  const entry = { chainId: hospitalId, associationId, at, actor: `operator:${by}`, cause };
  const data = { before: before.map(({ hospitalId: _, ...pattern }) => pattern), after: wanted };
  await appendEntry(tx, { ...entry, kind: 'bed_patterns_replaced', data });
  return { status: 'replaced' };
}

export { answeredRequests, patternsOf } from './pattern-store.ts';
