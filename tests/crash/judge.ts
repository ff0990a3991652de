/** What the run has cost: told by the telephone network, the fax machines and the database together. */
import { setTimeout as pause } from 'node:timers/promises';
import { type Call, overlapMs } from '../processes/people.ts';
import { startChild } from '../support/processes.ts';
import { bedsOffered, type Load, type Told } from './load.ts';
import type { Stage } from './stage.ts';
import { spanOf } from './stories.ts';

/** What happened between two instants. */
export interface Costs {
  cases: number;
  /** Cards keyed and neither a person nor a choice within 180 s, or not called back within 600 s; over the whole run also who could neither key a card nor talk with anybody. */
  lost: number;
  legsDoubled: number;
  /** The longest that anything of a call was overdue in the database, after what was missing had come back; and of a page. */
  longestDelaySeconds: number;
  delayed: string;
  longestPageDelaySeconds: number;
  /** From the last key to the first telephone that rang, without the time in which something was missing. */
  longestSecondsToRing: number;
  longestSecondsToPerson: number;
  medianSecondsToPerson: number;
  /** Of a busy or frozen machine: nothing on it moved. */
  stoodStillSeconds: number;
}

export interface Verdict extends Costs {
  /** Callers who rang while nobody of ours answered, and talked with somebody through the document on the other host. */
  byDocument: number;
  /** Callers who were told that nobody could be reached yet, and were called back. */
  calledBack: number;
  bedsDoubled: number;
  pagesDoubled: number;
  pagesLost: number;
  /** What each lost page is. */
  missing: string[];
  /** Of the pages that were due. */
  pages: number;
  beds: number;
  copies: number;
  auditSound: boolean;
  /** Each telephone that counts in `legsDoubled`, with its calls. */
  doubled: { legs: number; calls: string[] }[];
}

type Line = { e164: string; calls: Call[]; legs: number };

/** @param spans instants in epoch ms. @returns the whole run's, and each span's. */
export async function judge(stage: Stage, load: Load, spans: readonly (readonly [number, number])[]) {
  const { db, town } = stage;
  const { rows } = await db.query<{ e164: string; legs: number }>(
    'select e164, count(*) as legs from leg group by e164',
  );
  const lines: Line[] = [];
  for (const row of rows) {
    // Calls that the document on the other host has placed are the carrier's own.
    const calls = (await town.calls(row.e164)).filter(({ direction }) => direction === 'outbound-api');
    lines.push({ ...row, calls });
  }
  const open = await db.query(
    `select id from urgent_call
    where accepted_by is null and status <> 'closed' and opened_at < now() - interval '180 s'
      and caller_line_id not in (select id from caller_line where e164 = any($1))`,
    [load.told.filter(({ joinedAt, keyedAt }) => joinedAt === null && keyedAt > 0).map(({ caller }) => caller)],
  );
  const costs = costsOf(stage, load.told, lines, Number.NEGATIVE_INFINITY, Number.POSITIVE_INFINITY);
  const pages = await pagesOf(stage, load.copies());
  const audit = startChild('src/audit/main.ts', { ...stage.env, NODE_OPTIONS: '' });
  const auditSound = (await audit.ended(120)).code === 0;
  if (!auditSound) process.stderr.write(audit.output());
  const neverKeyed = load.told.filter(({ keyedAt, fault }) => keyedAt === 0 && fault !== null).length;
  const verdict: Verdict = {
    ...{ ...costs, lost: costs.lost + open.rows.length + neverKeyed, ...(await bedsOf(stage)), ...pages },
    byDocument: load.told.filter(({ isByDocument }) => isByDocument).length,
    calledBack: load.told.filter(({ isPromised, joinedAt }) => isPromised && joinedAt !== null).length,
    ...{ copies: load.copies(), auditSound },
    doubled: lines
      .filter((line) => doubledOn(line, Number.NEGATIVE_INFINITY, Number.POSITIVE_INFINITY) > 0)
      .map(({ legs, calls }) => ({ legs, calls: calls.map(spanOf) })),
  };
  return { verdict, each: spans.map(([from, to]) => costsOf(stage, load.told, lines, from, to)) };
}

function costsOf({ watch }: Stage, told: readonly Told[], lines: readonly Line[], from: number, to: number): Costs {
  const keyed = told.filter(({ keyedAt }) => keyedAt > 0 && keyedAt >= from && keyedAt < to);
  const until = (end: (one: Told) => number | null): number[] =>
    keyed.flatMap((one) => {
      const at = end(one);
      const missing = (begin: number, until: number) => watch.awayMs(begin, until) + watch.stoodStillMs(begin, until);
      return at === null ? [] : [(at - one.keyedAt - missing(one.keyedAt, at)) / 1000];
    });
  const [toRing, toPerson] = [until(({ rungAt }) => rungAt), until(({ joinedAt }) => joinedAt)];
  const { seconds, what } = watch.longest('call', from, to);
  return {
    cases: keyed.length,
    lost: keyed.filter(({ joinedAt }) => joinedAt === null).length,
    legsDoubled: lines.reduce((sum, line) => sum + doubledOn(line, from, to), 0),
    ...{ longestDelaySeconds: seconds, delayed: what },
    longestPageDelaySeconds: watch.longest('page', from, to).seconds,
    longestSecondsToRing: tenth(Math.max(0, ...toRing)),
    longestSecondsToPerson: tenth(Math.max(0, ...toPerson)),
    medianSecondsToPerson: tenth(toPerson.sort((a, b) => a - b)[toPerson.length >> 1] ?? 0),
    stoodStillSeconds: Math.round(watch.stoodStillMs(from, to) / 1000),
  };
}

