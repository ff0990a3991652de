/**
 * Plays the nights of two months on the real rules (nights/) with the roster as it stands. Each round has its own callers and its
 * own moods of everybody, the same ones on every date and in both months: what differs between two nights is who is on duty.
 */
import { localMinute, weekdayOf } from '../lib/japan-time.ts';
import { playNight } from '../nights/night.ts';
import { type Call, type Story, storyOf } from '../nights/story.ts';
import { japanCalendar } from '../roster/calendar.ts';
import { datesOf } from '../roster/month.ts';
import { type LineUp, lineUpOf } from './line-ups.ts';
import { type Picture, townOf } from './picture.ts';

/** One urgent call of a simulated night. */
export interface PlayedCall {
  areaId: string;
  /** 0 to 23, local. */
  hour: number;
  /** Null: nobody was reached. */
  secondsToPerson: number | null;
  takenBy: string | null;
  asked: string[];
  acceptedBy: string | null;
}

export interface PlayedDate {
  date: string;
  weekday: number;
  lineUp: LineUp;
  /** Of all rounds. Dates with the same line-up share them. */
  calls: readonly PlayedCall[];
}

export interface Played {
  rounds: number;
  /** Nights that were really played; the others had the line-up of one of them. */
  nights: number;
  asked: PlayedDate[];
  base: PlayedDate[];
  /** Nights in which a rule of the product was broken, which is a fault of ours and not of the roster. */
  broken: number;
}

export interface PlayOptions {
  /** The first seed of the rounds. */
  from: number;
  /** How many rounds for so many different line-ups. */
  rounds(lineUps: number): number;
  onNight(played: number, total: number): void;
}

/** In the evenings of the roster's question nothing else is to go wrong: carrier, machines and clocks behave. */
export async function playMonths(picture: Picture, { from, rounds: roundsFor, onNight }: PlayOptions): Promise<Played> {
  const town = townOf(picture);
  const areaIds = picture.areas.map(({ id }) => id);
  const lineUps = new Map<string, LineUp>();
  for (const date of [...datesOf(picture.months.asked), ...datesOf(picture.months.base)])
    lineUps.set(date, lineUpOf(picture.rules, areaIds, date, japanCalendar));
  /** One date for each line-up. */
  const different = new Map([...lineUps].map(([date, { key }]) => [key, date]));
  const rounds = roundsFor(different.size);
  const callsOf = new Map<string, PlayedCall[]>([...different.keys()].map((key) => [key, []]));
  let nights = 0;
  let broken = 0;
  for (let round = 0; round < rounds; round++)
    for (const [key, date] of different) {
      const night = await playNight(quiet(storyOf(from + round, town, date)), town);
      for (const { openedAt, areaId, ...call } of night.ends)
        callsOf
          .get(key)!
          .push({ ...call, areaId: areaId ?? '', hour: Math.floor(localMinute(new Date(openedAt)) / 60) });
      // A caller who waits too long, or finds nobody, is what is asked about here.
      if (night.breaches.some(({ rule }) => rule !== 'wait_over_180s' && rule !== 'lost')) broken++;
      onNight(++nights, rounds * different.size);
    }
  const playedOf = (month: string): PlayedDate[] =>
    datesOf(month).map((date) => {
      const lineUp = lineUps.get(date)!;
      return { date, weekday: weekdayOf(date), lineUp, calls: callsOf.get(lineUp.key)! };
    });
  return { rounds, nights, asked: playedOf(picture.months.asked), base: playedOf(picture.months.base), broken };
}

function quiet(story: Story): Story {
  return { ...story, faults: [], calls: story.calls.map(patient) };
}

/** Whoever gives up, or asks for the hub's person at once, says nothing about the doctors on duty. */
const patient = (call: Call): Call => ({
  ...call,
  waits: { does: 'stays' },
  breaksAfterSeconds: null,
  keys: call.keys === 'person' || call.keys === 'silent' ? 'card' : call.keys,
});
