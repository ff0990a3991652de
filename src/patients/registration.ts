/**
 * 連携登録票: who the patient is, who cares for him and what he consented to. What the form asks of his illness (diagnosis,
 * allergy, medication, wishes …) stands once, in the record (src/records/record.ts); fields.ts says where each key lives.
 *
 * Only what a card cannot be issued without is required by the shape (product.md, "Enrolment minimum"); the rest may be
 * null and follow later, and `findings` names it.
 */
import { z } from 'zod';
import { splitAddress } from '../lib/address.ts';
import { isMemberCode } from '../lib/check-digits.ts';
import {
  readCareInsured,
  readCareInsurer,
  readInstitutionCode,
  readInsurerNumber,
  readPublicPayer,
  readPublicRecipient,
} from '../lib/identifiers.ts';
import { toKatakana } from '../lib/kana.ts';
import { formatPostalCode, readPostalCode } from '../lib/postal-code.ts';
import { blank, date, fault, identifier, optionalText, orNull, phone, text } from '../records/shapes.ts';

/** `髙﨑　薫` becomes its two parts, at the first space; objects stay. */
const atSpace = (written: unknown): unknown => {
  if (typeof written !== 'string') return written;
  const [, family, given] = /^\s*(\S+)\s+(\S.*?)\s*$/u.exec(written) ?? [];
  return family === undefined ? { family: written, given: '' } : { family, given };
};

const namePart = text(40).transform((part, context) => {
  if (/\s/u.test(part)) fault(context, 'name_space');
  return part;
});
/** The code points as written, variation selectors and compatibility ideographs too: no normalisation ever (even NFC rewrites names). */
const name = z.preprocess(atSpace, z.strictObject({ family: namePart, given: namePart }));

const kanaPart = z.string().transform((written, context) => {
  const kana = toKatakana(written);
  if (kana !== null) return kana.replaceAll(' ', '');
  fault(context, written.trim() === '' ? 'missing' : 'not_kana');
  return z.NEVER;
});
const nameKana = z
  .preprocess(atSpace, z.strictObject({ family: kanaPart, given: kanaPart }))
  .transform((kana, context) => {
    if (kana.family.length + kana.given.length < 2) fault(context, 'kana_too_short');
    return kana;
  });

const postal = z.string().transform((written, context) => {
  const digits = readPostalCode(written);
  if (digits !== null) return formatPostalCode(digits);
  fault(context, 'postal');
  return z.NEVER;
});

/** Written as one text, kept as text and parts: 都道府県, 市区町村, the rest. */
const address = z.preprocess(
  (written) => (typeof written === 'string' ? { text: written } : written),
  z.object({ text: text(120) }).transform(({ text: whole }, context) => {
    if (/〒|(?<!\d)\d{3}[-－‐−]\d{4}(?!\d)/.test(whole)) fault(context, 'postal_in_address');
    const parts = splitAddress(whole);
    if (!parts) fault(context, 'address_parts');
    return { text: whole, ...(parts ?? { prefecture: '', city: '', line: '' }) };
  }),
);

const memberCode = z.string().transform((written, context) => {
  const code = written.normalize('NFKC').replace(/[\s-]/g, '');
  if (!isMemberCode(code)) fault(context, 'member_code');
  return code;
});
const id = (prefix: string) => z.string().regex(new RegExp(`^${prefix}_[0-9a-z]{26}$`));

const consentBy = z
  .strictObject({
    who: z.enum(['patient', 'proxy']),
    name: text(40),
    relation: optionalText(20),
    /** Why the patient cannot consent himself; asked of a proxy. */
    reason: optionalText(60),
    /** 代筆: somebody else held the pen. */
    isWrittenByOther: z.boolean().default(false),
    on: date,
    explainedBy: text(40),
  })
  .check((context) => {
    const { who, relation, reason } = context.value;
    if (who === 'proxy' && (relation === null || reason === null)) fault(context, 'proxy_reason', '', ['relation']);
  });

export const registrationShape = z.strictObject({
  regKind: z.enum(['new', 'renewal', 'change', 'reissue', 'withdrawal']).default('new'),
  regDate: orNull(date),
  authorDoctor: orNull(memberCode),
  authorClinic: orNull(identifier(readInstitutionCode, '10')),
  name: orNull(name),
  nameKana,
  formerName: optionalText(40),
  sex: z.enum(['male', 'female', 'other', 'unknown']),
  birth: date,
  postal: orNull(postal),
  address,
  building: optionalText(60),
  /** Code or name of one of the association's areas; left open it is the attending doctor's. */
  area: optionalText(20),
  tel: z
    .array(z.strictObject({ e164: phone, isFax: z.boolean().default(false) }))
    .min(1)
    .max(3),
  residence: orNull(
    z.strictObject({
      kind: z.enum(['alone', 'alone_by_day', 'with_family', 'facility']),
      facilityKind: optionalText(30),
    }),
  ),
  insurerNo: orNull(identifier(readInsurerNumber, '6・8')),
  /** Symbol and number stay full-width where they are written so; the branch is two digits. */
  insured: orNull(
    z.strictObject({ symbol: optionalText(20), number: text(20), branch: orNull(z.string().regex(/^\d{2}$/)) }),
  ),
  publicPayer: z
    .array(z.strictObject({ payer: identifier(readPublicPayer, '8'), recipient: identifier(readPublicRecipient, '7') }))
    .max(4)
    .default([]),
  ltcInsurer: orNull(identifier(readCareInsurer, '6')),
  ltcNo: orNull(identifier(readCareInsured, '10')),
  /** An image of the medication notebook that stands for the list until somebody has typed it. */
  medsImage: orNull(z.strictObject({ page: id('pg'), status: z.enum(['untranscribed', 'transcribed']) })),
  primary: z.strictObject({ doctor: memberCode, hours: optionalText(60) }),
  /** In the order in which they are rung. */
  deputy: z
    .array(z.strictObject({ doctor: memberCode, conditions: optionalText(60) }))
    .max(8)
    .default([]),
  consentTo: z.boolean(),
  consentFax: orNull(z.boolean()),
  consentHosp: z
    .strictObject({ hospital: orNull(z.boolean()), nursing: orNull(z.boolean()), ambulance: orNull(z.boolean()) })
    .prefault(blank),
  /** 本人が意思表示できない時の提供. Its legal basis (個人情報保護法 27 条 1 項 2 号) is printed beside it. */
  consentEmergency: orNull(z.boolean()),
  consentBy,
  /** How to withdraw was explained. */
  withdraw: orNull(z.boolean()),
  /** The form as it came, and the box from which each typed field was read (pixels of that page). */
  sourceImage: orNull(
    z.strictObject({
      page: id('pg'),
      sha256: z.string().regex(/^[0-9a-f]{64}$/),
      boxes: z
        .array(z.strictObject({ key: text(40), left: z.int(), top: z.int(), width: z.int(), height: z.int() }))
        .max(200),
    }),
  ),
});

export type Registration = z.output<typeof registrationShape>;

/** As printed: family and given name apart by a full-width space. The kana where the name is still missing. */
export const printedName = ({ name: written, nameKana: kana }: Pick<Registration, 'name' | 'nameKana'>): string => {
  const { family, given } = written ?? kana;
  return `${family}　${given}`;
};

export const printedKana = ({ nameKana: { family, given } }: Pick<Registration, 'nameKana'>): string =>
  `${family}　${given}`;
