/**
 * `npm run nights -- --seeds N [--from K] [--town FILE] [--json]`: whole nights of a simulated town on the real rules, in virtual time.
 * One seed is one night, the same every time. A broken rule is told as its shortest story, and the exit code is 1.
 */
import { readFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import defaults from '../../config/default.json' with { type: 'json' };
import { planShape } from '../escalations/plan.ts';
import { playNights } from './nights.ts';
import { buildTown, townShape } from './town.ts';

const { values } = parseArgs({
  options: {
    seeds: { type: 'string', default: '100' },
    from: { type: 'string' },
    town: { type: 'string' },
    json: { type: 'boolean', default: false },
  },
});
const seeds = Number(values.seeds);
// Never the same ones, unless they are named: the present second tells where to begin, and is printed for the repetition.
const from = values.from === undefined ? Math.floor(Date.now() / 1000) % 1_000_000_000 : Number(values.from);
if (!Number.isInteger(seeds) || seeds < 1 || !Number.isInteger(from) || from < 0)
  throw new Error('--seeds and --from are whole numbers');

const town = buildTown(
  townShape.parse(values.town ? JSON.parse(readFileSync(values.town, 'utf8')) : {}),
  planShape.parse(defaults.plan),
);
const say = (line: string): void => void (values.json ? process.stderr : process.stdout).write(`${line}\n`);
say(`nights ${from} to ${from + seeds - 1}; again with --seeds ${seeds} --from ${from}`);
const { figures, broken, story } = await playNights({ seeds, from, town, stopwatch: () => performance.now() });
for (const { seed, rules } of broken)
  say(`seed ${seed} broke ${rules.join(', ')}; again with --seeds 1 --from ${seed}`);
if (story) say(`\n${story}\n`);
process.stdout.write(`${JSON.stringify(figures)}\n`);
process.exitCode = broken.length > 0 ? 1 : 0;
