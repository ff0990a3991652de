/**
 * The life of a record request: one registered doctor asking by telephone for one patient's record. Pure.
 *
 * - `opened`: the line is in the branch for doctors; the member code is wanted, then (`code` keyed) the PIN. A malformed
 *   code is asked again; whether a code exists is never said.
 * - `identified`: code and PIN were right together. The card number is wanted.
 * - `card_keyed`: a number with right check digits was keyed and derived. Whether it is anybody's (`card` null: nobody's) is
 *   known here and told to no one: the birth date is asked all the same, the same work is done with it.
 * - `checking`: the birth date was compared. The verdict stands, and may be heard from `answerAt` on, a fixed time after the
 *   key, so that neither words nor delay tell an unknown card from a wrong date.
 * - `confirmed`: the verdict was right and heard. The reason is wanted.
 * - `reasoned`: the reason is known; a doctor outside the care team must still attest (break-glass). Then where to is wanted.
 * - `calling_back`: he wants to hear it; the line is put down and his registered telephone is rung, which asks the PIN again.
 * - `authorised`: everything is known, the disclosure is to be written in this very transaction.
 * - `released`: the disclosure stands. The end, once: no event leads out.
 * - `locked`: too many wrong answers for this member, line or card. `refused`: three wrong answers in this call, or the card
 *   is revoked. Both destroy the key and lead to people. `abandoned`: the line went down, or ten minutes passed.
 */
import { anyLocked, type Counters, countFailure } from './lock.ts';

export const reasons = [
  'visit', // 往診
  'end_of_life', // 看取り
  'telephone_advice', // 電話相談
  'emergency_visit', // 救急受診
  'transfer', // 搬送先紹介
  'other', // その他
] as const;
export type Reason = (typeof reasons)[number];

/** How the doctor stands to the patient; `none` is break-glass. */
export type Relation = 'attending' | 'deputy' | 'duty' | 'none';

/** The way a record leaves. */
export type ReleaseForm = 'full' | 'pseudonymous' | 'sealed' | 'spoken';

/** What a keyed number belongs to. */
export interface KeyedCard {
  cardId: string;
  patientId: string;
  version: number;
}

export interface Subject extends KeyedCard {
  relation: Relation;
  /** The patient allows no fax (consent.ts): read aloud only. */
  isFaxRefused: boolean;
}

export type Destination =
  /** `isInstead`: it is registered for sealed pages, and this record does not fit one. */
  | { to: 'fax'; destinationId: string; form: Exclude<ReleaseForm, 'spoken'>; isInstead?: true }
  | { to: 'phone'; phoneId: string };

export type Verdict = 'right' | 'wrong' | 'revoked' | 'locked';

interface Common {
  id: string;
  associationId: string;
  openedAt: number;
  /** Wrong answers in this call. */
  wrong: number;
}

interface Known extends Common {
  doctorId: string;
  code: string;
}

export type RecordRequest =
  | (Common & { status: 'opened'; code: string | null })
  | (Known & { status: 'identified' })
  | (Known & { status: 'card_keyed'; card: KeyedCard | null; isRevoked: boolean; cardTag: string })
  | (Known & { status: 'checking'; verdict: Verdict; subject: Subject | null; answerAt: number })
  | (Known & { status: 'confirmed'; subject: Subject })
  | (Known & { status: 'reasoned'; subject: Subject; reason: Reason; isAttested: boolean })
  | (Known & { status: 'calling_back'; subject: Subject; reason: Reason; phoneId: string })
  | (Known & { status: 'authorised'; subject: Subject; reason: Reason; destination: Destination })
  | (Known & { status: 'released'; subject: Subject; reason: Reason; destination: Destination; disclosureId: string })
  | (Common & { status: 'locked'; doctorId: string | null })
  | (Common & { status: 'refused'; doctorId: string | null; why: 'not_confirmed' | 'revoked' })
  | (Common & { status: 'abandoned'; doctorId: string | null; why: 'hung_up' | 'expired' });

export type Event =
  | { type: 'code_keyed'; code: string }
  /** `doctorId` null: no such member, or the wrong PIN; the work was the same. */
  | { type: 'pin_checked'; doctorId: string | null }
  | { type: 'card_keyed'; card: KeyedCard | null; isRevoked: boolean; cardTag: string }
  /** `relation` is looked up for a right date only by who asks; null: the date was not this patient's. */
  | { type: 'birth_date_checked'; relation: Relation | null; isFaxRefused: boolean }
  | { type: 'verdict_heard' }
  | { type: 'reason_keyed'; reason: Reason }
  | { type: 'attested' }
  | { type: 'destination_chosen'; destination: Destination }
  | { type: 'pin_checked_at_callback'; doctorId: string | null }
  | { type: 'disclosed'; disclosureId: string }
  | { type: 'callback_ended' }
  | { type: 'hung_up' }
  | { type: 'expired' };

