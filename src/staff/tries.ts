/**
 * Each try is counted as a failure before it is looked at, so that a hundred tries at the same moment are a hundred; the right answer
 * takes the count back. A locked name is not looked at: the answer would tell whether the password was right.
 */
import { inTransaction, type Sql } from '../db.ts';
import { plusSeconds } from '../lib/clock.ts';
import { keyedHash, type StaffContext } from './context.ts';
import { type AttemptKind, afterFailure, isLocked, noAttempts } from './lockout.ts';
import * as store from './session-store.ts';

/**
 * One answer for an unknown name, a wrong password and a wrong code: nobody learns which. `key_replaced`, after the right password: what
 * is kept of his codes was sealed under another search key, so that none of them can be right.
 */
export type Refused = { refused: 'wrong' } | { refused: 'key_replaced' } | { refused: 'locked'; until: Date };

export interface Try {
  /** Locked: not to be looked at. */
  isRefused: boolean;
  /** When the next try is looked at, if that is not at once. */
  until: Date | null;
  /** It was the right answer: the counts begin anew. */
  forgive(tx: Sql): Promise<void>;
}

/** So long a subject is remembered after its last failure. */
const rememberSeconds = 2 * 86_400;

/**
 * Counts one try.
 * @param account what is guessed at: a sign-in name, or an account's id. Also counted when there is none such.
 * @param address of the browser.
 */
export async function countTry(ctx: StaffContext, account: string, address: string): Promise<Try> {
  const at = ctx.clock.now();
  await store.forgetAttempts(ctx.db, plusSeconds(at, -rememberSeconds));
  const kinds: readonly AttemptKind[] = ['account', 'address'];
  const subjects = [keyedHash(ctx, 'account', account), keyedHash(ctx, 'address', address)];
  const forgive = async (tx: Sql): Promise<void> => {
    for (const subject of subjects) await store.saveAttempts(tx, subject, noAttempts(ctx.clock.now()));
  };
  return inTransaction(ctx.db, async (tx) => {
    const before = await store.lockAttempts(tx, subjects, at);
    const locks = before.filter((attempts) => isLocked(attempts, at));
    if (locks.length > 0) return { isRefused: true, until: latest(locks), forgive };
    const after = before.map((attempts, place) => afterFailure(kinds[place] ?? 'account', attempts, at));
    for (const [place, attempts] of after.entries())
      await store.saveAttempts(tx, subjects[place] ?? Buffer.alloc(0), attempts);
    return { isRefused: false, until: latest(after), forgive };
  });
}

function latest(attempts: readonly { lockedUntil: Date | null }[]): Date | null {
  const ends = attempts.flatMap(({ lockedUntil }) => (lockedUntil ? [lockedUntil.getTime()] : []));
  return ends.length > 0 ? new Date(Math.max(...ends)) : null;
}
