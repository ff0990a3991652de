/**
 * The short pages: cover strip, refusal by return fax, test of a destination, notice of a disclosure. All are one letter:
 * Japanese first, English second, what to do, and the hub's telephone. None names a patient.
 */
import { formatEra } from '../lib/eras.ts';
import { formatLocal, localDate } from '../lib/japan-time.ts';
import { formatNational } from '../lib/phone.ts';
import { type Field, field } from './rows.ts';
import type { BothWords, Words } from './words.ts';

/** What the template `letter` sets. */
export interface LetterView {
  title: string;
  english: string;
  fields: Field[];
  /** One thing to be seen from across the room: a code to key, 再送. */
  boxed: { label: string; value: string } | null;
  paragraphs: { ja: string; en: string }[];
  /** Stands framed at the end: what a reader must do when he did not ask for this page. */
  alarm: { ja: string; en: string } | null;
  footer: string[];
}

/** Who sends it, and where people answer. */
export interface LetterContext {
  associationName: string;
  /** E.164; at night the standby person. */
  hubPhone: string;
  at: Date;
}

export interface Addressee {
  /** Facility and person as printed. */
  name: string;
  /** Of the registered fax number: the last four digits, to tell which machine was meant. */
  faxLastFour: string;
}

/** The strip before other pages. `isResend`: 再送, the first sending did not arrive whole. */
export function coverLetter(
  about: { to: Addressee; pages: number; reference: string; isResend: boolean },
  context: LetterContext,
  words: BothWords,
): LetterView {
  const { ja } = words;
  return letter('cover', context, words, {
    fields: [
      addressed(about.to, ja),
      field(ja.say('letter.pages'), ja.say('letter.pages_count', { count: about.pages })),
      field(ja.say('letter.reference'), about.reference),
    ],
    boxed: about.isResend ? { label: ja.say('letter.cover.resend_label'), value: ja.say('letter.cover.resend') } : null,
    paragraphs: both('letter.cover.text', words),
    alarm: misdirected(context, words),
  });
}

/** Why a fax was not acted on. The last, `other`, is said for a reason that this page does not know. */
export const refusalReasons = [
  // the file itself (src/paper/decode.ts)
  ...(['too_big', 'too_many_pages', 'broken', 'encrypted', 'wrong_type', 'too_slow'] as const),
  // what could be read on it
  ...(['nothing_readable', 'card_unreadable', 'card_doubtful', 'form_incomplete', 'form_outdated'] as const),
  // who asked, and with what
  ...(['serial_used', 'serial_expired', 'serial_unknown', 'card_revoked', 'not_confirmed', 'locked'] as const),
  ...(['destination_unconfirmed', 'no_consent', 'sealed_too_long', 'record_not_ready', 'other'] as const),
] as const;
export type RefusalReason = (typeof refusalReasons)[number];

export const isRefusalReason = (text: string): text is RefusalReason =>
  (refusalReasons as readonly string[]).includes(text);

/**
 * The return fax to a request or form that was not acted on: why, and what to do. An unknown card and a wrong second
 * identifier share `not_confirmed`, so that the answer tells nothing about whether a patient exists.
 */
export function refusalLetter(
  about: { reason: RefusalReason; receivedAt: Date; reference: string; to: Addressee | null; isAlarmed: boolean },
  context: LetterContext,
  words: BothWords,
): LetterView {
  const { ja } = words;
  return letter('refusal', context, words, {
    fields: [
      ...(about.to ? [addressed(about.to, ja)] : []),
      field(ja.say('letter.received_at'), moment(about.receivedAt)),
      field(ja.say('letter.reference'), about.reference),
    ],
    boxed: null,
    paragraphs: [
      ...both(`letter.refusal.reason.${about.reason}`, words),
      ...both(`letter.refusal.cure.${about.reason}`, words),
    ],
    alarm: about.isAlarmed ? unasked(context, words) : null,
  });
}

/** The test page of a fax destination: four digits that its owner keys by telephone. */
export function destinationTestLetter(
  about: {
    code: string;
    to: Addressee;
    owner: 'doctor' | 'hospital' | 'facility';
    reference: string;
    validUntil: Date;
    isYearly: boolean;
  },
  context: LetterContext & { gatewayPhone: string },
  words: BothWords,
): LetterView {
  if (!/^\d{4}$/.test(about.code)) throw new RangeError('the code of a destination test is four digits');
  const { ja } = words;
  const values = { phone: formatNational(context.gatewayPhone), until: moment(about.validUntil) };
  return letter('test', context, words, {
    fields: [addressed(about.to, ja), field(ja.say('letter.reference'), about.reference)],
    boxed: { label: ja.say('letter.test.code'), value: [...about.code].join(' ') },
    paragraphs: [
      ...both(about.isYearly ? 'letter.test.yearly' : 'letter.test.first', words),
      ...both(`letter.test.key_it_${about.owner}`, words, values),
    ],
    alarm: misdirected(context, words),
  });
}

