/**
 * The roster of one area on one service date as people see it: who has which hours at which place, and what changes when somebody
 * else is put in. A single-date rule puts all others of its minutes out of force, so a change to one place writes down the other
 * places of those hours too. Pure.
 */
import type { LocalDate } from '../lib/japan-time.ts';
import { type Band, type Calendar, type DutyRule, isAway, rankedOn, sameRuleKey } from './roster.ts';

export interface Slot extends Band {
  rule: DutyRule;
  subjectId: string;
  position: number;
  /** Made for this very date. */
  isException: boolean;
  isAway: boolean;
}

/** What is in force on the service date, by place and time; `rules` are those of one group (an area's doctors). */
export function slotsOf(rules: readonly DutyRule[], date: LocalDate, calendar: Calendar): Slot[] {
  const ranked = rankedOn(rules, date, calendar);
  const edges = [...new Set(ranked.flatMap(({ rule }) => [rule.band.from, rule.band.to]))].sort((a, b) => a - b);
  const slots: Slot[] = [];
  for (const [index, from] of edges.slice(0, -1).entries()) {
    const covering = ranked.filter(({ rule }) => rule.band.from <= from && rule.band.to > from);
    const best = Math.max(...covering.map(({ rank }) => rank));
    for (const { rule, rank } of covering)
      if (rank === best) extend(slots, rule, { from, to: edges[index + 1]! }, date);
  }
  return slots.sort((a, b) => a.from - b.from || a.position - b.position);
}

function extend(slots: Slot[], rule: DutyRule, { from, to }: Band, date: LocalDate): void {
  const before = slots.find((slot) => slot.rule === rule && slot.to === from);
  if (before) {
    before.to = to;
    return;
  }
  const { subjectId, position } = rule;
  slots.push({ from, to, rule, subjectId, position, isException: 'on' in rule.when, isAway: isAway(rule, date) });
}

export interface RuleChange {
  remove: string[];
  add: Omit<DutyRule, 'id'>[];
}

export interface Place {
  areaId: string;
  date: LocalDate;
  band: Band;
  position: number;
}

/**
 * Puts a doctor at a place of one date. When he already had another place in these hours, he whom he displaces takes that one.
 * `null` leaves the place to nobody.
 */
export function assigned(
  rules: readonly DutyRule[],
  place: Place,
  doctorId: string | null,
  calendar: Calendar,
): RuleChange {
  const { date, band, position } = place;
  const inside = slotsOf(rules, date, calendar).flatMap((slot) => clipped(slot, band));
  const displaced = inside.find((slot) => slot.position === position)?.subjectId ?? null;
  const others = inside
    .filter((slot) => slot.position !== position)
    .map((slot) => ({ ...slot, subjectId: slot.subjectId === doctorId ? displaced : slot.subjectId }));
  const wanted = [...others, ...(doctorId === null ? [] : [{ ...band, position, subjectId: doctorId }])];
  const added = wanted.flatMap(({ subjectId, position: at, from, to }) =>
    subjectId === null ? [] : [exception(place, { subjectId, position: at, from, to })],
  );
  return changeFrom(rules, place, added);
}

/** Takes back what was decided for these hours of the date: the week's pattern holds again. */
export const restored = (rules: readonly DutyRule[], place: Omit<Place, 'position'>): RuleChange =>
  changeFrom(rules, place, []);

const exception = (
  { areaId, date }: Omit<Place, 'band' | 'position'>,
  { subjectId, position, from, to }: Band & { subjectId: string; position: number },
): Omit<DutyRule, 'id'> => ({
  ...{ kind: 'doctor', areaId, subjectId, position, band: { from, to }, when: { on: date } },
});

/** Replaces the exceptions within the hours; what an exception says of other hours of the date stays. */
function changeFrom(
  rules: readonly DutyRule[],
  { areaId, date, band }: Omit<Place, 'position'>,
  added: Omit<DutyRule, 'id'>[],
): RuleChange {
  const touched = rules.filter(
    (rule) => 'on' in rule.when && rule.when.on === date && clipped(rule.band, band).length > 0,
  );
  const outside = touched.flatMap(({ subjectId, position, band: { from, to } }) =>
    [
      { from, to: Math.min(to, band.from) },
      { from: Math.max(from, band.to), to },
    ]
      .filter((part) => part.to > part.from)
      .map((part) => exception({ areaId, date }, { subjectId, position, ...part })),
  );
  const wanted = new Map([...added, ...outside].map((rule) => [sameRuleKey(rule), rule]));
  const remove = touched.filter((rule) => !wanted.delete(sameRuleKey(rule))).map(({ id }) => id);
  return { remove, add: [...wanted.values()] };
}

function clipped<Part extends Band>(part: Part, { from, to }: Band): Part[] {
  const inside = { ...part, from: Math.max(part.from, from), to: Math.min(part.to, to) };
  return inside.to > inside.from ? [inside] : [];
}
