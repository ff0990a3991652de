/** What is printed when a patient was enrolled or got a new card: the card itself, and the letter that goes with it. */
import { appendEntry } from '../audit/append.ts';
import { inTransaction } from '../db.ts';
import { localDate } from '../lib/japan-time.ts';
import { cardSheetView } from '../pages/card-view.ts';
import { cardLetter } from '../pages/letters.ts';
import type { PageMaker } from '../pages/maker.ts';
import { loadWords } from '../pages/words.ts';
import { cardCopyOf } from '../vault/actions.ts';
import { type HubPatients, readRecord } from './actions.ts';
import { actorOf, type Done } from './life-actions.ts';
import { cardPapersOf } from './papers-store.ts';
import * as store from './store.ts';

export type CardPaper = 'card' | 'letter';

/**
 * PDF of the card or of its letter, once it is in the log that it was made. null: no such patient here, or none with a card.
 * The letter names the patient by the hub's number only.
 */
export async function printCardPaper(
  ctx: HubPatients & { maker: PageMaker },
  asked: Done & { patientId: string; paper: CardPaper },
): Promise<Uint8Array | null> {
  const { associationId, patientId, by, cause, paper } = asked;
  const about = await cardPapersOf(ctx.db, associationId, patientId);
  const record = about && paper === 'card' ? await readRecord(ctx, associationId, patientId) : null;
  if (!about || (paper === 'card' && !record)) return null;
  const at = ctx.clock.now();
  const card = await inTransaction(ctx.db, async (tx) => {
    await store.lockPatient(tx, associationId, patientId);
    const copy = paper === 'card' ? await cardCopyOf(tx, ctx, patientId) : null;
    const entry = { chainId: patientId, associationId, at, actor: actorOf(by), cause };
    await appendEntry(tx, { ...entry, kind: 'card_printed', data: { paper, cardId: copy?.cardId ?? null } });
    return copy;
  });
  const words = loadWords();
  if (paper === 'letter') {
    const to = [about.facility, about.doctor].filter((part) => part !== null).join('　') || about.association;
    const context = { associationName: about.association, hubPhone: about.hubPhone, at };
    const letter = cardLetter({ to, patientCode: about.code, gatewayPhone: about.gatewayPhone }, context, words);
    return ctx.maker.pdf('letter', letter);
  }
  if (!card || !record) return null;
  const { family, given } = record.content.registration.nameKana;
  const content = {
    ...{
      cardNumber: card.number,
      nameKana: `${family}　${given}`,
      issuedOn: localDate(about.issuedAt),
      issue: about.issue,
    },
    attending: {
      doctor: about.doctor ?? '',
      facility: about.facility ?? '',
      phone: about.facilityPhone ?? about.hubPhone,
    },
  };
  const { association: associationName, gatewayPhone, gatewayFax, hubPhone: lostPhone } = about;
  return ctx.maker.pdf(
    'card',
    cardSheetView([content], { associationName, gatewayPhone, gatewayFax, lostPhone }, words),
  );
}
