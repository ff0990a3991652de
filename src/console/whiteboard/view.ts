/** From what the database says to what the board shows: pure, no name of a patient anywhere near it. */
import { standing } from '../../beds/beds.ts';
import type { Leg } from '../../escalations/urgent-call.ts';
import { type Calendar, type DutyRule, groupOf } from '../../roster/roster.ts';
import { type Turn, turnsTonight } from '../../roster/tonight.ts';
import type { Board, Person, Shift } from './board.ts';
import type { Look } from './store.ts';

export type NamedRule = DutyRule & { name: string };

/** The doctor on duty and two deputies are what a glance takes in. */
const shownPerTurn = 3;
/** The worker seals every few seconds; after this the log stands open and somebody has to look. */
const sealStaleAfterMs = 120_000;

export function boardOf(look: Look, rules: readonly NamedRule[], at: Date, calendar: Calendar): Board {
  const turnsOf = (kind: DutyRule['kind'], areaId: string | null): Turn[] => {
    const group = groupOf({ kind, areaId });
    return turnsTonight(
      rules.filter((rule) => groupOf(rule) === group),
      at,
      calendar,
    );
  };
  const names = new Map(rules.map(({ subjectId, name }) => [subjectId, name]));
  const shiftsOf = (kind: DutyRule['kind'], areaId: string | null = null): Shift[] =>
    turnsOf(kind, areaId).map((turn, place) => shiftOf(turn, place === 0, names));
  const areas = look.areas.map(({ id, name }) => ({ id, name, shifts: shiftsOf('doctor', id) }));
  const rotation = shiftsOf('hospital');
  return {
    areas,
    standby: shiftsOf('standby'),
    rotation,
    callsOpen: look.calls_open,
    calls: look.calls.map((call) => callOf(call, look.names)),
    hospitals: look.hospitals.map((hospital) => hospitalOf(hospital, rotation, at)),
    faxes: {
      waiting: look.faxes_waiting,
      oldestAt: look.faxes_oldest?.toISOString() ?? null,
      failed: look.faxes_failed,
    },
    inbox: { waiting: look.inbox_waiting, oldestAt: look.inbox_oldest?.toISOString() ?? null },
    alarms: [
      ...areas.flatMap(({ id, shifts }) =>
        shifts
          .filter(({ isGap }) => isGap)
          .map(({ from, until }) => ({ kind: 'gap' as const, areaId: id, from, until })),
      ),
      ...[...new Set((look.unconfirmed ?? []).map(({ areaId }) => areaId))].map((areaId) => {
        return { kind: 'unconfirmed' as const, areaId };
      }),
      ...counted('frozen_numbers', look.frozen_numbers),
      ...counted('alarmed_inbox', look.inbox_alarmed),
      ...counted('open_alarms', look.alarms_open),
      ...(isSealStale(look.unsealed_since, at)
        ? [{ kind: 'stale_seal' as const, since: look.unsealed_since?.toISOString() ?? null }]
        : []),
    ],
  };
}

const counted = <Kind extends string>(kind: Kind, count: number): { kind: Kind; count: number }[] =>
  count > 0 ? [{ kind, count }] : [];

const isSealStale = (since: Date | null, at: Date): boolean =>
  since !== null && at.getTime() - since.getTime() > sealStaleAfterMs;

/** `from` of the turn that is going on would change with every look; null says "now". */
function shiftOf({ from, until, duties, isGap }: Turn, isNow: boolean, names: ReadonlyMap<string, string>): Shift {
  return {
    from: isNow ? null : from.toISOString(),
    until: until.toISOString(),
    people: duties
      .slice(0, shownPerTurn)
      .map(({ subjectId, position }) => ({ id: subjectId, name: names.get(subjectId) ?? '', position })),
    isGap,
  };
}

function hospitalOf(hospital: Look['hospitals'][number], rotation: Shift[], at: Date): Board['hospitals'][number] {
  const { id, name, beds } = hospital;
  return {
    ...{ id, name, isOnRotation: rotation[0]?.people.some((person) => person.id === id) ?? false },
    beds: beds.map(({ type, held, free_count, acceptance, as_of, holds_until }) => {
      const offer =
        acceptance === null || free_count === null || as_of === null
          ? null
          : {
              freeCount: free_count,
              acceptance,
              asOf: new Date(as_of),
              holdsUntil: holds_until === null ? null : new Date(holds_until),
            };
      return {
        ...{ type, standing: standing(offer, held, at), acceptance },
        free: free_count === null ? null : Math.max(0, free_count - held),
        asOf: offer?.asOf.toISOString() ?? null,
      };
    }),
  };
}

function callOf(call: Look['calls'][number], names: Readonly<Record<string, string>>): Board['calls'][number] {
  const { id, kind, area_id: areaId, status, opened_at, round, legs, acceptance, presence } = call;
  return {
    ...{ id, kind, areaId, status, round, isCallerOnLine: presence !== 'gone' },
    openedAt: new Date(opened_at).toISOString(),
    acceptedBy: acceptance ? (names[acceptance.subjectId] ?? '') : null,
    people: peopleOf(Object.values(legs), names),
  };
}

/** Who was rung, in the order of the first ring; of several telephones the one that is furthest speaks for its owner. */
export function peopleOf(legs: readonly Leg[], names: Readonly<Record<string, string>>): Person[] {
  const bySubject = new Map<string, Leg[]>();
  for (const leg of [...legs].sort((one, other) => one.requestedAt - other.requestedAt)) {
    if (leg.role === 'outcome' || leg.role === 'caller') continue;
    const own = bySubject.get(leg.subjectId) ?? [];
    own.push(leg);
    bySubject.set(leg.subjectId, own);
  }
  return [...bySubject].map(([subjectId, own]) => {
    const round = Math.max(...own.map((leg) => leg.round));
    const latest = own.filter((leg) => leg.round === round);
    const [leg] = latest.toSorted(
      (one, other) => furthest(one) - furthest(other) || other.requestedAt - one.requestedAt,
    );
    const { role, answeredAt, requestedAt, endedAt } = leg!;
    return {
      ...{ id: subjectId, name: names[subjectId] ?? '', role: role as Person['role'], state: stateOf(leg!) },
      since: new Date(endedAt ?? answeredAt ?? requestedAt).toISOString(),
      rings: Math.max(...latest.map(({ ring }) => ring)),
    };
  });
}

/** Smaller speaks first: accepted, at the ear, ringing, about to ring; a "not me" of one telephone is the person's answer. */
function furthest(leg: Leg): number {
  if (leg.status === 'accepted') return 0;
  if (leg.outcome === 'declined') return 1;
  return { answered: 2, ringing: 3, dialing: 4, unknown: 5, ended: 6 }[leg.status];
}

/** Answered, and the question was put once more without a key: most likely a voicemail speaks. */
const silentPrompts = 1;

function stateOf({ status, outcome, prompts }: Leg): Person['state'] {
  if (status === 'ended') return outcome ?? 'failed';
  return status === 'answered' && prompts >= silentPrompts ? 'voicemail' : status;
}
