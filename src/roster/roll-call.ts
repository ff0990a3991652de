/**
 * 点呼: at five in the afternoon the gateway rings tonight's doctors. Each answer's life:
 *
 * - `waiting`: to be rung at `due_at`. `ringing`: a call of his is on its way or being listened to.
 * - `on`: he keyed 1. `needs_swap`: he keyed 2. Whatever he keys later, by the last call, counts instead.
 * - `unanswered`: three rounds, and no key (a voicemail keys none).
 *
 * When nobody waits any more the roll-call is `done`, with the hours of the night in which nobody has said yes. Pure.
 */
import type { LocalDate } from '../lib/japan-time.ts';
import type { Band, Calendar, DutyRule } from './roster.ts';
import { slotsOf } from './slots.ts';

/** Tonight: 18:00 until 09:00, in minutes of the service date. */
export const night: Band = { from: 1080, to: 1980 };
/** Rung so often in all, so far apart, by turns on each of his telephones: the last ring is a quarter of an hour after the first. */
export const mostRounds = 3;
export const againSeconds = 300;

/** Tonight's doctors of an area who are not away, with their hours within the night. */
export function tonight(
  rules: readonly DutyRule[],
  date: LocalDate,
  calendar: Calendar,
): { doctorId: string; from: number; to: number }[] {
  return slotsOf(rules, date, calendar)
    .filter((slot) => !slot.isAway && slot.from < night.to && slot.to > night.from)
    .map(({ subjectId, from, to }) => ({
      doctorId: subjectId,
      from: Math.max(from, night.from),
      to: Math.min(to, night.to),
    }));
}

/** Hours of the night in which none of these is on duty. */
export function openHours(duties: readonly Band[]): Band[] {
  const open: Band[] = [];
  let covered = night.from;
  for (const { from, to } of [...duties].sort((a, b) => a.from - b.from)) {
    if (from > covered) open.push({ from: covered, to: from });
    covered = Math.max(covered, to);
  }
  if (covered < night.to) open.push({ from: covered, to: night.to });
  return open;
}
