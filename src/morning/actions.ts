/**
 * The morning page (朝の報告): at seven each attending doctor is sent one fax about the urgent calls of his patients and the
 * records of theirs that somebody else was given. What was told stands in `morning_report` and on the notices, written in the
 * transaction that puts the fax in the queue; whoever cannot be told (nobody attends, no confirmed fax) goes on waiting.
 */
import { inTransaction } from '../db.ts';
import { printedNames } from '../directory/actions.ts';
import type { DisclosureContext, MorningPage } from '../disclosures/context.ts';
import { type AttendingNotice, issuerOf, noticesPrinted, waitingNotices } from '../disclosures/release.ts';
import { caseFacts } from '../escalations/actions.ts';
import { plusSeconds } from '../lib/clock.ts';
import { addDays, instantOf, localDate } from '../lib/japan-time.ts';
import { subjectsOf } from '../pages/morning-view.ts';
import * as store from './store.ts';

/** A page for a call of two weeks ago tells nobody anything; it stays counted for the hub's own lists no more. */
const tellForDays = 14;
/** A case that is still open at seven is told of when it has been open so long; a shorter one when it has ended. */
const newsAfterSeconds = 3600;
/** On one fax; the rest goes with the next one, a minute later. */
const mostCases = 20;

export interface Morning {
  /** Faxes queued by this run. */
  sent: number;
  /** Doctors without a confirmed fax, and urgent calls about nobody who has an attending doctor: for the hub. */
  waiting: { doctors: number; calls: number };
}

/** Sends whatever is due and waits. Any process may run it at any time; twice equals once. @param hour of the day in Japan. */
export async function sendMorningPages(ctx: DisclosureContext, hour: number): Promise<Morning> {
  const at = ctx.clock.now();
  const before = lastInstantOf(hour, at);
  const openBefore = plusSeconds(before, -newsAfterSeconds);
  const window = { since: plusSeconds(before, -tellForDays * 86_400), before, openBefore };
  let sent = 0;
  let doctors = 0;
  for (const attending of await store.attendingsWaiting(ctx.db, window)) {
    try {
      if (await tell(ctx, attending, window, at)) sent++;
      else doctors++;
    } catch (error) {
      ctx.log.error('morning_page_failed', { doctorId: attending.doctor_id, error }); // the others are told all the same
    }
  }
  return { sent, waiting: { doctors, calls: await store.countWithoutAttending(ctx.db, window) } };
}

function lastInstantOf(hour: number, at: Date): Date {
  const today = instantOf(localDate(at), hour * 60);
  return today <= at ? today : instantOf(addDays(localDate(at), -1), hour * 60);
}

/** @returns false when he has no fax that may be sent to. */
async function tell(
  ctx: DisclosureContext,
  { doctor_id: doctorId, association_id: associationId }: store.AttendingRow,
  window: store.Window,
  at: Date,
): Promise<boolean> {
  const { faxes, pages } = ctx.release;
  const [fax] = await faxes.confirmedDestinations(ctx.db, { doctorId }, at);
  if (!fax) return false;
  const cases = await store.casesWaiting(ctx.db, doctorId, window, mostCases);
  const notices = (await waitingNotices(ctx.db, doctorId)).filter(isOf(window));
  if (cases.length + notices.length === 0) return true; // another process was quicker with all of it
  const rendered = await pages.morning({
    calls: await Promise.all(cases.map((one) => callOf(ctx, one))),
    disclosures: notices.map(disclosureOf),
    issuer: await issuerOf(ctx.db, associationId),
    at,
  });
  const faxId = await inTransaction(ctx.db, async (tx) => {
    await store.lockDoctor(tx, doctorId);
    const stillWaiting = new Set((await waitingNotices(tx, doctorId)).map(({ id }) => id));
    if (notices.some(({ id }) => !stillWaiting.has(id))) return 'told_meanwhile';
    const queued = await faxes.queue(tx, {
      ...{ associationId, destinationId: fax.id, ...rendered, purpose: 'morning', subjectId: doctorId, at },
    });
    if (queued === null) return null; // frozen or overdue since
    const caseIds = cases.map(({ id }) => id);
    if ((await store.insertReports(tx, { caseIds, doctorId, faxId: queued, at })) !== caseIds.length)
      throw new ToldMeanwhile();
    await noticesPrinted(
      tx,
      notices.map(({ id }) => id),
      at,
    );
    return queued;
  }).catch((error: unknown) => {
    if (error instanceof ToldMeanwhile) return 'told_meanwhile';
    throw error;
  });
  if (faxId !== null && faxId !== 'told_meanwhile') faxes.wake(faxId);
  return faxId !== null;
}

/** Another process was quicker with one of the cases: nothing of ours is kept. */
class ToldMeanwhile extends Error {}

const isOf =
  ({ since, before }: store.Window) =>
  ({ disclosed_at: at }: AttendingNotice): boolean =>
    at >= since && at < before;

async function callOf(ctx: DisclosureContext, { id, code }: store.WaitingCase): Promise<MorningPage['calls'][number]> {
  const log = await caseFacts(ctx.db, id);
  return { log, patientCode: code, names: await printedNames(ctx.db, subjectsOf(log)) };
}

const disclosureOf = (row: AttendingNotice): MorningPage['disclosures'][number] => ({
  patientCode: row.patient_code,
  requester: row.requester,
  disclosure: {
    id: row.id,
    reason: row.reason,
    form: row.form,
    isBreakGlass: row.is_break_glass,
    at: row.disclosed_at,
  },
});
