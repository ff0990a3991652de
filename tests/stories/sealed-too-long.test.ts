import { expect } from 'chai';
import { setSealedTooLong } from '../../src/disclosures/actions.ts';
import { issueSerials, releaseByForm } from '../../src/disclosures/paper.ts';
import { sweepPages } from '../../src/disclosures/render.ts';
import { answersAndPresses1, nurseRingsAbout } from '../support/habits.ts';
import { giveFax, keysPatient, recordScene, type Scene, signsOn } from '../support/record-scene.ts';
import { useWorld } from '../support/use-world.ts';
import type { Line } from '../support/world.ts';

describe('a record that does not fit a sealed page', () => {
  const world = useWorld();
  let scene: Scene;
  beforeEach(async () => {
    scene = await recordScene(world);
    await world.db.query(`update fax_destination set form = 'sealed'`);
    world.release.isTooLongToSeal = true;
  });

  const rows = async (sql: string) => (await world.db.query(sql)).rows;
  const disclosed = () => rows('select form from disclosure');
  const mayGoWithoutName = () =>
    setSealedTooLong(world.ctx, {
      ...{ associationId: world.town.associationId, policy: 'pseudonymous', operatorId: 'op_1', cause: 'test' },
    });
  /** The doctor has given his reason and chosen the fax that is for sealed pages. */
  async function choosesTheFax(): Promise<Line> {
    const line = await signsOn(world, scene);
    await keysPatient(world, line, scene.patient.card, scene.birth);
    await line.press('1');
    await line.press('1');
    await world.passes({ seconds: 6 });
    return line;
  }

  it('is not sent: the doctor hears why, and has it read out on his registered telephone', async () => {
    const line = await choosesTheFax();
    expect(await line.heard()).to.match(/記録が長く、封緘票に収まりません。別の送り先か、読み上げを/);
    expect(await disclosed()).to.deep.equal([]);
    await world
      .phoneOf(scene.doctor)
      .habit({ behaviour: 'answer', answerAfterSeconds: 3, keys: [{ afterSeconds: 2, digits: `${scene.pin}#` }] });
    await line.press('9');
    await world.passes({ seconds: 60 });
    expect(await world.phoneOf(scene.doctor).heard()).to.match(/アレルギー/);
    expect(await disclosed()).to.deep.equal([{ form: 'spoken' }]);
  });

  it('goes without name and address where the association has decided so, and the doctor hears it', async () => {
    await mayGoWithoutName();
    const line = await choosesTheFax();
    expect(await line.heard()).to.match(
      /封緘票に収まらないため、お名前とご住所を除いた票にします。\n記録をお送りします/,
    );
    expect(await disclosed()).to.deep.equal([{ form: 'pseudonymous' }]);
    expect(world.release.drawn[0]).to.include({ kind: 'record', form: 'pseudonymous' });
  });

  it('is withheld from the doctor who takes the urgent call; he hears how to come by it, and the case knows', async () => {
    await world.phoneOf(scene.attending).habit(answersAndPresses1);
    await giveFax(world, scene.attending, '+81450005678', { form: 'sealed' });
    await nurseRingsAbout(world, scene.patient.card);
    await world.passes({ seconds: 25 });
    expect(await world.phoneOf(scene.attending).heard()).to.match(
      /封緘票に収まらないため、送れません。お話のあと、登録医の窓口で読み上げを.*\nおつなぎします/,
    );
    expect((await world.theCase()).recordPages).to.deep.equal({ [scene.attending.id]: 'sealed_too_long' });
    expect(await disclosed()).to.deep.equal([]);
  });

  it('goes to him without name and address where the association has decided so', async () => {
    await mayGoWithoutName();
    await world.phoneOf(scene.attending).habit(answersAndPresses1);
    await giveFax(world, scene.attending, '+81450005678', { form: 'sealed' });
    await nurseRingsAbout(world, scene.patient.card);
    await world.passes({ seconds: 25 });
    expect(await world.phoneOf(scene.attending).heard()).to.match(/記録をファックスします/);
    expect(await disclosed()).to.deep.equal([{ form: 'pseudonymous' }]);
  });

  it('brings back a page that says to ring, when it was asked for by a form', async () => {
    const { associationId } = world.town;
    const [serial] = await issueSerials(world.ctx, {
      ...{ associationId, doctorId: scene.doctor.id, count: 1, operator: 'op_1' },
    });
    const outcome = await releaseByForm(world.ctx, {
      ...{ associationId, receivedId: world.ctx.ids.next('pg'), fromE164: '+81450001234', serial: serial! },
      ...{ doctorCode: scene.doctor.code, cardNumber: scene.patient.card, second: { birthDate: scene.birth } },
      ...{ position: null, reason: 'visit', consent: 'family' },
    });
    expect(outcome).to.include({ outcome: 'refused', reason: 'sealed_too_long' });
    await sweepPages(world.ctx);
    expect(world.release.drawn).to.deep.equal([{ kind: 'refusal', reason: 'sealed_too_long' }]);
    expect(await disclosed()).to.deep.equal([]);
  });
});
