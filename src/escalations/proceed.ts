import { conversationDueAt, isSearchingBed, proceedWithConversation } from './conversation.ts';
import { acceptorLeg, type Decision, priorities, type Reachable, type Surroundings } from './decision.ts';
import { callerCheckMs } from './evolve.ts';
import { type Leg, type LegRole, linesUp, liveLegs, type Rering, type UrgentCall } from './urgent-call.ts';

/** A doctor or hospital that is wanted but reserved by another case is looked for again this often. */
const waitForFreeMs = 1000;
const settleEveryMs = 30_000;
/** Everybody was asked and one wants to be asked again in an hour: fresh news of another hospital is looked for meanwhile. */
const newsOfBedsMs = 15_000;

/** Second half of a decision: whatever is due at this instant, given who is around. */
export function proceed(d: Decision, around: Surroundings): void {
  if (d.call.status === 'closed') return;
  checkQuietLegs(d);
  if (d.call.status === 'unanswered' && (d.open.retryAt ?? 0) <= d.at)
    d.record({ type: 'round_started', round: d.call.round + 1 });
  if (d.call.status === 'accepted') {
    searchBed(d, around);
    proceedWithConversation(d);
    return;
  }
  if (d.call.status === 'unanswered') return;
  ringAgain(d, around);
  if (d.call.kind !== 'person') {
    ringDoctors(d, around);
    if (elapsed(d) >= d.call.plan.bedStageAfterSeconds || noDoctorIsLeft(d, around)) {
      if (d.call.status === 'hunting') d.record({ type: 'stage_entered', status: 'seeking_bed' });
      if (d.call.bed === null) d.record({ type: 'bed_wanted', by: 'stage' });
    }
    searchBed(d, around);
    const bedsAreOver = d.call.bed !== null && !isSearchingBed(d.call);
    if (d.call.status === 'seeking_bed' && (elapsed(d) >= d.call.plan.standbyAfterSeconds || bedsAreOver))
      d.record({ type: 'stage_entered', status: 'calling_standby' });
  }
  if (d.call.status === 'calling_standby') ringStandby(d, around);
  offerChoice(d);
  giveUpIfNobodyIsLeft(d, around);
}

const elapsed = (d: Decision): number => (d.at - d.call.roundStartedAt) / 1000;

/** The standby person as well as a doctor: whoever stands alone at the end and was busy for a moment is still needed. */
function ringAgain(d: Decision, around: Surroundings): void {
  for (const again of d.call.rerings) {
    if (again.dueAt > d.at) continue;
    if (isTooLate(d, again)) {
      d.record({ type: 'rering_dropped', phoneId: again.phoneId });
      continue;
    }
    const role = roleOf(d.call, again);
    const candidates = role === 'standby' ? around.standby : around.doctors;
    const who = candidates.find((candidate) => candidate.subjectId === again.subjectId);
    const phone = who?.phones.find((candidate) => candidate.phoneId === again.phoneId);
    if (!who?.isFree || !phone?.isFree || d.taken.phones.has(phone.phoneId)) continue; // reserved by another case: tried again while this one hunts
    d.ring(role, again.subjectId, again.phoneId, { ring: 2, priority: priorities.secondRing });
  }
}

function ringDoctors(d: Decision, around: Surroundings): void {
  if (d.call.nextDoctorAt > d.at) return;
  const next = around.doctors.find((doctor) => !d.call.rung.includes(doctor.subjectId) && canBeRung(d, doctor));
  if (!next) return;
  const isFirst = d.call.rung.length === 0;
  ringPhonesOf(d, 'doctor', next, isFirst ? priorities.firstLeg : priorities.nextLeg);
}

const firstRing = (call: UrgentCall, again: Rering): Leg | undefined =>
  Object.values(call.legs).findLast(
    (leg) => leg.phoneId === again.phoneId && leg.ring === 1 && leg.round === call.round,
  );

/** As which he was rung the first time. */
const roleOf = (call: UrgentCall, again: Rering): 'doctor' | 'standby' =>
  firstRing(call, again)?.role === 'standby' ? 'standby' : 'doctor';

/** Past this a second ring is only a ring: Do-Not-Disturb lets through what comes twice within three minutes. */
function isTooLate(d: Decision, again: Rering): boolean {
  const first = firstRing(d.call, again);
  return !first || d.at > first.requestedAt + d.call.plan.secondRingWithinSeconds * 1000;
}

