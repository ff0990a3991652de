import { raiseAlarm, withdrawAlarm } from '../alarms/actions.ts';
import { inTransaction, type Sql } from '../db.ts';
import { destinationById } from '../fax/actions.ts';
import type { SettledFax } from '../fax/context.ts';
import { plusSeconds } from '../lib/clock.ts';
import * as callbacks from './callback-store.ts';
import type { DisclosureContext, Issuer, RenderedPage } from './context.ts';
import * as pages from './page-store.ts';
import { logDisclosure } from './release.ts';
import { transitNames, unpackKey } from './secrets.ts';
import * as store from './store.ts';

/** Longer than a page takes; whoever took it is dead then, and another makes it. */
const takenSeconds = 30;
const mostAttempts = 5; // 2+4+8+16 s ≈ half a minute

/**
 * Makes one page that waits and puts it in the fax line's queue; its key is destroyed in that transaction. Twice equals
 * once: the second finds nothing waiting. A page that cannot be made, or whose destination was withdrawn meanwhile, is
 * reported to the doctor like one that did not arrive.
 */
export async function renderPage(ctx: DisclosureContext, pageId: string): Promise<void> {
  const at = ctx.clock.now();
  const page = await pages.takePage(ctx.db, pageId, at, plusSeconds(at, takenSeconds));
  if (!page) return;
  const rendered = await render(ctx, page, at).catch((error: unknown) => failedTo(ctx, page, error));
  if (!rendered) return;
  const faxId = await inTransaction(ctx.db, async (tx) => {
    const { association_id: associationId, destination_id: destinationId } = page;
    const subjectId = page.disclosure_id ?? page.request_id ?? page.id;
    const queued =
      destinationId === null
        ? null
        : await ctx.release.faxes.queue(tx, {
            associationId,
            destinationId,
            ...rendered,
            purpose: page.kind,
            subjectId,
            at,
          });
    if (queued === null) {
      await notSent(ctx, tx, page, 'destination_withdrawn');
      return null;
    }
    if (!(await pages.pageQueued(tx, page.id, queued))) throw new Error('a page was queued twice: its row was changed');
    if (page.disclosure_id) {
      const about = { id: page.disclosure_id, associationId };
      await logDisclosure(tx, about, `${page.kind}_queued`, at, { faxId: queued, destinationId });
    }
    return queued;
  });
  if (faxId) ctx.release.faxes.wake(faxId);
}

async function failedTo(ctx: DisclosureContext, page: pages.PageRow, error: unknown): Promise<null> {
  ctx.log.error('page_not_made', { pageId: page.id, kind: page.kind, attempt: page.attempts, error });
  if (page.attempts >= mostAttempts) {
    await inTransaction(ctx.db, (tx) => notSent(ctx, tx, page, 'not_made'));
    return null;
  }
  const seconds = 2 ** page.attempts;
  await pages.postponePage(ctx.db, page.id, plusSeconds(ctx.clock.now(), seconds));
  ctx.wake('render-disclosure', page.id, seconds);
  return null;
}

async function notSent(ctx: DisclosureContext, tx: Sql, page: pages.PageRow, why: string): Promise<void> {
  const at = ctx.clock.now();
  if (!(await pages.pageEnded(tx, page.id, 'failed'))) return;
  if (page.disclosure_id)
    await logDisclosure(tx, { id: page.disclosure_id, associationId: page.association_id }, 'page_failed', at, { why });
  if (page.kind === 'record') await tellUndelivered(ctx, tx, page, at);
}

async function render(ctx: DisclosureContext, page: pages.PageRow, at: Date): Promise<RenderedPage> {
  const tools = ctx.release;
  const [issuer, disclosure] = await Promise.all([
    store.issuerOf(ctx.db, page.association_id),
    page.disclosure_id === null ? null : pages.readDisclosure(ctx.db, page.disclosure_id),
  ]);
  if (page.kind === 'refusal')
    return tools.pages.refusal({
      reason: page.refusal ?? '',
      reference: page.request_id ?? page.id,
      at,
      isAlarmed: page.is_alarmed,
      issuer,
    });
  if (!disclosure) throw new Error('a page has no disclosure: its row was changed by hand');
  if (page.kind === 'record') return renderRecord(ctx, page, disclosure, issuer);
  const { id, reason, form, is_break_glass: isBreakGlass, disclosed_at } = disclosure;
  const [patientCode, { doctor: requester }] = await Promise.all([
    store.codeOfPatient(ctx.db, disclosure.patient_id),
    store.recipientOf(ctx.db, disclosure.doctor_id, disclosure.hospital_id),
  ]);
  const about = { id, reason, form, isBreakGlass, at: disclosed_at };
  return tools.pages.notice({ patientCode, requester, issuer, disclosure: about });
}

