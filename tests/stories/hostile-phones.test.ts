import { expect } from 'chai';
import { expectNoFaultOfOurs, expectNoLongSilence, expectNoPhoneRungTwiceAtOnce } from '../support/call-checks.ts';
import { answersAndPresses1, declines, neverPicksUp, nurseRingsAbout, voicemail } from '../support/habits.ts';
import type { TownPerson } from '../support/town.ts';
import { createWorld, type World } from '../support/world.ts';

/** Telephones and people that do what telephones and people do at night, and a network that doubles and mixes up news. */
describe('telephones as they are', function () {
  this.timeout(60_000);
  let world: World;
  beforeEach(async () => {
    world = await createWorld();
  });
  afterEach(async () => {
    await expectNoPhoneRungTwiceAtOnce(world);
    await expectNoLongSilence(world);
    expectNoFaultOfOurs(world);
    await world.close();
  });

  const doctors = async (...habits: object[]): Promise<TownPerson[]> => {
    const made: TownPerson[] = [];
    for (const [index, habit] of habits.entries()) {
      const doctor = await world.town.doctor(`医師${index + 1}`);
      await world.phoneOf(doctor).habit(habit as Record<string, unknown>);
      made.push(doctor);
    }
    return made;
  };
  const patientOf = ([attending, ...deputies]: TownPerson[]) =>
    world.town.patient({ ...(attending ? { attending } : {}), deputies });
  const timesOf = async (doctor: TownPerson): Promise<number[]> =>
    (await world.phoneOf(doctor).calls()).map((call) => Date.parse(call.createdAt));

  it('a voicemail never takes a case, however many there are, and the caller hears a voice all the time', async () => {
    const machines = await doctors(...Array.from({ length: 6 }, () => voicemail));
    const standby = await world.town.standby('当直者');
    await world.phoneOf(standby).habit(voicemail);
    const { card } = await patientOf(machines);
    await nurseRingsAbout(world, card);
    await world.passes({ seconds: 175 });
    const call = await world.theCase();
    expect(call.acceptance).to.equal(null);
    expect(call.status === 'unanswered' || call.choiceOffered).to.equal(true);
    for (const machine of machines) expect(await world.phoneOf(machine).heard()).not.to.match(/おつなぎします/);
  });

  it('a phone that is not picked up rings exactly twice, the second time within three minutes', async () => {
    const [asleep, other] = await doctors(neverPicksUp, neverPicksUp);
    const standby = await world.town.standby('当直者');
    await world.phoneOf(standby).habit(answersAndPresses1);
    const { card } = await patientOf([asleep!, other!]);
    await nurseRingsAbout(world, card);
    await world.passes({ minutes: 4 });
    for (const doctor of [asleep!, other!]) {
      const times = await timesOf(doctor);
      expect(times).to.have.length(2);
      expect(times[1]! - times[0]!).to.be.at.most(180_000);
    }
  });

  it('a doctor who presses before the question is put, or a wrong key first, is understood', async () => {
    const [quick] = await doctors({
      behaviour: 'answer',
      answerAfterSeconds: 2,
      keys: [
        { afterSeconds: 0.5, digits: '7' },
        { afterSeconds: 2, digits: '1' },
      ],
    });
    const { card } = await patientOf([quick!]);
    const nurse = await nurseRingsAbout(world, card);
    await world.passes({ seconds: 20 });
    expect((await world.theCase()).acceptance?.subjectId).to.equal(quick!.id);
    expect((await nurse.view()).bridgedWith).to.deep.equal(quick!.phones);
  });

  it('a doctor who picks up, listens and hangs up brings the next one forward and is rung once more', async () => {
    const [shy, willing] = await doctors(
      { behaviour: 'answer', answerAfterSeconds: 3, hangUpAfterSeconds: 3 },
      { behaviour: 'answer', answerAfterSeconds: 20, keys: [{ afterSeconds: 3, digits: '1' }] },
    );
    const { card } = await patientOf([shy!, willing!]);
    await nurseRingsAbout(world, card);
    await world.passes({ seconds: 50 });
    expect((await world.theCase()).acceptance?.subjectId).to.equal(willing!.id);
    expect((await timesOf(willing!))[0]! - (await timesOf(shy!))[0]!).to.be.within(5000, 8000);
    expect(await timesOf(shy!)).to.have.length(2);
  });

  it('a doctor who presses 1 and hangs up at once is called back, and put through', async () => {
    const doctor = await world.town.doctor('慌てる医師');
    await world.phoneOf(doctor).habit([
      {
        behaviour: 'answer',
        answerAfterSeconds: 3,
        hangUpAfterSeconds: 6,
        keys: [{ afterSeconds: 5.5, digits: '1' }],
      },
      answersAndPresses1,
    ]);
    const { card } = await patientOf([doctor]);
    const nurse = await nurseRingsAbout(world, card);
    await world.passes({ seconds: 40 });
    expect((await nurse.view()).bridgedWith).to.deep.equal(doctor.phones);
    expect(await timesOf(doctor)).to.have.length(2);
  });

  it('news that comes five times, out of order and up to 30 s late leads to the same doctor and one conversation', async () => {
    await world.control('POST', '/exchange/faults', {
      callbacks: { duplicate: 5, reorder: true, delaySeconds: [0, 30] },
    });
    const [busy, unwilling, machine, willing] = await doctors({ behaviour: 'busy' }, declines, voicemail, {
      behaviour: 'answer',
      answerAfterSeconds: 8,
      keys: [{ afterSeconds: 3, digits: '1' }],
    });
    const { card } = await patientOf([busy!, unwilling!, machine!, willing!]);
    const nurse = await nurseRingsAbout(world, card);
    await world.passes({ seconds: 75 });
    expect((await world.theCase()).acceptance?.subjectId).to.equal(willing!.id);
    expect((await nurse.view()).bridgedWith).to.deep.equal(willing!.phones);
    const accepted = await world.db.query(`select 1 from audit_entry where kind = 'accepted'`);
    expect(accepted.rows).to.have.length(1);
  });

  it('two cases that want the same doctor never ring him at once; the second goes on to the next', async () => {
    const [shared, spare] = await doctors(
      { behaviour: 'answer', answerAfterSeconds: 10, keys: [{ afterSeconds: 6, digits: '1' }] },
      answersAndPresses1,
    );
    const [first, second] = [await patientOf([shared!]), await patientOf([shared!, spare!])];
    const one = await nurseRingsAbout(world, first.card, '+819000001001');
    const two = await nurseRingsAbout(world, second.card, '+819000001002');
    await world.passes({ seconds: 40 });
    expect((await one.view()).bridgedWith).to.deep.equal(shared!.phones);
    expect((await two.view()).bridgedWith).to.deep.equal(spare!.phones);
    expect(await timesOf(shared!)).to.have.length(1);
  });

  it('a doctor who declines one case is not rung for another while he still hears the farewell', async () => {
    const [doctor, spare] = await doctors(declines, neverPicksUp);
    const [first, second] = [await patientOf([doctor!, spare!]), await patientOf([doctor!])];
    await nurseRingsAbout(world, first.card, '+819000001001');
    await nurseRingsAbout(world, second.card, '+819000001002');
    await world.passes({ seconds: 40 });
    const calls = await timesOf(doctor!);
    expect(calls, 'he is asked for the second case too, after the first call is over').to.have.length(2);
  });

  it('a caller who rings again after the conversation is put through to the same doctor again', async () => {
    const [doctor] = await doctors(answersAndPresses1);
    const { card } = await patientOf([doctor!]);
    const nurse = await nurseRingsAbout(world, card);
    await world.passes({ seconds: 60 });
    await nurse.hangUp();
    await world.passes({ seconds: 5 });
    const { id } = await world.phoneOf(doctor!).last();
    await world.control('POST', `/exchange/calls/${id}/hangup`).catch(() => null);
    await world.passes({ seconds: 5 });
    const again = await nurseRingsAbout(world, card);
    await world.passes({ seconds: 30 });
    expect(await world.cases()).to.have.length(1);
    expect((await again.view()).bridgedWith).to.deep.equal(doctor!.phones);
  });
});
