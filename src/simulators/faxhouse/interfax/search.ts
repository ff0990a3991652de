import type { Request } from 'express';
import { z } from 'zod';
import { listed } from '../faxes.ts';
import { toE164 } from '../machines.ts';
import type { Fax, House } from '../state.ts';
import { InterfaxRefusal } from './refusal.ts';
import { statusOf } from './status-codes.ts';

const query = z.object({
  reference: z.string().optional(),
  faxNumber: z.string().optional(),
  dateFrom: z.iso.datetime({ local: true, offset: true }).optional(),
  dateTo: z.iso.datetime({ local: true, offset: true }).optional(),
  status: z.enum(['all', 'completed', 'success', 'failed', 'inprocess', 'canceled']).default('all'),
  limit: z.coerce.number().int().min(1).max(1000).default(25),
  offset: z.coerce.number().int().min(0).default(0),
});

/** `GET /outbound/search`: how a sender finds a fax of which it never learned the id, by its own `reference`. */
export function findOutbound(house: House, asked: Request['query']): Fax[] {
  const lowered = typeof asked.status === 'string' ? { ...asked, status: asked.status.toLowerCase() } : asked;
  const parsed = query.safeParse(lowered);
  if (!parsed.success)
    throw new InterfaxRefusal(400, -1062, `Wrong input parameter: ${parsed.error.issues[0]?.path.join('.')}`);
  const { reference, faxNumber, dateFrom, dateTo, status, limit, offset } = parsed.data;
  const found = listed(house, 'interfax', 'outbound').filter(
    (fax) =>
      (reference === undefined || fax.reference === reference) &&
      (faxNumber === undefined || fax.to === toE164(faxNumber)) &&
      (dateFrom === undefined || fax.createdAt >= asUtc(dateFrom)) &&
      (dateTo === undefined || fax.createdAt <= asUtc(dateTo)) &&
      hasStatus(fax, status),
  );
  return found.slice(offset, offset + limit);
}

/** Times without an offset are GMT, as InterFAX gives them. */
const asUtc = (text: string): Date => new Date(/Z|[+-]\d\d:\d\d$/.test(text) ? text : `${text}Z`);

function hasStatus(fax: Fax, status: z.infer<typeof query>['status']): boolean {
  const code = statusOf(fax);
  if (status === 'all') return true;
  if (status === 'inprocess') return code < 0;
  if (status === 'success') return code === 0;
  if (status === 'canceled') return fax.state === 'canceled';
  return status === 'failed' ? code > 0 && fax.state !== 'canceled' : code >= 0;
}