const freePhones = (d: Decision, who: Reachable): readonly { phoneId: string }[] =>
  who.isFree ? who.phones.filter((phone) => phone.isFree && !d.taken.phones.has(phone.phoneId)) : [];
const canBeRung = (d: Decision, who: Reachable): boolean => freePhones(d, who).length > 0;

function ringPhonesOf(d: Decision, role: LegRole, who: Reachable, priority: number, requestId?: string): void {
  const free = freePhones(d, who);
  const chosen = d.call.plan.phonesAtOnce === 'all' ? free : free.slice(0, 1);
  chosen.forEach((phone, position) => {
    // The first phone of a new case overtakes everything; its further phones take their turn.
    const own = position === 0 ? priority : Math.max(priority, priorities.nextLeg);
    d.ring(role, who.subjectId, phone.phoneId, { priority: own, requestId: requestId ?? null });
  });
}

function noDoctorIsLeft(d: Decision, around: Surroundings): boolean {
  if (liveLegs(d.call, 'doctor').length > 0) return false;
  if (d.call.rerings.some((again) => roleOf(d.call, again) === 'doctor')) return false;
  return around.doctors.every((doctor) => d.call.rung.includes(doctor.subjectId));
}

function searchBed(d: Decision, around: Surroundings): void {
  if (d.call.status === 'closed' || !isSearchingBed(d.call)) return;
  const bed = d.open.bed;
  if (!bed || bed.nextAt > d.at) return;
  const askedNow = bed.requests.filter(
    (request) => request.askedAt >= bed.startedAt && request.refusal !== 'not_needed',
  );
  const mayBeAsked = (hospitalId: string): boolean => {
    const last = askedNow.findLast((request) => request.hospitalId === hospitalId);
    return !last || (last.askAgainAt !== null && last.askAgainAt <= d.at);
  };
  const open = around.hospitals.filter(
    ({ beds, subjectId }) => beds !== 'closed' && !d.taken.hospitals.has(subjectId) && mayBeAsked(subjectId),
  );
  const next = open.find((hospital) => canBeRung(d, hospital));
  if (next) {
    const requestId = d.newRequestId();
    d.record({ type: 'bed_asked', requestId, hospitalId: next.subjectId });
    return ringPhonesOf(d, 'hospital', next, priorities.bed, requestId);
  }
  const isWaiting = askedNow.some((r) => r.status === 'asking' || (r.askAgainAt !== null && r.askAgainAt > d.at));
  if (isWaiting || open.length > 0) return;
  d.record({ type: 'beds_exhausted' });
  if (bed.wantedBy === 'doctor' && acceptorLeg(d.call)) d.do({ kind: 'announce', what: 'beds_exhausted' });
}

function ringStandby(d: Decision, around: Surroundings): void {
  const { standby } = d.call;
  if (!standby || standby.nextAt > d.at) return;
  const next = around.standby.find((person) => !standby.rung.includes(person.subjectId) && canBeRung(d, person));
  if (next) ringPhonesOf(d, 'standby', next, d.call.kind === 'person' ? priorities.firstLeg : priorities.nextLeg);
}

/** Product rule 1: never over 180 s without a person or a choice. */
function offerChoice(d: Decision): void {
  const { caller, choiceOffered, plan } = d.call;
  if (choiceOffered || elapsed(d) < plan.choiceAfterSeconds || d.call.status === 'closed') return;
  d.record({ type: 'choice_offered' });
  // Not only from the conference: that the caller is in it is reported once, and the report may be lost.
  if (caller.presence !== 'gone') d.do({ kind: 'move-caller' });
}

function giveUpIfNobodyIsLeft(d: Decision, around: Surroundings): void {
  const { standby, kind, caller, plan } = d.call;
  if (d.call.status !== 'calling_standby' || !standby) return;
  if (liveLegs(d.call).some((leg) => leg.role !== 'caller')) return;
  const areBedsOpen = d.call.bed === null || isSearchingBed(d.call);
  const isStandbyLeft =
    around.standby.some((person) => !standby.rung.includes(person.subjectId)) ||
    d.call.rerings.some((again) => roleOf(d.call, again) === 'standby');
  const isAnybodyLeft = isStandbyLeft || (kind !== 'person' && (areBedsOpen || !noDoctorIsLeft(d, around)));
  // Who is left is reserved by other cases, or wants to be asked in an hour. That is waited for only until the caller
  // was offered a choice; then the round is over, and after a pause everybody is rung again.
  if (isAnybodyLeft && (elapsed(d) < plan.choiceAfterSeconds || someoneIsNext(d, around))) return;
  d.record({ type: 'unanswered', retryAt: d.at + plan.retryAfterSeconds * 1000 });
  if (caller.presence !== 'gone') d.do({ kind: 'move-caller' });
  // Told at once, then every fifth time: a telephone that buzzes every two minutes is soon not looked at.
  if (d.call.round % 5 === 1) d.do({ kind: 'send-message', what: 'unanswered' });
}

