/**
 * Who has a page in hand. Taken by a guarded update, so that of two clerks who reach for one form one gets it and the other hears
 * who has it; it ends by itself twenty minutes after the last sign of work, so that nobody keeps a form by going home.
 */

import { appendEntry } from '../audit/append.ts';
import type { AuditKind } from '../audit/kinds.ts';
import { inTransaction, type Sql } from '../db.ts';
import { plusSeconds } from '../lib/clock.ts';
import type { HubVault } from '../vault/context.ts';
import * as store from './desk-store.ts';

export const claimSeconds = 20 * 60;

/** Somebody at the desk and the page he is about. */
export interface AtDesk {
  associationId: string;
  itemId: string;
  /** `op_…` */
  operatorId: string;
  /** As the others are told. */
  name: string;
}

export type Claimed =
  | { status: 'claimed'; until: Date }
  /** Somebody else has it until then. */
  | { status: 'taken'; by: string; until: Date }
  | { status: 'refused'; why: 'unknown_item' | 'not_waiting' };

type DeskContext = Pick<HubVault, 'db' | 'clock'>;

/** Takes a page in hand, or keeps it: twice equals once. */
export const claimItem = (ctx: DeskContext, desk: AtDesk): Promise<Claimed> =>
  inTransaction(ctx.db, (tx) => claimIn(tx, ctx, desk));

/** The same in the caller's transaction: before anything is done with a page, so that whoever lost it does nothing. */
export async function claimIn(tx: Sql, ctx: DeskContext, desk: AtDesk): Promise<Claimed> {
  const { associationId, itemId, operatorId: by, name } = desk;
  const at = ctx.clock.now();
  const until = plusSeconds(at, claimSeconds);
  const claimed = await store.claim(tx, { associationId, itemId, by, name, at, until });
  if (claimed) {
    if (!claimed.had) await note(tx, ctx, desk, 'item_claimed');
    return { status: 'claimed', until };
  }
  const known = await store.claimOf(tx, associationId, itemId);
  if (!known) return { status: 'refused', why: 'unknown_item' };
  if (!known.isWaiting || !known.claim) return { status: 'refused', why: 'not_waiting' };
  return { status: 'taken', by: known.claim.name, until: known.claim.until };
}

/** Gives it back to the queue. Twice equals once. */
export async function releaseItem(ctx: DeskContext, desk: Omit<AtDesk, 'name'>): Promise<void> {
  await inTransaction(ctx.db, async (tx) => {
    if (await store.releaseClaim(tx, desk.associationId, desk.itemId, desk.operatorId))
      await note(tx, ctx, desk, 'item_released');
  });
}

/** The row is locked by the update before it. */
async function note(tx: Sql, ctx: DeskContext, desk: Omit<AtDesk, 'name'>, kind: AuditKind): Promise<void> {
  const { itemId: chainId, associationId, operatorId } = desk;
  const entry = { chainId, associationId, at: ctx.clock.now(), actor: `operator:${operatorId}`, cause: 'console' };
  await appendEntry(tx, { ...entry, kind, data: {} });
}