const tenth = (seconds: number): number => Math.round(seconds * 10) / 10;

/** A phone that rang twice at the same time counts; over the whole run also each call that no leg of ours knows. */
function doubledOn({ calls, legs }: Line, from: number, to: number): number {
  const own = calls.filter(({ createdAt }) => Date.parse(createdAt) >= from && Date.parse(createdAt) < to);
  const unknown = from === Number.NEGATIVE_INFINITY ? Math.max(0, calls.length - legs) : 0;
  return unknown + (overlapMs(own) > 0 ? 1 : 0);
}

async function bedsOf({ db }: Stage): Promise<{ beds: number; bedsDoubled: number }> {
  const { rows } = await db.query<{ held: number }>(
    `select count(*) as held from bed_hold where is_counted and status in ('held', 'admitted') group by hospital_id`,
  );
  const beds = rows.reduce((sum, { held }) => sum + held, 0);
  return { beds, bedsDoubled: rows.reduce((sum, { held }) => sum + Math.max(0, held - bedsOffered), 0) };
}

/** What came out of each machine against the pages that were due there; waits until nothing is under way, on the line neither. */
async function pagesOf({ db, faxHouseUrl }: Stage, copies: number) {
  const underWay = `select (select count(*) from release_page where status in ('pending', 'queued'))
    + (select count(*) from fax where due_at is not null)
    + (select count(*) from received_fax where due_at is not null)
    + greatest(0, $1 - (select count(*) from inbox_item where page_no = 1)) as n`;
  for (let waited = 0; waited < 120; waited += 2) {
    const { rows } = await db.query<{ n: number }>(underWay, [copies]);
    if (rows[0]?.n === 0) break;
    await pause(2000);
  }
  const due = await db.query<{ e164: string; pages: number }>(
    `select fax_destination.e164, count(*) as pages
    from fax
    join fax_destination on fax_destination.id = fax.destination_id
    where fax.status <> 'cancelled'
    group by fax_destination.e164`,
  );
  const { rows } = await db.query<{ missing: string; id: string }>(
    `select 'a record that was never released' as missing, id from urgent_call
    where kind = 'patient' and accepted_by is not null
      and accepted_by not in (select id from standby_person) -- who is handed no record
      and exists (select 1 from record_current where record_current.patient_id = urgent_call.patient_id)
      and not exists (select 1 from disclosure where disclosure.case_id = urgent_call.id)
    union all
    select 'a page that became no fax: ' || status, id from release_page
    where fax_id is null and status not in ('spoken', 'dropped')`,
  );
  const { rows: items } = await db.query<{ n: number }>(`select count(*) as n from inbox_item where page_no = 1`);
  const copiesLost = Math.max(0, copies - (items[0]?.n ?? 0));
  const missing = rows.map(({ missing, id }) => `${missing} (${id})`);
  if (copiesLost > 0) missing.push(`${copiesLost} copies of cards that never came to the inbox`);
  const verdict = { pages: 0, pagesDoubled: 0, pagesLost: rows.length + copiesLost, missing };
  for (const { e164, pages } of due.rows) {
    const answer = await fetch(`${faxHouseUrl}/faxhouse/numbers/${e164}/received`);
    const tray = (await answer.json()) as { partial: boolean; tiff: string | null }[];
    const whole = tray.filter(({ partial, tiff }) => !partial && tiff !== null).length;
    verdict.pages += pages;
    verdict.pagesDoubled += Math.max(0, whole - pages);
    verdict.pagesLost += Math.max(0, pages - whole);
    if (whole < pages) missing.push(`${whole} of ${pages} pages whole at one machine (${await statesAt(db, e164)})`);
  }
  return verdict;
}

/** What became of a machine's faxes: `delivered 7, failed 1`. */
async function statesAt(db: Stage['db'], e164: string): Promise<string> {
  const { rows } = await db.query<{ status: string; n: number }>(
    `select fax.status, count(*) as n from fax
    join fax_destination on fax_destination.id = fax.destination_id
    where fax_destination.e164 = $1
    group by fax.status`,
    [e164],
  );
  return rows.map(({ status, n }) => `${status} ${n}`).join(', ');
}
