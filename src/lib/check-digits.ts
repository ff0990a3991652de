/**
 * Numbers that protect themselves: card numbers, member codes, institution codes, and the one number that must never
 * be kept (個人番号, My Number). Pure arithmetic on strings of ASCII digits; normalise first with `asciiDigits`.
 */

const zeroes: Record<string, number> = { '0': 0x30, '０': 0xff10 };

/** Full-width digits become ASCII; spaces and every kind of dash between them go. Other characters stay as they are. */
export function asciiDigits(text: string): string {
  const half = text.replace(/[０-９]/g, (digit) =>
    String.fromCharCode(digit.charCodeAt(0) - zeroes['０']! + zeroes['0']!),
  );
  return half.trim().replace(/(?<=\d)[\s\u3000\-‐‑‒–—―−－ーｰ]+(?=\d)/g, '');
}

const digitsOf = (text: string): number[] => Array.from(text, Number);

// ---------------------------------------------------------------------------------------------------- card number

/** ISO 7064 MOD 97-10 over a string of 3 to 30 digits that ends in its two check digits. */
export const passesMod97 = (text: string): boolean => /^\d{3,30}$/.test(text) && mod97(text) === 1;

/** Digit by digit, so that a number longer than a double holds stays exact. */
const mod97 = (text: string): number => digitsOf(text).reduce((rest, digit) => (rest * 10 + digit) % 97, 0);

/** The two ISO 7064 MOD 97-10 check digits of `payload`. Throws RangeError on anything but 1 to 28 digits. */
export function mod97CheckDigits(payload: string): string {
  if (!/^\d{1,28}$/.test(payload)) throw new RangeError('a number to be checked is 1 to 28 digits');
  return String(98 - mod97(`${payload}00`)).padStart(2, '0');
}

/**
 * True for a patient's card number: 12 ASCII digits, the first 5-8 (so that it is never taken for a phone or an
 * institution code), MOD 97-10 satisfied, and not a number that could be somebody's My Number.
 */
export const isCardNumber = (text: string): boolean =>
  /^[5-8]\d{11}$/.test(text) && passesMod97(text) && !isMyNumber(text);

/**
 * Completes ten payload digits (the first 5-8) to a card number.
 * Returns null when the result would also pass My Number's check: about one payload in eleven, and never to be issued.
 * Throws RangeError on anything but ten digits that begin with 5-8.
 */
export function withCardCheckDigits(payload: string): string | null {
  if (!/^[5-8]\d{9}$/.test(payload)) throw new RangeError('a card payload is ten digits, the first of them 5 to 8');
  const number = payload + mod97CheckDigits(payload);
  return isMyNumber(number) ? null : number;
}

/** As printed on the card: 4-4-4. Throws RangeError when it is not twelve digits. */
export function formatCardNumber(number: string): string {
  if (!/^\d{12}$/.test(number)) throw new RangeError('a card number is twelve digits');
  return `${number.slice(0, 4)}-${number.slice(4, 8)}-${number.slice(8)}`;
}

// ---------------------------------------------------------------------------------------------------- My Number

const myNumberWeights = [6, 5, 4, 3, 2, 7, 6, 5, 4, 3, 2];

/**
 * True when twelve digits pass the check of an 個人番号, and must therefore be refused and masked.
 * Weights 2-7 then 2-6 from the right, modulo 11, a remainder of 0 or 1 gives 0 (総務省令第85号 (2014) 第5条).
 */
export function isMyNumber(text: string): boolean {
  if (!/^\d{12}$/.test(text)) return false;
  const digits = digitsOf(text);
  const sum = myNumberWeights.reduce((total, weight, index) => total + weight * digits[index]!, 0);
  const remainder = sum % 11;
  return digits[11] === (remainder <= 1 ? 0 : 11 - remainder);
}

/**
 * True when a free text holds a My Number: twelve digits, written together or with single spaces or dashes between.
 * A number behind a plus sign is a phone (+81 90 … has twelve digits too) and is left alone.
 */
export function holdsMyNumber(text: string): boolean {
  const half = text.normalize('NFKC').replace(/[‐‑‒–—―−ー]/g, '-');
  const spaced = half.match(/(?<![\d+])(?<!\d[ -])\d(?:[ -]?\d){11}(?![ -]?\d)/g) ?? [];
  const together = half.match(/(?<![\d+])\d{12}(?!\d)/g) ?? [];
  return [...spaced, ...together].some((run) => isMyNumber(run.replace(/[ -]/g, '')));
}

// ---------------------------------------------------------------------------------------------------- member code

/**
 * Damm's quasigroup of order 10. Member codes have one check digit, and of the one-digit schemes that stay within 0-9
 * only Damm and Verhoeff catch every exchange of neighbouring digits: ISO 7064 MOD 11,10 misses about one in forty of
 * them, Luhn misses 09/90. Damm also needs no position table, so it can be checked by hand from this square.
 */
const damm = [
  '0317598642',
  '7092154863',
  '4206871359',
  '1750983426',
  '6123045978',
  '3674209581',
  '5869720134',
  '8945362017',
  '9438617205',
  '2581436790',
].map(digitsOf);

const dammOf = (text: string): number => digitsOf(text).reduce((interim, digit) => damm[interim]![digit]!, 0);

/** True for a registered doctor's code: six ASCII digits, the last a Damm check digit. */
export const isMemberCode = (text: string): boolean => /^\d{6}$/.test(text) && dammOf(text) === 0;

/** Completes five digits to a member code. Throws RangeError on anything but five digits. */
export function withMemberCheckDigit(payload: string): string {
  if (!/^\d{5}$/.test(payload)) throw new RangeError('a member code is made from five digits');
  return payload + String(dammOf(payload));
}

// ---------------------------------------------------------------------------------------------------- institution code

/** Luhn (weights 2,1 from the right, digit sums) over a string that ends in its check digit. */
export function passesLuhn(text: string): boolean {
  if (!/^\d{2,}$/.test(text)) return false;
  const sum = digitsOf(text)
    .reverse()
    .reduce((total, digit, index) => {
      const weighted = index % 2 === 1 ? digit * 2 : digit;
      return total + (weighted > 9 ? weighted - 9 : weighted);
    }, 0);
  return sum % 10 === 0;
}

/**
 * True for a 医療機関コード of ten digits: prefecture 01-47, table of points 1 医科 / 3 歯科 / 4 調剤 / 6 訪問看護,
 * five more and two of district and number, then Luhn over all ten.
 */
export function isInstitutionCode(text: string): boolean {
  const prefecture = Number(text.slice(0, 2));
  return /^\d{2}[1346]\d{7}$/.test(text) && prefecture >= 1 && prefecture <= 47 && passesLuhn(text);
}
