import { expect } from 'chai';
import { openAlarms } from '../../src/alarms/actions.ts';
import { expectNoFaultOfOurs, expectNoLongSilence, expectNothingHeld } from '../support/call-checks.ts';
import { answersAndPresses1, neverPicksUp, nurseRingsAbout } from '../support/habits.ts';
import type { TownPerson } from '../support/town.ts';
import { type CallView, createWorld, type World } from '../support/world.ts';

describe('when the first carrier takes no calls', function () {
  this.timeout(60_000);
  let world: World;
  let attending: TownPerson;
  let deputy: TownPerson;
  let card: string;
  beforeEach(async () => {
    world = await createWorld({ secondCarrier: true });
    attending = await world.town.doctor('主治医');
    deputy = await world.town.doctor('副主治医');
    card = (await world.town.patient({ attending, deputies: [deputy] })).card;
  });
  afterEach(async () => {
    await expectNoLongSilence(world);
    expectNoFaultOfOurs(world);
    await world.close();
  });

  const faults = (body: unknown) => world.control('POST', '/exchange/faults', body);
  const circuit = async () => (await world.db.query('select state from carrier_circuit')).rows[0]?.state;
  const alarms = async () => (await openAlarms(world.db, world.town.associationId)).map((alarm) => alarm.kind);
  const bySecond = async (doctor: TownPerson): Promise<CallView[]> => {
    const path = `/exchange/phones/${encodeURIComponent(doctor.phones[0] ?? '')}/calls`;
    const found = (await world.second?.control('GET', path)) as CallView[] | { calls: CallView[] };
    return Array.isArray(found) ? found : found.calls;
  };

  const byFirst = async (doctor: TownPerson): Promise<CallView[]> =>
    (await world.phoneOf(doctor).calls()).filter((call) => call.direction !== 'inbound');
  const secondLine = (call: CallView) => ({
    press: async (digits: string) => {
      await world.second?.control('POST', `/exchange/calls/${call.id}/digits`, { digits });
      await world.passes({ seconds: 0 });
    },
    hangUp: async () => {
      await world.second?.control('POST', `/exchange/calls/${call.id}/hangup`);
      await world.passes({ seconds: 0 });
    },
  });
  const secondsGoBy = async (seconds: number): Promise<void> => {
    for (let second = 0; second < seconds; second++) await world.passes({ seconds: 1 });
  };

  it('rings the next doctor through the second within seconds, and the caller talks to him', async () => {
    await faults({ api: { operation: '*', mode: '503' } });
    await world.phoneOf(deputy).habit(answersAndPresses1);
    const nurse = await nurseRingsAbout(world, card);
    await world.passes({ seconds: 20 });
    const call = await world.theCase();
    expect(call.acceptance?.subjectId).to.equal(deputy.id);
    const [rung] = await bySecond(deputy);
    expect((Date.parse(rung?.createdAt ?? '') - call.openedAt) / 1000).to.be.at.most(3);
    expect(await byFirst(deputy)).to.have.length(0);
    expect((await nurse.view()).bridgedWith).to.deep.equal(deputy.phones);
    expect(call.acceptance?.bridgedAt).not.to.equal(null);
    expect(await circuit()).to.equal('open');
    expect(await alarms()).to.include('first_carrier_left');
  });

  it('rings the very doctor again at once, through the second, when the first has locked us out: no call was made', async () => {
    await world.control('POST', '/exchange/faults', { api: { operation: '*', mode: '401' } });
    await world.phoneOf(attending).habit(answersAndPresses1);
    await world.phoneOf(deputy).habit(neverPicksUp);
    const nurse = await nurseRingsAbout(world, card);
    await world.passes({ seconds: 12 });
    const call = await world.theCase();
    expect(call.acceptance?.subjectId).to.equal(attending.id);
    const [rung] = await bySecond(attending);
    expect((Date.parse(rung?.createdAt ?? '') - call.openedAt) / 1000).to.be.at.most(2);
    expect((await nurse.view()).bridgedWith).to.deep.equal(attending.phones);
  });

  it('gives the doctor his menu on *, brings him back, and asks what came of it when he has hung up', async () => {
    await faults({ api: { operation: '*', mode: '503' } });
    await world.phoneOf(deputy).habit(answersAndPresses1);
    const nurse = await nurseRingsAbout(world, card);
    await world.passes({ seconds: 20 });
    const [rung] = await bySecond(deputy);
    const doctor = secondLine(rung!);
    await doctor.press('*');
    await world.passes({ seconds: 1 });
    expect((await nurse.view()).bridgedWith).to.deep.equal([]);
    await doctor.press('2');
    await world.passes({ seconds: 2 });
    expect((await nurse.view()).bridgedWith).to.deep.equal(deputy.phones);
    await doctor.press('*');
    await world.passes({ seconds: 1 });
    await doctor.press('3');
    await world.passes({ seconds: 1 });
    await doctor.press('2');
    await world.passes({ seconds: 10 });
    const call = await world.theCase();
    expect(call.acceptance?.outcome).to.equal('advice');
    await nurse.hangUp();
    await world.passes({ minutes: 3 });
    expect((await world.theCase()).status).to.equal('closed');
    await expectNothingHeld(world);
  });

  it('goes back to the first once it has answered for a while and taken one call, and settles the alarm', async () => {
    await faults({ api: { operation: '*', mode: '503' } });
    await world.phoneOf(deputy).habit(answersAndPresses1);
    const nurse = await nurseRingsAbout(world, card);
    await secondsGoBy(20);
    await nurse.hangUp();
    await world.control('DELETE', '/exchange/faults');
    await secondsGoBy(60);
    expect(await circuit()).to.equal('half_open');
    await world.passes({ minutes: 4 }); // the first case comes to its end
    const next = await world.town.doctor('三人目の医師');
    const other = (await world.town.patient({ attending: next })).card;
    await world.phoneOf(next).habit(answersAndPresses1);
    const family = await nurseRingsAbout(world, other, '+819000001009');
    await world.passes({ seconds: 15 });
    expect(await byFirst(next)).to.have.length(1);
    expect(await bySecond(next)).to.have.length(0);
    expect((await family.view()).bridgedWith).to.deep.equal(next.phones);
    expect(await circuit()).to.equal('closed');
    expect(await alarms()).not.to.include('first_carrier_left');
  });

  it('stays with the first after a single failure: that may have been one call’s own', async () => {
    await faults({ api: { operation: 'calls.create', mode: '503', times: 1 } });
    await world.phoneOf(attending).habit(neverPicksUp);
    await world.phoneOf(deputy).habit(answersAndPresses1);
    await nurseRingsAbout(world, card);
    await world.passes({ seconds: 20 });
    expect(await circuit()).to.equal('closed');
    expect(await byFirst(deputy)).to.have.length(1);
    expect(await bySecond(deputy)).to.have.length(0);
  });
});
