import { randomBytes } from 'node:crypto';
import { expect } from 'chai';
import twilio from 'twilio';
import { openAlarms } from '../../src/alarms/actions.ts';
import { expectNoFaultOfOurs, expectNoLongSilence, expectNothingHeld } from '../support/call-checks.ts';
import { answersAndPresses1, neverPicksUp, nurseRingsAbout } from '../support/habits.ts';
import type { TownPerson } from '../support/town.ts';
import { accountSid, authToken, type CallView, createWorld, type World } from '../support/world.ts';

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
  /** A call comes in at that address of the first. @returns what it is told. */
  const dialledDirectly = async (to: string): Promise<string> => {
    const url = `${world.gatewayUrl}/voice/bridge`;
    const CallSid = `CA${randomBytes(16).toString('hex')}`;
    const params = { AccountSid: accountSid, CallSid, From: 'sip:x@there', To: to, Direction: 'inbound' };
    const signature = twilio.getExpectedTwilioSignature(authToken, url, params);
    const headers = { 'x-twilio-signature': signature, 'content-type': 'application/x-www-form-urlencoded' };
    const answer = await fetch(url, { method: 'POST', headers, body: new URLSearchParams(params) });
    return answer.text();
  };
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

  it('joins both at the second when the caller was cut off and the first takes no calls', async () => {
    await faults({ api: { operation: '*', mode: '503' } });
    await world.phoneOf(deputy).habit({ ...answersAndPresses1, keys: [{ afterSeconds: 8, digits: '1' }] });
    const nurse = await nurseRingsAbout(world, card);
    await world.passes({ seconds: 8 });
    await world.phone('+819000001001').habit(answersAndPresses1);
    await nurse.hangUp();
    await secondsGoBy(50);
    const call = await world.theCase();
    expect(call.acceptance?.subjectId).to.equal(deputy.id);
    const [rung] = await bySecond(deputy);
    expect(rung?.bridgedWith).to.deep.equal(['+819000001001']);
    expect(call.acceptance?.bridgedAt).not.to.equal(null);
    await secondLine(rung!).hangUp();
    await world.passes({ minutes: 4 });
    await expectNothingHeld(world);
  });

  it('leaves it again when the call that was tried fails, and the hunt goes on by the second', async () => {
    await faults({ api: { operation: '*', mode: '503' } });
    await world.phoneOf(deputy).habit(answersAndPresses1);
    await world.phoneOf(attending).habit(neverPicksUp);
    const first = await nurseRingsAbout(world, card);
    await secondsGoBy(15);
    await first.hangUp();
    await faults({ api: { operation: 'calls.create', mode: '503' } }); // it answers questions, and takes no calls
    await secondsGoBy(60);
    expect(await circuit()).to.equal('half_open');
    const [third, fourth] = [await world.town.doctor('三人目の医師'), await world.town.doctor('四人目の医師')];
    const other = (await world.town.patient({ attending: third, deputies: [fourth] })).card;
    await world.phoneOf(fourth).habit(answersAndPresses1);
    const family = await nurseRingsAbout(world, other, '+819000001009');
    await world.passes({ seconds: 25 });
    expect(await circuit()).to.equal('open');
    expect(await bySecond(fourth)).to.have.length(1);
    expect((await family.view()).bridgedWith).to.deep.equal(fourth.phones);
  });

  it('lets nobody into a conference by an address that no leg of that carrier has dialled', async () => {
    await world.phoneOf(attending).habit(answersAndPresses1);
    const nurse = await nurseRingsAbout(world, card);
    await world.passes({ seconds: 12 });
    const [leg] = Object.values((await world.theCase()).legs);
    for (const user of [leg?.id, `lg_${'0'.repeat(26)}`, (await world.theCase()).id, 'lg_x'])
      expect(await dialledDirectly(`sip:${user}@first.sip.test`), String(user)).to.match(
        /<Response><Hangup\/><\/Response>/,
      );
    expect((await nurse.view()).bridgedWith).to.deep.equal(attending.phones);
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
