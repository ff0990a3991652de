/** The town of the nights: who lives there, whose telephones ring, who is on duty. Made once; only what happens in a night changes. */
import { z } from 'zod';
import { type Plan, planShape } from '../escalations/plan.ts';
import { withCardCheckDigits } from '../lib/check-digits.ts';
import type { IdPrefix } from '../lib/ids.ts';
import { type Chance, chanceOf } from './chance.ts';

/** `--town FILE`: everything has a value that stands for one ward. */
export const townShape = z.strictObject({
  wards: z.number().int().min(1).max(100).default(1),
  areas: z.number().int().min(1).max(9).default(4),
  doctors: z.number().int().min(1).max(500).default(35),
  hospitals: z.number().int().min(0).max(90).default(10),
  standby: z.number().int().min(1).max(9).default(3),
  patients: z.number().int().min(1).max(20_000).default(1500),
  /** Doctors on duty in an area each night, beside attending doctors and deputies. */
  onDuty: z.number().int().min(0).max(9).default(2),
  /** Urgent calls in one ward in an ordinary night; a bad night has several times as many. */
  callsPerNight: z.number().min(0).max(200).default(6),
  /** What the carrier allows, for all wards together. */
  callsPerSecond: z.number().min(0.1).max(100).default(5),
  /** Numbers of the escalation plan that differ from config/default.json. */
  plan: planShape.partial().default({}),
});
export type TownPlan = z.output<typeof townShape>;

export interface Phone {
  id: string;
  owner: string;
  column: 'doctor_id' | 'hospital_id' | 'standby_id';
  e164: string;
  kind: 'mobile' | 'landline' | 'clinic' | 'desk';
  position: number;
}

export interface Patient {
  id: string;
  association_id: string;
  area_id: string;
  attending_id: string | null;
  deputy_ids: string[];
  hospital_id: string | null;
  needs: string[];
  bed_type: string;
  code: string;
  card: string;
}

export interface Association {
  id: string;
  name: string;
  spoken_name: string;
  caller_number: string;
  hub_phone: string | null;
  hub_opens: number;
  hub_closes: number;
  /** `plan`: the area's own values over the town's. */
  areas: { id: string; key: number; spoken_name: string; plan?: Readonly<Record<string, unknown>> }[];
}

export interface Duty {
  id: string;
  association_id: string;
  kind: 'doctor' | 'hospital' | 'standby';
  area_id: string | null;
  subject_id: string;
  position: number;
  on_date: string | null;
  days: string[] | null;
  valid_from: string | null;
  valid_until: string | null;
  from_minute: number;
  to_minute: number;
  away: { from: string; until: string }[] | null;
}

export interface Hospital {
  id: string;
  association_id: string;
  code: string;
  spoken_name: string;
  takes_by_day: boolean;
  accepts_needs: string[];
  bedTypes: string[];
}

export interface Fax {
  id: string;
  association_id: string;
  owner: { kind: 'doctor' | 'hospital'; id: string };
  position: number;
  e164: string;
  form: 'full' | 'pseudonymous';
  status: 'confirmed' | 'registered' | 'frozen';
  confirmed_at: Date | null;
  confirm_due_at: Date | null;
}

export interface Town {
  settings: TownPlan;
  plan: Plan;
  associations: Map<string, Association>;
  doctors: Map<string, { id: string; association_id: string; area_id: string; spoken_name: string }>;
  hospitals: Map<string, Hospital>;
  standby: Map<string, { id: string; association_id: string; position: number; spoken_name: string }>;
  phones: Map<string, Phone>;
  patients: Map<string, Patient>;
  duties: Duty[];
  faxes: Map<string, Fax>;
}

/** `dr_` and a number, as long as every id of ours: readable in a story, and the same in every run. */
export const idOf = (prefix: IdPrefix, number: number): string => `${prefix}_${String(number).padStart(26, '0')}`;

const weekdays = ['mon', 'tue', 'wed', 'thu', 'fri', 'sat', 'sun'] as const;
const allDays = [...weekdays];
const needs = ['oxygen', 'ventilator', 'dialysis', 'isolation', 'dementia', 'end_of_life'] as const;
const night = { from_minute: 17 * 60, to_minute: 33 * 60 };

