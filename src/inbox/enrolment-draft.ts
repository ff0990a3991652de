/**
 * What the ticks of an enrolment form (連携登録票) say, as far as they say it without handwriting, in the fields of a registration
 * and a record; and which picture belongs beside which empty field. Pure. A tick that leaves a choice open (a ventilator: by mask
 * or by tube?) fills nothing and is told as a hint: nothing is guessed (rule 9), and an empty box is not a "no" (rule 7).
 */
import type { Crop, FormReading } from '../paper/reading.ts';
import { choiceOf, choicesOf } from '../paper/routing.ts';
import { fieldAt, registrationFields } from '../records/fields.ts';
import { pixelsOf } from './sealed-page.ts';

/** Parts of a draft (src/patients/findings.ts): fields that are not known are absent. */
export interface DraftParts {
  registration: Record<string, unknown>;
  record: Record<string, unknown>;
}

/** The picture of one field of the sheet. */
export interface DraftCrop extends Pick<Crop, 'box' | 'hasInk' | 'png'> {
  /** Of the sheet. */
  field: string;
  /** Where what is read from it is typed: a path in the draft, or null where no field takes it alone. */
  path: string | null;
}

export interface EnrolmentDraft {
  draft: DraftParts;
  /** Ticked, but not enough to fill a field: `['procedures', 'ventilator']`. The typist chooses. */
  hints: [field: string, value: string][];
  /** Fields with a box in doubt, or with two ticks where one is meant: a person looks at the page. */
  unclear: string[];
  crops: DraftCrop[];
}

type Form = Pick<FormReading, 'form' | 'ticks' | 'crops'>;

/** @throws RangeError for a page that is no enrolment form. */
export function enrolmentDraft(reading: Form): EnrolmentDraft {
  if (reading.form.kind !== 'enrolment') throw new RangeError('this page is no enrolment form');
  const found: Found = { registration: {}, record: {}, hints: [], unclear: new Set() };
  const sheet: Sheet = {
    one: (field) => {
      const choice = choiceOf(reading, field);
      if (choice.state === 'unclear') found.unclear.add(field);
      return choice.state === 'one' ? choice.value : null;
    },
    several: (field) => {
      const { ticked, unclear } = choicesOf(reading, field);
      if (unclear.length > 0) found.unclear.add(field);
      return ticked;
    },
  };
  person(sheet, found);
  illness(sheet, found);
  consents(sheet, found);
  const { registration, record, hints, unclear } = found;
  const crops = reading.crops.map(({ field, box, hasInk, png }) => ({ field, box, hasInk, png, path: pathOf(field) }));
  return { draft: { registration, record }, hints, unclear: [...unclear], crops };
}

interface Found extends DraftParts {
  hints: [string, string][];
  unclear: Set<string>;
}

interface Sheet {
  /** The one value chosen; null: none, or in doubt. */
  one(field: string): string | null;
  several(field: string): string[];
}

function person({ one }: Sheet, { registration, hints }: Found): void {
  const regKind = one('reg_kind');
  if (regKind) registration.regKind = regKind;
  const sex = one('sex');
  if (sex) registration.sex = sex;
  // The era belongs to a date that is written by hand.
  const era = one('birth');
  if (era) hints.push(['birth', era]);
  const residence = one('residence');
  if (residence) registration.residence = { kind: residences[residence] };
}

const residences: Readonly<Record<string, string>> = {
  ...{ alone: 'alone', alone_by_day: 'alone_by_day', together: 'with_family', institution: 'facility' },
};

