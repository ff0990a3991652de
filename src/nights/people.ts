/** Human habits at a telephone, hour by hour: sleep, voicemail, dead batteries, wrong keys, land lines that are in use. */
import { localMinute } from '../lib/japan-time.ts';
import { type Chance, chanceOf } from './chance.ts';
import type { Person, PickUp } from './lines.ts';
import type { Call, Story } from './story.ts';
import type { Phone, Town } from './town.ts';

/** How a person is tonight; drawn once a night. */
interface Mood {
  /** Hears the telephone at all; at the second ring more likely. */
  hears: number;
  /** Says yes when asked. */
  willing: number;
  /** His mobile is off, or its battery dead. */
  isOff: boolean;
}

/** What happens when this telephone is rung for the `ring`-th time tonight. */
export function pickUpOf(story: Story, phone: Phone, ring: number, at: Date): PickUp {
  const chance = chanceOf(story.seed, 'ring', phone.id, ring);
  if (story.calm.includes(phone.owner)) return { does: 'answers', afterMs: 4000 };
  const mood = moodOf(story, phone, at);
  if (phone.kind === 'mobile' && mood.isOff)
    return chance.is(0.6) ? { does: 'voicemail', afterMs: chance.between(0, 3000) } : { does: 'unreachable' };
  if (phone.kind !== 'mobile' && chance.is(0.03)) return { does: 'busy' };
  if (chance.is(Math.min(0.97, mood.hears + (ring > 1 ? 0.15 : 0)))) {
    if (phone.kind === 'mobile' && chance.is(0.06)) return { does: 'rejects', afterMs: chance.between(2000, 12_000) };
    return { does: 'answers', afterMs: chance.between(3000, isDeepNight(at) ? 32_000 : 20_000) };
  }
  const hasVoicemail = phone.kind === 'mobile' ? 0.7 : phone.kind === 'desk' ? 0.05 : 0.35;
  return chance.is(hasVoicemail)
    ? { does: 'voicemail', afterMs: chance.between(10_000, 24_000) }
    : { does: 'no_answer' };
}

const isDeepNight = (at: Date): boolean => localMinute(at) < 6 * 60;

function moodOf(story: Story, phone: Phone, at: Date): Mood {
  const chance = chanceOf(story.seed, 'mood', phone.owner);
  const sleepsDeeply = chance.is(0.25);
  const isOff = chance.is(0.06);
  const willing = chance.between(0.45, 0.95);
  if (phone.column === 'hospital_id') return { hears: 0.88, willing: chance.between(0.2, 0.7), isOff: false };
  if (phone.column === 'standby_id') return { hears: 0.85, willing: 0.93, isOff: chance.is(0.03) };
  const awake = isDeepNight(at) ? (sleepsDeeply ? 0.25 : 0.6) : 0.72;
  // A clinic's line rings in an empty room at night.
  return { hears: phone.kind === 'clinic' ? awake * 0.4 : awake, willing, isOff };
}

