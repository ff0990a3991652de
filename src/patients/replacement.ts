/** A new card in place of one that is lost, stolen, damaged or misprinted; and a lost one that is stopped at once. */

import { appendEntry } from '../audit/append.ts';
import type { AuditKind } from '../audit/kinds.ts';
import type { Sql } from '../db.ts';
import { type HubVault, type IssuedCard, reissueCard, reportLost } from '../vault/actions.ts';
import { actorOf, type Done } from './life-actions.ts';

export const replacementReasons = ['lost', 'stolen', 'damaged', 'misprinted'] as const;
export type ReplacementReason = (typeof replacementReasons)[number];

interface Replacement extends Done {
  patientId: string;
  reason: ReplacementReason;
}

/** As `reissueCard` of the vault; why stands in the log beside it. */
export async function replaceCard(
  tx: Sql,
  ctx: HubVault,
  { reason, by, ...of }: Replacement,
): Promise<IssuedCard | { refused: 'no_card_ready' }> {
  const issued = await reissueCard(tx, ctx, { ...of, actor: actorOf(by) });
  if ('refused' in issued) return issued;
  await note(tx, ctx, { ...of, by }, 'card_replaced', { reason, cardId: issued.cardId });
  return issued;
}

/** The card opens nothing from now on, also while there is no other to give. @returns whether there was one. */
export async function stopCard(tx: Sql, ctx: HubVault, { reason, by, ...of }: Replacement): Promise<boolean> {
  if (!(await reportLost(tx, ctx, { ...of, actor: actorOf(by) }))) return false;
  await note(tx, ctx, { ...of, by }, 'card_stopped', { reason });
  return true;
}

async function note(
  tx: Sql,
  { clock }: Pick<HubVault, 'clock'>,
  { associationId, patientId, by, cause }: Done & { patientId: string },
  kind: AuditKind,
  data: object,
): Promise<void> {
  const entry = { chainId: patientId, associationId, at: clock.now(), actor: actorOf(by), cause };
  await appendEntry(tx, { ...entry, kind, data });
}
