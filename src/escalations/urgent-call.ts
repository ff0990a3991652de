import type { Plan } from './plan.ts';

/**
 * The life of an urgent call (緊急呼).
 *
 * - `hunting`          doctors are rung, staggered. Entered when it is opened, and again at each retry.
 * - `seeking_bed`      no doctor said yes in time: hospitals are asked. A doctor still ringing may yet accept.
 * - `calling_standby`  the hub's standby person is rung, beside a hospital that may still be thinking. A call for key 0
 *                      (kind `person`) begins here.
 * - `unanswered`       nobody at all: the caller left a message, the case stays open and the hunt begins again.
 * - `accepted`         a person pressed a key. Joined with the caller, mended if the line breaks, asked for the outcome.
 * - `closed`           a doctor, a hospital or a named human took it, and what came of it is known or was asked.
 *
 * Whatever happens is a fact; the state is nothing but the facts folded by `evolve`. Facts are what the audit log keeps,
 * so that a case can be rebuilt from the log. Instants are milliseconds since 1970 (JSON-safe). Only opaque ids stand here.
 */
export type UrgentCall = Open | Closed;

export type Status = 'hunting' | 'seeking_bed' | 'calling_standby' | 'unanswered' | 'accepted' | 'closed';

interface Common {
  id: string;
  associationId: string;
  kind: CaseKind;
  patientId: string | null;
  areaId: string | null;
  openedAt: number;
  plan: Plan;
  /** Counts acceptances and retries; every command to the carrier was decided under one fence. */
  fence: number;
  round: number;
  roundStartedAt: number;
  caller: Caller;
  legs: Record<string, Leg>;
  /** Doctors already rung in this round, in the order they were rung. */
  rung: string[];
  /** When the next doctor may be rung; moved to "now" by an outcome. */
  nextDoctorAt: number;
  rerings: Rering[];
  bed: BedSearch | null;
  standby: { rung: string[]; nextAt: number } | null;
  /** The caller was offered call-back or message after a long wait, in this round. */
  choiceOffered: boolean;
  messageLeft: boolean;
  /** What became of the record page of each doctor and hospital that took the patient, by subject. Absent: nobody did yet. */
  recordPages?: Record<string, RecordPage>;
}

/**
 * `released`: written down as a disclosure, and on its way. Else why there is none: `no_card` the call is about no card ·
 * `no_record` the card opened none (or the key was not kept) · `case_closed` the key died with the case before the page was
 * made · `no_fax` no confirmed destination · `no_consent` the patient allows no fax · `sealed_too_long` the fax is for sealed pages and the record fits none · `not_made` tried again and again, and given up.
 */
export type RecordPage =
  | 'released'
  | 'no_card'
  | 'no_record'
  | 'case_closed'
  | 'no_fax'
  | 'no_consent'
  | 'sealed_too_long'
  | 'not_made';

export interface Open extends Common {
  status: 'hunting' | 'seeking_bed' | 'calling_standby' | 'unanswered' | 'accepted';
  acceptance: Acceptance | null; // not null exactly in `accepted`
  retryAt: number | null; // not null exactly in `unanswered`
}

export interface Closed extends Common {
  status: 'closed';
  acceptance: Acceptance | null;
  outcome: Outcome;
  closedAt: number;
}

export type CaseKind = 'patient' | 'area' | 'person';
export type Outcome = 'visiting' | 'advice' | 'bed' | 'handed_on' | 'talked' | 'unreported';

/** Where the caller is. `lineId` names the telephone (a number kept outside the case), `callId` the carrier's live call. */
export interface Caller {
  lineId: string;
  canBeCalledBack: boolean;
  presence: 'on_line' | 'in_conference' | 'gone';
  callId: string | null;
  wantsCallBack: boolean;
  /** Past this without news the carrier is asked whether the line is still there. */
  checkAt: number;
}

export type LegRole = 'doctor' | 'hospital' | 'standby' | 'caller' | 'outcome';

