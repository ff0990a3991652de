/** What is done with a page besides enrolling: a My Number blacked out, and pages that end without a patient. */
import { z } from 'zod';
import { claimItem } from '../../inbox/claims.ts';
import { checkMyNumber } from '../../inbox/my-number.ts';
import { refuse, route } from '../route.ts';
import { atDesk, itemParams, refusedClaim } from './shapes.ts';

const pixel = z.number().min(0).max(20_000);

export const pageRoutes = {
  mask_item: route({
    method: 'post',
    path: '/inbox/:itemId/mask',
    summary:
      'Somebody looked for a My Number: these boxes of the picture are blacked out for good; none: there was none',
    access: 'inbox.work',
    params: itemParams,
    body: z.object({
      boxes: z.array(z.object({ x: pixel, y: pixel, width: pixel, height: pixel })).max(20),
    }),
    reply: z.object({ masked: z.int() }),
    async handle(ctx, { staff, params, body }) {
      const desk = atDesk(staff, params.itemId);
      const claimed = await claimItem(ctx, desk);
      if (claimed.status !== 'claimed') return refusedClaim(claimed);
      const checked = await checkMyNumber(ctx, desk, body.boxes);
      return checked.status === 'checked' ? { masked: checked.masked } : refuse(409, 'item_settled');
    },
  }),
};
