import { randomBytes } from 'node:crypto';
import { expect } from 'chai';
import { closeRecord, fillNameLines, namesOf, noteView, searchPatients } from '../../src/patients/actions.ts';
import { openNameLine, sealNameLine } from '../../src/patients/name-line.ts';
import { issueCard, reissueCard, stockCards } from '../../src/vault/actions.ts';
import { VaultError } from '../../src/vault/vault.ts';
import { minimumDraft } from '../support/drafts.ts';
import { PatientsWorld } from './support.ts';

describe('names for the lists of the console', () => {
  let world: PatientsWorld;
  before(async () => {
    world = await PatientsWorld.open();
  });
  after(() => world.database.drop());

  const names = (ids: string[]) => namesOf(world.ctx, world.associationId, ids);
  const line = { name: 'タカサキ　カオル', kana: 'タカサキ　カオル', birth: '1940-03-01' };
  const stored = async (patientId: string): Promise<Buffer | undefined> =>
    (await world.ctx.db.query('select sealed from patient_name_line where patient_id = $1', [patientId])).rows[0]
      ?.sealed;

  it('are there as soon as a record is saved, without the hub key', async () => {
    const { patientId } = await world.enrol({ draft: minimumDraft() });
    const keyless = { ...world.ctx, hubKeys: { keys: [] } };
    expect(await namesOf(keyless, world.associationId, [patientId])).to.deep.equal(new Map([[patientId, line]]));
  });

  it('are made for records of before, when they are listed and when a console starts', async () => {
    const [listed, started] = [
      await world.enrol({ draft: minimumDraft() }),
      await world.enrol({ draft: minimumDraft() }),
    ];
    await world.ctx.db.query('delete from patient_name_line');
    expect((await names([listed.patientId])).get(listed.patientId)).to.deep.equal(line);
    expect(await fillNameLines(world.ctx)).to.be.at.least(1);
    expect(await stored(started.patientId)).to.be.instanceOf(Buffer);
    expect(await fillNameLines(world.ctx)).to.equal(0);
  });

  it('are forgotten with the patient, and are nobody’s in another association', async () => {
    const { patientId } = await world.enrol({ draft: minimumDraft() });
    expect(await namesOf(world.ctx, await world.vault.association(), [patientId])).to.deep.equal(new Map());
    const closed = { ...world.step(patientId), reason: 'moved' as const };
    await world.vault.inTransaction((tx) => closeRecord(tx, world.ctx, closed));
    expect(await stored(patientId)).to.equal(undefined);
    expect(await names([patientId])).to.deep.equal(new Map());
  });

  it('open under their own search key, for their own patient and association, and unaltered', () => {
    const key = { bytes: randomBytes(32), associationId: 'as_1' };
    const sealed = sealNameLine(key, 'pt_1', line, randomBytes);
    expect(openNameLine(key, 'pt_1', sealed)).to.deep.equal(line);
    const altered = Buffer.from(sealed);
    altered[20]! ^= 1;
    for (const [otherKey, patientId, bytes] of [
      [{ ...key, bytes: randomBytes(32) }, 'pt_1', sealed],
      [{ ...key, associationId: 'as_2' }, 'pt_1', sealed],
      [key, 'pt_2', sealed],
      [key, 'pt_1', altered],
    ] as const)
      expect(() => openNameLine(otherKey, patientId, bytes)).to.throw(VaultError);
    expect(() => sealNameLine({ ...key, bytes: randomBytes(16) }, 'pt_1', line, randomBytes)).to.throw(RangeError);
  });

  it('find a patient by the number of his card, also of the one that he lost', async () => {
    const { patientId, code } = await world.enrol({ draft: minimumDraft() });
    await stockCards(world.vault.night, 2);
    const doing = { associationId: world.associationId, patientId, actor: 'operator:op_test', cause: 'test' };
    const first = await world.vault.inTransaction((tx) => issueCard(tx, world.ctx, doing));
    const second = await world.vault.inTransaction((tx) => reissueCard(tx, world.ctx, doing));
    if ('refused' in first || 'refused' in second) throw new Error('no card');
    for (const cardNumber of [first.number, second.number])
      expect(await searchPatients(world.ctx, world.associationId, { cardNumber })).to.deep.include({
        patients: [{ id: patientId, code, areaId: (await areaOf(patientId))! }],
      });
    expect(await searchPatients(world.ctx, world.associationId, { cardNumber: '000000000000' })).to.deep.include({
      patients: [],
    });
    expect(
      await searchPatients(world.ctx, await world.vault.association(), { cardNumber: first.number }),
    ).to.deep.include({
      patients: [],
    });
  });

  it('are looked at only once that is written down', async () => {
    const { patientId } = await world.enrol({ draft: minimumDraft() });
    const look = (associationId: string) =>
      world.vault.inTransaction((tx) =>
        noteView(tx, world.ctx, { ...world.step(patientId), associationId, screen: 'record', version: 1 }),
      );
    expect(await look(world.associationId)).to.equal(true);
    expect(await look(await world.vault.association())).to.equal(false);
    const { rows } = await world.ctx.db.query(
      `select actor, data from audit_entry where chain_id = $1 and kind = 'record_viewed'`,
      [patientId],
    );
    expect(rows).to.deep.equal([{ actor: 'operator:op_reader', data: { screen: 'record', version: 1 } }]);
  });

  const areaOf = async (patientId: string): Promise<string | undefined> =>
    (await world.ctx.db.query('select area_id from patient where id = $1', [patientId])).rows[0]?.area_id;
});
