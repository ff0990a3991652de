/** `npm run bench -- urgent`: the figures that the urgent call must reach, measured on this machine. */
import { parseArgs } from 'node:util';
import { measureLoad, openTown } from './calls.ts';
import { chosenOf, count, hasRedis, tell, UsageError } from './cli.ts';
import { describeMachine } from './machine.ts';
import type { Outcome } from './result.ts';
import { measureScale } from './scale.ts';
import { onStage } from './system.ts';
import { type UrgentParts, urgentDetails, urgentFigures, urgentKeys } from './urgent-figures.ts';
import { measureWebhooks } from './webhooks.ts';

const known = ['load', 'webhooks', 'scale'] as const;
const usage = `npm run bench -- urgent [--json] [--save] [--repeats N] [options]
  --only ${known.join(',')}  these parts only
  --queue redis|postgres      where the queue lives (default: redis when redis-server is installed)
  --seconds 60                measured time of the load, after --warm-up 20
  --per-second 5 --open 50    new cases a second, and how many are open at once
  --storm 50                  cases opened at the same moment
  --rounds 5                  of webhooks and of scale
  --patients 1000000          of the large town
  --seed 1                    another seed is another night
  --profile <folder>          writes processor profiles of gateway and worker
`;

/** @throws UsageError */
export async function urgentBench(args: string[]): Promise<Outcome> {
  const { values } = parseArgs({
    args,
    options: {
      only: { type: 'string', default: known.join(',') },
      queue: { type: 'string', default: hasRedis() ? 'redis' : 'postgres' },
      seconds: { type: 'string', default: '60' },
      'warm-up': { type: 'string', default: '20' },
      'per-second': { type: 'string', default: '5' },
      open: { type: 'string', default: '50' },
      storm: { type: 'string', default: '50' },
      rounds: { type: 'string', default: '5' },
      patients: { type: 'string', default: '1000000' },
      seed: { type: 'string', default: '1' },
      profile: { type: 'string' },
    },
  });
  const parts = chosenOf(values.only, known, usage);
  const { queue } = values;
  if (queue !== 'redis' && queue !== 'postgres') throw new UsageError(usage);
  const machine = await describeMachine();
  const options = {
    ...{ queue, seconds: count(values.seconds), warmUpSeconds: count(values['warm-up']) },
    ...{ perSecond: count(values['per-second']), openCases: count(values.open), stormCases: count(values.storm) },
    ...{ rounds: count(values.rounds), patients: count(values.patients), seed: count(values.seed) },
  };
  const more = { profileFolder: values.profile };
  const measured = await onStage(queue, async (stage): Promise<UrgentParts> => {
    tell(`queue on ${queue}; building the town: each card costs the full derivation`);
    const town = parts.has('load') || parts.has('webhooks') ? await openTown(stage) : null;
    const sizes = { small: 5000, large: options.patients, rounds: options.rounds };
    return {
      load: town && parts.has('load') ? await measureLoad(stage, town, { ...options, ...more }, tell) : null,
      webhooks: town && parts.has('webhooks') ? await measureWebhooks(stage, town, { ...options, ...more }) : null,
      scale: parts.has('scale') ? await measureScale(stage, sizes, tell) : null,
    };
  });
  return {
    figures: urgentFigures(measured),
    leftOut: [],
    details: urgentDetails(measured),
    options: { only: values.only, ...options },
    keys: urgentKeys(measured, { options, machine }),
  };
}
