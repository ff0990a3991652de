import { z } from 'zod';
import { plusSeconds } from '../../lib/clock.ts';
import { searchPatients } from '../../patients/actions.ts';
import { dueDays } from '../../records/freshness.ts';
import { route } from '../route.ts';
import { readSearchText } from './search-text.ts';
import { rowShape, rowsFor } from './shapes.ts';
import * as store from './store.ts';

const pageSize = 20;
const areaId = z.string().regex(/^ar_[0-9a-z]{26}$/);

export const searchRoutes = {
  search_patients: route({
    method: 'post',
    path: '/patients/search',
    summary: 'Patients by kana, birth date, phone, card or code, as one types; twenty at a time',
    access: 'patients.read',
    body: z.object({
      text: z.string().max(100),
      areaId: areaId.nullable().default(null),
      /** The code of the last row before. */
      after: z.string().max(20).nullable().default(null),
    }),
    reply: z.object({
      understood: z.array(z.enum(['kana', 'birth', 'phone', 'card', 'code'])),
      unread: z.array(z.enum(['unfinished', 'kanji', 'letters', 'card', 'era'])),
      /** Nobody was found as written, these were with 濁点 dropped. */
      isLoose: z.boolean(),
      rows: z.array(rowShape),
      /** Where the list goes on. */
      next: z.string().nullable(),
    }),
    async handle(ctx, { staff, body, cause }) {
      const { search, understood, unread } = readSearchText(body.text);
      const isUnread = understood.length === 0 && unread.length > 0;
      if (isUnread) return { understood, unread, isLoose: false, rows: [], next: null };
      const found = await searchPatients(ctx, staff.associationId, {
        ...search,
        limit: pageSize + 1,
        ...(body.areaId ? { areaId: body.areaId } : {}),
        ...(body.after ? { after: body.after } : {}),
      });
      if ('refused' in found) return { understood, unread, isLoose: false, rows: [], next: null };
      const ids = found.patients.slice(0, pageSize).map(({ id }) => id);
      const rows = await rowsFor(ctx, staff, cause, ids);
      const next = found.patients.length > pageSize ? (rows.at(-1)?.code ?? null) : null;
      return { understood, unread, isLoose: found.pass === 'loose', rows, next };
    },
  }),

  patient_areas: route({
    method: 'get',
    path: '/patients/areas',
    summary: 'The areas by which patients are listed',
    access: 'patients.read',
    reply: z.array(z.object({ id: z.string(), name: z.string() })),
    handle: (ctx, { staff }) => store.areas(ctx.db, staff.associationId),
  }),

  due_records: route({
    method: 'post',
    path: '/patients/due',
    summary: 'Records that nobody has confirmed for over 90 days, the oldest first; twenty at a time',
    access: 'patients.read',
    body: z.object({
      after: z.object({ confirmedAt: z.iso.datetime(), patientId: z.string() }).nullable().default(null),
    }),
    reply: z.object({
      rows: z.array(rowShape),
      next: z.object({ confirmedAt: z.string(), patientId: z.string() }).nullable(),
    }),
    async handle(ctx, { staff, body, cause }) {
      const before = plusSeconds(ctx.clock.now(), -dueDays * 86_400);
      const after = body.after && { ...body.after, confirmedAt: new Date(body.after.confirmedAt) };
      const due = await store.dueRecords(ctx.db, staff.associationId, { before, after, limit: pageSize + 1 });
      const shown = due.slice(0, pageSize);
      const rows = await rowsFor(
        ctx,
        staff,
        cause,
        shown.map(({ patientId }) => patientId),
      );
      const last = shown.at(-1);
      const next = due.length > pageSize && last ? last : null;
      return { rows, next: next && { patientId: next.patientId, confirmedAt: next.confirmedAt.toISOString() } };
    },
  }),
};
