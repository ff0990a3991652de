/** Coming in: by passkey, or by password and one-time code; and proving again who one is before something dangerous. */
import type { AuthenticationResponseJSON } from '@simplewebauthn/server';
import { inTransaction, type Sql } from '../db.ts';
import { plusSeconds } from '../lib/clock.ts';
import { takeSecondFactor } from './codes.ts';
import { keyedHash, type StaffContext } from './context.ts';
import * as credentials from './credential-store.ts';
import { type AttemptKind, afterFailure, isLocked, noAttempts } from './lockout.ts';
import { note, visitor } from './log.ts';
import { askForPasskey, readPasskey, takePasskey } from './passkeys.ts';
import { verifyPassword } from './password.ts';
import * as sessions from './session-store.ts';
import { type Opened, openSession } from './sessions.ts';
import * as store from './store.ts';

/** Where somebody is who signs in. */
export interface From {
  /** The browser's address: counted, never stored or logged. */
  address: string;
  /** Browser and system, for the list of sessions. */
  device: string;
}

/** One answer for an unknown name, a wrong password and a wrong code: nobody learns which. */
export type Refused = { refused: 'wrong' } | { refused: 'locked'; until: Date };

export type SignedIn = Opened | Refused;

/** Options for a passkey of anybody; null: none at this address. */
export const beginPasskeySignIn = (ctx: StaffContext) => askForPasskey(ctx, null);

export async function signInWithPasskey(
  ctx: StaffContext,
  ceremony: string,
  response: AuthenticationResponseJSON,
  { device }: From,
): Promise<SignedIn> {
  const proved = await readPasskey(ctx, 'use_passkey', ceremony, response);
  if (!proved) return { refused: 'wrong' };
  const at = ctx.clock.now();
  return inTransaction(ctx.db, async (tx): Promise<SignedIn> => {
    const staff = await store.lockStaff(tx, proved.staffId);
    if (!staff?.isActive || !(await takePasskey(tx, proved, at))) return { refused: 'wrong' };
    return openSession(tx, ctx, staff, { method: 'passkey', device, at, cause: 'sign_in' });
  });
}

export interface Typed {
  signInName: string;
  password: string;
  /** Six digits of the app, or a recovery code. */
  code: string;
}

/** Name, password and code in one go: only all three together say anything. */
export async function signInWithPassword(ctx: StaffContext, typed: Typed, from: From): Promise<SignedIn> {
  const { device, address } = from;
  const at = ctx.clock.now();
  const account = await credentials.passwordByName(ctx.db, normalName(typed.signInName));
  const proof = { name: normalName(typed.signInName), account, password: typed.password, code: typed.code, address };
  return provePassword(ctx, proof, 'sign_in', (tx, staff, secondFactor) =>
    openSession(tx, ctx, staff, { method: 'password', device, at, cause: 'sign_in', data: { secondFactor } }),
  );
}

/** As names are compared: one account for SATO and ｓａｔｏ. */
export const normalName = (typed: string): string => typed.normalize('NFKC').trim().toLowerCase();

/** Options for a passkey of the person who is signed in. */
export const beginPasskeyProof = (ctx: StaffContext, staffId: string) => askForPasskey(ctx, staffId);

export interface Proving {
  staffId: string;
  sessionId: string;
}

/** The person at the session proves again who he is. @returns whether it held. */
export async function proveWithPasskey(
  ctx: StaffContext,
  { staffId, sessionId }: Proving,
  ceremony: string,
  response: AuthenticationResponseJSON,
): Promise<boolean> {
  const proved = await readPasskey(ctx, 'prove_passkey', ceremony, response);
  if (proved?.staffId !== staffId) return false;
  const at = ctx.clock.now();
  return inTransaction(ctx.db, async (tx) => {
    const staff = await store.lockStaff(tx, staffId);
    if (!staff?.isActive || !(await takePasskey(tx, proved, at))) return false;
    return markProved(tx, staff, sessionId, at, 'passkey');
  });
}

export async function proveWithPassword(
  ctx: StaffContext,
  { staffId, sessionId }: Proving,
  { password, code }: Pick<Typed, 'password' | 'code'>,
  { address }: From,
): Promise<{ proved: boolean } | Refused> {
  const at = ctx.clock.now();
  const account = await credentials.passwordOf(ctx.db, staffId);
  if (!account) return { refused: 'wrong' };
  const proof = { name: account.signInName, account, password, code, address };
  return provePassword(ctx, proof, 'prove', async (tx, staff) => ({
    proved: await markProved(tx, staff, sessionId, at, 'password'),
  }));
}

