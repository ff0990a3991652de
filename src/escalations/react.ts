import { leaveNobodyAlone, mendBridge, onAcceptorGone, startBridgeIfBothIn } from './conversation.ts';
import { acceptorLeg, type Decision, hasDeclined, isWanted } from './decision.ts';
import { afterLegEnded } from './legs.ts';
import { type PageMade, recordPage, sendRecord } from './record-page.ts';
import { dropUnwanted, refuseOpenRequests } from './unwanted.ts';
import {
  type BedRefusal,
  isLive,
  type Leg,
  type LegOutcome,
  liveLegs,
  type Outcome,
  type UrgentCall,
} from './urgent-call.ts';

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

/** First half of a decision: what the event means for the case. The second half is `proceed`. */
export function react(d: Decision, command: Command): void {
  if (command.type === 'tick') return;
  if (command.type === 'look_again') return lookAgain(d);
  if (command.type === 'still_waiting') return stillWaiting(d, command.callId);
  if (isAboutConference(command)) return lineMoved(d, command);
  if ('legId' in command) {
    const leg = d.leg(command.legId);
    if (!leg) return d.refuse('unknown_leg');
    return reactToLeg(d, leg, command);
  }
  reactToCaller(d, command);
}

/** Each line that the carrier knows of is due to be asked after; `proceed` does it. */
function lookAgain(d: Decision): void {
  if (d.call.status === 'closed') return d.refuse('case_closed');
  if (d.call.caller.presence !== 'gone') d.record({ type: 'caller_checked', checkAt: d.at });
  for (const leg of liveLegs(d.call))
    if (leg.callId !== null) d.record({ type: 'leg_checked', legId: leg.id, checkAt: d.at });
}

function reactToCaller(
  d: Decision,
  command: Exclude<Command, { legId: string } | ConferenceCommand | { type: 'tick' | 'look_again' | 'still_waiting' }>,
): void {
  const { caller } = d.call;
  if ('callId' in command && command.type !== 'attach_caller' && command.callId !== caller.callId)
    return d.refuse('not_the_callers_line');
  if (d.call.status === 'closed' && command.type !== 'caller_left' && command.type !== 'caller_out_of_conference')
    return d.refuse('case_closed');
  switch (command.type) {
    case 'attach_caller': {
      const { lineId, callId, canBeCalledBack } = command;
      d.record({ type: 'caller_attached', lineId, callId, canBeCalledBack });
      for (const leg of liveLegs(d.call, 'caller')) d.do({ kind: 'cancel-call', legId: leg.id });
      // Whoever rings again after the conversation needs the doctor again, not the end of an old case.
      if (d.call.acceptance?.overAt != null) return resumeConversation(d);
      const acceptor = acceptorLeg(d.call);
      if (acceptor && !acceptor.inConference) d.do({ kind: 'move-leg', legId: acceptor.id });
      return;
    }
    case 'caller_left':
      if (caller.presence === 'gone') return d.refuse('already_gone');
      d.record({ type: 'caller_left' });
      return mendBridge(d);
    case 'caller_out_of_conference':
      if (caller.presence !== 'in_conference') return d.refuse('already_out');
      return d.record({ type: 'caller_stepped_out' });
    case 'caller_chose':
      return callerChose(d, command.what);
    case 'message_left':
      if (d.call.messageLeft) return d.refuse('already_left');
      return d.record({ type: 'message_left' });
  }
}

type ConferenceCommand = Extract<Command, { type: 'line_joined' | 'line_left_conference' }>;
const isAboutConference = (command: Command): command is ConferenceCommand =>
  command.type === 'line_joined' || command.type === 'line_left_conference';

function lineMoved(d: Decision, { type, callId }: ConferenceCommand): void {
  const isIn = type === 'line_joined';
  if (d.call.status === 'closed' && isIn) return d.refuse('case_closed');
  if (callId === d.call.caller.callId) {
    if ((d.call.caller.presence === 'in_conference') === isIn || d.call.caller.presence === 'gone')
      return d.refuse('nothing_new');
    d.record({ type: isIn ? 'caller_joined' : 'caller_stepped_out' });
    return startBridgeIfBothIn(d);
  }
  const leg = Object.values(d.call.legs).find((candidate) => candidate.callId === callId);
  if (!leg) return d.refuse('unknown_line');
  if (!isLive(leg) || leg.inConference === isIn) return d.refuse('nothing_new');
  if (!isIn) return steppedOut(d, leg);
  d.record({ type: 'leg_joined', legId: leg.id });
  startBridgeIfBothIn(d);
}

