import http from 'node:http';
import type { AddressInfo } from 'node:net';
import { expect } from 'chai';
import { openAlarms } from '../../src/alarms/actions.ts';
import { sweepAlarmRings } from '../../src/alarms/ringing.ts';
import { lastRounds, sweepWatch } from '../../src/watch/actions.ts';
import { httpPing, sweepDeadman } from '../../src/watch/deadman.ts';
import { stepsOf } from '../../src/watch/round.ts';
import { answersAndPresses } from '../support/habits.ts';
import type { TownPerson } from '../support/town.ts';
import { type Watch, watchOf } from '../support/watch.ts';
import { createWorld, type World } from '../support/world.ts';

describe('the watchman’s round', () => {
  let world: World;
  let watch: Watch;
  beforeEach(async () => {
    world = await createWorld();
    watch = watchOf(world);
  });
  afterEach(() => world.close());

  const rounds = async () => lastRounds(world.db, world.town.associationId);

  it('comes back by the carrier and inside: call, leg, key, callback, outbox empty; nobody is rung and no case opened', async () => {
    await watch.passes(120);
    expect(watch.told).to.deep.equal(['inner passed', 'carrier passed']);
    const [whole, inner] = await rounds();
    expect([whole?.status, inner?.status]).to.deep.equal(['passed', 'passed']);
    if (whole) expect(stepsOf(whole).map(({ step }) => step)).to.deep.equal(['call', 'key', 'callback', 'outbox']);
    expect(await world.cases()).to.deep.equal([]);
    const calls = (await world.control('GET', '/exchange/calls')) as {
      from: string;
      to: string;
      transcript: { kind: string; text: string }[];
    }[];
    expect(calls.map(({ from, to }) => [from, to])).to.deep.equal([
      [world.town.number, world.town.number],
      [world.town.number, world.town.number],
    ]);
    expect(JSON.stringify(calls)).to.include('見回りの番号を確かめました');
  });

  const alarms = async () => (await openAlarms(world.db, world.town.associationId)).map(({ kind }) => kind);
  const numberAnswers = (voiceUrl: string): Promise<unknown> =>
    world.control('PUT', `/exchange/numbers/${encodeURIComponent(world.town.number)}`, {
      ...{ voiceUrl, statusCallback: `${world.gatewayUrl}/voice/status`, fallbackUrl: 'http://127.0.0.1:9/away' },
    });

  it('is one, however many workers look', async () => {
    await Promise.all([sweepWatch(watch.ctx), sweepWatch(watch.ctx), sweepWatch(watch.ctx)]);
    await watch.passes(10);
    expect((await world.db.query('select 1 from watch_round')).rowCount).to.equal(1);
    expect(watch.told).to.deep.equal(['inner passed']);
  });

  it('says nothing to anybody else: 9 is no key for a caller, and none for our own number without a round', async () => {
    const nurse = await world.rings('+819000001001');
    await nurse.press('9');
    expect(await nurse.heard()).to.include('その番号はお使いになれません');
    const own = await world.rings(world.town.number);
    await own.press('9');
    expect(await own.heard()).to.include('その番号はお使いになれません');
  });

  it('is made every five minutes inside, and each evening before the night by the carrier', async () => {
    await watch.passes(120);
    watch.told.length = 0;
    await watch.passes(630);
    expect(watch.told).to.deep.equal(['inner passed', 'inner passed']);
    await world.passes({ minutes: 19 * 60 + 20 });
    watch.told.length = 0;
    await watch.passes(90);
    expect(watch.told).to.have.members(['inner passed', 'carrier passed']);
  });

  it('alarms when our number does not lead to us at the carrier, twice in a row; the next that passes takes it back', async () => {
    await numberAnswers('http://127.0.0.1:9/away');
    await watch.passes(90);
    expect(watch.told).to.deep.equal(['inner passed', 'carrier failed']);
    expect(await alarms()).to.deep.equal([]);
    await watch.passes(90);
    expect(await alarms()).to.deep.equal(['watch_failed']);
    await numberAnswers(`${world.gatewayUrl}/voice/inbound`);
    await watch.passes(960);
    expect(watch.told.at(-1)).to.equal('carrier passed');
    expect(await alarms()).to.deep.equal([]);
    expect(world.complaints.join()).to.match(/watch_failed.*no_call/);
    world.complaints.length = 0;
  });

  it('alarms when no gateway answers inside', async () => {
    const lonely = watchOf(world, { gatewayUrl: 'http://127.0.0.1:9' });
    await lonely.passes(150);
    expect(lonely.told.filter((line) => line === 'inner failed')).to.have.length(2);
    expect(await alarms()).to.deep.equal(['watch_failed']);
    expect(world.complaints.join()).to.match(/watch_walk_broken.*no_answer/);
    world.complaints.length = 0;
  });

  const answersCreateWith = (mode: string): Promise<unknown> =>
    world.control('POST', '/exchange/faults', { api: { operation: 'calls.create', mode, times: 1 } });

  it('is made once when the carrier takes the call and does not say so, and passes by what comes in', async () => {
    await answersCreateWith('accept-then-500');
    await watch.passes(120);
    expect(watch.told).to.deep.equal(['inner passed', 'carrier passed']);
    expect((await world.control('GET', '/exchange/calls')) as unknown[]).to.have.length(2);
    expect(world.complaints.join()).to.include('callback_not_placed');
    world.complaints.length = 0;
  });

  it('that the carrier refused is not taken for the call of somebody else to our number', async () => {
    await answersCreateWith('500');
    await watch.passes(62);
    const nurse = await world.rings('+819000001001');
    await watch.passes(40);
    expect((await nurse.view()).state).to.equal('in-progress');
    expect(watch.told).to.deep.equal(['inner passed', 'carrier failed']);
    world.complaints.length = 0;
  });
});

