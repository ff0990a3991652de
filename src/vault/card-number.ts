/** Card numbers as they are drawn (product.md, "The card and the sealed record"). Their arithmetic: lib/check-digits.ts. */
import type { Random } from '../embedded/secrets.ts';
import { isCardNumber, withCardCheckDigits } from '../lib/check-digits.ts';

const payloads = 4_000_000_000; // ten digits, the first of them 5 to 8
const sixBytes = 2 ** 48;

/** A number that may be issued as far as its own digits go; whether its neighbours are free is another question. */
export function drawCardNumber(random: Random): string {
  for (;;) {
    const drawn = random(6).readUIntBE(0, 6);
    if (drawn >= sixBytes - (sixBytes % payloads)) continue; // or the first payloads would come up more often
    const number = withCardCheckDigits(String(5_000_000_000 + (drawn % payloads)));
    if (number !== null) return number; // null: it would pass as somebody's My Number
  }
}

/**
 * The card numbers that one or two wrong digits would make of this one: about fifty. None of them may be somebody's card, or
 * two slips of a finger, or of a reader of smudged paper, would open another patient.
 * @throws RangeError when it is no card number.
 */
export function neighbours(number: string): string[] {
  if (!isCardNumber(number)) throw new RangeError('this is no card number');
  const digits = Array.from(number);
  const found: string[] = [];
  // One wrong digit is always caught by MOD 97-10, so only pairs of places remain.
  for (let first = 0; first < digits.length; first++)
    for (let second = first + 1; second < digits.length; second++)
      for (const [one, other] of pairs(digits[first] ?? '', digits[second] ?? '')) {
        const candidate = digits.with(first, one).with(second, other).join('');
        if (isCardNumber(candidate)) found.push(candidate);
      }
  return found;
}

const tenDigits = Array.from('0123456789');

/** Both digits wrong: 81 pairs. */
function pairs(first: string, second: string): [string, string][] {
  const ones = tenDigits.filter((digit) => digit !== first);
  const others = tenDigits.filter((digit) => digit !== second);
  return ones.flatMap((one) => others.map((other): [string, string] => [one, other]));
}
