/** Tonight: who is on duty now and until the coming night is over, and who takes over when. */
import { addDays, instantOf, type LocalDate, localDate, localMinute } from '../lib/japan-time.ts';
import { type NeededHours, nightsAndDaysOff } from './coverage.ts';
import { type Calendar, type Duty, type DutyRule, onDuty } from './roster.ts';

/** The same people from one instant to the next. */
export interface Turn {
  from: Date;
  /** First instant of the next turn, or the end of tonight. */
  until: Date;
  /** By position. */
  duties: Duty[];
  /** Nobody, although somebody has to be. */
  isGap: boolean;
}

const nightEnds = 9 * 60; // 33:00 of the service date (coverage.ts)

/** Tonight is over at the next nine in the morning: at two in the night that is today's, at noon tomorrow's. */
export function endOfTonight(at: Date): Date {
  const today = localDate(at);
  return instantOf(localMinute(at) < nightEnds ? today : addDays(today, 1), nightEnds);
}

/** Service dates whose rules can matter between `at` and the end of tonight. */
export const datesOfTonight = (at: Date): { from: LocalDate; until: LocalDate } => ({
  from: addDays(localDate(at), -1),
  until: addDays(localDate(at), 1),
});

/**
 * The turns of one group (the doctors of an area, the standby persons, the rotation) from `at` to the end of tonight, without
 * holes: also the hours in which nobody is on duty are a turn. Pure; `rules` are of that group only.
 */
export function turnsTonight(
  rules: readonly DutyRule[],
  at: Date,
  calendar: Calendar,
  needed: NeededHours = nightsAndDaysOff,
): Turn[] {
  const end = endOfTonight(at);
  const { from, until } = datesOfTonight(at);
  const dates = [from, addDays(from, 1), until];
  const bands = dates.flatMap((date) => needed(date, calendar).map((band) => ({ date, band })));
  const isNeeded = (instant: Date): boolean =>
    bands.some(({ date, band }) => instant >= instantOf(date, band.from) && instant < instantOf(date, band.to));
  const minutes = [...rules, ...bands].flatMap(({ band }) => [band.from, band.to]);
  const edges = dates.flatMap((date) => minutes.map((minute) => instantOf(date, minute).getTime()));
  const inside = edges.filter((edge) => edge > at.getTime() && edge < end.getTime());
  const starts = [at.getTime(), ...[...new Set(inside)].sort((one, other) => one - other)];
  const turns: Turn[] = [];
  for (const start of starts) {
    const from = new Date(start);
    const duties = onDuty(rules, from, calendar);
    const turn: Turn = { from, until: end, duties, isGap: duties.length === 0 && isNeeded(from) };
    const before = turns.at(-1);
    if (before && isSame(before, turn)) continue;
    if (before) before.until = from;
    turns.push(turn);
  }
  return turns;
}

const isSame = (one: Turn, other: Turn): boolean =>
  one.isGap === other.isGap &&
  one.duties.length === other.duties.length &&
  one.duties.every(
    ({ subjectId, position }, place) =>
      subjectId === other.duties[place]?.subjectId && position === other.duties[place].position,
  );
