/** What the carrier's form would say of a line, read: as a provider's gate gives it to the actions. */
import type { Readers } from '../voice/gate.ts';
import type { Line } from './lines.ts';

interface Said {
  digits?: string;
  status?: ReturnType<Readers['status']> extends infer S ? Omit<NonNullable<S>, 'call'> : never;
  conference?: ReturnType<Readers['conference']>;
}

export function readersOf(line: Line | null, said: Said): Readers {
  const call = line && {
    ...{ callId: line.id, isInbound: line.isInbound, fromNumber: line.isInbound ? line.e164 : line.own },
    from: line.isInbound ? (line.e164 ?? '+266696687') : line.own,
    to: line.isInbound ? line.own : (line.e164 ?? ''),
    toNumber: line.isInbound ? line.own : line.e164,
  };
  return {
    call: () => call,
    keys: () => call && { call, digits: said.digits ?? '' },
    status: () => (call && said.status ? { call, ...said.status } : null),
    recording: () => call && { call },
    conference: () => said.conference ?? null,
  };
}
