/** What a month's roster would do: set off, followed, read, printed. The nights are played in a process of their own. */
import { z } from 'zod';
import type { Foresight } from '../../foresight/figures.ts';
import type { Names } from '../../foresight/names.ts';
import { foresightView } from '../../pages/foresight-view.ts';
import { loadWords } from '../../pages/words.ts';
import { namesOfActors } from '../people/names.ts';
import { refuse, route } from '../route.ts';
import * as shape from './shapes.ts';

const share = z.number().min(0).max(1).nullable();
const figures = {
  ...{ calls: z.number().int(), median: z.number().nullable(), p90: z.number().nullable() },
  ...{ over180: share, standby: share, nobody: share },
};
const place = { area: z.string(), doctors: z.array(z.string()), fewest: z.number().int() };
const monthShape = z.object({
  month: z.string(),
  all: z.object(figures),
  areas: z.array(z.object({ area: z.string(), ...figures })),
  weekdays: z.array(z.object({ weekday: z.number().int(), ...figures })),
  hours: z.array(z.object({ hour: z.number().int(), ...figures })),
  curve: z.array(z.object({ seconds: z.number(), share: z.number() })),
  weakest: z.array(z.object({ dates: z.array(z.string()), ...place, meanSeconds: z.number(), ...figures })),
  alone: z.array(z.object({ date: z.string(), ...place })),
  doctors: z.array(
    z.object({ name: z.string(), nightsOnDuty: z.number().int(), asked: z.number(), accepted: z.number() }),
  ),
});
const answerShape = z.object({
  ...{ rounds: z.number().int(), nights: z.number().int(), broken: z.number().int() },
  ...{ callsPerNight: z.number(), callsSource: z.enum(['counted', 'model', 'given']) },
  hasDraftPlans: z.boolean(),
  ...{ asked: monthShape, base: monthShape },
});

/** Names in the place of ids, for whoever looks. */
function named(foresight: Foresight, { of }: Names): z.infer<typeof answerShape> {
  const nameOf = (id: string): string => of.get(id) ?? '';
  const atPlace = <One extends { areaId: string; doctors: string[] }>({ areaId, doctors, ...rest }: One) => {
    return { ...rest, area: nameOf(areaId), doctors: doctors.map(nameOf) };
  };
  const monthOf = ({ areas, weakest, alone, doctors, ...month }: Foresight['asked']): z.infer<typeof monthShape> => ({
    ...month,
    areas: areas.map(({ areaId, ...one }) => ({ area: nameOf(areaId), ...one })),
    weakest: weakest.map(atPlace),
    alone: alone.map(atPlace),
    doctors: doctors.map(({ doctorId, ...one }) => ({ name: nameOf(doctorId), ...one })),
  });
  return { ...foresight, asked: monthOf(foresight.asked), base: monthOf(foresight.base) };
}

const params = z.object({ month: shape.month });

export const foresightRoutes = {
  foresight: route({
    method: 'get',
    path: '/roster/foresight/:month',
    summary: "What a month's roster would do: how far the simulation is, or what came of it",
    access: 'roster.write',
    live: { everyMs: 1000 },
    params,
    reply: z.object({
      run: z
        .object({
          status: z.enum(['running', 'interrupted', 'done', 'failed', 'outdated']),
          startedBy: z.string().nullable(),
          ...{ startedAt: shape.instant, finishedAt: shape.instant.nullable() },
          ...{ played: z.number().int(), total: z.number().int(), failure: z.enum(['time', 'crash']).nullable() },
        })
        .nullable(),
      answer: answerShape.nullable(),
    }),
    async handle(ctx, { staff: { associationId }, params: { month } }) {
      const kept = await ctx.foresights.read({ associationId, month });
      if (!kept) return { run: null, answer: null };
      const { status, startedBy, startedAt, finishedAt, played, total, failure, foresight } = kept;
      const actor = `operator:${startedBy}`;
      const who = (await namesOfActors(ctx.db, associationId, [actor])).get(actor) ?? null;
      const times = { startedAt: startedAt.toISOString(), finishedAt: finishedAt?.toISOString() ?? null };
      return {
        run: { status, startedBy: who, ...times, played, total, failure },
        answer: foresight && named(foresight, await ctx.foresights.names(associationId)),
      };
    },
  }),

  start_foresight: route({
    method: 'post',
    path: '/roster/foresight/:month',
    summary: 'Plays the nights of that month and of the present one with the roster as it stands, in the background',
    access: 'roster.write',
    params,
    reply: z.object({ started: z.literal(true) }),
    async handle(ctx, { staff: { associationId, id: by }, params: { month } }) {
      const started = await ctx.foresights.start({ associationId, month, by });
      if ('refused' in started) return refuse(started.refused === 'foresight_running' ? 409 : 422, started.refused);
      return { started: true } as const;
    },
  }),

  foresight_pdf: route({
    method: 'get',
    path: '/roster/foresight/:month/sheet',
    summary: 'The same for the committee, on paper',
    access: 'roster.write',
    params,
    reply: { file: 'application/pdf' },
    async handle(ctx, { staff: { associationId }, params: { month } }) {
      const kept = await ctx.foresights.read({ associationId, month });
      if (!kept?.foresight || !kept.finishedAt) return refuse(404, 'not_found');
      const names = await ctx.foresights.names(associationId);
      const sheet = { foresight: kept.foresight, names, area: null, at: kept.finishedAt };
      return { bytes: await ctx.maker.pdf('foresight', foresightView(sheet, loadWords())) };
    },
  }),
};
