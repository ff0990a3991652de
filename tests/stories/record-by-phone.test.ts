import { expect } from 'chai';
import { withCardCheckDigits } from '../../src/lib/check-digits.ts';
import { answersAndPresses, answersAndPresses1 } from '../support/habits.ts';
import { giveFax, giveRecord, keysPatient, recordScene, ringsForRecord, signsOn } from '../support/record-scene.ts';
import { sampleContent } from '../support/release-tools.ts';
import { createWorld, type World } from '../support/world.ts';

describe('a record by telephone', () => {
  let world: World;
  beforeEach(async () => {
    world = await createWorld();
  });
  afterEach(async () => {
    expect(world.complaints).to.deep.equal([]);
    await world.close();
  });

  it('comes to the doctor’s own fax after code, PIN, card, birth date, reason and fax', async () => {
    const scene = await recordScene(world);
    const line = await signsOn(world, scene);
    await keysPatient(world, line, scene.patient.card, scene.birth);
    expect(await line.heard()).to.match(/頭文字タ・カ、1940年生まれ/);
    await line.press('1');
    expect(await line.heard()).to.match(/末尾1 2 3 4のファクスは1/);
    await line.press('1');
    expect(await line.heard()).to.match(/記録をお送りします/);
    const { rows } = await world.db.query('select doctor_id, form, reason, relation, is_break_glass from disclosure');
    expect(rows).to.deep.equal([
      { doctor_id: scene.doctor.id, form: 'full', reason: 'visit', relation: 'deputy', is_break_glass: false },
    ]);
    const page = world.release.drawn[0];
    expect(page).to.include({ kind: 'record', cardNumber: scene.patient.card, form: 'full' });
    const faxes = await world.db.query('select purpose, e164 from fax join fax_destination d on d.id = destination_id');
    expect(faxes.rows).to.deep.equal([{ purpose: 'record', e164: '+81450001234' }]);
  });
});
