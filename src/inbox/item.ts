/**
 * One page that came in by fax (or a file that could not be read), as the hub sees it.
 *
 * - `arrived`: read and sealed to the hub, nothing done yet. Left at once by acting on it; a process that dies here leaves it to
 *   the next handing of the same fax.
 * - `waiting`: a person of the hub looks. Left by settling it.
 * - `done`: the machine did what the page asked, or told the sender why not. Kept as evidence.
 * - `settled`: a person has enrolled a patient from it, filed it, or refused it with a return fax.
 */
export const itemKinds = [
  ...(['enrolment', 'request', 'card_copy', 'beds', 'roster', 'other', 'refused_file', 'lost', 'by_hand'] as const),
] as const;
export type ItemKind = (typeof itemKinds)[number];

export type ItemStatus = 'arrived' | 'waiting' | 'done' | 'settled';

export interface InboxItem {
  id: string;
  associationId: string;
  /** Null: an enrolment that came without a fax (`by_hand`). */
  receivedFaxId: string | null;
  /** From 1; 0: the file as a whole. */
  pageNo: number;
  kind: ItemKind;
  status: ItemStatus;
  /** Why it waits; a word of the code's, never of the page's. */
  reason: string | null;
  outcome: string | null;
  /** Something about it is odd: a card from a number that nobody registered, a forged or used serial. */
  isAlarmed: boolean;
  /**
   * Handwriting and print are not read, so a 個人番号 may stand on it: a person looks for it first and has it masked
   * (src/paper/mask.ts). False only for a sheet of ours that nobody wrote on.
   */
  mayHoldMyNumber: boolean;
  /** Whose confirmed machine it came from; null: nobody's. The only place where an answer may go. */
  senderDestinationId: string | null;
  patientId: string | null;
  receivedAt: Date;
}

/** What acting on a page came to. */
export type Verdict =
  | { status: 'waiting'; reason: string; isAlarmed: boolean }
  | { status: 'done'; outcome: 'released' | 'refused' | 'applied' };

export const waiting = (reason: string, isAlarmed = false): Verdict => ({ status: 'waiting', reason, isAlarmed });
