import { isPartial } from '../faxes.ts';
import type { Machine, OurLine } from '../machines.ts';
import type { Fax, House } from '../state.ts';

export interface FaxView {
  id: string;
  provider: string;
  direction: string;
  from: string;
  to: string;
  reference: string | null;
  state: string;
  failure: string | null;
  partial: boolean;
  pagesSent: number;
  attemptsMade: number;
  createdAt: string;
  answeredAt: string | null;
  endedAt: string | null;
  /** Where the pages that came out can be looked at; none before the end. */
  tiff: string | null;
  pages: PageView[];
}

export interface PageView {
  width: number;
  height: number;
  xDpi: number;
  yDpi: number;
  png: string;
  thumbnail: string;
}

export function faxView(fax: Fax): FaxView {
  const paper = fax.endedAt ? fax.arrived : null;
  const base = `/faxhouse/faxes/${fax.id}`;
  return {
    id: fax.id,
    provider: fax.provider,
    direction: fax.direction,
    from: fax.from,
    to: fax.to,
    reference: fax.reference,
    state: fax.state,
    failure: failureName(fax),
    partial: isPartial(fax),
    pagesSent: fax.pagesSent,
    attemptsMade: fax.attemptsMade,
    createdAt: fax.createdAt.toISOString(),
    answeredAt: fax.answeredAt?.toISOString() ?? null,
    endedAt: fax.endedAt?.toISOString() ?? null,
    tiff: paper && `${base}/document.tiff`,
    pages: (paper?.pages ?? []).map((size, index) => ({
      ...size,
      png: `${base}/pages/${index + 1}.png`,
      thumbnail: `${base}/pages/${index + 1}.png?width=240`,
    })),
  };
}

function failureName({ failure }: Fax): string | null {
  if (!failure) return null;
  return failure.kind === 'simulated' ? `simulated ${failure.code}` : failure.kind;
}

/** The faxes that came out of a machine, the newest first: whole ones, and what was there when the line dropped. */
export const trayOf = (house: House, number: string): Fax[] =>
  [...house.faxes.values()]
    .filter((fax) => fax.direction === 'outbound' && fax.to === number && fax.endedAt !== null && fax.arrived !== null)
    .sort((one, other) => Number(other.endedAt) - Number(one.endedAt));

/** The faxes that were laid into a machine for us, the newest first. */
export const sentFrom = (house: House, number: string): Fax[] =>
  [...house.faxes.values()].filter((fax) => fax.direction === 'inbound' && fax.from === number).reverse();

export const machineView = (house: House, { number, name, habit }: Machine) => ({
  number,
  name,
  ...habit,
  received: trayOf(house, number).length,
  sent: sentFrom(house, number).length,
});

export const lineView = (line: OurLine) => ({ ...line });
