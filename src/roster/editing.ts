/** What a person of the hub changes about a roster: one date, the week's pattern, a doctor's absences. Each with its entry in the log. */

import { appendEntry } from '../audit/append.ts';
import type { AuditKind } from '../audit/kinds.ts';
import type { Sql } from '../db.ts';
import type { Clock } from '../lib/clock.ts';
import type { Ids } from '../lib/ids.ts';
import { addDays, type LocalDate, localDate } from '../lib/japan-time.ts';
import { japanCalendar } from './calendar.ts';
import * as editing from './editing-store.ts';
import type { Band, Day, DutyRule } from './roster.ts';
import { assigned, type Place, type RuleChange, restored, slotsOf } from './slots.ts';
import { addDutyRule, dutyRulesOfArea, removeDutyRules } from './store.ts';

export { absencesBetween as absencesOf } from './editing-store.ts';

export interface EditingContext {
  clock: Clock;
  ids: Ids;
}

export interface Edit {
  associationId: string;
  /** The operator, opaque. */
  by: string;
  cause: string;
}

/** not_found: no such area, rule or absence of this association; overtaken: somebody else stands there by now. */
export type EditRefusal = 'not_found' | 'unknown_doctor' | 'overtaken' | 'roster_past' | 'roster_wrong_span';
export type Edited = { changed: number } | { refused: EditRefusal };

/**
 * Puts a doctor at a place of one date, or nobody. Runs inside the caller's transaction.
 * @param edit.before who stood there when the person decided; undefined asks nothing.
 */
export async function putOnDuty(
  tx: Sql,
  ctx: EditingContext,
  edit: Edit & Place & { doctorId: string | null; before?: string | null },
): Promise<Edited> {
  const { areaId, date, band, position, doctorId, before } = edit;
  if (isOver(date, ctx)) return { refused: 'roster_past' };
  const rules = await lockedRules(tx, edit, areaId);
  if (!rules) return { refused: 'not_found' };
  if (doctorId !== null && !(await editing.isActiveDoctor(tx, edit.associationId, doctorId)))
    return { refused: 'unknown_doctor' };
  if (before !== undefined && holderOf(rules, edit) !== before) return { refused: 'overtaken' };
  const change = assigned(rules, edit, doctorId, japanCalendar);
  return write(tx, ctx, edit, areaId, change, 'duty_assigned', { date, ...band, position, doctorId });
}

/** Who stands at that place for at least a part of the hours; the first of them. */
export function holderOf(rules: readonly DutyRule[], { date, band, position }: Place): string | null {
  const found = slotsOf(rules, date, japanCalendar).find(
    (slot) => slot.position === position && slot.from < band.to && slot.to > band.from,
  );
  return found?.subjectId ?? null;
}

/** The week's pattern holds again in these hours of the date. */
export async function restorePattern(
  tx: Sql,
  ctx: EditingContext,
  edit: Edit & Omit<Place, 'position'>,
): Promise<Edited> {
  const { areaId, date, band } = edit;
  if (isOver(date, ctx)) return { refused: 'roster_past' };
  const rules = await lockedRules(tx, edit, areaId);
  if (!rules) return { refused: 'not_found' };
  return write(tx, ctx, edit, areaId, restored(rules, edit), 'duty_restored', { date, ...band });
}

export interface Pattern {
  areaId: string;
  doctorId: string;
  position: number;
  band: Band;
  days: readonly Day[];
  /** First service date; not before today. */
  from: LocalDate;
  until: LocalDate | null;
}

/** One more line of the week's pattern, from a date on. */
export async function addPattern(tx: Sql, ctx: EditingContext, edit: Edit & Pattern): Promise<Edited> {
  const { areaId, doctorId, position, band, days, from, until } = edit;
  if (isOver(from, ctx)) return { refused: 'roster_past' };
  if (until !== null && until < from) return { refused: 'roster_wrong_span' };
  const rules = await lockedRules(tx, edit, areaId);
  if (!rules) return { refused: 'not_found' };
  if (!(await editing.isActiveDoctor(tx, edit.associationId, doctorId))) return { refused: 'unknown_doctor' };
  const when = { days, validFrom: from, validUntil: until };
  const rule = { kind: 'doctor' as const, areaId, subjectId: doctorId, position, band, when };
  return write(tx, ctx, edit, areaId, { remove: [], add: [rule] }, 'pattern_added', { ...rule });
}

