import type { BedRequest, Fact, Leg, Open, UrgentCall } from './urgent-call.ts';

/**
 * The state after a fact. Total and pure: the same facts with the same instants always give the same state, so the row
 * of a case can be rebuilt from its log (`rebuild`).
 *
 * @throws when a fact could not have happened in this state: that is damage (an edited log), never an ordinary outcome.
 */
export function evolve(before: UrgentCall | null, fact: Fact, at: number): UrgentCall {
  if (fact.type === 'case_opened') {
    if (before) throw new Error('a case cannot be opened twice');
    const { plan, id, associationId, kind, patientId, areaId } = fact;
    const caller = { ...fact.caller, checkAt: at + callerCheckMs };
    return {
      ...{ id, associationId, kind, patientId, areaId, plan, caller },
      ...{ status: kind === 'person' ? 'calling_standby' : 'hunting', openedAt: at, fence: 0, round: 1 },
      ...{ roundStartedAt: at, legs: {}, rung: [], nextDoctorAt: at, rerings: [], bed: null },
      ...{ standby: kind === 'person' ? { rung: [], nextAt: at } : null },
      ...{ choiceOffered: false, messageLeft: false, acceptance: null, retryAt: null },
    };
  }
  if (!before) throw new Error(`${fact.type} before the case was opened`);
  if (before.status === 'closed') return afterClosing(before, fact, at);
  return evolveOpen(before, fact, at);
}

/** Folds a whole log. */
export function rebuild(log: readonly { fact: Fact; at: number }[]): UrgentCall | null {
  return log.reduce<UrgentCall | null>((state, { fact, at }) => evolve(state, fact, at), null);
}

// A closed case still learns how its last telephones ended; nothing else can change it.
function afterClosing(before: UrgentCall, fact: Fact, at: number): UrgentCall {
  switch (fact.type) {
    case 'leg_ended':
      return withLeg(before, fact.legId, (leg) => ended(leg, fact, at));
    case 'leg_placed':
      return withLeg(before, fact.legId, (leg) => ({ ...leg, callId: fact.callId, status: atLeast(leg, 'ringing') }));
    case 'leg_unknown':
      return withLeg(before, fact.legId, (leg) => ({ ...leg, status: 'unknown' }));
    case 'leg_down':
      return withLeg(before, fact.legId, (leg) => ({ ...leg, isDown: true }));
    case 'leg_stepped_out':
      return withLeg(before, fact.legId, (leg) => ({ ...leg, inConference: false }));
    case 'leg_checked':
      return withLeg(before, fact.legId, (leg) => ({ ...leg, checkAt: fact.checkAt }));
    case 'caller_left':
      return { ...before, caller: { ...before.caller, presence: 'gone', callId: null } };
    case 'caller_stepped_out':
      return { ...before, caller: { ...before.caller, presence: 'on_line' } };
    case 'record_released':
    case 'record_withheld':
      return withRecordPage(before, fact);
    default:
      throw new Error(`${fact.type} after the case was closed`);
  }
}

