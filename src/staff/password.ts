/**
 * Passwords: what is accepted and how it is kept (NIST SP 800-63B-4, 3.1.1). Long, nothing that everybody tries first, and no rule
 * about capitals or signs. A password is never enough alone: a one-time code goes with it.
 */
import { type ScryptOptions, scrypt, timingSafeEqual } from 'node:crypto';
import { readFileSync } from 'node:fs';

export const shortestPassword = 15;
const longestPassword = 256;
/** So many characters must be left when everything that a guesser knows is taken away. */
const ownCharacters = 6;

export type PasswordRefusal = 'short' | 'long' | 'guessable';

/** As it is compared and kept: the same on every keyboard and input method. */
export const normalPassword = (typed: string): string => typed.normalize('NFKC');

const commonFile = new URL('../../config/staff/common-passwords.txt', import.meta.url);
let common: readonly string[] | undefined;

/** The words that passwords are made of most often (ours, config/staff), longest first. */
function commonWords(): readonly string[] {
  common ??= readFileSync(commonFile, 'utf8')
    .split('\n')
    .filter((line) => line !== '' && !line.startsWith('#'));
  return common;
}

/**
 * Why this password may not be used; null: it may.
 *
 * @param known what a guesser knows of this person: names of person and association, sign-in name.
 */
export function passwordRefusal(typed: string, known: readonly string[]): PasswordRefusal | null {
  const password = normalPassword(typed);
  const length = Array.from(password).length;
  if (length < shortestPassword) return 'short';
  if (length > longestPassword) return 'long';
  return ownPart(password, known).size < ownCharacters ? 'guessable' : null;
}

/** The different characters left without common words, what is known of the person, years, runs and repetitions. */
function ownPart(password: string, known: readonly string[]): Set<string> {
  const names = known.flatMap((name) =>
    normalPassword(name)
      .toLowerCase()
      .split(/[\s@._-]+/),
  );
  const words = [...commonWords(), ...names.filter((name) => name.length >= 2)];
  let left = password.toLowerCase();
  for (const word of words.toSorted((a, b) => b.length - a.length)) left = left.replaceAll(word, ' ');
  left = left.replace(/(19|20)\d\d/g, ' ').replace(/(.+?)\1{2,}/g, '$1');
  return new Set(withoutRuns(left).replace(/\s/g, ''));
}

/** Runs such as 2345 or dcba, three characters and longer, count as their first character. */
function withoutRuns(text: string): string {
  const letters = Array.from(text);
  const step = (index: number): number =>
    (letters[index]?.codePointAt(0) ?? 0) - (letters[index - 1]?.codePointAt(0) ?? 0);
  const isInRun = (index: number): boolean =>
    Math.abs(step(index)) <= 1 && (step(index) === step(index - 1) || step(index) === step(index + 1));
  return letters.filter((_, index) => index === 0 || !isInRun(index)).join('');
}

const blockSize = 8;
const hashBytes = 32;

/**
 * Hashes a password: `scrypt$N$r$p$salt$hash`, N = 2^17 and r = 8 (128 MiB, OWASP's first choice for scrypt).
 * @param salt 16 random bytes.
 */
export async function hashPassword(typed: string, salt: Uint8Array, costLog2: number): Promise<string> {
  if (salt.length < 16) throw new RangeError('the salt of a password is at least 16 bytes');
  const hash = await derive(typed, salt, 2 ** costLog2);
  const text = (part: Uint8Array): string => Buffer.from(part).toString('base64url');
  return ['scrypt', 2 ** costLog2, blockSize, 1, text(salt), text(hash)].join('$');
}

/** Whether it is the one. With `stored` null (no such name) the same work is done, so that the time tells nothing. */
export async function verifyPassword(typed: string, stored: string | null, costLog2: number): Promise<boolean> {
  const [, cost, , , salt, hash] = (stored ?? `scrypt$${2 ** costLog2}$8$1$$`).split('$');
  const computed = await derive(typed, Buffer.from(salt ?? '', 'base64url'), Number(cost));
  const expected = Buffer.from(hash ?? '', 'base64url');
  return expected.length === computed.length && timingSafeEqual(computed, expected);
}

/** 128 MiB each: so many at a time, and whoever comes when the queue is long hears that it is busy. */
const atOnce = 2;
const mostWaiting = 20;
let running = 0;
const waiting: (() => void)[] = [];

/** Too many people sign in at the same moment. */
export class PasswordBusy extends Error {
  override name = 'PasswordBusy';
  readonly status = 503;
}

async function derive(typed: string, salt: Uint8Array, cost: number): Promise<Buffer> {
  if (running >= atOnce) {
    if (waiting.length >= mostWaiting) throw new PasswordBusy('too many passwords at once');
    await new Promise<void>((resolve) => waiting.push(resolve));
  }
  running++;
  try {
    return await scryptOf(normalPassword(typed), salt, { N: cost, r: blockSize, p: 1, maxmem: 256 * cost * blockSize });
  } finally {
    running--;
    waiting.shift()?.();
  }
}

const scryptOf = (text: string, salt: Uint8Array, options: ScryptOptions): Promise<Buffer> =>
  new Promise((resolve, reject) => {
    scrypt(text, salt, hashBytes, options, (error, key) => (error ? reject(error) : resolve(key)));
  });
