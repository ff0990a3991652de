/** The roster's desk: a month of an area, what is wrong with the next weeks, and what a person changes about dates and weeks. */
import { z } from 'zod';
import { addDays, localDate, weekdayOf } from '../../lib/japan-time.ts';
import { areaRules } from '../../roster/actions.ts';
import { japanCalendar } from '../../roster/calendar.ts';
import { type CoverageFault, gaps } from '../../roster/coverage.ts';
import {
  absencesOf,
  addPattern,
  endPattern,
  noteAbsence,
  putOnDuty,
  restorePattern,
  withdrawAbsence,
} from '../../roster/editing.ts';
import { monthOf, serviceDateOf } from '../../roster/month.ts';
import { refuse, route } from '../route.ts';
import { edited, editOf, isOwnArea } from './editing.ts';
import * as shape from './shapes.ts';
import * as store from './store.ts';

const fault = z.object({
  problem: z.enum(['uncovered', 'double']),
  date: z.string(),
  from: shape.instant,
  until: shape.instant,
});
const faultOf = ({ problem, from, until }: CoverageFault): z.infer<typeof fault> => ({
  ...{ problem, date: serviceDateOf(from), from: from.toISOString(), until: until.toISOString() },
});

/** How far ahead gaps and doubles are looked for. */
const aheadDays = 31;