function steppedOut(d: Decision, leg: Leg): void {
  d.record({ type: 'leg_stepped_out', legId: leg.id });
  leaveNobodyAlone(d, leg);
}

/**
 * Both are in the conference and neither started it (they came in the same moment, or a report about one of them came late, after
 * his next one): the caller's coming again does.
 */
function stillWaiting(d: Decision, callId: string): void {
  if (d.call.status === 'closed') return;
  // Whoever hears the waiting words is inside, whatever was reported of him and in whatever order.
  if (callId === d.call.caller.callId) {
    if (d.call.caller.presence === 'on_line') d.record({ type: 'caller_joined' });
  } else {
    const leg = Object.values(d.call.legs).find((candidate) => candidate.callId === callId);
    if (leg?.status === 'accepted' && !leg.inConference) d.record({ type: 'leg_joined', legId: leg.id });
  }
  startBridgeIfBothIn(d);
  const { acceptance, caller } = d.call;
  const sinceBridged = d.at - (acceptance?.bridgedAt ?? d.at);
  if (d.call.status !== 'accepted' || caller.presence !== 'in_conference' || sinceBridged < 3000) return;
  if (acceptorLeg(d.call)?.inConference) d.do({ kind: 'move-caller' });
}

function callerChose(d: Decision, what: 'call_back' | 'again' | 'person'): void {
  const { acceptance, caller } = d.open;
  if (what === 'call_back') {
    if (!caller.canBeCalledBack) return d.refuse('number_withheld');
    return d.record({ type: 'call_back_chosen' });
  }
  if (what === 'person') {
    // 0 reaches a person: the standby person is rung now, while doctors go on being rung.
    if (d.call.status !== 'hunting' && d.call.status !== 'seeking_bed') return d.refuse('already_called');
    return d.record({ type: 'stage_entered', status: 'calling_standby' });
  }
  // The caller stayed on the line after the conversation and wants the doctor again.
  if (!acceptance || acceptance.overAt === null) return d.refuse('not_over');
  resumeConversation(d);
}

/** The caller wants the same person again: he is moved back, or called back. */
function resumeConversation(d: Decision): void {
  d.record({ type: 'conversation_resumed' });
  const acceptor = acceptorLeg(d.call);
  if (acceptor) d.do({ kind: 'move-leg', legId: acceptor.id });
  else d.record({ type: 'bridge_broken', missing: 'acceptor', returnAt: d.at });
}