export interface Decision {
  request: RecordRequest;
  /** Why nothing happened: the event is late, doubled or impossible here. */
  refused: string | null;
  /** The counters as they now must stand; those left out stay. */
  counters: Counters;
  /** Everything was right: the counters of doctor, line and card begin anew (the line's of the day does not). */
  clears: boolean;
}

export interface Surroundings {
  /** Read under lock, so that parallel guesses are counted one after another. */
  counters: Counters;
  /** Midnight in Japan, epoch milliseconds. */
  endOfDay: number;
}

/** Answers of the second identifier come so long after its key. */
export const verdictSeconds = 2;
export const mostWrong = 3;
/** A request that nobody ends is over by then (NIST: a secret is good for ten minutes). */
export const lifeSeconds = 600;

/** Nothing more can come of it; whatever key it held is destroyed. */
export const isOver = (request: RecordRequest): boolean =>
  ['released', 'locked', 'refused', 'abandoned'].includes(request.status);

/** While it is so, the request may hold the data key sealed for transit. */
export const mayHoldKey = (request: RecordRequest): boolean =>
  ['card_keyed', 'checking', 'confirmed', 'reasoned', 'calling_back', 'authorised'].includes(request.status);

export const needsAttestation = (request: RecordRequest): boolean =>
  request.status === 'reasoned' && request.subject.relation === 'none' && !request.isAttested;

/** A new request; `locked` at once when the line is. */
export function openRequest(
  about: { id: string; associationId: string; at: number },
  { counters }: Surroundings,
): RecordRequest {
  const common = { id: about.id, associationId: about.associationId, openedAt: about.at, wrong: 0 };
  return anyLocked(counters, about.at)
    ? { ...common, status: 'locked', doctorId: null }
    : { ...common, status: 'opened', code: null };
}

/** What an event makes of a request at `at`. Never throws; an event that does not fit is refused and changes nothing. */
export function decide(request: RecordRequest, event: Event, at: number, around: Surroundings): Decision {
  if (isOver(request)) return unchanged(request, 'over');
  switch (event.type) {
    case 'hung_up':
      // The line is put down on purpose when the call-back is awaited.
      return request.status === 'calling_back'
        ? unchanged(request, 'calls_back')
        : changed(abandoned(request, 'hung_up'));
    case 'expired':
      return request.status === 'authorised'
        ? unchanged(request, 'authorised')
        : changed(abandoned(request, 'expired'));
    case 'callback_ended':
      return request.status === 'calling_back' ? changed(abandoned(request, 'hung_up')) : unchanged(request, 'late');
    case 'code_keyed':
      if (request.status !== 'opened') return unchanged(request, 'late');
      return changed({ ...request, code: event.code });
    case 'pin_checked':
      return pinChecked(request, event.doctorId, at, around);
    case 'card_keyed':
      if (request.status !== 'identified') return unchanged(request, 'late');
      return changed({
        ...known(request),
        ...{ status: 'card_keyed', card: event.card, isRevoked: event.isRevoked, cardTag: event.cardTag },
      });
    case 'birth_date_checked':
      return birthDateChecked(request, event, at, around);
    case 'verdict_heard':
      return verdictHeard(request, at);
    case 'reason_keyed':
      if (request.status !== 'confirmed') return unchanged(request, 'late');
      return changed({ ...known(request), ...withReason(request.subject, event.reason), status: 'reasoned' });
    case 'attested':
      if (request.status !== 'reasoned') return unchanged(request, 'late');
      return changed({ ...request, isAttested: true });
    case 'destination_chosen':
      return destinationChosen(request, event.destination);
    case 'pin_checked_at_callback':
      return pinCheckedAtCallback(request, event.doctorId, at, around);
    case 'disclosed': {
      if (request.status !== 'authorised') return unchanged(request, 'late');
      const { subject, reason, destination } = request;
      const { disclosureId } = event;
      return changed({ ...known(request), status: 'released', subject, reason, destination, disclosureId });
    }
  }
}

function pinChecked(request: RecordRequest, doctorId: string | null, at: number, around: Surroundings): Decision {
  if (request.status !== 'opened' || request.code === null) return unchanged(request, 'late');
  // Asked again here: guesses made side by side all found the counters low when they began.
  if (anyLocked(around.counters, at)) return changed(locked(request));
  if (doctorId === null) return failed({ ...request, code: null, wrong: request.wrong + 1 }, at, around);
  const { code, id, associationId, openedAt, wrong } = request;
  return changed({ id, associationId, openedAt, wrong, code, doctorId, status: 'identified' });
}

