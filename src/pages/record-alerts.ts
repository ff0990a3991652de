/** Blocks 1 to 3 of the record page: who, what must not be overlooked, what the patient wants. */
import { ageOn, formatBothCalendars, formatEra } from '../lib/eras.ts';
import { addDays, localDate } from '../lib/japan-time.ts';
import { kanaInitials } from '../lib/kana.ts';
import { formatNational } from '../lib/phone.ts';
import { printedKana, printedName, type Registration } from '../patients/registration.ts';
import type { CodeStatus, EmergencyRecord, SealedContent } from '../records/record.ts';
import type { RecordContext } from './record-context.ts';
import { alert, type Field, field, fitting, joined, more, noted, plain, type Row, saidOf, widthOf } from './rows.ts';
import type { Words } from './words.ts';

/** The patient as this variant may name him. */
export interface Identity {
  kana: string;
  /** null: not on this variant. */
  name: string | null;
  /** Sex, birth and age in one line. */
  about: string;
  rows: Row[];
}

export function identityOf({ registration, record }: SealedContent, context: RecordContext, words: Words): Identity {
  const said = (key: string, values = {}) => words.say(`record.identity.${key}`, values);
  const sex = said(`sex.${registration.sex}`);
  const today = localDate(context.at);
  if (context.variant === 'pseudonymous') {
    const { family, given } = registration.nameKana;
    return {
      kana: `${said('initials')} ${kanaInitials([family, given])}`,
      name: null,
      about: joined([sex, birthYear(registration, today, words)]),
      rows: [plain(bodyOf(record, words))],
    };
  }
  const { birth, formerName } = registration;
  const born = said('birth', { date: formatBothCalendars(birth), age: ageOn(birth, today) });
  const fields = [
    ...(formerName ? [field(said('former_name'), formerName)] : []),
    ...(context.variant === 'visit' ? accessOf(registration, record, words) : []),
    bodyOf(record, words),
  ];
  const rows = [plain(...fields)];
  return { kana: printedKana(registration), name: printedName(registration), about: joined([sex, born]), rows };
}

/** The year alone would give the age to within one year: it is said so, and not more. */
function birthYear({ birth }: Registration, today: string, words: Words): string {
  const year = Number(birth.slice(0, 4));
  const most = Number(today.slice(0, 4)) - year;
  const era = formatEra(birth).replace(/年.*$/, '年');
  return words.say('record.identity.birth_year', { era, year, least: Math.max(0, most - 1), most });
}

function accessOf(registration: Registration, { addressAccess }: EmergencyRecord, words: Words): Field[] {
  const said = (key: string) => words.say(`record.identity.${key}`);
  const address = joined(
    [registration.postal && `〒${registration.postal}`, registration.address.text, registration.building],
    ' ',
  );
  const access = (['landmark', 'parking', 'entry'] as const).map((key) =>
    field(said(key), addressAccess[key] ?? words.say('record.unknown')),
  );
  const phones = registration.tel.filter(({ isFax }) => !isFax).map(({ e164 }) => formatNational(e164));
  return [field(said('address'), address), field(said('phone'), phones.join('、')), ...access];
}

function bodyOf({ body }: EmergencyRecord, words: Words): Field {
  const said = (key: string, values = {}) => words.say(`record.identity.${key}`, values);
  const value = joined([
    body.weight && said('weight', { kilograms: body.weight.kilograms, on: body.weight.on }),
    body.heightCentimetres === null ? null : said('height', { centimetres: body.heightCentimetres }),
    body.bloodType && said('blood', { type: body.bloodType }),
  ]);
  return field(said('body'), value === '' ? said('body_unknown') : value);
}

// ---------------------------------------------------------------------------------------------------- 2 alerts

/** Four lines of 14 points beside the label, in full-width characters (domain.md 5.1: overflow is counted). */
const allergyWidth = 110;

export function alertsOf(record: EmergencyRecord, words: Words): { rows: Row[]; continued: Row[] } {
  const said = (key: string, values = {}) => words.say(`record.alert.${key}`, values);
  const allergy = allergyOf(record, words);
  const anticoagulant = saidOf(record.anticoagulant, words, ({ name, note }) => noted(name, [note]));
  const uninterruptible = saidOf(record.insulinSteroid, words, ({ kind, name, note }) =>
    noted(name, [said(`drug_kind.${kind}`), note]),
  );
  const device = saidOf(record.deviceAlert, words, ({ kind, makerModel, mri, note }) =>
    noted(said(`device_kind.${kind}`), [makerModel, said(`mri.${mri}`), note]),
  );
  const infection = saidOf(record.infection, words, ({ kind, name, testedOn, needsIsolation }) =>
    noted(kind === 'other' && name ? name : joined([said(`infection_kind.${kind}`), name], ' '), [
      needsIsolation ? said('isolation') : null,
      testedOn ? said('tested', { on: testedOn }) : said('untested'),
    ]),
  );
  const safety = saidOf(record.safety, words, ({ kind, note }) =>
    kind === 'other' && note ? note : noted(said(`safety_kind.${kind}`), [note]),
  );
  const fields = [
    field(said('anticoagulant'), anticoagulant),
    field(said('insulin_steroid'), uninterruptible),
    field(said('device'), device),
    field(said('infection'), infection),
    field(said('safety'), safety),
  ];
  return { rows: [...allergy.rows, ...sharedLines(fields)], continued: allergy.continued };
}