function evolveOpen(call: Open, fact: Exclude<Fact, { type: 'case_opened' }>, at: number): UrgentCall {
  switch (fact.type) {
    case 'caller_attached': {
      const { lineId, callId, canBeCalledBack } = fact;
      const caller = { lineId, callId, canBeCalledBack, presence: 'on_line' as const, wantsCallBack: false };
      return { ...call, caller: { ...caller, checkAt: at + callerCheckMs } };
    }
    case 'caller_left':
      return { ...call, caller: { ...call.caller, presence: 'gone', callId: null } };
    case 'caller_returned':
      return {
        ...call,
        caller: {
          ...call.caller,
          presence: 'on_line',
          callId: fact.callId,
          wantsCallBack: false,
          checkAt: at + callerCheckMs,
        },
      };
    case 'caller_joined':
      return { ...call, caller: { ...call.caller, presence: 'in_conference' } };
    case 'caller_stepped_out':
      return { ...call, caller: { ...call.caller, presence: 'on_line' } };
    case 'caller_checked':
      return { ...call, caller: { ...call.caller, checkAt: fact.checkAt } };
    case 'call_back_chosen':
      return { ...call, caller: { ...call.caller, wantsCallBack: true } };
    case 'choice_offered':
      return { ...call, choiceOffered: true };
    case 'message_left':
      return { ...call, messageLeft: true };

    case 'leg_requested': {
      const { legId: id, role, subjectId, phoneId, ring, requestId, isReturn } = fact;
      const leg: Leg = {
        ...{ id, role, subjectId, phoneId, ring, requestId, isReturn, round: call.round },
        ...{
          status: 'dialing',
          outcome: null,
          callId: null,
          requestedAt: at,
          answeredAt: null,
          endedAt: null,
          isDown: false,
        },
        ...{ prompts: 0, inConference: false, checkAt: at + (call.plan.ringSeconds + 20) * 1000 },
      };
      const next = { ...call, legs: { ...call.legs, [id]: leg } };
      const isFirst = !isReturn && ring === 1;
      if (role === 'doctor' && isFirst && !call.rung.includes(subjectId))
        return { ...next, rung: [...call.rung, subjectId], nextDoctorAt: at + call.plan.stepSeconds * 1000 };
      if (!isReturn && ring > 1) return { ...next, rerings: call.rerings.filter((r) => r.phoneId !== phoneId) };
      if (role === 'standby' && isFirst && call.standby && !call.standby.rung.includes(subjectId))
        return {
          ...next,
          standby: { rung: [...call.standby.rung, subjectId], nextAt: at + call.plan.stepSeconds * 1000 },
        };
      if (isReturn && call.acceptance) return withAcceptance(next, (acceptance) => withoutDueReturn(acceptance, role));
      return next;
    }
    case 'leg_placed':
      return withLeg(call, fact.legId, (leg) => ({ ...leg, callId: fact.callId, status: atLeast(leg, 'ringing') }));
    case 'leg_unknown':
      return withLeg(call, fact.legId, (leg) => ({ ...leg, status: 'unknown' }));
    case 'leg_rang':
      return withLeg(call, fact.legId, (leg) => ({ ...leg, status: atLeast(leg, 'ringing') }));
    case 'leg_answered':
      return withLeg(call, fact.legId, (leg) => ({
        ...leg,
        status: atLeast(leg, 'answered'),
        callId: fact.callId ?? leg.callId,
        answeredAt: leg.answeredAt ?? at,
        checkAt: at + 60_000,
      }));
    case 'leg_unanswered_prompt':
      return withLeg(call, fact.legId, (leg) => ({ ...leg, prompts: fact.prompts }));
    case 'leg_checked':
      return withLeg(call, fact.legId, (leg) => ({ ...leg, checkAt: fact.checkAt }));
    case 'leg_ended':
      return withLeg(call, fact.legId, (leg) => ended(leg, fact, at));
    case 'leg_joined':
      return withLeg(call, fact.legId, (leg) => ({ ...leg, inConference: true }));
    case 'leg_down':
      return withLeg(call, fact.legId, (leg) => ({ ...leg, isDown: true }));
    case 'leg_stepped_out':
      return withLeg(call, fact.legId, (leg) => ({ ...leg, inConference: false }));
    case 'leg_accepted':
      return withLeg(call, fact.legId, (leg) => ({ ...leg, status: 'accepted', answeredAt: leg.answeredAt ?? at }));
    case 'next_brought_forward':
      if (fact.who === 'doctor') return { ...call, nextDoctorAt: Math.min(call.nextDoctorAt, at) };
      return call.standby ? { ...call, standby: { ...call.standby, nextAt: at } } : call;
    case 'rering_planned': {
      const { subjectId, phoneId, dueAt } = fact;
      return { ...call, rerings: [...call.rerings, { subjectId, phoneId, dueAt }] };
    }

    case 'rering_dropped':
      return { ...call, rerings: call.rerings.filter((again) => again.phoneId !== fact.phoneId) };
    case 'stage_entered': {
      const standby = fact.status === 'calling_standby' ? { rung: [], nextAt: at } : call.standby;
      return { ...call, status: fact.status, standby };
    }
    case 'round_started': {
      const without = fact.without ? [fact.without] : [];
      return {
        ...call,
        ...{ status: call.kind === 'person' ? 'calling_standby' : 'hunting', round: fact.round },
        roundStartedAt: fact.since ?? at,
        ...{
          rung: without,
          nextDoctorAt: at,
          rerings: [],
          bed: promised(call.bed),
          choiceOffered: false,
          retryAt: null,
        },
        legs: liveOnly(call.legs), // the log keeps the others; a case that hunts all night must not grow all night
        ...{ standby: call.kind === 'person' ? { rung: without, nextAt: at } : null, acceptance: null },
      };
    }
    case 'unanswered':
      return { ...call, status: 'unanswered', retryAt: fact.retryAt };
    case 'accepted': {
      const { role, subjectId, legId, fence } = fact;
      const next = withLeg(call, legId, (leg) => ({ ...leg, status: 'accepted', answeredAt: leg.answeredAt ?? at }));
      return {
        ...(next as Open),
        ...{ status: 'accepted', fence, rerings: [], retryAt: null },
        acceptance: {
          ...{ role, subjectId, legId, acceptedAt: at, bridgedAt: null, overAt: null, outcomeAsked: false },
          ...{ returns: { caller: 0, acceptor: 0, callerAt: null, acceptorAt: null }, outcome: null },
          ...{ visitMinutes: null, aloneSince: call.roundStartedAt },
        },
      };
    }
    case 'acceptance_given_up':
      return { ...call, status: 'hunting', acceptance: null, fence: call.fence + 1 };
    case 'bridge_started':
      return withAcceptance(call, (acceptance) => ({
        ...acceptance,
        bridgedAt: at,
        overAt: null,
        aloneSince: null,
        returns: { ...acceptance.returns, callerAt: null, acceptorAt: null },
      }));
    case 'bridge_broken':
      return withAcceptance(call, (acceptance) => {
        const { returns } = acceptance;
        const next =
          fact.missing === 'caller'
            ? { ...returns, caller: returns.caller + 1, callerAt: fact.returnAt }
            : { ...returns, acceptor: returns.acceptor + 1, acceptorAt: fact.returnAt };
        const aloneSince = acceptance.aloneSince ?? at;
        return { ...acceptance, bridgedAt: null, overAt: null, aloneSince, returns: next };
      });
    case 'bridge_over':
      return withAcceptance(call, (acceptance) => ({
        ...acceptance,
        overAt: at,
        returns: { ...acceptance.returns, callerAt: null, acceptorAt: null },
      }));
    case 'conversation_resumed':
      return withAcceptance(call, (acceptance) => ({ ...acceptance, overAt: null, bridgedAt: null, aloneSince: at }));
    case 'outcome_asked':
      return withAcceptance(call, (acceptance) => ({ ...acceptance, outcomeAsked: true }));
    case 'outcome_reported':
      return withAcceptance(call, (acceptance) => ({
        ...acceptance,
        outcome: fact.outcome,
        visitMinutes: fact.visitMinutes,
      }));

    case 'bed_wanted':
      return {
        ...call,
        bed: { wantedBy: fact.by, startedAt: at, requests: call.bed?.requests ?? [], nextAt: at, exhausted: false },
      };
    case 'bed_asked': {
      if (!call.bed) throw new Error('a hospital asked while no bed was wanted');
      const { requestId: id, hospitalId } = fact;
      const request: BedRequest = { id, hospitalId, status: 'asking', refusal: null, askAgainAt: null, askedAt: at };
      const requests = call.bed.requests.map((r) => (r.hospitalId === hospitalId ? { ...r, askAgainAt: null } : r));
      const nextAt = at + call.plan.bedStepSeconds * 1000;
      return { ...call, bed: { ...call.bed, requests: [...requests, request], nextAt, exhausted: false } };
    }
    case 'bed_accepted':
      return withRequest(call, fact.requestId, (request) => ({ ...request, status: 'accepted' }), at);
    case 'bed_refused': {
      const { refusal, askAgainAt } = fact;
      return withRequest(call, fact.requestId, (r) => ({ ...r, status: 'refused', refusal, askAgainAt }), at);
    }
    case 'beds_exhausted':
      return call.bed ? { ...call, bed: { ...call.bed, exhausted: true } } : call;
    case 'closed': {
      const { retryAt: _retryAt, ...rest } = call;
      return { ...rest, status: 'closed', outcome: fact.outcome, closedAt: at, rerings: [] };
    }
    case 'record_released':
    case 'record_withheld':
      return withRecordPage(call, fact);
    default:
      return unknownFact(fact);
  }
}

