/** What the desk's routes have in common: how a page is named, who asks, and what a no is called. */
import { z } from 'zod';
import type { AtDesk, Claimed } from '../../inbox/claims.ts';
import { itemKinds } from '../../inbox/item.ts';
import type { Staff } from '../../staff/staff.ts';
import { type Refusal, refuse } from '../route.ts';

export const itemParams = z.object({ itemId: z.string().regex(/^pg_[0-9a-z]{26}$/) });
export const patientParams = z.object({ patientId: z.string().regex(/^pt_[0-9a-z]{26}$/) });
export const instant = z.iso.datetime();
export const both = z.tuple([z.string(), z.string()]).readonly();
export const kindShape = z.enum(itemKinds);

const box = z.object({ x: z.number(), y: z.number(), width: z.number(), height: z.number() });

/** A page's picture, and where on it each field of a sheet of ours is. */
export const pictureShape = z.object({
  /** Base 64. */
  png: z.string(),
  width: z.int(),
  height: z.int(),
  boxes: z.record(z.string(), box),
});

export const atDesk = (staff: Staff, itemId: string): AtDesk => ({
  ...{ associationId: staff.associationId, operatorId: staff.id, name: staff.name, itemId },
});

export function refusedClaim(claimed: Exclude<Claimed, { status: 'claimed' }>): Refusal {
  if (claimed.status === 'taken')
    return refuse(409, 'item_taken', { name: claimed.by, until: claimed.until.toISOString() });
  return claimed.why === 'unknown_item' ? refuse(404, 'not_found') : refuse(409, 'item_settled');
}