/** Somebody free has his turn within seconds. */
const someoneIsNext = (d: Decision, around: Surroundings): boolean =>
  d.call.rerings.some((again) => again.dueAt > d.at) ||
  (d.call.kind !== 'person' &&
    around.doctors.some((who) => !d.call.rung.includes(who.subjectId) && canBeRung(d, who))) ||
  around.standby.some((who) => !d.call.standby?.rung.includes(who.subjectId) && canBeRung(d, who));

/** Status callbacks are sent once and may be lost: a telephone that has been silent too long is asked after. */
function checkQuietLegs(d: Decision): void {
  if (d.call.caller.presence !== 'gone' && d.call.caller.checkAt <= d.at) {
    d.record({ type: 'caller_checked', checkAt: d.at + callerCheckMs });
    d.do({ kind: 'settle-caller' });
  }
  for (const leg of linesUp(d.call)) {
    if (leg.checkAt > d.at) continue;
    d.record({ type: 'leg_checked', legId: leg.id, checkAt: d.at + settleEveryMs });
    d.do({ kind: 'settle-leg', legId: leg.id, afterSeconds: 0 });
  }
}

/** When the case must be looked at again without any event; null for never. Written to `due_at`. */
export function dueAt(call: UrgentCall, at: number, around: Partial<Surroundings>): number | null {
  if (call.status === 'closed') return null;
  const due = linesUp(call).map((leg) => leg.checkAt);
  if (call.caller.presence !== 'gone') due.push(call.caller.checkAt);
  if (call.status === 'unanswered') due.push(call.retryAt ?? at);
  const conversation = conversationDueAt({ call });
  if (conversation !== null) due.push(conversation);
  if (isSearchingBed(call)) due.push(...bedDue(call, at, around));
  if (call.status === 'hunting' || call.status === 'seeking_bed' || call.status === 'calling_standby') {
    const start = call.roundStartedAt;
    const entersBedStage = call.kind !== 'person' && (call.bed === null || call.status === 'hunting');
    if (entersBedStage) due.push(start + call.plan.bedStageAfterSeconds * 1000);
    if (call.status === 'seeking_bed') due.push(start + call.plan.standbyAfterSeconds * 1000);
    if (!call.choiceOffered) due.push(start + call.plan.choiceAfterSeconds * 1000);
    for (const again of call.rerings) due.push(again.dueAt > at ? again.dueAt : at + waitForFreeMs);
    const doctorsLeft = call.kind !== 'person' && hasUntried(around.doctors, call.rung);
    if (doctorsLeft) due.push(call.nextDoctorAt > at ? call.nextDoctorAt : at + waitForFreeMs);
    const standbyLeft = call.standby && hasUntried(around.standby, call.standby.rung);
    if (standbyLeft && call.standby) due.push(call.standby.nextAt > at ? call.standby.nextAt : at + waitForFreeMs);
    if (liveLegs(call).length === 0) due.push(at + waitForFreeMs); // nothing would wake us: keep asking the roster
  }
  if (due.length === 0) return null;
  // Whatever is still due now waits for somebody whom another case holds; asking at once again would ask for ever.
  const soonest = Math.min(...due);
  return soonest > at ? soonest : at + waitForFreeMs;
}

const hasUntried = (people: readonly Reachable[] | undefined, rung: readonly string[]): boolean =>
  people === undefined || people.some((person) => !rung.includes(person.subjectId));

function bedDue(call: UrgentCall, at: number, { hospitals }: Partial<Surroundings>): number[] {
  const { bed } = call;
  if (!bed) return [];
  const again = bed.requests.flatMap(({ askAgainAt }) => (askAgainAt !== null && askAgainAt > at ? [askAgainAt] : []));
  if (bed.nextAt > at) return [bed.nextAt, ...again];
  const isAsked = (id: string): boolean => bed.requests.some((r) => r.hospitalId === id && r.askedAt >= bed.startedAt);
  const isAnyLeft = hospitals?.some(({ beds, subjectId }) => beds !== 'closed' && !isAsked(subjectId)) ?? true;
  return [at + (isAnyLeft ? waitForFreeMs : newsOfBedsMs), ...again];
}
