import { z } from 'zod';
import {
  areaPlanChanges,
  areaPlansOf,
  changeAreaPlan,
  planDraftsOf,
  planOverrideShape,
  savePlanDraft,
} from '../../escalations/area-plan.ts';
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
          /** Worked out, and counting for nothing yet. */
          draft: z.object({ own: z.record(z.string(), z.unknown()), savedAt: z.iso.datetime() }).nullable(),
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
      const [areas, changes, drafts] = await Promise.all([
        areaPlansOf(ctx.db, associationId),
        areaPlanChanges(ctx.db, associationId),
        planDraftsOf(ctx.db, associationId),
      ]);
      const draftOf = (areaId: string) => {
        const draft = drafts.find(({ area_id }) => area_id === areaId);
        return draft ? { own: draft.own, savedAt: draft.saved_at.toISOString() } : null;
      };
      return {
        standard: ctx.plan,
        fields: planFields,
        areas: areas.map(({ id, name, plan }) => ({
          ...{ id, name, own: plan, isFaulty: planOf(ctx.plan, plan).fault !== null },
          draft: draftOf(id),
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

  save_plan_draft: route({
    method: 'put',
    path: '/plans/:areaId/draft',
    summary: 'Keeps settings of an area as a draft that counts for nothing yet; null throws the draft away',
    access: 'plans.write',
    params: z.object({ areaId: opaque }),
    body: z.object({ own: planOverrideShape.nullable() }),
    reply: z.object({ status: z.enum(['saved', 'discarded']) }),
    async handle(ctx, { staff: { associationId, id: by }, params: { areaId }, body: { own }, cause }) {
      const { status } = await savePlanDraft(ctx, { associationId, areaId, own, by, cause });
      return status === 'not_found' ? refuse(404, 'not_found') : { status };
    },
  }),

  ...rehearsalRoutes,
};
