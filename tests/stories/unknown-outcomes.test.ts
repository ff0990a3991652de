import { expect } from 'chai';
import { isLive } from '../../src/escalations/urgent-call.ts';
import {
  expectNoFaultOfOurs,
  expectNoLongSilence,
  expectNoPhoneRungTwiceAtOnce,
  expectNothingHeld,
} from '../support/call-checks.ts';
import { answersAndPresses, answersAndPresses1, neverPicksUp, nurseRingsAbout } from '../support/habits.ts';
import type { TownPerson } from '../support/town.ts';
import { createWorld, type World } from '../support/world.ts';

describe('when the carrier’s answer is lost', function () {
  this.timeout(60_000); // a carrier that does not answer is waited for in real time: 4 s each
  let world: World;
  let attending: TownPerson;
  let deputy: TownPerson;
  let card: string;
  beforeEach(async () => {
    world = await createWorld();
    attending = await world.town.doctor('主治医');
    deputy = await world.town.doctor('副主治医');
    card = (await world.town.patient({ attending, deputies: [deputy] })).card;
  });
  afterEach(async () => {
    await expectNoPhoneRungTwiceAtOnce(world);
    await expectNoLongSilence(world);
    expectNoFaultOfOurs(world);
    await world.close();
  });

  const faults = (body: unknown) => world.control('POST', '/exchange/faults', body);
  const createFails = (mode: string, times = 1) => faults({ api: { operation: 'calls.create', mode, times } });
  const secondsOf = async (doctor: TownPerson): Promise<number[]> => {
    const { openedAt } = await world.theCase();
    const calls = await world.phoneOf(doctor).calls();
    return calls.map((call) => (Date.parse(call.createdAt) - openedAt) / 1000);
  };

  for (const mode of ['500', '503', 'timeout'])
    it(`goes on with the next doctor at once when a call answers ${mode} and was never made, and rings the first again later`, async () => {
      await createFails(mode);
      await world.phoneOf(attending).habit(answersAndPresses1);
      await world.phoneOf(deputy).habit(neverPicksUp);
      const nurse = await nurseRingsAbout(world, card);
      await world.passes({ seconds: 3 });
      const early = await world.theCase();
      expect(Object.values(early.legs).find((leg) => leg.subjectId === attending.id)?.status).to.equal('unknown');
      expect((await secondsOf(deputy))[0]).to.be.at.most(2);
      await world.passes({ seconds: 57 });
      const call = await world.theCase();
      expect(call.acceptance?.subjectId).to.equal(attending.id);
      // Looked for during 15 s, then counted as failed; the second ring comes 10 s later, once.
      expect(await secondsOf(attending)).to.have.length(1);
      expect((await secondsOf(attending))[0]).to.be.within(20, 40);
      expect((await nurse.view()).bridgedWith).to.deep.equal(attending.phones);
    });

  for (const mode of ['accept-then-timeout', 'accept-then-500'])
    it(`recognises the call by its own webhook when the carrier took it and answers ${mode}, and never makes it twice`, async () => {
      await createFails(mode);
      await world.phoneOf(attending).habit(answersAndPresses1);
      await world.phoneOf(deputy).habit(neverPicksUp);
      const nurse = await nurseRingsAbout(world, card);
      await world.passes({ seconds: 40 });
      expect((await world.theCase()).acceptance?.subjectId).to.equal(attending.id);
      expect(await world.phoneOf(attending).calls()).to.have.length(1);
      expect((await nurse.view()).bridgedWith).to.deep.equal(attending.phones);
    });

  it('finds the call in the carrier’s list when its status callbacks are lost too, also when the list lags behind', async () => {
    await faults({ listLagSeconds: 5, callbacks: { drop: 1 } });
    await createFails('accept-then-500');
    await world.phoneOf(attending).habit({ behaviour: 'no-answer' });
    await world.phoneOf(deputy).habit(neverPicksUp);
    await nurseRingsAbout(world, card);
    await world.passes({ seconds: 10 });
    const leg = Object.values((await world.theCase()).legs).find((each) => each.subjectId === attending.id);
    expect(leg?.status).to.equal('ringing');
    expect(leg?.callId).to.equal((await world.phoneOf(attending).last()).sid);
  });

  it('never rings a phone twice at once when the list lags longer than it looks, and everything is lost', async () => {
    await faults({ listLagSeconds: 20, callbacks: { drop: 1 } });
    await createFails('accept-then-500', 1);
    await world.phoneOf(attending).habit(neverPicksUp);
    await world.phoneOf(deputy).habit(answersAndPresses('1', 30));
    await nurseRingsAbout(world, card);
    await world.passes({ seconds: 90 });
    expect((await world.theCase()).acceptance?.subjectId).to.equal(deputy.id);
  });

  it('loses no case when every create fails for a minute: it hunts on, and the first doctor who can be reached takes it', async () => {
    await faults({ api: { operation: 'calls.create', mode: '500' } });
    for (const doctor of [attending, deputy]) await world.phoneOf(doctor).habit(answersAndPresses1);
    await world.town.standby('当直者');
    await world.phone('+819000001001').habit(answersAndPresses1);
    await nurseRingsAbout(world, card);
    await world.passes({ seconds: 60 });
    expect(await world.phoneOf(attending).calls()).to.have.length(0);
    await faults({ api: [] });
    await world.passes({ minutes: 4 });
    const call = await world.theCase();
    expect(call.acceptance?.role).to.equal('doctor');
    // She was told that it takes long, hung up, and was called back.
    expect((await world.phone('+819000001001').last()).bridgedWith).to.have.length(1);
  });

  it('tries again later when the carrier is too busy (429), without a second leg', async () => {
    await createFails('429', 2);
    await world.phoneOf(attending).habit(answersAndPresses1);
    await world.phoneOf(deputy).habit(neverPicksUp);
    await nurseRingsAbout(world, card);
    await world.passes({ seconds: 20 });
    expect((await secondsOf(attending))[0]).to.be.within(3, 5); // 1 + 2 s
    expect((await world.theCase()).acceptance?.subjectId).to.equal(attending.id);
    expect(Object.values((await world.theCase()).legs).filter((leg) => leg.subjectId === attending.id)).to.have.length(
      1,
    );
  });
});

