/** What is told of simulated months: waiting times by area, weekday and hour, the weakest nights, who is asked how often. Pure. */
import type { Picture } from './picture.ts';
import type { Played, PlayedCall, PlayedDate } from './play.ts';

/** Shares are 0 to 1; seconds are until the first word with a person. Null: no calls. */
export interface Figures {
  calls: number;
  median: number | null;
  p90: number | null;
  over180: number | null;
  /** Taken by the hub's standby person, because no doctor and no hospital did. */
  standby: number | null;
  nobody: number | null;
}

export interface WeakNight extends Figures {
  /** Nights with this line-up, which are one to whoever rings. */
  dates: string[];
  areaId: string;
  /** On duty, in the order in which they are rung. */
  doctors: string[];
  /** The fewest on duty at once. */
  fewest: number;
  /** Of all calls, those over ten minutes counted as ten. */
  meanSeconds: number;
}

export interface MonthFigures {
  month: string;
  all: Figures;
  areas: ({ areaId: string } & Figures)[];
  /** 0 is Sunday. */
  weekdays: ({ weekday: number } & Figures)[];
  hours: ({ hour: number } & Figures)[];
  /** Share of all calls that have a person after so many seconds. */
  curve: { seconds: number; share: number }[];
  /** Longest mean wait first. */
  weakest: WeakNight[];
  /** Nights in which at some hour one doctor, or none, is on duty in an area. */
  alone: { date: string; areaId: string; doctors: string[]; fewest: number }[];
  /** Per month, most often asked first. */
  doctors: { doctorId: string; nightsOnDuty: number; asked: number; accepted: number }[];
}

/** What is kept: ids, numbers and dates. */
export interface Foresight {
  rounds: number;
  nights: number;
  broken: number;
  callsPerNight: number;
  callsSource: Picture['calls']['source'];
  /** Settings of hunts that are not in force yet were tried. */
  hasDraftPlans: boolean;
  asked: MonthFigures;
  base: MonthFigures;
}

export const curveSeconds = Array.from({ length: 31 }, (_, place) => place * 10);
/** The latest that a caller may be without a person (product rule 1). */
const mostSeconds = 180;
const countedAsMost = 600;
const weakNights = 10;
const fewestCalls = 5;

/** @param areaId only this area's calls; null: all. */
export function foresightOf(picture: Picture, played: Played, areaId: string | null = null): Foresight {
  const { rounds, nights, broken } = played;
  const { months, calls, hasDraftPlans } = picture;
  const areaIds = picture.areas.map(({ id }) => id).filter((id) => areaId === null || id === areaId);
  return {
    ...{ rounds, nights, broken, callsPerNight: calls.perNight, callsSource: calls.source, hasDraftPlans },
    asked: monthFigures(months.asked, played.asked, rounds, areaIds),
    base: monthFigures(months.base, played.base, rounds, areaIds),
  };
}

function monthFigures(
  month: string,
  dates: readonly PlayedDate[],
  rounds: number,
  areaIds: readonly string[],
): MonthFigures {
  const own = dates.map((one) => ({ ...one, calls: one.calls.filter((call) => areaIds.includes(call.areaId)) }));
  const calls = own.flatMap((one) => one.calls);
  const hours = [...new Set(calls.map(({ hour }) => hour))].sort((a, b) => ((a + 6) % 24) - ((b + 6) % 24));
  const weekdays = [1, 2, 3, 4, 5, 6, 0].map((weekday) => {
    const ofDay = own.filter((one) => one.weekday === weekday).flatMap((one) => one.calls);
    return { weekday, ...figuresOf(ofDay) };
  });
  return {
    ...{ month, all: figuresOf(calls), weekdays },
    areas: areaIds.map((areaId) => ({ areaId, ...figuresOf(calls.filter((call) => call.areaId === areaId)) })),
    hours: hours.map((hour) => ({ hour, ...figuresOf(calls.filter((call) => call.hour === hour)) })),
    curve: curveOf(calls),
    weakest: weakestOf(own, areaIds),
    alone: own.flatMap(({ date, lineUp }) =>
      areaIds.flatMap((areaId) => {
        const fewest = lineUp.fewest.get(areaId) ?? 0;
        return fewest > 1 ? [] : [{ date, areaId, doctors: lineUp.doctors.get(areaId) ?? [], fewest }];
      }),
    ),
    doctors: doctorsOf(own, rounds, areaIds),
  };
}

