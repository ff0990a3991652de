/** What waits for a person, live, and who has which page in hand. */
import { z } from 'zod';
import { claimItem, releaseItem } from '../../inbox/claims.ts';
import { queue, startByHand } from '../../inbox/typing.ts';
import { waitingRecords } from '../../patients/actions.ts';
import { criticalKeys } from '../../patients/life.ts';
import { route } from '../route.ts';
import { atDesk, instant, itemParams, kindShape, refusedClaim } from './shapes.ts';

/** So many stand in the queue at once; what is behind them follows when they are done. */
const mostItems = 200;
const mostRecords = 100;

const done = z.object({});

export const queueRoutes = {
  inbox_queue: route({
    method: 'get',
    path: '/inbox',
    summary: 'Pages that wait for a person, oldest first, and records that wait for a second reading',
    access: 'inbox.work',
    live: { everyMs: 500 },
    reply: z.object({
      items: z.array(
        z.object({
          id: z.string(),
          kind: kindShape,
          pageNo: z.int(),
          reason: z.string().nullable(),
          isAlarmed: z.boolean(),
          mayHoldMyNumber: z.boolean(),
          receivedAt: instant,
          hasDraft: z.boolean(),
          asked: z.string().nullable(),
          claim: z.object({ staffId: z.string(), name: z.string(), until: instant }).nullable(),
        }),
      ),
      records: z.array(
        z.object({
          patientId: z.string(),
          code: z.string(),
          status: z.enum(['draft', 'awaiting_second_reading']),
          since: instant,
          typedBy: z.string(),
          toCheck: z.array(z.enum(criticalKeys)),
        }),
      ),
    }),
    async handle({ db, clock }, { staff: { associationId } }) {
      const [items, records] = await Promise.all([
        queue(db, associationId, clock.now(), mostItems),
        waitingRecords(db, associationId, mostRecords),
      ]);
      return {
        items: items.map(({ claimedBy, claimedName, claimedUntil, receivedAt, ...item }) => ({
          ...item,
          receivedAt: receivedAt.toISOString(),
          claim:
            claimedBy && claimedName && claimedUntil
              ? { staffId: claimedBy, name: claimedName, until: claimedUntil.toISOString() }
              : null,
        })),
        records: records.map(({ patientId, code, since, life }) => ({
          ...{ patientId, code, since: since.toISOString(), typedBy: life.typedBy, toCheck: [...life.toCheck] },
          status: life.status === 'draft' ? ('draft' as const) : ('awaiting_second_reading' as const),
        })),
      };
    },
  }),
  claim_item: route({
    method: 'post',
    path: '/inbox/:itemId/claim',
    summary: 'Takes a page in hand for twenty minutes, or keeps it',
    access: 'inbox.work',
    params: itemParams,
    reply: z.object({ until: instant }),
    async handle(ctx, { staff, params }) {
      const claimed = await claimItem(ctx, atDesk(staff, params.itemId));
      return claimed.status === 'claimed' ? { until: claimed.until.toISOString() } : refusedClaim(claimed);
    },
  }),
  release_item: route({
    method: 'post',
    path: '/inbox/:itemId/release',
    summary: 'Gives a page back to the queue; what was typed stays with it',
    access: 'inbox.work',
    params: itemParams,
    reply: done,
    async handle(ctx, { staff, params }) {
      await releaseItem(ctx, atDesk(staff, params.itemId));
      return {};
    },
  }),
  start_enrolment: route({
    method: 'post',
    path: '/inbox/by-hand',
    summary: 'Begins an enrolment that came without a fax',
    access: 'inbox.work',
    reply: z.object({ itemId: z.string() }),
    async handle(ctx, { staff: { associationId, id: operatorId, name } }) {
      return { itemId: await startByHand(ctx, { associationId, operatorId, name }) };
    },
  }),
};