async function renderRecord(
  ctx: DisclosureContext,
  page: pages.PageRow,
  disclosure: pages.DisclosureRow,
  issuer: Issuer,
): Promise<RenderedPage> {
  const { vault } = ctx.release;
  const { form, patient_id: patientId, version, association_id: associationId, doctor_id, hospital_id } = disclosure;
  if (!page.sealed_key || form === 'spoken') throw new Error('a page has no key: its row was changed by hand');
  const { dataKey, cardNumber } = unpackKey(vault.unseal(page.sealed_key, transitNames.page(page.id)));
  const [opened, recipient, destination] = await Promise.all([
    vault.openVersion(associationId, { cardId: '', patientId, version }, dataKey),
    store.recipientOf(ctx.db, doctor_id, hospital_id),
    destinationById(ctx.db, page.destination_id ?? ''),
  ]);
  const secret = page.sealed_secret && vault.unseal(page.sealed_secret, transitNames.secret(page.id));
  return ctx.release.pages.record({
    ...{ form, ...opened, version, cardNumber, disclosureId: disclosure.id, issuer },
    requestedBy: { ...recipient, faxLastFour: destination?.e164.slice(-4) ?? '' },
    ...{ secret: secret ? secret.toString('latin1') : null, isHospital: hospital_id !== null },
    ...{ isAlarmed: page.is_alarmed, at: disclosure.disclosed_at },
  });
}

/** What it takes to tell a doctor that his page did not arrive. */
type TellContext = Pick<DisclosureContext, 'ids' | 'log' | 'wake'>;

/**
 * The fax line has settled a fax: what became of a page of ours. Called in the fax line's transaction; a fax that is none of
 * ours is nobody's business here. A delivery after a failure corrects it.
 */
export async function faxSettled(
  ctx: TellContext,
  tx: Sql,
  fax: { faxId: string; isDelivered: boolean },
  at: Date,
): Promise<void> {
  const status = fax.isDelivered ? 'delivered' : 'failed';
  const page = await pages.settlePage(tx, fax.faxId, status);
  if (!page?.disclosure_id) return;
  const about = { id: page.disclosure_id, associationId: page.association_id };
  await logDisclosure(tx, about, `${page.kind}_${status}`, at, { faxId: fax.faxId });
  if (page.kind !== 'record') return;
  if (status === 'failed') await tellUndelivered(ctx, tx, page, at);
  else await withdrawAlarm(tx, 'recipient_not_told', page.disclosure_id, at);
}

/** `onFaxSettled` of the fax line (fax/context.ts), for whoever puts the process together. */
export const settledHook =
  (ctx: TellContext) =>
  (tx: Sql, { id, outcome, at }: SettledFax): Promise<void> =>
    faxSettled(ctx, tx, { faxId: id, isDelivered: outcome === 'delivered' }, at);

/**
 * The doctor who waits for it is rung on his registered telephone (callbacks.ts); of one who cannot be rung, and of a hospital, which
 * took the patient and has no page, the hub hears.
 */
async function tellUndelivered(
  ctx: TellContext,
  tx: Sql,
  page: { id: string; association_id: string; disclosure_id: string | null },
  at: Date,
): Promise<void> {
  const disclosure = page.disclosure_id ? await pages.readDisclosure(tx, page.disclosure_id) : null;
  if (!disclosure) return;
  const [phone] = disclosure.doctor_id ? await store.phonesOfDoctor(tx, disclosure.doctor_id) : [];
  if (!phone || !disclosure.doctor_id) return nobodyTold(ctx, tx, disclosure, at);
  await callbacks.insertCallback(tx, {
    ...{ id: ctx.ids.next('ef'), associationId: page.association_id, purpose: 'not_delivered', requestId: null },
    ...{ pageId: page.id, doctorId: disclosure.doctor_id, phoneId: phone.id, e164: phone.e164, dueAt: at, at },
  });
  ctx.wake('place-callbacks', page.id);
}

/** A page did not arrive and nobody who waits for it knows: a person of the hub is to tell him. */
export async function nobodyTold(
  ctx: Pick<DisclosureContext, 'ids' | 'log'>,
  tx: Sql,
  { id: subjectId, association_id: associationId }: { id: string; association_id: string },
  at: Date,
): Promise<void> {
  ctx.log.warn('recipient_not_told', { disclosureId: subjectId });
  await raiseAlarm(tx, ctx, { associationId, kind: 'recipient_not_told', subjectId }, at);
}

/** Pages that wait, and keys and secrets whose time is over. @returns how much there was to do. */
export async function sweepPages(ctx: DisclosureContext): Promise<number> {
  const at = ctx.clock.now();
  const due = await pages.duePages(ctx.db, at, 50);
  for (const { id, is_spoken } of due)
    if (is_spoken) await pages.pageEnded(ctx.db, id, 'dropped');
    else await renderPage(ctx, id);
  return due.length + (await pages.forgetSecrets(ctx.db, at));
}