describe('Kamome, watched from outside', () => {
  let world: World;
  let watch: Watch;
  let outside: { pings: string[]; url: string; close(): Promise<void> };
  let standby: TownPerson;
  beforeEach(async () => {
    world = await createWorld();
    watch = watchOf(world);
    outside = await openOutside();
    standby = await world.town.standby('待機　一');
    await world.phoneOf(standby).habit(answersAndPresses('1'));
  });
  afterEach(async () => {
    await outside.close();
    await world.close();
  });

  /** Rounds, rings and pings, as one worker's timers have them. */
  const passes = async (seconds: number): Promise<number> => {
    const before = outside.pings.length;
    const pinging = { ...watch.ctx, ping: httpPing(outside.url) };
    await watch.passes(seconds, async () => {
      await sweepAlarmRings(world.ctx);
      await sweepDeadman(pinging);
      await sweepDeadman(pinging); // another worker
    });
    return outside.pings.length - before;
  };

  it('is pinged for from the first whole round on, once a minute, with nothing in it', async () => {
    expect(await passes(50)).to.equal(0);
    await passes(60);
    expect(await passes(300)).to.be.within(4, 6);
    expect(new Set(outside.pings)).to.deep.equal(new Set(['GET /ping/secret ']));
    world.complaints.length = 0;
  });

  it('falls silent when a call does not come back: the standby person is rung and keys that it was heard; when it is mended the ping goes on', async () => {
    await passes(200);
    await world.control('POST', '/exchange/faults', { api: { operation: 'calls.create', mode: '500', times: 2 } });
    await world.passes({ minutes: 19 * 60 + 30 }); // the workers were stopped until the next evening
    const silent = await passes(60);
    expect(silent, 'rounds are old').to.equal(0);
    await passes(150);
    const heard = await world.phoneOf(standby).heard();
    expect(heard).to.match(/見回りが、二度続けて通りませんでした[\s\S]*承りました/);
    expect((await openAlarms(world.db, world.town.associationId))[0]?.heardAt).to.be.instanceOf(Date);
    expect(await passes(300)).to.equal(0);
    await passes(900);
    expect(watch.told.at(-1)).to.match(/passed/);
    expect(await openAlarms(world.db, world.town.associationId)).to.deep.equal([]);
    expect(await passes(120)).to.be.above(0);
    expect((await world.phoneOf(standby).calls()).length).to.equal(1);
    expect(world.complaints.join())
      .to.match(/deadman_changed.*round_failed/)
      .and.not.to.include('secret');
    world.complaints.length = 0;
  });

  it('falls silent while an act of a call is overdue, and says so', async () => {
    await passes(200);
    await world.passes({ minutes: 1 });
    const nurse = await world.rings('+819000001001');
    await nurse.press('0');
    await world.db.query(`update effect set status = 'performing', attempted_at = $1`, [
      new Date(world.now().getTime() - 31_000),
    ]);
    expect(await sweepDeadman({ ...watch.ctx, ping: httpPing(outside.url) })).to.equal('outbox_late');
    await world.db.query(`update effect set status = 'done'`);
    world.complaints.length = 0;
  });
});

async function openOutside() {
  const pings: string[] = [];
  const server = http.createServer((request, response) => {
    let body = '';
    request.on('data', (chunk) => {
      body += chunk;
    });
    request.on('end', () => {
      pings.push(`${request.method} ${request.url} ${body}`);
      response.end('OK');
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  return {
    pings,
    url: `http://127.0.0.1:${port}/ping/secret`,
    close: () =>
      new Promise<void>((resolve) => {
        server.closeAllConnections();
        server.close(() => resolve());
      }),
  };
}
