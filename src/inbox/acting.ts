/** What the machine does with a page that it has read and sealed: each kind once, however often the page is handed in. */
import { appendEntry } from '../audit/append.ts';
import { hospitalWithCode, type PaperOffer, reportByForm } from '../beds/actions.ts';
import type { BedType } from '../beds/beds.ts';
import { inTransaction } from '../db.ts';
import { memberDoctor } from '../directory/actions.ts';
import type { DisclosureContext } from '../disclosures/context.ts';
import { type PaperOutcome, releaseByCardCopy, releaseByForm } from '../disclosures/paper.ts';
import { outcomeOfPage } from '../disclosures/paper-outcome.ts';
import type { ReceivedFax } from '../fax/context.ts';
import type { FaxDestination } from '../fax/destination.ts';
import type { FormReading, PageReading } from '../paper/reading.ts';
import type { Route } from '../paper/routing.ts';
import { takeReply } from '../roster/replies.ts';
import { bedReportOf } from './bed-report.ts';
import { type Verdict, waiting } from './item.ts';
import { tickedRequest } from './record-request.ts';
import { rosterReplyOf } from './roster-reply.ts';
import * as store from './store.ts';

/** A page in hand: which item it is, on which fax it came, and whose confirmed machine that fax says it came from. */
export interface PageInHand {
  itemId: string;
  fax: ReceivedFax;
  senders: FaxDestination[];
}

export async function actOn(
  ctx: DisclosureContext,
  page: PageInHand,
  route: Route | { to: 'inbox'; why: 'unreadable' },
  reading: PageReading | null,
): Promise<Verdict> {
  switch (route.to) {
    case 'enrolment_desk':
      return waiting('to_enrol');
    case 'roster':
      return reading?.kind === 'form' ? roster(ctx, page, reading) : waiting('unreadable');
    case 'inbox':
      return waiting(route.why);
    case 'request_desk':
    case 'release':
      if (reading?.kind === 'form') return request(ctx, page, reading, 'cardNumber' in route ? route.cardNumber : null);
      if (route.to === 'release') return cardCopy(ctx, page, route.cardNumber);
      return waiting('unreadable');
    case 'beds':
      return reading?.kind === 'form' ? beds(ctx, page, reading) : waiting('unreadable');
  }
}

/** The second identifier is written by hand: a genuine form waits for a person to type it, a forged one alarms the member. */
async function request(
  ctx: DisclosureContext,
  { itemId, fax }: PageInHand,
  reading: FormReading,
  cardNumber: string | null,
): Promise<Verdict> {
  const { serial, subject } = reading.form;
  const outcome = await releaseByForm(ctx, {
    ...{ associationId: fax.associationId, receivedId: itemId, fromE164: fax.from },
    ...{ serial, doctorCode: subject, cardNumber, second: null, ...tickedRequest(reading) },
  });
  return verdictOn(ctx, itemId, fax.id, outcome);
}

async function cardCopy(ctx: DisclosureContext, { itemId, fax }: PageInHand, cardNumber: string): Promise<Verdict> {
  const { associationId, from: fromE164 } = fax;
  const outcome = await releaseByCardCopy(ctx, { associationId, receivedId: itemId, fromE164, cardNumber });
  return verdictOn(ctx, itemId, fax.id, outcome);
}

/** A card from a machine that nobody registered, and serials that nobody was given: somebody should look tonight. */
const alarming: readonly string[] = ['sender_unknown', 'serial_unknown', 'serial_used'];

async function verdictOn(
  ctx: DisclosureContext,
  itemId: string,
  faxId: string,
  outcome: PaperOutcome,
): Promise<Verdict> {
  const known = outcome.outcome === 'repeated' ? await outcomeOfPage(ctx.db, itemId) : outcome;
  if (!known) throw new Error('a page was acted on before and there is no request of it');
  const reason = 'reason' in known ? known.reason : null;
  const isAlarmed = reason !== null && alarming.includes(reason);
  if (isAlarmed) ctx.log.warn('paper_request_alarmed', { faxId, reason });
  if (known.outcome === 'inbox' || isAlarmed) return waiting(reason ?? known.outcome, isAlarmed);
  return { status: 'done', outcome: known.outcome };
}

/** Only from the hospital's own confirmed machine, and each sheet once; a number by hand waits for whoever types it. */
async function beds(
  ctx: DisclosureContext,
  { itemId, fax, senders }: PageInHand,
  reading: FormReading,
): Promise<Verdict> {
  const { associationId, receivedAt: asOf } = fax;
  const { subject, serial } = reading.form;
  const hospitalId = await hospitalWithCode(ctx.db, associationId, subject);
  if (hospitalId === null) return waiting('hospital_unknown');
  if (!senders.some(({ owner }) => owner.kind === 'hospital' && owner.id === hospitalId))
    return waiting('sender_unknown');
  const { offers, toType } = bedReportOf(reading);
  return inTransaction(ctx.db, async (tx): Promise<Verdict> => {
    if ((await store.useBedSheet(tx, hospitalId, serial, itemId)) !== itemId) return waiting('serial_used');
    const taken = await reportByForm(tx, { hospitalId, offers, asOf });
    const entry = { chainId: itemId, associationId, at: ctx.clock.now(), actor: 'gateway', cause: 'receive_fax' };
    if (taken.length > 0)
      await appendEntry(tx, { ...entry, kind: 'beds_reported', data: { hospitalId, offers: saidOf(offers, taken) } });
    if (toType.length > 0) return waiting('counts_by_hand');
    return taken.length > 0 ? { status: 'done', outcome: 'applied' } : waiting('nothing_applied');
  });
}

/** Only from the doctor's own confirmed machine; what was ticked clearly and in time holds, the rest is a person's. */
async function roster(
  ctx: DisclosureContext,
  { itemId, fax, senders }: PageInHand,
  reading: FormReading,
): Promise<Verdict> {
  const { associationId, receivedAt } = fax;
  const reply = rosterReplyOf(reading);
  if (!reply) return waiting('to_enter');
  const doctor = await memberDoctor(ctx.db, associationId, { code: reading.form.subject });
  if (!doctor) return waiting('doctor_unknown');
  const isOwnMachine = senders.some(({ owner }) => owner.kind === 'doctor' && owner.id === doctor.id);
  const { month, isAgreed, cannot } = reply;
  const said = { doctorId: doctor.id, itemId, month, isAgreed, cannot, receivedAt, isOwnMachine };
  const edit = { associationId, by: 'gateway', cause: 'receive_fax' };
  const taken = await inTransaction(ctx.db, (tx) => takeReply(tx, ctx, { ...edit, ...said }));
  if (!taken) return waiting('doctor_unknown');
  if (!isOwnMachine) return waiting('sender_unknown');
  if (reply.isUnclear) return waiting('ticks_unclear');
  if (reply.isWritten) return waiting('written_by_hand');
  if (taken.left.length > 0) return waiting('too_soon');
  return isAgreed || cannot.length > 0 ? { status: 'done', outcome: 'applied' } : waiting('nothing_ticked');
}

/** What of it holds now, by kind of bed. */
const saidOf = (offers: readonly PaperOffer[], taken: readonly BedType[]): Record<string, string> =>
  Object.fromEntries(
    offers.filter(({ bedType }) => taken.includes(bedType)).map(({ bedType, acceptance }) => [bedType, acceptance]),
  );
