/** A page in hand: opened, typed, kept while it is typed, and made a patient with a card. */
import { z } from 'zod';
import { openItem } from '../../inbox/actions.ts';
import { claimItem } from '../../inbox/claims.ts';
import { fieldLabels, pictureBoxes, sizeOf, tickedForm } from '../../inbox/desk-view.ts';
import { enrolFromItem } from '../../inbox/enrolling.ts';
import { keepTyped, typedOf } from '../../inbox/typing.ts';
import { refusalReasons } from '../../pages/letters.ts';
import { loadWords } from '../../pages/words.ts';
import { printCardPaper } from '../../patients/card-papers.ts';
import type { Staff } from '../../staff/staff.ts';
import type { ConsoleContext } from '../context.ts';
import { draftShape } from '../record-form/routes.ts';
import { type FileAnswer, type Refusal, refuse, route } from '../route.ts';
import { bedSheetOf, bedSheetShape } from './bed-sheet.ts';
import { atDesk, both, instant, itemParams, kindShape, patientParams, pictureShape, refusedClaim } from './shapes.ts';

/** What a person has written so far: an enrolment, or a note on a page of another kind. */
const typedShape = z.object({ draft: draftShape.nullable(), note: z.string().max(400) });

export const enrolmentRoutes = {
  open_item: route({
    method: 'post',
    path: '/inbox/:itemId/open',
    summary:
      'Takes a page in hand and shows it: picture, ticks, and what was typed so far; written to the log as a view',
    access: 'inbox.work',
    params: itemParams,
    reply: z.object({
      id: z.string(),
      kind: kindShape,
      reason: z.string().nullable(),
      isAlarmed: z.boolean(),
      mayHoldMyNumber: z.boolean(),
      canBeAnswered: z.boolean(),
      receivedAt: instant,
      until: instant,
      form: z.object({ kind: z.string(), subject: z.string().nullable() }).nullable(),
      picture: pictureShape.nullable(),
      /** As each field of the sheet is called on it. */
      labels: z.record(z.string(), both),
      /** Beside fields of the sheet: ticks that a person has to make a choice of. */
      notes: z.array(z.object({ sheet: z.string(), text: both })),
      typed: typedShape,
      beds: bedSheetShape.nullable(),
      /** Why a page may be refused by return fax. */
      refusals: z.array(z.object({ reason: z.string(), text: both })),
      /** Card numbers that a machine read from their codes. */
      cards: z.array(z.string()),
    }),
    async handle(ctx, { staff, params }) {
      const desk = atDesk(staff, params.itemId);
      const claimed = await claimItem(ctx, desk);
      if (claimed.status !== 'claimed') return refusedClaim(claimed);
      const opened = await openItem(ctx, desk);
      if (!opened) return refuse(404, 'not_found');
      const { item, page } = opened;
      const { form = null, ticks = [], crops = [], cards = [] } = page?.fields ?? {};
      const ticked = form?.kind === 'enrolment' ? tickedForm(form, { ticks, crops }) : null;
      const kept = typedShape.safeParse(await typedOf(ctx.db, ctx, item.id));
      const { id, kind, reason, isAlarmed, mayHoldMyNumber, senderDestinationId } = item;
      return {
        ...{ id, kind, reason, isAlarmed, mayHoldMyNumber, cards, canBeAnswered: senderDestinationId !== null },
        ...{ receivedAt: item.receivedAt.toISOString(), until: claimed.until.toISOString() },
        form: form && { kind: form.kind, subject: form.subject ?? null },
        picture: page && {
          ...{ png: page.png.toString('base64'), ...sizeOf(page.png) },
          boxes: pictureBoxes(form),
        },
        labels: fieldLabels(form),
        notes: ticked?.notes ?? [],
        beds: await bedSheetOf(ctx, staff.associationId, { form, ticks }),
        refusals: refusals(),
        typed: kept.success ? kept.data : { draft: ticked?.draft ?? null, note: '' },
      };
    },
  }),
  keep_typed: route({
    method: 'put',
    path: '/inbox/:itemId/typed',
    summary: 'Keeps what was typed so far, sealed, and the page in hand for twenty minutes more',
    access: 'inbox.work',
    params: itemParams,
    body: typedShape,
    reply: z.object({ until: instant }),
    async handle(ctx, { staff, params, body }) {
      const kept = await keepTyped(ctx, atDesk(staff, params.itemId), body);
      return kept.status === 'claimed' ? { until: kept.until.toISOString() } : refusedClaim(kept);
    },
  }),
  enrol_patient: route({
    method: 'post',
    path: '/inbox/:itemId/enrol',
    summary: 'Enrols the patient of a page in hand and hands out a card; to the second reading',
    access: 'patients.write',
    params: itemParams,
    body: z.object({ draft: draftShape }),
    reply: z.object({ patientId: z.string(), code: z.string(), hasCard: z.boolean(), life: z.string() }),
    async handle(ctx, { staff, params, body }) {
      const enrolled = await enrolFromItem(ctx, atDesk(staff, params.itemId), body.draft);
      if (enrolled.status === 'enrolled') {
        const { patientId, code, hasCard, life } = enrolled;
        return { patientId, code, hasCard, life };
      }
      // Paths and codes only: the form asks for the words itself (check_draft).
      if (enrolled.status === 'not_sound')
        return refuse(422, 'not_sound', { faults: enrolled.findings.map(({ path, code }) => ({ path, code })) });
      return refusedClaim(enrolled);
    },
  }),
  card_pdf: route({
    method: 'get',
    path: '/patients/:patientId/card.pdf',
    summary: 'A patient’s card, to be printed; written to the log',
    access: 'cards.issue',
    params: patientParams,
    reply: { file: 'application/pdf' },
    handle: (ctx, { staff, params, cause }) => printed(ctx, { ...doneBy(staff, cause), ...params, paper: 'card' }),
  }),
  card_letter: route({
    method: 'get',
    path: '/patients/:patientId/card-letter.pdf',
    summary: 'The letter that goes with a patient’s card, to be printed; written to the log',
    access: 'cards.issue',
    params: patientParams,
    reply: { file: 'application/pdf' },
    handle: (ctx, { staff, params, cause }) => printed(ctx, { ...doneBy(staff, cause), ...params, paper: 'letter' }),
  }),
};

/** In the words of the letter that would be sent. */
function refusals(): { reason: string; text: readonly [ja: string, en: string] }[] {
  const { ja, en } = loadWords();
  return refusalReasons.map((reason) => {
    const key = `letter.refusal.reason.${reason}`;
    return { reason, text: [ja.say(key), en.say(key)] };
  });
}

const doneBy = ({ associationId, id: by }: Staff, cause: string) => ({ associationId, by, cause });

async function printed(
  ctx: ConsoleContext,
  asked: Parameters<typeof printCardPaper>[1],
): Promise<FileAnswer | Refusal> {
  const bytes = await printCardPaper(ctx, asked);
  return bytes ? { bytes } : refuse(404, 'no_card');
}
