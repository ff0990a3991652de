import { acceptorLeg, type Decision, priorities } from './decision.ts';
import { dropUnwanted, refuseOpenRequests } from './unwanted.ts';
import { type Leg, linesUp, liveLegs, type Outcome, type UrgentCall } from './urgent-call.ts';

/** After the conversation the caller is offered the doctor again for this long before the case may close. */
const farewellSeconds = 30;
const settleAfterClosingSeconds = 60;

export function startBridgeIfBothIn(d: Decision): void {
  const { acceptance, caller } = d.call;
  if (d.call.status !== 'accepted' || !acceptance || acceptance.bridgedAt !== null) return;
  if (caller.presence === 'in_conference' && acceptorLeg(d.call)?.inConference) d.record({ type: 'bridge_started' });
}

/** A line of ours that had accepted is gone: the acceptor, the caller called back, or a desk that had joined. */
export function onAcceptorGone(d: Decision, leg: Leg): void {
  const { acceptance, caller } = d.call;
  if (leg.role === 'caller') {
    if (caller.callId !== leg.callId || caller.presence === 'gone') return;
    d.record({ type: 'caller_left' });
    return mendBridge(d);
  }
  if (leg.role === 'outcome' || !acceptance) return;
  if (leg.role === acceptance.role && leg.subjectId === acceptance.subjectId) return mendBridge(d);
  leaveNobodyAlone(d, leg);
}

/**
 * A hospital's desk talked with the caller while the doctor is being called back: when it leaves, the caller is alone in a
 * conversation that has begun, where a carrier plays no waiting words. He is moved, and hears them.
 */
export function leaveNobodyAlone(d: Decision, leg: Leg): void {
  const { acceptance, caller } = d.call;
  if (leg.role !== 'hospital' || d.call.status !== 'accepted' || acceptance === null) return;
  if (acceptance.role === 'hospital' || caller.presence === 'gone' || acceptorLeg(d.call)) return;
  if (isReturning(d.call, acceptance.role, acceptance.returns.acceptorAt)) d.do({ kind: 'move-caller' });
}

/**
 * One party is off the line. Within `bridgeGuardSeconds` of being joined (or before it) that is a broken line and the
 * missing one is called back, both if both are gone; later it is the end of a conversation.
 */
export function mendBridge(d: Decision): void {
  const { acceptance, caller, plan } = d.call;
  if (d.call.status !== 'accepted' || !acceptance || acceptance.overAt !== null) return;
  const callerIsGone = caller.presence === 'gone';
  const acceptor = acceptorLeg(d.call);
  if (acceptor && !callerIsGone) return;
  const { bridgedAt } = acceptance;
  const isBroken = bridgedAt === null || d.at - bridgedAt < plan.bridgeGuardSeconds * 1000;
  if (!isBroken || acceptance.outcome !== null) {
    endConversation(d);
    if (acceptor) d.do({ kind: 'move-leg', legId: acceptor.id });
    // The caller's own way out of the conference may have been asked before we knew that the doctor is gone.
    if (!callerIsGone) d.do({ kind: 'move-caller' });
    return;
  }
  if (callerIsGone) askBack(d, 'caller');
  if (!acceptor) askBack(d, 'acceptor');
  if (acceptor && callerIsGone) d.do({ kind: 'move-leg', legId: acceptor.id });
}

/** Over: a phone that was still being rung for it need not ring any more. */
function endConversation(d: Decision): void {
  d.record({ type: 'bridge_over' });
  dropUnwanted(d);
}

function askBack(d: Decision, missing: 'caller' | 'acceptor'): void {
  const { acceptance, caller, plan } = d.open;
  if (!acceptance) return;
  const { callerAt, acceptorAt } = acceptance.returns;
  if (missing === 'caller' && isReturning(d.call, 'caller', callerAt)) return;
  if (missing === 'acceptor' && isReturning(d.call, acceptance.role, acceptorAt)) return;
  if (missing === 'caller' && !caller.canBeCalledBack) return endConversation(d);
  const made = acceptance.returns[missing];
  if (made >= returnAttempts(d.call, missing)) return giveUp(d, missing);
  const wasNeverJoined = missing === 'caller' && made === 0 && acceptance.bridgedAt === null;
  const returnAt = wasNeverJoined ? d.at : d.at + plan.returnAfterSeconds * 1000;
  d.record({ type: 'bridge_broken', missing, returnAt });
}

/**
 * Each call that ends at a voicemail takes some fifty seconds. A caller who waits meanwhile is to be with another doctor within 180 s,
 * so that one who does not come back twice is no longer waited for.
 */
function returnAttempts({ plan, caller }: UrgentCall, missing: 'caller' | 'acceptor'): number {
  if (missing === 'caller' || caller.presence === 'gone') return plan.returnAttempts;
  return Math.min(plan.returnAttempts, 2);
}

const isReturning = (call: UrgentCall, role: Leg['role'], returnAt: number | null): boolean =>
  returnAt !== null || liveLegs(call, role).some((leg) => leg.isReturn);