/** Characters of 14 points on one line of the block. */
const alertLine = 32;

/** Alerts in their order, each on a line of its own unless its neighbour is as short as なし: two such share one. */
function sharedLines(fields: readonly Field[]): Row[] {
  const lines: Field[][] = [];
  const width = ({ label, value }: Field) => widthOf(label) + widthOf(value) + 1.5;
  for (const one of fields) {
    const last = lines.at(-1);
    if (last && [...last, one].reduce((sum, each) => sum + width(each), 0) <= alertLine) last.push(one);
    else lines.push([one]);
  }
  return lines.map((line) => alert(...line));
}

function allergyOf({ allergy }: EmergencyRecord, words: Words): { rows: Row[]; continued: Row[] } {
  const label = words.say('record.alert.allergy');
  const itemText = ({ kind, name, reaction }: { kind: string; name: string; reaction: string | null }) =>
    noted(name, [kind === 'contraindication' ? words.say('record.alert.contraindication') : null, reaction]);
  if (allergy.state !== 'present')
    return { rows: [alert(field(label, saidOf(allergy, words, itemText)))], continued: [] };
  const shown = fitting(allergy.items.map(itemText), allergyWidth);
  const part = (items: typeof allergy.items): Row =>
    alert(field(label, saidOf({ state: 'present', items }, words, itemText)));
  const rest = allergy.items.slice(shown);
  if (rest.length === 0) return { rows: [part(allergy.items)], continued: [] };
  return { rows: [part(allergy.items.slice(0, shown)), more(rest.length, words)], continued: [part(rest)] };
}

// ---------------------------------------------------------------------------------------------------- 3 wishes

/** A document that nobody reviewed for a year may no longer say what the patient wants. */
const reviewDays = 365;

export function wishesOf(record: EmergencyRecord, context: RecordContext, words: Words): Row[] {
  const said = (key: string, values = {}) => words.say(`record.wish.${key}`, values);
  const { codeStatus, treatmentScope, placePref, disclosure } = record;
  const scope = (['wanted', 'not_wanted', 'undecided'] as const).map((wish) => {
    const treatments = Object.entries(treatmentScope).filter(([, wanted]) => wanted === wish);
    const names = treatments.map(([treatment]) => said(`treatment.${treatment}`)).join('・');
    return field(said(wish === 'undecided' ? 'open' : wish), names === '' ? said('nothing') : names);
  });
  return [
    {
      kind: 'resuscitation',
      label: said('resuscitation'),
      status: said(codeStatus.status),
      fields: documentOf(codeStatus, context, words),
    },
    plain(field(said('scope', { limit: said('dnar_limit') }), ''), ...scope),
    plain(
      field(said('surrogate'), surrogateOf(record, context, words)),
      field(said('place_of_care'), said(`place.${placePref.care}`)),
      field(said('place_of_death'), said(`place.${placePref.death}`)),
      field(
        said('told'),
        joined([
          said('told_patient', { state: said(`told_state.${disclosure.patient}`) }),
          said('told_family', { state: said(`told_state.${disclosure.family}`) }),
        ]),
      ),
    ),
  ];
}

function documentOf(codeStatus: CodeStatus, { variant, at }: RecordContext, words: Words): Field[] {
  const said = (key: string, values = {}) => words.say(`record.wish.${key}`, values);
  const { document } = codeStatus;
  if (!document) return [];
  const { kind, signedOn, reviewedOn, signatories, keptAt } = document;
  const isDue = addDays(reviewedOn ?? signedOn, reviewDays) < localDate(at);
  const text =
    variant === 'pseudonymous'
      ? said('document_anonymous', { kind, on: signedOn, place: keptAt })
      : said('document_text', { kind, on: signedOn, signatories: signatories.join('・'), place: keptAt });
  const review = joined([reviewedOn ? said('reviewed', { on: reviewedOn }) : null, isDue ? said('review_due') : null]);
  const fields = [field(said('document'), joined([text, review]))];
  return codeStatus.status === 'dnar' ? [field(said('expected'), codeStatus.expectedCondition), ...fields] : fields;
}

function surrogateOf({ surrogate }: EmergencyRecord, { variant }: RecordContext, words: Words): string {
  return saidOf(surrogate, words, ({ name, relation, phones }) =>
    variant === 'pseudonymous'
      ? words.say('record.wish.surrogate_anonymous', { relation })
      : joined([`${name}（${relation}）`, phones.map(formatNational).join('、')], ' '),
  );
}
