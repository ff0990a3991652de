import { z } from 'zod';
import { areaPlanChanges, areaPlansOf, changeAreaPlan, planOverrideShape } from '../../escalations/area-plan.ts';
import { planOf, planShape } from '../../escalations/plan.ts';
import { refuse, route } from '../route.ts';
import { planFields } from './fields.ts';
import { rehearsalRoutes } from './rehearsal.ts';

const opaque = z.string().max(40);

export const planRoutes = {
  list_plans: route({
    method: 'get',
    path: '/plans',
    summary: 'Settings of the hunts: the default, each area’s own values, the last changes',
    access: 'plans.read',
    reply: z.object({
      standard: planShape,
      fields: z.array(
        z.object({
          name: z.string(),
          least: z.number().nullable(),
          most: z.number().nullable(),
          choices: z.array(z.string()).nullable(),
        }),
      ),
      areas: z.array(
        z.object({
          id: z.string(),
          name: z.string(),
          own: z.record(z.string(), z.unknown()),
          /** The own values do not parse: the default counts. */
          isFaulty: z.boolean(),
          changes: z.array(
            z.object({
              at: z.iso.datetime(),
              by: z.string(),
              before: z.record(z.string(), z.unknown()),
              after: z.record(z.string(), z.unknown()),
            }),
          ),
        }),
      ),
    }),
    async handle(ctx, { staff: { associationId } }) {
      const [areas, changes] = await Promise.all([
        areaPlansOf(ctx.db, associationId),
        areaPlanChanges(ctx.db, associationId),
      ]);
      return {
        standard: ctx.plan,
        fields: planFields,
        areas: areas.map(({ id, name, plan }) => ({
          ...{ id, name, own: plan, isFaulty: planOf(ctx.plan, plan).fault !== null },
          changes: changes
            .filter((change) => change.area_id === id)
            .map(({ at, actor, data }) => ({ at: at.toISOString(), by: actor, ...data })),
        })),
      };
    },
  }),

  change_plan: route({
    method: 'put',
    path: '/plans/:areaId',
    summary: 'Changes an area’s own settings; what is left out goes back to the default',
    access: 'plans.write',
    params: z.object({ areaId: opaque }),
    body: z.object({ own: planOverrideShape, before: z.record(z.string(), z.unknown()) }),
    reply: z.object({ status: z.enum(['changed', 'unchanged']) }),
    async handle(ctx, { staff, params, body, cause }) {
      const { associationId, id: by } = staff;
      const changed = await changeAreaPlan(ctx, { associationId, areaId: params.areaId, ...body, by, cause });
      switch (changed.status) {
        case 'not_found':
          return refuse(404, 'not_found');
        case 'overtaken':
          return refuse(409, 'overtaken');
        case 'out_of_order':
          return refuse(422, changed.faults[0]!, { faults: changed.faults });
        default:
          return changed;
      }
    },
  }),

  ...rehearsalRoutes,
};
