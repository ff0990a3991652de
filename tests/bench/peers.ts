/** `npm run bench -- peers`: our parts beside what they are made of or could be, in turns in one run. */
import { parseArgs } from 'node:util';
import { openTown } from './calls.ts';
import { chosenOf, count, hasRedis, missing } from './cli.ts';
import type { Turns } from './in-turns.ts';
import { comparePages } from './peer-pages.ts';
import { compareTiff } from './peer-tiff.ts';
import { compareWakes } from './peer-wakes.ts';
import type { LeftOut, Outcome } from './result.ts';
import { onStage, type Stage } from './system.ts';
import { webhookFigures } from './urgent-figures.ts';
import { measureWebhooks } from './webhooks.ts';

const known = ['webhooks', 'wake', 'pages', 'tiff'] as const;
type Known = (typeof known)[number];
const usage = `npm run bench -- peers [--json] [--save] [--repeats N] [options]
  --only ${known.join(',')}  these comparisons only
  --rounds 7      each a median of its turns; the figure is the median of the rounds
  --wakes 60      turns of a round: wake-ups
  --pages 6       pages drawn, files read
`;

type Compared = Pick<Outcome, 'figures' | 'details'> & Partial<Pick<Outcome, 'leftOut'>>;

/** @throws UsageError */
export async function peersBench(args: string[]): Promise<Outcome> {
  const { values } = parseArgs({
    args,
    options: {
      only: { type: 'string', default: known.join(',') },
      rounds: { type: 'string', default: '7' },
      wakes: { type: 'string', default: '60' },
      pages: { type: 'string', default: '6' },
    },
  });
  const only = chosenOf(values.only, known, usage);
  const [rounds, wakes, pages] = [count(values.rounds), count(values.wakes), count(values.pages)];
  const ofPages: Turns = { warmUps: 5, rounds, turns: pages };
  const comparisons: Record<Known, () => Promise<Compared>> = {
    webhooks: () => onStage('postgres', (stage) => compareWebhooks(stage, rounds)),
    wake: () => compareQueues({ warmUps: 20, rounds, turns: wakes }),
    pages: () => comparePages(ofPages),
    tiff: () => compareTiff(ofPages),
  };
  const done: Compared[] = [];
  for (const name of known) if (only.has(name)) done.push(await comparisons[name]());
  return {
    figures: done.flatMap(({ figures }) => figures),
    leftOut: done.flatMap(({ leftOut = [] }) => leftOut),
    details: done.flatMap(({ details }) => details),
    options: { only: values.only, rounds, wakes, pages },
  };
}

async function compareWebhooks(stage: Stage, rounds: number): Promise<Compared> {
  const measured = await measureWebhooks(stage, await openTown(stage), { rounds });
  return { figures: webhookFigures(measured), details: [`webhooks that failed: ${measured.failures}`] };
}

async function compareQueues(turns: Turns): Promise<Compared> {
  const noRedis: LeftOut | null = missing('redis-server', 'our wake-up on Redis and bare BullMQ');
  const compared = await onStage(hasRedis() ? 'redis' : 'postgres', (stage) => compareWakes(stage, turns));
  return { ...compared, leftOut: noRedis ? [noRedis] : [] };
}