function reactToLeg(d: Decision, leg: Leg, command: Extract<Command, { legId: string }>): void {
  switch (command.type) {
    case 'leg_placed':
      if (leg.callId === command.callId) return d.refuse('already_known');
      d.record({ type: 'leg_placed', legId: leg.id, callId: command.callId });
      // Counted as never made, and found after all: it must not ring on beside the next one.
      if (!isLive(leg) || !isWanted(d.call, leg)) d.do({ kind: 'cancel-call', legId: leg.id });
      return;
    case 'leg_refused':
      if (!isLive(leg) || leg.callId) return d.refuse('already_settled');
      return endLeg(d, leg, isWanted(d.call, leg) ? 'failed' : 'cancelled', command.code, true);
    case 'leg_outcome_unknown':
      if (leg.status !== 'dialing') return d.refuse('already_settled');
      d.record({ type: 'leg_unknown', legId: leg.id, code: command.code });
      d.do({ kind: 'settle-leg', legId: leg.id, afterSeconds: 1 });
      if (d.call.status !== 'closed' && (leg.role === 'doctor' || leg.role === 'standby'))
        d.record({ type: 'next_brought_forward', who: leg.role, because: 'unknown' });
      return;
    case 'leg_not_found':
      if (leg.status !== 'unknown') return d.refuse('already_settled');
      return endLeg(d, leg, 'failed', 'not_found', true);
    case 'leg_progress':
      return legProgress(d, leg, command.callId, command.status);
    case 'leg_picked_up':
      return pickedUp(d, leg, command.callId);
    case 'leg_silent':
      return legSilent(d, leg);
    case 'leg_accepts':
      return legAccepts(d, leg);
    case 'leg_leaves':
    case 'leg_declines':
      if (!isLive(leg) || leg.status === 'accepted') return d.refuse('too_late');
      return endLeg(d, leg, 'declined', null, false);
    case 'hospital_refuses':
      return hospitalRefuses(d, leg, command.refusal, command.minutes);
    case 'leg_out_of_conference':
      return leg.inConference ? steppedOut(d, leg) : d.refuse('already_out');
    case 'bed_wanted': {
      if (d.call.status !== 'accepted' || acceptorLeg(d.call)?.id !== leg.id) return d.refuse('not_the_acceptor');
      const isSearching = d.call.bed && !d.call.bed.exhausted && d.call.bed.wantedBy === 'doctor';
      if (isSearching || d.call.bed?.requests.some((r) => r.status === 'accepted'))
        return d.refuse('already_searching');
      return d.record({ type: 'bed_wanted', by: 'doctor' });
    }
    case 'outcome_keyed':
      if (d.call.status === 'closed') return d.refuse('case_closed');
      // Only whose case it is may end it: not a loser, nor one who accepted and was lost on the way.
      if (d.call.acceptance?.subjectId !== leg.subjectId) return d.refuse('not_the_acceptor');
      d.record({ type: 'outcome_reported', outcome: command.outcome, visitMinutes: command.visitMinutes });
      if (leg.role === 'outcome' && leg.status !== 'accepted') d.record({ type: 'leg_accepted', legId: leg.id });
      return;
    case 'record_page':
      return recordPage(d, leg.subjectId, command.page);
  }
}

const endings: Partial<Record<CarrierStatus, LegOutcome>> = {
  busy: 'busy',
  'no-answer': 'no_answer',
  failed: 'failed',
  canceled: 'cancelled',
};

function legProgress(d: Decision, leg: Leg, callId: string, status: CarrierStatus): void {
  if (leg.callId === null) {
    d.record({ type: 'leg_placed', legId: leg.id, callId }); // the webhook that carries our id settles `unknown`
    if (!isLive(leg) || !isWanted(d.call, leg)) d.do({ kind: 'cancel-call', legId: leg.id });
  } else if (leg.callId !== callId) return d.refuse('another_call');
  const present = d.leg(leg.id) ?? leg;
  if (!isLive(present)) {
    if (isOver(status) && !present.isDown) return d.record({ type: 'leg_down', legId: leg.id });
    return leg.callId === null ? undefined : d.refuse('already_ended');
  }
  if (status === 'queued' || status === 'initiated') return;
  if (status === 'ringing') {
    if (present.status === 'dialing' || present.status === 'unknown') d.record({ type: 'leg_rang', legId: leg.id });
    return;
  }
  if (status === 'in-progress') {
    if (present.answeredAt === null && d.call.status !== 'closed')
      d.record({ type: 'leg_answered', legId: leg.id, callId });
    return;
  }
  endLeg(d, present, endings[status] ?? howItEnded(d, present), status, true);
}

function howItEnded(d: Decision, leg: Leg): LegOutcome {
  if (leg.status === 'accepted') return 'finished';
  if (!isWanted(d.call, leg)) return 'cancelled';
  return leg.prompts >= d.call.plan.prompts ? 'no_key' : 'hung_up';
}

function pickedUp(d: Decision, leg: Leg, callId: string): void {
  if (!isLive(leg)) return d.refuse('already_ended');
  if (leg.callId !== null && leg.callId !== callId) return d.refuse('another_call');
  if (leg.answeredAt !== null && leg.callId === callId) return d.refuse('already_answered');
  if (d.call.status === 'closed') return d.refuse('case_closed');
  d.record({ type: 'leg_answered', legId: leg.id, callId });
}

