import type { Sql } from '../db.ts';
import { doctorsOnDuty } from '../roster/actions.ts';
import { japanCalendar } from '../roster/calendar.ts';
import type { Relation } from './request.ts';
import { areaOfDoctor, careTeam } from './store.ts';

export type { Relation } from './request.ts';

/**
 * How a doctor stands to a patient now: attending, deputy, on duty for his area at this instant, or none of these.
 * `patientId` null (nobody's card): the same statements run, over the doctor's own area, and the answer is `none`.
 */
export async function relationOf(sql: Sql, doctorId: string, patientId: string | null, at: Date): Promise<Relation> {
  const team = await careTeam(sql, patientId);
  const areaId = team?.area_id ?? (await areaOfDoctor(sql, doctorId));
  const duties = areaId === null ? [] : await doctorsOnDuty(sql, areaId, at, japanCalendar);
  if (!team) return 'none';
  if (team.attending_id === doctorId) return 'attending';
  if (team.deputy_ids.includes(doctorId)) return 'deputy';
  return duties.some((duty) => duty.subjectId === doctorId) ? 'duty' : 'none';
}
