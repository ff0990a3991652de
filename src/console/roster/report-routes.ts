/** What leaves the roster: calendars for other devices, the sheet for the wall, and the report on how the burden is shared. */
import { z } from 'zod';
import { addDays, instantOf } from '../../lib/japan-time.ts';
import { rosterView } from '../../pages/roster-view.ts';
import { type BothWords, loadWords } from '../../pages/words.ts';
import { areaRules } from '../../roster/actions.ts';
import { japanCalendar } from '../../roster/calendar.ts';
import { awakeMinutes, dutyPoints } from '../../roster/fairness.ts';
import { feedsOf, feedText, makeFeed, revokeFeed } from '../../roster/feeds.ts';
import { datesOf } from '../../roster/month.ts';
import { orderSheet, rosterSheet, sheetsOf } from '../../roster/sheets.ts';
import { refuse, route } from '../route.ts';
import { edited, editOf, isOwnArea } from './editing.ts';
import * as shape from './shapes.ts';
import * as store from './store.ts';

export const rosterReportRoutes = {
  roster_feeds: route({
    method: 'get',
    path: '/roster/feeds',
    summary: 'Calendars that are given out, without their secrets',
    access: 'roster.read',
    reply: z.object({
      feeds: z.array(z.object({ id: z.string(), name: z.string(), isArea: z.boolean(), madeAt: shape.instant })),
      areas: z.array(shape.named),
      doctors: z.array(shape.named),
    }),
    async handle(ctx, { staff: { associationId } }) {
      const [feeds, areas, all] = await Promise.all([
        feedsOf(ctx.db, associationId),
        store.areasOf(ctx.db, associationId),
        store.doctorsOf(ctx.db, associationId),
      ]);
      const names = new Map([...areas, ...all].map(({ id, name }) => [id, name]));
      return {
        feeds: feeds.map(({ id, doctor_id, area_id, made_at }) => ({
          ...{ id, name: names.get(doctor_id ?? area_id ?? '') ?? '', isArea: area_id !== null },
          madeAt: made_at.toISOString(),
        })),
        areas,
        doctors: all.filter((doctor) => doctor.is_active).map(({ id, name }) => ({ id, name })),
      };
    },
  }),

  make_feed: route({
    method: 'post',
    path: '/roster/feeds',
    summary: 'A calendar for a doctor or an area; its address is told once',
    access: 'roster.write',
    body: z
      .object({ doctorId: shape.id.nullable(), areaId: shape.id.nullable() })
      .refine(({ doctorId, areaId }) => (doctorId === null) !== (areaId === null)),
    reply: z.object({ path: z.string() }),
    async handle(ctx, { staff, body, cause }) {
      const made = await edited(ctx, (tx) => makeFeed(tx, ctx, { ...editOf(staff, cause), ...body }));
      return 'token' in made ? { path: `/api/calendars/${made.token}` } : made;
    },
  }),

  revoke_feed: route({
    method: 'delete',
    path: '/roster/feeds/:feedId',
    summary: 'The address opens nothing any more',
    access: 'roster.write',
    params: z.object({ feedId: shape.id }),
    reply: z.object({ revoked: z.literal(true) }),
    handle: (ctx, { staff, params, cause }) =>
      edited(ctx, (tx) => revokeFeed(tx, ctx, { ...editOf(staff, cause), ...params })),
  }),

  calendar: route({
    method: 'get',
    path: '/calendars/:token',
    summary: 'The calendar behind a secret address (RFC 5545)',
    access: 'anybody',
    params: z.object({ token: z.string().regex(/^[\w-]{43}$/) }),
    reply: { file: 'text/calendar' },
    async handle(ctx, { params: { token } }) {
      const bytes = await feedText(ctx.db, token, ctx.clock.now());
      return bytes === null ? refuse(404, 'not_found') : { bytes };
    },
  }),

  roster_sheet: route({
    method: 'get',
    path: '/roster/areas/:areaId/months/:month/sheet',
    summary: 'The sheet of a month for the wall',
    access: 'roster.read',
    params: z.object({ areaId: shape.id, month: shape.month }),
    reply: { file: 'application/pdf' },
    async handle(ctx, { staff: { associationId }, params }) {
      const sheet = await rosterSheet(ctx.db, { associationId, ...params }, ctx.clock.now());
      if (!sheet) return refuse(404, 'not_found');
      return { bytes: await ctx.maker.pdf('roster', rosterView(sheet, pageWords())) };
    },
  }),

  roster_sheets: route({
    method: 'get',
    path: '/roster/areas/:areaId/sheets',
    summary: 'Sheets that were sent by fax, newest first',
    access: 'roster.read',
    params: z.object({ areaId: shape.id }),
    reply: z.object({
      sheets: z.array(
        z.object({
          ...{ id: z.string(), month: z.string(), orderedAt: shape.instant, sentAt: shape.instant.nullable() },
          ...{ faxes: z.number().int().nullable(), withoutFax: z.number().int().nullable() },
        }),
      ),
    }),
    async handle(ctx, { staff, params: { areaId } }) {
      if (!(await isOwnArea(ctx.db, staff.associationId, areaId))) return refuse(404, 'not_found');
      const rows = await sheetsOf(ctx.db, areaId, 5);
      return {
        sheets: rows.map(({ id, month, ordered_at, sent_at, fax_count, without_fax }) => ({
          ...{ id, month, orderedAt: ordered_at.toISOString(), sentAt: sent_at?.toISOString() ?? null },
          ...{ faxes: fax_count, withoutFax: without_fax },
        })),
      };
    },
  }),

  send_roster_sheet: route({
    method: 'post',
    path: '/roster/areas/:areaId/sheets',
    summary: "The month's sheet goes by fax to the area's doctors",
    access: 'roster.write',
    params: z.object({ areaId: shape.id }),
    body: z.object({ month: shape.month }),
    reply: z.object({ sheetId: z.string() }),
    handle: (ctx, { staff, params, body, cause }) =>
      edited(ctx, (tx) => orderSheet(tx, ctx, { ...editOf(staff, cause), ...params, ...body })),
  }),

  roster_fairness: route({
    method: 'get',
    path: '/roster/fairness/:month',
    summary: 'Duties weighted, telephones rung and hours awake, by doctor, of a month',
    access: 'roster.read',
    params: z.object({ month: shape.month }),
    reply: z.object({
      doctors: z.array(
        z.object({
          ...{ id: z.string(), name: z.string(), nights: z.number().int(), daysOff: z.number().int() },
          ...{ points: z.number(), rung: z.number().int(), answered: z.number().int(), accepted: z.number().int() },
          awakeMinutes: z.number().int(),
        }),
      ),
    }),
    async handle(ctx, { staff: { associationId }, params: { month } }) {
      const dates = datesOf(month);
      const [from, until] = [instantOf(dates[0]!, 0), instantOf(addDays(dates.at(-1)!, 1), 0)];
      const [areas, doctors, legs] = await Promise.all([
        store.areasOf(ctx.db, associationId),
        store.doctorsOf(ctx.db, associationId),
        store.doctorLegs(ctx.db, associationId, from, until),
      ]);
      const rules = await Promise.all(areas.map(({ id }) => areaRules(ctx.db, id)));
      const duties = dutyPoints(rules, month, japanCalendar);
      const legsOf = new Map<string, store.DoctorLegRow[]>();
      for (const leg of legs) legsOf.set(leg.doctor_id, [...(legsOf.get(leg.doctor_id) ?? []), leg]);
      return {
        doctors: doctors.flatMap(({ id, name, is_active }) => {
          const own = legsOf.get(id) ?? [];
          const duty = duties.get(id);
          if (!is_active && !duty && own.length === 0) return [];
          const answered = own.filter((leg) => hasTaken(leg) || leg.outcome === 'declined');
          const lines = answered.map((leg) => ({ from: leg.requested_at, until: leg.ended_at ?? leg.requested_at }));
          return {
            ...{ id, name, ...(duty ?? { nights: 0, daysOff: 0, points: 0 }) },
            ...{ rung: own.length, answered: answered.length, accepted: own.filter(hasTaken).length },
            awakeMinutes: awakeMinutes(lines, [addDays(dates[0]!, -1), ...dates]),
          };
        }),
      };
    },
  }),
};

/** Only a key press is an acceptance, and only a key proves a person (a voicemail answers, too). */
const hasTaken = ({ status, outcome }: store.DoctorLegRow): boolean => status === 'accepted' || outcome === 'finished';

let loaded: BothWords | null = null;
/** Read when the first sheet is wanted. */
function pageWords(): BothWords {
  loaded ??= loadWords();
  return loaded;
}