async function markProved(
  tx: Sql,
  staff: store.StaffRow,
  sessionId: string,
  at: Date,
  method: 'passkey' | 'password',
): Promise<boolean> {
  if (!(await sessions.sessionProved(tx, sessionId, staff.id, at))) return false;
  await note(tx, staff, { at, by: staff.id, cause: 'prove', kind: 'proved_again', data: { sessionId, method } });
  return true;
}

// ---------------------------------------------------------------------------------------------------- passwords

interface Proof {
  name: string;
  account: credentials.PasswordAccount | null;
  password: string;
  code: string;
  address: string;
}

type Subject = readonly [AttemptKind, Buffer];

/**
 * Each try is counted as a failure before it is looked at, so that a hundred tries at the same moment are a hundred; the right
 * answer takes the count back. A locked name is not looked at: it would tell whether the password was right.
 */
async function provePassword<T>(
  ctx: StaffContext,
  { name, account, password, code, address }: Proof,
  cause: string,
  proved: (tx: Sql, staff: store.StaffRow, secondFactor: string) => Promise<T>,
): Promise<T | Refused> {
  const subjects = subjectsOf(ctx, name, address);
  const counted = await countTry(ctx, subjects);
  if (counted.until !== null && counted.isRefused) return { refused: 'locked', until: counted.until };
  const isRight = await verifyPassword(password, account?.passwordHash ?? null, ctx.passwordCostLog2);
  if (!account) return { refused: 'wrong' };
  const at = ctx.clock.now();
  return inTransaction(ctx.db, async (tx): Promise<T | Refused> => {
    const staff = await store.lockStaff(tx, account.staffId);
    const now = await credentials.passwordOf(tx, account.staffId);
    const isSame = staff?.isActive && now?.passwordHash === account.passwordHash; // not changed while we calculated
    const factor = isRight && isSame ? await takeSecondFactor(tx, ctx, account, code, at) : null;
    if (!staff) return { refused: 'wrong' };
    if (factor === null) {
      const failed = { at, by: visitor, cause, data: { method: 'password' } };
      await note(tx, staff, { ...failed, kind: 'sign_in_failed' });
      if (counted.until) await note(tx, staff, { ...failed, kind: 'sign_in_locked', data: { until: counted.until } });
      return { refused: 'wrong' };
    }
    for (const [, subject] of subjects) await sessions.saveAttempts(tx, subject, noAttempts(at));
    return proved(tx, staff, factor);
  });
}

const subjectsOf = (ctx: StaffContext, name: string, address: string): readonly Subject[] => [
  ['account', keyedHash(ctx, 'sign-in name', name)],
  ['address', keyedHash(ctx, 'address', address)],
];

const forgottenAfterSeconds = 2 * 86_400;

/** `until`: when the next try is looked at, if that is not at once. */
async function countTry(
  ctx: StaffContext,
  subjects: readonly Subject[],
): Promise<{ isRefused: boolean; until: Date | null }> {
  const at = ctx.clock.now();
  await sessions.forgetAttempts(ctx.db, plusSeconds(at, -forgottenAfterSeconds));
  return inTransaction(ctx.db, async (tx) => {
    const attempts = await sessions.lockAttempts(
      tx,
      subjects.map(([, subject]) => subject),
      at,
    );
    const locks = attempts.filter((one) => isLocked(one, at));
    if (locks.length > 0) return { isRefused: true, until: latest(locks) };
    const counted = subjects.map(([kind], place) => afterFailure(kind, attempts[place] ?? noAttempts(at), at));
    for (const [place, [, subject]] of subjects.entries()) {
      const now = counted[place];
      if (now) await sessions.saveAttempts(tx, subject, now);
    }
    return { isRefused: false, until: latest(counted) };
  });
}

function latest(attempts: readonly { lockedUntil: Date | null }[]): Date | null {
  const ends = attempts.flatMap(({ lockedUntil }) => (lockedUntil ? [lockedUntil.getTime()] : []));
  return ends.length > 0 ? new Date(Math.max(...ends)) : null;
}
