import { expect } from 'chai';
import { answersAndPresses1, neverPicksUp, nurseRingsAbout } from '../support/habits.ts';
import type { TownPerson } from '../support/town.ts';
import { useWorld } from '../support/use-world.ts';

describe('the conversation after a doctor said yes', () => {
  const world = useWorld();
  let doctor: TownPerson;
  let card: string;
  beforeEach(async () => {
    doctor = await world.town.doctor('佐藤医師');
    card = (await world.town.patient({ attending: doctor })).card;
    await world.phoneOf(doctor).habit(answersAndPresses1);
  });

  const lineOfDoctor = async () => {
    const { id } = await world.phoneOf(doctor).last();
    return {
      press: async (digits: string) => {
        await world.control('POST', `/exchange/calls/${id}/digits`, { digits });
        await world.passes({ seconds: 1 });
      },
      hangUp: async () => {
        await world.control('POST', `/exchange/calls/${id}/hangup`);
        await world.passes({ seconds: 1 });
      },
    };
  };

  it('ends with the doctor’s outcome by call-back when he hung up without keying one', async () => {
    const nurse = await nurseRingsAbout(world, card);
    await world.passes({ seconds: 60 });
    await world.phoneOf(doctor).habit({
      behaviour: 'answer',
      answerAfterSeconds: 2,
      keys: [{ onPrompt: '結果', afterSeconds: 4, digits: '2' }],
    });
    await (await lineOfDoctor()).hangUp();
    await world.passes({ seconds: 5 });
    expect(await nurse.heard()).to.match(/通話が終わりました/);
    await nurse.hangUp();
    expect((await world.theCase()).status).to.equal('accepted');
    await world.passes({ seconds: 180 });
    const call = await world.theCase();
    expect(call.status).to.equal('closed');
    expect(call.status === 'closed' && call.outcome).to.equal('advice');
  });

  it('is known to go on although nobody reported that it began: its end is an end, and not a broken line', async () => {
    await world.control('POST', '/exchange/faults', { callbacks: { drop: 1 } });
    const nurse = await nurseRingsAbout(world, card);
    await world.passes({ seconds: 120 });
    expect((await world.theCase()).acceptance)
      .to.include({ overAt: null })
      .and.to.have.property('bridgedAt')
      .that.is.a('number');
    await nurse.hangUp();
    await world.passes({ seconds: 120 });
    expect(Object.values((await world.theCase()).legs).filter(({ role }) => role === 'caller')).to.deep.equal([]);
    expect((await world.theCase()).acceptance?.overAt).to.be.a('number');
  });

  it('lets the doctor close it with * 3 and the outcome: visiting in 30 minutes', async () => {
    const nurse = await nurseRingsAbout(world, card);
    await world.passes({ seconds: 50 });
    const line = await lineOfDoctor();
    await line.press('*');
    await line.press('3');
    await line.press('1');
    await line.press('30#');
    await world.passes({ seconds: 5 });
    const call = await world.theCase();
    expect(call.status === 'closed' && call.outcome).to.equal('visiting');
    expect(call.acceptance?.visitMinutes).to.equal(30);
    expect(await nurse.heard()).to.match(/失礼いたします/);
  });

  it('lets the doctor step out with * and come back with 2, while the caller hears a voice', async () => {
    const nurse = await nurseRingsAbout(world, card);
    await world.passes({ seconds: 50 });
    const line = await lineOfDoctor();
    await line.press('*');
    await world.passes({ seconds: 2 });
    expect((await nurse.view()).bridgedWith).to.deep.equal([]);
    expect(await nurse.heard()).to.match(/手配をしています/);
    await line.press('2');
    await world.passes({ seconds: 2 });
    expect((await nurse.view()).bridgedWith).to.deep.equal(doctor.phones);
  });

  it('calls the doctor back when his line breaks within 30 seconds', async () => {
    const nurse = await nurseRingsAbout(world, card);
    await world.passes({ seconds: 20 });
    expect((await nurse.view()).bridgedWith).to.deep.equal(doctor.phones);
    await (await lineOfDoctor()).hangUp();
    await world.passes({ seconds: 30 });
    expect(await world.phoneOf(doctor).calls()).to.have.length(2);
    expect((await nurse.view()).bridgedWith).to.deep.equal(doctor.phones);
    expect((await world.theCase()).status).to.equal('accepted');
  });

  it('calls the caller back when the caller’s line breaks within 30 seconds, while the doctor waits', async () => {
    const nurse = await nurseRingsAbout(world, card, '+819000001002');
    await world.phone('+819000001002').habit(answersAndPresses1);
    await world.passes({ seconds: 20 });
    await nurse.hangUp();
    await world.passes({ seconds: 30 });
    const again = await world.phone('+819000001002').last();
    expect(again.direction).to.equal('outbound-api');
    expect(again.bridgedWith).to.deep.equal(doctor.phones);
    expect(await world.phoneOf(doctor).heard()).to.match(/かけ直しています/);
  });

  it('keeps the case of a caller who hung up while waiting, and calls back when a doctor accepts', async () => {
    await world
      .phoneOf(doctor)
      .habit({ behaviour: 'answer', answerAfterSeconds: 15, keys: [{ afterSeconds: 4, digits: '1' }] });
    const nurse = await nurseRingsAbout(world, card, '+819000001003');
    await world.phone('+819000001003').habit(answersAndPresses1);
    await world.passes({ seconds: 12 });
    await nurse.hangUp();
    expect((await world.theCase()).status).to.equal('hunting');
    await world.passes({ seconds: 40 });
    const again = await world.phone('+819000001003').last();
    expect(again.bridgedWith).to.deep.equal(doctor.phones);
  });

  it('lets the caller choose with 1 to be called back instead of waiting', async () => {
    await world
      .phoneOf(doctor)
      .habit({ behaviour: 'answer', answerAfterSeconds: 15, keys: [{ afterSeconds: 4, digits: '1' }] });
    await world.phone('+819000001004').habit(answersAndPresses1);
    const nurse = await nurseRingsAbout(world, card, '+819000001004');
    await world.passes({ seconds: 4 });
    await nurse.press('1');
    await world.passes({ seconds: 16 });
    expect((await nurse.view()).state).to.equal('completed');
    expect(await nurse.heard()).to.match(/この電話を切ってお待ちください/);
    await world.passes({ seconds: 30 });
    expect((await world.phone('+819000001004').last()).bridgedWith).to.deep.equal(doctor.phones);
  });

  it('continues the open case when the caller rings again', async () => {
    await world
      .phoneOf(doctor)
      .habit({ behaviour: 'answer', answerAfterSeconds: 24, keys: [{ afterSeconds: 20, digits: '1' }] });
    const nurse = await nurseRingsAbout(world, card);
    await world.passes({ seconds: 4 });
    await nurse.hangUp();
    const again = await nurseRingsAbout(world, card);
    expect(await world.cases()).to.have.length(1);
    expect(await again.heard()).to.match(/続きとして承りました/);
    await world.passes({ seconds: 60 });
    expect((await again.view()).bridgedWith).to.deep.equal(doctor.phones);
  });

  it('goes back to hunting when the doctor who accepted cannot be reached any more', async () => {
    const deputy = await world.town.doctor('副主治医');
    await world.phoneOf(deputy).habit(neverPicksUp);
    await world.db.query('update patient set deputy_ids = $1', [[deputy.id]]);
    await world.phoneOf(doctor).habit([answersAndPresses1, neverPicksUp]);
    const nurse = await nurseRingsAbout(world, card);
    await world.passes({ seconds: 20 });
    await (await lineOfDoctor()).hangUp();
    await world.phoneOf(deputy).habit(answersAndPresses1);
    await world.passes({ minutes: 3 });
    expect((await nurse.view()).bridgedWith).to.deep.equal(deputy.phones);
  });
});
