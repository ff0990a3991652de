/**
 * `npm run nights -- --seeds N [--from K] [--town FILE] [--json]`: whole nights of a simulated town on the real rules, in virtual time.
 * One seed is one night, the same every time. A broken rule is told as its shortest story, and the exit code is 1.
 * With `--workers N` over so many processes, and with `--keep FILE` (name --from too) a run that was ended goes on where it was.
 *
 * `npm run nights -- --what-if --month 2026-12 [--association CODE] [--area NAME] [--seeds N] [--calls N] [--draft-plans] [--pdf FILE] [--json]`:
 * what that month's roster would do, from the database of the configuration, beside the present month.
 */
import { readFileSync, writeFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import defaults from '../../config/default.json' with { type: 'json' };
import { loadConfig } from '../config.ts';
import { openPool } from '../db.ts';
import { reachDatabase } from '../embedded/reach.ts';
import { planShape } from '../escalations/plan.ts';
import { type Answer, type WhatIf, whatIf } from '../foresight/command.ts';
import { addDays, localDate } from '../lib/japan-time.ts';
import { createLog, OperatorError } from '../log.ts';
import { type ForesightSheet, foresightView } from '../pages/foresight-view.ts';
import { openPageMaker } from '../pages/maker.ts';
import { loadWords } from '../pages/words.ts';
import { explain } from '../shutdown.ts';
import { playLong } from './long-run.ts';
import { playNight } from './night.ts';
import { type Nights, playNights, storyOfBreach } from './nights.ts';
import { storyOf } from './story.ts';
import { figuresOf } from './tally.ts';
import { buildTown, type TownPlan, townShape } from './town.ts';

const { values } = parseArgs({
  options: {
    seeds: { type: 'string' },
    from: { type: 'string' },
    town: { type: 'string' },
    workers: { type: 'string' },
    keep: { type: 'string' },
    json: { type: 'boolean', default: false },
    'what-if': { type: 'boolean', default: false },
    month: { type: 'string' },
    association: { type: 'string' },
    area: { type: 'string' },
    calls: { type: 'string' },
    pdf: { type: 'string' },
    'draft-plans': { type: 'boolean', default: false },
  },
});
const say = (line: string): void => void (values.json ? process.stderr : process.stdout).write(`${line}\n`);

/** @throws when it is no whole number, or too small. */
function whole(name: string, text: string, least: number): number {
  const number = Number(text);
  if (!Number.isInteger(number) || number < least)
    throw new OperatorError(`--${name} is a whole number from ${least} on`);
  return number;
}

async function nights(): Promise<void> {
  const seeds = whole('seeds', values.seeds ?? '100', 1);
  // Never the same ones, unless they are named: the present second tells where to begin, and is printed for the repetition.
  const from = whole('from', values.from ?? String(Math.floor(Date.now() / 1000) % 1_000_000_000), 0);
  const settings = townShape.parse(values.town ? JSON.parse(readFileSync(values.town, 'utf8')) : {});
  say(`nights ${from} to ${from + seeds - 1}; again with --seeds ${seeds} --from ${from}`);
  const { figures, broken, story } = await played(seeds, from, settings);
  for (const { seed, rules } of broken)
    say(`seed ${seed} broke ${rules.join(', ')}; again with --seeds 1 --from ${seed}`);
  if (story) say(`\n${story}\n`);
  process.stdout.write(`${JSON.stringify(figures)}\n`);
  process.exitCode = broken.length > 0 ? 1 : 0;
}

async function played(seeds: number, from: number, settings: TownPlan): Promise<Nights> {
  const plan = planShape.parse(defaults.plan);
  const town = buildTown(settings, plan);
  const stopwatch = () => performance.now();
  if (values.workers === undefined && values.keep === undefined) return playNights({ seeds, from, town, stopwatch });
  const began = stopwatch();
  const workers = whole('workers', values.workers ?? '1', 1);
  const tally = await playLong({
    ...{ from, seeds, town: settings, plan, workers, keep: values.keep ?? null },
    onBlock: (done, { broken }) =>
      say(`${done} of ${seeds}${broken[0] ? `; seed ${broken[0].seed} broke a rule` : ''}`),
  });
  const [first] = tally.broken;
  const figures = figuresOf(tally, Math.round((stopwatch() - began) / 10) / 100);
  const story = first && (await storyOfBreach(await playNight(storyOf(first.seed, town), town), town));
  return { figures, broken: tally.broken, story: story ?? null };
}

async function nextMonth(): Promise<void> {
  const at = new Date();
  const base = localDate(at).slice(0, 7);
  const { month = addDays(`${base}-01`, 31).slice(0, 7), seeds, from, calls, association, area } = values;
  if (!/^20\d\d-(0[1-9]|1[0-2])$/.test(month)) throw new OperatorError('--month is written 2026-12');
  const wanted: WhatIf = {
    ...{ month, base, at, association, area, say, hasDraftPlans: values['draft-plans'] },
    seeds: seeds === undefined ? undefined : whole('seeds', seeds, 1),
    from: from === undefined ? undefined : whole('from', from, 0),
    calls: calls === undefined ? undefined : whole('calls', calls, 1),
  };
  const answer = await asked(wanted);
  if (values.pdf) await print({ ...answer, at }, values.pdf);
  const { foresight, names } = answer;
  process.stdout.write(`${JSON.stringify({ ...foresight, names: Object.fromEntries(names.of) })}\n`);
}

async function asked(wanted: WhatIf): Promise<Answer> {
  const { databaseUrl, dataFolder, plan } = loadConfig(process.env);
  const reached = await reachDatabase({ databaseUrl, dataFolder, log: createLog('warn'), mayCreate: false });
  const db = openPool(reached.url, { max: 1, applicationName: 'kamome-nights' });
  try {
    return await whatIf(db, planShape.parse(plan), wanted);
  } finally {
    await db.end();
    await reached.leave();
  }
}

async function print(sheet: ForesightSheet, file: string): Promise<void> {
  const maker = openPageMaker();
  writeFileSync(file, await maker.pdf('foresight', foresightView(sheet, loadWords())));
  maker.close();
  say(file);
}

try {
  await (values['what-if'] ? nextMonth() : nights());
} catch (error) {
  explain(error);
}
