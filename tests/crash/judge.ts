/** What the run has cost: told by the telephone network, the fax machines and the database together. */
import { setTimeout as pause } from 'node:timers/promises';
import { type Call, overlapMs } from '../processes/people.ts';
import { startChild } from '../support/processes.ts';
import type { Told } from './load.ts';
import type { Stage } from './stage.ts';

export interface Verdict {
  cases: number;
  /** Cards keyed and no person within 180 s, and cases that have neither an acceptance nor an end. */
  lost: number;
  legsDoubled: number;
  bedsDoubled: number;
  pagesDoubled: number;
  pagesLost: number;
  /** Of the pages that were due. */
  pages: number;
  beds: number;
  longestSecondsToRing: number;
  longestSecondsToPerson: number;
  medianSecondsToPerson: number;
  auditSound: boolean;
}

export async function judge(stage: Stage, told: readonly Told[]): Promise<Verdict> {
  const { db } = stage;
  const keyed = told.filter(({ keyedAt }) => keyedAt > 0);
  const open = await db.query(
    `select id from urgent_call where accepted_by is null and status <> 'closed' and opened_at < now() - interval '180 s'`,
  );
  const toRing = keyed.flatMap(({ rungAt, keyedAt }) => (rungAt === null ? [] : [(rungAt - keyedAt) / 1000]));
  const toPerson = keyed.flatMap(({ joinedAt, keyedAt }) => (joinedAt === null ? [] : [(joinedAt - keyedAt) / 1000]));
  const pages = await pagesOf(stage);
  const audit = startChild('src/audit/main.ts', { ...stage.env, NODE_OPTIONS: '' });
  const auditSound = (await audit.ended(120)).code === 0;
  if (!auditSound) process.stderr.write(audit.output());
  return {
    cases: keyed.length,
    lost: keyed.filter(({ joinedAt }) => joinedAt === null).length + open.rows.length,
    legsDoubled: await legsDoubled(stage),
    ...(await bedsOf(stage)),
    ...pages,
    longestSecondsToRing: tenth(Math.max(0, ...toRing)),
    longestSecondsToPerson: tenth(Math.max(0, ...toPerson)),
    medianSecondsToPerson: tenth(toPerson.sort((a, b) => a - b)[toPerson.length >> 1] ?? 0),
    auditSound,
  };
}

const tenth = (seconds: number): number => Math.round(seconds * 10) / 10;

/** Phones that rang twice at the same time, and calls that no leg of ours knows. */
async function legsDoubled({ db, town }: Stage): Promise<number> {
  const { rows } = await db.query<{ e164: string; legs: number }>(
    'select e164, count(*) as legs from leg group by e164',
  );
  let doubled = 0;
  for (const { e164, legs } of rows) {
    const calls = (await town.calls(e164)).filter((call: Call) => call.direction !== 'inbound');
    doubled += Math.max(0, calls.length - legs);
    if (overlapMs(calls) > 0) doubled++;
  }
  return doubled;
}

/** Two beds were offered in each hospital. */
async function bedsOf({ db }: Stage): Promise<{ beds: number; bedsDoubled: number }> {
  const { rows } = await db.query<{ held: number }>(
    `select count(*) as held from bed_hold where is_counted and status in ('held', 'admitted') group by hospital_id`,
  );
  const beds = rows.reduce((sum, { held }) => sum + held, 0);
  return { beds, bedsDoubled: rows.reduce((sum, { held }) => sum + Math.max(0, held - 2), 0) };
}

/** What came out of each machine against the pages that were due there; waits until nothing is under way. */
async function pagesOf({ db, faxHouseUrl }: Stage) {
  const underWay = `select (select count(*) from release_page where status in ('pending', 'queued'))
    + (select count(*) from fax where due_at is not null) as n`;
  for (let waited = 0; waited < 120; waited += 2) {
    const { rows } = await db.query<{ n: number }>(underWay);
    if (rows[0]?.n === 0) break;
    await pause(2000);
  }
  const due = await db.query<{ e164: string; pages: number }>(
    `select fax_destination.e164, count(*) as pages
    from release_page
    join fax_destination on fax_destination.id = release_page.destination_id
    where release_page.status <> 'dropped'
    group by fax_destination.e164`,
  );
  const without = await db.query<{ n: number }>(
    `select count(*) as n from urgent_call
    where kind = 'patient' and accepted_by is not null
      and exists (select 1 from record_current where record_current.patient_id = urgent_call.patient_id)
      and not exists (select 1 from disclosure where disclosure.case_id = urgent_call.id)`,
  );
  const verdict = { pages: 0, pagesDoubled: 0, pagesLost: without.rows[0]?.n ?? 0 };
  for (const { e164, pages } of due.rows) {
    const answer = await fetch(`${faxHouseUrl}/faxhouse/numbers/${e164}/received`);
    const tray = (await answer.json()) as { partial: boolean; tiff: string | null }[];
    const whole = tray.filter(({ partial, tiff }) => !partial && tiff !== null).length;
    verdict.pages += pages;
    verdict.pagesDoubled += Math.max(0, whole - pages);
    verdict.pagesLost += Math.max(0, pages - whole);
  }
  return verdict;
}