/** @throws when the plan's own numbers contradict each other. */
export function buildTown(settings: TownPlan, standard: Plan): Town {
  const town: Town = {
    ...{ settings, plan: planShape.parse({ ...standard, ...settings.plan }) },
    ...{ associations: new Map(), doctors: new Map(), hospitals: new Map(), standby: new Map() },
    ...{ phones: new Map(), patients: new Map(), duties: [], faxes: new Map() },
  };
  for (let ward = 0; ward < settings.wards; ward++) buildWard(town, ward, chanceOf(1, 'ward', ward));
  return town;
}

function buildWard(town: Town, ward: number, chance: Chance): void {
  const { settings } = town;
  const associationId = idOf('as', ward + 1);
  const areas = Array.from({ length: settings.areas }, (_, place) => ({
    ...{ id: idOf('ar', ward * 10 + place + 1), key: place + 1, spoken_name: `地区${place + 1}` },
  }));
  const number = `+81500000${String(1000 + ward)}`;
  town.associations.set(associationId, {
    ...{
      id: associationId,
      name: `第${ward + 1}区医師会`,
      spoken_name: `第${ward + 1}く いしかい`,
      caller_number: number,
    },
    ...{ hub_phone: `+81450001${String(1000 + ward)}`, hub_opens: 540, hub_closes: 1020, areas },
  });
  for (let place = 0; place < settings.doctors; place++)
    addDoctor(town, ward, place, areas[place % areas.length]!.id, chance);
  for (let place = 0; place < settings.hospitals; place++) addHospital(town, ward, place, chance);
  for (let place = 0; place < settings.standby; place++) {
    const id = idOf('sb', ward * 10 + place + 1);
    town.standby.set(id, { id, association_id: associationId, position: place + 1, spoken_name: `当番${place + 1}` });
    addPhone(town, 'standby_id', id, 1, 'mobile', `+81904${String(ward * 100 + place).padStart(7, '0')}`);
  }
  const doctors = [...town.doctors.values()].filter((doctor) => doctor.association_id === associationId);
  for (const { id: areaId } of areas)
    addDuties(
      town,
      associationId,
      areaId,
      doctors.filter((d) => d.area_id === areaId),
    );
  addRotation(town, associationId);
  for (let place = 0; place < settings.patients; place++) addPatient(town, ward, place, doctors, chance);
}

function addPhone(
  town: Town,
  column: Phone['column'],
  owner: string,
  position: number,
  kind: Phone['kind'],
  e164: string,
) {
  const id = idOf('ph', town.phones.size + 1);
  town.phones.set(id, { id, owner, column, e164, kind, position });
}

function addDoctor(town: Town, ward: number, place: number, areaId: string, chance: Chance): void {
  const number = ward * 1000 + place + 1;
  const id = idOf('dr', number);
  const associationId = idOf('as', ward + 1);
  town.doctors.set(id, { id, association_id: associationId, area_id: areaId, spoken_name: `医師${place + 1}` });
  addPhone(town, 'doctor_id', id, 1, 'mobile', `+81901${String(number).padStart(7, '0')}`);
  if (chance.is(0.7)) addPhone(town, 'doctor_id', id, 2, 'landline', `+81451${String(number).padStart(6, '0')}`);
  if (chance.is(0.85))
    addFax(town, associationId, { kind: 'doctor', id }, 1, `+81452${String(number).padStart(6, '0')}`, chance);
  if (chance.is(0.2))
    addFax(town, associationId, { kind: 'doctor', id }, 2, `+81453${String(number).padStart(6, '0')}`, chance);
}

function addFax(
  town: Town,
  association_id: string,
  owner: Fax['owner'],
  position: number,
  e164: string,
  chance: Chance,
): void {
  const id = idOf('fd', town.faxes.size + 1);
  const status = chance.pick({ confirmed: 88, registered: 6, frozen: 6 });
  // Some are confirmed no more: the yearly test page has not been answered.
  const due = new Date(Date.UTC(chance.is(0.07) ? 2020 : 2999, 0, 1));
  town.faxes.set(id, {
    ...{ id, association_id, owner, position, e164, form: chance.is(0.8) ? 'full' : 'pseudonymous', status },
    ...{ confirmed_at: status === 'registered' ? null : new Date(Date.UTC(2019, 0, 1)) },
    confirm_due_at: status === 'registered' ? null : due,
  });
}

