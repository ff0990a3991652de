/**
 * PINs of hospital desks and doctors: kept as a slow hash, compared in constant time.
 *
 * A PIN of 6-8 digits has 20-27 bits, so no cost makes a stolen hash safe: what protects it is the lock-out after wrong
 * tries. The hash only has to keep PINs out of sight of whoever reads a dump, and the cost has to stay small because a
 * desk clerk waits on the line for it: N = 2^14, r = 8 is 16 MiB and about 40 ms. scrypt runs on libuv's pool, so the
 * event loop keeps answering other callers. (Card numbers are another matter: lib/card.ts.)
 */
import { scrypt, timingSafeEqual } from 'node:crypto';

const defaults = { costLog2: 14, blockSize: 8, parallel: 1, bytes: 32 } as const;
const most = { costLog2: 17, blockSize: 16, parallel: 4 } as const; // 256 MiB: a damaged row must not eat the memory

/** True for a PIN as it may be given out: 6-8 ASCII digits. */
export const isPin = (text: string): boolean => /^\d{6,8}$/.test(text);

/** True for a PIN that a guesser tries first: one digit repeated, or a run up or down (123456, 987654). */
export function isWeakPin(pin: string): boolean {
  const steps = Array.from(pin.slice(1), (digit, index) => (Number(digit) - Number(pin[index]) + 10) % 10);
  return steps.every((step) => step === steps[0] && (step === 0 || step === 1 || step === 9));
}

/**
 * Hashes a PIN with a salt from the caller (16 random bytes or more).
 * Returns the self-describing `scrypt$N$r$p$salt$hash` (salt and hash in base64url).
 * @throws RangeError when `pin` is no PIN or the salt is too short. The message never carries the PIN.
 */
export async function hashSecret(pin: string, salt: Uint8Array, costLog2: number = defaults.costLog2): Promise<string> {
  if (!isPin(pin)) throw new RangeError('a PIN is 6 to 8 digits');
  if (salt.length < 16) throw new RangeError('the salt of a PIN is at least 16 bytes');
  const { blockSize, parallel, bytes } = defaults;
  const hash = await derive(pin, salt, { cost: 2 ** costLog2, blockSize, parallel, bytes });
  const text = (part: Uint8Array): string => Buffer.from(part).toString('base64url');
  return ['scrypt', 2 ** costLog2, blockSize, parallel, text(salt), text(hash)].join('$');
}

/**
 * Whether `pin` is the one behind `stored`. With `stored` null (no such desk, no such doctor) it does the same work and
 * answers false, so that the time of the answer does not tell which codes exist.
 * @throws Error when `stored` is not a string that `hashSecret` made: the row is damaged.
 */
export async function verifySecret(pin: string, stored: string | null): Promise<boolean> {
  const { parts, salt, hash } = stored === null ? nobody : parse(stored);
  // Whatever was keyed is hashed, PIN or not, so that a wrong length takes as long as a wrong digit.
  const computed = await derive(pin, salt, parts);
  return timingSafeEqual(computed, hash) && stored !== null && isPin(pin);
}

interface Parts {
  cost: number;
  blockSize: number;
  parallel: number;
  bytes: number;
}

const nobody = {
  parts: { cost: 2 ** defaults.costLog2, blockSize: 8, parallel: 1, bytes: defaults.bytes } satisfies Parts,
  salt: Buffer.alloc(16),
  hash: Buffer.alloc(defaults.bytes),
};

function parse(stored: string): { parts: Parts; salt: Buffer; hash: Buffer } {
  const match = /^scrypt\$(\d+)\$(\d+)\$(\d+)\$([\w-]+)\$([\w-]+)$/.exec(stored);
  const [cost, blockSize, parallel] = (match?.slice(1, 4) ?? []).map(Number);
  const salt = Buffer.from(match?.[4] ?? '', 'base64url');
  const hash = Buffer.from(match?.[5] ?? '', 'base64url');
  const sound =
    cost && blockSize && parallel && Number.isInteger(Math.log2(cost)) && cost >= 2 && cost <= 2 ** most.costLog2;
  if (!sound || blockSize > most.blockSize || parallel > most.parallel || salt.length < 16 || hash.length < 16)
    throw new Error('a stored PIN hash is damaged: give this desk or doctor a new PIN');
  return { parts: { cost, blockSize, parallel, bytes: hash.length }, salt, hash };
}

function derive(pin: string, salt: Uint8Array, parts: Parts): Promise<Buffer> {
  const { cost, blockSize, parallel, bytes } = parts;
  const maxmem = 2 * 128 * cost * blockSize * parallel; // twice what it needs; the default of 32 MiB is no fixed multiple
  return new Promise((resolve, reject) => {
    scrypt(pin, salt, bytes, { N: cost, r: blockSize, p: parallel, maxmem }, (error, key) =>
      error ? reject(error) : resolve(key),
    );
  });
}
