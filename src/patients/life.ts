/**
 * The life of a patient's record: a pure state machine over what people did. Versions are sealed by the vault; this says which
 * of them a card opens, what is still to be read by a second person, and how the page must be marked.
 *
 * - `draft`: somebody is typing. Each save is a version. The very first is already what a card opens (marked 未照合, and 未完成
 *   while something is missing): at night an unproved record is better than none. Leaves when the typist says it is finished:
 *   to the second reading when one of the critical fields was written or changed (name, birth date, allergy, DNAR, phone), else
 *   straight to active.
 * - `awaiting_second_reading`: another person compares those fields with the form. The version read before stays the one that the
 *   card opens, and its page says that a newer one waits. Leaves to active when all of them agree, to draft when one does not.
 * - `active`: confirmed. It grows `due` after 90 days and `stale` after 180 (freshness.ts): those two are how active is seen, not
 *   states of their own, so that no sweep can be late. A confirmation without change begins the 90 days anew.
 * - `suspended`: not released; the caller hears to ask the hub (a doubt about consent or identity, a stay in hospital). Leaves
 *   by being resumed, to where it was.
 * - `closed`: deceased, withdrawn or moved away. The vault has destroyed the keys. Nothing leaves it.
 */
import { isDeepStrictEqual } from 'node:util';
import { type Freshness, freshness } from '../records/freshness.ts';
import type { SealedContent } from '../records/record.ts';

/** What must be read by a second person: the `second_check` rule of the registration list. */
export const criticalKeys = ['name', 'birth', 'allergy', 'dnar', 'phone'] as const;
export type CriticalKey = (typeof criticalKeys)[number];

export const suspensionReasons = ['consent_in_doubt', 'identity_in_doubt', 'in_hospital', 'other'] as const;
export type SuspensionReason = (typeof suspensionReasons)[number];
export const closingReasons = ['deceased', 'withdrawn', 'moved'] as const;
export type ClosingReason = (typeof closingReasons)[number];

interface Versions {
  /** The newest version. */
  version: number;
  /** The one that the card opens. */
  openVersion: number;
  /** Nothing that the field lists require is missing in the newest. */
  isComplete: boolean;
  /** When the whole was last said to be true: by the first second reading, then by confirmations. Null before. */
  confirmedAt: Date | null;
  /** Who typed the newest version (operator's id). */
  typedBy: string;
  /** Still to be read by somebody else. */
  toCheck: readonly CriticalKey[];
}

export type RecordLife =
  | ({ status: 'draft' } & Versions)
  | ({ status: 'awaiting_second_reading' } & Versions)
  | ({ status: 'active' } & Versions & { confirmedAt: Date })
  | ({
      status: 'suspended';
      reason: SuspensionReason;
      resumesAs: 'draft' | 'awaiting_second_reading' | 'active';
    } & Versions)
  | ({ status: 'closed'; reason: ClosingReason } & Versions);

export type LifeEvent =
  | { type: 'typed'; by: string; changed: readonly CriticalKey[]; isComplete: boolean; isFinished: boolean }
  | { type: 'finished'; by: string }
  | { type: 'second_reading_passed'; by: string; keys: readonly CriticalKey[] }
  | { type: 'second_reading_failed'; by: string; keys: readonly CriticalKey[] }
  | { type: 'confirmed'; by: string }
  | { type: 'suspended'; reason: SuspensionReason }
  | { type: 'resumed' }
  | { type: 'closed'; reason: ClosingReason };

export type LifeRefusal =
  | 'not_there' // something other than typing happened to a record that does not exist
  | 'closed'
  | 'suspended'
  | 'not_suspended'
  | 'not_waiting'
  | 'not_active'
  | 'nothing_typed'
  | 'same_person' // who typed cannot be the second reader
  | 'keys_missing'; // not every field was compared

export type LifeDecision = { life: RecordLife } | { refused: LifeRefusal };

/** What becomes of a record. Late, doubled and impossible events are answers. */
export function decideLife(life: RecordLife | null, event: LifeEvent, at: Date): LifeDecision {
  if (life === null) return event.type === 'typed' ? { life: typed(null, event, at) } : { refused: 'not_there' };
  if (life.status === 'closed') return { refused: 'closed' };
  if (event.type === 'closed') return { life: { ...life, status: 'closed', reason: event.reason } };
  if (life.status === 'suspended') return event.type === 'resumed' ? { life: resumed(life) } : { refused: 'suspended' };
  switch (event.type) {
    case 'typed':
      return { life: typed(life, event, at) };
    case 'finished':
      return life.status === 'draft' ? { life: finished(life, at) } : { refused: 'nothing_typed' };
    case 'second_reading_passed':
    case 'second_reading_failed':
      return secondReading(life, event, at);
    case 'confirmed':
      return life.status === 'active' ? { life: { ...life, confirmedAt: at } } : { refused: 'not_active' };
    case 'suspended':
      return { life: { ...life, status: 'suspended', reason: event.reason, resumesAs: life.status } };
    case 'resumed':
      return { refused: 'not_suspended' };
    default:
      return event satisfies never;
  }
}

