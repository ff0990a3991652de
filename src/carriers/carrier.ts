/**
 * The telephone companies (docs/decisions/0014-second-carrier.md). `first` is where the association's numbers are; `second` places
 * calls while the first cannot. A call stays for its whole life with the carrier that made it: its id says which one that is, so no
 * row has to be asked. Ids of the first are the carrier's own (as they always were), those of the second carry a mark of ours.
 */
export const carriers = ['first', 'second'] as const;
export type Carrier = (typeof carriers)[number];

const mark = 'second:';

/** Whose call (or conference) this is. */
export const carrierOf = (id: string | null): Carrier => (id?.startsWith(mark) ? 'second' : 'first');

/** The id under which the system knows a call or conference of that carrier. */
export const markedId = (carrier: Carrier, own: string): string => (carrier === 'second' ? mark + own : own);

/** The carrier's own id of it. */
export const ownId = (id: string): string => (id.startsWith(mark) ? id.slice(mark.length) : id);
