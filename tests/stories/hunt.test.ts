import { expect } from 'chai';
import { createWorld, type World } from '../support/world.ts';

describe('an urgent call at night', () => {
  let world: World;
  beforeEach(async () => {
    world = await createWorld();
  });
  afterEach(async () => {
    await world.close();
  });

  it('is put through to the attending doctor who presses 1', async () => {
    const { town } = world;
    const sato = await town.doctor('佐藤医師');
    const patient = await town.patient({ attending: sato });
    await world
      .phoneOf(sato)
      .habit({ behaviour: 'answer', answerAfterSeconds: 4, keys: [{ afterSeconds: 3, digits: '1' }] });
    const nurse = await world.rings('+819000001001');
    await world.passes({ seconds: 3 });
    await nurse.press('1');
    await world.passes({ seconds: 1 });
    await nurse.press(patient.card);
    await world.passes({ seconds: 20 });
    const call = await world.theCase();
    expect(call.status).to.equal('accepted');
    expect(call.acceptance?.subjectId).to.equal(sato.id);
    expect((await nurse.view()).bridgedWith).to.deep.equal(sato.phones);
    expect(await world.phoneOf(sato).heard()).to.match(/藤棚、主治医の患者さんの急変/);
    expect(world.complaints).to.deep.equal([]);
  });
});
