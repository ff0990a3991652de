/** Everything random in the fax house, drawn from the bytes it is handed, so that a seeded source repeats a night exactly. */
export interface Chance {
  uuid(): string;
  /** An unguessable part of a link. */
  token(): string;
  /** Evenly from 0 (inclusive) to 1 (exclusive). */
  fraction(): number;
  /** That many bytes. */
  bytes(size: number): Buffer;
}

export function chanceFrom(random: (size: number) => Uint8Array): Chance {
  const bytes = (size: number) => Buffer.from(random(size));
  return {
    uuid() {
      const hex = bytes(16);
      hex[6] = ((hex[6] ?? 0) & 0x0f) | 0x40;
      hex[8] = ((hex[8] ?? 0) & 0x3f) | 0x80;
      const text = hex.toString('hex');
      return [text.slice(0, 8), text.slice(8, 12), text.slice(12, 16), text.slice(16, 20), text.slice(20)].join('-');
    },
    token: () => bytes(20).toString('hex'),
    fraction: () => bytes(4).readUInt32BE(0) / 2 ** 32,
    bytes,
  };
}
