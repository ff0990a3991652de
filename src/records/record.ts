/**
 * 緊急時患者記録: what a doctor reads at night about a patient he has never met. Fields, rules and order are those of the
 * association's list (fields.ts says where each of its keys lives); card number, version and times are added to the page
 * when it is made and are not in here. Everything can be unknown, nothing can be blank: rule 7.
 */
import { z } from 'zod';
import { registrationShape } from '../patients/registration.ts';
import {
  blank,
  date,
  type Fact,
  fact,
  fault,
  measure,
  month,
  optionalText,
  orNull,
  phone,
  statedFact,
  text,
} from './shapes.ts';

export type { Fact } from './shapes.ts';

// ---------------------------------------------------------------------------------------------------- 2 alerts

const allergy = z.strictObject({
  kind: z.enum(['drug', 'food', 'environment', 'contraindication']),
  name: text(40),
  reaction: optionalText(60),
});
const namedDrug = z.strictObject({ name: text(40), note: optionalText(60) });
const uninterruptible = z.strictObject({
  kind: z.enum(['insulin', 'steroid', 'antiepileptic', 'other']),
  name: text(40),
  note: optionalText(60),
});
const implant = z.strictObject({
  kind: z.enum(['pacemaker', 'icd', 'crt', 'stent', 'shunt', 'prosthesis', 'other']),
  makerModel: optionalText(60),
  mri: z.enum(['safe', 'conditional', 'unsafe', 'unknown']).default('unknown'),
  note: optionalText(60),
});
const infection = z.strictObject({
  kind: z.enum(['hbv', 'hcv', 'hiv', 'tb', 'mrsa', 'esbl', 'cd', 'syphilis', 'scabies', 'other']),
  /** What it is when the kind does not say it. */
  name: optionalText(40),
  testedOn: orNull(date),
  needsIsolation: z.boolean().default(false),
});
const safety = z.strictObject({
  kind: z.enum(['lives_alone', 'alone_by_day', 'wandering', 'aggression', 'animal', 'oxygen_fire', 'fall', 'other']),
  note: optionalText(60),
});

// ---------------------------------------------------------------------------------------------------- 3 wishes

/** 根拠書面. `signedOn` is the day it was drawn up; a review renews it. */
const directive = z.strictObject({
  kind: text(40),
  signedOn: date,
  signatories: z.array(text(40)).min(1).max(6),
  keptAt: text(60),
  reviewedOn: orNull(date),
});

/** DNAR only with a signed document, its date and the condition it was decided for (fire-service protocols ask for it). */
const codeStatus = z.discriminatedUnion('status', [
  z.strictObject({ status: z.literal('dnar'), document: directive, expectedCondition: text(120) }),
  z.strictObject({ status: z.literal('attempt'), document: orNull(directive) }),
  z.strictObject({ status: z.literal('undecided'), document: orNull(directive) }),
  z.strictObject({ status: z.literal('unknown'), document: orNull(directive) }),
]);

const wish = z.enum(['wanted', 'not_wanted', 'undecided']).default('undecided');
const treatmentScope = z.strictObject({
  transport: wish,
  hospitalisation: wish,
  intensiveCare: wish,
  intubation: wish,
  noninvasiveVentilation: wish,
  vasopressors: wish,
  transfusion: wish,
  antibiotics: wish,
  tubeFeeding: wish,
  infusion: wish,
  dialysis: wish,
});
const place = z.enum(['home', 'facility', 'hospital', 'undecided']).default('undecided');
const told = z.enum(['told', 'partly', 'not_told', 'unknown']).default('unknown');
const surrogate = z.strictObject({ name: text(40), relation: text(20), phones: z.array(phone).min(1).max(2) });

// ---------------------------------------------------------------------------------------------------- 4-9

const problem = z.strictObject({
  name: text(60),
  code: orNull(z.strictObject({ system: z.enum(['icd10', 'medis']), value: text(20) })),
  onset: orNull(month),
  isSuspected: z.boolean().default(false),
});
const past = z.strictObject({ name: text(60), year: orNull(z.int().min(1900).max(2200)) });

