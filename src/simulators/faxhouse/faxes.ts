import type { Failure, Fax, House, Provider } from './state.ts';

/** So many faxes are remembered; the oldest that have ended go first. */
const mostFaxes = 3000;

interface NewFax {
  provider: Provider;
  direction: Fax['direction'];
  from: string;
  to: string;
  reference?: string | null;
  resolution?: Fax['resolution'];
  asked?: Record<string, string>;
  attemptsToPerform?: number;
}

/** Takes a fax in, `preparing`. */
export function takeFax(house: House, fields: NewFax): Fax {
  const at = house.clock.now();
  const fax: Fax = {
    id: fields.provider === 'interfax' ? String(house.nextNumber++) : house.chance.uuid(),
    provider: fields.provider,
    direction: fields.direction,
    from: fields.from,
    to: fields.to,
    createdAt: at,
    reference: fields.reference ?? null,
    resolution: fields.resolution ?? 'fine',
    asked: fields.asked ?? {},
    state: 'preparing',
    updatedAt: at,
    answeredAt: null,
    endedAt: null,
    failure: null,
    sent: null,
    arrived: null,
    pagesSent: 0,
    attemptsToPerform: fields.attemptsToPerform ?? 1,
    attemptsMade: 0,
    isRead: false,
    isGone: false,
    media: null,
    timers: new Set(),
  };
  house.faxes.set(fax.id, fax);
  forgetOldest(house);
  return fax;
}

function forgetOldest(house: House): void {
  if (house.faxes.size <= mostFaxes) return;
  for (const [id, fax] of house.faxes) {
    if (fax.endedAt === null) continue;
    house.faxes.delete(id);
    return;
  }
}

/** Newest first: the faxes that an account sees in lists now. */
export function listed(house: House, provider: Provider, direction?: Fax['direction']): Fax[] {
  const newest = house.clock.now().getTime() - house.faults.listLagSeconds * 1000;
  return [...house.faxes.values()]
    .filter((fax) => fax.provider === provider && !fax.isGone && fax.createdAt.getTime() <= newest)
    .filter((fax) => direction === undefined || fax.direction === direction)
    .reverse();
}

/** One fax of an account, or undefined. Unlike lists, it is seen at once. */
export function ofAccount(house: House, provider: Provider, id: string): Fax | undefined {
  const fax = house.faxes.get(id);
  return fax?.provider === provider && !fax.isGone ? fax : undefined;
}

/** A fax to us of which something can be looked at: complete, or broken off after a page. */
export const isReceived = (fax: Fax): boolean =>
  fax.direction === 'inbound' && fax.endedAt !== null && fax.arrived !== null;

/** The line dropped, and some of the pages are there. */
export const isPartial = (fax: Fax): boolean => fax.state === 'failed' && fax.arrived !== null;

/** Seconds from the answer to the end, whole. */
export const talkedSeconds = (fax: Fax): number =>
  fax.answeredAt && fax.endedAt ? Math.ceil((fax.endedAt.getTime() - fax.answeredAt.getTime()) / 1000) : 0;

/** What a document was refused for, in the house's words. */
export const documentFailure = (refused: 'format' | 'too-many-pages' | 'too-large'): Failure => ({ kind: refused });
