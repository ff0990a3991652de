/** Numbers of Japanese offices: what is wrong with one, by name, so that the person who wrote it knows where to look. */
import { asciiDigits, holdsMyNumber, isMyNumber, passesLuhn } from './check-digits.ts';

export type IdentifierProblem = 'not_digits' | 'wrong_length' | 'prefecture' | 'point_table' | 'check_digit';

export type ReadIdentifier = { value: string } | { problem: IdentifierProblem };

function digitsOf(text: string, lengths: readonly number[]): ReadIdentifier {
  const digits = asciiDigits(text);
  if (!/^\d+$/.test(digits)) return { problem: 'not_digits' };
  return lengths.includes(digits.length) ? { value: digits } : { problem: 'wrong_length' };
}

/** 医療機関コード: ten digits, prefecture 01-47, table 1 医科 / 3 歯科 / 4 調剤 / 6 訪問看護, Luhn over all ten. */
export function readInstitutionCode(text: string): ReadIdentifier {
  const read = digitsOf(text, [10]);
  if ('problem' in read) return read;
  const prefecture = Number(read.value.slice(0, 2));
  if (prefecture < 1 || prefecture > 47) return { problem: 'prefecture' };
  if (!/^\d\d[1346]/.test(read.value)) return { problem: 'point_table' };
  return passesLuhn(read.value) ? read : { problem: 'check_digit' };
}

/** 保険者番号: eight digits, six for 国民健康保険; weights 2,1 from the right (厚生労働省 保険者番号等の設定要領). */
export function readInsurerNumber(text: string): ReadIdentifier {
  const read = digitsOf(text, [6, 8]);
  return 'problem' in read || passesLuhn(read.value) ? read : { problem: 'check_digit' };
}

/** 公費負担者番号: eight digits. Its check digit is only warned about: see `hasDoubtfulCheckDigit`. */
export const readPublicPayer = (text: string): ReadIdentifier => digitsOf(text, [8]);
/** 公費の受給者番号: seven digits. */
export const readPublicRecipient = (text: string): ReadIdentifier => digitsOf(text, [7]);
/** 介護保険の保険者番号: six digits. */
export const readCareInsurer = (text: string): ReadIdentifier => digitsOf(text, [6]);
/** 介護保険の被保険者番号: ten digits; each municipality has its own rule, so no check digit is asked for. */
export const readCareInsured = (text: string): ReadIdentifier => digitsOf(text, [10]);

/**
 * For 公費 and 介護保険: the rule of the insurers' numbers is said to hold for these too, but we have not read it in a public
 * source, so a number that fails is pointed out and not refused.
 */
export const hasDoubtfulCheckDigit = (digits: string): boolean => !passesLuhn(digits);

const run = /\d(?:[ \-‐‑‒–—―−ー]?\d){11,}/g;

/** The text with every My Number in it blacked out (個人番号 is never kept, rule 10), for messages and logs of refusals. */
export function maskMyNumber(text: string): string {
  if (!holdsMyNumber(text)) return text;
  const half = text.normalize('NFKC');
  return half.replace(run, (found) => {
    const digits = found.replace(/\D/g, '');
    return digits.length > 12 || isMyNumber(digits) ? '●'.repeat(digits.length) : found;
  });
}
