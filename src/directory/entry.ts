/** What stands in the directory and may be edited there: areas, doctors, facilities, hospitals, standby persons. */
import { z } from 'zod';
import { bedTypes } from '../beds/beds.ts';

export const entryKinds = ['area', 'doctor', 'facility', 'hospital', 'standby'] as const;
export type EntryKind = (typeof entryKinds)[number];
/** Who has telephones of his own in the list that is rung. */
export type PhoneOwner = 'doctor' | 'hospital' | 'standby';
export const ownsPhones = (kind: EntryKind): kind is PhoneOwner =>
  kind === 'doctor' || kind === 'hospital' || kind === 'standby';
/** What may be added at the console; an area has keys and a plan, and comes by the lists. */
export const addedKinds = ['doctor', 'facility', 'hospital', 'standby'] as const;
export type AddedKind = (typeof addedKinds)[number];

export const facilityKinds = [
  ...(['clinic', 'hospital', 'pharmacy', 'nursing_station'] as const),
  ...(['care_manager_office', 'care_plaza', 'hub'] as const),
] as const;
export const needKinds = [
  ...(['ventilator', 'oxygen', 'tracheostomy', 'dialysis', 'isolation'] as const),
  ...(['central_line', 'tube_feeding', 'dementia', 'end_of_life'] as const),
] as const;
export const phoneKinds = ['mobile', 'landline', 'clinic', 'desk'] as const;

const words = z.string().trim().min(1).max(80);
const id = z.string().max(40);
const named = { name: words, spokenName: words };
/** Minutes after midnight. */
const minute = z.number().int().min(0);

/** All that may be changed of each kind; a number of a facility is as typed, and kept as E.164. */
export const entryShapes = {
  area: z.strictObject(named),
  doctor: z.strictObject({ ...named, areaId: id, facilityId: id.nullable(), isActive: z.boolean() }),
  facility: z.strictObject({
    ...named,
    ...{ kind: z.enum(facilityKinds), areaId: id.nullable(), isActive: z.boolean() },
    ...{ phone: z.string().max(40).nullable(), fax: z.string().max(40).nullable() },
  }),
  hospital: z.strictObject({
    ...named,
    ...{ takesByDay: z.boolean(), nightFrom: minute.max(1440), nightTo: minute.max(2880) },
    ...{ acceptsNeeds: z.array(z.enum(needKinds)), isActive: z.boolean() },
    bedTypes: z.array(z.strictObject({ type: z.enum(bedTypes), staffed: z.number().int().min(0).max(5000) })),
  }),
  standby: z.strictObject({ ...named, position: z.number().int().min(1).max(99), isActive: z.boolean() }),
} as const satisfies Record<EntryKind, z.ZodType>;

/** As sent and shown: the fields of one kind, with its name. */
export const entryFields = z.discriminatedUnion('entry', [
  entryShapes.area.extend({ entry: z.literal('area') }),
  entryShapes.doctor.extend({ entry: z.literal('doctor') }),
  entryShapes.facility.extend({ entry: z.literal('facility') }),
  entryShapes.hospital.extend({ entry: z.literal('hospital') }),
  entryShapes.standby.extend({ entry: z.literal('standby') }),
]);
export type EntryFields = z.output<typeof entryFields>;

export const typedPhones = z.array(z.strictObject({ number: z.string().max(40), kind: z.enum(phoneKinds) })).max(9);
export type TypedPhones = z.output<typeof typedPhones>;
