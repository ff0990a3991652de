/**
 * `npm run fuzz -- [--inputs N | --seconds N] [--target X,Y] [--seed S] [--keep-corpus] [--json]`: every target for so many seconds (10), or round
 * after round until N inputs were fed; a run that was ended goes on when the same is asked again. New seeds unless one is given. What
 * falls over is kept in tests/fuzz/corpus and told; the end is 1 then. `--keep-corpus` takes over what made new code run.
 */
import { randomInt } from 'node:crypto';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { adopt } from './corpus.ts';
import { runLong } from './long-run.ts';
import { targets } from './targets.ts';

const { values } = parseArgs({
  options: {
    inputs: { type: 'string' },
    seconds: { type: 'string' },
    target: { type: 'string' },
    seed: { type: 'string' },
    state: { type: 'string', default: '.kamome-fuzz' },
    'keep-corpus': { type: 'boolean' },
    json: { type: 'boolean' },
  },
});
const number = (given: string | undefined): number | null => (given === undefined ? null : Number(given));
const chosen = targets
  .map(({ name }) => name)
  .filter((name) => !values.target || values.target.split(',').includes(name));
if (chosen.length === 0)
  throw new Error(`there is no such target; there are: ${targets.map(({ name }) => name).join(', ')}`);

const state = path.resolve(values.state);
const began = performance.now();
const counts = await runLong({
  ...{ module: path.join(import.meta.dirname, 'targets.ts'), targets: chosen, state },
  ...{ inputs: number(values.inputs), seconds: number(values.seconds) ?? 10, seed: number(values.seed) },
  drawSeed: () => randomInt(2 ** 31),
  tell: (line) => console[values.json ? 'error' : 'log'](line),
});
if (values['keep-corpus']) for (const name of chosen) adopt(name, path.join(state, 'corpus'));
const sum = (of: 'inputs' | 'crashes' | 'hangs' | 'outOfMemory'): number =>
  counts.targets.reduce((total, count) => total + count[of], 0);
const total = {
  ...{ inputs: sum('inputs'), crashes: sum('crashes'), hangs: sum('hangs'), outOfMemory: sum('outOfMemory') },
  /** In the targets, over all parts of the run. */
  seconds: Math.round(counts.targets.reduce((all, { seconds }) => all + seconds, 0)),
  wallSeconds: Math.round((performance.now() - began) / 1000),
};
console.log(
  values.json
    ? JSON.stringify({ ...total, targets: counts.targets })
    : `${total.inputs} inputs, ${total.crashes} crashes, ${total.hangs} hangs, ${total.outOfMemory} out of memory`,
);
process.exit(total.crashes + total.hangs + total.outOfMemory > 0 ? 1 : 0);