type Living = Exclude<RecordLife, { status: 'suspended' | 'closed' }>;

function typed(before: Living | null, event: Extract<LifeEvent, { type: 'typed' }>, at: Date): RecordLife {
  const { by, changed, isComplete, isFinished } = event;
  const version = (before?.version ?? 0) + 1;
  // What waited for a reading before still does, even if this version did not touch it.
  const toCheck = criticalKeys.filter((key) => changed.includes(key) || before?.toCheck.includes(key));
  const openVersion = before?.openVersion ?? version;
  const draft: Living = {
    ...{ status: 'draft', version, openVersion, isComplete, toCheck, typedBy: by },
    confirmedAt: before?.confirmedAt ?? null,
  };
  // Until anybody has confirmed a version, the newest is the best there is.
  const open = draft.confirmedAt === null ? { ...draft, openVersion: version } : draft;
  return isFinished ? finished(open, at) : open;
}

function finished(draft: Living, at: Date): RecordLife {
  if (draft.toCheck.length > 0) return { ...draft, status: 'awaiting_second_reading' };
  return activated(draft, at);
}

/** A change of one field says nothing about the others: only the first reading, and a confirmation, begin the 90 days. */
const activated = (life: Living, at: Date): RecordLife => ({
  ...life,
  ...{ status: 'active', openVersion: life.version, confirmedAt: life.confirmedAt ?? at, toCheck: [] },
});

function secondReading(
  life: Living,
  event: Extract<LifeEvent, { type: 'second_reading_passed' | 'second_reading_failed' }>,
  at: Date,
): LifeDecision {
  if (life.status !== 'awaiting_second_reading') return { refused: 'not_waiting' };
  if (event.by === life.typedBy) return { refused: 'same_person' };
  if (event.type === 'second_reading_failed') return { life: { ...life, status: 'draft' } };
  if (life.toCheck.some((key) => !event.keys.includes(key))) return { refused: 'keys_missing' };
  return { life: activated(life, at) };
}

const resumed = ({ resumesAs, reason: _, ...life }: Extract<RecordLife, { status: 'suspended' }>): RecordLife =>
  ({ ...life, status: resumesAs }) as RecordLife;

/** The critical fields that differ between two contents; all of them when there was none before. */
export function changedCritical(before: SealedContent | null, after: SealedContent): CriticalKey[] {
  if (before === null) return [...criticalKeys];
  return criticalKeys.filter((key) => !isDeepStrictEqual(criticalParts[key](before), criticalParts[key](after)));
}

const criticalParts: Record<CriticalKey, (content: SealedContent) => unknown> = {
  name: ({ registration: { name, nameKana } }) => [name, nameKana],
  birth: ({ registration }) => registration.birth,
  allergy: ({ record }) => record.allergy,
  dnar: ({ record }) => record.codeStatus,
  phone: ({ registration, record }) => [registration.tel, record.contacts.map(({ phones }) => phones)],
};

/** How the record stands, for a page, a spoken release or the console. */
export interface Standing {
  status: 'draft' | 'awaiting_second_reading' | 'active' | 'due' | 'stale' | 'suspended' | 'closed';
  version: number;
  openVersion: number;
  confirmedAt: Date | null;
  freshness: Freshness | null;
  marks: Mark[];
}

/** 未完成 · 未照合 (nobody has read it a second time) · 新しい版が照合待ち · ★要確認 · ★★古い情報. */
export type Mark = 'incomplete' | 'not_second_read' | 'newer_waits' | 'due' | 'stale';

export function standingOf(life: RecordLife, at: Date): Standing {
  const { version, openVersion, confirmedAt } = life;
  const age = confirmedAt && freshness(confirmedAt, at);
  const marks: Mark[] = [];
  if (!life.isComplete) marks.push('incomplete');
  if (confirmedAt === null) marks.push('not_second_read');
  if (openVersion < version) marks.push('newer_waits');
  if (age === 'due' || age === 'stale') marks.push(age);
  const isAged = life.status === 'active' && (age === 'due' || age === 'stale');
  return { status: isAged ? age : life.status, version, openVersion, confirmedAt, freshness: age, marks };
}
