import { expect } from 'chai';
import { answersAndPresses1, declines, neverPicksUp, nurseRingsAbout } from '../support/habits.ts';
import { useWorld } from '../support/use-world.ts';

describe('a doctor with several phones', () => {
  const world = useWorld();

  it('who says “not me” on one of them stops the others and brings the next doctor forward at once', async () => {
    const { town } = world;
    const declining = await town.doctor('断る医師', { phones: 2 });
    const willing = await town.doctor('受ける医師');
    const patient = await town.patient({ attending: declining, deputies: [willing] });
    await world.phoneOf(declining, 0).habit(declines);
    await world.phoneOf(declining, 1).habit(neverPicksUp);
    await world.phoneOf(willing).habit(answersAndPresses1);
    await nurseRingsAbout(world, patient.card);
    await world.passes({ seconds: 20 });
    const { openedAt, acceptance } = await world.theCase();
    const rung = await world.phoneOf(willing).last();
    // Answered after 4 s, declined 3 s later; without that the deputy's turn comes at 12 s.
    expect((Date.parse(rung.createdAt) - openedAt) / 1000).to.be.within(6, 9);
    expect((await world.phoneOf(declining, 1).last()).state).to.equal('canceled');
    expect(acceptance?.subjectId).to.equal(willing.id);
  });

  it('who rings for help from one of them is not offered his own case on it; the next doctor is rung at once', async () => {
    const { town } = world;
    const ringing = await town.doctor('助けを呼ぶ医師');
    const willing = await town.doctor('受ける医師');
    const patient = await town.patient({ attending: ringing, deputies: [willing] });
    await world.phoneOf(willing).habit(answersAndPresses1);
    await nurseRingsAbout(world, patient.card, ringing.phones[0]);
    await world.passes({ seconds: 12 });
    const ours = (await world.phoneOf(ringing).calls()).filter((call) => call.from === town.number);
    expect(ours).to.deep.equal([]);
    expect((await world.theCase()).acceptance?.subjectId).to.equal(willing.id);
  });
});
