/** The fax desk: pages out and in. */
import { z } from 'zod';
import { againOf, againStates, askAgain } from '../../disclosures/again.ts';
import { withdrawFax } from '../../fax/desk.ts';
import { faxStatuses, purposes } from '../../fax/fax.ts';
import { failureClasses } from '../../fax/fax-line.ts';
import { formatNational } from '../../lib/phone.ts';
import { opaqueId, pageOf, timeKey, timeKeyOf } from '../paging.ts';
import { refuse, route } from '../route.ts';
import { byOf, deskOf } from './desk.ts';
import * as store from './store.ts';

const instant = z.iso.datetime();
const pageSize = 30;

const sent = z.object({
  id: z.string(),
  purpose: z.enum(purposes),
  status: z.enum(faxStatuses),
  attempt: z.number().int(),
  pages: z.number().int(),
  pagesDone: z.number().int(),
  /** Somebody has taken it back while the provider has it. */
  isUnwanted: z.boolean(),
  failure: z.object({ class: z.enum(failureClasses), code: z.string() }).nullable(),
  queuedAt: instant,
  /** When it is tried or asked after next. */
  dueAt: instant.nullable(),
  settledAt: instant.nullable(),
  owner: z.string(),
  number: z.string(),
  destinationId: z.string(),
  /** A test page can be sent again: the number still stands on the list. */
  canRetest: z.boolean(),
});

export const faxRoutes = {
  sent_faxes: route({
    method: 'get',
    path: '/fax/sent',
    summary: 'Pages sent, the newest first',
    access: 'fax.read',
    live: { everyMs: 1000 },
    query: z.object({ filter: z.enum(['all', 'under_way', 'failed']).default('all'), after: timeKey.optional() }),
    reply: z.object({ faxes: z.array(sent), next: z.string().nullable() }),
    async handle(ctx, { staff, query: { filter, after } }) {
      const found = await store.sentFaxes(ctx.db, staff.associationId, filter, after ?? null, pageSize + 1);
      const { rows, next } = pageOf(found, pageSize, (row) => timeKeyOf(row.queued_at, row.id));
      return { faxes: rows.map(sentOf), next };
    },
  }),

  sent_fax: route({
    method: 'get',
    path: '/fax/sent/:faxId',
    summary: 'One page sent, with every attempt',
    access: 'fax.read',
    live: { everyMs: 1000 },
    params: z.object({ faxId: opaqueId }),
    reply: z.object({
      fax: sent,
      /** Of a record that did not arrive: whether it can be sent once more, or what has to happen first. */
      again: z
        .object({
          state: z.enum(againStates),
          caseId: z.string().nullable(),
          faxId: z.string().nullable(),
          recipient: z.object({ kind: z.enum(['doctor', 'hospital']), id: z.string() }),
        })
        .nullable(),
      life: z.array(
        z.object({
          at: instant,
          kind: z.string(),
          isByPerson: z.boolean(),
          attempt: z.number().int().nullable(),
          class: z.string().nullable(),
          code: z.string().nullable(),
        }),
      ),
    }),
    async handle(ctx, { staff, params: { faxId } }) {
      const row = await store.sentFax(ctx.db, staff.associationId, faxId);
      if (!row) return refuse(404, 'not_found');
      const life = await store.lifeOf(ctx.db, faxId);
      const again = await againOf(ctx.db, staff.associationId, faxId, ctx.clock.now());
      return {
        fax: sentOf(row),
        again,
        life: life.map(({ at, kind, actor, data }) => ({
          ...{ at: at.toISOString(), kind, isByPerson: actor.startsWith('operator:'), attempt: data.attempt ?? null },
          ...{ class: data.class ?? null, code: data.code ?? null },
        })),
      };
    },
  }),

  withdraw_fax: route({
    method: 'post',
    path: '/fax/sent/:faxId/withdrawal',
    summary: 'Takes a page back that is not over yet',
    access: 'fax.work',
    params: z.object({ faxId: opaqueId }),
    reply: z.object({ outcome: z.enum(['withdrawn', 'stopping']) }),
    async handle(ctx, { staff, params: { faxId }, cause }) {
      const outcome = await withdrawFax(deskOf(ctx), faxId, byOf(staff, cause));
      if (outcome === 'not_found') return refuse(404, 'not_found');
      return outcome === 'over' ? refuse(409, 'fax_over') : { outcome };
    },
  }),

  send_again: route({
    method: 'post',
    path: '/fax/sent/:faxId/again',
    summary: 'Has a record page that did not arrive made and sent once more, while its urgent call is open',
    access: 'fax.work',
    params: z.object({ faxId: opaqueId }),
    reply: z.object({}),
    async handle(ctx, { staff, params: { faxId }, cause }) {
      const again = await askAgain(ctx, faxId, byOf(staff, cause));
      if (!again) return refuse(404, 'not_found');
      return again.state === 'asked' ? {} : refuse(409, `again_${again.state}`);
    },
  }),

  received_faxes: route({
    method: 'get',
    path: '/fax/received',
    summary: 'Pages received and what became of them, the newest first',
    access: 'fax.read',
    live: { everyMs: 1000 },
    query: z.object({ after: timeKey.optional() }),
    reply: z.object({
      faxes: z.array(
        z.object({
          id: z.string(),
          receivedAt: instant,
          status: z.enum(['announced', 'fetched', 'handled', 'failed']),
          pages: z.number().int().nullable(),
          isPartial: z.boolean(),
          /** As the line gave it, proof of nothing; null: withheld. */
          from: z.string().nullable(),
          failure: z.string().nullable(),
          items: z.array(
            z.object({
              id: z.string(),
              kind: z.string(),
              status: z.string(),
              isAlarmed: z.boolean(),
            }),
          ),
        }),
      ),
      next: z.string().nullable(),
    }),
    async handle(ctx, { staff, query: { after } }) {
      const found = await store.receivedFaxes(ctx.db, staff.associationId, after ?? null, pageSize + 1);
      const { rows, next } = pageOf(found, pageSize, (row) => timeKeyOf(row.received_at, row.id));
      return {
        faxes: rows.map(({ id, received_at, status, pages, is_partial, from_number, failure, items }) => ({
          ...{ id, receivedAt: received_at.toISOString(), status, pages, isPartial: is_partial, failure, items },
          from: from_number && readable(from_number),
        })),
        next,
      };
    },
  }),
};

/** A sender's number may be anything: shown as it came when it is no number of ours. */
const readable = (number: string): string => (/^\+[1-9]\d{6,14}$/.test(number) ? formatNational(number) : number);

function sentOf(row: store.SentRow): z.input<typeof sent> {
  const { id, purpose, status, attempt, pages, failure, owner, destination_id: destinationId } = row;
  return {
    ...{
      id,
      purpose,
      status,
      attempt,
      pages,
      pagesDone: row.pages_done,
      isUnwanted: row.is_unwanted,
      owner,
      destinationId,
    },
    failure: failure && { class: failure.class, code: failure.code },
    queuedAt: row.queued_at.toISOString(),
    dueAt: row.due_at?.toISOString() ?? null,
    settledAt: row.settled_at?.toISOString() ?? null,
    number: formatNational(row.e164),
    canRetest: purpose === 'test' && row.destination_status !== 'retired' && row.destination_status !== 'frozen',
  };
}
