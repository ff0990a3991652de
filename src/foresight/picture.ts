/**
 * An association as the nights need it: its roster, doctors, hospitals and settings as they stand, with invented telephone
 * numbers. Plain data, so that it can be handed to another process.
 */
import { createHash } from 'node:crypto';
import type { Sql } from '../db.ts';
import { areaPlansOf, planDraftsOf } from '../escalations/area-plan.ts';
import { type Plan, planOf } from '../escalations/plan.ts';
import { addDays, type LocalDate } from '../lib/japan-time.ts';
import { buildTown, cardOf, type Duty, type Town, type TownPlan, townShape } from '../nights/town.ts';
import { rulesWithNames } from '../roster/actions.ts';
import { datesOf } from '../roster/month.ts';
import type { DateSpan, DutyRule } from '../roster/roster.ts';
import * as store from './town-store.ts';

/** What changes with a decision: the roster, the people, their telephones, the hospitals, the settings of the hunts. */
export interface Standing {
  associationId: string;
  /** The month that is asked about and the one that it is compared with, 'YYYY-MM'. */
  months: { asked: string; base: string };
  hasDraftPlans: boolean;
  areas: { id: string; key: number; plan: Plan }[];
  hub: { hasPhone: boolean; opens: number; closes: number };
  doctors: store.DoctorRow[];
  hospitals: store.HospitalRow[];
  /** In the order in which they are rung. */
  standby: string[];
  phones: store.PhoneRow[];
  rules: DutyRule[];
}

export interface Picture extends Standing {
  /** Whom calls may be about. */
  patients: store.PatientRow[];
  /** Urgent calls in an ordinary night, and whether that was counted here or is the model's. */
  calls: { perNight: number; source: 'counted' | 'model' | 'given' };
}

export interface StandingWanted {
  associationId: string;
  month: string;
  base: string;
  /** Settings of hunts that are worked out and not in force yet go before those in force. */
  hasDraftPlans?: boolean;
}

export interface PictureWanted extends StandingWanted {
  at: Date;
  callsPerNight?: number | undefined;
}

/** The default plan of a hunt, without an area's own values. */
interface Standard {
  plan: Plan;
}

const mostPatients = 5000;
const lookBackDays = 90;
const leastNights = 28;
const leastCalls = 30;
/** Ordinary, bad and stormy nights together, against an ordinary one (nights/story.ts). */
const nightsMix = 0.8 + 0.15 * 2.5 + 0.05 * 4;

/** @returns null when there is no such association. */
export async function takeStanding(
  sql: Sql,
  { plan: standard }: Standard,
  { associationId, month, base, hasDraftPlans = false }: StandingWanted,
): Promise<Standing | null> {
  const hub = await store.hubOf(sql, associationId);
  if (!hub) return null;
  const dates = [...datesOf(month), ...datesOf(base)].sort();
  // A day's duty before the first night may reach into it, and the last night ends on the next date.
  const rules = await rulesWithNames(sql, associationId, addDays(dates[0]!, -1), addDays(dates.at(-1)!, 1));
  const own = new Map((await areaPlansOf(sql, associationId)).map(({ id, plan }) => [id, plan]));
  if (hasDraftPlans) for (const draft of await planDraftsOf(sql, associationId)) own.set(draft.area_id, draft.own);
  return {
    ...{ associationId, months: { asked: month, base }, hasDraftPlans },
    areas: (await store.areasOf(sql, associationId)).map(({ id, key }) => {
      return { id, key, plan: planOf(standard, own.get(id)).plan };
    }),
    hub: { hasPhone: hub.has_phone, opens: hub.hub_opens, closes: hub.hub_closes },
    doctors: await store.activeDoctors(sql, associationId),
    hospitals: await store.activeHospitals(sql, associationId),
    standby: await store.activeStandby(sql, associationId),
    phones: await store.activePhones(sql, associationId),
    rules: rules.map(({ name: _name, away, ...rule }) => ({ ...rule, away: inOrder(away ?? []) })),
  };
}

const inOrder = (spans: readonly DateSpan[]): DateSpan[] =>
  [...spans].sort((one, other) => (one.from < other.from ? -1 : 1));