/**
 * One phone rung once (呼出回線).
 * `dialing` attempt written down, carrier not yet heard · `unknown` the carrier's answer was lost: settled by a webhook or
 * by asking the carrier, never by a blind retry · `ringing` · `answered` picked up, which may be a voicemail ·
 * `accepted` pressed the key · `ended`.
 */
export interface Leg {
  id: string;
  role: LegRole;
  /** doctor, hospital or standby person; for role `caller` the caller line. */
  subjectId: string;
  phoneId: string;
  ring: number;
  /** The fence it was requested under. */
  round: number;
  /** For role `hospital`: the question it asks. For a return call: the person is already bound to this case. */
  requestId: string | null;
  isReturn: boolean;
  status: 'dialing' | 'unknown' | 'ringing' | 'answered' | 'accepted' | 'ended';
  outcome: LegOutcome | null;
  callId: string | null;
  requestedAt: number;
  answeredAt: number | null;
  endedAt: number | null;
  /**
   * The carrier has hung up. A doctor who pressed "not me" has ended for the case, but hears a farewell for a second more;
   * until then his phone and he himself stay reserved (never two live calls to one phone).
   */
  isDown: boolean;
  prompts: number;
  inConference: boolean;
  /** Past this without news the carrier is asked. */
  checkAt: number;
}

export type LegOutcome =
  | 'busy'
  | 'no_answer'
  | 'failed' // the carrier refused or lost it
  | 'declined'
  | 'no_key' // answered, nobody pressed: voicemail or asleep
  | 'hung_up'
  | 'cancelled' // stopped by us: someone else took it
  | 'finished'; // accepted, and the conversation is over

export interface Rering {
  subjectId: string;
  phoneId: string;
  dueAt: number;
}

export interface Acceptance {
  role: 'doctor' | 'hospital' | 'standby';
  subjectId: string;
  legId: string;
  acceptedAt: number;
  bridgedAt: number | null;
  /** The conversation ended regularly. */
  overAt: number | null;
  /** Since when the caller is without a person (ms); null while he talks. Missing in cases of a release before. */
  aloneSince?: number | null;
  /** A party that fell off the line and is called back. */
  returns: { caller: number; acceptor: number; callerAt: number | null; acceptorAt: number | null };
  outcomeAsked: boolean;
  outcome: Outcome | null;
  visitMinutes: number | null;
}

export interface BedSearch {
  wantedBy: 'doctor' | 'stage';
  startedAt: number;
  requests: BedRequest[];
  nextAt: number;
  /** Nobody left to ask (until an ask-again falls due). */
  exhausted: boolean;
}

export type BedRefusal = 'full' | 'ask_again' | 'no_answer' | 'failed' | 'not_needed';

export interface BedRequest {
  id: string;
  hospitalId: string;
  status: 'asking' | 'accepted' | 'refused';
  refusal: BedRefusal | null;
  askAgainAt: number | null;
  askedAt: number;
}

