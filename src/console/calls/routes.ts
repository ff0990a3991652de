/** The desk of the urgent calls: which are open, how each went, and its copy on paper. */
import { z } from 'zod';
import { appendEntry } from '../../audit/append.ts';
import { inTransaction } from '../../db.ts';
import { associationById, printedNames } from '../../directory/actions.ts';
import { liveLegs } from '../../escalations/urgent-call.ts';
import { casePage } from '../../pages/case-view.ts';
import { opaqueId, pageOf, timeKey, timeKeyOf } from '../paging.ts';
import { refuse, route } from '../route.ts';
import * as store from './store.ts';
import { pageWords, timelineOf } from './timeline.ts';

const instant = z.iso.datetime();
const kind = z.enum(['patient', 'area', 'person']);
const status = z.enum(['hunting', 'seeking_bed', 'calling_standby', 'unanswered', 'accepted', 'closed']);
const outcome = z.enum(['visiting', 'advice', 'bed', 'handed_on', 'talked', 'unreported']);
const said = z.object({ ja: z.string(), en: z.string() });
const casePart = z.object({ caseId: opaqueId });
const pageSize = 30;

const ring = z.object({
  legId: z.string(),
  name: z.string(),
  role: said,
  ring: z.number().int(),
  at: instant,
  answeredAt: instant.nullable(),
  endedAt: instant.nullable(),
  /** open: it rings, or somebody has picked up and not pressed a key yet. */
  result: z.string(),
  resultText: said,
});

