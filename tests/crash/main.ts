/**
 * `npm run crash -- [--json] [--points N] [--seconds N] [--live N]`: two gateways and two workers under calls that never stop, while one after the
 * other each moment around a commit and a request to a provider kills whoever gets there, and what they stand on is taken away.
 * Ends with 1 when anything was lost or doubled.
 */
import { setTimeout as pause } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { judge, type Verdict } from './judge.ts';
import { type Load, startLoad } from './load.ts';
import { dieAt, openStage, type Stage } from './stage.ts';

interface Phase {
  name: string;
  run(stage: Stage, load: Load): Promise<Record<string, unknown>>;
}

const { values } = parseArgs({
  options: {
    json: { type: 'boolean' },
    points: { type: 'string' },
    seconds: { type: 'string' },
    only: { type: 'string' },
    live: { type: 'string' },
  },
});
const seconds = Number(values.seconds ?? 20);
const mostPoints = Number(values.points ?? Number.POSITIVE_INFINITY);
const say = (text: string): void => void (values.json || console.log(text));

/** First what a caller would feel; sweeps that find nothing to do come last. */
const matters = /urgent_call|leg|effect|disclosure|record_request|fax\b|bed_hold|provider (POST|DELETE)/;

/** At each moment that was ever seen one process dies, as the next one is seen to be started again. */
async function killEverywhere(stage: Stage): Promise<Record<string, unknown>> {
  const tried = new Set<string>();
  const killed: string[] = [];
  const notReached: string[] = [];
  for (;;) {
    const untried = (await stage.seen()).filter((moment) => !tried.has(moment));
    const next = untried.find((moment) => matters.test(moment)) ?? untried[0];
    if (next === undefined || tried.size >= mostPoints) break;
    tried.add(next);
    const isKilled = await dieAt(stage, next, 12);
    (isKilled ? killed : notReached).push(next);
    say(`  ${isKilled ? 'killed at' : 'not reached again'}: ${next}`);
    await pause(1500);
  }
  return { killed: killed.length, notReached };
}

const faults = async (stage: Stage, body: object): Promise<void> => {
  const init = { method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) };
  const answer = await fetch(`${stage.exchangeUrl}/exchange/faults`, init);
  if (!answer.ok) throw new Error(`the exchange refused faults: ${await answer.text()}`);
};

const phases: readonly Phase[] = [
  {
    name: 'calm',
    run: async () => {
      await pause(seconds * 1000);
      return {};
    },
  },
  { name: 'killed at every moment', run: killEverywhere },
  {
    name: 'Redis forgets everything every second',
    run: async ({ redis }) => {
      const end = Date.now() + seconds * 1000;
      while (Date.now() < end) {
        await redis.flush();
        await pause(1000);
      }
      return {};
    },
  },
  {
    name: 'Redis away',
    run: async ({ redis }) => {
      await redis.stop();
      await pause(seconds * 1000);
      await redis.start();
      return {};
    },
  },
  {
    name: 'PostgreSQL crashed and away for 10 s',
    run: async (stage) => {
      await stage.postgresIsGoneFor(10);
      await pause(seconds * 500);
      return {};
    },
  },
  ...(['503', 'timeout', 'accept-then-timeout', 'accept-then-500'] as const).map((mode) => ({
    name: `carrier: every third request ${mode}`,
    run: async (stage: Stage) => {
      await faults(stage, { api: { operation: '*', mode, probability: 0.33 } });
      await pause(seconds * 1000);
      await faults(stage, { api: [] });
      return {};
    },
  })),
  {
    name: 'rolling restart under live calls',
    run: async (stage, load) => {
      const live = load.live();
      for (const index of stage.members.keys()) await stage.roll(index);
      return { live };
    },
  },
];

const began = Date.now();
const stage = await openStage();
for (const signal of ['SIGINT', 'SIGTERM'] as const)
  process.once(signal, () => void stage.close().then(() => process.exit(1)));
const report: Record<string, unknown>[] = [];
let verdict: Verdict;
const load = await startLoad(stage, 1500, Number(values.live ?? 20));
try {
  for (const phase of phases.filter(({ name }) => !values.only || name === 'calm' || name.includes(values.only))) {
    const from = load.told.length;
    const [restarts, at] = [stage.restarts.length, Date.now()];
    say(`${phase.name} …`);
    const more = await phase.run(stage, load);
    const own = load.told.slice(from);
    report.push({
      ...{ phase: phase.name, seconds: Math.round((Date.now() - at) / 1000), rang: own.length },
      ...{ died: stage.restarts.length - restarts, ...more },
    });
    say(`  ${JSON.stringify(report.at(-1))}`);
  }
  say('waiting for the calls that are under way …');
  await load.end();
  verdict = await judge(stage, load.told);
} finally {
  await stage.close();
}
const faulty = load.told.filter(({ fault }) => fault !== null).map(({ kind, fault }) => ({ kind, fault }));
const whole = { ...verdict, wallSeconds: Math.round((Date.now() - began) / 1000), faults: faulty, phases: report };
console.log(values.json ? JSON.stringify(whole) : JSON.stringify(whole, null, 2));
const { lost, legsDoubled, bedsDoubled, pagesDoubled, pagesLost, auditSound } = verdict;
process.exit(lost + legsDoubled + bedsDoubled + pagesDoubled + pagesLost > 0 || !auditSound ? 1 : 0);
