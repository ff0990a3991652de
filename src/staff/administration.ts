/** What an administrator does with the accounts of his association, and what everybody may change of his own. */
import { inTransaction } from '../db.ts';
import type { StaffContext } from './context.ts';
import { hasOidc, passkeysOf, passwordOf, recoveryCodesLeft } from './credential-store.ts';
import { type Doer, note } from './log.ts';
import * as sessions from './session-store.ts';
import type { Language, StaffRole } from './staff.ts';
import * as store from './store.ts';

export type { ListedStaff } from './store.ts';

type AccountContext = Pick<StaffContext, 'db' | 'clock'>;

/** Everybody of the association. */
export const staffIn = (ctx: AccountContext, associationId: string): Promise<store.ListedStaff[]> =>
  store.staffOf(ctx.db, associationId, ctx.clock.now());

export interface StaffChange {
  associationId: string;
  staffId: string;
  by: Doer;
  change: Partial<{ name: string; role: StaffRole; isActive: boolean }>;
}

export type StaffChanged = 'changed' | 'unknown' | 'last_administrator';

/**
 * Another name, another role, out of use or in use again. Whoever is taken out of use or gets another role is signed out at once:
 * an open page must not go on with rights that are gone.
 */
export async function changeStaff(
  ctx: AccountContext,
  { associationId, staffId, by, change }: StaffChange,
): Promise<StaffChanged> {
  const at = ctx.clock.now();
  return inTransaction(ctx.db, async (tx) => {
    const administrators = await store.lockAdministrators(tx, associationId);
    const staff = await store.lockStaff(tx, staffId);
    if (!staff || staff.associationId !== associationId) return 'unknown';
    const now = { ...staff, ...change };
    const isLeaving = !now.isActive || now.role !== 'administrator';
    if (isLeaving && administrators.length === 1 && administrators[0] === staffId) return 'last_administrator';
    await store.updateStaff(tx, staffId, now);
    const isOut = !now.isActive || now.role !== staff.role;
    if (!now.isActive) await store.endInvitations(tx, staffId, at);
    const sessionsEnded = isOut ? await sessions.endSessionsOf(tx, staffId, null, at) : 0;
    const data = { role: now.role, isActive: now.isActive, isRenamed: now.name !== staff.name, sessionsEnded };
    await note(tx, staff, { at, by, cause: 'change_staff', kind: 'staff_changed', data });
    return 'changed';
  });
}

/** The language of one's own screens. */
export async function changeLanguage(ctx: AccountContext, staffId: string, language: Language): Promise<void> {
  await inTransaction(ctx.db, async (tx) => {
    const staff = await store.lockStaff(tx, staffId);
    if (staff) await store.updateStaff(tx, staffId, { ...staff, language });
  });
}

export interface OwnAccount {
  signInName: string | null;
  passkeys: { id: string; label: string; isSynced: boolean; createdAt: Date; usedAt: Date | null }[];
  recoveryCodesLeft: number;
  hasOidc: boolean;
}

/** With what somebody signs in. */
export async function ownAccount({ db }: AccountContext, staffId: string): Promise<OwnAccount> {
  const [password, passkeys, left, isLinked] = await Promise.all([
    passwordOf(db, staffId),
    passkeysOf(db, staffId),
    recoveryCodesLeft(db, staffId),
    hasOidc(db, staffId),
  ]);
  return {
    signInName: password?.signInName ?? null,
    passkeys: passkeys.map(({ id, label, isSynced, createdAt, usedAt }) => ({
      id,
      label,
      isSynced,
      createdAt,
      usedAt,
    })),
    recoveryCodesLeft: left,
    hasOidc: isLinked,
  };
}
