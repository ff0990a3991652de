/** How many webhooks a second: ours beside a bare handler, in turns, so that whatever disturbs the machine disturbs both. */
import { freePort } from '../../src/embedded/cluster.ts';
import type { DriveJob, DriveResult, Hit } from './drive.ts';
import { hundredth, median, spread } from './figures.ts';
import { account, type Program, type Stage, start, startSystem } from './system.ts';
import type { BenchTown } from './town.ts';

export interface WebhookResult {
  /** Webhooks a second, median of the rounds. */
  perSecond: Record<Kind | 'bare', number>;
  /** The same of each round. */
  speeds: Record<Kind | 'bare', number[]>;
  /** Ours by the bare one's, of each round. */
  ratios: Record<Kind, number[]>;
  ratio: Record<Kind, number>;
  answerMs: Record<Kind | 'bare', { p50: number; p99: number }>;
  failures: number;
}

/**
 * - `menuKey` the first key of a caller: signature, receipt, TwiML; its one statement is its transaction.
 * - `legKey` key 3 ("say it again") of a doctor's phone: the case is read, nothing changes; receipt, TwiML.
 * - `legEvent` a doctor's phone asks for its next words: log entry, case, receipt saved in one transaction; TwiML.
 */
const kinds = ['menuKey', 'legKey', 'legEvent'] as const;
export type Kind = (typeof kinds)[number];

const concurrency = 16;
const roundMs = 1000;
const casesAtOnce = 16;

export async function measureWebhooks(
  stage: Stage,
  town: BenchTown,
  options: { rounds: number; profileFolder?: string | undefined },
): Promise<WebhookResult> {
  // Doctors would be rung one after another by the clock; here each case keeps its first.
  await stage.db.query(`update area set plan = '{"stepSeconds": 120}'`);
  // Without a worker nothing is handed to the carrier, so that only webhooks are measured.
  const system = await startSystem(stage, town.number, { worker: false, profileFolder: options.profileFolder });
  const barePort = await freePort();
  const bare = start('bare', 'tests/bench/bare.ts', {}, stage.folder, [
    ...[String(barePort), stage.databaseUrl, system.gatewayUrl, account.token],
  ]);
  const driver = start('driver', 'tests/bench/drive.ts', {}, stage.folder);
  try {
    await Promise.all([bare.says(/bare_ready/), driver.says(/drive_ready/)]);
    const common = { publicBaseUrl: system.gatewayUrl, authToken: account.token };
    const ask = (baseUrl: string, hits: Hit[], milliseconds = roundMs, lines = concurrency): Promise<DriveResult> =>
      driven(driver, { ...common, baseUrl, hits, milliseconds, concurrency: lines });
    const bareUrl = `http://127.0.0.1:${barePort}`;
    const hits = await openLegs(stage, town, (hit) => ask(system.gatewayUrl, [hit], 1, 1));
    for (const kind of kinds) await ask(system.gatewayUrl, hits[kind]);
    await ask(bareUrl, hits.menuKey);
    return await rounds(options.rounds, (kind) =>
      kind === 'bare' ? ask(bareUrl, hits.menuKey) : ask(system.gatewayUrl, hits[kind]),
    );
  } finally {
    await driver.stop();
    await bare.stop();
    await system.close();
  }
}

