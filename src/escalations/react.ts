import type { Command } from './command.ts';
import { mendBridge, startBridgeIfBothIn } from './conversation.ts';
import { acceptorLeg, type Decision } from './decision.ts';
import { reactToLeg, steppedOut } from './react-leg.ts';
import { isLive, liveLegs } from './urgent-call.ts';

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
