/** Who stands on duty in a night, hour by hour. Two nights with the same line-up are the same night to whoever rings. Pure. */
import { addDays, instantOf, type LocalDate } from '../lib/japan-time.ts';
import { type Calendar, type DutyRule, onDuty } from '../roster/roster.ts';

export interface LineUp {
  /** Equal for nights in which the same people are on duty at the same places and hours. */
  key: string;
  /** By area: every doctor on duty at some time of the night, in the order in which they are rung. */
  doctors: Map<string, string[]>;
  /** By area: the fewest doctors on duty at once; 0 is a hole. */
  fewest: Map<string, number>;
}

/** A night is 18:00 to 08:00; what began in it may take until 11:00. */
const begins = 18 * 60;
const ends = 32 * 60;
const isOver = 35 * 60;

export function lineUpOf(
  rules: readonly DutyRule[],
  areaIds: readonly string[],
  date: LocalDate,
  calendar: Calendar,
): LineUp {
  const near = rules.filter(
    ({ when }) => !('on' in when) || (when.on >= addDays(date, -1) && when.on <= addDays(date, 1)),
  );
  const lineUp: LineUp = { key: '', doctors: new Map(), fewest: new Map() };
  const parts: string[] = [];
  let before: string | null = null;
  for (const minute of edgesOf(near)) {
    const duties = onDuty(near, instantOf(date, minute), calendar);
    const places = duties.map(({ rule, subjectId, position }) => `${rule.areaId ?? rule.kind}${position}${subjectId}`);
    const standing = places.sort().join();
    // An edge at which nobody comes or goes (another date's hours) says nothing about this night.
    if (standing !== before) parts.push(`${minute}:${standing}`);
    before = standing;
    if (minute >= ends) continue;
    for (const areaId of areaIds) {
      const own = duties.filter(({ rule }) => rule.kind === 'doctor' && rule.areaId === areaId);
      const all = [...(lineUp.doctors.get(areaId) ?? []), ...own.map(({ subjectId }) => subjectId)];
      lineUp.doctors.set(areaId, [...new Set(all)]);
      lineUp.fewest.set(areaId, Math.min(lineUp.fewest.get(areaId) ?? own.length, own.length));
    }
  }
  return { ...lineUp, key: parts.join('|') };
}

/** Minutes of the night, counted from its date, at which who is on duty can change: bands of the date before and after reach in. */
function edgesOf(rules: readonly DutyRule[]): number[] {
  const edges = new Set([begins]);
  for (const { band } of rules)
    for (const edge of [band.from, band.to])
      for (const minute of [edge - 1440, edge, edge + 1440]) if (minute > begins && minute < isOver) edges.add(minute);
  return [...edges].sort((one, other) => one - other);
}
