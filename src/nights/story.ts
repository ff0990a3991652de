/** What a night is made of, drawn from its seed before it begins: who rings when, and what goes wrong. What is left out changes nothing else. */
import { instantOf, type LocalDate, localDate } from '../lib/japan-time.ts';
import { type Chance, chanceOf } from './chance.ts';
import type { Town } from './town.ts';

export interface Story {
  seed: number;
  /** Instants in milliseconds since 1970. */
  from: number;
  until: number;
  calls: Call[];
  faults: Fault[];
  /** People who are wide awake and willing tonight: a story is told shorter with them. */
  calm: string[];
}

export interface Call {
  id: string;
  at: number;
  associationId: string;
  patientId: string;
  /** How the family uses the keys: the card, none (0, then the area), a person at once, a slip of the finger first, or none at all. */
  keys: 'card' | 'area' | 'person' | 'slips' | 'silent';
  isWithheld: boolean;
  /** Waits as long as it takes; hangs up after so many seconds; wants to be called back. */
  waits: { does: 'stays' } | { does: 'leaves'; afterSeconds: number } | { does: 'call_back' };
  /** Once joined: how long they talk, and whether the line breaks early. */
  talkSeconds: number;
  breaksAfterSeconds: number | null;
}

export type Fault =
  /** Shares of the carrier's reports that are lost, come twice, or come late (up to so many seconds, so out of order). */
  | { kind: 'reports_lost' | 'reports_doubled'; share: number }
  | { kind: 'reports_late'; share: number; seconds: number }
  /** The carrier's own interface: refuses for a moment, refuses for good, or does not say whether it placed the call. */
  | { kind: 'carrier_busy' | 'carrier_refuses' | 'carrier_mute'; share: number }
  /** Asked for words, the house is asked twice. */
  | { kind: 'questions_doubled'; share: number }
  /** A process dies, in the middle of what it does, and is back after a while. */
  | { kind: 'restart'; process: ProcessName; at: number; afterStatements: number; downSeconds: number }
  /** Redis forgets every wake-up, and hears none until it is back. */
  | { kind: 'queue_lost'; at: number; downSeconds: number }
  /** The clock of one process's machine is wrong for a while. */
  | { kind: 'clock_jump'; process: ProcessName; at: number; seconds: number; lastsSeconds: number };

export const processNames = ['gateway-1', 'gateway-2', 'worker-1', 'worker-2'] as const;
export type ProcessName = (typeof processNames)[number];

/** Urgent calls by the hour, from 18:00 on: evenings are busy, the hour before dawn is quiet, and families wake at six. An assumption, not a count. */
const hourly = [12, 12, 12, 11, 10, 8, 6, 5, 4, 4, 4, 5, 8, 9];
export const nightHours = hourly.length;
const firstDay = Date.UTC(2026, 9, 1);

/** The night of a seed: its date, its calls, its faults. */
export function storyOf(seed: number, town: Town, date: LocalDate = dateOf(seed)): Story {
  const chance = chanceOf(seed, 'story');
  const from = instantOf(date, 18 * 60).getTime();
  const until = from + nightHours * 3_600_000;
  const calls = [...town.associations.keys()].flatMap((associationId) => callsOf(town, seed, associationId, from));
  calls.sort((one, other) => one.at - other.at);
  return { seed, from, until, calls, faults: faultsOf(chance, from, until), calm: [] };
}

/** Every seed another day of the year, so that Sundays, public holidays and the turn of the year come too. */
const dateOf = (seed: number): LocalDate =>
  localDate(new Date(firstDay + chanceOf(seed, 'date').below(400) * 86_400_000));

