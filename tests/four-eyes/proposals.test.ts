import { expect } from 'chai';
import { faxOwners } from '../../src/directory/actions.ts';
import { confirm, openProposals, propose, withdraw } from '../../src/four-eyes/actions.ts';
import { changeRecord, passSecondReading, readRecord, standingOfPatient } from '../../src/patients/actions.ts';
import { criticalKeys } from '../../src/patients/life.ts';
import type { Staff, StaffRole } from '../../src/staff/staff.ts';
import { PatientsWorld } from '../patients/support.ts';
import { minimumDraft } from '../support/drafts.ts';

describe('what one proposes and another confirms', () => {
  let world: PatientsWorld;
  let owner: { kind: 'doctor' | 'hospital' | 'facility'; id: string };
  before(async () => {
    world = await PatientsWorld.open();
    const [first] = await faxOwners(world.ctx.db, world.associationId);
    owner = { kind: first!.kind, id: first!.id };
  });
  after(() => world?.database.drop());

  async function person(role: StaffRole, associationId = world.associationId): Promise<Staff> {
    const id = world.ctx.ids.next('op');
    await world.ctx.db.query(
      `insert into staff (id, association_id, name, role, created_at) values ($1, $2, '職員', $3, $4)`,
      [id, associationId, role, world.ctx.clock.now()],
    );
    return { id, associationId, name: '職員', role, language: 'ja' };
  }
  const fax = (given: { position?: number; number?: string } = {}) => {
    return { owner, position: 1, number: '045-000-0777', form: 'full' as const, ...given };
  };
  async function proposed(by: Staff, given: Parameters<typeof fax>[0] = {}): Promise<string> {
    const answer = await propose(world.ctx, by, 'fax_destination', fax(given));
    if (!('proposalId' in answer)) throw new Error(JSON.stringify(answer));
    return answer.proposalId;
  }
  const destinations = async (): Promise<{ status: string }[]> =>
    (
      await world.ctx.db.query(
        `select status, position from fax_destination where e164 = '+81450000777' order by position`,
      )
    ).rows;

  it('is a fax number: nothing is entered before the second person, and one entry after', async () => {
    const [one, two] = [await person('clerk'), await person('nurse')];
    const id = await proposed(one);
    expect(await destinations()).to.deep.equal([]);
    expect(await confirm(world.ctx, one, id)).to.deep.equal({ refused: 'same_person' });
    expect(await destinations()).to.deep.equal([]);
    expect(await confirm(world.ctx, two, id)).to.deep.equal({ confirmed: id });
    expect(await destinations()).to.deep.equal([{ status: 'registered', position: 1 }]);
    expect(await confirm(world.ctx, two, id)).to.deep.equal({ refused: 'settled' });
    const { rows } = await world.ctx.db.query(
      'select kind, actor, data from audit_entry where chain_id = $1 order by seq',
      [id],
    );
    expect(rows.map(({ kind, actor }) => [kind, actor])).to.deep.equal([
      ['proposed', `operator:${one.id}`],
      ['proposal_confirmed', `operator:${two.id}`],
    ]);
    expect(JSON.stringify(rows)).to.not.include('0777');
  });

  it('is carried out once when two confirm at the same moment', async () => {
    const [one, two, three] = [await person('clerk'), await person('nurse'), await person('clerk')];
    const id = await proposed(one, { position: 2 });
    const both = await Promise.all([confirm(world.ctx, two, id), confirm(world.ctx, three, id)]);
    expect(both.map((answer) => Object.keys(answer)[0]).sort()).to.deep.equal(['confirmed', 'refused']);
  });

  it('can not be confirmed by its proposer in the database either', async () => {
    const one = await person('clerk');
    const id = await proposed(one, { position: 3 });
    const forged = world.ctx.db.query(
      `update proposal set status = 'confirmed', confirmed_by = proposed_by, settled_at = proposed_at where id = $1`,
      [id],
    );
    expect(await forged.catch((error: Error) => error.message)).to.match(/violates check constraint/);
  });

  it('is replaced by a newer one for the same place, and withdrawn by either', async () => {
    const [one, two] = [await person('clerk'), await person('nurse')];
    const first = await proposed(one, { position: 3 });
    const second = await proposed(one, { position: 3, number: '045-000-0778' });
    expect(await confirm(world.ctx, two, first)).to.deep.equal({ refused: 'settled' });
    expect(await withdraw(world.ctx, two, second)).to.deep.equal({ withdrawn: second });
    expect(await confirm(world.ctx, two, second)).to.deep.equal({ refused: 'settled' });
  });

  it('is for those who may: not for an auditor, and never for another association', async () => {
    const [one, auditor] = [await person('clerk'), await person('auditor')];
    const elsewhere = await world.vault.association();
    const stranger = await person('administrator', elsewhere);
    expect(await propose(world.ctx, auditor, 'fax_destination', fax())).to.deep.equal({ refused: 'not_permitted' });
    expect(await propose(world.ctx, stranger, 'fax_destination', fax())).to.deep.equal({ failed: 'owner' });
    const id = await proposed(one);
    expect(await confirm(world.ctx, auditor, id)).to.deep.equal({ refused: 'not_permitted' });
    expect(await confirm(world.ctx, stranger, id)).to.deep.equal({ refused: 'not_there' });
    expect(await withdraw(world.ctx, stranger, id)).to.deep.equal({ refused: 'not_there' });
    expect(await openProposals(world.ctx, stranger)).to.deep.equal([]);
    expect(await openProposals(world.ctx, auditor)).to.deep.equal([]);
    expect((await openProposals(world.ctx, one)).map((open) => open.id)).to.include(id);
  });

  it('is refused at once when it could never be carried out', async () => {
    const answer = await propose(world.ctx, await person('clerk'), 'fax_destination', fax({ number: '12' }));
    expect(answer)
      .to.have.property('failed')
      .that.match(/^number_/);
  });

  it('is a DNAR: the card opens the old wish until another person has confirmed the new one', async () => {
    const [typist, reader] = [await person('nurse'), await person('hub_doctor')];
    const { patientId } = await world.enrol({ draft: minimumDraft(), by: typist.id });
    const whole = { ...world.step(patientId, reader.id), keys: criticalKeys };
    await world.vault.inTransaction((tx) => passSecondReading(tx, world.ctx, whole));
    const before = (await readRecord(world.ctx, world.associationId, patientId))!;
    const draft = minimumDraft();
    Object.assign(draft.record, { codeStatus: { status: 'attempt', document: null } });
    const changed = await world.vault.inTransaction((tx) =>
      changeRecord(tx, world.ctx, { ...world.step(patientId, typist.id), before, draft, isFinished: true }),
    );
    if (changed.status !== 'written') throw new Error(JSON.stringify(changed));
    expect(changed.life.toCheck).to.deep.equal(['dnar']);
    const answer = await propose(world.ctx, typist, 'dnar', { patientId, version: changed.version });
    if (!('proposalId' in answer)) throw new Error(JSON.stringify(answer));
    const standing = async () =>
      (await standingOfPatient(world.ctx.db, world.associationId, patientId, world.ctx.clock.now()))!;
    expect(await standing()).to.include({ openVersion: 1, version: 2, status: 'awaiting_second_reading' });
    expect(await confirm(world.ctx, typist, answer.proposalId)).to.deep.equal({ refused: 'same_person' });
    expect(await confirm(world.ctx, await person('clerk'), answer.proposalId)).to.deep.equal({
      refused: 'not_permitted',
    });
    expect(await confirm(world.ctx, reader, answer.proposalId)).to.deep.equal({ confirmed: answer.proposalId });
    expect(await standing()).to.include({ openVersion: 2, status: 'active' });
  });
});