describe('when status callbacks are lost', function () {
  this.timeout(60_000);
  let world: World;
  beforeEach(async () => {
    world = await createWorld();
    await world.control('POST', '/exchange/faults', { callbacks: { drop: 1 } });
  });
  afterEach(async () => {
    await expectNoPhoneRungTwiceAtOnce(world);
    expectNoFaultOfOurs(world);
    await world.close();
  });

  it('asks the carrier what became of a silent phone, and goes on', async () => {
    const busy = await world.town.doctor('話し中');
    const deputy = await world.town.doctor('副主治医');
    const { card } = await world.town.patient({ attending: busy, deputies: [deputy] });
    await world.phoneOf(busy).habit({ behaviour: 'busy' });
    await world.phoneOf(deputy).habit(neverPicksUp);
    await nurseRingsAbout(world, card);
    await world.passes({ seconds: 50 });
    const legs = Object.values((await world.theCase()).legs).filter((leg) => leg.subjectId === busy.id);
    expect(legs[0]).to.include({ status: 'ended', outcome: 'busy' });
  });

  it('frees the phones and doctors of a closed case, so that the next case can ring them', async () => {
    const doctor = await world.town.doctor('佐藤医師');
    const { card } = await world.town.patient({ attending: doctor });
    await world.phoneOf(doctor).habit(answersAndPresses1);
    const nurse = await nurseRingsAbout(world, card);
    await world.passes({ seconds: 30 });
    const { id } = await world.phoneOf(doctor).last();
    for (const digits of ['*', '3', '2']) {
      await world.control('POST', `/exchange/calls/${id}/digits`, { digits });
      await world.passes({ seconds: 2 });
    }
    await world.passes({ seconds: 10 });
    expect((await world.theCase()).status).to.equal('closed');
    expect((await nurse.view()).state).to.equal('completed');
    await world.passes({ minutes: 2 });
    await expectNothingHeld(world);
    await nurseRingsAbout(world, card, '+819000001002');
    await world.passes({ seconds: 30 });
    expect((await world.cases()).at(-1)?.acceptance?.subjectId).to.equal(doctor.id);
  });
});

