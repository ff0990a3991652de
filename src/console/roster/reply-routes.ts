/** 返信票: who has replied to the month's roster and how, the page itself, and what a person reads on one that a machine left. */
import { z } from 'zod';
import { inTransaction } from '../../db.ts';
import { openItem, settleItem } from '../../inbox/actions.ts';
import { claimIn } from '../../inbox/claims.ts';
import { pictureBoxes, sizeOf } from '../../inbox/desk-view.ts';
import { completeReply } from '../../roster/replies.ts';
import { itemParams, pictureShape, refusedClaim } from '../inbox/shapes.ts';
import { refuse, route } from '../route.ts';
import { editOf, isOwnArea } from './editing.ts';
import * as shape from './shapes.ts';
import * as store from './store.ts';

const reply = z.object({
  ...{ itemId: z.string(), doctorId: z.string(), month: z.string(), receivedAt: shape.instant },
  ...{ isAgreed: z.boolean(), cannot: z.array(z.string()), taken: z.array(z.string()) },
  status: z.enum(['arrived', 'waiting', 'done', 'settled']),
  reason: z.string().nullable(),
});
const replyFrom = (row: store.ReplyRow): z.infer<typeof reply> => ({
  ...{ itemId: row.item_id, doctorId: row.doctor_id, month: row.month, receivedAt: row.received_at.toISOString() },
  ...{ isAgreed: row.is_agreed, cannot: row.cannot, taken: row.taken, status: row.status, reason: row.reason },
});

export const rosterReplyRoutes = {
  roster_replies: route({
    method: 'get',
    path: '/roster/areas/:areaId/months/:month/replies',
    summary: "Doctors of an area and what came back from them about a month's roster, newest first",
    access: 'roster.read',
    params: z.object({ areaId: shape.id, month: shape.month }),
    reply: z.object({
      doctors: z.array(z.object({ id: z.string(), name: z.string(), replies: z.array(reply) })),
    }),
    async handle(ctx, { staff: { associationId }, params: { areaId, month } }) {
      if (!(await isOwnArea(ctx.db, associationId, areaId))) return refuse(404, 'not_found');
      const [doctors, rows] = await Promise.all([
        store.doctorsOf(ctx.db, associationId),
        store.repliesOf(ctx.db, associationId, month),
      ]);
      const own = doctors.filter((doctor) => doctor.is_active && doctor.area_id === areaId);
      return {
        doctors: own.map(({ id, name }) => ({
          ...{ id, name, replies: rows.filter((row) => row.doctor_id === id).map(replyFrom) },
        })),
      };
    },
  }),

  roster_reply: route({
    method: 'get',
    path: '/roster/replies/:itemId',
    summary: 'What a machine read on a reply to the roster, and took',
    access: 'roster.read',
    params: itemParams,
    reply: z.object({ name: z.string(), reply }),
    async handle(ctx, { staff: { associationId }, params: { itemId } }) {
      const row = await store.replyOf(ctx.db, associationId, itemId);
      if (!row) return refuse(404, 'not_found');
      const doctor = (await store.doctorsOf(ctx.db, associationId)).find(({ id }) => id === row.doctor_id);
      return { name: doctor?.name ?? '', reply: replyFrom(row) };
    },
  }),

  roster_reply_page: route({
    method: 'post',
    path: '/roster/replies/:itemId/page',
    summary: 'The page of a reply to the roster; written to the log as a view',
    access: 'roster.write',
    params: itemParams,
    reply: z.object({ picture: pictureShape.nullable() }),
    async handle(ctx, { staff: { associationId, id: operatorId }, params: { itemId } }) {
      if (!(await store.replyOf(ctx.db, associationId, itemId))) return refuse(404, 'not_found');
      const opened = await openItem(ctx, { associationId, itemId, operatorId });
      if (!opened?.page) return { picture: null };
      const { png, fields } = opened.page;
      return {
        picture: { png: png.toString('base64'), ...sizeOf(png), boxes: pictureBoxes(fields?.form ?? null) },
      };
    },
  }),

  settle_roster_reply: route({
    method: 'post',
    path: '/roster/replies/:itemId/settle',
    summary: 'A person has read a reply that waited: the doctor is away on these dates, and the page is done with',
    access: 'roster.write',
    params: itemParams,
    body: z.object({ dates: z.array(shape.date).max(31) }),
    reply: shape.done,
    async handle(ctx, { staff, params: { itemId }, body: { dates }, cause }) {
      const { associationId, id: operatorId, name } = staff;
      return inTransaction(ctx.db, async (tx) => {
        const desk = { associationId, itemId, operatorId, name };
        if (!(await store.replyOf(tx, associationId, itemId))) return refuse(404, 'not_found');
        const claimed = await claimIn(tx, ctx, desk);
        if (claimed.status !== 'claimed') return refusedClaim(claimed);
        const done = await completeReply(tx, ctx, { ...editOf(staff, cause), itemId, dates });
        if ('refused' in done) return refuse(done.refused === 'not_found' ? 404 : 422, done.refused);
        await settleItem(tx, ctx, desk, { outcome: 'filed', patientId: null });
        return done;
      });
    },
  }),
};
