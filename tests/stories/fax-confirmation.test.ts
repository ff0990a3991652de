import { expect } from 'chai';
import { hashCode } from '../../src/fax/destination.ts';
import { giveFax, recordScene, type Scene, signsOn } from '../support/record-scene.ts';
import { createWorld, type World } from '../support/world.ts';

describe('a fax number is confirmed by telephone', () => {
  let world: World;
  let scene: Scene;
  let destinationId: string;
  const code = '0427';
  beforeEach(async () => {
    world = await createWorld();
    scene = await recordScene(world);
    destinationId = await giveFax(world, scene.doctor, '+81450009876', { position: 2, status: 'registered' });
    await world.db.query(
      `update fax_destination set status = 'testing', confirmed_at = null, confirm_due_at = null, code_hash = $2,
        code_expires_at = $3
      where id = $1`,
      [
        destinationId,
        hashCode(destinationId, code, world.release.caseKey),
        new Date(world.now().getTime() + 86_400_000),
      ],
    );
  });
  afterEach(async () => {
    expect(world.complaints).to.deep.equal([]);
    await world.close();
  });

  const row = async () =>
    (await world.db.query('select status, code_failures from fax_destination where id = $1', [destinationId])).rows[0];

  it('by the doctor who holds the page: code, PIN, and the four digits where the card is asked', async () => {
    const line = await signsOn(world, scene);
    await line.press(`${code}#`);
    expect(await line.heard()).to.match(/末尾9 8 7 6のファクスを確認しました。2番の送り先として使えます/);
    expect(await row()).to.include({ status: 'confirmed' });
    const { rows } = await world.db.query(`select actor, kind from audit_entry where chain_id = $1`, [destinationId]);
    expect(rows).to.deep.equal([{ actor: `doctor:${scene.doctor.id}`, kind: 'destination_confirmed' }]);
  });

  it('and at once it is among those that a record may go to', async () => {
    const line = await signsOn(world, scene);
    await line.press(`${code}#`);
    await line.press(scene.patient.card);
    await line.press(scene.birth);
    await world.passes({ seconds: 6 });
    await line.press('1');
    expect(await line.heard()).to.match(/末尾9 8 7 6のファクスは2/);
  });

  it('not by a wrong code, which is counted and clearly refused; a person is there after three', async () => {
    const line = await signsOn(world, scene);
    await line.press('9999#');
    expect(await line.heard()).to.match(/確認番号が合いません/);
    expect(await row()).to.deep.equal({ status: 'testing', code_failures: 1 });
    await line.press('9998#');
    await line.press('9997#');
    expect(await row()).to.deep.equal({ status: 'testing', code_failures: 3 });
    expect((await world.db.query('select kind from urgent_call')).rows).to.have.length(1);
  });

  it('not by another doctor, who has no test under way', async () => {
    const other = await recordScene(world);
    const line = await signsOn(world, other);
    await line.press(`${code}#`);
    expect(await line.heard()).to.match(/確認番号が合いません/);
    expect(await row()).to.deep.equal({ status: 'testing', code_failures: 0 });
  });
});
