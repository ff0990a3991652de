/**
 * The small shapes that records and registrations are made of. Each reads what people write and gives the form that is
 * kept; what is kept reads as itself. A fault carries its code for problems.ts and never the text that was written.
 */
import { z } from 'zod';
import { holdsMyNumber } from '../lib/check-digits.ts';
import { formatBothCalendars, readDate } from '../lib/eras.ts';
import type { ReadIdentifier } from '../lib/identifiers.ts';
import { parsePhone } from '../lib/phone.ts';
import type { ProblemCode } from './problems.ts';

/** Whatever receives faults: zod's context of a transform or a check. */
interface Receiver {
  issues: unknown[];
}

/** Reports a fault by its code. `detail` fills the sentence and is never what was written. */
export function fault(context: Receiver, problem: ProblemCode, detail = '', path: readonly PropertyKey[] = []): void {
  context.issues.push({ code: 'custom', message: problem, params: { problem, detail }, input: undefined, path });
}

/** Characters as people count them: a variation selector belongs to the character before it. */
export const lengthOf = (text: string): number =>
  Array.from(text).filter((char) => !/[\u{fe00}-\u{fe0f}\u{e0100}-\u{e01ef}]/u.test(char)).length;

/** One line of text, at most `most` characters. Code points stay as written: no normalisation, only the ends are trimmed. */
export const text = (most: number) =>
  z.string().transform((written, context) => {
    const line = written.trim();
    if (line === '') fault(context, 'missing');
    if (lengthOf(line) > most) fault(context, 'too_long', String(most));
    if (/[\p{Cc}\u2028\u2029]/u.test(line)) fault(context, 'not_printable');
    if (holdsMyNumber(line)) fault(context, 'my_number');
    return line;
  });

/** The shape, or null; absent and blank count as null. */
export const orNull = <T extends z.ZodType>(shape: T) =>
  z.preprocess(
    (written) => (written === undefined || (typeof written === 'string' && written.trim() === '') ? null : written),
    shape.nullable(),
  );

export const optionalText = (most: number) => orNull(text(most));

/** A date in either calendar; kept as 'YYYY-MM-DD'. That it may be beyond its era is asked by findings.ts. */
export const date = z.string().transform((written, context) => {
  const read = readDate(written);
  if (read.status === 'read') return read.date;
  fault(context, read.reason, read.suggestion ? formatBothCalendars(read.suggestion) : '');
  return z.NEVER;
});

/** A year, or year and month: 'YYYY' or 'YYYY-MM'. */
export const month = z.string().transform((written, context) => {
  const plain = written.normalize('NFKC').trim();
  const match = /^(\d{4})(?:[-/.年](\d{1,2})月?|年)?$/.exec(plain);
  if (match && (match[2] === undefined || (Number(match[2]) >= 1 && Number(match[2]) <= 12)))
    return match[2] ? `${match[1]}-${match[2].padStart(2, '0')}` : match[1]!;
  const day = readDate(`${plain.replace(/月$/, '')}.1`);
  if (day.status === 'read') return day.date.slice(0, 7);
  fault(context, 'not_a_date');
  return z.NEVER;
});

/** A Japanese phone; kept as E.164. */
export const phone = z.string().transform((written, context) => {
  const parsed = parsePhone(written);
  if ('e164' in parsed) return parsed.e164;
  fault(context, holdsMyNumber(written) ? 'my_number' : `phone_${parsed.refused}`);
  return z.NEVER;
});

/** An office's number by its reader in lib/identifiers.ts; `length` as told to the person who wrote it. */
export const identifier = (read: (written: string) => ReadIdentifier, length: string) =>
  z.string().transform((written, context) => {
    const found = read(written);
    if ('value' in found) return found.value;
    fault(context, holdsMyNumber(written) ? 'my_number' : found.problem, length);
    return z.NEVER;
  });

/** A measured value between bounds. */
export const measure = (least: number, most: number) => z.number().min(least).max(most);

/** Rule 7: unknown is not none. */
export type Fact<T> = { state: 'present'; items: T[] } | { state: 'none' } | { state: 'unknown' };

/** あり (with what), なし, 未確認: for a field that may not be left open. */
export const statedFact = <T extends z.ZodType>(item: T, most: number) =>
  z.discriminatedUnion('state', [
    z.strictObject({ state: z.literal('present'), items: z.array(item).min(1).max(most) }),
    z.strictObject({ state: z.literal('none') }),
    z.strictObject({ state: z.literal('unknown') }),
  ]);

/** The same; left open it is 未確認. */
export const fact = <T extends z.ZodType>(item: T, most: number) =>
  statedFact(item, most).default({ state: 'unknown' });

/** What a group of fields is when nobody has written any of them: each takes its own blank. */
export const blank = {} as never;
