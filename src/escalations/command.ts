import type { PageMade } from './record-page.ts';
import type { Outcome } from './urgent-call.ts';

/** What the outside tells a case. Everything may come late, twice, or out of order. */
export type Command =
  | { type: 'tick' }
  /** The gateway was away: every line may have changed without our hearing of it. */
  | { type: 'look_again' }
  | { type: 'attach_caller'; lineId: string; callId: string; canBeCalledBack: boolean }
  | { type: 'caller_left'; callId: string }
  | { type: 'caller_out_of_conference'; callId: string }
  /** The carrier says who is in the conference by its own id of the call. */
  | { type: 'line_joined' | 'line_left_conference'; callId: string }
  | { type: 'caller_chose'; what: 'call_back' | 'again' | 'person' }
  | { type: 'message_left' }
  /** A line hears the waiting words: it is in the conference, and its conversation has not begun. */
  | { type: 'still_waiting'; callId: string }
  | { type: 'leg_placed'; legId: string; callId: string }
  | { type: 'leg_refused'; legId: string; code: string }
  | { type: 'leg_outcome_unknown'; legId: string; code: string }
  | { type: 'leg_not_found'; legId: string }
  | { type: 'leg_progress'; legId: string; callId: string; status: CarrierStatus }
  | { type: 'leg_picked_up'; legId: string; callId: string }
  | { type: 'leg_silent'; legId: string }
  | { type: 'leg_accepts'; legId: string }
  | { type: 'leg_declines'; legId: string }
  /** 0 was pressed: the line stays up for a case of its own. */
  | { type: 'leg_leaves'; legId: string }
  | { type: 'hospital_refuses'; legId: string; refusal: 'full' | 'ask_again'; minutes: number | null }
  | { type: 'leg_out_of_conference'; legId: string }
  | { type: 'bed_wanted'; legId: string }
  | { type: 'outcome_keyed'; legId: string; outcome: Outcome; visitMinutes: number | null }
  /** The worker made the page for whoever accepted on this leg, or could not. */
  | { type: 'record_page'; legId: string; page: PageMade };

export type CarrierStatus =
  | 'queued'
  | 'initiated'
  | 'ringing'
  | 'in-progress'
  | 'completed'
  | 'busy'
  | 'no-answer'
  | 'failed'
  | 'canceled';

const terminal: ReadonlySet<CarrierStatus> = new Set(['completed', 'busy', 'no-answer', 'failed', 'canceled']);

/** The carrier says that the call has ended, however. */
export const isOver = (status: CarrierStatus): boolean => terminal.has(status);