function birthDateChecked(
  request: RecordRequest,
  { relation, isFaxRefused }: Extract<Event, { type: 'birth_date_checked' }>,
  at: number,
  around: Surroundings,
): Decision {
  if (request.status !== 'card_keyed') return unchanged(request, 'late');
  const { card, isRevoked } = request;
  const answerAt = at + verdictSeconds * 1000;
  const checking = (verdict: Verdict, subject: Subject | null, wrong = request.wrong): RecordRequest => ({
    ...known(request),
    ...{ status: 'checking', verdict, subject, answerAt, wrong },
  });
  if (anyLocked(around.counters, at)) return changed(checking('locked', null));
  if (isRevoked) return changed(checking('revoked', null));
  if (card && relation) return { ...changed(checking('right', { ...card, relation, isFaxRefused })), clears: true };
  const counters = countFailure(around.counters, at, around.endOfDay);
  const verdict = anyLocked(counters, at) ? 'locked' : 'wrong';
  return { ...changed(checking(verdict, null, request.wrong + 1)), counters };
}

function verdictHeard(request: RecordRequest, at: number): Decision {
  if (request.status !== 'checking') return unchanged(request, 'late');
  if (at < request.answerAt) return unchanged(request, 'early');
  if (request.verdict === 'locked') return changed(locked(request));
  if (request.verdict === 'revoked') return changed(refusedFor(request, 'revoked'));
  if (request.verdict === 'right' && request.subject)
    return changed({ ...known(request), status: 'confirmed', subject: request.subject });
  if (request.wrong >= mostWrong) return changed(refusedFor(request, 'not_confirmed'));
  return changed({ ...known(request), status: 'identified' });
}

function destinationChosen(request: RecordRequest, destination: Destination): Decision {
  if (request.status !== 'reasoned') return unchanged(request, 'late');
  if (needsAttestation(request)) return unchanged(request, 'not_attested');
  const { subject, reason } = request;
  if (destination.to === 'fax' && subject.isFaxRefused) return unchanged(request, 'no_consent');
  if (destination.to === 'phone')
    return changed({ ...known(request), status: 'calling_back', subject, reason, phoneId: destination.phoneId });
  return changed({ ...known(request), status: 'authorised', subject, reason, destination });
}

function pinCheckedAtCallback(
  request: RecordRequest,
  doctorId: string | null,
  at: number,
  around: Surroundings,
): Decision {
  if (request.status !== 'calling_back') return unchanged(request, 'late');
  if (anyLocked(around.counters, at)) return changed(locked(request));
  if (doctorId !== request.doctorId) return failed({ ...request, wrong: request.wrong + 1 }, at, around);
  const { subject, reason, phoneId } = request;
  const destination: Destination = { to: 'phone', phoneId };
  return { ...changed({ ...known(request), status: 'authorised', subject, reason, destination }), clears: true };
}

/** A wrong PIN: counted; asked again as `next`, until the call or the counters have had enough. */
function failed(next: RecordRequest, at: number, around: Surroundings): Decision {
  const counters = countFailure(around.counters, at, around.endOfDay);
  const after = anyLocked(counters, at)
    ? locked(next)
    : next.wrong >= mostWrong
      ? refusedFor(next, 'not_confirmed')
      : next;
  return { request: after, refused: null, counters, clears: false };
}

const unchanged = (request: RecordRequest, refused: string): Decision => ({
  ...{ request, refused, counters: {}, clears: false },
});
const changed = (request: RecordRequest): Decision => ({ request, refused: null, counters: {}, clears: false });

const common = ({ id, associationId, openedAt, wrong }: RecordRequest): Common => ({
  ...{ id, associationId, openedAt, wrong },
});
const known = (request: Known): Known => ({
  ...{ id: request.id, associationId: request.associationId, openedAt: request.openedAt, wrong: request.wrong },
  ...{ doctorId: request.doctorId, code: request.code },
});
const withReason = (subject: Subject, reason: Reason) => ({ subject, reason, isAttested: false });
const doctorOf = (request: RecordRequest): string | null => ('doctorId' in request ? request.doctorId : null);

const locked = (request: RecordRequest): RecordRequest => ({
  ...{ ...common(request), status: 'locked', doctorId: doctorOf(request) },
});
const refusedFor = (request: RecordRequest, why: 'not_confirmed' | 'revoked'): RecordRequest => ({
  ...{ ...common(request), status: 'refused', doctorId: doctorOf(request), why },
});
const abandoned = (request: RecordRequest, why: 'hung_up' | 'expired'): RecordRequest => ({
  ...{ ...common(request), status: 'abandoned', doctorId: doctorOf(request), why },
});
