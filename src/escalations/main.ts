/**
 * `npm run plan`: shows each area's escalation plan; `npm run plan -- <area> stepSeconds=15 phonesAtOnce=one` changes it
 * (a value left empty goes back to the default). It counts from the next case on, without a restart.
 */

import { loadConfig } from '../config.ts';
import type { Sql } from '../db.ts';
import { openPool } from '../db.ts';
import { reachDatabase } from '../embedded/reach.ts';
import { createLog } from '../log.ts';
import { explain } from '../shutdown.ts';
import { changedOverride, planOf, planShape } from './plan.ts';
import { areaPlans, setAreaPlan } from './plan-store.ts';

async function main(areaName: string | undefined, settings: string[]): Promise<number> {
  const config = loadConfig(process.env);
  const { databaseUrl, dataFolder } = config;
  const reached = await reachDatabase({ databaseUrl, dataFolder, log: createLog('warn'), mayCreate: false });
  const db = openPool(reached.url, { max: 1, applicationName: 'kamome-plan' });
  try {
    return await run(db, planShape.parse(config.plan), areaName, settings);
  } finally {
    await db.end();
    await reached.leave();
  }
}

async function run(
  sql: Sql,
  standard: ReturnType<typeof planShape.parse>,
  areaName: string | undefined,
  settings: string[],
): Promise<number> {
  const areas = await areaPlans(sql);
  if (areaName === undefined) {
    for (const area of areas) {
      const { plan, fault } = planOf(standard, area.plan);
      console.log(`${area.name} (${area.code})${fault ? `  refused, the default counts: ${fault}` : ''}`);
      for (const [name, value] of Object.entries(plan))
        console.log(`  ${name} = ${value}${standard[name as keyof typeof standard] === value ? '' : '   (own)'}`);
    }
    return 0;
  }
  const area = areas.find((candidate) => candidate.name === areaName || candidate.code === areaName);
  if (!area) {
    console.error(
      `地区がありません: ${areaName}\nthere is no area ${areaName}; there are ${areas.map((a) => a.name).join(', ')}`,
    );
    return 1;
  }
  const changed = changedOverride(area.plan, settings);
  if ('fault' in changed) {
    console.error(`変更しませんでした。\nnothing was changed: ${changed.fault}`);
    return 1;
  }
  await setAreaPlan(sql, area.id, changed.override);
  console.log(`${area.name}: ${JSON.stringify(changed.override)}`);
  return 0;
}

const [area, ...settings] = process.argv.slice(2);
try {
  process.exitCode = await main(area, settings);
} catch (error) {
  explain(error);
}
