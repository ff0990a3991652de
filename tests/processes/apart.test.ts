import { expect } from 'chai';
import { freePort } from '../../src/embedded/cluster.ts';
import { systemClock } from '../../src/lib/clock.ts';
import { randomIds } from '../../src/lib/ids.ts';
import { watched } from '../support/leaks.ts';
import { watchedRedis } from '../support/leaks-outside.ts';
import { freshDatabase, type TestDatabase } from '../support/postgres.ts';
import { type Child, type DataFolder, dataFolder, endChildren, startChild, until } from '../support/processes.ts';
import { startRedis, type TestRedis } from '../support/redis.ts';
import { buildTown, type Town as Lists, type TownPerson, testCard } from '../support/town.ts';
import { type Balancer, balancer } from './balancer.ts';
import { accepts, type Call, type Town, townOn } from './people.ts';

/**
 * A lost wake-up costs a sweep, 1 s; unheard of it would cost the 12 s until the deputy's own turn. What lies between belongs to
 * a loaded machine and says nothing (figures come from the bench).
 */
const longestDelayMs = 8000;
const busy = { behaviour: 'busy' };

describe('two gateways and two workers, apart, on PostgreSQL and Redis', function () {
  this.timeout(240_000);
  let database: TestDatabase;
  let redis: TestRedis;
  let folder: DataFolder;
  let lists: Lists;
  let town: Town;
  let entrance: Balancer;
  let env: Record<string, string>;
  const gateways: Child[] = [];
  const workers: Child[] = [];
  /** The first worker's door; the second has none. */
  let workerPort: number;

  before(async () => {
    [database, redis, folder] = await Promise.all([freshDatabase(), startRedis().then(watchedRedis), dataFolder()]);
    lists = await buildTown(database.pool, randomIds, systemClock.now());
    const account = { TWILIO_ACCOUNT_SID: `AC${'0'.repeat(31)}4`, TWILIO_AUTH_TOKEN: 'a-token-for-tests-only-0004' };
    const [exchangePort, ...ports] = [await freePort(), await freePort(), await freePort()];
    entrance = await balancer(ports);
    env = {
      ...account,
      ...{ DATABASE_URL: database.url, REDIS_URL: redis.url, KAMOME_DATA: folder.path, PUBLIC_BASE_URL: entrance.url },
      ...{ TWILIO_API_BASE: `http://127.0.0.1:${exchangePort}`, TWILIO_CALLS_PER_SECOND: '50' },
      ...{ CARD_COST_LOG2: String(testCard.costLog2), CARD_PEPPER: testCard.pepper.toString('base64') },
    };
    const exchange = startChild('src/simulators/exchange/main.ts', { ...account, EXCHANGE_PORT: String(exchangePort) });
    for (const port of ports) gateways.push(startChild('src/main.ts', { ...env, PORT: String(port) }));
    workerPort = await freePort();
    workers.push(
      startChild('workers/main.ts', { ...env, WORKER_PORT: String(workerPort) }),
      startChild('workers/main.ts', env),
    );
    await exchange.line(/^exchange /, 90);
    await Promise.all(gateways.map((gateway) => gateway.line(/gateway_ready/, 90)));
    await Promise.all(workers.map((worker) => worker.line(/worker_ready/, 90)));
    town = townOn(`http://127.0.0.1:${exchangePort}`);
    await town.configure(lists.number, entrance.url);
  });
  afterEach(function () {
    if (this.currentTest?.state === 'failed')
      console.error([...gateways, ...workers].map((child) => child.output()).join('\n'));
  });
  after(async () => {
    await endChildren();
    await Promise.all([entrance.close(), redis.stop(), folder.discard(), database.drop()]);
    for (const [place, count] of Object.entries(watched)) expect(count, `looked at as ${place}`).to.be.above(10);
  });

  let callers = 0;
  /** A caller about a patient whose first doctors are all engaged; the last one takes it. @returns the delays, in ms. */
  async function hunt(engaged: number): Promise<number[]> {
    const doctors: TownPerson[] = [];
    for (let n = 0; n <= engaged; n++) doctors.push(await lists.doctor(`医師${n}`));
    for (const doctor of doctors.slice(0, -1)) await town.exchange.setHabit(phoneOf(doctor), busy);
    const last = doctors.at(-1)!;
    await town.exchange.setHabit(phoneOf(last), accepts(1));
    const patient = await lists.patient({ attending: doctors[0]!, deputies: doctors.slice(1) });
    callers += 1;
    const caller = `+81900000910${callers}`;
    const nurse = await town.ringsAbout(patient.card, caller, lists.number);
    await town.joined(caller, phoneOf(last), 90);
    const calls: Call[] = [];
    for (const doctor of doctors) calls.push(await town.rung(phoneOf(doctor), 5));
    await town.exchange.hangUp(nurse.id);
    return calls.map((call, index) => {
      const cause = index === 0 ? nurse.keyedAt : Date.parse(calls[index - 1]?.endedAt ?? '');
      return Date.parse(call.createdAt) - cause;
    });
  }
  const phoneOf = (person: TownPerson): string => person.phones[0] ?? '';

  it('take a call through to a doctor, both gateways answering in turn', async () => {
    await hunt(2);
    expect([...entrance.served.values()].every((requests) => requests > 3)).to.equal(true);
  });

  it('show at WORKER_PORT that they work, with the numbers of their jobs, and nothing else', async () => {
    const at = (where: string) => fetch(`http://127.0.0.1:${workerPort}${where}`);
    const ready = await until('the first sweep', 30, async () => {
      const answer = await at('/readyz');
      return answer.ok ? answer : undefined;
    });
    expect(await ready.json()).to.deep.equal({ ready: true, parts: { database: true, sweep: true } });
    const numbers = await (await at('/metrics')).text();
    expect(numbers).to.match(/^# TYPE kamome_job_seconds histogram$/m);
    expect(numbers)
      .to.match(/^kamome_alarms_open 0$/m)
      .and.match(/^kamome_jobs_running \d/m);
    expect((await at('/voice/inbound')).status).to.equal(404);
  });

  it('lose nothing and wait no longer than a sweep while Redis forgets everything every second', async () => {
    const forgetting = setInterval(() => void redis.flush().catch(() => undefined), 1000);
    try {
      const delays = await hunt(3);
      expect(Math.max(...delays), delays.join()).to.be.below(longestDelayMs);
    } finally {
      clearInterval(forgetting);
    }
  });

  it('lose nothing and wait no longer than a sweep while Redis is away', async () => {
    await redis.stop();
    try {
      const delays = await hunt(3);
      expect(Math.max(...delays), delays.join()).to.be.below(longestDelayMs);
    } finally {
      await redis.start();
    }
  });

  it('go on when one gateway and one worker are killed with kill -9 in the middle of a call', async () => {
    const [first, second] = [await lists.doctor('出ない医師'), await lists.doctor('受ける医師')];
    await town.exchange.setHabit(phoneOf(first), { behaviour: 'no-answer' });
    await town.exchange.setHabit(phoneOf(second), accepts(1));
    const patient = await lists.patient({ attending: first, deputies: [second] });
    const caller = '+819000009109';
    await town.ringsAbout(patient.card, caller, lists.number);
    await town.rung(phoneOf(first), 30);
    await Promise.all([gateways[0]!.kill(), workers[0]!.kill()]);
    await town.joined(caller, phoneOf(second), 90);
    expect(await town.calls(phoneOf(second))).to.have.length(1);
  });

  it('end in order when told to, and leave a log that is sound', async () => {
    const left = [gateways[1]!, workers[1]!];
    for (const child of left) child.signal('SIGTERM');
    for (const child of left) expect(await child.ended(60)).to.deep.equal({ code: 0, signal: null });
    const audit = startChild('src/audit/main.ts', env);
    expect((await audit.ended(60)).code, audit.output()).to.equal(0);
    const { rows } = await database.pool.query('select count(*) as n from urgent_call where accepted_by is not null');
    expect(rows).to.deep.equal([{ n: 4 }]);
  });
});
