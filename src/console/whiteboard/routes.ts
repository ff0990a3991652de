import { z } from 'zod';
import { doctorsOnDuty } from '../../roster/actions.ts';
import { japanCalendar } from '../../roster/calendar.ts';
import { route } from '../route.ts';
import * as store from './store.ts';

const instant = z.iso.datetime();

export const whiteboardRoutes = {
  whiteboard: route({
    method: 'get',
    path: '/whiteboard',
    summary: 'Tonight at a glance',
    access: 'whiteboard.read',
    live: { everyMs: 250 },
    reply: z.object({
      areas: z.array(
        z.object({
          id: z.string(),
          name: z.string(),
          onDuty: z.array(z.object({ doctorId: z.string(), name: z.string(), position: z.number().int() })),
        }),
      ),
      calls: z.array(
        z.object({ id: z.string(), areaId: z.string().nullable(), status: z.string(), openedAt: instant }),
      ),
    }),
    async handle(ctx, { staff }) {
      const { associationId } = staff;
      const at = ctx.clock.now();
      const [areas, calls] = await Promise.all([
        store.areasOf(ctx.db, associationId),
        store.openCalls(ctx.db, associationId),
      ]);
      const duties = await Promise.all(areas.map(({ id }) => doctorsOnDuty(ctx.db, id, at, japanCalendar)));
      const names = await store.doctorNames(
        ctx.db,
        duties.flat().map((duty) => duty.subjectId),
      );
      return {
        areas: areas.map(({ id, name }, place) => ({
          ...{ id, name },
          onDuty: (duties[place] ?? []).map(({ subjectId, position }) => ({
            doctorId: subjectId,
            name: names.get(subjectId) ?? '',
            position,
          })),
        })),
        calls: calls.map(({ id, area_id, status, opened_at }) => {
          return { id, areaId: area_id, status, openedAt: opened_at.toISOString() };
        }),
      };
    },
  }),
};
