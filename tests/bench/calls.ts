/** The night of many calls and the storm: played on the whole system, then read off the records. */
import { writeFile } from 'node:fs/promises';
import path from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { createCardDeriver } from '../../src/lib/card.ts';
import { hundredth, median, type Spread, spread } from './figures.ts';
import { type Night, steadyNight, stormNight } from './night.ts';
import { doubleBeds, doubleRings, firstLegs, joins, nextLegs, silentCallers } from './readings.ts';
import { openedBetween, type Records, readRecords } from './records.ts';
import { account, cardCostLog2, type Stage, type System, start, startSystem } from './system.ts';
import { type BenchTown, buildBenchTown } from './town.ts';

export interface LoadOptions {
  seconds: number;
  warmUpSeconds: number;
  perSecond: number;
  openCases: number;
  stormCases: number;
  seed: number;
  /** Where processor profiles of gateway and worker are written, if wanted. */
  profileFolder?: string | undefined;
}

export interface Times {
  firstLeg: Spread;
  firstLegAfterCard: Spread;
  nextLeg: Spread;
  join: Spread;
  /** Doctors who accepted and heard something else than that they are being joined. */
  notJoined: number;
}

export interface LoadResult extends Times {
  derivation: Spread;
  doubleRings: number;
  doubleBeds: number;
  silentOver20s: number;
  /** Open cases during the measured minute, looked at every second. */
  open: { least: number; median: number; most: number };
  /** Processor seconds per second of the measured time. */
  processors: Record<string, number>;
  dialledLateMs: number;
  storm: Times & { cases: number; accepted: number; admitted: number };
  faults: Record<string, number>;
}

const bedsPerHospital = 2;
const doctors = 120;
/** From dialling to an open case: 119 is spoken first, then the menu. */
const leadSeconds = 15;

/** Builds the town in the stage's first database. Every card costs the product's full derivation. */
export async function openTown(stage: Stage): Promise<BenchTown> {
  const { lookupIndex } = createCardDeriver({ pepper: account.pepper, costLog2: cardCostLog2, concurrency: 2 });
  const size = { doctors, cards: doctors + 30, fillers: 5000, bedsPerHospital };
  return buildBenchTown(stage.db, size, lookupIndex, new Date());
}

export async function measureLoad(
  stage: Stage,
  town: BenchTown,
  options: LoadOptions,
  tell: (line: string) => void,
): Promise<LoadResult> {
  const system = await startSystem(stage, town.number, { profileFolder: options.profileFolder });
  try {
    const { seconds, warmUpSeconds, perSecond, openCases, stormCases, seed } = options;
    const pace = { seconds: seconds + warmUpSeconds, perSecond, caseSeconds: openCases / perSecond, seed };
    const steady = await play(stage, system, steadyNight(town, pace), warmUpSeconds);
    tell(`steady night: ${Math.min(...steady.open)} to ${Math.max(...steady.open)} cases open at once`);
    await settled(stage, 40);
    await stage.db.query('update bed_offer set free_count = $1, as_of = now()', [bedsPerHospital]);
    const storm = await play(stage, system, stormNight(town, stormCases, seed), 0);
    await pause(leadSeconds * 1000);
    await settled(stage, 90);
    const records = await readRecords(stage.db, system.exchangeUrl, system.gatewayLog);
    const ofStorm = openedBetween(records, storm.since, Number.POSITIVE_INFINITY);
    const beds = await doubleBeds(stage.db, bedsPerHospital);
    const double = doubleRings(records);
    for (const line of double.slice(0, 10)) tell(line);
    tell(`storm: ${ofStorm.cases.size} cases, ${beds.admitted} beds found`);
    return {
      ...timesOf(openedBetween(records, steady.since, storm.since)),
      derivation: spread(records.derivationMs),
      ...{ doubleRings: double.length, doubleBeds: beds.double, silentOver20s: silentCallers(records) },
      open: { least: Math.min(...steady.open), median: median(steady.open), most: Math.max(...steady.open) },
      ...{ processors: steady.processors, dialledLateMs: steady.dialledLateMs, faults: records.faults },
      storm: {
        cases: ofStorm.cases.size,
        accepted: joins(ofStorm).times.length,
        admitted: beds.admitted,
        ...timesOf(ofStorm),
      },
    };
  } finally {
    await system.close();
  }
}

function timesOf(records: Records): Times {
  const { total, afterCard } = firstLegs(records);
  const joined = joins(records);
  return {
    firstLeg: spread(total),
    firstLegAfterCard: spread(afterCard),
    nextLeg: spread(nextLegs(records)),
    join: spread(joined.times),
    notJoined: joined.others,
  };
}

interface Played {
  /** When the measured time began. */
  since: number;
  /** Open cases at each second of it. */
  open: number[];
  processors: Record<string, number>;
  dialledLateMs: number;
}

/** Lets the load generator play a night, and watches meanwhile. */
async function play(stage: Stage, system: System, night: Night, warmUpSeconds: number): Promise<Played> {
  const file = path.join(stage.folder, 'night.json');
  await writeFile(file, JSON.stringify({ exchangeUrl: system.exchangeUrl, night }));
  const player = start('player', 'tests/bench/play.ts', {}, stage.folder, [file]);
  let lastLine = '';
  const played = player.says(/^played \d+/, (line) => (lastLine = line));
  await player.says(/^playing/);
  await pause(warmUpSeconds * 1000);
  const since = Date.now();
  const before = await system.processorSeconds();
  const open: number[] = [];
  let isOver = false;
  void played.then(() => (isOver = true));
  while (!isOver) {
    await pause(1000);
    open.push(await openCases(stage));
  }
  const seconds = (Date.now() - since) / 1000;
  const after = await system.processorSeconds();
  const used = Object.entries(after).map(([name, value]) => [name, hundredth((value - (before[name] ?? 0)) / seconds)]);
  await player.stop();
  return {
    ...{ since, open, dialledLateMs: Number(lastLine.split(' ')[1]) },
    processors: Object.fromEntries(used),
  };
}

async function openCases(stage: Stage): Promise<number> {
  const found = await stage.db.query<{ open: number }>(
    `select count(*)::int as open from urgent_call where status <> 'closed'`,
  );
  return found.rows[0]?.open ?? 0;
}

/** Waits until every case is closed, at most so long. */
async function settled(stage: Stage, seconds: number): Promise<void> {
  for (let second = 0; second < seconds && (await openCases(stage)) > 0; second++) await pause(1000);
}
