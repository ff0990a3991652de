/** What an association decides about releases. */
import type { DisclosureContext } from './context.ts';
import * as store from './policy-store.ts';

/** Whether a copy of the card alone brings the pseudonymous page to a registered sender. Without a decision: it does not. */
export const setCardCopyPolicy = (
  ctx: DisclosureContext,
  associationId: string,
  policy: 'off' | 'pseudonymous',
): Promise<void> => store.setCardCopyPolicy(ctx.db, associationId, policy);

/** What a fax for sealed pages gets of a record that does not fit one. Without a decision: nothing, and the record is read out. */
export const setSealedTooLong = (
  ctx: DisclosureContext,
  associationId: string,
  policy: 'spoken' | 'pseudonymous',
): Promise<void> => store.setSealedTooLongPolicy(ctx.db, associationId, policy);