describe('when a worker dies between the attempt and the carrier’s answer', function () {
  this.timeout(60_000);
  let world: World;
  let doctor: TownPerson;
  let deputy: TownPerson;
  let card: string;
  beforeEach(async () => {
    world = await createWorld();
    doctor = await world.town.doctor('主治医');
    deputy = await world.town.doctor('副主治医');
    card = (await world.town.patient({ attending: doctor, deputies: [deputy] })).card;
    await world.phoneOf(doctor).habit(answersAndPresses1);
    await world.phoneOf(deputy).habit(neverPicksUp);
    // The worker that takes this call dies before it does anything: its effect stays `performing` and nobody answers.
    await world.db.query(`create function die() returns trigger language plpgsql as $$
      begin
        if new.kind = 'place-call' and not exists (select 1 from effect where kind = 'place-call') then
          new.status := 'performing';
          new.attempts := 1;
          new.attempted_at := new.created_at;
        end if;
        return new;
      end $$`);
    await world.db.query('create trigger die before insert on effect for each row execute function die()');
  });
  afterEach(async () => {
    await expectNoPhoneRungTwiceAtOnce(world);
    expectNoFaultOfOurs(world);
    await world.close();
  });

  it('finds the attempt within 10 s, brings the next doctor forward, and rings the first again when it was never made', async () => {
    await nurseRingsAbout(world, card);
    await world.passes({ seconds: 10 });
    expect(await world.phoneOf(deputy).calls()).to.have.length(1);
    await world.passes({ seconds: 50 });
    expect((await world.theCase()).acceptance?.subjectId).to.equal(doctor.id);
  });

  it('takes a call that was made after all for what it is, and does not make it again', async () => {
    await nurseRingsAbout(world, card);
    const leg = Object.values((await world.theCase()).legs)[0]!;
    // It had reached the carrier, and its answer died with the worker.
    await world.ctx.telephone.placeCall({
      ...{ to: doctor.phones[0] ?? '', from: world.town.number, ringSeconds: 25 },
      ...{ answerPath: `/voice/leg/${leg.id}/answer`, statusPath: `/voice/leg/${leg.id}/status` },
    });
    await world.passes({ seconds: 30 });
    expect((await world.theCase()).acceptance).to.include({ subjectId: doctor.id, legId: leg.id });
    expect(await world.phoneOf(doctor).calls()).to.have.length(1);
  });

  it('looks again after six seconds when the first look could not be written down', async () => {
    await nurseRingsAbout(world, card);
    await world.db.query(`create function full_disk() returns trigger language plpgsql as $$
      begin raise exception 'could not extend file' using errcode = '53100'; end $$`);
    await world.db.query('create trigger full_disk before insert on audit_entry execute function full_disk()');
    await world.passes({ seconds: 8 });
    expect(world.complaints.splice(0).join()).to.include('53100');
    await world.db.query('drop trigger full_disk on audit_entry');
    await world.passes({ seconds: 7 });
    const begun = await world.db.query(`select status from effect where kind = 'place-call' and status = 'performing'`);
    expect(begun.rows).to.deep.equal([]);
  });
});

describe('without any queue', () => {
  it('nothing is lost: the sweep alone carries a case from the first leg to its end', async () => {
    const wakes: string[] = [];
    const world = await createWorld({ wake: (job) => void wakes.push(job) }); // all are lost, as with a flushed Redis
    const doctor = await world.town.doctor('佐藤医師');
    const deputy = await world.town.doctor('副主治医');
    await world.phoneOf(doctor).habit({ behaviour: 'busy' });
    await world.phoneOf(deputy).habit(answersAndPresses1);
    const { card } = await world.town.patient({ attending: doctor, deputies: [deputy] });
    const nurse = await nurseRingsAbout(world, card);
    for (let second = 0; second < 40; second++) await world.passes({ seconds: 1 });
    expect((await nurse.view()).bridgedWith).to.deep.equal(deputy.phones);
    expect(wakes).to.include.members(['place-calls', 'advance-case']);
    await nurse.hangUp();
    for (let second = 0; second < 120; second++) await world.passes({ seconds: 1 });
    const call = await world.theCase();
    expect(Object.values(call.legs).filter(isLive).length).to.be.at.most(1);
    await world.close();
  }).timeout(60_000);
});