/** What happened; folded by `evolve`, kept by the audit log. */
export type Fact =
  | {
      type: 'case_opened';
      id: string;
      associationId: string;
      kind: CaseKind;
      patientId: string | null;
      areaId: string | null;
      plan: Plan;
      caller: Omit<Caller, 'checkAt'>;
    }
  | { type: 'caller_attached'; lineId: string; callId: string; canBeCalledBack: boolean }
  | { type: 'caller_left' }
  | { type: 'caller_returned'; callId: string }
  | { type: 'caller_joined' }
  | { type: 'caller_stepped_out' }
  | { type: 'caller_checked'; checkAt: number }
  | { type: 'call_back_chosen' }
  | { type: 'choice_offered' }
  | { type: 'message_left' }
  | {
      type: 'leg_requested';
      legId: string;
      role: LegRole;
      subjectId: string;
      phoneId: string;
      ring: number;
      requestId: string | null;
      isReturn: boolean;
    }
  | { type: 'leg_placed'; legId: string; callId: string }
  | { type: 'leg_unknown'; legId: string; code: string }
  | { type: 'leg_rang'; legId: string }
  | { type: 'leg_answered'; legId: string; callId: string | null }
  | { type: 'leg_unanswered_prompt'; legId: string; prompts: number }
  | { type: 'leg_checked'; legId: string; checkAt: number }
  | { type: 'leg_ended'; legId: string; outcome: LegOutcome; code: string | null; isDown: boolean }
  | { type: 'leg_down'; legId: string }
  | { type: 'leg_joined'; legId: string }
  | { type: 'leg_stepped_out'; legId: string }
  | { type: 'leg_accepted'; legId: string } // a return or outcome call: whoever it is for pressed a key
  | { type: 'next_brought_forward'; who: 'doctor' | 'standby'; because: LegOutcome | 'silent' | 'unknown' }
  | { type: 'rering_planned'; subjectId: string; phoneId: string; dueAt: number }
  | { type: 'rering_dropped'; phoneId: string } // the phone was in use until a second ring no longer passes Do-Not-Disturb
  | { type: 'stage_entered'; status: 'seeking_bed' | 'calling_standby' }
  /** `since`: the caller waits that long already (ms), when other than now. `without`: who said no to it and is not rung again. */
  | { type: 'round_started'; round: number; since?: number; without?: string }
  | { type: 'unanswered'; retryAt: number }
  | { type: 'accepted'; role: Acceptance['role']; subjectId: string; legId: string; fence: number }
  | { type: 'acceptance_given_up'; because: 'unreachable' }
  | { type: 'bridge_started' }
  | { type: 'bridge_broken'; missing: 'caller' | 'acceptor'; returnAt: number }
  | { type: 'bridge_over' }
  | { type: 'conversation_resumed' }
  | { type: 'outcome_asked' }
  | { type: 'outcome_reported'; outcome: Outcome; visitMinutes: number | null }
  | { type: 'bed_wanted'; by: 'doctor' | 'stage' }
  | { type: 'bed_asked'; requestId: string; hospitalId: string }
  | { type: 'bed_accepted'; requestId: string }
  | { type: 'bed_refused'; requestId: string; refusal: BedRefusal; askAgainAt: number | null }
  | { type: 'beds_exhausted' }
  | { type: 'record_released'; subjectId: string; disclosureId: string }
  | { type: 'record_withheld'; subjectId: string; because: Exclude<RecordPage, 'released'> }
  | { type: 'closed'; outcome: Outcome };

/** What must be done outside; written to the outbox in the same transaction, carried out by a worker. */
export type Effect =
  | { kind: 'place-call'; legId: string; priority: number }
  | { kind: 'cancel-call'; legId: string }
  | { kind: 'settle-leg'; legId: string; afterSeconds: number }
  | { kind: 'move-leg'; legId: string } // fetch the script that fits now (joined, told who took it, …)
  | { kind: 'move-caller' }
  | { kind: 'settle-caller' } // a lost status callback must not leave a line that is gone looking alive
  | { kind: 'announce'; what: 'bed_found' | 'beds_exhausted' }
  | { kind: 'send-message'; what: 'unanswered' }
  | { kind: 'send-record'; legId: string }; // the page for whoever accepted on this leg, doctor or hospital

/** Lines that the carrier still holds, whatever the case thinks of them. */
export const linesUp = (call: UrgentCall): Leg[] => Object.values(call.legs).filter((leg) => !leg.isDown);

export const isLive = (leg: Leg): boolean => leg.status !== 'ended';
export const liveLegs = (call: UrgentCall, role?: LegRole): Leg[] =>
  Object.values(call.legs).filter((leg) => isLive(leg) && (role === undefined || leg.role === role));
export const isOpen = (call: UrgentCall): call is Open => call.status !== 'closed';
