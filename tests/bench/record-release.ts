/**
 * Records asked for by telephone, one release a second and about ten doctors on the line at once, on the whole system: real
 * gateway, worker, PostgreSQL, exchange and fax house. Read off the exchange's transcripts and the pages' arrivals.
 */
import { writeFile } from 'node:fs/promises';
import path from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import type pg from 'pg';
import { freePort } from '../../src/embedded/cluster.ts';
import { between, chanceOf, hundredth, type Spread, spread } from './figures.ts';
import type { Night } from './night.ts';
import { type WatchedLine, watchLine } from './record-line.ts';
import { type Asker, buildRecordTown, caseKey, type RecordTown } from './record-town.ts';
import { type CallRecord, readRecords } from './records.ts';
import { control, type Stage, type System, start, startSystem } from './system.ts';

export interface ReleaseResult {
  /** The key that authorises (the choice of the fax) → the whole page received by the fax provider. */
  releaseMs: Spread;
  /** The birth date's last key → the page received, without the time in which a question waited for the doctor's key. */
  fromBirthMs: Spread;
  /** The birth date's last key → the question for the reason; two seconds of it and the words are the same for everybody. */
  verdictMs: Spread;
  asked: number;
  released: number;
  onTheLine: number;
  /** How many requests of the whole run, warm-up included, ended in which state. */
  ends: Record<string, number>;
  processors: Record<string, number>;
  faults: Record<string, number>;
}

export interface ReleaseOptions {
  seconds: number;
  warmUpSeconds: number;
  seed: number;
  profileFolder?: string | undefined;
}

/** Each doctor rings again only after his last call is long over. */
const askers = 40;
const account = { username: 'bench', password: 'a-password-for-the-bench' };

export async function measureRelease(
  stage: Stage,
  options: ReleaseOptions,
  tell: (line: string) => void,
): Promise<ReleaseResult> {
  const town = await buildRecordTown(stage.db, askers);
  tell(`${askers} doctors, cards and sealed records are there`);
  const certificate = path.join(stage.folder, 'hub-cert.pem');
  await writeFile(certificate, town.certificate);
  const port = await freePort();
  const houseUrl = `http://127.0.0.1:${port}`;
  const { username, password } = account;
  const house = start(
    'faxhouse',
    'src/simulators/faxhouse/main.ts',
    {
      ...{ INTERFAX_USERNAME: username, INTERFAX_PASSWORD: password },
      ...{ TELNYX_API_KEY: 'KEY0123456789abcdef', FAXHOUSE_PORT: String(port) },
    },
    stage.folder,
  );
  let line: WatchedLine | null = null;
  let system: System | null = null;
  try {
    await house.says(/^fax house http/);
    line = await watchLine(houseUrl);
    await furnish(houseUrl, town);
    const environment = {
      ...{ FAX_PROVIDER: 'interfax', INTERFAX_USERNAME: username, INTERFAX_PASSWORD: password },
      ...{ INTERFAX_API_BASE: line.url, CASE_KEY: caseKey.toString('base64'), HUB_CERT: certificate },
    };
    system = await startSystem(stage, town.number, { environment, profileFolder: options.profileFolder });
    return await play(stage, system, line, town, options);
  } finally {
    await system?.close();
    await line?.close();
    await house.stop();
  }
}

async function furnish(houseUrl: string, { askers: list }: RecordTown): Promise<void> {
  for (const { fax } of list)
    await control(houseUrl, 'PUT', `/faxhouse/numbers/${encodeURIComponent(fax)}`, {
      answerSeconds: 2,
      secondsPerPage: 8,
    });
}

async function play(
  stage: Stage,
  system: System,
  line: WatchedLine,
  town: RecordTown,
  { seconds, warmUpSeconds, seed }: ReleaseOptions,
): Promise<ReleaseResult> {
  const file = path.join(stage.folder, 'night.json');
  const night = recordNight(town, warmUpSeconds + seconds, seed);
  await writeFile(file, JSON.stringify({ exchangeUrl: system.exchangeUrl, night }));
  const player = start('player', 'tests/bench/play.ts', {}, stage.folder, [file]);
  const played = player.says(/^played \d+/);
  await player.says(/^playing/);
  await pause(warmUpSeconds * 1000);
  const since = Date.now();
  const before = await system.processorSeconds();
  await played;
  const span = (Date.now() - since) / 1000;
  const after = await system.processorSeconds();
  await player.stop();
  await settled(stage.db);
  const used = Object.entries(after).map(([name, value]) => [name, hundredth((value - (before[name] ?? 0)) / span)]);
  return { ...(await figuresOf(stage.db, system, line, since)), processors: Object.fromEntries(used) };
}

