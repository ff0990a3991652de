/** Who rings when, and what the town's people do with their telephones: the script that the load generator plays. */
import { between, chanceOf } from './figures.ts';
import type { BenchTown } from './town.ts';

export interface PlannedCall {
  /** From the start of the night. */
  atMs: number;
  /** Body of `POST /exchange/calls`. */
  body: Record<string, unknown>;
}

type Habit = Record<string, unknown>;

export interface Night {
  /** Habits, by telephone. */
  phones: Record<string, Habit>;
  calls: PlannedCall[];
}

const urgent = { onPrompt: '急変は1', digits: '1', times: 1 };
/** A caller chooses 1, keys the card, and hangs up when the conversation is over. */
const callerKeys = (chance: () => number, card: string): object[] => [
  { ...urgent, afterSeconds: between(chance, 0.3, 1.5) },
  { onPrompt: '12けた', afterSeconds: between(chance, 1, 3), digits: card, times: 1 },
  { onPrompt: 'もう一度つなぐときは1|ご連絡ありがとう', afterSeconds: 0.5, hangUp: true },
];

const question = '受ける1';
/** A doctor who takes the case, talks, leaves by *, closes it with 3 and "advice given" with 2. */
const takes = (chance: () => number, talkSeconds: number): Habit => ({
  behaviour: 'answer',
  answerAfterSeconds: between(chance, 1.5, 3),
  keys: [
    { onPrompt: question, afterSeconds: between(chance, 1, 2.5), digits: '1', times: 1 },
    { onPrompt: 'おつなぎします', afterSeconds: talkSeconds, digits: '*', times: 1 },
    { onPrompt: '終わるときは3', afterSeconds: 0.7, digits: '3' },
    { onPrompt: '結果を押してください', afterSeconds: 0.7, digits: '2' },
  ],
  hangUpAfterSeconds: 60,
});
const declines = (chance: () => number): Habit => ({
  behaviour: 'answer',
  answerAfterSeconds: between(chance, 1.5, 3),
  keys: [{ onPrompt: question, afterSeconds: between(chance, 0.8, 2), digits: '2', times: 1 }],
});
const busy = { behaviour: 'busy' };

/** Takes the case, asks for a bed, and closes it some seconds later. */
const wantsBed = (chance: () => number): Habit => ({
  behaviour: 'answer',
  answerAfterSeconds: between(chance, 1.5, 3),
  keys: [
    { onPrompt: question, afterSeconds: between(chance, 0.2, 0.4), digits: '1', times: 1 },
    { onPrompt: 'おつなぎします', afterSeconds: 2, digits: '*', times: 1 },
    { onPrompt: '病床を探すときは1', afterSeconds: 0.5, digits: '1', times: 1 },
    { onPrompt: '病院に問い合わせます', afterSeconds: 60, digits: '*', times: 1 },
    { onPrompt: '病院に問い合わせます', afterSeconds: 61.5, digits: '3', times: 1 },
    { onPrompt: '病院に問い合わせます', afterSeconds: 63, digits: '2', times: 1 },
  ],
  hangUpAfterSeconds: 90,
});
const desk = {
  behaviour: 'answer',
  answerAfterSeconds: 1,
  keys: [{ onPrompt: '受け入れる1', afterSeconds: 0.5, digits: '1', times: 1 }],
  hangUpAfterSeconds: 5,
};

/**
 * `perSecond` calls a second, each about another patient, for so many seconds. Three phones in ten are engaged or say no, so
 * that the next doctor is looked for. A case lasts about `caseSeconds`, so that perSecond × caseSeconds are open at once.
 */
export function steadyNight(
  town: BenchTown,
  options: { seconds: number; perSecond: number; caseSeconds: number; seed: number },
): Night {
  const chance = chanceOf(options.seed);
  const phones: Night['phones'] = {};
  // Ring and thought take 4 s, a failed first leg 2 s on the average, the closing 2 s.
  const talkSeconds = options.caseSeconds - 7.5;
  const habit = (): Habit => {
    const lot = chance();
    return lot < 0.7 ? takes(chance, talkSeconds) : lot < 0.9 ? busy : declines(chance);
  };
  for (const phone of town.doctors.flatMap((doctor) => doctor.phones))
    phones[phone] = { sequence: Array.from({ length: 60 }, habit) };
  for (const hospital of town.hospitals) phones[hospital.phone] = desk;
  phones[town.standby] = takes(chance, talkSeconds);
  const calls = Array.from({ length: options.seconds * options.perSecond }, (_, n) => ({
    atMs: (n * 1000) / options.perSecond,
    body: {
      from: `+8180${String(n).padStart(8, '0')}`,
      to: town.number,
      keys: callerKeys(chance, town.patients[n % town.doctors.length]!.card),
      hangUpAfterSeconds: 120,
    },
  }));
  return { phones, calls };
}

/**
 * Fifty callers in one second, two and two about patients of the same attending doctor, all doctors asking for a bed at once:
 * whatever can be promised twice would be.
 */
export function stormNight(town: BenchTown, cases: number, seed: number): Night {
  const chance = chanceOf(seed);
  const phones: Night['phones'] = {};
  for (const phone of town.doctors.flatMap((doctor) => doctor.phones)) phones[phone] = wantsBed(chance);
  for (const hospital of town.hospitals) phones[hospital.phone] = desk;
  phones[town.standby] = takes(chance, 5);
  const half = cases / 2;
  const calls = Array.from({ length: cases }, (_, n) => ({
    atMs: n * (1000 / cases),
    body: {
      from: `+8170${String(n).padStart(8, '0')}`,
      to: town.number,
      keys: callerKeys(() => 0, town.patients[n < half ? n : town.doctors.length + (n - half)]!.card),
      hangUpAfterSeconds: 120,
    },
  }));
  return { phones, calls };
}
