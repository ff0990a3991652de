/**
 * `node --import tsx tests/crash/upgrade.ts --from <commit> [--live N] [--json]`: the release of that commit runs under calls that never stop; the new
 * one's migrations are applied and its processes take their places one after another, workers first. Ends with 1 when anything was lost or doubled.
 */
import { execFile } from 'node:child_process';
import { mkdtemp, rm, symlink } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { parseArgs, promisify } from 'node:util';
import { startChild } from '../support/processes.ts';
import { judge } from './judge.ts';
import { startLoad } from './load.ts';
import { openStage, type Stage } from './stage.ts';

const run = promisify(execFile);
const root = path.resolve(import.meta.dirname, '../..');
const { values } = parseArgs({
  options: { from: { type: 'string' }, live: { type: 'string' }, json: { type: 'boolean' } },
});
if (!values.from) throw new Error('say which release is replaced: --from <commit>');

/** The files of that commit, with our dependencies. */
async function unpack(commit: string): Promise<string> {
  const folder = await mkdtemp(path.join(tmpdir(), 'kamome-release-'));
  const archive = path.join(folder, 'release.tar');
  await run('git', ['-C', root, 'archive', '--output', archive, commit]);
  await run('tar', ['-xf', archive, '-C', folder]);
  await symlink(path.join(root, 'node_modules'), path.join(folder, 'node_modules'));
  return folder;
}

const began = Date.now();
const since = (): number => Math.round((Date.now() - began) / 1000);
const eachPauses = 5000;

async function replace(stage: Stage, live: () => number) {
  const steps: { at: number; what: string; live: number }[] = [];
  const note = (what: string): void => {
    steps.push({ at: since(), what, live: live() });
    if (!values.json) console.log(`${since()} s: ${what}, ${live()} calls live`);
  };
  const migration = startChild('migrations/run.ts', { ...stage.env, NODE_OPTIONS: '' });
  if ((await migration.ended(120)).code !== 0) throw new Error(`the migration failed:\n${migration.output()}`);
  note('migrated');
  const { all } = stage.members;
  const order = [...all.keys()].sort((a, b) => all[b]!.role.localeCompare(all[a]!.role));
  for (const index of order) {
    await pause(eachPauses);
    await stage.members.roll(index, root);
    note(`${all[index]!.name} replaced`);
  }
  return steps;
}

async function play(folder: string) {
  const stage = await openStage({ release: folder });
  try {
    const load = await startLoad(stage, 1500, Number(values.live ?? 20));
    await pause(30_000);
    const from = Date.now();
    const steps = await replace(stage, load.live);
    await pause(20_000);
    await load.end();
    const { verdict } = await judge(stage, load, []);
    const faults = load.told.filter(({ fault }) => fault !== null).map(({ kind, fault }) => ({ kind, fault }));
    return { from: values.from, replacedInSeconds: Math.round((Date.now() - from) / 1000), steps, ...verdict, faults };
  } finally {
    await stage.close();
  }
}

const folder = await unpack(values.from);
const whole = await play(folder).finally(() => rm(folder, { recursive: true, force: true }));
console.log(values.json ? JSON.stringify(whole) : JSON.stringify(whole, null, 2));
const { lost, legsDoubled, bedsDoubled, pagesDoubled, pagesLost, auditSound } = whole;
process.exit(lost + legsDoubled + bedsDoubled + pagesDoubled + pagesLost > 0 || !auditSound ? 1 : 0);