export const rosterRoutes = {
  roster_areas: route({
    method: 'get',
    path: '/roster/areas',
    summary: 'Areas with the gaps and doubles of the next 31 days',
    access: 'roster.read',
    reply: z.object({
      today: z.string(),
      areas: z.array(z.object({ id: z.string(), name: z.string(), faults: z.array(fault) })),
    }),
    async handle(ctx, { staff }) {
      const today = localDate(ctx.clock.now());
      const areas = await store.areasOf(ctx.db, staff.associationId);
      const looked = areas.map(async ({ id, name }) => {
        const rules = await areaRules(ctx.db, id);
        const own = { kind: 'doctor' as const, areaId: id };
        const faults = gaps(rules, today, addDays(today, aheadDays - 1), japanCalendar, [own]);
        return { id, name, faults: faults.map(faultOf) };
      });
      return { today, areas: await Promise.all(looked) };
    },
  }),

  roster_month: route({
    method: 'get',
    path: '/roster/areas/:areaId/months/:month',
    summary: 'One month of one area: who has which hours at which place',
    access: 'roster.read',
    params: z.object({ areaId: shape.id, month: shape.month }),
    reply: z.object({
      columns: z.array(z.object(shape.band)),
      positions: z.number().int(),
      days: z.array(
        z.object({
          date: z.string(),
          weekday: z.number().int(),
          holiday: z.string().nullable(),
          isDayOff: z.boolean(),
          cells: z.array(
            z.object({
              ...{ ...shape.band, column: z.number().int(), position: z.number().int() },
              ...{ doctorId: z.string(), name: z.string() },
              ...{ isException: z.boolean(), isAway: z.boolean(), isDouble: z.boolean() },
            }),
          ),
          faults: z.array(fault),
        }),
      ),
      doctors: z.array(z.object({ id: z.string(), name: z.string(), isOfArea: z.boolean() })),
    }),
    async handle(ctx, { staff, params: { areaId, month } }) {
      if (!(await isOwnArea(ctx.db, staff.associationId, areaId))) return refuse(404, 'not_found');
      const [rules, doctors] = await Promise.all([
        areaRules(ctx.db, areaId),
        store.doctorsOf(ctx.db, staff.associationId),
      ]);
      const names = new Map(doctors.map(({ id, name }) => [id, name]));
      const { columns, positions, days } = monthOf(rules, month, areaId, japanCalendar);
      return {
        ...{ columns, positions },
        days: days.map(({ date, holiday, isDayOff, cells, faults }) => ({
          ...{ date, weekday: weekdayOf(date), holiday, isDayOff },
          cells: cells.map(({ from, to, column, position, subjectId, isException, isAway, isDouble }) => ({
            ...{ from, to, column, position, doctorId: subjectId, name: names.get(subjectId) ?? '' },
            ...{ isException, isAway, isDouble },
          })),
          faults: faults.map(faultOf),
        })),
        doctors: doctors
          .filter((doctor) => doctor.is_active)
          .map(({ id, name, area_id }) => ({ id, name, isOfArea: area_id === areaId }))
          .sort((a, b) => Number(b.isOfArea) - Number(a.isOfArea)),
      };
    },
  }),

  assign_duty: route({
    method: 'post',
    path: '/roster/areas/:areaId/assignments',
    summary: 'Puts a doctor at a place of one date, or nobody',
    access: 'roster.write',
    params: z.object({ areaId: shape.id }),
    body: z
      .object({
        ...{ date: shape.date, ...shape.band, position: shape.position },
        doctorId: shape.id.nullable(),
        /** Who stood there when the person decided. */
        before: shape.id.nullable(),
      })
      .refine(shape.isBand),
    reply: shape.done,
    handle: (ctx, { staff, params, body, cause }) => {
      const { date, from, to, position, doctorId, before } = body;
      const place = { areaId: params.areaId, date, band: { from, to }, position };
      return edited(ctx, (tx) => putOnDuty(tx, ctx, { ...editOf(staff, cause), ...place, doctorId, before }));
    },
  }),

  restore_duty: route({
    method: 'post',
    path: '/roster/areas/:areaId/restorations',
    summary: "The week's pattern holds again in these hours of a date",
    access: 'roster.write',
    params: z.object({ areaId: shape.id }),
    body: z.object({ date: shape.date, ...shape.band }).refine(shape.isBand),
    reply: shape.done,
    handle: (ctx, { staff, params, body: { date, from, to }, cause }) =>
      edited(ctx, (tx) =>
        restorePattern(tx, ctx, { ...editOf(staff, cause), areaId: params.areaId, date, band: { from, to } }),
      ),
  }),

  roster_patterns: route({
    method: 'get',
    path: '/roster/areas/:areaId/patterns',
    summary: "The week's pattern of an area, line by line",
    access: 'roster.read',
    params: z.object({ areaId: shape.id }),
    reply: z.object({
      patterns: z.array(
        z.object({
          ...{ id: z.string(), doctorId: z.string(), name: z.string(), position: z.number().int(), ...shape.band },
          ...{ days: z.array(shape.day), from_date: z.string().nullable(), until_date: z.string().nullable() },
        }),
      ),
    }),
    async handle(ctx, { staff, params: { areaId } }) {
      if (!(await isOwnArea(ctx.db, staff.associationId, areaId))) return refuse(404, 'not_found');
      const [rules, doctors] = await Promise.all([
        areaRules(ctx.db, areaId),
        store.doctorsOf(ctx.db, staff.associationId),
      ]);
      const today = localDate(ctx.clock.now());
      const names = new Map(doctors.map(({ id, name }) => [id, name]));
      const patterns = rules.flatMap(({ id, subjectId, position, band, when }) => {
        if ('on' in when || (when.validUntil !== null && when.validUntil < today)) return [];
        const { days, validFrom: from_date, validUntil: until_date } = when;
        const name = names.get(subjectId) ?? '';
        return [{ id, doctorId: subjectId, name, position, ...band, days: [...days], from_date, until_date }];
      });
      return { patterns };
    },
  }),

  add_pattern: route({
    method: 'post',
    path: '/roster/areas/:areaId/patterns',
    summary: "One more line of the week's pattern, from a date on",
    access: 'roster.write',
    params: z.object({ areaId: shape.id }),
    body: z
      .object({
        ...{ doctorId: shape.id, position: shape.position, ...shape.band },
        ...{ days: z.array(shape.day).min(1), fromDate: shape.date, untilDate: shape.date.nullable() },
      })
      .refine(shape.isBand),
    reply: shape.done,
    handle: (ctx, { staff, params, body, cause }) => {
      const { doctorId, position, from, to, days, fromDate, untilDate } = body;
      const pattern = { areaId: params.areaId, doctorId, position, band: { from, to }, days };
      return edited(ctx, (tx) =>
        addPattern(tx, ctx, { ...editOf(staff, cause), ...pattern, from: fromDate, until: untilDate }),
      );
    },
  }),

  end_pattern: route({
    method: 'post',
    path: '/roster/areas/:areaId/patterns/:ruleId/end',
    summary: "A line of the week's pattern ends; `from` is the first date without it",
    access: 'roster.write',
    params: z.object({ areaId: shape.id, ruleId: shape.id }),
    body: z.object({ from: shape.date }),
    reply: shape.done,
    handle: (ctx, { staff, params, body, cause }) =>
      edited(ctx, (tx) => endPattern(tx, ctx, { ...editOf(staff, cause), ...params, ...body })),
  }),

  roster_absences: route({
    method: 'get',
    path: '/roster/absences',
    summary: 'Doctors who are away in the coming year',
    access: 'roster.read',
    reply: z.object({
      absences: z.array(
        z.object({ id: z.string(), doctorId: z.string(), name: z.string(), from: z.string(), until: z.string() }),
      ),
      doctors: z.array(shape.named),
    }),
    async handle(ctx, { staff: { associationId } }) {
      const today = localDate(ctx.clock.now());
      const [rows, doctors] = await Promise.all([
        absencesOf(ctx.db, associationId, today, addDays(today, 366)),
        store.doctorsOf(ctx.db, associationId),
      ]);
      const names = new Map(doctors.map(({ id, name }) => [id, name]));
      return {
        absences: rows.map(({ id, doctor_id: doctorId, from_date: from, until_date: until }) => {
          return { id, doctorId, name: names.get(doctorId) ?? '', from, until };
        }),
        doctors: doctors.filter((doctor) => doctor.is_active).map(({ id, name }) => ({ id, name })),
      };
    },
  }),

  note_absence: route({
    method: 'post',
    path: '/roster/absences',
    summary: 'A doctor is away on these service dates',
    access: 'roster.write',
    body: z.object({ doctorId: shape.id, from: shape.date, until: shape.date }),
    reply: shape.done,
    handle: (ctx, { staff, body, cause }) =>
      edited(ctx, (tx) => noteAbsence(tx, ctx, { ...editOf(staff, cause), ...body })),
  }),

  withdraw_absence: route({
    method: 'delete',
    path: '/roster/absences/:absenceId',
    summary: 'He is not away after all',
    access: 'roster.write',
    params: z.object({ absenceId: shape.id }),
    reply: shape.done,
    handle: (ctx, { staff, params, cause }) =>
      edited(ctx, (tx) => withdrawAbsence(tx, ctx, { ...editOf(staff, cause), ...params })),
  }),
};