/** Whoever picks up a telephone that Kamome rings. */
export function rungPerson(story: Story, phone: Phone, ring: number, at: Date): Person {
  const chance = chanceOf(story.seed, 'person', phone.id, ring);
  const isCalm = story.calm.includes(phone.owner);
  const mood = moodOf(story, phone, at);
  const role = { doctor_id: 'doctor', hospital_id: 'hospital', standby_id: 'standby' }[phone.column];
  // Asleep again with the telephone in hand, or a child who picked up: no key at all.
  const isSilent = !isCalm && chance.is(0.06);
  const slow = (): number => (isCalm ? 3000 : chance.between(1500, 9000));
  const answers = (): string => {
    if (isCalm) return '1';
    if (role === 'hospital') return chance.is(mood.willing) ? '1' : chance.pick({ '2': 6, '3': 4 });
    return chance.is(mood.willing) ? '1' : '2';
  };
  const decided = answers();
  let isWrong = !isCalm && chance.is(0.06);
  return {
    id: phone.owner,
    isMachine: false,
    keys(path) {
      if (isSilent) return null;
      if (path.includes('/key/')) {
        if (isWrong) {
          isWrong = false;
          return { digits: chance.pick({ '7': 3, '3': 3, '*': 2, '0': 1, '#': 1 }), afterMs: slow() };
        }
        return { digits: decided, afterMs: slow() };
      }
      if (path.includes('/minutes/'))
        return { digits: chance.pick({ '30#': 4, '60#': 3, '#': 1, '999#': 1 }).replace('#', ''), afterMs: slow() };
      if (path.includes('/menu/')) return { digits: chance.pick({ '1': 6, '2': 2, '3': 2 }), afterMs: slow() };
      if (path.includes('/outcome/'))
        return chance.is(0.8) ? { digits: chance.pick({ '1': 4, '2': 4, '3': 1, '4': 1 }), afterMs: slow() } : null;
      if (path.includes('/visit/')) return { digits: chance.pick({ '30': 3, '45': 2, '': 1 }), afterMs: slow() };
      return null;
    },
    talks() {
      if (role === 'hospital') return { does: 'hangs_up', afterMs: chance.between(30_000, 180_000) };
      // Most wait until the family hangs up; when nobody else ends it, he does in the end.
      if (isCalm || chance.is(0.5)) return { does: 'hangs_up', afterMs: chance.between(20, 40) * 60_000 };
      return role === 'doctor' && chance.is(0.6)
        ? { does: 'star', afterMs: chance.between(15_000, 240_000) }
        : { does: 'hangs_up', afterMs: chance.between(20_000, 600_000) };
    },
  };
}

/** The family, nurse or facility behind a call. */
export function callingPerson(story: Story, town: Town, call: Call): Person {
  const chance = chanceOf(story.seed, 'family', call.id);
  const card = town.patients.get(call.patientId)?.card ?? '';
  const slipped = `${card.slice(0, 11)}${(Number(card.at(-1)) + 1) % 10}`;
  let slips = call.keys === 'slips' ? 1 + chance.below(3) : 0;
  let breaks = call.breaksAfterSeconds;
  const pressed = (digits: string) => ({ digits, afterMs: chance.between(2500, 9000) });
  return {
    id: call.id,
    isMachine: false,
    keys(path) {
      if (call.keys === 'silent') return null;
      if (path.includes('/menu/')) return pressed(call.keys === 'person' ? '0' : '1');
      if (path.includes('/card/')) {
        if (call.keys === 'area') return pressed('0');
        return pressed(slips-- > 0 ? slipped : card);
      }
      if (path.includes('/area/')) return pressed(String(areaKeyOf(town, call)));
      if (path.includes('/choice/')) return call.waits.does === 'call_back' ? { digits: '1', afterMs: 1200 } : null;
      if (path.includes('/again/')) return chance.is(0.1) ? pressed('1') : null;
      if (path.includes('/key/')) return pressed('1'); // called back
      return null;
    },
    talks() {
      if (breaks === null) return { does: 'hangs_up', afterMs: call.talkSeconds * 1000 };
      const broken = { does: 'hangs_up' as const, afterMs: breaks * 1000 };
      breaks = null;
      return broken;
    },
  };
}

function areaKeyOf(town: Town, call: Call): number {
  const patient = town.patients.get(call.patientId);
  const areas = town.associations.get(call.associationId)?.areas ?? [];
  return areas.find((area) => area.id === patient?.area_id)?.key ?? 1;
}

/** Nobody knows this telephone: it is called back and picked up, or not. */
export const calledBack = (story: Story, number: string, ring: number): { chance: Chance; pickUp: PickUp } => {
  const chance = chanceOf(story.seed, 'called back', number, ring);
  return {
    chance,
    pickUp: chance.is(0.85) ? { does: 'answers', afterMs: chance.between(2000, 15_000) } : { does: 'no_answer' },
  };
};