/** The last caller has dialled: waits until nobody asks any more and every page was handed over, at most a minute and a half. */
async function settled(db: pg.Pool): Promise<void> {
  await pause(10_000); // from dialling to the request
  for (let second = 0; second < 80; second++) {
    const { rows } = await db.query<{ waiting: number }>(
      `select ((select count(*) from record_request where expires_at is not null)
        + (select count(*) from release_page where status = 'pending')
        + (select count(*) from fax where status in ('queued', 'dialing', 'unknown')))::int as waiting`,
    );
    if (rows[0]?.waiting === 0) return;
    await pause(1000);
  }
}

/** One call a second. What a doctor thinks and keys makes a call last ten to twelve seconds. */
function recordNight({ number, askers: list }: RecordTown, seconds: number, seed: number): Night {
  const chance = chanceOf(seed);
  const calls = Array.from({ length: seconds }, (_, n) => {
    const asker = list[n % list.length]!;
    return { atMs: n * 1000, body: { from: asker.phone, to: number, keys: keysOf(asker, chance) } };
  });
  return { phones: {}, calls };
}

function keysOf({ code, pin, card, birth }: Asker, chance: () => number): object[] {
  const key = (onPrompt: string, least: number, digits: string): object => ({
    ...{ onPrompt, afterSeconds: between(chance, least, least + 1), digits, times: 1 },
  });
  return [
    key('夜間窓口', 0.5, '2'),
    key('登録医コード6けた', 0.7, code),
    key('暗証番号とシャープ', 0.7, `${pin}#`),
    key('12けたの番号', 1, card),
    key('生年月日を、西暦', 0.7, birth),
    key(reasonQuestion, 0.3, '1'),
    key(faxQuestion, 0.3, '1'),
    { onPrompt: '記録をお送りします', afterSeconds: 0.5, hangUp: true },
  ];
}

const reasonQuestion = '理由を押してください';
const faxQuestion = '送り先を押してください';

async function figuresOf(
  db: pg.Pool,
  system: System,
  line: WatchedLine,
  since: number,
): Promise<Omit<ReleaseResult, 'processors'>> {
  const { calls, faults } = await readRecords(db, system.exchangeUrl, system.gatewayLog);
  const pages = await db.query<{ call_sid: string; fax_id: string }>(
    `select r.call_sid, p.fax_id
    from record_request r
    join disclosure d on d.request_id = r.id
    join release_page p on p.disclosure_id = d.id and p.kind = 'record'
    where p.fax_id is not null`,
  );
  const ends = await db.query<{ status: string; count: number }>(
    'select status, count(*)::int as count from record_request group by status order by status',
  );
  const arrivals = new Map(pages.rows.map((row) => [row.call_sid, line.arrivals.get(`${row.fax_id}.1`)]));
  const measured = [...calls.values()].filter((call) => call.direction === 'inbound' && call.createdAt >= since);
  const times = measured.flatMap((call) => timesOf(call, arrivals.get(call.id)) ?? []);
  const lasted = measured.reduce((sum, call) => sum + ((call.endedAt ?? call.createdAt) - call.createdAt), 0);
  const span =
    Math.max(...measured.map((call) => call.createdAt)) - Math.min(...measured.map((call) => call.createdAt));
  return {
    releaseMs: spread(times.map((time) => time.release)),
    fromBirthMs: spread(times.map((time) => time.fromBirth)),
    verdictMs: spread(times.map((time) => time.verdict)),
    ...{ asked: measured.length, released: times.length, onTheLine: hundredth(lasted / span), faults },
    ends: Object.fromEntries(ends.rows.map(({ status, count }) => [status, count])),
  };
}

interface CallTimes {
  release: number;
  fromBirth: number;
  verdict: number;
}

/** Null: no page of this call arrived. */
function timesOf({ transcript }: CallRecord, arrivedAt: number | undefined): CallTimes | null {
  const said = (words: string): number | undefined =>
    transcript.find((entry) => entry.kind === 'said' && entry.text.includes(words))?.at;
  const keyed = transcript.filter((entry) => entry.kind === 'keyed').map((entry) => entry.at);
  const [birth, reason, fax] = keyed.slice(-3);
  const [reasonAsked, faxAsked] = [said(reasonQuestion), said(faxQuestion)];
  if (arrivedAt === undefined || keyed.length !== 7 || !birth || !reason || !fax || !reasonAsked || !faxAsked)
    return null;
  const thinking = reason - reasonAsked + (fax - faxAsked);
  return { release: arrivedAt - fax, fromBirth: arrivedAt - birth - thinking, verdict: reasonAsked - birth };
}