function illness({ one, several }: Sheet, { record, hints, unclear }: Found): void {
  for (const field of ['allergy', 'infection'] as const) {
    const state = one(field);
    // あり needs to be said which; なし and 未確認 are whole answers.
    if (state === 'present') hints.push([field, state]);
    else if (state) record[field] = { state };
  }
  const meds = one('meds');
  if (meds === 'none') record.meds = { state: 'none' };
  else if (meds) hints.push(['meds', meds]);
  const adl = { bedridden: one('adl_bedridden'), dementia: one('adl_dementia') };
  const graded = Object.entries(adl).filter(([, grade]) => grade !== null);
  if (graded.length > 0) record.adl = Object.fromEntries(graded);
  const wish = one('acp');
  if (wish === 'everything') record.codeStatus = { status: 'attempt' };
  else if (wish === 'unknown') record.codeStatus = { status: 'unknown' };
  // DNAR only with its document, date and condition: those are typed (rule 7).
  else if (wish) hints.push(['acp', wish]);

  const procedures = several('procedures');
  const others = procedures.filter((value) => value !== 'none');
  if (procedures.includes('none')) {
    if (others.length > 0) unclear.add('procedures');
    else if (!unclear.has('procedures')) record.procedures = { state: 'none' };
    return;
  }
  const items = others.flatMap((value) => (procedureKinds[value] ? [{ kind: procedureKinds[value] }] : []));
  if (items.length > 0) record.procedures = { state: 'present', items };
  for (const value of others) if (!procedureKinds[value]) hints.push(['procedures', value]);
}

/** Left out are those that the record tells apart: ventilator (mask or tube), catheter, dialysis; a pacemaker is a device. */
const procedureKinds: Readonly<Record<string, string>> = {
  ...{ oxygen: 'home_oxygen', tracheostomy: 'tracheostomy', suction: 'suction', gastrostomy: 'gastrostomy' },
  ...{ nasal_tube: 'nasogastric_tube', central_line: 'central_line', stoma: 'stoma', pump: 'pca' },
  pressure_sore: 'pressure_ulcer',
};

function consents({ one, several }: Sheet, { registration, hints }: Found): void {
  const given: Readonly<Record<string, string>> = {
    ...{ consent_to: 'consentTo', consent_fax: 'consentFax', consent_emergency: 'consentEmergency' },
    withdraw: 'withdraw',
  };
  for (const [field, key] of Object.entries(given)) if (one(field)) registration[key] = true;
  const others = several('consent_hosp');
  if (others.length > 0) registration.consentHosp = Object.fromEntries(others.map((who) => [who, true]));
  const by = one('consent_by');
  if (by) registration.consentBy = { who: by === 'self' ? 'patient' : 'proxy' };
  if (by) hints.push(['consent_by', by]);
}

const isKey = (field: string): field is keyof typeof registrationFields => Object.hasOwn(registrationFields, field);

/** Fields of the sheet that are part of a field of the list. */
const partOf: Readonly<Record<string, string>> = {
  ...{
    key_person_relation: 'record.contacts',
    key_person_tel: 'record.contacts',
    consent_date: 'registration.consentBy',
  },
};

function pathOf(field: string): string | null {
  const path = isKey(field) ? registrationFields[field].at : partOf[field];
  return path !== undefined && fieldAt(path) ? path : null;
}

/** What was typed goes before what was ticked; parts of one field are put together. */
export function withTyped(ticked: DraftParts, typed: { registration?: object; record?: object }): DraftParts {
  return {
    registration: merged(ticked.registration, typed.registration ?? {}),
    record: merged(ticked.record, typed.record ?? {}),
  };
}

function merged(under: object, over: object): Record<string, unknown> {
  const whole: Record<string, unknown> = { ...under };
  for (const [key, value] of Object.entries(over)) {
    const before = whole[key];
    // A fact is one answer: `none` beside typed items would be two.
    const isPart = isPlain(before) && isPlain(value) && !('state' in value) && !('status' in value);
    whole[key] = isPart ? merged(before, value) : value;
  }
  return whole;
}

const isPlain = (value: unknown): value is object =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** The form as it came, with the boxes from which fields are typed, for `registration.sourceImage`. */
export function sourceImage(page: { id: string; sha256: string }, crops: readonly Pick<DraftCrop, 'field' | 'box'>[]) {
  const boxes = crops.map(({ field, box }) => {
    const { x: left, y: top, width, height } = pixelsOf(box);
    return { key: field, left, top, width, height };
  });
  return { page: page.id, sha256: page.sha256, boxes };
}
