/** What an event of one telephone that was rung means for the case. */

import { type CarrierStatus, type Command, isOver } from './command.ts';
import { leaveNobodyAlone, mendBridge, onAcceptorGone } from './conversation.ts';
import { acceptorLeg, type Decision, hasDeclined, isWanted } from './decision.ts';
import { afterLegEnded } from './legs.ts';
import { recordPage, sendRecord } from './record-page.ts';
import { dropUnwanted, refuseOpenRequests } from './unwanted.ts';
import { type BedRefusal, isLive, type Leg, type LegOutcome, liveLegs, type UrgentCall } from './urgent-call.ts';

export function reactToLeg(d: Decision, leg: Leg, command: Extract<Command, { legId: string }>): void {
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

/** He is out of the conference, and his line is still up. */
export function steppedOut(d: Decision, leg: Leg): void {
  d.record({ type: 'leg_stepped_out', legId: leg.id });
  leaveNobodyAlone(d, leg);
}