function addHospital(town: Town, ward: number, place: number, chance: Chance): void {
  const number = ward * 100 + place + 1;
  const id = idOf('ho', number);
  const associationId = idOf('as', ward + 1);
  const bedTypes = [
    'general',
    ...(chance.is(0.5) ? ['community_care'] : []),
    ...(chance.is(0.3) ? ['palliative'] : []),
  ];
  town.hospitals.set(id, {
    ...{ id, association_id: associationId, code: String(100 + place), spoken_name: `病院${place + 1}`, bedTypes },
    ...{ takes_by_day: chance.is(0.5), accepts_needs: needs.filter(() => chance.is(0.7)) },
  });
  addPhone(town, 'hospital_id', id, 1, 'desk', `+81454${String(number).padStart(6, '0')}`);
  if (chance.is(0.4)) addPhone(town, 'hospital_id', id, 2, 'desk', `+81455${String(number).padStart(6, '0')}`);
  if (chance.is(0.9))
    addFax(town, associationId, { kind: 'hospital', id }, 1, `+81456${String(number).padStart(6, '0')}`, chance);
}

const rule = { on_date: null, valid_from: null, valid_until: null, away: null };

function addDuties(town: Town, association_id: string, area_id: string, doctors: readonly { id: string }[]): void {
  weekdays.forEach((day, dayPlace) => {
    for (let position = 1; position <= town.settings.onDuty; position++) {
      const doctor = doctors[(dayPlace * town.settings.onDuty + position - 1) % Math.max(1, doctors.length)];
      if (!doctor) continue;
      const duty = { ...rule, association_id, kind: 'doctor' as const, area_id, subject_id: doctor.id, position };
      town.duties.push({ ...duty, id: idOf('rr', town.duties.length + 1), days: [day], ...night });
    }
  });
}

function addRotation(town: Town, association_id: string): void {
  const hospitals = [...town.hospitals.values()].filter((hospital) => hospital.association_id === association_id);
  if (hospitals.length === 0) return;
  const duty = { ...rule, association_id, area_id: null };
  weekdays.forEach((day, dayPlace) => {
    for (let position = 1; position <= Math.min(3, hospitals.length); position++) {
      const subject_id = hospitals[(dayPlace * 2 + position) % hospitals.length]!.id;
      const id = idOf('rr', town.duties.length + 1);
      town.duties.push({ ...duty, id, kind: 'hospital', subject_id, position, days: [day], ...night });
    }
  });
  const [first] = [...town.standby.values()].filter((person) => person.association_id === association_id);
  const id = idOf('rr', town.duties.length + 1);
  if (first)
    town.duties.push({ ...duty, id, kind: 'standby', subject_id: first.id, position: 1, days: allDays, ...night });
}

function addPatient(
  town: Town,
  ward: number,
  place: number,
  doctors: readonly { id: string; area_id: string }[],
  chance: Chance,
) {
  const number = ward * 100_000 + place + 1;
  const id = idOf('pt', number);
  const associationId = idOf('as', ward + 1);
  const attending = doctors[chance.below(doctors.length)]!;
  const neighbours = doctors.filter((doctor) => doctor.area_id === attending.area_id && doctor.id !== attending.id);
  const deputies = neighbours.filter(() => chance.is(2.2 / Math.max(1, neighbours.length))).slice(0, 4);
  const hospitals = town.settings.hospitals;
  town.patients.set(id, {
    ...{ id, association_id: associationId, area_id: attending.area_id, attending_id: attending.id },
    ...{ deputy_ids: deputies.map((doctor) => doctor.id), code: `P${number}`, card: cardOf(number) },
    hospital_id: hospitals > 0 && chance.is(0.8) ? idOf('ho', ward * 100 + chance.below(hospitals) + 1) : null,
    needs: chance.is(0.3) ? [needs[chance.below(needs.length)]!] : [],
    bed_type: chance.pick({ general: 75, community_care: 15, palliative: 10 }),
  });
}

/** A valid card number, the same for the same patient. A number that would pass My Number's check is never issued: the next one is taken. */
export function cardOf(number: number): string {
  for (let serial = number * 20; ; serial++) {
    const card = withCardCheckDigits(String(5_000_000_000 + ((serial * 7919) % 3_999_999_999)));
    if (card) return card;
  }
}
