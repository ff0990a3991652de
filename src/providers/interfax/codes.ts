import type { FailureClass, FaxFailure, OutboundState } from '../../fax/fax-line.ts';

/**
 * InterFAX's status: below 0 in process, 0 sent, above 0 failed for good (help.uplandsoftware.com/interfax, fax status codes).
 * 60nn carries the telephone network's own cause nn (ITU-T Q.850; 6017 busy is the documented one). The others stand as the
 * vendor's guide names them and want checking against a live account; what is in no table is `unknown` and not repeated.
 */
const causes: Readonly<Record<number, FailureClass>> = {
  1: 'invalid_number', // unallocated
  17: 'busy',
  18: 'no_answer', // no user responding
  19: 'no_answer',
  20: 'no_answer', // absent
  21: 'blocked', // rejected
  22: 'invalid_number', // number changed
  27: 'no_answer', // destination out of order
  28: 'invalid_number', // format
  31: 'dropped', // normal, unspecified
  34: 'provider', // no circuit
  38: 'provider', // network out of order
  41: 'provider', // temporary failure
  42: 'provider', // congestion
};
const others: Readonly<Record<number, FailureClass>> = {
  263: 'document', // cannot be converted
  3224: 'no_fax_tone',
  8010: 'dropped',
  205001: 'blocked', // cancelled
};

const retryable: ReadonlySet<FailureClass> = new Set(['busy', 'no_answer', 'no_fax_tone', 'dropped', 'provider']);

export function failureOf(status: number): FaxFailure {
  const found = status >= 6000 && status < 6128 ? causes[status - 6000] : others[status];
  const kind = found ?? 'unknown';
  return { class: kind, retryable: retryable.has(kind), code: String(status) };
}

export function stateOf(status: number, pagesSent: number | null): OutboundState {
  if (status < 0) return { state: 'sending' };
  if (status === 0) return { state: 'delivered', pages: pagesSent };
  return { state: 'failed', pages: pagesSent, failure: failureOf(status) };
}
