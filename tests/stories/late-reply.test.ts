import { expect } from 'chai';
import { nurseRingsAbout } from '../support/habits.ts';
import type { TownPerson } from '../support/town.ts';
import { useWorld } from '../support/use-world.ts';
import type { Line } from '../support/world.ts';

/**
 * The case goes on while the reply that opened it is on its way to the carrier: whoever accepts meanwhile has the caller moved, and
 * the carrier then hears two voices of ours. What it does with the older one no carrier says, so both must be well.
 */
const carriers = [
  { says: 'takes him back to the words that came late', evenAfterMove: true },
  { says: 'forgets the words that came late', evenAfterMove: false },
];

for (const { says, evenAfterMove } of carriers)
  describe(`a caller who is moved before the reply to his call has come, when the carrier ${says}`, () => {
    const world = useWorld();
    let doctor: TownPerson;
    beforeEach(async () => {
      doctor = await world.town.doctor('佐藤医師');
    });

    const nextReplyTakes = (seconds: number) =>
      world.control('POST', '/exchange/faults', { slowDocuments: { times: 1, seconds, evenAfterMove } });
    const talksWithDoctor = async (nurse: Line): Promise<boolean> =>
      (await nurse.view()).bridgedWith.includes(doctor.phones[0] ?? '');

    it('talks with the doctor who was quicker than the reply, and is left alone for no longer than its words', async () => {
      const { card } = await world.town.patient({ attending: doctor });
      await world
        .phoneOf(doctor)
        .habit({ behaviour: 'answer', answerAfterSeconds: 1, keys: [{ afterSeconds: 1, digits: '1' }] });
      const nurse = await nurseRingsAbout(world, card.slice(0, -1));
      await nextReplyTakes(9);
      await nurse.press(card.slice(-1));
      await world.passes({ seconds: 8 });
      expect((await world.theCase()).status).to.equal('accepted');
      expect(await talksWithDoctor(nurse), 'before the late reply').to.equal(true);
      await world.passes({ seconds: 22 });
      expect(await talksWithDoctor(nurse), 'after it').to.equal(true);
      expect(/承りました/.test(await nurse.heard()), 'the late words').to.equal(evenAfterMove);
      expect((await world.theCase()).acceptance).to.include({ overAt: null });
      await world.passes({ seconds: 60 });
      expect(await talksWithDoctor(nurse), 'and for good').to.equal(true);
      expect(await world.phoneOf(doctor).calls()).to.have.length(1);
    });

    it('has his choice although nobody was there to be rung when he called', async () => {
      const nurse = await world.rings('+819000001001');
      await world.passes({ seconds: 3 });
      await nextReplyTakes(6);
      await nurse.press('0');
      expect((await world.theCase()).status).to.equal('unanswered');
      await world.passes({ seconds: 180 });
      const heard = await nurse.heard();
      expect(/担当者を呼び出しています/.test(heard), 'the late words').to.equal(evenAfterMove);
      expect(heard).to.match(/お名前と、ご用件を録音してください/);
      expect((await world.theCase()).status).to.equal('unanswered');
    });
  });
