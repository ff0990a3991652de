/**
 * A record page that failed for good, sent once more because a person of the hub wants it. The page and its key are gone since it was
 * rendered; only an urgent call that is still open keeps the key of its record. What is sent is the same disclosure, written down when it
 * was made: same version, same recipient, same destination. In every other case the doctor asks anew, which is a disclosure of its own.
 */
import { appendEntry } from '../audit/append.ts';
import { inTransaction, type Sql } from '../db.ts';
import { plusSeconds } from '../lib/clock.ts';
import { newSecret } from '../sealed-page/secret.ts';
import * as store from './again-store.ts';
import type { DisclosureContext } from './context.ts';
import { readDisclosure } from './page-store.ts';
import { logDisclosure, spokenSeconds } from './release.ts';
import { packKey, transitNames } from './secrets.ts';

/**
 * - `possible`: the urgent call is open and keeps the key.
 * - `asked`: a worker is making it. `sent`: `faxId` is the newer fax.
 * - `destination`: the number is not confirmed (any more); it has to be, first.
 * - `case_over`: the urgent call is closed, or keeps no key of this version: the doctor has to ask.
 * - `by_request`: it was asked for by telephone or on paper, and is asked for so again.
 */
export const againStates = ['possible', 'asked', 'sent', 'destination', 'case_over', 'by_request'] as const;

export interface Again {
  state: (typeof againStates)[number];
  /** The urgent call that it was about; null: it was asked for. */
  caseId: string | null;
  /** The newer fax, once there is one. */
  faxId: string | null;
  /** Who waits for it. */
  recipient: { kind: 'doctor' | 'hospital'; id: string };
}

/** What may be done about a fax that failed; null: it did not, or it was no record. */
export async function againOf(sql: Sql, associationId: string, faxId: string, at: Date): Promise<Again | null> {
  const page = await store.failedPage(sql, { associationId, faxId, at });
  return page && againFrom(page, faxId);
}

function againFrom(page: store.FailedPage, failedFaxId: string): Again {
  const { case_id: caseId, fax_id: faxId, doctor_id, hospital_id } = page;
  const recipient = doctor_id
    ? { kind: 'doctor' as const, id: doctor_id }
    : { kind: 'hospital' as const, id: hospital_id ?? '' };
  const isSent = faxId !== null && faxId !== failedFaxId;
  return { state: isSent ? 'sent' : stateOf(page), caseId, faxId: isSent ? faxId : null, recipient };
}

function stateOf(page: store.FailedPage): Again['state'] {
  if (page.is_asked || page.status === 'pending') return 'asked';
  if (page.case_id === null) return 'by_request';
  if (!page.has_key) return 'case_over';
  return page.is_destination_confirmed ? 'possible' : 'destination';
}

/** @returns what holds afterwards: `asked`, or why it was not; null: no such fax here. */
export async function askAgain(
  { db, clock }: Pick<DisclosureContext, 'db' | 'clock'>,
  faxId: string,
  { associationId, operatorId, cause }: { associationId: string; operatorId: string; cause: string },
): Promise<Again | null> {
  return inTransaction(db, async (tx) => {
    const at = clock.now();
    const page = await store.failedPage(tx, { associationId, faxId, at }, 'for update of page');
    const now = page && againFrom(page, faxId);
    if (!page || now?.state !== 'possible') return now;
    await store.askPageAgain(tx, page.id, operatorId, at);
    const entry = { chainId: page.disclosure_id, associationId, at, actor: `operator:${operatorId}`, cause };
    await appendEntry(tx, { ...entry, kind: 'record_asked_again', data: { faxId } });
    return { ...now, state: 'asked' };
  });
}

/** When the key cannot be opened now: bounded by the case, which closes some time. */
const takenSeconds = 60;
const batch = 20;

/** Everything that was asked for. @returns how much there was to do. */
export async function sweepAgain(ctx: DisclosureContext): Promise<number> {
  const at = ctx.clock.now();
  const asked = await store.pagesAskedAgain(ctx.db, at, batch);
  for (const id of asked) {
    const page = await store.takeAsked(ctx.db, id, at, plusSeconds(at, takenSeconds));
    if (page) await makeAgain(ctx, page, at);
  }
  return asked.length;
}

async function makeAgain(ctx: DisclosureContext, { id, disclosure_id }: store.AskedPage, at: Date): Promise<void> {
  const { vault, random } = ctx.release;
  const isMade = await inTransaction(ctx.db, async (tx) => {
    const disclosure = await readDisclosure(tx, disclosure_id);
    if (!disclosure?.case_id) throw new Error('a page of no case was asked for again: its row was changed by hand');
    const { association_id: associationId, case_id: caseId, patient_id: patientId, version, form } = disclosure;
    const about = { id: disclosure.id, associationId };
    const kept = await vault.openForCase(tx, { associationId, caseId, patientId });
    if (kept?.version !== version) {
      if (await store.dropAsked(tx, id)) await logDisclosure(tx, about, 'page_failed', at, { why: 'case_over' });
      return false;
    }
    const secret = form === 'sealed' ? Buffer.from(newSecret(random)) : null;
    const renewed = await store.renewPage(tx, id, {
      sealedKey: vault.seal(packKey({ dataKey: kept.dataKey, cardNumber: null }), transitNames.page(id)),
      secret: secret && { sealed: vault.seal(secret, transitNames.secret(id)), until: plusSeconds(at, spokenSeconds) },
      at,
    });
    if (renewed) await logDisclosure(tx, about, 'record_made_again', at, {});
    return renewed;
  });
  if (isMade) ctx.wake('render-disclosure', id);
}