/** A bed that a hospital has promised outlives the doctor who asked for it and could not be reached any more. */
const promised = (bed: Open['bed']): Open['bed'] =>
  bed?.requests.some((request) => request.status === 'accepted') ? bed : null;

/** How long a caller's line may be silent before the carrier is asked about it. */
export const callerCheckMs = 60_000;

const rank = { dialing: 0, unknown: 0, ringing: 1, answered: 2, accepted: 3, ended: 4 } as const;

/** Never backwards: callbacks arrive late and out of order. */
function atLeast(leg: Leg, status: 'ringing' | 'answered'): Leg['status'] {
  return rank[leg.status] >= rank[status] ? leg.status : status;
}

const liveOnly = (legs: Open['legs']): Open['legs'] =>
  Object.fromEntries(Object.entries(legs).filter(([, leg]) => !leg.isDown));

const ended = (leg: Leg, fact: Extract<Fact, { type: 'leg_ended' }>, at: number): Leg => ({
  ...leg,
  status: 'ended',
  outcome: fact.outcome,
  endedAt: at,
  inConference: false,
  isDown: fact.isDown,
  checkAt: at + farewellCheckMs,
});

/** A farewell lasts a few seconds; a line that is up longer is asked after. */
const farewellCheckMs = 20_000;

function withLeg(call: UrgentCall, legId: string, change: (leg: Leg) => Leg): UrgentCall {
  const leg = call.legs[legId];
  if (!leg) throw new Error(`no leg ${legId} in case ${call.id}`);
  return { ...call, legs: { ...call.legs, [legId]: change(leg) } };
}

