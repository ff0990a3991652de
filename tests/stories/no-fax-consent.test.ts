import { expect } from 'chai';
import { setCardCopyPolicy } from '../../src/disclosures/actions.ts';
import { issueSerials, releaseByCardCopy, releaseByForm } from '../../src/disclosures/paper.ts';
import { sweepPages } from '../../src/disclosures/render.ts';
import { answersAndPresses, answersAndPresses1, neverPicksUp, nurseRingsAbout } from '../support/habits.ts';
import {
  giveFax,
  giveHospitalFax,
  giveRecord,
  keysPatient,
  recordScene,
  type Scene,
  signsOn,
} from '../support/record-scene.ts';
import { sampleContent } from '../support/release-tools.ts';
import { useWorld } from '../support/use-world.ts';

const clinic = '+81450001234';

describe('a patient who has not agreed to faxes', () => {
  const world = useWorld();
  let scene: Scene;
  beforeEach(async () => {
    scene = await recordScene(world);
    refuses(scene.patient.id);
  });

  function refuses(patientId: string): void {
    const content = sampleContent();
    content.registration.consentFax = false;
    giveRecord(world, patientId, content);
  }
  const rows = async (sql: string) => (await world.db.query(sql)).rows;
  const recordFaxes = () => rows(`select id from fax where purpose = 'record'`);
  const withheld = () => rows(`select data->>'because' as because from audit_entry where kind = 'record_withheld'`);

  it('is read out by call-back and by nothing else: the doctor hears why, and his fax keys do nothing', async () => {
    await world
      .phoneOf(scene.doctor)
      .habit({ behaviour: 'answer', answerAfterSeconds: 3, keys: [{ afterSeconds: 2, digits: `${scene.pin}#` }] });
    const line = await signsOn(world, scene, '+819000009999');
    await keysPatient(world, line, scene.patient.card, scene.birth);
    await line.press('1');
    await world.passes({ seconds: 12 });
    expect(await line.heard()).to.match(
      /ファクスでの提供に同意されていません。\n送り先を押してください。登録の電話に折り返して読み上げるときは9/,
    );
    expect(await line.heard()).not.to.match(/1 2 3 4/);
    await line.press('1');
    expect(await rows('select id from disclosure')).to.deep.equal([]);
    await line.press('9');
    await world.passes({ seconds: 60 });
    expect(await world.phoneOf(scene.doctor).heard()).to.match(/アレルギー/);
    expect(await rows('select form, destination_id from disclosure')).to.deep.equal([
      { form: 'spoken', destination_id: null },
    ]);
    expect(await recordFaxes()).to.deep.equal([]);
  });

  it('has no page faxed to the doctor who takes the urgent call: he hears so, and the case knows why', async () => {
    await world.phoneOf(scene.attending).habit(answersAndPresses1);
    await giveFax(world, scene.attending, '+81450005678');
    await nurseRingsAbout(world, scene.patient.card);
    await world.passes({ seconds: 20 });
    expect(await world.phoneOf(scene.attending).heard()).to.match(
      /同意されていないため、記録は送れません。\nおつなぎします/,
    );
    expect((await world.theCase()).recordPages).to.deep.equal({ [scene.attending.id]: 'no_consent' });
    expect(await withheld()).to.deep.equal([{ because: 'no_consent' }]);
    expect(await rows('select id from disclosure')).to.deep.equal([]);
    expect(await recordFaxes()).to.deep.equal([]);
  });

  it('has no page faxed to the hospital that takes him', async () => {
    const doctor = await world.town.doctor('出ない医師');
    await world.phoneOf(doctor).habit(neverPicksUp);
    const hospital = await world.town.hospital('みなと病院');
    await world.town.beds(hospital, 2, new Date(world.now().getTime() - 3_600_000));
    await world.phoneOf(hospital).habit(answersAndPresses('1', 5));
    await giveHospitalFax(world, hospital, '+81450007777');
    const patient = await world.town.patient({ attending: doctor, hospital });
    refuses(patient.id);
    await nurseRingsAbout(world, patient.card);
    await world.passes({ minutes: 3 });
    expect((await world.theCase()).recordPages).to.deep.equal({ [hospital.id]: 'no_consent' });
    expect(await recordFaxes()).to.deep.equal([]);
  });

  it('brings back no record for a form or a copy of the card, but a page that says to telephone', async () => {
    const { associationId } = world.town;
    await setCardCopyPolicy(world.ctx, associationId, 'pseudonymous');
    const [serial] = await issueSerials(world.ctx, {
      ...{ associationId, doctorId: scene.doctor.id, count: 1, operator: 'op_1' },
    });
    const received = { associationId, fromE164: clinic, cardNumber: scene.patient.card };
    const form = await releaseByForm(world.ctx, {
      ...{ ...received, receivedId: world.ctx.ids.next('pg'), serial: serial!, doctorCode: scene.doctor.code },
      ...{ second: { birthDate: scene.birth }, position: null, reason: 'visit', consent: 'family' },
    });
    const copy = await releaseByCardCopy(world.ctx, { ...received, receivedId: world.ctx.ids.next('pg') });
    for (const outcome of [form, copy]) expect(outcome).to.include({ outcome: 'refused', reason: 'no_consent' });
    await sweepPages(world.ctx);
    expect(await rows('select purpose from fax')).to.deep.equal([{ purpose: 'refusal' }, { purpose: 'refusal' }]);
    expect(world.release.drawn).to.deep.equal([
      { kind: 'refusal', reason: 'no_consent' },
      { kind: 'refusal', reason: 'no_consent' },
    ]);
    expect(await rows('select id from disclosure')).to.deep.equal([]);
    // Nobody was wrong, so nobody is counted; but the form is used up.
    expect(await rows('select subject from failed_attempt where failures > 0')).to.deep.equal([]);
    expect(await rows('select id from request_serial where used_at is null')).to.deep.equal([]);
  });
});