export const callRoutes = {
  open_calls: route({
    method: 'get',
    path: '/calls/open',
    summary: 'Urgent calls that are open now, with whoever is being rung',
    access: 'calls.read',
    live: { everyMs: 500 },
    reply: z.object({
      areas: z.array(z.object({ id: z.string(), name: z.string() })),
      calls: z.array(
        z.object({
          id: z.string(),
          kind,
          status,
          openedAt: instant,
          area: z.string().nullable(),
          /** The hub's own number of the patient; null: the call is about no card. */
          patientCode: z.string().nullable(),
          /** Whose phones ring now. */
          ringing: z.array(z.string()),
          /** Who took it. */
          takenBy: z.string().nullable(),
          isCallerGone: z.boolean(),
        }),
      ),
    }),
    async handle(ctx, { staff: { associationId } }) {
      const [areas, rows] = await Promise.all([
        store.areasOf(ctx.db, associationId),
        store.openCases(ctx.db, associationId),
      ]);
      const ringing = rows.map(({ state }) =>
        liveLegs(state).filter(({ role, isReturn }) => role !== 'caller' && !isReturn),
      );
      const takers = rows.flatMap(({ state }) => (state.acceptance ? [state.acceptance.subjectId] : []));
      const names = await printedNames(ctx.db, [...ringing.flat().map(({ subjectId }) => subjectId), ...takers]);
      return {
        areas,
        calls: rows.map(({ id, kind, status, opened_at, area, patient_code, state }, place) => ({
          ...{ id, kind, status, openedAt: opened_at.toISOString(), area, patientCode: patient_code },
          ringing: (ringing[place] ?? []).flatMap((leg) =>
            leg.status === 'accepted' ? [] : [names.get(leg.subjectId) ?? ''],
          ),
          takenBy: state.acceptance ? (names.get(state.acceptance.subjectId) ?? '') : null,
          isCallerGone: state.caller.presence === 'gone',
        })),
      };
    },
  }),

  closed_calls: route({
    method: 'get',
    path: '/calls/closed',
    summary: 'Urgent calls that have ended, the newest first',
    access: 'calls.read',
    query: z.object({ after: timeKey.optional(), areaId: opaqueId.optional(), outcome: outcome.optional() }),
    reply: z.object({
      calls: z.array(
        z.object({
          id: z.string(),
          kind,
          outcome,
          openedAt: instant,
          closedAt: instant,
          area: z.string().nullable(),
          patientCode: z.string().nullable(),
          takenBy: z.string().nullable(),
        }),
      ),
      next: z.string().nullable(),
    }),
    async handle(ctx, { staff: { associationId }, query: { after, areaId, outcome } }) {
      const found = await store.closedCases(ctx.db, {
        ...{ associationId, after: after ?? null, areaId: areaId ?? null, outcome: outcome ?? null },
        limit: pageSize + 1,
      });
      const { rows, next } = pageOf(found, pageSize, (row) => timeKeyOf(row.opened_at, row.id));
      const names = await printedNames(
        ctx.db,
        rows.flatMap((row) => (row.accepted_by ? [row.accepted_by] : [])),
      );
      return {
        calls: rows.map(({ id, kind, outcome, opened_at, closed_at, area, patient_code, accepted_by }) => ({
          ...{ id, kind, outcome, area, patientCode: patient_code, openedAt: opened_at.toISOString() },
          closedAt: new Date(closed_at).toISOString(),
          takenBy: accepted_by && (names.get(accepted_by) ?? ''),
        })),
        next,
      };
    },
  }),

  urgent_call: route({
    method: 'get',
    path: '/calls/:caseId',
    summary: 'One urgent call as a time line',
    access: 'calls.read',
    live: { everyMs: 500 },
    params: casePart,
    reply: z.object({
      call: z.object({
        id: z.string(),
        kind,
        status,
        openedAt: instant,
        closedAt: instant.nullable(),
        /** When everybody is rung again; only while nobody answers. */
        retryAt: instant.nullable(),
        area: z.string().nullable(),
        patientCode: z.string().nullable(),
        /** For the link to the patient's own page, which asks its own permission and writes the view down. */
        patientId: z.string().nullable(),
      }),
      outcome: said,
      rings: z.array(ring),
      events: z.array(z.object({ at: instant, text: said, said: said.nullable() })),
      pages: z.array(
        z.object({
          disclosureId: z.string(),
          form: z.string(),
          recipient: z.string(),
          faxId: z.string().nullable(),
          /** Of the fax, or of the page before it is one. */
          state: z.string(),
        }),
      ),
    }),
    async handle(ctx, { staff, params: { caseId } }) {
      const row = await store.caseById(ctx.db, staff.associationId, caseId);
      if (!row) return refuse(404, 'not_found');
      const [{ outcome, rings, events }, pages] = await Promise.all([
        timelineOf(ctx, row),
        store.pagesOfCase(ctx.db, caseId),
      ]);
      const names = await printedNames(
        ctx.db,
        pages.map((page) => page.recipient_id),
      );
      return {
        call: {
          ...{ id: row.id, kind: row.kind, status: row.status, openedAt: row.opened_at.toISOString(), area: row.area },
          ...{ closedAt: isoOf(row.closed_at), retryAt: isoOf(row.retry_at) },
          ...{ patientCode: row.patient_code, patientId: row.patient_id },
        },
        outcome,
        rings: rings.map(({ legId, name, roleText, ring, at, answeredAt, endedAt, result, resultText }) => ({
          ...{ legId, name, role: roleText, ring, result, resultText, at: new Date(at).toISOString() },
          ...{ answeredAt: isoOf(answeredAt), endedAt: isoOf(endedAt) },
        })),
        events: events.map(({ at, text, said }) => ({ at: new Date(at).toISOString(), text, said })),
        pages: pages.map((page) => ({
          ...{ disclosureId: page.disclosure_id, form: page.form, recipient: names.get(page.recipient_id) ?? '' },
          ...{ faxId: page.fax_id, state: page.fax_status ?? page.page_status ?? 'unknown' },
        })),
      };
    },
  }),

  urgent_call_report: route({
    method: 'get',
    path: '/calls/:caseId/report',
    summary: 'The same on paper; the patient is named by the hub’s own number',
    access: 'calls.read',
    params: casePart,
    reply: { file: 'application/pdf' },
    async handle(ctx, { staff, params: { caseId }, cause }) {
      const row = await store.caseById(ctx.db, staff.associationId, caseId);
      if (!row) return refuse(404, 'not_found');
      const at = ctx.clock.now();
      const [timeline, association] = await Promise.all([
        timelineOf(ctx, row),
        associationById(ctx.db, staff.associationId),
      ]);
      const page = casePage(
        timeline,
        {
          ...{ caseId, openedAt: row.opened_at, closedAt: row.closed_at === null ? null : new Date(row.closed_at) },
          ...{ patientCode: row.patient_code, kind: row.kind, area: row.area, printedBy: staff.name, at },
          footer: [association?.name ?? ''],
        },
        pageWords,
      );
      const bytes = await ctx.maker.pdf('case', page);
      // The case's own chain is written with its row and by nobody else: a copy is an entry of the copy's own.
      const entry = { chainId: ctx.ids.next('au'), associationId: staff.associationId, at, cause };
      const data = { caseId, patientId: row.patient_id };
      await inTransaction(ctx.db, (tx) =>
        appendEntry(tx, { ...entry, actor: `operator:${staff.id}`, kind: 'case_printed', data }),
      );
      return { bytes };
    },
  }),
};

const isoOf = (at: number | null): string | null => (at === null ? null : new Date(at).toISOString());
