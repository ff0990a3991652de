import { inTransaction } from '../db.ts';
import type { DisclosureContext } from '../disclosures/context.ts';
import { relationOf } from '../disclosures/relation.ts';
import { disclosedInCase, releaseForCase } from '../disclosures/release.ts';
import type { PageMade } from '../escalations/record-page.ts';
import type { Leg, UrgentCall } from '../escalations/urgent-call.ts';

/**
 * Writes down the release of the case's record to whoever accepted on this leg; the page itself is made and sent from there.
 * Twice equals once: whoever has had the page of this case is answered with the same disclosure.
 * @throws when the vault or the database cannot answer: to be tried again.
 */
export async function makeRecordPage(ctx: DisclosureContext, call: UrgentCall, leg: Leg): Promise<PageMade> {
  const { id: caseId, associationId, patientId } = call;
  const { role, subjectId } = leg;
  if (patientId === null) return { because: 'no_card' };
  const at = ctx.clock.now();
  const wakes: (() => void)[] = [];
  const made = await inTransaction(ctx.db, async (tx): Promise<PageMade> => {
    wakes.length = 0;
    const earlier = await disclosedInCase(tx, caseId, subjectId);
    if (earlier !== null) return { disclosureId: earlier };
    const opened = await ctx.release.vault.openForCase(tx, { associationId, caseId, patientId });
    if (!opened) return { because: call.status === 'closed' ? 'case_closed' : 'no_record' };
    const recipient =
      role === 'hospital'
        ? ({ hospitalId: subjectId, relation: 'receiving' } as const)
        : { doctorId: subjectId, relation: await relationOf(tx, subjectId, patientId, at) };
    return releaseForCase(ctx, tx, { associationId, caseId, patientId, ...opened, recipient }, at, wakes);
  });
  for (const wake of wakes) wake();
  return made;
}
