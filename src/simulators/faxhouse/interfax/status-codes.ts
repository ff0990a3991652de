import { type Fax, hasEnded } from '../state.ts';

/**
 * InterFAX's status: below 0 in process, 0 sent, above 0 failed for good (help.uplandsoftware.com/interfax,
 * fax-status-codes). The codes in process and 6017 are as documented there and in the users' guide; the other codes
 * are as remembered from the vendor's table and to be checked against a live account. A client must take any
 * unknown positive code for a failure.
 */
export const statusCodes = {
  preparing: -1,
  ready: -2,
  sending: -3, // or pending retry
  delivered: 0,
  busy: 6017,
  'no-answer': 6018,
  voice: 3224, // no fax tone: a person, or an answering machine
  dropped: 8010, // hung up during transmission
  unallocated: 6001,
  format: 263, // cannot be converted
  download: 263,
  'too-large': 263,
  'too-many-pages': 263,
  canceled: 205_001,
} as const;

export function statusOf(fax: Fax): number {
  if (!hasEnded(fax)) {
    if (fax.state === 'preparing') return statusCodes.preparing;
    return fax.attemptsMade === 0 ? statusCodes.ready : statusCodes.sending;
  }
  if (fax.state === 'canceled') return statusCodes.canceled;
  const { failure } = fax;
  if (failure === null) return statusCodes.delivered;
  return failure.kind === 'simulated' ? failure.code : statusCodes[failure.kind];
}
