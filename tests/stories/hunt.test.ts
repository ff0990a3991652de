import { expect } from 'chai';
import { answersAndPresses1, declines, neverPicksUp, nurseRingsAbout, voicemail } from '../support/habits.ts';
import { useWorld } from '../support/use-world.ts';

const ringTimes = (opened: number, calls: { createdAt: string }[]) =>
  calls.map((call) => Math.round((new Date(call.createdAt).getTime() - opened) / 1000));

describe('an urgent call at night', () => {
  const world = useWorld();

  it('is put through to the attending doctor who presses 1', async () => {
    const sato = await world.town.doctor('佐藤医師');
    const patient = await world.town.patient({ attending: sato });
    await world.phoneOf(sato).habit(answersAndPresses1);
    const nurse = await nurseRingsAbout(world, patient.card);
    await world.passes({ seconds: 20 });
    const call = await world.theCase();
    expect(call.status).to.equal('accepted');
    expect(call.acceptance?.subjectId).to.equal(sato.id);
    expect((await nurse.view()).bridgedWith).to.deep.equal(sato.phones);
    expect(await world.phoneOf(sato).heard()).to.match(/藤棚、主治医の患者さんの急変/);
  });

  it('rings the attending at once, the first deputy after 12 s, the next after 24 s, and then tonight’s duty doctor', async () => {
    const { town } = world;
    const [attending, deputy, second, duty] = [
      await town.doctor('主治医'),
      await town.doctor('副主治医'),
      await town.doctor('第二副主治医'),
      await town.doctor('当番医'),
    ];
    await town.duty(duty, 1);
    const patient = await town.patient({ attending, deputies: [deputy, second] });
    for (const doctor of [attending, deputy, second, duty]) await world.phoneOf(doctor).habit(neverPicksUp);
    await nurseRingsAbout(world, patient.card);
    await world.passes({ seconds: 24 });
    const opened = (await world.theCase()).openedAt;
    const first = async (doctor: typeof duty) => ringTimes(opened, await world.phoneOf(doctor).calls())[0];
    expect(await first(attending)).to.equal(0);
    expect(await first(deputy)).to.equal(12);
    expect(await first(second)).to.equal(24);
    await world.passes({ seconds: 15 });
    // The attending's phone gave up at 25 s, which brings the duty doctor forward from 36 s.
    expect(await first(duty)).to.be.within(25, 26);
  });

  it('brings the next doctor forward at once when one is busy, declines, or is only a voicemail', async () => {
    const { town } = world;
    const [busy, declining, machine, willing] = [
      await town.doctor('話し中'),
      await town.doctor('断る医師'),
      await town.doctor('留守電'),
      await town.doctor('受ける医師'),
    ];
    const patient = await town.patient({ attending: busy, deputies: [declining, machine, willing] });
    await world.phoneOf(busy).habit({ behaviour: 'busy' });
    await world.phoneOf(declining).habit(declines);
    await world.phoneOf(machine).habit(voicemail);
    await world.phoneOf(willing).habit(answersAndPresses1);
    const nurse = await nurseRingsAbout(world, patient.card);
    await world.passes({ seconds: 60 });
    const call = await world.theCase();
    expect(call.acceptance?.subjectId).to.equal(willing.id);
    const opened = call.openedAt;
    const at = async (doctor: typeof busy) => ringTimes(opened, await world.phoneOf(doctor).calls())[0];
    expect(await at(declining)).to.be.within(0, 3); // busy is heard within a second or two
    expect(await at(machine)).to.be.within(7, 12); // declined at about 8 s
    expect((await nurse.view()).bridgedWith).to.deep.equal(willing.phones);
    expect(await world.phoneOf(machine).heard()).not.to.match(/おつなぎします/);
  });

  it('tells a doctor who presses 1 second who has taken it, and stops the phones that still ring', async () => {
    const { town } = world;
    const [quick, slow, ringing] = [
      await town.doctor('早い医師'),
      await town.doctor('遅い医師'),
      await town.doctor('鳴る医師'),
    ];
    const patient = await town.patient({ attending: slow, deputies: [quick, ringing] });
    await world
      .phoneOf(slow)
      .habit({ behaviour: 'answer', answerAfterSeconds: 24, keys: [{ afterSeconds: 9, digits: '1' }] });
    await world
      .phoneOf(quick)
      .habit({ behaviour: 'answer', answerAfterSeconds: 14, keys: [{ afterSeconds: 3, digits: '1' }] });
    await world.phoneOf(ringing).habit(neverPicksUp);
    await nurseRingsAbout(world, patient.card);
    await world.passes({ seconds: 45 });
    const call = await world.theCase();
    expect(call.acceptance?.subjectId).to.equal(quick.id);
    expect(await world.phoneOf(slow).heard()).to.match(/早い医師が受けました/);
    expect((await world.phoneOf(slow).last()).state).to.equal('completed');
    expect((await world.phoneOf(ringing).last()).state).to.equal('canceled');
  });

  it('rings a phone a second time within three minutes, which passes Do-Not-Disturb', async () => {
    const asleep = await world.town.doctor('就寝中の医師');
    const patient = await world.town.patient({ attending: asleep });
    await world.phoneOf(asleep).habit([neverPicksUp, answersAndPresses1]);
    await nurseRingsAbout(world, patient.card);
    await world.passes({ seconds: 60 });
    expect((await world.theCase()).acceptance?.subjectId).to.equal(asleep.id);
    const calls = await world.phoneOf(asleep).calls();
    expect(calls).to.have.length(2);
    expect(new Date(calls[1]!.createdAt).getTime() - new Date(calls[0]!.createdAt).getTime()).to.be.below(180_000);
  });

  it('lets the waiting caller hear a voice at least every 20 seconds', async () => {
    const { town } = world;
    const doctors = [];
    for (const name of ['一', '二', '三', '四', '五', '六', '七', '八']) doctors.push(await town.doctor(name));
    const patient = await town.patient({ attending: doctors[0]!, deputies: doctors.slice(1) });
    for (const doctor of doctors) await world.phoneOf(doctor).habit(neverPicksUp);
    const nurse = await nurseRingsAbout(world, patient.card);
    await world.passes({ seconds: 115 });
    const said = (await nurse.view()).transcript
      .filter((line) => line.kind === 'said')
      .map((line) => Date.parse(line.at));
    const gaps = said.slice(1).map((at, index) => (at - said[index]!) / 1000);
    expect(Math.max(...gaps)).to.be.at.most(20);
    expect(said.length).to.be.at.least(6);
  });

  it('counts a shift that begins during the hunt', async () => {
    const { town } = world;
    const late = await town.doctor('二十二時からの当番医');
    await town.duty(late, 1, { from: 22 * 60 + 1, to: 33 * 60 });
    await world.phoneOf(late).habit(answersAndPresses1);
    const first = await town.doctor('いまの当番医');
    await town.duty(first, 2, { from: 0, to: 24 * 60 });
    await world.phoneOf(first).habit(neverPicksUp);
    const caller = await world.rings('+819000001001');
    await world.passes({ seconds: 2 });
    await caller.press('1');
    await world.passes({ seconds: 2 });
    await caller.press('0#');
    await world.passes({ seconds: 2 });
    await caller.press('1');
    await world.passes({ seconds: 30 });
    expect((await world.theCase()).rung).to.deep.equal([first.id]);
    await world.passes({ seconds: 60 });
    expect((await world.theCase()).acceptance?.subjectId).to.equal(late.id);
  });

  it('rings a doctor for a second case only when his line from the first one is down', async () => {
    const { town } = world;
    const doctor = await town.doctor('二件の医師');
    const deputy = await town.doctor('副主治医');
    await world.phoneOf(deputy).habit(neverPicksUp);
    const [first, second] = [
      await town.patient({ attending: doctor, deputies: [deputy] }),
      await town.patient({ attending: doctor }),
    ];
    await world.phoneOf(doctor).habit([declines, answersAndPresses1]);
    await nurseRingsAbout(world, first.card, '+819000001071');
    await nurseRingsAbout(world, second.card, '+819000001072');
    await world.passes({ seconds: 30 });
    const [declined, taken] = await world.phoneOf(doctor).calls();
    expect(Date.parse(taken!.createdAt)).to.be.at.least(Date.parse(declined!.endedAt!));
    expect((await world.cases())[1]!.acceptance?.subjectId).to.equal(doctor.id);
  });
});
