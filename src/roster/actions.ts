import type { Sql } from '../db.ts';
import type { Ids } from '../lib/ids.ts';
import { type Calendar, type Duty, type DutyKind, type DutyRule, onDuty, sameRuleKey } from './roster.ts';
import { addDutyRule, allDutyRules, dutyRulesOfArea, removeDutyRules, rotationRules, standbyRules } from './store.ts';

export { rulesWithNames } from './store.ts';

/** The area's doctors on duty at `at`, by position. */
export async function doctorsOnDuty(sql: Sql, areaId: string, at: Date, calendar: Calendar): Promise<Duty[]> {
  return onDuty(await dutyRulesOfArea(sql, areaId, at), at, calendar);
}

/** The hospitals whose turn it is (輪番) at `at`, by position. */
export async function hospitalsOnDuty(sql: Sql, associationId: string, at: Date, calendar: Calendar): Promise<Duty[]> {
  return onDuty(await rotationRules(sql, associationId, at), at, calendar);
}

/** The hub's persons on standby at `at`, by position. */
export async function standbyOnDuty(sql: Sql, associationId: string, at: Date, calendar: Calendar): Promise<Duty[]> {
  return onDuty(await standbyRules(sql, associationId, at), at, calendar);
}

/** Every rule of the area's doctors in use, with the dates on which they are away: for calendars and checks. */
export const areaRules = (sql: Sql, areaId: string): Promise<DutyRule[]> => dutyRulesOfArea(sql, areaId);

export type RuleChanges = Record<DutyKind, { added: number; unchanged: number; removed: number }>;

/**
 * Makes `wanted` the whole roster of the association. Rules that already stand stay, with their ids; a second call with
 * the same rules writes nothing. Runs inside the caller's transaction.
 */
export async function replaceRules(
  sql: Sql,
  associationId: string,
  wanted: ReadonlyArray<Omit<DutyRule, 'id'>>,
  ids: Ids,
): Promise<RuleChanges> {
  const none = () => ({ added: 0, unchanged: 0, removed: 0 });
  const changes: RuleChanges = { doctor: none(), hospital: none(), standby: none() };
  const standing = new Map((await allDutyRules(sql, associationId)).map((rule) => [sameRuleKey(rule), rule]));
  const missing: DutyRule[] = [];
  for (const rule of wanted) {
    if (standing.delete(sameRuleKey(rule))) {
      changes[rule.kind].unchanged += 1;
    } else {
      missing.push({ ...rule, id: ids.next('rr') });
      changes[rule.kind].added += 1;
    }
  }
  for (const rule of standing.values()) changes[rule.kind].removed += 1;
  if (standing.size > 0) {
    await removeDutyRules(
      sql,
      [...standing.values()].map((rule) => rule.id),
    );
  }
  for (const rule of missing) await addDutyRule(sql, associationId, rule);
  return changes;
}
