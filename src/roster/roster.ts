/**
 * 当番表: which doctor, hospital or standby person is on duty at an instant.
 *
 * A rule gives one subject a position (1 is rung first) in a time band on certain days. The band is written against the
 * *service date* and may run past midnight (18:00-33:00), so that the night of Saturday is Saturday's until Sunday 09:00.
 * On one service date a more particular rule puts the less particular ones of the same group (the doctors of an area, the
 * hospitals, the standby persons) out of force, all positions together, for the minutes that it covers:
 *   single date  >  年末年始  >  お盆  >  public holiday  >  day of the week.
 * Outside those minutes the others stay: an exception that is shorter than the night it amends never opens a hole.
 */
import { addDays, instantOf, type LocalDate, localDate, type NamedDay, weekdayOf } from '../lib/japan-time.ts';

export type DutyKind = 'doctor' | 'hospital' | 'standby';
export const weekdays = ['sun', 'mon', 'tue', 'wed', 'thu', 'fri', 'sat'] as const;
export type Day = (typeof weekdays)[number] | NamedDay;

/** Minutes after local midnight of the service date: 0 ≤ from < to ≤ 2880, at most 24 hours long. Half open. */
export interface Band {
  from: number;
  to: number;
}

export type When =
  | { on: LocalDate }
  /** `validFrom` and `validUntil` are service dates, both included; null is open. */
  | { days: readonly Day[]; validFrom: LocalDate | null; validUntil: LocalDate | null };

export interface DutyRule {
  id: string;
  kind: DutyKind;
  /** Only for doctors; hospitals and standby persons serve the whole association. */
  areaId: string | null;
  /** Id of the doctor, hospital or standby person. */
  subjectId: string;
  position: number;
  band: Band;
  when: When;
  /** Service dates on which the doctor is away (both ends included): the rule stays in force, and nobody is on duty by it. */
  away?: readonly DateSpan[];
}

export interface DateSpan {
  from: LocalDate;
  until: LocalDate;
}

export interface Duty {
  rule: DutyRule;
  kind: DutyKind;
  subjectId: string;
  position: number;
  /** The date on which this duty began. */
  serviceDate: LocalDate;
  from: Date;
  /** First instant that is no longer covered. */
  until: Date;
}

/** What the rules need to know of a date; production hands in `japanCalendar`. */
export interface Calendar {
  /** Every named day that the date is: New Year's Day is both `yearend` and `holiday`. */
  namedDaysOf(date: LocalDate): readonly NamedDay[];
}

/**
 * The duties in force at `at`, ordered by position (then the earlier service date, then the rule's id); a shift that
 * starts this very instant counts, one that ends now does not. A subject appears once, at its best position.
 * Pure: the rules may be of several areas and kinds, precedence is decided within each group.
 */
export function onDuty(rules: readonly DutyRule[], at: Date, calendar: Calendar): Duty[] {
  const duties = allOnDuty(rules, at, calendar);
  const seen = new Set<string>();
  return duties.filter((duty) => {
    const key = `${groupOf(duty.rule)} ${duty.subjectId}`;
    return seen.has(key) ? false : seen.add(key);
  });
}

/** As `onDuty`, but with every doubled entry. */
function allOnDuty(rules: readonly DutyRule[], at: Date, calendar: Calendar): Duty[] {
  const today = localDate(at);
  // A band ends at 48:00 at the latest, so only yesterday's service can still be going on.
  const dates = [addDays(today, -1), today];
  const duties = dates.flatMap((date) => inForce(rankedOn(rules, date, calendar), date, at));
  return duties.sort(
    (a, b) => a.position - b.position || compare(a.serviceDate, b.serviceDate) || compare(a.rule.id, b.rule.id),
  );
}

/** The rules of one service date that cover the instant and are not put out of force by a more particular one. */
function inForce(ranked: readonly RankedRule[], date: LocalDate, at: Date): Duty[] {
  const best = new Map<string, { rank: number; duties: Duty[] }>();
  const minute = (at.getTime() - instantOf(date, 0).getTime()) / 60_000;
  for (const { rule, rank } of ranked) {
    if (minute < rule.band.from || minute >= rule.band.to) continue;
    const { kind, subjectId, position } = rule;
    const from = instantOf(date, rule.band.from);
    const until = instantOf(date, rule.band.to);
    const duty: Duty = { rule, kind, subjectId, position, serviceDate: date, from, until };
    const group = groupOf(rule);
    const held = best.get(group);
    if (!held || rank > held.rank) best.set(group, { rank, duties: [duty] });
    else if (rank === held.rank) held.duties.push(duty);
  }
  return [...best.values()].flatMap(({ duties }) => duties).filter(({ rule }) => !isAway(rule, date));
}

/** The doctor of this rule is away on that service date. */
export const isAway = ({ away = [] }: Pick<DutyRule, 'away'>, date: LocalDate): boolean =>
  away.some(({ from, until }) => date >= from && date <= until);

const ranks: Readonly<Record<NamedDay, number>> = { yearend: 3, obon: 2, holiday: 1 };
const rankOfDate = 4;

export interface RankedRule {
  rule: DutyRule;
  /** How particular it is about the date: the more particular one counts. */
  rank: number;
}

/** The rules that speak of a service date. What the date is, is looked up once for all of them. */
export function rankedOn(rules: readonly DutyRule[], date: LocalDate, calendar: Calendar): RankedRule[] {
  const named = calendar.namedDaysOf(date);
  const weekday = weekdays[weekdayOf(date)]!;
  return rules.flatMap((rule) => {
    const rank = rankOf(rule.when, date, named, weekday);
    return rank === null ? [] : [{ rule, rank }];
  });
}

function rankOf(when: When, date: LocalDate, named: readonly NamedDay[], weekday: Day): number | null {
  if ('on' in when) return when.on === date ? rankOfDate : null;
  if ((when.validFrom && date < when.validFrom) || (when.validUntil && date > when.validUntil)) return null;
  const own = named.filter((day) => when.days.includes(day));
  if (own.length > 0) return Math.max(...own.map((day) => ranks[day]));
  return when.days.includes(weekday) ? 0 : null;
}

/** The rules that compete with each other: the doctors of one area, all hospitals, all standby persons. */
export const groupOf = (rule: Pick<DutyRule, 'kind' | 'areaId'>): string => `${rule.kind}:${rule.areaId ?? ''}`;

/** Two rules that say the same, whatever their ids: what the import compares before it writes. */
export function sameRuleKey(rule: Omit<DutyRule, 'id'>): string {
  const when =
    'on' in rule.when
      ? rule.when.on
      : [[...rule.when.days].sort().join('+'), rule.when.validFrom ?? '', rule.when.validUntil ?? ''].join('/');
  return [groupOf(rule), rule.subjectId, rule.position, rule.band.from, rule.band.to, when].join('|');
}

const compare = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);
