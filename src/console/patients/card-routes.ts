import { z } from 'zod';
import { inTransaction } from '../../db.ts';
import { replaceCard, replacementReasons, stopCard } from '../../patients/replacement.ts';
import { refuse, route } from '../route.ts';
import { patientParams } from './shapes.ts';
import * as store from './store.ts';

const body = z.object({ reason: z.enum(replacementReasons) });

export const cardRoutes = {
  replace_card: route({
    method: 'post',
    path: '/patients/:patientId/card/replace',
    summary: 'A new card: the old number opens nothing from now on',
    access: 'cards.issue',
    params: patientParams,
    body,
    reply: z.object({ cardId: z.string() }),
    async handle(ctx, { staff, params, body: { reason }, cause }) {
      const { associationId, id: by } = staff;
      const head = await store.patientHead(ctx.db, associationId, params.patientId);
      if (!head) return refuse(404, 'not_found');
      if (!head.isActive) return refuse(409, 'record_closed');
      const of = { associationId, patientId: params.patientId, by, cause, reason };
      const issued = await inTransaction(ctx.db, (tx) => replaceCard(tx, ctx, of));
      return 'refused' in issued ? refuse(409, issued.refused) : { cardId: issued.cardId };
    },
  }),
  stop_card: route({
    method: 'post',
    path: '/patients/:patientId/card/stop',
    summary: 'The card opens nothing from now on; a new one follows later',
    access: 'cards.issue',
    params: patientParams,
    body,
    reply: z.object({ stopped: z.boolean() }),
    async handle(ctx, { staff, params, body: { reason }, cause }) {
      const { associationId, id: by } = staff;
      const head = await store.patientHead(ctx.db, associationId, params.patientId);
      if (!head) return refuse(404, 'not_found');
      const of = { associationId, patientId: params.patientId, by, cause, reason };
      return { stopped: head.isActive && (await inTransaction(ctx.db, (tx) => stopCard(tx, ctx, of))) };
    },
  }),
};
