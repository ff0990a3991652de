import { inTransaction } from '../../db.ts';
import { localDate } from '../../lib/japan-time.ts';
import { cardSheetView } from '../../pages/card-view.ts';
import { markUnshown } from '../../pages/unshown.ts';
import { readRecord } from '../../patients/actions.ts';
import { printedKana } from '../../patients/registration.ts';
import { cardCopyOf } from '../../vault/actions.ts';
import type { ConsoleContext } from '../context.ts';
import { words } from './shapes.ts';
import * as store from './store.ts';

/** The card that the patient has now, front and back, as PDF. null: he has none, one that was never adopted, or no record. */
export async function printCard(
  ctx: ConsoleContext,
  associationId: string,
  patientId: string,
): Promise<{ pdf: Uint8Array; version: number } | null> {
  const copy = await inTransaction(ctx.db, (tx) => cardCopyOf(tx, ctx, patientId));
  const reading = await readRecord(ctx, associationId, patientId);
  const head = await store.patientHead(ctx.db, associationId, patientId);
  if (!copy || !reading || !head?.cardIssuedAt) return null;
  const [issuer, attending] = await Promise.all([
    store.issuerOf(ctx.db, associationId),
    store.attendingOf(ctx.db, patientId),
  ]);
  const card = {
    cardNumber: copy.number,
    nameKana: printedKana(reading.content.registration),
    issuedOn: localDate(head.cardIssuedAt),
    issue: head.cards,
    attending: { ...attending, phone: attending.phone ?? issuer.hubPhone },
  };
  const { name: associationName, gatewayPhone, hubPhone: lostPhone } = issuer;
  const view = cardSheetView([card], { associationName, gatewayPhone, gatewayFax: null, lostPhone }, words);
  return { pdf: await ctx.maker.pdf('card', markUnshown(view, ctx.maker.coverage).view), version: reading.version };
}
