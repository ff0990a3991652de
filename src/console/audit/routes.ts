/** The audit desk: the log in words, its verification, its daily seal. */
import { z } from 'zod';
import { readDate } from '../../lib/eras.ts';
import { addDays, instantOf, type LocalDate, localDate } from '../../lib/japan-time.ts';
import { sealView } from '../../pages/seal-view.ts';
import { loadWords } from '../../pages/words.ts';
import { namesOfActors } from '../people/names.ts';
import { refuse, route } from '../route.ts';
import * as store from './store.ts';

const words = loadWords();
const instant = z.iso.datetime();
const pageSize = 50;
const sealDays = 31;
const day = z.iso.date();

const cursorShape = z.object({ afterAt: instant, afterId: z.number().int() });
const headShape = z.object({ treeSize: z.number().int(), root: z.string(), sealedAt: instant });

/** null: nothing was typed. @returns undefined when it is no date. */
function dayOf(typed: string | undefined): LocalDate | null | undefined {
  if (!typed?.trim()) return null;
  const read = readDate(typed);
  return read.status === 'read' ? read.date : undefined;
}

export const auditRoutes = {
  audit_log: route({
    method: 'get',
    path: '/audit/entries',
    summary: 'The log, newest first: of one kind, one actor, one chain, or a span of days; fifty at a time',
    access: 'audit.read',
    query: z.object({
      kind: z.string().max(60).optional(),
      actor: z.string().max(60).optional(),
      chain: z.string().max(60).optional(),
      /** In either calendar; both days belong to it. */
      from: z.string().max(20).optional(),
      to: z.string().max(20).optional(),
      afterAt: instant.optional(),
      afterId: z.coerce.number().int().optional(),
    }),
    reply: z.object({
      rows: z.array(
        z.object({
          id: z.number().int(),
          at: instant,
          chain: z.string(),
          seq: z.number().int(),
          actor: z.string(),
          who: z.string().nullable(),
          cause: z.string(),
          kind: z.string(),
          data: z.record(z.string(), z.unknown()),
        }),
      ),
      next: cursorShape.nullable(),
    }),
    async handle(ctx, { staff, query }) {
      const [from, to] = [dayOf(query.from), dayOf(query.to)];
      if (from === undefined || to === undefined) return refuse(422, 'day_unread');
      const filter = {
        kind: query.kind || null,
        actor: query.actor || null,
        chainId: query.chain || null,
        from: from === null ? null : instantOf(from, 0),
        until: to === null ? null : instantOf(addDays(to, 1), 0),
      };
      const after = query.afterAt && query.afterId ? { at: new Date(query.afterAt), id: query.afterId } : null;
      const found = await store.entries(ctx.db, staff.associationId, filter, after, pageSize);
      const names = await namesOfActors(
        ctx.db,
        staff.associationId,
        found.map(({ actor }) => actor),
      );
      const rows = found.map(({ at, chainId: chain, ...row }) => {
        return { ...row, chain, at: at.toISOString(), who: names.get(row.actor) ?? null };
      });
      const last = found.length === pageSize ? rows.at(-1) : null;
      return { rows, next: last ? { afterAt: last.at, afterId: last.id } : null };
    },
  }),

  audit_kinds: route({
    method: 'get',
    path: '/audit/kinds',
    summary: 'Every kind of entry that the log holds',
    access: 'audit.read',
    reply: z.array(z.string()),
    handle: (ctx, { staff }) => store.kinds(ctx.db, staff.associationId),
  }),

  verifications: route({
    method: 'get',
    path: '/audit/verifications',
    summary: 'Verifications of the log: how far the one is that runs, and what those before have found',
    access: 'audit.read',
    live: { everyMs: 500 },
    reply: z.array(
      z.object({
        id: z.string(),
        status: z.enum(['running', 'interrupted', 'done', 'failed']),
        startedBy: z.string().nullable(),
        startedAt: instant,
        finishedAt: instant.nullable(),
        checked: z.number().int(),
        total: z.number().int(),
        report: z
          .object({
            isSound: z.boolean(),
            found: z.number().int(),
            entries: z.number().int(),
            chains: z.number().int(),
            rows: z.number().int(),
            unsealed: z.number().int(),
            lastHead: headShape.nullable(),
            findings: z.array(
              z.object({
                kind: z.string(),
                ja: z.string(),
                en: z.string(),
                chainId: z.string().nullable(),
                seq: z.number().int().nullable(),
              }),
            ),
          })
          .nullable(),
      }),
    ),
    async handle(ctx, { staff: { associationId } }) {
      const rows = await ctx.verifications.list(associationId);
      const names = await namesOfActors(
        ctx.db,
        associationId,
        rows.map((row) => `operator:${row.startedBy}`),
      );
      return rows.map(({ startedBy, startedAt, finishedAt, ...row }) => ({
        ...row,
        startedBy: names.get(`operator:${startedBy}`) ?? null,
        startedAt: startedAt.toISOString(),
        finishedAt: finishedAt?.toISOString() ?? null,
      }));
    },
  }),

  start_verification: route({
    method: 'post',
    path: '/audit/verifications',
    summary: 'Verifies the whole log in the background; with a seal from paper, that it still contains it',
    access: 'audit.read',
    body: z.object({
      witness: z
        .object({
          treeSize: z.number().int().min(1),
          /** Hexadecimal; spaces as on the paper. */
          root: z.string().max(100),
        })
        .nullable()
        .default(null),
    }),
    reply: z.object({ id: z.string() }),
    async handle(ctx, { staff, body: { witness }, cause }) {
      const root = witness && Buffer.from(witness.root.replace(/\s/g, ''), 'hex');
      if (root && root.length !== 32) return refuse(422, 'seal_unread');
      const started = await ctx.verifications.start({
        ...{ associationId: staff.associationId, by: staff.id, cause },
        witness: witness && root ? { treeSize: witness.treeSize, root } : null,
      });
      return 'refused' in started ? refuse(409, started.refused) : { id: started.id };
    },
  }),

  daily_seals: route({
    method: 'get',
    path: '/audit/seals',
    summary: 'The last seal of each day, newest first; a month at a time',
    access: 'audit.read',
    query: z.object({ before: day.optional() }),
    reply: z.object({ rows: z.array(headShape.extend({ date: day, keyId: z.string() })), next: day.nullable() }),
    async handle(ctx, { staff, query }) {
      const before = query.before ?? addDays(localDate(ctx.clock.now()), 1);
      const found = await store.dailySeals(ctx.db, staff.associationId, before, sealDays);
      const rows = found.map(({ root, sealedAt, ...row }) => {
        return { ...row, root: root.toString('hex'), sealedAt: sealedAt.toISOString() };
      });
      return { rows, next: rows.length > 0 ? addDays(before, -sealDays) : null };
    },
  }),

  seal_pdf: route({
    method: 'get',
    path: '/audit/seals/:date/print.pdf',
    summary: 'The last seal of a day, to be printed and filed',
    access: 'audit.read',
    params: z.object({ date: day }),
    reply: { file: 'application/pdf' },
    async handle(ctx, { staff, params: { date } }) {
      const [seal] = await store.dailySeals(ctx.db, staff.associationId, addDays(date, 1), 1);
      if (!seal) return refuse(404, 'not_found');
      const {
        code: associationCode,
        name: associationName,
        hubPhone,
      } = await store.association(ctx.db, staff.associationId);
      const view = sealView(
        {
          ...{ ...seal, associationCode, associationName, hubPhone },
          ...{ root: seal.root.toString('hex'), printedAt: ctx.clock.now() },
        },
        words,
      );
      return { bytes: await ctx.maker.pdf('seal', view) };
    },
  }),
};
