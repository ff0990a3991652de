/** What is done to the system, one after the other, while the calls go on. */
import { setTimeout as pause } from 'node:timers/promises';
import type { Load } from './load.ts';
import type { End, Role } from './members.ts';
import { dieAt, type Stage } from './stage.ts';
import type { Cut } from './wire.ts';

export interface Phase {
  name: string;
  run(stage: Stage, load: Load): Promise<Record<string, unknown>>;
}

export interface Measure {
  /** How long most things are taken away or done wrong. */
  seconds: number;
  /** Most moments to be killed at. */
  points: number;
  /** These only. */
  moments: RegExp;
  say(text: string): void;
}

/** First what a caller would feel, then everything: sweeps that find nothing to do would take all the deaths. */
const inTurn = [/urgent_call|leg|effect|disclosure|record_request|fax\b|bed_hold|provider (POST|DELETE)/, /./];
/** When nobody has come to any moment that is left for so long, they are left. */
const comesAgainWithinSeconds = 60;

/** At each moment that was ever seen one process dies, whichever comes first; what is new is seen meanwhile. */
async function killEverywhere(stage: Stage, { points, moments, say }: Measure): Promise<Record<string, unknown>> {
  const killed: string[] = [];
  const left = async (): Promise<string[]> => (await stage.seen()).filter((moment) => !killed.includes(moment));
  for (const matters of inTurn) {
    for (;;) {
      const wished = (await left()).filter((moment) => matters.test(moment) && moments.test(moment));
      const isEnough = wished.length === 0 || killed.length >= points;
      const moment = isEnough ? null : await dieAt(stage, wished, comesAgainWithinSeconds);
      if (moment === null) break;
      killed.push(moment);
      say(`  killed at: ${moment}`);
      await pause(1500);
    }
  }
  return { killed: killed.length, notReached: await left() };
}

const faults = async (stage: Stage, body: object): Promise<void> => {
  const init = { method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) };
  const answer = await fetch(`${stage.exchangeUrl}/exchange/faults`, init);
  if (!answer.ok) throw new Error(`the exchange refused faults: ${await answer.text()}`);
};

const pairs: readonly (readonly [Role, End])[] = [
  ['gateway', 'database'],
  ['worker', 'database'],
  ['gateway', 'queue'],
  ['worker', 'queue'],
  ['gateway', 'carrier'],
  ['worker', 'carrier'],
  ['worker', 'faxes'],
];
const ways: readonly Cut[] = ['stalled', 'torn'];
/** After what was taken away is back the calls are watched for so long before the next thing happens. */
const settleMs = 8000;

const cuts = (seconds: number): Phase[] =>
  ways.flatMap((how) => [
    ...pairs.map(([role, end]) => ({
      name: `network ${how} between every ${role} and the ${end}`,
      run: async ({ members, watch }: Stage) => {
        const cut = async (): Promise<void> => {
          members.cut(role, end, how);
          await pause(seconds * 1000);
          members.mend();
        };
        await (end === 'queue' ? cut() : watch.without(cut)); // the queue only wakes: nothing may be late without it
        await pause(settleMs);
        return {};
      },
    })),
    {
      name: `network ${how} between the carrier and us`,
      run: async ({ entrance, watch }: Stage) => {
        await watch.without(async () => {
          entrance.cut(how);
          await pause(seconds * 1000);
          entrance.mend();
        });
        await pause(settleMs);
        return {};
      },
    },
    {
      name: `network ${how} between one worker and the database`,
      run: async ({ members }: Stage) => {
        const one = members.all.find(({ role }) => role === 'worker')!;
        one.wires.database?.cut(how);
        await pause(seconds * 1000);
        one.wires.database?.mend();
        await pause(settleMs);
        return {};
      },
    },
  ]);

const clocks = (seconds: number): Phase[] =>
  [300, -300].flatMap((wrong) =>
    (['gateway', 'worker'] as const).map((role) => ({
      name: `clock of one ${role} ${wrong > 0 ? 'five minutes fast' : 'five minutes slow'}`,
      run: async ({ members }: Stage) => {
        const index = members.all.findIndex((member) => member.role === role);
        await members.setClock(index, wrong);
        await pause(seconds * 1000);
        await members.setClock(index, 0);
        await pause(settleMs);
        return {};
      },
    })),
  );

/** Ten minutes of a run of the usual length. */
const queueAwayTimes = 30;
const databaseAwaySeconds = 30;
const mostAtOnce = 20;

export const phasesOf = (measure: Measure): readonly Phase[] => [
  {
    name: 'calm',
    run: async () => {
      await pause(measure.seconds * 1000);
      return {};
    },
  },
  { name: 'killed at every moment', run: (stage) => killEverywhere(stage, measure) },
  {
    name: 'Redis forgets everything every second',
    run: async ({ redis }) => {
      const end = Date.now() + measure.seconds * 1000;
      while (Date.now() < end) {
        await redis.flush();
        await pause(1000);
      }
      return {};
    },
  },
  {
    name: `Redis away for ${measure.seconds * queueAwayTimes} s`,
    run: async ({ redis }) => {
      await redis.stop();
      await pause(measure.seconds * queueAwayTimes * 1000);
      await redis.start();
      return {};
    },
  },
  {
    name: `PostgreSQL crashed and away for ${databaseAwaySeconds} s`,
    run: async ({ ground, watch }) => {
      await watch.without(async () => {
        await ground.stop('immediate');
        await pause(databaseAwaySeconds * 1000);
        await ground.start();
      });
      await pause(measure.seconds * 500);
      return {};
    },
  },
  {
    name: 'disk full',
    run: async ({ ground, watch }) => {
      const { disk } = ground;
      if (!disk) return { leftOut: 'no disk can be mounted here (root is needed)' };
      let isDown = false;
      await watch.without(async () => {
        await disk.fill();
        await pause(measure.seconds * 1000);
        await disk.free();
        // Without room for its log the server ends itself; whoever frees the disk starts it again.
        isDown = !(await ground.isUp());
        if (isDown) await ground.start();
      });
      await pause(settleMs);
      return { databaseEndedItself: isDown };
    },
  },
  ...cuts(Math.min(12, measure.seconds)),
  ...clocks(measure.seconds),
  ...(['503', 'timeout', 'accept-then-timeout', 'accept-then-500'] as const).map((mode) => ({
    name: `carrier: every third request ${mode}`,
    run: async (stage: Stage) => {
      await faults(stage, { api: { operation: '*', mode, probability: 0.33 } });
      await pause(measure.seconds * 1000);
      await faults(stage, { api: [] });
      return {};
    },
  })),
  {
    name: `rolling restart under ${mostAtOnce} live calls`,
    run: async ({ members }, load) => {
      load.pace(300, mostAtOnce);
      for (let waited = 0; waited < 60 && load.underWay() < mostAtOnce; waited++) await pause(1000);
      const live = load.underWay();
      for (const index of members.all.keys()) await members.roll(index);
      return { live };
    },
  },
];
