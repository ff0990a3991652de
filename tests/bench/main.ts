/**
 * `npm run bench -- urgent|record|console|peers [--json]`: the figures that the product must reach, measured on this machine. With --json
 * the last line of standard output is one object. docs/bench.md explains every figure.
 */
import { consoleBench } from './console.ts';
import { peersBench } from './peers.ts';
import { recordBench } from './record.ts';
import { urgentBench } from './urgent.ts';

const [bench, ...args] = process.argv.slice(2);
const benches: Record<string, (args: string[]) => Promise<number>> = {
  urgent: urgentBench,
  record: recordBench,
  console: consoleBench,
  peers: peersBench,
};
const run = benches[bench ?? ''];
if (!run)
  for (const name of Object.keys(benches)) process.stderr.write(`npm run bench -- ${name} [--json] [options]\n`);
process.exitCode = run ? await run(args) : 2;