function callsOf(town: Town, seed: number, associationId: string, from: number): Call[] {
  const chance = chanceOf(seed, 'calls', associationId);
  const kind = chance.pick({ ordinary: 80, bad: 15, storm: 5 });
  const mean = town.settings.callsPerNight * { ordinary: 1, bad: 2.5, storm: 4 }[kind];
  const patients = patientsOf(town, associationId);
  const total = hourly.reduce((sum, weight) => sum + weight, 0);
  const stormHour = chance.below(nightHours);
  const calls: Call[] = [];
  for (const [hour, weight] of hourly.entries()) {
    const share = kind === 'storm' ? (hour === stormHour ? 0.7 : 0.3 / (nightHours - 1)) : weight / total;
    for (let number = poisson(chance, mean * share); number > 0; number--) {
      const at = from + hour * 3_600_000 + Math.floor(chance.fraction() * 3_600_000);
      const id = `c${associationId.slice(-3)}-${calls.length + 1}`;
      calls.push(callOf(chanceOf(seed, 'call', id), id, at, associationId, patients[chance.below(patients.length)]!));
    }
  }
  return calls;
}

function callOf(chance: Chance, id: string, at: number, associationId: string, patientId: string): Call {
  const waits = chance.pick({ stays: 84, leaves: 11, call_back: 5 });
  return {
    ...{ id, at, associationId, patientId, isWithheld: chance.is(0.08) },
    keys: chance.pick({ card: 72, area: 12, person: 6, slips: 7, silent: 3 }),
    waits: waits === 'leaves' ? { does: 'leaves', afterSeconds: chance.between(5, 240) } : { does: waits },
    talkSeconds: Math.round(chance.between(60, 900)),
    breaksAfterSeconds: chance.is(0.05) ? Math.round(chance.between(1, 25)) : null,
  };
}

/** One night in three the outside is well-behaved; else one to four things go wrong. */
function faultsOf(chance: Chance, from: number, until: number): Fault[] {
  if (chance.is(1 / 3)) return [];
  const at = () => Math.round(chance.between(from, until));
  const process = () => processNames[chance.below(processNames.length)]!;
  const one = (): Fault => {
    const kind = chance.pick({
      ...{ reports_lost: 3, reports_doubled: 2, reports_late: 3, carrier_busy: 2, carrier_refuses: 1, carrier_mute: 3 },
      ...{ questions_doubled: 2, restart: 4, queue_lost: 3, clock_jump: 1 },
    });
    switch (kind) {
      case 'reports_late':
        return { kind, share: chance.between(0.05, 0.8), seconds: chance.between(1, 30) };
      case 'restart': {
        const downSeconds = chance.between(1, 60);
        return { kind, process: process(), at: at(), afterStatements: chance.below(40), downSeconds };
      }
      case 'queue_lost':
        return { kind, at: at(), downSeconds: chance.between(0, 3600) };
      case 'clock_jump':
        return {
          kind,
          process: process(),
          at: at(),
          seconds: chance.is(0.5) ? 300 : -300,
          lastsSeconds: chance.between(5, 600),
        };
      case 'carrier_refuses':
        return { kind, share: chance.between(0.01, 0.2) };
      default:
        return { kind, share: chance.between(0.02, 0.5) };
    }
  };
  return Array.from({ length: 1 + chance.below(4) }, one);
}

function poisson(chance: Chance, mean: number): number {
  const limit = Math.exp(-mean);
  let count = 0;
  for (let product = chance.fraction(); product > limit; product *= chance.fraction()) count++;
  return count;
}

const known = new WeakMap<Town, Map<string, string[]>>();
function patientsOf(town: Town, associationId: string): string[] {
  const all = known.get(town) ?? new Map<string, string[]>();
  if (!known.has(town)) {
    known.set(town, all);
    for (const { id, association_id } of town.patients.values()) {
      const list = all.get(association_id) ?? [];
      list.push(id);
      all.set(association_id, list);
    }
  }
  return all.get(associationId) ?? [];
}

/** The share of one kind of fault in this night. */
export const shareOf = (story: Story, kind: Extract<Fault, { share: number }>['kind']): number =>
  story.faults.reduce((most, fault) => (fault.kind === kind ? Math.max(most, fault.share) : most), 0);
