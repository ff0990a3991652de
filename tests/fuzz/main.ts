/**
 * `npm run fuzz -- [--seconds N] [--target X] [--seed S] [--json]`: each target for N seconds (10), with a new seed unless one is
 * given. What falls over is kept in tests/fuzz/corpus and told; the end is 1 then.
 */
import { randomInt } from 'node:crypto';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { keep, keptFor } from './corpus.ts';
import { fuzz, type Outcome } from './engine.ts';
import { targets } from './targets.ts';
import { openWatchdog } from './watchdog.ts';

const { values } = parseArgs({
  options: {
    seconds: { type: 'string' },
    target: { type: 'string' },
    seed: { type: 'string' },
    json: { type: 'boolean' },
  },
});
const chosen = targets.filter(({ name }) => !values.target || values.target.split(',').includes(name));
if (chosen.length === 0)
  throw new Error(`there is no such target; there are: ${targets.map(({ name }) => name).join(', ')}`);
const stuck = path.join(tmpdir(), `kamome-fuzz-${process.pid}`);
const watchdog = openWatchdog(stuck, 20);

const outcomes: Outcome[] = [];
for (const target of chosen) {
  const seed = values.seed ? Number(values.seed) : randomInt(2 ** 31);
  const outcome = await fuzz(target, {
    seed,
    seconds: Number(values.seconds ?? 10),
    kept: keptFor(target.name),
    watchdog,
  });
  outcomes.push(outcome);
  if (!values.json) tell(outcome);
  for (const { input, error } of [...outcome.crashes, ...outcome.hangs])
    console.error(
      `${target.name}: ${error instanceof Error ? error.stack : error}\n  input kept as ${keep(target.name, input)}`,
    );
}
await watchdog.close();
const sum = (count: (outcome: Outcome) => number): number =>
  outcomes.reduce((total, outcome) => total + count(outcome), 0);
const total = {
  inputs: sum(({ inputs }) => inputs),
  crashes: sum(({ crashes }) => crashes.length),
  hangs: sum(({ hangs }) => hangs.length),
};
const short = outcomes.map((outcome) => ({ ...outcome, crashes: outcome.crashes.length, hangs: outcome.hangs.length }));
console.log(
  values.json
    ? JSON.stringify({ ...total, targets: short })
    : `${total.inputs} inputs, ${total.crashes} crashes, ${total.hangs} hangs`,
);
process.exit(total.crashes + total.hangs > 0 ? 1 : 0);

function tell({
  target,
  seed,
  inputs,
  crashes,
  hangs,
  slowestMs,
  blocks,
  corpus,
  heapGrowthMb,
  rssGrowthMb,
  seconds,
}: Outcome): void {
  const found = `${crashes.length} crashes, ${hangs.length} hangs, slowest ${slowestMs} ms`;
  const grown = `heap ${heapGrowthMb >= 0 ? '+' : ''}${heapGrowthMb} MB, rss ${rssGrowthMb >= 0 ? '+' : ''}${rssGrowthMb} MB`;
  console.log(
    `${target} (seed ${seed}): ${inputs} inputs in ${seconds} s, ${found}, ${grown}, ${blocks} blocks, corpus ${corpus}`,
  );
}
