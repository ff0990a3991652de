/** Coming in: by passkey, or by password and one-time code; and proving again who one is before something dangerous. */
import type { AuthenticationResponseJSON } from '@simplewebauthn/server';
import { inTransaction, type Sql } from '../db.ts';
import { takeSecondFactor } from './codes.ts';
import type { StaffContext } from './context.ts';
import * as credentials from './credential-store.ts';
import { note, visitor } from './log.ts';
import { readPasskey, takePasskey } from './passkeys.ts';
import { verifyPassword } from './password.ts';
import * as sessions from './session-store.ts';
import { type Opened, openSession } from './sessions.ts';
import * as store from './store.ts';
import { countTry, type Refused } from './tries.ts';

/** Where somebody is who signs in. */
export interface From {
  /** The browser's address: counted, never stored or logged. */
  address: string;
  /** Browser and system, for the list of sessions. */
  device: string;
}

export type SignedIn = Opened | Refused;

export async function signInWithPasskey(
  ctx: StaffContext,
  ceremony: string,
  response: AuthenticationResponseJSON,
  { device }: From,
): Promise<SignedIn> {
  const proved = await readPasskey(ctx, 'use_passkey', ceremony, response);
  const known = proved ?? (await credentials.passkeyById(ctx.db, response.id));
  if (!known) return { refused: 'wrong' };
  const at = ctx.clock.now();
  return inTransaction(ctx.db, async (tx): Promise<SignedIn> => {
    const staff = await store.lockStaff(tx, known.staffId);
    if (!staff) return { refused: 'wrong' };
    if (!proved || !staff.isActive || !(await takePasskey(tx, proved, at))) {
      await noteFailure(tx, staff, { at, cause: 'sign_in', method: 'passkey', until: null });
      return { refused: 'wrong' };
    }
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

async function provePassword<T>(
  ctx: StaffContext,
  { name, account, password, code, address }: Proof,
  cause: string,
  proved: (tx: Sql, staff: store.StaffRow, secondFactor: string) => Promise<T>,
): Promise<T | Refused> {
  const tried = await countTry(ctx, name, address);
  if (tried.isRefused && tried.until) return { refused: 'locked', until: tried.until };
  const isRight = await verifyPassword(password, account?.passwordHash ?? null, ctx.passwordCostLog2);
  if (!account) return { refused: 'wrong' };
  const at = ctx.clock.now();
  return inTransaction(ctx.db, async (tx): Promise<T | Refused> => {
    const staff = await store.lockStaff(tx, account.staffId);
    if (!staff) return { refused: 'wrong' };
    const now = await credentials.passwordOf(tx, account.staffId);
    const isSame = staff.isActive && now?.passwordHash === account.passwordHash; // not changed while we calculated
    const factor = isRight && isSame ? await takeSecondFactor(tx, ctx, account, code, at) : null;
    if (factor === null || factor === 'key_replaced') {
      await noteFailure(tx, staff, { at, cause, method: 'password', until: tried.until });
      return { refused: factor ?? 'wrong' };
    }
    await tried.forgive(tx);
    return proved(tx, staff, factor);
  });
}

/** A wrong answer in the account's log, and that it locks the next ones when it does. */
export async function noteFailure(
  tx: Sql,
  staff: store.StaffRow,
  { at, cause, method, until }: { at: Date; cause: string; method: string; until: Date | null },
): Promise<void> {
  await note(tx, staff, { at, by: visitor, cause, kind: 'sign_in_failed', data: { method } });
  if (until)
    await note(tx, staff, { at, by: visitor, cause, kind: 'sign_in_locked', data: { until: until.toISOString() } });
}
