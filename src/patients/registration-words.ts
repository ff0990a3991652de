/** What the enrolment form says beside the record, as text: for the console's page of a patient, and to compare two versions. */
import { formatBothCalendars, formatEra } from '../lib/eras.ts';
import { formatNational } from '../lib/phone.ts';
import { registrationFields } from '../records/fields.ts';
import { registrationKinds, residences, sexes, type Words } from '../records/words.ts';
import { printedKana, printedName, type Registration } from './registration.ts';

export interface RegistrationLine {
  key: string;
  label: string;
  value: string;
}

const unknown: Words = ['未確認', 'not known'];
const consented: Words = ['同意する', 'agreed'];
const declined: Words = ['同意しない', 'declined'];
const explained: Words = ['説明済', 'explained'];
const unexplained: Words = ['未説明', 'not explained'];
const byPatient: Words = ['本人', 'the patient'];
const byProxy: Words = ['代理人', 'a proxy'];
const penned: Words = ['代筆', 'written by another'];
const explainer: Words = ['説明者', 'explained by'];
const recipients: Readonly<Record<keyof Registration['consentHosp'], Words>> = {
  hospital: ['受入病院', 'hospitals'],
  nursing: ['訪問看護', 'home nursing'],
  ambulance: ['救急隊', 'ambulance'],
};
const fax: Words = ['FAX', 'fax'];

type Build = (registration: Registration, said: (words: Words) => string) => string | null;
type Key = keyof typeof registrationFields;

const asked = (agreed: boolean | null, said: (words: Words) => string): string =>
  said(agreed === null ? unknown : agreed ? consented : declined);
const spaced = (parts: readonly (string | null | false)[]): string => parts.filter(Boolean).join('　');

/** In the order of the form; what lives in the record stands there. */
const builders: Partial<Record<Key, Build>> = {
  reg_kind: ({ regKind }, said) => said(registrationKinds[regKind]),
  reg_date: ({ regDate }) => regDate && formatEra(regDate),
  author_doctor: ({ authorDoctor }) => authorDoctor,
  author_clinic: ({ authorClinic }) => authorClinic,
  name: (registration) => registration.name && printedName(registration),
  name_kana: (registration) => printedKana(registration),
  former_name: ({ formerName }) => formerName,
  sex: ({ sex }, said) => said(sexes[sex]),
  birth: ({ birth }) => formatBothCalendars(birth),
  postal: ({ postal }) => postal && `〒${postal}`,
  address: ({ address }) => address.text,
  building: ({ building }) => building,
  area: ({ area }) => area,
  tel: ({ tel }, said) =>
    tel.map(({ e164, isFax }) => formatNational(e164) + (isFax ? `（${said(fax)}）` : '')).join('、'),
  residence: ({ residence }, said) => residence && spaced([said(residences[residence.kind]), residence.facilityKind]),
  insurer_no: ({ insurerNo }) => insurerNo,
  insured: ({ insured }) => insured && spaced([insured.symbol, insured.number, insured.branch]),
  public_payer: ({ publicPayer }) =>
    publicPayer.length === 0 ? null : publicPayer.map(({ payer, recipient }) => `${payer} / ${recipient}`).join('、'),
  ltc_insurer: ({ ltcInsurer }) => ltcInsurer,
  ltc_no: ({ ltcNo }) => ltcNo,
  primary: ({ primary: { doctor, hours } }) => spaced([doctor, hours]),
  deputy: ({ deputy }) =>
    deputy.length === 0 ? null : deputy.map(({ doctor, conditions }) => spaced([doctor, conditions])).join('、'),
  consent_to: ({ consentTo }, said) => asked(consentTo, said),
  consent_fax: ({ consentFax }, said) => asked(consentFax, said),
  consent_hosp: ({ consentHosp }, said) =>
    (['hospital', 'nursing', 'ambulance'] as const)
      .map((who) => `${said(recipients[who])} ${asked(consentHosp[who], said)}`)
      .join('、'),
  consent_emergency: ({ consentEmergency }, said) => asked(consentEmergency, said),
  consent_by: ({ consentBy: { who, name, relation, reason, isWrittenByOther, on, explainedBy } }, said) =>
    spaced([
      ...[said(who === 'patient' ? byPatient : byProxy), name, relation, reason],
      ...[isWrittenByOther && said(penned), formatEra(on), `${said(explainer)} ${explainedBy}`],
    ]),
  withdraw: ({ withdraw }, said) => said(withdraw === null ? unknown : withdraw ? explained : unexplained),
};

/** Every line of the form; what is not known says so. */
export function registrationLines(registration: Registration, language: 'ja' | 'en'): RegistrationLine[] {
  const said = ([ja, en]: Words): string => (language === 'ja' ? ja : en);
  return Object.entries(builders).map(([key, build]) => ({
    key,
    label: said(registrationFields[key as Key].label),
    value: build(registration, said) ?? said(unknown),
  }));
}
