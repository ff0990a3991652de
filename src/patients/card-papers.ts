/** The letter that goes with a card to the attending doctor's office. */
import { appendEntry } from '../audit/append.ts';
import { inTransaction } from '../db.ts';
import { cardLetter } from '../pages/letters.ts';
import type { PageMaker } from '../pages/maker.ts';
import { loadWords } from '../pages/words.ts';
import type { HubPatients } from './actions.ts';
import { actorOf, type Done } from './life-actions.ts';
import { cardPapersOf } from './papers-store.ts';
import * as store from './store.ts';

/** As PDF; it names the patient by the hub's number only. null: no such patient here, or none with a card. */
export async function printCardLetter(
  ctx: Pick<HubPatients, 'db' | 'clock'> & { maker: PageMaker },
  { associationId, patientId, by, cause }: Done & { patientId: string },
): Promise<Uint8Array | null> {
  const about = await cardPapersOf(ctx.db, associationId, patientId);
  if (!about) return null;
  const at = ctx.clock.now();
  await inTransaction(ctx.db, async (tx) => {
    await store.lockPatient(tx, associationId, patientId);
    const entry = { chainId: patientId, associationId, at, actor: actorOf(by), cause };
    await appendEntry(tx, { ...entry, kind: 'card_letter_made', data: {} });
  });
  const { code: patientCode, association, hubPhone, gatewayPhone, facility, doctor } = about;
  const to = [facility, doctor].filter((part) => part !== null).join('　') || association;
  const context = { associationName: association, hubPhone, at };
  return ctx.maker.pdf('letter', cardLetter({ to, patientCode, gatewayPhone }, context, loadWords()));
}
