/** Digits that Kamome gives out, and the package that holds a data key while a release is under way. Pure. */
import { isWeakPin } from '../lib/secret.ts';

type Random = (size: number) => Uint8Array;

/** So many decimal digits, each equally likely. */
export function randomDigits(count: number, random: Random): string {
  let digits = '';
  while (digits.length < count) {
    // 250 is the largest multiple of ten below 256: bytes above it would favour the small digits.
    for (const byte of random(count)) if (byte < 250 && digits.length < count) digits += String(byte % 10);
  }
  return digits;
}

/** A PIN of eight digits that no guesser tries first. */
export function newPin(random: Random): string {
  for (;;) {
    const pin = randomDigits(8, random);
    if (!isWeakPin(pin)) return pin;
  }
}

/** What opens one version for one release: the data key, and the number that is printed on the page. */
export interface ReleaseKey {
  dataKey: Buffer;
  /** Null where none was keyed (an urgent call without a card in hand). */
  cardNumber: string | null;
}

export const packKey = ({ dataKey, cardNumber }: ReleaseKey): Uint8Array =>
  Buffer.from(JSON.stringify({ key: dataKey.toString('base64'), card: cardNumber }));

export function unpackKey(bytes: Uint8Array): ReleaseKey {
  const { key, card } = JSON.parse(Buffer.from(bytes).toString('utf8')) as { key: string; card: string | null };
  return { dataKey: Buffer.from(key, 'base64'), cardNumber: card };
}

/** What each package is bound to, so that none can be put in another's place. */
export const transitNames = {
  request: (requestId: string) => `record-request:${requestId}`,
  page: (pageId: string) => `release-page:${pageId}`,
  secret: (pageId: string) => `page-secret:${pageId}`,
} as const;

/** A serial as printed: the doctor's own running number in five digits, and eight random ones. */
export const serialText = (number: number, secret: string): string => String(number).padStart(5, '0') + secret;

export function parseSerial(text: string): { number: number; secret: string } | null {
  const match = /^(\d{5})(\d{8})$/.exec(text.replace(/[\s-]/g, ''));
  return match ? { number: Number(match[1]), secret: match[2] ?? '' } : null;
}
