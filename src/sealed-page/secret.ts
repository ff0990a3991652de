/**
 * The spoken secret of one sealed page: sixteen digits in four groups, fourteen of them random and two check digits
 * (ISO 7064 MOD 97-10). Sixteen, because everybody has read out a payment card's number by telephone, and because twelve
 * could be taken for a card number. Why fourteen random digits are enough: docs/decisions/0005-sealed-page.md.
 */
import { asciiDigits, mod97CheckDigits, passesMod97 } from '../lib/check-digits.ts';

const randomDigits = 14;
const digits = 16;

/** Makes a secret from random bytes; every secret is equally likely. */
export function newSecret(random: (size: number) => Uint8Array): string {
  let payload = '';
  while (payload.length < randomDigits) {
    // 250-255 are thrown away: modulo 10 they would make 0-5 likelier.
    for (const byte of random(32)) if (byte < 250 && payload.length < randomDigits) payload += String(byte % 10);
  }
  return payload + mod97CheckDigits(payload);
}

/** As spoken and typed: 4-4-4-4. Throws RangeError when it is not sixteen digits; the message never carries the secret. */
export function formatSecret(secret: string): string {
  if (!/^\d{16}$/.test(secret)) throw new RangeError('the secret of a sealed page is sixteen digits');
  return secret.replace(/(\d{4})(?=\d)/g, '$1-');
}

export type TypedSecret = { secret: string } | { refused: 'too_short' | 'too_long' | 'not_digits' | 'check_digits' };

/**
 * Reads what a person typed: full-width digits, spaces and dashes are forgiven. One wrong digit, and two neighbours
 * exchanged, are always noticed; of other slips 99 in 100.
 */
export function parseSecret(typed: string): TypedSecret {
  const text = asciiDigits(typed.replace(/\s/g, ''));
  if (!/^\d*$/.test(text)) return { refused: 'not_digits' };
  if (text.length !== digits) return { refused: text.length < digits ? 'too_short' : 'too_long' };
  return passesMod97(text) ? { secret: text } : { refused: 'check_digits' };
}
