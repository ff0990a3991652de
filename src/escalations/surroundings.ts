import { hospitalsToAsk } from '../beds/actions.ts';
import type { Sql } from '../db.ts';
import { localMinute } from '../lib/japan-time.ts';
import { doctorsOnDuty, standbyOnDuty } from '../roster/actions.ts';
import { japanCalendar } from '../roster/calendar.ts';
import type { Duty } from '../roster/roster.ts';
import type { Reachable, ReachableHospital, Surroundings } from './decision.ts';
import { reachable } from './reservation-store.ts';
import * as store from './store.ts';
import type { UrgentCall } from './urgent-call.ts';

/** Looks up who could be rung for this case at this instant, for the parts that are wanted. */
export async function lookAround(
  sql: Sql,
  call: UrgentCall,
  wanted: readonly (keyof Surroundings)[],
  at: Date,
): Promise<Partial<Surroundings>> {
  const found: { -readonly [Part in keyof Surroundings]?: Surroundings[Part] } = {};
  if (wanted.includes('doctors')) found.doctors = await doctorsFor(sql, call, at);
  if (wanted.includes('hospitals')) found.hospitals = await hospitalsFor(sql, call, at);
  if (wanted.includes('standby')) found.standby = await standbyFor(sql, call, at);
  return found;
}

const reserving = ({ id, caller }: UrgentCall) => ({ caseId: id, callerLineId: caller.lineId });
const subjects = (duties: readonly Duty[]): string[] => duties.map((duty) => duty.subjectId);

/** Attending, deputies, then whoever is on duty in the area now. */
async function doctorsFor(sql: Sql, call: UrgentCall, at: Date): Promise<Reachable[]> {
  const [routing, duty] = await Promise.all([
    call.patientId ? store.patientRouting(sql, call.patientId) : null,
    call.areaId ? doctorsOnDuty(sql, call.areaId, at, japanCalendar).then(subjects) : [],
  ]);
  const own = routing ? [...(routing.attending_id ? [routing.attending_id] : []), ...routing.deputy_ids] : [];
  return reachable(sql, reserving(call), 'doctor_id', [...new Set([...own, ...duty])]);
}

async function hospitalsFor(sql: Sql, call: UrgentCall, at: Date): Promise<ReachableHospital[]> {
  const { associationId, patientId } = call;
  const { hospitals } = await hospitalsToAsk(sql, { associationId, patientId, at });
  const ids = hospitals.map((hospital) => hospital.hospitalId);
  const phones = await reachable(sql, reserving(call), 'hospital_id', ids);
  return phones.map((desk) => ({
    ...desk,
    beds: hospitals.find((hospital) => hospital.hospitalId === desk.subjectId)?.beds ?? 'closed',
  }));
}

/**
 * For key 0 by day the hub's desk comes first. Then the standby persons on duty, then the others in their order: a gap in
 * the standby roster must not leave a caller alone.
 */
async function standbyFor(sql: Sql, call: UrgentCall, at: Date): Promise<Reachable[]> {
  const onDuty = await standbyOnDuty(sql, call.associationId, at, japanCalendar).then(subjects);
  const all = await store.activeStandby(sql, call.associationId);
  const persons = await reachable(sql, reserving(call), 'standby_id', [...new Set([...onDuty, ...all])]);
  const hub = await store.hubDesk(sql, call.associationId);
  const minute = localMinute(at);
  if (!hub?.hub_phone || minute < hub.hub_opens || minute >= hub.hub_closes) return persons;
  const desk: Reachable = {
    subjectId: call.associationId,
    isFree: true,
    phones: [{ phoneId: call.associationId, isFree: hub.is_free }],
  };
  return [desk, ...persons];
}
