/** The story: what the people at the telephones do. What the system does about it is only watched. */
import { setTimeout as pause } from 'node:timers/promises';
import type pg from 'pg';
import type { Cast, Doctor, Hospital } from './cast.ts';
import type { ExchangeClient } from './exchange.ts';
import { lineFrom, lineOf, patience } from './line.ts';
import { freeBeds } from './records.ts';
import type { Witness } from './witness.ts';

export interface Stage {
  db: pg.Pool;
  exchange: ExchangeClient;
  cast: Cast;
  witness: Witness;
  signal: AbortSignal;
}

/** What was seen on the way, for the verdict. */
export interface Play {
  /** Free beds as the hospitals reported them, by hospital id. */
  bedsBefore: ReadonlyMap<string, number | null>;
  winner: Doctor;
  /** Whom the caller could hear after the doctor, and then after the hospital, had joined. */
  heardAfterDoctor: readonly string[];
  heardAfterHospital: readonly string[];
}

/** Who rings often presses a key before all has been said; this long after the first word. */
const knowsTheMenu = 3;

/** @throws when something that has to happen does not, naming it. */
export async function play(stage: Stage): Promise<Play> {
  const { db, cast, witness } = stage;
  await setHabits(stage);
  await Promise.all(cast.hospitals.map((hospital) => reportBeds(stage, hospital, 1)));
  const bedsBefore = new Map<string, number | null>();
  for (const { id, ja, en } of cast.hospitals) {
    const count = await freeBeds(db, id, cast.bedType);
    bedsBefore.set(id, count);
    witness.tell({
      ja: `${ja}が届け出た空床: ${count ?? 'なし'}`,
      en: `${en} has reported its free beds: ${count ?? 'none'}`,
    });
  }

  const nurse = await ringUrgentCall(stage);
  const [, winner] = cast.deputies;
  const heardAfterDoctor = await talking(stage, nurse, 1, 'the caller and a doctor are joined', 90);
  await pause(5000, undefined, { signal: stage.signal }); // they talk
  await doctorAsksForBed(stage, winner);
  const heardAfterHospital = await talking(stage, nurse, 2, 'a hospital joins the conversation', 60);
  await pause(5000, undefined, { signal: stage.signal }); // and so do the three of them
  await doctorCloses(stage, winner);
  return { bedsBefore, winner, heardAfterDoctor, heardAfterHospital };
}

/** What each of them does when a phone rings. Phones without a habit ring in an empty room. */
async function setHabits({ exchange, cast }: Stage): Promise<void> {
  const { attending, deputies, hospitals } = cast;
  const [declining, accepting] = deputies;
  await exchange.setHabit(attending.phones[0] ?? '', {
    ...{ behaviour: 'voicemail', answerAfterSeconds: 0.5, greetingSeconds: 8 }, // switched off
  });
  await exchange.setHabit(declining.phones[0] ?? '', picksUpAndPresses('緊急呼です', '2'));
  await exchange.setHabit(accepting.phones[0] ?? '', picksUpAndPresses('緊急呼です', '1'));
  for (const [index, { desk }] of hospitals.entries())
    await exchange.setHabit(desk, picksUpAndPresses('在宅患者です', index === 0 ? '2' : '1'));
}

const picksUpAndPresses = (onPrompt: string, digits: string) => ({
  ...{ behaviour: 'answer', answerAfterSeconds: 3 },
  keys: [{ onPrompt, afterSeconds: 5, digits, times: 1 }],
});

/** A hospital tells its free beds by telephone, as product and habit have it: code, PIN, kind, count, ○, confirmed. */
async function reportBeds(stage: Stage, { desk, code, pin }: Hospital, count: number): Promise<void> {
  const line = await lineFrom(stage, desk);
  await line.keys(/119番/, '3', knowsTheMenu);
  await line.keys(/病院コードとシャープ/, `${code}#`);
  await line.keys(/暗証番号とシャープ/, `${pin}#`);
  await line.keys(/一般病床は(\d)/, (heard) => heard[1] ?? '');
  await line.keys(/空いている数とシャープ/, `${count}#`);
  await line.keys(/受け入れできるは1/, '1');
  await line.keys(/よろしければ1/, '1');
  await line.hears(/承りました/);
  await line.hangUp();
}

/** @returns the id of the caller's call. */
async function ringUrgentCall(stage: Stage): Promise<string> {
  const line = await lineFrom(stage, stage.cast.caller.phone);
  await line.keys(/119番/, '1', knowsTheMenu);
  await line.keys(/12けたの番号/, stage.cast.card, 3);
  return line.id;
}

async function doctorAsksForBed(stage: Stage, doctor: Doctor): Promise<void> {
  const line = await lineOf(stage, doctor);
  await line.press('*');
  await line.keys(/病床を探すときは1/, '1');
}

async function doctorCloses(stage: Stage, doctor: Doctor): Promise<void> {
  const { cast, witness } = stage;
  const line = await lineOf(stage, doctor);
  await line.press('*');
  await line.keys(/終わるときは3/, '3');
  await line.keys(/入院は3/, '3');
  await witness.until('the urgent call is closed', patience, () =>
    witness.entries.find(({ fact }) => fact.type === 'closed'),
  );
  for (const phone of [cast.caller.phone, doctor.phones[0] ?? ''])
    await witness.until(`the line of ${phone} is free again`, patience, () =>
      witness.events.findLast((event) => event.phone === phone && event.kind === 'call' && event.state === 'completed'),
    );
}

/** Waits until the caller hears `count` others. @returns their numbers, by the exchange's own word. */
async function talking(
  { exchange, signal }: Stage,
  callId: string,
  count: number,
  what: string,
  seconds: number,
): Promise<readonly string[]> {
  for (let waitedMs = 0; waitedMs <= seconds * 1000; waitedMs += 200) {
    const { bridgedWith } = await exchange.call(callId);
    if (bridgedWith.length >= count) return bridgedWith;
    await pause(200, undefined, { signal });
  }
  throw new Error(`waited ${seconds} s in vain: ${what}`);
}
