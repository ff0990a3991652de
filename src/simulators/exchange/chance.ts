/**
 * Everything random in the exchange, drawn from the bytes it is handed, so that a seeded source repeats a night
 * exactly.
 */
export interface Chance {
  /** A Twilio SID: the two-letter prefix and 32 hexadecimal digits. */
  sid(prefix: SidPrefix): string;
  /** A token as in `I-Twilio-Idempotency-Token`. */
  token(): string;
  /** Evenly from 0 (inclusive) to 1 (exclusive). */
  fraction(): number;
}

export type SidPrefix = 'CA' | 'CF' | 'SM' | 'RE' | 'PN' | 'RQ';

export function chanceFrom(random: (size: number) => Uint8Array): Chance {
  const hex = (size: number) => Buffer.from(random(size)).toString('hex');
  return {
    sid: (prefix) => prefix + hex(16),
    token() {
      const text = hex(16);
      return [text.slice(0, 8), text.slice(8, 12), text.slice(12, 16), text.slice(16, 20), text.slice(20)].join('-');
    },
    fraction: () => Buffer.from(random(4)).readUInt32BE(0) / 2 ** 32,
  };
}