const baselineVitals = z.strictObject({
  measuredOn: date,
  consciousness: orNull(z.enum(['0', '1', '2', '3', '10', '20', '30', '100', '200', '300'])), // JCS
  systolic: orNull(measure(30, 300)), // mmHg
  diastolic: orNull(measure(10, 200)), // mmHg
  pulse: orNull(measure(10, 300)), // per minute
  oxygenSaturation: orNull(measure(30, 100)), // %
  oxygenLitres: orNull(measure(0, 60)), // litres per minute at which it was measured; 0 is room air
  temperature: orNull(measure(25, 45)), // °C
  respiratoryRate: orNull(measure(1, 80)), // per minute
});
const help = z.enum(['independent', 'some_help', 'full_help', 'unknown']).default('unknown');
const adl = z.strictObject({
  bedridden: z.enum(['independent', 'J1', 'J2', 'A1', 'A2', 'B1', 'B2', 'C1', 'C2', 'unknown']).default('unknown'),
  dementia: z.enum(['independent', 'I', 'IIa', 'IIb', 'IIIa', 'IIIb', 'IV', 'M', 'unknown']).default('unknown'),
  moving: help,
  eating: help,
  excretion: help,
});
const careLevels = [
  ...['independent', 'programme', 'support_1', 'support_2'],
  ...['care_1', 'care_2', 'care_3', 'care_4', 'care_5', 'applied', 'not_applied', 'unknown'],
] as const;
const careLevel = z.strictObject({
  level: z.enum(careLevels).default('unknown'),
  validFrom: orNull(date),
  validUntil: orNull(date),
});

const anticipated = z.strictObject({ event: text(30), action: text(80), call: text(40) });
const homeStock = z
  .strictObject({
    name: text(40),
    quantity: optionalText(20),
    place: optionalText(40),
    isNarcotic: z.boolean().default(false),
  })
  .check((context) => {
    const { isNarcotic, quantity } = context.value;
    if (isNarcotic && quantity === null) fault(context, 'narcotic_quantity', '', ['quantity']);
  });

const medication = z.strictObject({
  name: text(60),
  dose: text(30),
  usage: text(40),
  changedOn: orNull(date),
  isNarcotic: z.boolean().default(false),
  /** Typed by hand and not taken from a list of drugs: marked on the page. */
  isHandEntered: z.boolean().default(false),
  code: orNull(z.strictObject({ system: z.enum(['hot9', 'hot7', 'yj', 'gtin']), value: text(20) })),
});
const pharmacy = z.strictObject({ name: text(60), phone: phone, holidayPhone: orNull(phone) });

const procedure = z.strictObject({
  kind: z.enum([
    ...(['home_oxygen', 'nppv', 'tppv', 'tracheostomy', 'suction', 'central_line', 'gastrostomy'] as const),
    ...(['nasogastric_tube', 'intermittent_catheter', 'indwelling_catheter', 'stoma'] as const),
    ...(['haemodialysis', 'peritoneal_dialysis', 'pca', 'pressure_ulcer', 'other'] as const),
  ]),
  /** Litres, mode and pressures, size: as the person who changes it needs it. */
  setting: optionalText(80),
  changedOn: orNull(date),
  vendor: orNull(z.strictObject({ name: text(40), phone: phone })),
});

const lab = z.strictObject({
  item: z.enum([
    ...(['hb', 'creatinine', 'egfr', 'sodium', 'potassium', 'albumin', 'crp', 'glucose', 'hba1c'] as const),
    ...(['pt_inr', 'bnp', 'ecg'] as const),
  ]),
  value: z.union([z.number(), text(40)]),
  on: date,
});

// ---------------------------------------------------------------------------------------------------- 10, 11

const who = { name: text(40), phones: z.array(phone).min(1).max(3), hours: optionalText(40) };
const organisation = optionalText(60);
const contact = z.discriminatedUnion('role', [
  z.strictObject({ role: z.literal('key_person'), relation: text(20), ...who }),
  z.strictObject({ role: z.literal('family'), relation: text(20), ...who }),
  z.strictObject({ role: z.literal('attending'), organisation, ...who }),
  z.strictObject({ role: z.literal('deputy'), organisation, ...who }),
  z.strictObject({
    role: z.literal('nursing_station'),
    organisation,
    hasNightContract: z.boolean().default(false),
    ...who,
  }),
  z.strictObject({ role: z.literal('care_manager'), organisation, ...who }),
  z.strictObject({ role: z.literal('other'), organisation, ...who }),
]);

