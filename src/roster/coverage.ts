/** Whether a roster leaves nobody, or two people, at any moment: for the import's warnings and the console. */
import { addDays, instantOf, type LocalDate } from '../lib/japan-time.ts';
import {
  type Band,
  type Calendar,
  type DutyKind,
  type DutyRule,
  groupOf,
  isAway,
  type RankedRule,
  rankedOn,
} from './roster.ts';

/** Which hours of a service date somebody has to be on duty. */
export type NeededHours = (date: LocalDate, calendar: Calendar) => readonly Band[];

/** Every night 18:00-33:00, and the day 09:00-18:00 on Sundays, public holidays, 年末年始 and お盆. */
export const nightsAndDaysOff: NeededHours = (date, calendar) => {
  const dayOff = new Date(`${date}T00:00:00Z`).getUTCDay() === 0 || calendar.namedDaysOf(date).length > 0;
  return [dayOff ? { from: 540, to: 1980 } : { from: 1080, to: 1980 }];
};

export interface CoverageFault {
  /** uncovered: nobody at all; double: two subjects at one position, or one subject at two positions. */
  problem: 'uncovered' | 'double';
  kind: DutyKind;
  areaId: string | null;
  from: Date;
  until: Date;
  /** The doubled rules; empty when uncovered. */
  rules: readonly DutyRule[];
}

/**
 * Uncovered spans of the needed hours and doubles at any hour, for the service dates `from` to `until` (both included),
 * in order of time. `groups` names those that must be covered even when they have no rule at all.
 */
export function gaps(
  rules: readonly DutyRule[],
  from: LocalDate,
  until: LocalDate,
  calendar: Calendar,
  groups: ReadonlyArray<{ kind: DutyKind; areaId: string | null }> = [],
  needed: NeededHours = nightsAndDaysOff,
): CoverageFault[] {
  const byGroup = new Map(groups.map((group) => [groupOf(group), { ...group, rules: [] as DutyRule[] }]));
  for (const rule of rules) {
    const { kind, areaId } = rule;
    const group = byGroup.get(groupOf(rule)) ?? { kind, areaId, rules: [] };
    group.rules.push(rule);
    byGroup.set(groupOf(rule), group);
  }
  const faults = [...byGroup.values()].flatMap((group) => gapsOfGroup(group, from, until, calendar, needed));
  return faults.sort((a, b) => a.from.getTime() - b.from.getTime());
}

interface Group {
  kind: DutyKind;
  areaId: string | null;
  rules: DutyRule[];
}

/** In whole minutes since the midnight before `from`: instants are made of them only for what is found. */
function gapsOfGroup(
  group: Group,
  from: LocalDate,
  until: LocalDate,
  calendar: Calendar,
  needed: NeededHours,
): CoverageFault[] {
  const faults: CoverageFault[] = [];
  const dates = datesBetween(from, until);
  const wanted = dates.flatMap((date, index) =>
    needed(date, calendar).map((band) => ({ from: band.from + index * day, to: band.to + index * day })),
  );
  const last = Math.max(dates.length * day, ...wanted.map((span) => span.to));
  const first = addDays(from, -1);
  // A night that began the day before still goes on, and the last one needed may end on the day after.
  const ranked = datesBetween(first, addDays(from, Math.floor(last / day))).map((date) => ({
    date,
    rules: rankedOn(group.rules, date, calendar),
  }));
  const dutiesAt = (minute: number): Duty[] => {
    const index = Math.floor(minute / day) + 1;
    return [ranked[index - 1], ranked[index]].flatMap((one, place) =>
      one ? inForceAt(one.rules, one.date, (minute % day) + (place === 0 ? day : 0)) : [],
    );
  };
  const instant = (minute: number): Date => instantOf(from, minute);
  const edges = edgesOf(group.rules, wanted, last);
  for (const [index, start] of edges.slice(0, -1).entries()) {
    const duties = dutiesAt(start);
    const doubled = doublesAmong(duties);
    const isNeeded = duties.length === 0 && wanted.some((span) => start >= span.from && start < span.to);
    if (!isNeeded && doubled.length === 0) continue;
    const segment = { from: instant(start), until: instant(edges[index + 1]!) };
    if (isNeeded) append(faults, { problem: 'uncovered', ...place(group), ...segment, rules: [] });
    else append(faults, { problem: 'double', ...place(group), ...segment, rules: doubled });
  }
  return faults;
}

const day = 1440;

interface Duty {
  rule: DutyRule;
  date: LocalDate;
}

/** Of one group: the most particular rules that cover this minute of their date, whose doctors are not away. */
function inForceAt(ranked: readonly RankedRule[], date: LocalDate, minute: number): Duty[] {
  const covering = ranked.filter(({ rule: { band } }) => minute >= band.from && minute < band.to);
  const best = Math.max(...covering.map(({ rank }) => rank));
  return covering.filter(({ rule, rank }) => rank === best && !isAway(rule, date)).map(({ rule }) => ({ rule, date }));
}

const place = ({ kind, areaId }: Group): Pick<CoverageFault, 'kind' | 'areaId'> => ({ kind, areaId });

function datesBetween(from: LocalDate, until: LocalDate): LocalDate[] {
  const dates: LocalDate[] = [];
  for (let date = from; date <= until; date = addDays(date, 1)) dates.push(date);
  return dates;
}

/** Every minute at which who is on duty can change: between two of them nothing does. */
function edgesOf(rules: readonly DutyRule[], wanted: readonly Band[], last: number): number[] {
  const minutes = new Set(rules.flatMap(({ band }) => [band.from, band.to]));
  const edges = new Set([0, last, ...wanted.flatMap((span) => [span.from, span.to])]);
  for (let midnight = -day; midnight <= last; midnight += day)
    for (const minute of minutes) edges.add(midnight + minute);
  return [...edges].filter((edge) => edge >= 0 && edge <= last).sort((a, b) => a - b);
}

/** In the order in which they would be rung. */
function doublesAmong(duties: readonly Duty[]): DutyRule[] {
  const isDoubled = ({ rule }: Duty): boolean =>
    duties.some(
      ({ rule: other }) => other !== rule && (other.position === rule.position || other.subjectId === rule.subjectId),
    );
  return duties
    .filter(isDoubled)
    .sort((a, b) => a.rule.position - b.rule.position || compare(a.date, b.date) || compare(a.rule.id, b.rule.id))
    .map(({ rule }) => rule);
}

const compare = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);

/** Joins a span to the one before it when it is the same fault going on. */
function append(faults: CoverageFault[], fault: CoverageFault): void {
  const before = faults.findLast((earlier) => earlier.problem === fault.problem);
  const sameRules = before?.rules.map((rule) => rule.id).join() === fault.rules.map((rule) => rule.id).join();
  if (before && sameRules && before.until.getTime() === fault.from.getTime()) before.until = fault.until;
  else faults.push(fault);
}
