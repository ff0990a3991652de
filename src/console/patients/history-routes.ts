import { z } from 'zod';
import { namesOfActors } from '../people/names.ts';
import { refuse, route } from '../route.ts';
import { instant, patientParams } from './shapes.ts';
import * as store from './store.ts';

const pageSize = 30;

export const openingShape = z.object({
  id: z.string(),
  at: instant,
  kind: z.enum(['viewed', 'disclosed']),
  who: z.string().nullable(),
  facility: z.string().nullable(),
  relation: z.string().nullable(),
  isBreakGlass: z.boolean(),
  reason: z.string().nullable(),
  consent: z.string().nullable(),
  form: z.string().nullable(),
  /** Of the console, where it was looked at there. */
  screen: z.string().nullable(),
  /** Last four digits of the registered fax or telephone. */
  destination: z.string().nullable(),
  version: z.number().int().nullable(),
  caseId: z.string().nullable(),
  outcome: z.string().nullable(),
});

export const historyRoutes = {
  patient_openings: route({
    method: 'get',
    path: '/patients/:patientId/openings',
    summary: 'Who opened the record, why and to where: releases and looks, newest first',
    access: 'patients.read',
    params: patientParams,
    query: z.object({ before: instant.optional() }),
    reply: z.object({ rows: z.array(openingShape), next: instant.nullable() }),
    async handle(ctx, { staff, params, query }) {
      const { associationId } = staff;
      if (!(await store.patientHead(ctx.db, associationId, params.patientId))) return refuse(404, 'not_found');
      const before = query.before ? new Date(query.before) : new Date(8.64e15 / 1000);
      const found = await store.openingsOf(ctx.db, associationId, params.patientId, { before, limit: pageSize });
      const names = await namesOfActors(
        ctx.db,
        associationId,
        found.flatMap(({ actor }) => actor ?? []),
      );
      const rows = found.map(({ actor, at, who, ...row }) => {
        return { ...row, at: at.toISOString(), who: who ?? (actor && (names.get(actor) ?? null)) };
      });
      return { rows, next: found.length === pageSize ? (rows.at(-1)?.at ?? null) : null };
    },
  }),

  patient_history: route({
    method: 'get',
    path: '/patients/:patientId/history',
    summary: 'What happened to the record and the card, newest first',
    access: 'patients.read',
    params: patientParams,
    query: z.object({ before: z.coerce.number().int().min(1).optional() }),
    reply: z.object({
      rows: z.array(
        z.object({
          seq: z.number().int(),
          at: instant,
          kind: z.string(),
          who: z.string().nullable(),
          version: z.number().int().nullable(),
          reason: z.string().nullable(),
        }),
      ),
      next: z.number().int().nullable(),
    }),
    async handle(ctx, { staff, params, query }) {
      const { associationId } = staff;
      const { patientId } = params;
      if (!(await store.patientHead(ctx.db, associationId, patientId))) return refuse(404, 'not_found');
      const before = query.before ?? 2 ** 31 - 1;
      const found = await store.historyOf(ctx.db, associationId, patientId, { before, limit: pageSize });
      const names = await namesOfActors(
        ctx.db,
        associationId,
        found.map(({ actor }) => actor),
      );
      const rows = found.map(({ seq, at, kind, actor, data: { version, reason } }) => ({
        ...{ seq, at: at.toISOString(), kind, who: names.get(actor) ?? null },
        version: typeof version === 'number' ? version : null,
        reason: typeof reason === 'string' ? reason : null,
      }));
      return { rows, next: found.length === pageSize ? (rows.at(-1)?.seq ?? null) : null };
    },
  }),
};