const hospital = z.strictObject({
  /** The hospital's own code in the directory; null when it does not take part. */
  code: orNull(z.string().regex(/^\d{3,6}$/)),
  name: text(60),
  registeredOn: orNull(date),
  hospitalPatientId: optionalText(20),
});

/** Bounds are those of the field list where it has one; elsewhere what one patient can reasonably need. */
export const recordShape = z.strictObject({
  addressAccess: z
    .strictObject({ landmark: optionalText(60), parking: optionalText(60), entry: optionalText(60) })
    .prefault(blank),
  body: z
    .strictObject({
      weight: orNull(z.strictObject({ kilograms: measure(1, 300), on: date })),
      heightCentimetres: orNull(measure(30, 250)),
      bloodType: orNull(z.enum(['A+', 'A-', 'B+', 'B-', 'O+', 'O-', 'AB+', 'AB-', 'A', 'B', 'O', 'AB'])),
    })
    .prefault(blank),
  /** Never open: 未確認 has to be said. */
  allergy: statedFact(allergy, 20),
  anticoagulant: fact(namedDrug, 8),
  /** 中断不可薬. */
  insulinSteroid: fact(uninterruptible, 8),
  deviceAlert: fact(implant, 8),
  infection: fact(infection, 10),
  safety: fact(safety, 8),
  codeStatus: codeStatus.default({ status: 'unknown', document: null }),
  treatmentScope: treatmentScope.prefault(blank),
  placePref: z.strictObject({ care: place, death: place }).prefault(blank),
  surrogate: fact(surrogate, 1),
  disclosure: z.strictObject({ patient: told, family: told }).prefault(blank),
  /** The main one first. */
  problems: z.array(problem).min(1).max(6),
  course: optionalText(120),
  past: z.array(past).max(4).default([]),
  baselineVitals: orNull(baselineVitals),
  adl: adl.prefault(blank),
  communication: optionalText(40),
  careLevel: careLevel.prefault(blank),
  anticipated: z.array(anticipated).max(3).default([]),
  homeStock: z.array(homeStock).max(20).default([]),
  /** The page shows fourteen and counts the others: they follow on its second sheet. */
  meds: fact(medication, 60),
  pharmacy: orNull(pharmacy),
  procedures: fact(procedure, 16),
  labs: z.array(lab).max(24).default([]),
  /** In the order in which they are to be called. */
  contacts: z.array(contact).max(6).default([]),
  hospitals: z.array(hospital).max(2).default([]),
});

export type EmergencyRecord = z.output<typeof recordShape>;
export type Medication = z.output<typeof medication>;
export type Contact = z.output<typeof contact>;
export type CodeStatus = EmergencyRecord['codeStatus'];

/** What one version seals. */
export const sealedContentShape = z.strictObject({
  schema: z.literal(1),
  registration: registrationShape,
  record: recordShape,
});
export type SealedContent = z.output<typeof sealedContentShape>;

/**
 * Reads what `serialiseContent` wrote.
 * @throws Error when the bytes are no such content: a version was sealed by something else. The message tells nothing of them.
 */
export function parseContent(bytes: Uint8Array): SealedContent {
  let json: unknown;
  try {
    json = JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes));
  } catch {
    throw new Error('a sealed record is not UTF-8 JSON');
  }
  const parsed = sealedContentShape.safeParse(json);
  if (parsed.success) return parsed.data;
  const places = parsed.error.issues.map(({ path }) => path.filter((part) => typeof part === 'string').join('.'));
  throw new Error(`a sealed record does not have the shape of schema 1 at ${[...new Set(places)].join(', ')}`);
}

/** UTF-8 JSON, as the vault seals it. */
export const serialiseContent = (content: SealedContent): Uint8Array =>
  new TextEncoder().encode(JSON.stringify(content));

/** The items, or none: for those who want only what is there. Never use it to say that there is nothing. */
export const itemsOf = <T>(found: Fact<T>): T[] => (found.state === 'present' ? found.items : []);
