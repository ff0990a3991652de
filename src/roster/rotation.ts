/** 輪番: which hospital takes the night's patients, a month at a time, and what a person of the hub decides for one date. */
import { appendEntry } from '../audit/append.ts';
import type { Sql } from '../db.ts';
import type { Ids } from '../lib/ids.ts';
import { addDays, instantOf, type LocalDate, localDate } from '../lib/japan-time.ts';
import { japanCalendar } from './calendar.ts';
import { type Band, type Calendar, type DutyRule, onDuty } from './roster.ts';
import { activeHospitals, addDutyRule, removeDutyRules, rotationRules } from './store.ts';

export interface RotationTurn {
  date: LocalDate;
  hospitalId: string;
  position: number;
  band: Band;
  /** Decided for this very date, against the pattern. */
  isException: boolean;
}

/** Every turn that begins on a date of the span, by date, time and position. Pure. */
export function turnsOf(rules: readonly DutyRule[], dates: readonly LocalDate[], calendar: Calendar): RotationTurn[] {
  const starts = [...new Set(rules.map((rule) => rule.band.from))].sort((a, b) => a - b);
  return dates.flatMap((date) => {
    const seen = new Set<string>();
    return starts.flatMap((minute) =>
      onDuty(rules, instantOf(date, minute), calendar).flatMap(({ rule, serviceDate, subjectId, position }) => {
        if (serviceDate !== date || seen.has(rule.id)) return [];
        seen.add(rule.id);
        return [{ date, hospitalId: subjectId, position, band: rule.band, isException: 'on' in rule.when }];
      }),
    );
  });
}

/** The turns of a month, 'YYYY-MM'. */
export async function rotationOfMonth(sql: Sql, associationId: string, month: string): Promise<RotationTurn[]> {
  return turnsOf(await rotationRules(sql, associationId), datesOfMonth(month), japanCalendar);
}

export function datesOfMonth(month: string): LocalDate[] {
  const dates: LocalDate[] = [];
  for (let date = `${month}-01`; date.startsWith(month); date = addDays(date, 1)) dates.push(date);
  return dates;
}

export interface RotationChange {
  associationId: string;
  date: LocalDate;
  /** In the order in which they are asked; none: the pattern holds again. */
  hospitalIds: readonly string[];
  by: string;
  cause: string;
  at: Date;
}

export type RotationChanged = { status: 'changed' } | { status: 'not_found' | 'date_over' };

/** The night of the hospitals, 17:00-33:00, where no rule says otherwise (hospital.night_from, night_to). */
const nightBand: Band = { from: 1020, to: 1980 };

/** Decides one date of the rotation; in the caller's transaction. Each hospital concerned has it in its log. */
export async function changeRotation(tx: Sql, ids: Ids, change: RotationChange): Promise<RotationChanged> {
  const { associationId, date, hospitalIds, by, cause, at } = change;
  if (date < addDays(localDate(at), -1)) return { status: 'date_over' }; // the night that began yesterday may still be put right
  const active = await activeHospitals(tx, associationId); // locked: two changes come one after the other
  if (!hospitalIds.every((id) => active.includes(id))) return { status: 'not_found' };
  const rules = await rotationRules(tx, associationId);
  const decided = rules.filter(({ when }) => 'on' in when && when.on === date);
  await removeDutyRules(
    tx,
    decided.map(({ id }) => id),
  );
  const before = turnsOf(rules, [date], japanCalendar).map(({ hospitalId }) => hospitalId);
  const band = bandOf(rules);
  for (const [index, subjectId] of hospitalIds.entries())
    await addDutyRule(tx, associationId, {
      ...{
        id: ids.next('rr'),
        kind: 'hospital',
        areaId: null,
        subjectId,
        position: index + 1,
        band,
        when: { on: date },
      },
    });
  const data = { date, hospitalIds, before };
  for (const hospitalId of new Set([...before, ...hospitalIds])) {
    const entry = { chainId: hospitalId, associationId, at, actor: `operator:${by}`, cause };
    await appendEntry(tx, { ...entry, kind: 'rotation_changed', data });
  }
  return { status: 'changed' };
}

/** As long as the longest turn of the pattern, so that a decision never leaves a part of the night to nobody. */
function bandOf(rules: readonly DutyRule[]): Band {
  const patterns = rules.filter(({ when }) => !('on' in when)).map(({ band }) => band);
  if (patterns.length === 0) return nightBand;
  const from = Math.min(...patterns.map((band) => band.from));
  return { from, to: Math.min(from + 1440, Math.max(...patterns.map((band) => band.to))) };
}