/** @returns null when there is no such association; `patients` may be empty. */
export async function takePicture(sql: Sql, standard: Standard, wanted: PictureWanted): Promise<Picture | null> {
  const { associationId, at, callsPerNight } = wanted;
  const standing = await takeStanding(sql, standard, wanted);
  if (!standing) return null;
  return {
    ...standing,
    patients: await store.somePatients(sql, associationId, mostPatients),
    calls:
      callsPerNight === undefined
        ? await callsOf(sql, associationId, at)
        : { perNight: callsPerNight, source: 'given' },
  };
}

/** As they were counted here, once there are enough of them; else the model's number for one ward. */
async function callsOf(sql: Sql, associationId: string, at: Date): Promise<Picture['calls']> {
  const from = new Date(at.getTime() - lookBackDays * 86_400_000);
  const { count, first } = await store.nightCallsSince(sql, associationId, from);
  const nights = first ? (at.getTime() - first.getTime()) / 86_400_000 : 0;
  if (count < leastCalls || nights < leastNights)
    return { perNight: townShape.parse({}).callsPerNight, source: 'model' };
  return { perNight: Math.round((count / nights / nightsMix) * 10) / 10, source: 'counted' };
}

/**
 * Whoever kept an answer can tell by it whether the answer still speaks of what stands. Patients come and go daily, and calls are
 * counted every day: they are no part of it.
 */
export const fingerprintOf = (standing: Standing): string =>
  createHash('sha256').update(JSON.stringify(standing)).digest('hex');

/** The town of the nights in which this association lives alone. */
export function townOf(picture: Picture): Town {
  const { associationId, areas, hub, calls } = picture;
  const settings: TownPlan = { ...townShape.parse({ callsPerNight: calls.perNight }), callsPerSecond: 1 };
  const [first] = areas;
  if (!first) throw new RangeError('an association without areas takes no calls');
  const empty = { ...settings, wards: 0, plan: {} };
  const town: Town = { ...buildTown(empty, first.plan), settings };
  town.associations.set(associationId, {
    ...{ id: associationId, name: '医師会', spoken_name: 'いしかい', caller_number: '+815000001000' },
    ...{ hub_phone: hub.hasPhone ? '+81450001000' : null, hub_opens: hub.opens, hub_closes: hub.closes },
    areas: areas.map(({ id, key, plan }) => ({ id, key, plan, spoken_name: `ちく${key}` })),
  });
  for (const { id, area_id } of picture.doctors)
    town.doctors.set(id, { id, area_id, association_id: associationId, spoken_name: 'いし' });
  for (const [place, { id, bed_types: bedTypes, ...hospital }] of picture.hospitals.entries())
    town.hospitals.set(id, {
      ...{
        ...hospital,
        id,
        association_id: associationId,
        code: String(100 + place),
        spoken_name: 'びょういん',
        bedTypes,
      },
    });
  for (const [place, id] of picture.standby.entries())
    town.standby.set(id, { id, association_id: associationId, position: place + 1, spoken_name: 'とうばん' });
  for (const { line, ...phone } of picture.phones)
    town.phones.set(phone.id, { ...phone, e164: `+8190${String(10_000_000 + line)}` });
  for (const patient of picture.patients)
    town.patients.set(patient.id, {
      ...{ ...patient, association_id: associationId, code: `P${town.patients.size + 1}` },
      card: cardOf(town.patients.size + 1),
    });
  town.duties.push(...picture.rules.map((rule) => dutyOf(rule, associationId)));
  return town;
}

function dutyOf({ id, kind, areaId, subjectId, position, band, when, away }: DutyRule, association_id: string): Duty {
  const [on_date, days, valid_from, valid_until]: [
    LocalDate | null,
    string[] | null,
    LocalDate | null,
    LocalDate | null,
  ] = 'on' in when ? [when.on, null, null, null] : [null, [...when.days], when.validFrom, when.validUntil];
  return {
    ...{ id, association_id, kind, area_id: areaId, subject_id: subjectId, position },
    ...{ on_date, days, valid_from, valid_until, from_minute: band.from, to_minute: band.to },
    away: away ? [...away] : null,
  };
}