/** A line of the pattern ends: `from` is the first service date without it. What it said of earlier dates stays true. */
export async function endPattern(
  tx: Sql,
  ctx: EditingContext,
  edit: Edit & { areaId: string; ruleId: string; from: LocalDate },
): Promise<Edited> {
  const { areaId, ruleId, from } = edit;
  if (isOver(from, ctx)) return { refused: 'roster_past' };
  const rules = await lockedRules(tx, edit, areaId);
  const rule = rules?.find(({ id }) => id === ruleId);
  if (!rule || 'on' in rule.when) return { refused: 'not_found' };
  const hasBegun = rule.when.validFrom === null || rule.when.validFrom < from;
  if (hasBegun) await editing.endDutyRule(tx, ruleId, addDays(from, -1));
  const change = { remove: hasBegun ? [] : [ruleId], add: [] };
  const written = await write(tx, ctx, edit, areaId, change, 'pattern_ended', { ruleId, from });
  return 'refused' in written ? written : { changed: 1 };
}

export async function noteAbsence(
  tx: Sql,
  ctx: EditingContext,
  edit: Edit & { doctorId: string; from: LocalDate; until: LocalDate },
): Promise<Edited> {
  const { associationId, doctorId, from, until, by } = edit;
  if (until < from) return { refused: 'roster_wrong_span' };
  if (isOver(until, ctx)) return { refused: 'roster_past' };
  if (!(await editing.lockDoctor(tx, associationId, doctorId))) return { refused: 'unknown_doctor' };
  const id = ctx.ids.next('ab');
  const at = ctx.clock.now();
  await editing.insertAbsence(tx, { id, associationId, doctorId, from, until, by, at });
  await note(tx, ctx, edit, doctorId, 'absence_noted', { absenceId: id, from, until });
  return { changed: 1 };
}

export async function withdrawAbsence(
  tx: Sql,
  ctx: EditingContext,
  edit: Edit & { absenceId: string },
): Promise<Edited> {
  const gone = await editing.deleteAbsence(tx, edit.associationId, edit.absenceId);
  if (!gone) return { refused: 'not_found' };
  await editing.lockDoctor(tx, edit.associationId, gone.doctor_id);
  await note(tx, ctx, edit, gone.doctor_id, 'absence_withdrawn', { absenceId: gone.id });
  return { changed: 1 };
}

/** The night that began yesterday may still be put right; what lies before it is history. */
const isOver = (date: LocalDate, { clock }: EditingContext): boolean => date < addDays(localDate(clock.now()), -1);

/** The area's rules, with its row locked; null: no such area of the association. */
export async function lockedRules(
  tx: Sql,
  { associationId }: Pick<Edit, 'associationId'>,
  areaId: string,
): Promise<DutyRule[] | null> {
  return (await editing.lockArea(tx, associationId, areaId)) ? dutyRulesOfArea(tx, areaId) : null;
}

/** Writes the change and its entry. @param areaId locked by the caller. */
async function write(
  tx: Sql,
  ctx: EditingContext,
  edit: Edit,
  areaId: string,
  change: RuleChange,
  kind: AuditKind,
  data: object,
): Promise<Edited> {
  if (change.remove.length > 0) await removeDutyRules(tx, change.remove);
  const added = change.add.map((rule) => ({ ...rule, id: ctx.ids.next('rr') }));
  for (const rule of added) await addDutyRule(tx, edit.associationId, rule);
  const ids = { removed: change.remove, added: added.map(({ id }) => id) };
  await note(tx, ctx, edit, areaId, kind, { ...data, ...ids });
  return { changed: change.remove.length + added.length };
}

async function note(
  tx: Sql,
  { clock }: EditingContext,
  { associationId, by, cause }: Edit,
  chainId: string,
  kind: AuditKind,
  data: object,
): Promise<void> {
  await appendEntry(tx, { chainId, associationId, at: clock.now(), actor: by, cause, kind, data });
}
