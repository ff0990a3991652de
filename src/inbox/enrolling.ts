/** From what was typed to a patient with a card, in one transaction: the page is settled with it or nothing has happened. */
import { inTransaction } from '../db.ts';
import { enrolPatient, type HubPatients } from '../patients/actions.ts';
import type { Draft, Finding } from '../patients/findings.ts';
import { issueCard } from '../vault/actions.ts';
import { openItem, settleItem } from './actions.ts';
import { type AtDesk, type Claimed, claimIn } from './claims.ts';
import { forgetDraft } from './desk-store.ts';
import { sheetBoxes } from './desk-view.ts';
import { sourceImage } from './enrolment-draft.ts';

export type Enrolled =
  | {
      status: 'enrolled';
      patientId: string;
      /** The hub's running number. */
      code: string;
      /** false: none was in stock; the patients desk issues one as soon as there is. */
      hasCard: boolean;
      /** To a second reading, or in force at once. */
      life: string;
    }
  /** Nothing was written; all faults at once. */
  | { status: 'not_sound'; findings: Finding[] }
  | Exclude<Claimed, { status: 'claimed' }>;

/**
 * Enrols the patient whom a page in hand is about. Where there is a page, its picture is the record's source, with the places that
 * the fields were typed from: said by the page itself and not by who asks.
 */
export async function enrolFromItem(ctx: HubPatients, desk: AtDesk, draft: Draft): Promise<Enrolled> {
  const { associationId, itemId, operatorId: by } = desk;
  const opened = await openItem(ctx, desk);
  const page = opened?.page;
  const image = page ? sourceImage({ id: itemId, sha256: page.sha256 }, sheetBoxes(page.fields?.form ?? null)) : null;
  const registration = { ...(draft.registration as object), sourceImage: image };
  const cause = 'console';
  return inTransaction(ctx.db, async (tx): Promise<Enrolled> => {
    const claimed = await claimIn(tx, ctx, desk);
    if (claimed.status !== 'claimed') return claimed;
    const enrolment = { associationId, by, cause, isFinished: true, draft: { ...draft, registration } };
    const written = await enrolPatient(tx, ctx, enrolment);
    if (written.status === 'refused') return { status: 'not_sound', findings: written.findings };
    const { patientId, code, life } = written;
    const card = await issueCard(tx, ctx, { associationId, patientId, actor: `operator:${by}`, cause });
    const settled = await settleItem(tx, ctx, desk, { outcome: 'enrolled', patientId });
    if (settled.status === 'refused') throw new Error('a page that is in hand could not be settled');
    await forgetDraft(tx, itemId);
    return { status: 'enrolled', patientId, code, hasCard: !('refused' in card), life: life.status };
  });
}