async function rounds(count: number, run: (kind: Kind | 'bare') => Promise<DriveResult>): Promise<WebhookResult> {
  const results: Record<Kind | 'bare', DriveResult[]> = { bare: [], menuKey: [], legKey: [], legEvent: [] };
  const ratios: Record<Kind, number[]> = { menuKey: [], legKey: [], legEvent: [] };
  for (let round = 0; round < count; round++) {
    for (const kind of kinds) {
      // Ours between two halves of the bare one: a slow drift of the machine falls out.
      const [before, ours, after] = [await run('bare'), await run(kind), await run('bare')];
      results.bare.push(before, after);
      results[kind].push(ours);
      ratios[kind].push(hundredth(ours.perSecond / ((before.perSecond + after.perSecond) / 2)));
    }
  }
  const every = <T>(make: (of: DriveResult[]) => T): Record<Kind | 'bare', T> => ({
    ...{ bare: make(results.bare), menuKey: make(results.menuKey) },
    ...{ legKey: make(results.legKey), legEvent: make(results.legEvent) },
  });
  return {
    perSecond: every((of) => Math.round(median(of.map((result) => result.perSecond)))),
    speeds: every((of) => of.map((result) => Math.round(result.perSecond))),
    ratios,
    ratio: { menuKey: median(ratios.menuKey), legKey: median(ratios.legKey), legEvent: median(ratios.legEvent) },
    answerMs: every((of) => spread(of.flatMap((result) => result.times))),
    failures: Object.values(results).reduce((sum, of) => sum + of.reduce((all, { failures }) => all + failures, 0), 0),
  };
}

async function driven(driver: Program, job: DriveJob): Promise<DriveResult> {
  let line = '';
  const answered = driver.says(/^result /, (words) => {
    line = words;
  });
  driver.tell(JSON.stringify(job));
  await answered;
  return JSON.parse(line.slice('result '.length)) as DriveResult;
}

/** Opens cases by their callers' webhooks, answers each one's first phone, and gives the webhooks to send about them. */
async function openLegs(
  stage: Stage,
  town: BenchTown,
  send: (hit: Hit) => Promise<DriveResult>,
): Promise<Record<Kind, Hit[]>> {
  const must = async (hit: Hit): Promise<void> => {
    if ((await send(hit)).failures > 0) throw new Error('the gateway refused a webhook of the preparation');
  };
  const caller = (n: number): Record<string, string> =>
    form(`CA${String(n).padStart(32, 'a')}`, `+8160${String(n).padStart(8, '0')}`, town.number, 'inbound');
  for (let n = 0; n < casesAtOnce; n++)
    await must({ path: `/voice/card/0/{n}`, form: { ...caller(n), Digits: town.patients[n]!.card } });
  const legs = await stage.db.query<{ id: string; e164: string }>(
    `select distinct on (case_id) id, e164 from leg where is_live and status = 'dialing' order by case_id, id`,
  );
  if (legs.rows.length < casesAtOnce) throw new Error(`only ${legs.rows.length} doctors are being rung`);
  const hits: Record<Kind, Hit[]> = { menuKey: [], legKey: [], legEvent: [] };
  for (const [n, leg] of legs.rows.entries()) {
    const rung = form(`CA${String(n).padStart(32, 'b')}`, town.number, leg.e164, 'outbound-api');
    await must({ path: `/voice/leg/${leg.id}/answer`, form: rung });
    hits.menuKey.push({ path: '/voice/menu/0/{n}', form: { ...caller(1000 + n), Digits: '1' } });
    hits.legKey.push({ path: `/voice/leg/${leg.id}/key/0/{n}`, form: { ...rung, Digits: '3' } });
    hits.legEvent.push({ path: `/voice/leg/${leg.id}/after/{n}`, form: rung });
  }
  return hits;
}

/** The fields that Twilio sends with every webhook of a call. */
function form(callSid: string, from: string, to: string, direction: string): Record<string, string> {
  const places = Object.fromEntries(
    ['From', 'To', 'Caller', 'Called'].flatMap((side) => [
      ...[
        [`${side}City`, ''],
        [`${side}State`, ''],
        [`${side}Zip`, ''],
        [`${side}Country`, 'JP'],
      ],
    ]),
  );
  return {
    ...{ AccountSid: account.sid, ApiVersion: '2010-04-01', CallSid: callSid, CallStatus: 'in-progress' },
    ...{ From: from, To: to, Caller: from, Called: to, Direction: direction, ...places },
  };
}
