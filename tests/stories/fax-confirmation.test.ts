import { expect } from 'chai';
import { hashCode } from '../../src/fax/destination.ts';
import { recordStep } from '../../src/voice/records.ts';
import { giveFax, giveHospitalFax, recordScene, type Scene, signsOn } from '../support/record-scene.ts';
import { useWorld } from '../support/use-world.ts';

describe('a fax number is confirmed by telephone', () => {
  const world = useWorld();
  let scene: Scene;
  let destinationId: string;
  const code = '0427';
  beforeEach(async () => {
    scene = await recordScene(world);
    destinationId = await giveFax(world, scene.doctor, '+81450009876', { position: 2, status: 'registered' });
    await testPageLies(destinationId);
  });
  /** A test page with the code has come out at this machine. */
  async function testPageLies(id: string): Promise<void> {
    const hash = hashCode(id, code, world.release.caseKey);
    await world.db.query(
      `update fax_destination
      set status = 'testing', confirmed_at = null, confirm_due_at = null, code_hash = $2, code_expires_at = $3
      where id = $1`,
      [id, hash, new Date(world.now().getTime() + 86_400_000)],
    );
  }
  const row = async (id = destinationId) =>
    (await world.db.query('select status, code_failures from fax_destination where id = $1', [id])).rows[0];

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

  it('once, when one key press is delivered four times at the same instant: each hears that it was right', async () => {
    const line = await signsOn(world, scene);
    const { rows } = await world.db.query<{ id: string; call_sid: string }>('select id, call_sid from record_request');
    const { id, call_sid: callId } = rows[0]!;
    const call = {
      callId,
      from: scene.doctor.phones[0]!,
      fromNumber: scene.doctor.phones[0]!,
      to: world.town.number,
      toNumber: world.town.number,
    };
    const request = { call: { ...call, isInbound: true }, digits: code, receiptKey: `${callId}:/voice/records/card/x` };
    const association = (await world.ctx.associationOf(world.town.number))!;
    const replies = await Promise.all(
      [1, 2, 3, 4].map(() => recordStep(world.ctx, request, association, 'card', id, 0)),
    );
    expect(new Set(replies).size).to.equal(1);
    expect(replies[0]).to.match(/末尾9 8 7 6のファクスを確認しました/);
    expect(await row()).to.deep.equal({ status: 'confirmed', code_failures: 0 });
    await line.hangUp();
  });

  it('by a hospital at its bed desk: code, PIN, 9 and the four digits; nobody is offered 9 before and after', async () => {
    const hospital = await world.town.hospital('みなと病院');
    const rings = async () => {
      const desk = await world.rings('+819000001021');
      for (const keys of ['3', `${hospital.code}#`, `${hospital.pin}#`]) await desk.press(keys);
      await world.passes({ seconds: 5 });
      return desk;
    };
    expect(await (await rings()).heard()).not.to.match(/確認番号/);
    const id = await giveHospitalFax(world, hospital, '+81450007777');
    await testPageLies(id);
    const desk = await rings();
    await world.passes({ seconds: 6 });
    expect(await desk.heard()).to.match(/一般病床は1。\nファクスの確認番号を入れるときは9/);
    await desk.press('9');
    await desk.press('9999#');
    expect(await desk.heard()).to.match(/確認番号が合いません/);
    await desk.press(`${code}#`);
    expect(await desk.heard()).to.match(/末尾7 7 7 7のファクスを確認しました/);
    await world.passes({ seconds: 8 });
    expect((await desk.heard()).split('みなと病院様').at(-1)).not.to.match(/確認番号/);
    expect(await row(id)).to.include({ status: 'confirmed' });
    const { rows } = await world.db.query('select actor, kind from audit_entry where chain_id = $1', [id]);
    expect(rows).to.deep.equal([{ actor: `hospital:${hospital.id}`, kind: 'destination_confirmed' }]);
  });

  it('by a facility in the menu of duties, from the telephone that the lists have of it and from no other', async () => {
    const { associationId } = world.town;
    const facilityId = world.ctx.ids.next('fa');
    await world.db.query(
      `insert into facility (id, association_id, code, kind, name, spoken_name, phone)
      values ($1, $2, 'V01', 'nursing_station', '訪問看護かもめ', 'かもめ', '+81450008100')`,
      [facilityId, associationId],
    );
    const id = world.ctx.ids.next('fd');
    await world.db.query(
      `insert into fax_destination (id, association_id, facility_id, position, e164, form, status, registered_at)
      values ($1, $2, $3, 1, '+81450008101', 'full', 'registered', $4)`,
      [id, associationId, facilityId, world.now()],
    );
    await testPageLies(id);
    const keys = async (from: string) => {
      const line = await world.rings(from);
      await line.press('4');
      await line.press(`${code}#`);
      const heard = await line.heard();
      await line.hangUp();
      return heard;
    };
    expect(await keys('+819000007777')).to.match(/確認番号が合いません/);
    expect(await row(id)).to.deep.equal({ status: 'testing', code_failures: 0 });
    expect(await keys('+81450008100')).to.match(/末尾8 1 0 1のファクスを確認しました/);
    expect(await row(id)).to.include({ status: 'confirmed' });
  });

  it('not by another doctor, who has no test under way', async () => {
    const other = await recordScene(world);
    const line = await signsOn(world, other);
    await line.press(`${code}#`);
    expect(await line.heard()).to.match(/確認番号が合いません/);
    expect(await row()).to.deep.equal({ status: 'testing', code_failures: 0 });
  });
});
