/** What an association decides about releases. */
import { appendEntry } from '../audit/append.ts';
import { inTransaction } from '../db.ts';
import type { DisclosureContext } from './context.ts';
import * as store from './policy-store.ts';

/** Whether a copy of the card alone brings the pseudonymous page to a registered sender. Without a decision: it does not. */
export const setCardCopyPolicy = (
  ctx: DisclosureContext,
  associationId: string,
  policy: 'off' | 'pseudonymous',
): Promise<void> => store.setCardCopyPolicy(ctx.db, associationId, policy);

/** What a fax for sealed pages gets of a record that does not fit one. Without a decision: nothing, and the record is read out. */
export async function setSealedTooLong(
  { db, clock }: Pick<DisclosureContext, 'db' | 'clock'>,
  given: { associationId: string; policy: store.ReleasePolicy['sealedTooLong']; operatorId: string; cause: string },
): Promise<void> {
  const { associationId, policy, operatorId, cause } = given;
  await inTransaction(db, async (tx) => {
    await store.lockAssociation(tx, associationId);
    const { sealedTooLong: before } = await store.releasePolicy(tx, associationId);
    if (before === policy) return;
    await store.setSealedTooLongPolicy(tx, associationId, policy);
    const entry = { chainId: associationId, associationId, at: clock.now(), actor: `operator:${operatorId}`, cause };
    await appendEntry(tx, { ...entry, kind: 'sealed_too_long_set', data: { before, after: policy } });
  });
}

export const releasePolicyOf = store.releasePolicy;