/** @param without who said no when he was called back, and is not rung for this call again. */
function giveUp(d: Decision, missing: 'caller' | 'acceptor', without?: string): void {
  if (missing === 'caller') {
    endConversation(d);
    d.do({ kind: 'send-message', what: 'unanswered' }); // a named human hears that this caller could not be reached
    const acceptor = acceptorLeg(d.call);
    if (acceptor) d.do({ kind: 'move-leg', legId: acceptor.id });
    return;
  }
  // The steps of the hunt and the choice count from where the caller was left alone, and not from the end of this wait.
  const since = d.call.caller.presence === 'gone' ? null : d.call.acceptance?.aloneSince;
  refuseOpenRequests(d); // whoever comes next asks for a bed himself; one that was promised already stays
  d.record({ type: 'acceptance_given_up', because: 'unreachable' });
  const round = d.call.round + 1;
  d.record({ type: 'round_started', round, ...(since == null ? {} : { since }), ...(without ? { without } : {}) });
  dropUnwanted(d);
}

/** A call-back that reached nobody: try again until the attempts are used up, or he says no. */
export function returnFailed(d: Decision, leg: Leg, hasDeclined: boolean): void {
  const { acceptance } = d.call;
  if (!acceptance || d.call.status !== 'accepted') return;
  if (leg.role === 'outcome') {
    if (acceptance.outcome === null) close(d, 'unreported');
    return;
  }
  if (acceptance.overAt !== null) return;
  const isAwaited = leg.role === acceptance.role && !acceptorLeg(d.call) && d.call.caller.presence !== 'gone';
  if (hasDeclined && isAwaited) giveUp(d, 'acceptor', leg.subjectId);
  else mendBridge(d);
}

/** What is due in an accepted case: call-backs, the question for the outcome, the end. */
export function proceedWithConversation(d: Decision): void {
  const { acceptance, caller } = d.open;
  if (!acceptance) return;
  const { callerAt, acceptorAt } = acceptance.returns;
  if (callerAt !== null && callerAt <= d.at && caller.presence === 'gone')
    d.ring('caller', caller.lineId, caller.lineId, { isReturn: true, priority: priorities.joining });
  if (acceptorAt !== null && acceptorAt <= d.at && !acceptorLeg(d.call)) {
    const { role, subjectId } = acceptance;
    d.ring(role, subjectId, phoneOf(d, acceptance.legId), { isReturn: true, priority: priorities.joining });
  }
  finishIfOver(d);
}

function finishIfOver(d: Decision): void {
  const { acceptance, caller, bed, plan } = d.open;
  if (!acceptance) return;
  const acceptor = acceptorLeg(d.call);
  if (acceptance.outcome !== null) return close(d, acceptance.outcome);
  if (acceptance.overAt === null) return;
  if (isSearchingBed(d.call)) return;
  const isAlone = caller.presence === 'gone' && !acceptor;
  const farewellIsOver = d.at >= acceptance.overAt + farewellSeconds * 1000;
  if (acceptance.role === 'hospital' || bed?.requests.some((r) => r.status === 'accepted')) {
    if (isAlone || farewellIsOver) close(d, 'bed');
    return;
  }
  if (acceptance.role === 'standby') {
    if (isAlone || farewellIsOver) close(d, 'talked');
    return;
  }
  const askAt = acceptance.overAt + plan.outcomeCallAfterSeconds * 1000;
  if (acceptor || acceptance.outcomeAsked || d.at < askAt) return;
  const options = { isReturn: true, priority: priorities.outcome };
  const isRung = d.ring('outcome', acceptance.subjectId, phoneOf(d, acceptance.legId), options);
  if (isRung) d.record({ type: 'outcome_asked' });
}

function close(d: Decision, outcome: Outcome): void {
  const { caller } = d.call;
  d.record({ type: 'closed', outcome });
  if (caller.presence !== 'gone') d.do({ kind: 'move-caller' });
  // A closed case is never due, and the callback that ends a line may be lost.
  for (const leg of linesUp(d.call))
    d.do({ kind: 'settle-leg', legId: leg.id, afterSeconds: settleAfterClosingSeconds });
  for (const leg of liveLegs(d.call)) {
    if (leg.status === 'accepted' && !leg.inConference) continue; // hears its own farewell already
    if (leg.status === 'answered' || leg.status === 'accepted') d.do({ kind: 'move-leg', legId: leg.id });
    else if (leg.callId) d.do({ kind: 'cancel-call', legId: leg.id });
  }
}

const phoneOf = (d: Decision, legId: string): string => d.leg(legId)?.phoneId ?? '';

/** When an accepted case must be looked at again without any event, or null. */
export function conversationDueAt(d: { call: UrgentCall }): number | null {
  const { acceptance, plan, bed } = d.call;
  if (!acceptance || d.call.status !== 'accepted') return null;
  const due = [acceptance.returns.callerAt, acceptance.returns.acceptorAt].filter((at) => at !== null);
  if (acceptance.overAt !== null && !isSearchingBed(d.call)) {
    const closesAlone = acceptance.role !== 'doctor' || bed?.requests.some((r) => r.status === 'accepted');
    if (closesAlone) due.push(acceptance.overAt + farewellSeconds * 1000);
    else if (!acceptance.outcomeAsked && !acceptorLeg(d.call))
      due.push(acceptance.overAt + plan.outcomeCallAfterSeconds * 1000);
  }
  return due.length > 0 ? Math.min(...due) : null;
}

export function isSearchingBed(call: UrgentCall): boolean {
  return call.bed !== null && !call.bed.exhausted && !call.bed.requests.some((r) => r.status === 'accepted');
}
