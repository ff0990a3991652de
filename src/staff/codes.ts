/** One-time codes from an authenticator app (RFC 6238) and the recovery codes for the day it is lost. */
import { Secret, TOTP } from 'otpauth';
import type { Sql } from '../db.ts';
import { VaultError } from '../vault/vault-error.ts';
import { keyedHash, type StaffContext, seal, unseal } from './context.ts';
import * as store from './credential-store.ts';

const secretBytes = 20;
const period = 30;
/** One step either way: clocks of telephones drift. */
const window = 1;

/** A new secret, in base 32. */
export const newTotpSecret = ({ random }: Pick<StaffContext, 'random'>): string =>
  new Secret({ buffer: Uint8Array.from(random(secretBytes)).buffer }).base32;

/** What the QR for the authenticator app says. */
export const totpAddress = (secret: string, { issuer, label }: { issuer: string; label: string }): string =>
  new TOTP({ issuer, label, secret, period }).toString();

/** The time step whose code this is; null: none of now, one before and one after. */
export function totpStep(secret: string, code: string, at: Date): number | null {
  const timestamp = at.getTime();
  const delta = new TOTP({ secret, period }).validate({ token: code, timestamp, window });
  return delta === null ? null : TOTP.counter({ period, timestamp }) + delta;
}

export const sealTotp = (ctx: StaffContext, staffId: string, secret: string): Buffer =>
  seal(ctx, `totp ${staffId}`, secret);
export const unsealTotp = (ctx: StaffContext, staffId: string, sealed: Buffer): string =>
  unseal(ctx, `totp ${staffId}`, sealed);

/** false: the search key was replaced since the app was set up. */
function isOurs(ctx: StaffContext, { staffId, totpSecret }: Account): boolean {
  try {
    unsealTotp(ctx, staffId, totpSecret);
    return true;
  } catch (error) {
    if (error instanceof VaultError) return false;
    throw error;
  }
}

type Account = Pick<store.PasswordAccount, 'staffId' | 'totpSecret'>;

const codes = 10;
const codeLetters = 16;
const alphabet = '0123456789abcdefghjkmnpqrstvwxyz';

/** Ten codes of 80 bits, as they are printed: `xxxx-xxxx-xxxx-xxxx`. */
export const newRecoveryCodes = ({ random }: Pick<StaffContext, 'random'>): string[] =>
  Array.from({ length: codes }, () =>
    Array.from(
      random(codeLetters),
      (byte, place) => `${place && place % 4 === 0 ? '-' : ''}${alphabet[byte & 31]}`,
    ).join(''),
  );

/** As somebody types it from paper: capitals, spaces, O for 0, I and L for 1. */
const normalCode = (typed: string): string =>
  typed.normalize('NFKC').toLowerCase().replace(/[\s-]/g, '').replaceAll('o', '0').replace(/[il]/g, '1');

export const recoveryHash = (ctx: Pick<StaffContext, 'staffKey'>, staffId: string, typed: string): Buffer =>
  keyedHash(ctx, `recovery ${staffId}`, normalCode(typed));

export type SecondFactor = 'totp' | 'recovery_code';

/**
 * Uses up what was typed beside the password: a code of the app or one from the paper. null: neither, or used before. `key_replaced`: no code
 * can be right any more.
 */
export async function takeSecondFactor(
  tx: Sql,
  ctx: StaffContext,
  account: Account,
  typed: string,
  at: Date,
): Promise<SecondFactor | 'key_replaced' | null> {
  if (!isOurs(ctx, account)) return 'key_replaced';
  const { staffId, totpSecret } = account;
  const code = normalCode(typed);
  if (/^\d{6}$/.test(code)) {
    const step = totpStep(unsealTotp(ctx, staffId, totpSecret), code, at);
    return step !== null && (await store.takeTotpStep(tx, staffId, step)) ? 'totp' : null;
  }
  if (code.length !== codeLetters) return null;
  return (await store.takeRecoveryCode(tx, staffId, recoveryHash(ctx, staffId, code), at)) ? 'recovery_code' : null;
}
