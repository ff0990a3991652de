/** The rotation of the hospitals (輪番), a month at a time. */
import { z } from 'zod';
import { inTransaction } from '../../db.ts';
import { idPattern } from '../../lib/ids.ts';
import { holidayName, isLocalDate, weekdayOf } from '../../lib/japan-time.ts';
import { changeRotation, datesOfMonth, rotationOfMonth } from '../../roster/rotation.ts';
import { refuse, route } from '../route.ts';
import * as store from './store.ts';

export const rotationRoutes = {
  rotation: route({
    method: 'get',
    path: '/rotation',
    summary: 'Whose turn it is on each date of a month',
    access: 'beds.read',
    query: z.object({ month: z.string().regex(/^20\d{2}-(0[1-9]|1[0-2])$/) }),
    reply: z.object({
      days: z.array(
        z.object({
          date: z.string(),
          weekday: z.number().int(),
          holiday: z.string().nullable(),
          turns: z.array(
            z.object({
              hospitalId: z.string(),
              name: z.string(),
              position: z.number().int(),
              from: z.number().int(),
              to: z.number().int(),
              isException: z.boolean(),
            }),
          ),
        }),
      ),
    }),
    async handle(ctx, { staff, query: { month } }) {
      const turns = await rotationOfMonth(ctx.db, staff.associationId, month);
      const names = await store.hospitalNames(ctx.db, staff.associationId);
      return {
        days: datesOfMonth(month).map((date) => ({
          ...{ date, weekday: weekdayOf(date), holiday: holidayName(date) },
          turns: turns
            .filter((turn) => turn.date === date)
            .map(({ hospitalId, position, band, isException }) => ({
              ...{ hospitalId, name: names.get(hospitalId) ?? '', position, ...band, isException },
            })),
        })),
      };
    },
  }),

  change_rotation: route({
    method: 'put',
    path: '/rotation/:date',
    summary: 'Decides the rotation of one date; with no hospital the pattern holds again',
    access: 'beds.write',
    params: z.object({ date: z.string().refine(isLocalDate) }),
    body: z.object({ hospitalIds: z.array(z.string().regex(idPattern)).max(9) }),
    reply: z.object({ date: z.string() }),
    async handle(ctx, { staff, params: { date }, body, cause }) {
      const hospitalIds = [...new Set(body.hospitalIds)];
      const change = {
        associationId: staff.associationId,
        date,
        hospitalIds,
        by: staff.id,
        cause,
        at: ctx.clock.now(),
      };
      const { status } = await inTransaction(ctx.db, (tx) => changeRotation(tx, ctx.ids, change));
      if (status === 'changed') return { date };
      return status === 'not_found' ? refuse(404, 'not_found') : refuse(422, 'date_over');
    },
  }),
};