function withRecordPage(
  call: UrgentCall,
  fact: Extract<Fact, { type: 'record_released' | 'record_withheld' }>,
): UrgentCall {
  const page = fact.type === 'record_released' ? 'released' : fact.because;
  return { ...call, recordPages: { ...call.recordPages, [fact.subjectId]: page } };
}

function withAcceptance(call: Open, change: (a: NonNullable<Open['acceptance']>) => Open['acceptance']): Open {
  if (!call.acceptance) throw new Error(`case ${call.id} has no acceptance`);
  return { ...call, acceptance: change(call.acceptance) };
}

function withoutDueReturn(acceptance: NonNullable<Open['acceptance']>, role: Leg['role']): Open['acceptance'] {
  const due = role === 'caller' ? { callerAt: null } : { acceptorAt: null };
  return { ...acceptance, returns: { ...acceptance.returns, ...due } };
}

function withRequest(call: Open, id: string, change: (request: BedRequest) => BedRequest, at: number): Open {
  if (!call.bed) throw new Error(`no bed was wanted in case ${call.id}`);
  const requests = call.bed.requests.map((request) => (request.id === id ? change(request) : request));
  return { ...call, bed: { ...call.bed, requests, nextAt: at } };
}

function unknownFact(fact: never): never {
  throw new Error(`unknown fact ${JSON.stringify(fact)}`);
}
