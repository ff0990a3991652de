/** Duties brought in from a file: shown first, line by line, and then taken over in one transaction as single dates, or not at all. */
import { createHash } from 'node:crypto';
import { appendEntry } from '../audit/append.ts';
import type { Sql } from '../db.ts';
import { addDays, localDate } from '../lib/japan-time.ts';
import { areaRules } from './actions.ts';
import { japanCalendar } from './calendar.ts';
import type { Edit, EditingContext } from './editing.ts';
import { absencesBetween } from './editing-store.ts';
import { type FileFault, type ReadFile, readRosterFile, type Window } from './import-file.ts';
import { type Defaults, type ImportFacts, type PreviewLine, previewImport } from './import-preview.ts';
import * as store from './import-store.ts';
import type { DutyRule } from './roster.ts';
import { assigned } from './slots.ts';
import { addDutyRule, removeDutyRules } from './store.ts';

/** As far ahead as a file may speak of. */
const daysAhead = 400;

export interface Preview {
  lines: PreviewLine[];
  /** Of what would be done: taking over does that and nothing else. */
  fingerprint: string;
}

export type Previewed = Preview | { fault: FileFault; line: number | null; detail: string };

interface Given {
  associationId: string;
  bytes: Uint8Array;
  defaults: Defaults;
}

/** Writes nothing. Null: the area is none of the association's. */
export async function previewFile(
  sql: Sql,
  { clock }: Pick<EditingContext, 'clock'>,
  { associationId, bytes, defaults }: Given,
  isLocked = false,
): Promise<(Previewed & { facts?: ImportFacts }) | null> {
  const today = localDate(clock.now());
  const window: Window = { from: addDays(today, -1), until: addDays(today, daysAhead) };
  const read: ReadFile = readRosterFile(bytes, window);
  if ('fault' in read) return read;
  const facts = await factsOf(sql, associationId, window, isLocked);
  if (!facts.areas.some(({ id }) => id === defaults.areaId)) return null;
  const lines = previewImport(read.lines, facts, defaults, japanCalendar);
  return { lines, fingerprint: createHash('sha256').update(JSON.stringify(lines)).digest('hex'), facts };
}

async function factsOf(sql: Sql, associationId: string, window: Window, isLocked: boolean): Promise<ImportFacts> {
  const areas = await store.areasOf(sql, associationId, isLocked);
  const rulesOf = new Map<string, Awaited<ReturnType<typeof areaRules>>>();
  for (const { id } of areas) rulesOf.set(id, await areaRules(sql, id));
  const absences = await absencesBetween(sql, associationId, window.from, window.until);
  return {
    ...{ areas, rulesOf, window, doctors: await store.doctorsInUse(sql, associationId) },
    absences: absences.map((row) => ({ doctorId: row.doctor_id, from: row.from_date, until: row.until_date })),
  };
}

/**
 * Takes over what the preview showed as taken, in the caller's transaction.
 * @returns overtaken when the same file would now do something else than what was shown.
 */
export async function importRoster(
  tx: Sql,
  ctx: EditingContext,
  edit: Edit & Given & { fingerprint: string },
): Promise<{ changed: number } | { refused: 'not_found' | 'overtaken' }> {
  const preview = await previewFile(tx, ctx, edit, true);
  if (!preview) return { refused: 'not_found' };
  if ('fault' in preview || !preview.facts || preview.fingerprint !== edit.fingerprint) return { refused: 'overtaken' };
  const taken = preview.lines.filter(({ outcome }) => outcome === 'taken');
  for (const [areaId, rules] of preview.facts.rulesOf) {
    const own = taken.filter(({ place }) => place?.areaId === areaId);
    if (own.length > 0) await writeArea(tx, ctx, edit, areaId, rules, own);
  }
  return { changed: taken.length };
}

/** The lines of one area, one after the other on its rules, and the difference written at the end with one entry. */
async function writeArea(
  tx: Sql,
  ctx: EditingContext,
  { associationId, by, cause }: Edit,
  areaId: string,
  before: readonly DutyRule[],
  lines: readonly PreviewLine[],
): Promise<void> {
  let rules = [...before];
  for (const { place, doctorId } of lines) {
    if (!place) continue;
    const change = assigned(rules, place, doctorId, japanCalendar);
    const added = change.add.map((rule) => ({ ...rule, id: ctx.ids.next('rr') }));
    rules = [...rules.filter(({ id }) => !change.remove.includes(id)), ...added];
  }
  const stays = new Set(rules.map(({ id }) => id));
  const known = new Set(before.map(({ id }) => id));
  const removed = before.filter(({ id }) => !stays.has(id)).map(({ id }) => id);
  const added = rules.filter(({ id }) => !known.has(id));
  await removeDutyRules(tx, removed);
  for (const rule of added) await addDutyRule(tx, associationId, rule);
  const duties = lines.map(({ place, doctorId }) => ({
    ...{ date: place?.date, ...place?.band, position: place?.position, doctorId },
  }));
  const data = { duties, removed, added: added.map(({ id }) => id) };
  const entry = { chainId: areaId, associationId, at: ctx.clock.now(), actor: by, cause };
  await appendEntry(tx, { ...entry, kind: 'roster_imported', data });
}
