/** Fax numbers of the example ward: confirmed without a page, because their machines are invented. For a trial only. */
import { appendEntry } from '../audit/append.ts';
import { inTransaction } from '../db.ts';
import { plusSeconds } from '../lib/clock.ts';
import { parsePhone } from '../lib/phone.ts';
import type { FaxContext } from './context.ts';
import { confirmEverySeconds, type DestinationOwner, type ReleaseForm } from './destination.ts';
import * as destinations from './destination-store.ts';
import { confirmDestination } from './destination-test-store.ts';

export interface ExampleDestination {
  owner: DestinationOwner;
  /** As people write it. */
  number: string;
  form: ReleaseForm;
}

/**
 * Enters each as its owner's first number, confirmed today, by the actor `example`. Whoever ever had a first number keeps what
 * the hub has made of it, so that it may be repeated. A frozen number is entered frozen. @returns how many were entered.
 * @throws when one is no telephone number: the example itself is wrong.
 */
export async function enterExampleDestinations(
  ctx: Pick<FaxContext, 'db' | 'clock' | 'ids'>,
  associationId: string,
  entries: readonly ExampleDestination[],
): Promise<number> {
  const at = ctx.clock.now();
  const position = 1;
  return inTransaction(ctx.db, async (tx) => {
    let entered = 0;
    for (const { owner, number, form } of entries) {
      const parsed = parsePhone(number);
      if ('refused' in parsed) throw new Error(`a fax number of the example is ${parsed.refused}`);
      const { e164 } = parsed;
      await destinations.lockNumber(tx, e164);
      if (await destinations.hasHadDestination(tx, owner, position)) continue;
      const isFrozen = await destinations.isFrozenNumber(tx, e164);
      const status = isFrozen ? 'frozen' : 'registered';
      const id = ctx.ids.next('fd');
      await destinations.insertDestination(tx, { id, associationId, owner, position, e164, form, status, at });
      const entry = { chainId: id, associationId, at, actor: 'example', cause: 'import-example' };
      const data = { owner, position, form, status };
      await appendEntry(tx, { ...entry, kind: 'destination_registered', data });
      entered++;
      if (isFrozen) continue;
      await confirmDestination(tx, id, at, plusSeconds(at, confirmEverySeconds));
      await appendEntry(tx, { ...entry, kind: 'destination_confirmed', data: {} });
    }
    return entered;
  });
}
