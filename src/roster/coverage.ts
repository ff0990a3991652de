/** Whether a roster leaves nobody, or two people, at any moment: for the import's warnings and the console. */
import { addDays, instantOf, type LocalDate, localDate } from '../lib/japan-time.ts';
import { allOnDuty, type Band, type Calendar, type Duty, type DutyKind, type DutyRule, groupOf } from './roster.ts';

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

function gapsOfGroup(
  group: Group,
  from: LocalDate,
  until: LocalDate,
  calendar: Calendar,
  needed: NeededHours,
): CoverageFault[] {
  const faults: CoverageFault[] = [];
  const wanted = datesBetween(from, until).flatMap((date) =>
    needed(date, calendar).map((band) => ({ from: instantOf(date, band.from), until: instantOf(date, band.to) })),
  );
  const edges = edgesOf(group.rules, wanted, from, until);
  for (const [index, start] of edges.slice(0, -1).entries()) {
    const segment = { from: start, until: edges[index + 1]! };
    const duties = allOnDuty(group.rules, start, calendar);
    const isNeeded = wanted.some((span) => start >= span.from && start < span.until);
    if (duties.length === 0 && isNeeded)
      append(faults, { problem: 'uncovered', ...place(group), ...segment, rules: [] });
    const doubled = doublesAmong(duties);
    if (doubled.length > 0) append(faults, { problem: 'double', ...place(group), ...segment, rules: doubled });
  }
  return faults;
}

const place = ({ kind, areaId }: Group): Pick<CoverageFault, 'kind' | 'areaId'> => ({ kind, areaId });

function datesBetween(from: LocalDate, until: LocalDate): LocalDate[] {
  const dates: LocalDate[] = [];
  for (let date = from; date <= until; date = addDays(date, 1)) dates.push(date);
  return dates;
}

/** Every instant at which who is on duty can change: between two of them nothing does. */
function edgesOf(
  rules: readonly DutyRule[],
  wanted: ReadonlyArray<{ from: Date; until: Date }>,
  from: LocalDate,
  until: LocalDate,
): Date[] {
  const minutes = new Set(rules.flatMap(({ band }) => [band.from, band.to]));
  const first = instantOf(from, 0).getTime();
  const last = Math.max(instantOf(until, 1440).getTime(), ...wanted.map((span) => span.until.getTime()));
  const times = new Set([first, last, ...wanted.flatMap((span) => [span.from.getTime(), span.until.getTime()])]);
  for (const date of datesBetween(addDays(from, -1), localDate(new Date(last)))) {
    for (const minute of minutes) times.add(instantOf(date, minute).getTime());
  }
  return [...times]
    .filter((time) => time >= first && time <= last)
    .sort((a, b) => a - b)
    .map((time) => new Date(time));
}

function doublesAmong(duties: readonly Duty[]): DutyRule[] {
  const isDoubled = (duty: Duty): boolean =>
    duties.some((other) => other !== duty && (other.position === duty.position || other.subjectId === duty.subjectId));
  return duties.filter(isDoubled).map((duty) => duty.rule);
}

/** Joins a span to the one before it when it is the same fault going on. */
function append(faults: CoverageFault[], fault: CoverageFault): void {
  const before = faults.findLast((earlier) => earlier.problem === fault.problem);
  const sameRules = before?.rules.map((rule) => rule.id).join() === fault.rules.map((rule) => rule.id).join();
  if (before && sameRules && before.until.getTime() === fault.from.getTime()) before.until = fault.until;
  else faults.push(fault);
}
