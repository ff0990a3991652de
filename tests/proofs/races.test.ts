import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import path from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { expect } from 'chai';
import type { UrgentCall } from '../../src/escalations/urgent-call.ts';
import { randomIds } from '../../src/lib/ids.ts';
import { callParams, postSigned } from '../support/bare-gateway.ts';
import { mulberry } from '../support/chance.ts';
import { addReport } from '../support/leaks.ts';
import { freshDatabase, type TestDatabase } from '../support/postgres.ts';
import { insertRaces, type Race, type RaceTown } from '../support/race-cases.ts';
import type { Act, Done, Order } from '../support/race-process.ts';
import { buildTown, type Town } from '../support/town.ts';

const raceCount = 10_000;
/** Of these the whole way through HTTP and signatures; the others call the same action in the same three processes. */
const signedCount = 1000;
const processCount = 3;
const atOnce = 8; // more only queue for the same two cores
const batch = 250;
const withinMs = 50;

/** A process that answers orders in its own time. */
class Gateway {
  url = '';
  private readonly child: ChildProcess;
  private readonly waiting = new Map<number, (done: Done) => void>();
  private count = 0;

  constructor(databaseUrl: string) {
    const file = path.resolve(import.meta.dirname, '../support/race-process.ts');
    this.child = fork(file, [databaseUrl], { execArgv: ['--import', 'tsx'] });
  }

  async ready(): Promise<void> {
    const [message] = (await once(this.child, 'message')) as [{ url: string }];
    this.url = message.url;
    this.child.on('message', (done: Done) => {
      addReport(done.watch);
      this.waiting.get(done.id)?.(done);
      this.waiting.delete(done.id);
    });
  }

  run(acts: Act[]): Promise<Done['replies']> {
    if (acts.length === 0) return Promise.resolve([]);
    const order: Order = { id: ++this.count, acts };
    return new Promise((resolve) => {
      this.waiting.set(order.id, (done) => resolve(done.replies));
      this.child.send(order);
    });
  }

  async stop(): Promise<void> {
    const ended = once(this.child, 'exit');
    this.child.disconnect();
    await ended;
  }
}

interface Finish {
  race: Race;
  replies: Done['replies'];
}

