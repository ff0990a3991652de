/** What a person types from a page: kept sealed while he types, so that neither a reload nor the next colleague loses it. */
import { appendEntry } from '../audit/append.ts';
import { inTransaction, type Sql } from '../db.ts';
import { plusSeconds } from '../lib/clock.ts';
import type { HubVault } from '../vault/context.ts';
import { openWithHub, sealToHub } from '../vault/hub.ts';
import { type AtDesk, type Claimed, claimIn, claimSeconds } from './claims.ts';
import * as store from './desk-store.ts';

export { pageOfPatient, queue } from './desk-store.ts';

/** An enrolment without a fax: a page of the queue that nobody sent. @returns its id; it is in hand. */
export async function startByHand(ctx: HubVault, desk: Omit<AtDesk, 'itemId'>): Promise<string> {
  const { associationId, operatorId: by, name } = desk;
  const id = ctx.ids.next('pg');
  const at = ctx.clock.now();
  await inTransaction(ctx.db, async (tx) => {
    await store.insertByHand(tx, { id, associationId, by, name, at, until: plusSeconds(at, claimSeconds) });
    const entry = { chainId: id, associationId, at, actor: `operator:${by}`, cause: 'console' };
    await appendEntry(tx, { ...entry, kind: 'enrolment_begun', data: {} });
  });
  return id;
}

/** Keeps what was typed; only for whoever has the page in hand, and he keeps it for longer by it. */
export async function keepTyped(ctx: HubVault, desk: AtDesk, typed: unknown): Promise<Claimed> {
  const sealed = sealToHub(Buffer.from(JSON.stringify(typed)), ctx.hub);
  return inTransaction(ctx.db, async (tx) => {
    const claimed = await claimIn(tx, ctx, desk);
    if (claimed.status !== 'claimed') return claimed;
    await store.saveDraft(tx, { itemId: desk.itemId, hubKeyId: ctx.hub.id, sealed, at: ctx.clock.now() });
    return claimed;
  });
}

/** What `keepTyped` kept last; null: nothing. @throws VaultError when it was altered, or is for another hub key. */
export async function typedOf(sql: Sql, { hubKeys }: Pick<HubVault, 'hubKeys'>, itemId: string): Promise<unknown> {
  const sealed = await store.draftOf(sql, itemId);
  return sealed && JSON.parse(openWithHub(sealed, hubKeys).toString());
}
