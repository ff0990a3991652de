/** What is done with a page besides enrolling: a My Number blacked out, a request asked again, and pages that end without a patient. */
import { z } from 'zod';
import { bedTypes } from '../../beds/beds.ts';
import { inTransaction } from '../../db.ts';
import { type Settlement, settleItem, type TypedRequest } from '../../inbox/actions.ts';
import { claimIn, claimItem } from '../../inbox/claims.ts';
import { checkMyNumber } from '../../inbox/my-number.ts';
import { askWithTyped } from '../../inbox/typed-requests.ts';
import { asciiDigits, isCardNumber } from '../../lib/check-digits.ts';
import { readDate } from '../../lib/eras.ts';
import { toKatakana } from '../../lib/kana.ts';
import { refusalReasons } from '../../pages/letters.ts';
import type { ConsoleContext } from '../context.ts';
import { type Refusal, refuse, route } from '../route.ts';
import { acceptanceShape } from './bed-sheet.ts';
import { atDesk, itemParams, refusedClaim } from './shapes.ts';
import { hospitalOf } from './store.ts';

const pixel = z.number().min(0).max(20_000);
const count = z.int().min(0).max(99);

const settlementShape = z.discriminatedUnion('as', [
  z.object({ as: z.literal('filed') }),
  z.object({ as: z.literal('refused'), reason: z.enum(refusalReasons) }),
  z.object({
    as: z.literal('reported'),
    hospitalId: z.string(),
    offers: z
      .array(z.object({ bedType: z.enum(bedTypes), freeCount: count, acceptance: acceptanceShape }))
      .min(1)
      .max(bedTypes.length),
  }),
]);

export const pageRoutes = {
  mask_item: route({
    method: 'post',
    path: '/inbox/:itemId/mask',
    summary:
      'Somebody looked for a My Number: these boxes of the picture are blacked out for good; none: there was none',
    access: 'inbox.work',
    params: itemParams,
    body: z.object({
      boxes: z.array(z.object({ x: pixel, y: pixel, width: pixel, height: pixel })).max(20),
    }),
    reply: z.object({ masked: z.int() }),
    async handle(ctx, { staff, params, body }) {
      const desk = atDesk(staff, params.itemId);
      const claimed = await claimItem(ctx, desk);
      if (claimed.status !== 'claimed') return refusedClaim(claimed);
      const checked = await checkMyNumber(ctx, desk, body.boxes);
      return checked.status === 'checked' ? { masked: checked.masked } : refuse(409, 'item_settled');
    },
  }),
  settle_item: route({
    method: 'post',
    path: '/inbox/:itemId/settle',
    summary: 'A person is through with a page: filed, refused by return fax, or a hospital’s counts typed',
    access: 'inbox.work',
    params: itemParams,
    body: settlementShape,
    reply: z.object({ isSenderTold: z.boolean() }),
    async handle(ctx, { staff, params, body }) {
      const desk = atDesk(staff, params.itemId);
      const as = await settlementOf(ctx, staff.associationId, body);
      if (!('outcome' in as)) return as;
      return inTransaction(ctx.db, async (tx) => {
        const claimed = await claimIn(tx, ctx, desk);
        if (claimed.status !== 'claimed') return refusedClaim(claimed);
        const settled = await settleItem(tx, ctx, desk, as);
        return settled.status === 'settled' ? { isSenderTold: settled.isSenderTold } : refuse(409, 'item_settled');
      });
    },
  }),
  ask_again: route({
    method: 'post',
    path: '/inbox/:itemId/ask',
    summary:
      'A request form with what a person read on it: sealed to the night side, which asks with it and answers in the queue',
    access: 'inbox.work',
    params: itemParams,
    body: z.object({ cardNumber: z.string().max(30), birth: z.string().max(40), nameKana: z.string().max(80) }),
    reply: z.object({}),
    async handle(ctx, { staff, params, body }) {
      const typed = typedRequest(body);
      if ('unread' in typed) return refuse(422, `${typed.unread}_unread`);
      const asked = await askWithTyped(ctx, atDesk(staff, params.itemId), typed);
      if (asked.status === 'asked') return {};
      return asked.status === 'impossible' ? refuse(409, asked.why) : refusedClaim(asked);
    },
  }),
};

async function settlementOf(
  ctx: ConsoleContext,
  associationId: string,
  body: z.output<typeof settlementShape>,
): Promise<Settlement | Refusal> {
  switch (body.as) {
    case 'filed':
      return { outcome: 'filed', patientId: null };
    case 'refused':
      return { outcome: 'refused', reason: body.reason };
    case 'reported': {
      const hospital = await hospitalOf(ctx.db, associationId, { id: body.hospitalId });
      if (!hospital) return refuse(404, 'not_found');
      return { outcome: 'reported', hospitalId: hospital.id, offers: body.offers };
    }
  }
}

/** Either second identifier will do; the birth date goes first. */
function typedRequest(body: {
  cardNumber: string;
  birth: string;
  nameKana: string;
}): TypedRequest | { unread: 'card' | 'birth' | 'kana' } {
  const cardNumber = asciiDigits(body.cardNumber);
  if (!isCardNumber(cardNumber)) return { unread: 'card' };
  if (body.birth.trim() !== '') {
    const read = readDate(body.birth);
    return read.status === 'read'
      ? { cardNumber, second: { birthDate: read.date.replaceAll('-', '') } }
      : { unread: 'birth' };
  }
  const nameKana = toKatakana(body.nameKana, 2);
  return nameKana === null ? { unread: 'kana' } : { cardNumber, second: { nameKana } };
}