/** Tells the attending doctor that a record of his patient was given out. The patient is named by the hub's own number. */
export function disclosureLetter(
  about: {
    to: Addressee | null;
    patientCode: string;
    disclosureId: string;
    requester: string;
    reason: string;
    form: 'full' | 'pseudonymous' | 'sealed' | 'spoken';
    isBreakGlass: boolean;
    disclosedAt: Date;
  },
  context: LetterContext,
  words: BothWords,
): LetterView {
  const { ja } = words;
  const said = (key: string) => ja.say(`letter.disclosure.${key}`);
  return letter('disclosure', context, words, {
    fields: [
      ...(about.to ? [addressed(about.to, ja)] : []),
      field(said('patient'), about.patientCode),
      field(said('when'), moment(about.disclosedAt)),
      field(said('who'), about.requester),
      field(said('why'), reasonText(about.reason, ja)),
      field(said('how'), said(`form.${about.form}`)),
      field(ja.say('letter.reference'), about.disclosureId),
    ],
    boxed: about.isBreakGlass ? { label: said('break_glass_label'), value: said('break_glass') } : null,
    paragraphs: both('letter.disclosure.text', words),
    alarm: null,
  });
}

/** The same for the morning: one line for each. */
export function disclosureList(
  list: readonly Omit<Parameters<typeof disclosureLetter>[0], 'to'>[],
  context: LetterContext,
  words: BothWords,
): LetterView {
  const { ja } = words;
  const said = (key: string) => ja.say(`letter.disclosure.${key}`);
  return letter('disclosure', context, words, {
    fields: list.map((one) =>
      field(
        formatLocal(one.disclosedAt),
        [one.patientCode, one.requester, reasonText(one.reason, ja), said(`form.${one.form}`)]
          .concat(one.isBreakGlass ? said('break_glass_label') : [], one.disclosureId)
          .join('　'),
      ),
    ),
    boxed: null,
    paragraphs: both('letter.disclosure.text', words),
    alarm: null,
  });
}

/** Goes with a new card to the attending doctor's office, which hands it over. The patient is named by the hub's number. */
export function cardLetter(
  about: { to: string; patientCode: string; gatewayPhone: string },
  context: LetterContext,
  words: BothWords,
): LetterView {
  const { ja } = words;
  const values = { phone: formatNational(about.gatewayPhone) };
  return letter('card', context, words, {
    fields: [field(ja.say('letter.to'), about.to), field(ja.say('letter.card.patient'), about.patientCode)],
    boxed: null,
    paragraphs: [
      ...both('letter.card.enclosed', words),
      ...both('letter.card.use', words, values),
      ...both('letter.card.keep', words),
    ],
    alarm: { ja: ja.say('letter.card.lost', hubOf(context)), en: words.en.say('letter.card.lost', hubOf(context)) },
  });
}

const hubOf = ({ hubPhone }: LetterContext) => ({ phone: formatNational(hubPhone) });

const reasonText = (reason: string, words: Words): string => {
  const key = `letter.disclosure.reason.${reason}`;
  return words.keys.includes(key) ? words.say(key) : reason;
};

// ---------------------------------------------------------------------------------------------------- parts

function letter(
  kind: 'cover' | 'refusal' | 'test' | 'disclosure' | 'card',
  { associationName, hubPhone, at }: LetterContext,
  { ja, en }: BothWords,
  rest: Omit<LetterView, 'title' | 'english' | 'footer'>,
): LetterView {
  const hub = (words: Words) => words.say('letter.hub', { name: associationName, phone: formatNational(hubPhone) });
  return {
    title: ja.say(`letter.${kind}.title`),
    english: en.say(`letter.${kind}.title`),
    ...rest,
    fields: [...rest.fields, field(ja.say('letter.made_at'), moment(at))],
    footer: [hub(ja), hub(en)],
  };
}

const addressed = ({ name, faxLastFour }: Addressee, words: Words): Field =>
  field(words.say('letter.to'), words.say('letter.addressee', { name, fax: faxLastFour }));

const both = (key: string, { ja, en }: BothWords, values: Record<string, string | number> = {}) => [
  { ja: ja.say(key, values), en: en.say(key, values) },
];

const misdirected = ({ hubPhone }: LetterContext, words: BothWords) =>
  both('letter.misdirected', words, { phone: formatNational(hubPhone) })[0]!;
const unasked = ({ hubPhone }: LetterContext, words: BothWords) =>
  both('letter.unasked', words, { phone: formatNational(hubPhone) })[0]!;

/** '2026-01-05 03:12（令和8年1月5日）' */
export const moment = (at: Date): string => `${formatLocal(at)}（${formatEra(localDate(at))}）`;