describe(`doctors who press 1 within ${withinMs} ms in ${processCount} processes`, function () {
  this.timeout(1_500_000); // on a slow disk, too: each key is a commit
  const chance = mulberry(20_261_116);
  let database: TestDatabase;
  let town: Town;
  let raceTown: RaceTown;
  const names = new Map<string, string>();
  const gateways: Gateway[] = [];

  before(async () => {
    database = await freshDatabase();
    town = await buildTown(database.pool, randomIds, new Date());
    for (const name of ['青木', '石井', '上田', '遠藤', '岡田', '加藤', '木村', '久保', '小林', '佐々木'])
      names.set((await town.doctor(`${name}医師`)).id, `${name}医師`);
    const { associationId, areas } = town;
    raceTown = { associationId, areaId: areas.藤棚 ?? '', doctors: [...names.keys()] };
    for (let count = 0; count < processCount; count++) gateways.push(new Gateway(database.url));
    await Promise.all(gateways.map((gateway) => gateway.ready()));
  });
  after(async () => {
    await Promise.all(gateways.map((gateway) => gateway.stop()));
    await database.drop();
  });

  const anyGateway = (): number => Math.floor(chance() * processCount);
  const size = (): number => 2 + Math.floor(chance() * 9);

  /** Prepares cases and lets `run` play them, a dozen at a time. */
  async function races(count: number, run: (race: Race) => Promise<Finish>): Promise<Finish[]> {
    const finished: Finish[] = [];
    for (let done = 0; done < count; done += batch) {
      const sizes = Array.from({ length: Math.min(batch, count - done) }, size);
      const ready = await insertRaces(database.pool, raceTown, sizes, new Date());
      const worker = async (): Promise<void> => {
        for (let race = ready.pop(); race; race = ready.pop()) finished.push(await run(race));
      };
      await Promise.all(Array.from({ length: atOnce }, worker));
    }
    return finished;
  }

  async function inProcesses(race: Race, acts: Act[]): Promise<Finish> {
    const shares: Act[][] = gateways.map(() => []);
    for (const act of acts) shares[anyGateway()]?.push(act);
    const replies = await Promise.all(gateways.map((gateway, index) => gateway.run(shares[index] ?? [])));
    return { race, replies: replies.flat() };
  }

  const presses = (race: Race): Act[] =>
    race.legs.map(({ legId, callId }) => ({
      ...({ kind: 'press', caseId: race.caseId, legId, callId, delayMs: Math.floor(chance() * withinMs) } as const),
    }));

  async function throughHttp(race: Race): Promise<Finish> {
    const replies = race.legs.map(async ({ legId, callId }) => {
      const { url } = gateways[anyGateway()]!;
      const params = callParams({ sid: callId, from: town.number, to: '+817000000000', more: { Digits: '1' } });
      await pause(Math.floor(chance() * withinMs));
      const started = performance.now();
      const { status, body } = await postSigned(url, `/voice/leg/${legId}/key/0/race`, params);
      expect(status).to.equal(200);
      return { legId, body, ms: performance.now() - started };
    });
    return { race, replies: await Promise.all(replies) };
  }

  const isJoined = (body: string): boolean => body.includes('<Conference');

  /** One winner in the replies, in the row, in its state and in the log, and each loser was told his name. */
  async function check(finished: readonly Finish[]): Promise<void> {
    const rows = await database.pool.query<{ id: string; accepted_by: string; state: UrgentCall; log: string[] }>(
      `select urgent_call.id, accepted_by, state,
        array(select data ->> 'subjectId' from audit_entry where chain_id = urgent_call.id and kind = 'accepted') as log
      from urgent_call where id = any($1)`,
      [finished.map(({ race }) => race.caseId)],
    );
    const byId = new Map(rows.rows.map((row) => [row.id, row]));
    for (const { race, replies } of finished) {
      const label = `case ${race.caseId}`;
      const row = byId.get(race.caseId);
      const winners = replies.filter(({ body }) => isJoined(body));
      expect(winners, label).to.have.length(1);
      const winner = race.legs.find((leg) => leg.legId === winners[0]?.legId)?.doctorId ?? '';
      expect(row?.accepted_by, label).to.equal(winner);
      expect(row?.log, label).to.deep.equal([winner]);
      expect(row?.state, label).to.deep.include({ status: 'accepted', fence: 1 });
      expect(row?.state.acceptance, label).to.include({ subjectId: winner, legId: winners[0]?.legId });
      const told = replies.filter(({ body }) => body.includes(`${names.get(winner)}が受けました`));
      expect(told, label).to.have.length(race.legs.length - 1);
    }
  }

  const hundredth = (finished: readonly Finish[], part: number): number => {
    const times = finished.flatMap(({ replies }) => replies.map(({ ms }) => ms)).sort((one, other) => one - other);
    return Math.round(times[Math.floor(times.length * part)] ?? 0);
  };

  it(`have one winner in each of ${raceCount.toLocaleString('en')} random races, and every loser hears who it is`, async () => {
    const started = Date.now();
    const signed = await races(signedCount, throughHttp);
    await check(signed);
    const direct = await races(raceCount - signedCount, (race) => inProcesses(race, presses(race)));
    await check(direct);
    const all = [...signed, ...direct];
    expect(all).to.have.length(raceCount);
    const keys = all.reduce((sum, { race }) => sum + race.legs.length, 0);
    const seconds = Math.round((Date.now() - started) / 1000);
    const speed = `reply p50 ${hundredth(all, 0.5)} ms, p99 ${hundredth(all, 0.99)} ms`;
    console.log(`      ${all.length} races, ${keys} keys, ${all.length} winners, 0 doubles, ${seconds} s, ${speed}`);
  });

  it('meet a hang-up and the clock in the same instant, and the case still has one legal state', async () => {
    const finished = await races(300, (race) => {
      const [first] = race.legs;
      const together = Math.floor(chance() * withinMs);
      const common = { caseId: race.caseId, legId: first!.legId, callId: first!.callId };
      const acts: Act[] = [
        ...race.legs.map(({ legId, callId }): Act => ({ ...common, kind: 'press', legId, callId, delayMs: together })),
        { ...common, kind: 'hang-up', delayMs: together },
        { ...common, kind: 'tick', delayMs: together },
        { ...common, kind: 'tick', delayMs: together },
      ];
      return inProcesses(race, acts);
    });
    const firstOf = new Map(finished.map(({ race }) => [race.caseId, race.legs[0]?.legId]));
    const seen = new Set<string>();
    const rows = await database.pool.query<{ accepted_by: string; state: UrgentCall; log: string[] }>(
      `select accepted_by, state,
        array(select data ->> 'subjectId' from audit_entry where chain_id = urgent_call.id and kind = 'accepted') as log
      from urgent_call where id = any($1)`,
      [finished.map(({ race }) => race.caseId)],
    );
    expect(rows.rows).to.have.length(300);
    for (const { accepted_by, state, log } of rows.rows) {
      const first = state.legs[firstOf.get(state.id) ?? '']!;
      expect(log).to.deep.equal([accepted_by]);
      expect(state.acceptance?.subjectId).to.equal(accepted_by);
      expect(state.status).to.equal('accepted');
      expect(first.status).to.equal('ended');
      // Either his key came first (then he is called back, his line having broken) or his hang-up did.
      const hadIt = accepted_by === first.subjectId;
      expect(first.outcome).to.be.oneOf(hadIt ? ['finished'] : ['hung_up', 'cancelled']);
      if (hadIt) expect(state.acceptance?.returns.acceptor).to.equal(1);
      seen.add(first.outcome ?? '');
    }
    expect([...seen], 'the instant was the same often enough to fall both ways').to.include.members(['finished']);
    expect(seen.size).to.be.at.least(2);
  });
});