export function figuresOf(calls: readonly PlayedCall[]): Figures {
  const waits = calls.flatMap(({ secondsToPerson }) => (secondsToPerson === null ? [] : [secondsToPerson]));
  waits.sort((one, other) => one - other);
  const quantile = (share: number): number | null =>
    waits.length === 0 ? null : Math.round(waits[Math.floor((waits.length - 1) * share)]! * 10) / 10;
  const share = (fits: (call: PlayedCall) => boolean): number | null =>
    calls.length === 0 ? null : thousandths(calls.filter(fits).length / calls.length);
  return {
    ...{ calls: calls.length, median: quantile(0.5), p90: quantile(0.9) },
    over180: share(({ secondsToPerson }) => secondsToPerson === null || secondsToPerson > mostSeconds),
    standby: share(({ takenBy }) => takenBy === 'standby'),
    nobody: share(({ takenBy }) => takenBy === null),
  };
}

const thousandths = (share: number): number => Math.round(share * 1000) / 1000;

function curveOf(calls: readonly PlayedCall[]): MonthFigures['curve'] {
  return curveSeconds.map((seconds) => {
    const reached = calls.filter(({ secondsToPerson }) => secondsToPerson !== null && secondsToPerson <= seconds);
    return { seconds, share: calls.length === 0 ? 0 : thousandths(reached.length / calls.length) };
  });
}

function weakestOf(dates: readonly PlayedDate[], areaIds: readonly string[]): WeakNight[] {
  const byLineUp = new Map<string, PlayedDate[]>();
  for (const one of dates) byLineUp.set(one.lineUp.key, [...(byLineUp.get(one.lineUp.key) ?? []), one]);
  const nights = [...byLineUp.values()].flatMap((alike) =>
    areaIds.flatMap((areaId) => {
      const { calls, lineUp } = alike[0]!;
      const own = calls.filter((call) => call.areaId === areaId);
      if (own.length < fewestCalls) return [];
      const waited = own.map(({ secondsToPerson }) => Math.min(secondsToPerson ?? countedAsMost, countedAsMost));
      const meanSeconds = Math.round(waited.reduce((sum, seconds) => sum + seconds, 0) / own.length);
      const duty = { doctors: lineUp.doctors.get(areaId) ?? [], fewest: lineUp.fewest.get(areaId) ?? 0 };
      return [{ dates: alike.map(({ date }) => date), areaId, ...duty, meanSeconds, ...figuresOf(own) }];
    }),
  );
  const inOrder = nights.sort(
    (one, other) => other.meanSeconds - one.meanSeconds || (one.dates[0]! < other.dates[0]! ? -1 : 1),
  );
  return inOrder.slice(0, weakNights);
}

function doctorsOf(dates: readonly PlayedDate[], rounds: number, areaIds: readonly string[]): MonthFigures['doctors'] {
  const found = new Map<string, { nightsOnDuty: number; asked: number; accepted: number }>();
  const of = (doctorId: string) => {
    const known = found.get(doctorId) ?? { nightsOnDuty: 0, asked: 0, accepted: 0 };
    found.set(doctorId, known);
    return known;
  };
  for (const { calls, lineUp } of dates) {
    const onDuty = new Set(areaIds.flatMap((areaId) => lineUp.doctors.get(areaId) ?? []));
    for (const doctorId of onDuty) of(doctorId).nightsOnDuty++;
    for (const { asked, acceptedBy } of calls) {
      for (const doctorId of asked) of(doctorId).asked++;
      if (acceptedBy !== null) of(acceptedBy).accepted++;
    }
  }
  const perMonth = (count: number): number => Math.round((count / rounds) * 10) / 10;
  return [...found]
    .map(([doctorId, { nightsOnDuty, asked, accepted }]) => {
      return { doctorId, nightsOnDuty, asked: perMonth(asked), accepted: perMonth(accepted) };
    })
    .sort((one, other) => other.asked - one.asked || (one.doctorId < other.doctorId ? -1 : 1));
}
