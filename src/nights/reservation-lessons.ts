/** Statements of escalations/reservation-store: whose telephone rings for which case. */
import type { Lessons } from './notebook.ts';
import type { Tables } from './tables.ts';
import type { Phone, Town } from './town.ts';

export function reservationLessons(town: Town, tables: Tables): Lessons {
  const { leases, liveLegs, callerLines } = tables;
  const phonesOf = phoneBook(town);
  const anyone = () => true;
  const reachable = (subjects: readonly string[], lineId: string, isFree: (subjectId: string) => boolean = anyone) => {
    const callers = callerLines.get(lineId)?.e164;
    return subjects.flatMap((subjectId) =>
      phonesOf(subjectId)
        .filter(({ e164 }) => e164 !== callers)
        .map(({ id, e164 }) => ({
          ...{ subject_id: subjectId, is_free: isFree(subjectId), phone_id: id, phone_is_free: !liveLegs.has(e164) },
        })),
    );
  };
  return {
    'claim-legs': {
      prints: 'ab05570f',
      run: ([caseId, wanted, at]) => claimLegs(town, tables, caseId, JSON.parse(wanted), at),
    },
    'release-doctors': {
      prints: '377015e0',
      run: ([caseId, keep]) => {
        const gone = [...leases.rows.values()].filter(
          (row) => row.case_id === caseId && !(keep as readonly string[]).includes(row.doctor_id),
        );
        for (const { doctor_id } of gone) leases.remove(doctor_id);
        return gone.length;
      },
    },
    'reachable-doctor_id': {
      prints: '623ec592',
      run: ([subjects, caseId, lineId]) =>
        reachable(subjects, lineId, (doctorId) => (leases.get(doctorId)?.case_id ?? caseId) === caseId),
    },
    'reachable-hospital_id': { prints: 'f3c9c22b', run: ([subjects, _caseId, lineId]) => reachable(subjects, lineId) },
    'reachable-standby_id': { prints: 'aff87087', run: ([subjects, _caseId, lineId]) => reachable(subjects, lineId) },
  };
}

const phoneBooks = new WeakMap<Town, Map<string, Phone[]>>();
/** The telephones of a doctor, a hospital or a standby person, in their owner's order. */
function phoneBook(town: Town): (owner: string) => readonly Phone[] {
  const book = phoneBooks.get(town) ?? new Map<string, Phone[]>();
  if (!phoneBooks.has(town)) {
    phoneBooks.set(town, book);
    const inOrder = [...town.phones.values()].sort((one, other) => one.position - other.position);
    for (const phone of inOrder) book.set(phone.owner, [...(book.get(phone.owner) ?? []), phone]);
  }
  return (owner) => book.get(owner) ?? [];
}

interface WantedLeg {
  id: string;
  role: string;
  subject_id: string;
  phone_id: string;
  request_id: string | null;
  is_reserving: boolean;
}

/** `doctor_lease`: one case for each doctor. `leg_live_phone`: one live leg for each number. */
function claimLegs(
  town: Town,
  { leases, legs, liveLegs, callerLines }: Tables,
  caseId: string,
  wanted: WantedLeg[],
  at: Date,
) {
  const leased = new Set<string>();
  for (const { subject_id: doctorId, is_reserving } of wanted) {
    if (!is_reserving) continue;
    const holder = leases.get(doctorId)?.case_id ?? caseId;
    if (holder !== caseId) continue;
    leases.put(doctorId, { doctor_id: doctorId, case_id: caseId });
    leased.add(doctorId);
  }
  return wanted.flatMap(({ is_reserving, ...leg }) => {
    const e164 =
      town.phones.get(leg.phone_id)?.e164 ??
      callerLines.get(leg.phone_id)?.e164 ??
      town.associations.get(leg.phone_id)?.hub_phone;
    if (!e164 || (is_reserving && !leased.has(leg.subject_id)) || liveLegs.has(e164)) return [];
    const row = { ...leg, case_id: caseId, e164, status: 'dialing', outcome: null, call_sid: null, is_live: true };
    legs.put(leg.id, { ...row, requested_at: at });
    liveLegs.put(e164, { legId: leg.id });
    return [{ id: leg.id }];
  });
}