/** The question was played and no key came: a voicemail, or someone half asleep. The next is not kept waiting for him. */
function legSilent(d: Decision, leg: Leg): void {
  if (leg.status !== 'answered') return d.refuse('not_asking');
  if (d.call.status === 'closed') return d.refuse('case_closed');
  const prompts = leg.prompts + 1;
  d.record({ type: 'leg_unanswered_prompt', legId: leg.id, prompts });
  // Who is called back knows why: twice is enough for him, and a voicemail keeps the caller waiting less.
  const mostPrompts = leg.isReturn && leg.role === d.call.acceptance?.role ? 2 : d.call.plan.prompts;
  if (prompts >= Math.min(mostPrompts, d.call.plan.prompts)) return endLeg(d, leg, 'no_key', null, false);
  const isHunting = d.call.acceptance === null && (leg.role === 'doctor' || leg.role === 'standby');
  if (prompts === 1 && isHunting && !leg.isReturn)
    d.record({ type: 'next_brought_forward', who: leg.role === 'standby' ? 'standby' : 'doctor', because: 'silent' });
}

function legAccepts(d: Decision, leg: Leg): void {
  if (leg.status === 'accepted') return d.refuse('already_accepted');
  if (!isLive(leg)) return d.refuse('already_ended');
  if (!isWanted(d.call, leg) && !isSecondThought(d.call, leg)) return d.refuse('taken');
  if (leg.role === 'caller') {
    d.record({ type: 'leg_accepted', legId: leg.id });
    d.record({ type: 'caller_returned', callId: leg.callId ?? '' });
    return;
  }
  if (leg.isReturn) return d.record({ type: 'leg_accepted', legId: leg.id });
  if (leg.role === 'outcome') return d.refuse('asks_no_question');
  if (leg.role === 'hospital') {
    if (d.taken.bedRequests.has(leg.requestId ?? '')) return d.refuse('bed_gone');
    d.record({ type: 'bed_accepted', requestId: leg.requestId ?? '' });
    refuseOpenRequests(d);
    if (d.call.status === 'accepted') {
      d.record({ type: 'leg_accepted', legId: leg.id });
      d.do({ kind: 'announce', what: 'bed_found' });
      dropUnwanted(d);
      return sendRecord(d, leg);
    }
  }
  const { role, subjectId } = leg;
  d.record({ type: 'accepted', role, subjectId, legId: leg.id, fence: d.call.fence + 1 });
  if (role === 'doctor') stopBedStage(d);
  dropUnwanted(d);
  if (d.call.caller.presence === 'gone') mendBridge(d);
  else if (d.call.caller.presence === 'on_line') d.do({ kind: 'move-caller' }); // still in a menu: straight to the doctor
  sendRecord(d, leg);
}

/** "Not me" on one phone, 1 on the other before it stopped: a person who is willing is never sent away. */
const isSecondThought = (call: UrgentCall, leg: Leg): boolean =>
  call.acceptance === null && hasDeclined(call, leg) && (leg.role === 'doctor' || leg.role === 'standby');

/** A doctor decides now; hospitals asked because nobody was there are told it is no longer needed. */
function stopBedStage(d: Decision): void {
  if (d.call.bed?.wantedBy !== 'stage') return;
  refuseOpenRequests(d);
  d.record({ type: 'beds_exhausted' });
}

function hospitalRefuses(d: Decision, leg: Leg, refusal: 'full' | 'ask_again', minutes: number | null): void {
  if (leg.role !== 'hospital' || !isLive(leg) || leg.status === 'accepted') return d.refuse('too_late');
  refuseRequest(d, leg, refusal, minutes === null ? null : d.at + minutes * 60_000);
  endLeg(d, leg, 'declined', refusal, false);
  dropUnwanted(d);
}

function refuseRequest(d: Decision, leg: Leg, refusal: BedRefusal, askAgainAt: number | null): void {
  const request = d.call.bed?.requests.find((r) => r.id === leg.requestId);
  if (request?.status !== 'asking' || d.call.status === 'closed') return;
  d.record({ type: 'bed_refused', requestId: request.id, refusal, askAgainAt });
}

function endLeg(d: Decision, leg: Leg, outcome: LegOutcome, code: string | null, isDown: boolean): void {
  const wasAccepted = leg.status === 'accepted';
  d.record({ type: 'leg_ended', legId: leg.id, outcome, code, isDown });
  if (d.call.status === 'closed') return;
  if (wasAccepted) return onAcceptorGone(d, leg);
  afterLegEnded(d, leg, outcome);
  if (leg.role === 'hospital' && !liveLegs(d.call, 'hospital').some((other) => other.requestId === leg.requestId))
    refuseRequest(d, leg, outcome === 'failed' ? 'failed' : 'no_answer', null);
}
