/** Does a card look-up and the opening of a case cost the same with a million patients as with five thousand? */

import type pg from 'pg';
import defaults from '../../config/default.json' with { type: 'json' };
import { type Context, createContext } from '../../src/context.ts';
import { patientByCard } from '../../src/directory/actions.ts';
import { openCase } from '../../src/escalations/actions.ts';
import { systemClock } from '../../src/lib/clock.ts';
import { randomIds } from '../../src/lib/ids.ts';
import { createLog } from '../../src/log.ts';
import { testRelease } from '../support/release-tools.ts';
import { hundredth, median, type Spread, spread } from './figures.ts';
import { account, type Stage } from './system.ts';
import { type BenchTown, buildBenchTown } from './town.ts';

export interface ScaleResult {
  /** Median of the large town by median of the small one, warm, of each round; and the median of those. */
  ratio: number;
  ratios: number[];
  warmMs: { small: Spread; large: Spread };
  /** The very first opening in each: nothing of the database is in its memory yet. */
  coldMs: { small: number; large: number };
}

export interface Place {
  ctx: Context;
  town: BenchTown;
}

const doctors = 60;
const perRound = 60;
const warmUpRounds = 2;

/** One process, one server, two databases, in turns. */
export async function measureScale(
  stage: Stage,
  options: { small: number; large: number; rounds: number },
  tell: (line: string) => void,
): Promise<ScaleResult> {
  const small = await open(stage, 'small', options.small);
  const large = await open(stage, 'large', options.large);
  tell(`towns of ${options.small} and ${options.large} patients filled`);
  const coldMs = { small: await openOne(small, 0), large: await openOne(large, 0) };
  const times = { small: [] as number[], large: [] as number[] };
  const ratios: number[] = [];
  for (let round = -warmUpRounds; round < options.rounds; round++) {
    const ours = { small: [] as number[], large: [] as number[] };
    for (let turn = 0; turn < perRound; turn++) {
      ours.small.push(await openOne(small, turn));
      ours.large.push(await openOne(large, turn));
    }
    if (round < 0) continue;
    times.small.push(...ours.small);
    times.large.push(...ours.large);
    ratios.push(hundredth(median(ours.large) / median(ours.small)));
  }
  return { ratio: median(ratios), ratios, warmMs: { small: spread(times.small), large: spread(times.large) }, coldMs };
}

async function open(stage: Stage, name: string, patients: number): Promise<Place> {
  const { db } = await stage.database(`bench_${name}`);
  const size = { doctors, cards: doctors, fillers: patients - doctors, bedsPerHospital: 2 };
  // The derivation costs the same whatever the number of patients: any 32 bytes serve here.
  const derive = async (card: string): Promise<Buffer> => Buffer.from(card.padEnd(32, '-'));
  const town = await buildBenchTown(db, size, derive, new Date());
  return { ctx: contextOn(db), town };
}

/** What opens cases, with nobody to call and nothing to wake. */
export function contextOn(db: pg.Pool): Context {
  const twilio = {
    ...{ accountSid: account.sid, authTokens: [account.token], apiBase: 'http://127.0.0.1:9', fallbackUrl: null },
    callsPerSecond: 50,
  };
  const config = {
    ...{ publicBaseUrl: 'http://127.0.0.1:9', twilio, plan: defaults.plan },
    card: { pepper: account.pepper, costLog2: 4 },
  };
  return createContext({
    ...{ config, db, language: 'ja', clock: systemClock, ids: randomIds, log: createLog('silent') },
    ...{ wake: () => undefined, cardConcurrency: 1, release: () => testRelease(db, randomIds).tools },
  });
}

/** Milliseconds from the look-up index to the committed case with its first leg in the outbox. Tidied up afterwards. */
export async function openOne({ ctx, town }: Place, turn: number): Promise<number> {
  const { associationId, patients } = town;
  const patient = patients[turn % patients.length]!;
  const began = performance.now();
  const found = await patientByCard(ctx.db, associationId, patient.index);
  if (!found) throw new Error('a card of the bench is not known');
  const wanted = {
    ...{ associationId, kind: 'patient' as const, patientId: found.patient_id, areaId: found.area_id },
    ...{ callId: `CA${String(turn).padStart(32, '0')}`, callerNumber: '+819000000001' },
  };
  const answer = { receiptKey: randomIds.next('ef'), reply: async () => '' };
  await openCase(ctx, wanted, { actor: 'caller', cause: 'bench' }, answer);
  const milliseconds = performance.now() - began;
  await ctx.db.query(`update leg set status = 'ended', is_live = false where is_live`);
  await ctx.db.query('delete from doctor_lease');
  await ctx.db.query(
    `update urgent_call set status = 'closed', due_at = null where status <> 'closed' and kind = 'patient'`,
  );
  return milliseconds;
}
