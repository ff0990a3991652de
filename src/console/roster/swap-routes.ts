/** Swaps that both sides confirm, and the roll-call of the evening. */
import { z } from 'zod';
import { areaRules } from '../../roster/actions.ts';
import { japanCalendar } from '../../roster/calendar.ts';
import { answerRollCall, answersOf, rollCallOn } from '../../roster/calling.ts';
import { serviceDateOf } from '../../roster/month.ts';
import { tonight } from '../../roster/roll-call.ts';
import { sideToRing } from '../../roster/swap-calls.ts';
import { askForSwap, type SwapRow, swapsOf, tellSwap } from '../../roster/swaps.ts';
import { refuse, route } from '../route.ts';
import { edited, editOf } from './editing.ts';
import * as shape from './shapes.ts';
import * as store from './store.ts';

const swapStatuses = ['waiting', 'agreed', 'declined', 'withdrawn', 'lapsed'] as const;
const answerStatuses = ['waiting', 'ringing', 'on', 'needs_swap', 'unanswered'] as const;
const pageSize = 30;
const told = z.object({ status: z.enum(swapStatuses) });
const side = z.enum(['giver', 'taker']);

export const swapRoutes = {
  roster_swaps: route({
    method: 'get',
    path: '/roster/swaps',
    summary: 'Swaps, newest first; `after` is the last one read',
    access: 'roster.read',
    query: z.object({ afterAt: shape.instant.optional(), afterId: shape.id.optional() }),
    reply: z.object({
      swaps: z.array(
        z.object({
          ...{ id: z.string(), area: z.string(), giver: z.string(), taker: z.string(), date: z.string() },
          ...{ ...shape.band, position: z.number().int(), status: z.enum(swapStatuses), createdAt: shape.instant },
          ...{ giverConfirmedAt: shape.instant.nullable(), takerConfirmedAt: shape.instant.nullable() },
          /** Who is asked by telephone, how often he was rung, and whether he will be again. */
          ring: z.object({ side, rounds: z.number().int(), isOver: z.boolean() }).nullable(),
        }),
      ),
      hasMore: z.boolean(),
    }),
    async handle(ctx, { staff: { associationId }, query: { afterAt, afterId } }) {
      const before = afterAt && afterId ? { at: new Date(afterAt), id: afterId } : null;
      const [rows, areas, doctors] = await Promise.all([
        swapsOf(ctx.db, associationId, before, pageSize + 1),
        store.areasOf(ctx.db, associationId),
        store.doctorsOf(ctx.db, associationId),
      ]);
      const names = new Map([...areas, ...doctors].map(({ id, name }) => [id, name]));
      return { swaps: rows.slice(0, pageSize).map((row) => swapOf(row, names)), hasMore: rows.length > pageSize };
    },
  }),

  ask_swap: route({
    method: 'post',
    path: '/roster/areas/:areaId/swaps',
    summary: 'Asks for a swap; the roster changes when both sides have said yes',
    access: 'roster.write',
    params: z.object({ areaId: shape.id }),
    body: z
      .object({
        ...{ date: shape.date, ...shape.band, position: shape.position, giverId: shape.id, takerId: shape.id },
      })
      .refine(shape.isBand),
    reply: z.object({ swapId: z.string() }),
    handle: (ctx, { staff, params: { areaId }, body, cause }) => {
      const { from, to, ...terms } = body;
      return edited(ctx, (tx) =>
        askForSwap(tx, ctx, { ...editOf(staff, cause), areaId, ...terms, band: { from, to } }),
      );
    },
  }),

  confirm_swap: route({
    method: 'post',
    path: '/roster/swaps/:swapId/confirmations',
    summary: 'One side has said yes to somebody of the hub',
    access: 'roster.write',
    params: z.object({ swapId: shape.id }),
    body: z.object({ side }),
    reply: told,
    handle: (ctx, { staff, params, body, cause }) =>
      edited(ctx, (tx) => tellSwap(tx, ctx, { ...editOf(staff, cause), ...params }, { type: 'confirm', ...body })),
  }),

  decline_swap: route({
    method: 'post',
    path: '/roster/swaps/:swapId/refusals',
    summary: 'One side has said no to somebody of the hub',
    access: 'roster.write',
    params: z.object({ swapId: shape.id }),
    body: z.object({ side }),
    reply: told,
    handle: (ctx, { staff, params, body, cause }) =>
      edited(ctx, (tx) => tellSwap(tx, ctx, { ...editOf(staff, cause), ...params }, { type: 'decline', ...body })),
  }),

  withdraw_swap: route({
    method: 'delete',
    path: '/roster/swaps/:swapId',
    summary: 'The request is taken back',
    access: 'roster.write',
    params: z.object({ swapId: shape.id }),
    reply: told,
    handle: (ctx, { staff, params, cause }) =>
      edited(ctx, (tx) => tellSwap(tx, ctx, { ...editOf(staff, cause), ...params }, { type: 'withdraw' })),
  }),

  roll_call: route({
    method: 'get',
    path: '/roster/roll-call',
    summary: "Tonight's doctors and what they answered at five",
    access: 'roster.read',
    live: { everyMs: 1000 },
    reply: z.object({
      date: z.string(),
      status: z.enum(['not_begun', 'calling', 'done']),
      areas: z.array(
        z.object({
          ...{ id: z.string(), name: z.string(), gaps: z.array(z.object(shape.band)) },
          doctors: z.array(
            z.object({
              ...{ doctorId: z.string(), name: z.string(), ...shape.band },
              ...{ status: z.enum(answerStatuses).nullable(), rounds: z.number().int() },
              answeredAt: shape.instant.nullable(),
            }),
          ),
        }),
      ),
    }),
    async handle(ctx, { staff: { associationId } }) {
      const date = serviceDateOf(ctx.clock.now());
      const [call, areas, doctors] = await Promise.all([
        rollCallOn(ctx.db, associationId, date),
        store.areasOf(ctx.db, associationId),
        store.doctorsOf(ctx.db, associationId),
      ]);
      const answers = new Map((call ? await answersOf(ctx.db, call.id) : []).map((one) => [one.doctor_id, one]));
      const names = new Map(doctors.map(({ id, name }) => [id, name]));
      const shown = areas.map(async ({ id, name }) => ({
        ...{ id, name },
        gaps: (call?.gaps ?? []).filter((gap) => gap.areaId === id).map(({ from, to }) => ({ from, to })),
        doctors: tonight(await areaRules(ctx.db, id), date, japanCalendar).map(({ doctorId, from, to }) => {
          const { status = null, rounds = 0, answered_at = null } = answers.get(doctorId) ?? {};
          const answeredAt = answered_at?.toISOString() ?? null;
          return { doctorId, name: names.get(doctorId) ?? '', from, to, status, rounds, answeredAt };
        }),
      }));
      return { date, status: call?.status ?? ('not_begun' as const), areas: await Promise.all(shown) };
    },
  }),

  note_roll_call: route({
    method: 'post',
    path: '/roster/roll-call/answers',
    summary: 'A doctor told somebody of the hub whether he is on tonight',
    access: 'roster.write',
    body: z.object({ doctorId: shape.id, answer: z.enum(['on', 'needs_swap']) }),
    reply: z.object({ date: z.string() }),
    async handle(ctx, { staff, body: { doctorId, answer }, cause }) {
      const date = serviceDateOf(ctx.clock.now());
      const call = await rollCallOn(ctx.db, staff.associationId, date);
      const about = { rollCallId: call?.id ?? '', doctorId, by: editOf(staff, cause) };
      return (await answerRollCall(ctx, about, answer)) ? { date } : refuse(404, 'not_found');
    },
  }),
};

const swapOf = (row: SwapRow, names: ReadonlyMap<string, string>) => ({
  ...{ id: row.id, area: names.get(row.area_id) ?? '', date: row.service_date, position: row.position },
  ...{ giver: names.get(row.giver_id) ?? '', taker: names.get(row.taker_id) ?? '', status: row.status },
  ...{ from: row.from_minute, to: row.to_minute, createdAt: row.created_at.toISOString() },
  giverConfirmedAt: row.giver_confirmed_at?.toISOString() ?? null,
  takerConfirmedAt: row.taker_confirmed_at?.toISOString() ?? null,
  ring:
    row.status === 'waiting'
      ? { side: sideToRing(row), rounds: row.ring_rounds, isOver: row.ring_due_at === null }
      : null,
});
