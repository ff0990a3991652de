import { type Carrier, carrierOf } from '../carriers/carrier.ts';
import type { CarrierStatus } from '../escalations/command.ts';

/**
 * The carrier as the domain sees it. No carrier has an idempotency key, so the answer of a create may be `unknown`: the
 * call may or may not exist. It is settled by the webhook that carries our id, or by `findCalls`, never by a retry.
 */
export interface Telephone {
  placeCall(request: PlaceCall): Promise<Placed>;
  /** Makes a live call fetch new instructions from `path`. */
  moveCall(callId: string, path: string): Promise<Changed>;
  /** Stops a call that has not been answered; one just answered is left alone and hears what its script says. */
  cancelCall(callId: string): Promise<Changed>;
  /** Calls of ours to this number begun since `since`, newest first. Lists may lag behind by seconds. @throws when it cannot be asked. */
  findCalls(to: string, since: Date, carrier?: Carrier): Promise<FoundCall[]>;
  fetchCall(callId: string): Promise<FoundCall | 'gone' | 'unknown'>;
  /**
   * Is this call in the running conference of that name? Reports of who came in are made once and may be lost. Absent: this
   * carrier cannot be asked.
   */
  isInConference?(callId: string, name: string): Promise<boolean | 'unknown'>;
  /** Speaks into a running conference. */
  announce(conferenceId: string, path: string): Promise<Changed>;
  sendMessage(message: { to: string; from: string; body: string }): Promise<Placed>;
  /** Does the carrier answer at all? A cheap question that changes nothing. */
  isWorking?(): Promise<boolean>;
}

/** Each call with its own carrier; a new one goes by whom the request names. Messages go by the first. */
export function twoTelephones(first: Telephone, second: Telephone): Telephone {
  const of = { first, second };
  const at = (id: string): Telephone => of[carrierOf(id)];
  return {
    placeCall: (request) => of[request.carrier ?? 'first'].placeCall(request),
    moveCall: (callId, path) => at(callId).moveCall(callId, path),
    cancelCall: (callId) => at(callId).cancelCall(callId),
    findCalls: (to, since, carrier = 'first') => of[carrier].findCalls(to, since),
    fetchCall: (callId) => at(callId).fetchCall(callId),
    isInConference: async (callId, name) => (await at(callId).isInConference?.(callId, name)) ?? 'unknown',
    announce: (conferenceId, path) => at(conferenceId).announce(conferenceId, path),
    sendMessage: (message) => first.sendMessage(message),
    isWorking: async () => (await first.isWorking?.()) ?? true,
  };
}

export interface PlaceCall {
  to: string;
  from: string;
  answerPath: string;
  statusPath: string;
  ringSeconds: number;
  /** By whom; the first when absent. */
  carrier?: Carrier;
}

export type Placed =
  | { outcome: 'placed'; id: string }
  /**
   * The carrier said no, or was not reached at all: the call does not exist. `retry`: it was only too busy. `isCarriers`: the
   * fault is its own, not the call's; another carrier may take it.
   */
  | { outcome: 'refused'; code: string; retry: boolean; isCarriers?: true }
  | { outcome: 'unknown'; code: string };

/** `gone`: the call or conference has ended; nothing is left to do. `unknown`: try again later. */
export type Changed = 'done' | 'gone' | 'unknown';

export interface FoundCall {
  id: string;
  to: string;
  status: CarrierStatus;
  createdAt: Date;
}
