/**
 * `npm run crash -- [--json] [--only TEXT] [--points N] [--moments REGEX] [--seconds N] [--live N] [--gateways N] [--workers N] [--redis-nodes N]`: gateways and workers
 * under calls that never stop, while one after the other each moment around a commit and a request to a provider kills whoever gets
 * there, and what they stand on is taken away. Ends with 1 when anything was lost or doubled.
 */
import { parseArgs } from 'node:util';
import { takeLeaks, watched } from '../support/leaks.ts';
import { judge } from './judge.ts';
import { startLoad } from './load.ts';
import { phasesOf } from './phases.ts';
import { openStage } from './stage.ts';
import { storyOf } from './stories.ts';

const { values } = parseArgs({
  options: {
    json: { type: 'boolean' },
    points: { type: 'string' },
    moments: { type: 'string' },
    seconds: { type: 'string' },
    only: { type: 'string' },
    live: { type: 'string' },
    gateways: { type: 'string' },
    workers: { type: 'string' },
    'redis-nodes': { type: 'string' },
  },
});
const say = (text: string): void => void (values.json || console.log(text));
const number = (text: string | undefined, otherwise: number): number => (text === undefined ? otherwise : Number(text));
const phases = phasesOf({
  ...{ seconds: number(values.seconds, 20), points: number(values.points, Number.POSITIVE_INFINITY), say },
  moments: new RegExp(values.moments ?? ''),
}).filter(({ name }) => !values.only || name === 'calm' || name.includes(values.only));

const began = Date.now();
const stage = await openStage({
  ...{ gateways: number(values.gateways, 2), workers: number(values.workers, 2) },
  redisNodes: number(values['redis-nodes'], 1),
});
for (const signal of ['SIGINT', 'SIGTERM'] as const)
  process.once(signal, () => void stage.close().finally(() => process.exit(1)));

async function play() {
  const { restarts } = stage.members;
  const load = await startLoad(stage, 1500, number(values.live, 20));
  const played: { report: Record<string, unknown>; span: [number, number] }[] = [];
  for (const { name, run } of phases) {
    const [before, at] = [restarts.length, Date.now()];
    say(`${name} …`);
    const more = await run(stage, load);
    const report = {
      phase: name,
      seconds: Math.round((Date.now() - at) / 1000),
      died: restarts.length - before,
      endedThemselves: restarts.slice(before).flatMap(({ role, by }) => (by === null ? [] : [`${role}: ${by}`])),
      ...more,
    };
    played.push({ report, span: [at, Date.now()] });
    say(`  ${JSON.stringify(report)}`);
  }
  say('waiting for the calls that are under way …');
  await load.end();
  const { verdict, each } = await judge(
    stage,
    load,
    played.map(({ span }) => span),
  );
  const faults = await Promise.all(
    load.told
      .filter(({ fault }) => fault !== null)
      .map(async ({ kind, fault, caller }) => ({ kind, fault, story: await storyOf(stage, caller) })),
  );
  const reports = played.map(({ report }, index) => ({ ...report, ...each[index] }));
  return { ...verdict, wallSeconds: Math.round((Date.now() - began) / 1000), faults, phases: reports };
}

const played = await play().finally(() => stage.close());
const whole = { ...played, leaks: takeLeaks(), lookedAt: watched };
console.log(values.json ? JSON.stringify(whole) : JSON.stringify(whole, null, 2));
const { lost, legsDoubled, bedsDoubled, pagesDoubled, pagesLost, auditSound, leaks } = whole;
const faults = lost + legsDoubled + bedsDoubled + pagesDoubled + pagesLost + leaks.length;
process.exit(faults > 0 || !auditSound ? 1 : 0);
