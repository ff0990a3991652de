/**
 * `npm run bench -- urgent [--json]`: the figures that the urgent call must reach, measured on this machine.
 * Progress goes to standard error; with --json the last line of standard output is one object.
 */
import { spawnSync } from 'node:child_process';
import { parseArgs } from 'node:util';
import { measureLoad, openTown } from './calls.ts';
import { openStage } from './system.ts';

const { values } = parseArgs({
  allowPositionals: true,
  options: {
    json: { type: 'boolean', default: false },
    queue: { type: 'string', default: spawnSync('redis-server', ['--version']).status === 0 ? 'redis' : 'postgres' },
    seconds: { type: 'string', default: '60' },
    'warm-up': { type: 'string', default: '20' },
    seed: { type: 'string', default: '1' },
  },
});
const tell = (line: string): void => void process.stderr.write(`${line}\n`);
const stage = await openStage(values.queue as 'redis');
try {
  const town = await openTown(stage);
  tell('town built');
  const load = await measureLoad(
    stage,
    town,
    {
      seconds: Number(values.seconds),
      warmUpSeconds: Number(values['warm-up']),
      perSecond: 5,
      openCases: 50,
      stormCases: 50,
      seed: Number(values.seed),
    },
    tell,
  );
  tell(JSON.stringify(load));
} finally {
  await stage.close();
}
