/**
 * `npm run bench [-- <part>] [--json] [--save] [--repeats N] [options of the part]`: the figures that the product must reach, measured on
 * this machine, each with its spread and beside its peers. Without a part: all, one after the other. docs/bench.md explains every figure.
 *
 * `--json`: the last line of standard output is one object. `--save`: the result is kept as docs/bench/<date>-<part>.json, and
 * docs/bench/index.html, the page of plots, is made again of everything that is kept there.
 */
import { parseArgs } from 'node:util';
import { count, say, tell, UsageError } from './cli.ts';
import { consoleBench } from './console.ts';
import { lookupsBench } from './lookups.ts';
import { describeMachine, machineLine } from './machine.ts';
import { peersBench } from './peers.ts';
import { recordBench } from './record.ts';
import { type Outcome, type Result, table, together } from './result.ts';
import { keep, makePage } from './saved.ts';
import { urgentBench } from './urgent.ts';

const parts: Record<string, (args: string[]) => Promise<Outcome>> = {
  urgent: urgentBench,
  record: recordBench,
  console: consoleBench,
  peers: peersBench,
  lookups: lookupsBench,
};

interface Common {
  json: boolean;
  save: boolean;
  repeats: number;
}

/** Told apart from the options of a part, which the part reads itself. */
function readCommon(args: string[]): { common: Common; rest: string[] } {
  const { values, tokens } = parseArgs({
    args,
    strict: false,
    tokens: true,
    options: { json: { type: 'boolean' }, save: { type: 'boolean' }, repeats: { type: 'string', default: '1' } },
  });
  const ours = new Set<number>();
  for (const token of tokens) {
    if (token.kind !== 'option' || !['json', 'save', 'repeats'].includes(token.name)) continue;
    ours.add(token.index);
    if (token.name === 'repeats' && !token.inlineValue) ours.add(token.index + 1);
  }
  const common = { json: values.json === true, save: values.save === true, repeats: count(String(values.repeats)) };
  return { common, rest: args.filter((_, index) => !ours.has(index)) };
}

/** A part from beginning to end: described, repeated, printed, kept. */
async function runPart(part: string, args: string[], { json, save, repeats }: Common): Promise<object> {
  const machine = await describeMachine();
  const runs: Outcome[] = [];
  for (let run = 1; run <= repeats; run += 1) {
    if (repeats > 1) tell(`${part}: run ${run} of ${repeats}`);
    runs.push(await parts[part]!(args));
  }
  const { figures, leftOut, details, options, keys } = together(runs);
  const result: Result = { part, machine, repeats, options, figures, leftOut, details };
  const text = [
    part,
    ...table(figures, leftOut),
    '',
    ...details.map((line) => `  ${line}`),
    `  ${machineLine(machine)}`,
  ];
  (json ? tell : say)(text.join('\n'));
  if (save && figures.length > 0) tell(`kept: ${await keep(result)}`);
  return keys ?? result;
}

async function main([first, ...others]: string[]): Promise<void> {
  const isAll = first === undefined || first.startsWith('--');
  if (!isAll && !parts[first])
    throw new UsageError(`there is no part ${first}; there are: ${Object.keys(parts).join(', ')}\n`);
  const { common, rest } = readCommon(isAll ? [first ?? '', ...others].filter(Boolean) : others);
  if (isAll && rest.length > 0) throw new UsageError(`${rest.join(' ')}: options of a part want its name\n`);
  const chosen = isAll ? Object.keys(parts) : [first];
  const done: [string, object][] = [];
  for (const part of chosen) done.push([part, await runPart(part, rest, common)]);
  if (common.save) tell(`page: ${await makePage()}`);
  if (common.json) say(JSON.stringify(isAll ? Object.fromEntries(done) : done[0]![1]));
}

// The processes that read paper hold nothing open by themselves: without this the bench would end while it waits for one.
const waiting = setInterval(() => undefined, 60_000);
try {
  await main(process.argv.slice(2));
} catch (error) {
  if (!(error instanceof UsageError)) throw error;
  process.stderr.write(error.message);
  process.exitCode = 2;
} finally {
  clearInterval(waiting);
}
