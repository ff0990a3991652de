import { expect } from 'chai';
import {
  changeRecord,
  closeRecord,
  confirmedBefore,
  confirmRecord,
  enrolPatient,
  failSecondReading,
  finishDraft,
  passSecondReading,
  type Reading,
  readRecord,
  resumeRecord,
  standingOfPatient,
  suspendRecord,
  type Written,
  waitingRecords,
} from '../../src/patients/actions.ts';
import { criticalKeys } from '../../src/patients/life.ts';
import { parseContent } from '../../src/records/record.ts';
import { type IssuedCard, issueCard, openByCard, stockCards } from '../../src/vault/actions.ts';
import { minimumDraft, type TestDraft } from '../support/drafts.ts';
import { PatientsWorld } from './support.ts';

const day = 86_400;

describe('patients and their records', () => {
  let world: PatientsWorld;
  before(async () => {
    world = await PatientsWorld.open();
  });
  after(() => world.database.drop());

  const inTransaction: PatientsWorld['vault']['inTransaction'] = (work) => world.vault.inTransaction(work);

  async function cardFor(patientId: string): Promise<IssuedCard> {
    await stockCards(world.vault.night, 1);
    return world.vault.issue(patientId);
  }
  const opened = async ({ number }: IssuedCard) => {
    const found = await openByCard(world.ctx, world.associationId, number);
    if ('refused' in found) return found.refused;
    return { version: found.version, status: found.status, ...parseContent(found.content) };
  };
  const reading = async ({ patientId }: Pick<Written, 'patientId'>): Promise<Reading> =>
    (await readRecord(world.ctx, world.associationId, patientId))!;
  const standing = async ({ patientId }: Pick<Written, 'patientId'>) =>
    (await standingOfPatient(world.ctx.db, world.associationId, patientId, world.ctx.clock.now()))!;
  const secondReading = (patientId: string, by = 'op_reader') =>
    inTransaction((tx) => passSecondReading(tx, world.ctx, { ...world.step(patientId, by), keys: criticalKeys }));
  const change = (before: Reading, patientId: string, draft: TestDraft, by = 'op_typist') =>
    inTransaction((tx) =>
      changeRecord(tx, world.ctx, { ...world.step(patientId, by), before, draft, isFinished: true }),
    );

  /** Enrolled, with a card, read a second time. */
  async function active(): Promise<{ patientId: string; card: IssuedCard }> {
    const { patientId } = await world.enrol({ draft: minimumDraft() });
    const card = await cardFor(patientId);
    expect(await secondReading(patientId)).to.include({ status: 'done' });
    return { patientId, card };
  }

  it('are enrolled with the minimum, and their card opens the record, marked 未完成 and 未照合', async () => {
    const written = await world.enrol({ draft: minimumDraft() });
    expect(written.code).to.match(/^P\d{3}$/);
    const found = await opened(await cardFor(written.patientId));
    expect(found).to.deep.include({ version: 1, status: 'active', registration: written.content.registration });
    expect((await standing(written)).marks).to.deep.equal(['incomplete', 'not_second_read']);
    expect(await world.kindsInLog(written.patientId)).to.deep.equal([
      ...['version_sealed', 'version_released', 'record_typed', 'card_issued'],
    ]);
  });

  it('leave in clear what routing needs, and nothing else', async () => {
    const draft = minimumDraft();
    draft.registration.area = '戸部本町';
    draft.registration.deputy = [{ doctor: '815602' }, { doctor: '889080' }, { doctor: '815602' }];
    draft.record.hospitals = [{ code: '101', name: '汐風総合病院' }];
    draft.record.procedures = {
      state: 'present',
      items: [{ kind: 'tppv' }, { kind: 'tracheostomy' }, { kind: 'stoma' }],
    };
    draft.record.anticipated = [{ event: '看取り', action: '訪問看護へ', call: '訪問看護' }];
    const { patientId } = await world.enrol({ draft });
    const { rows } = await world.ctx.db.query(
      `select area.name as area, doctor.code as attending, hospital.code as hospital, needs, bed_type, cardinality(deputy_ids) as deputies
      from patient
      join area on area.id = area_id
      join doctor on doctor.id = attending_id
      join hospital on hospital.id = patient.hospital_id
      where patient.id = $1`,
      [patientId],
    );
    expect(rows).to.deep.equal([
      {
        ...{ area: '戸部本町', attending: '100552', hospital: '101', deputies: 2, bed_type: 'palliative' },
        needs: ['ventilator', 'tracheostomy', 'end_of_life'],
      },
    ]);
  });

  it('are refused with every fault at once, unknown doctors and hospitals too, and nothing is written', async () => {
    const draft = minimumDraft();
    draft.registration.primary = { doctor: '000000' };
    draft.registration.deputy = [{ doctor: '000000' }];
    draft.registration.area = '月面';
    draft.record.hospitals = [{ code: '999', name: 'どこか' }];
    const count = async () => (await world.ctx.db.query('select count(*) as n from patient')).rows[0].n;
    const before = await count();
    const enrolment = { associationId: world.associationId, draft, by: 'op_typist', cause: 'test', isFinished: true };
    const refused = await inTransaction((tx) => enrolPatient(tx, world.ctx, enrolment));
    expect(refused.status).to.equal('refused');
    const codes = refused.findings.filter(({ level }) => level === 'refused').map(({ key, code }) => `${key} ${code}`);
    expect(codes).to.have.members([
      ...['primary unknown_doctor', 'deputy unknown_doctor', 'area unknown_area', 'hospital1 unknown_hospital'],
    ]);
    expect(await count()).to.equal(before);
  });

  it('keep the card on the version that was read, until a critical change was read by somebody else', async () => {
    const { patientId, card } = await active();
    const draft = minimumDraft();
    draft.record.allergy = { state: 'present', items: [{ kind: 'drug', name: 'ペニシリン' }] };
    const changed = await change(await reading({ patientId }), patientId, draft);
    expect(changed).to.deep.include({ status: 'written', version: 2 });
    expect(await opened(card)).to.deep.include({ version: 1 });
    expect((await standing({ patientId })).marks).to.include('newer_waits');
    expect(await secondReading(patientId, 'op_typist')).to.deep.equal({ status: 'impossible', refused: 'same_person' });
    expect(await opened(card)).to.deep.include({ version: 1 });
    expect(await secondReading(patientId)).to.include({ status: 'done' });
    expect(await opened(card)).to.deep.include({ version: 2 });
  });

  it('open a change of anything else at once', async () => {
    const { patientId, card } = await active();
    const draft = minimumDraft();
    draft.record.course = '安定している';
    await change(await reading({ patientId }), patientId, draft);
    const found = await opened(card);
    expect(found).to.be.an('object').that.deep.includes({ version: 2 });
    expect(typeof found === 'object' && found.record.course).to.equal('安定している');
  });

  it('take a change only from somebody who saw the newest version', async () => {
    const { patientId } = await active();
    const seen = await reading({ patientId });
    const draft = minimumDraft();
    draft.record.course = '一人目';
    const [one, other] = await Promise.all([
      change(seen, patientId, draft, 'op_one'),
      change(seen, patientId, draft, 'op_two'),
    ]);
    expect([one.status, other.status].sort()).to.deep.equal(['overtaken', 'written']);
    const late = { ...world.step(patientId, 'op_late', 1), keys: criticalKeys };
    expect(await inTransaction((tx) => passSecondReading(tx, world.ctx, late))).to.deep.equal({ status: 'overtaken' });
  });

  it('go back to the typist when a field does not agree, and on when it is finished', async () => {
    const written = await world.enrol({ draft: minimumDraft(), isFinished: false });
    const { patientId } = written;
    const step = world.step(patientId, 'op_typist');
    expect(await inTransaction((tx) => finishDraft(tx, world.ctx, step))).to.include({ status: 'done' });
    expect((await waitingRecords(world.ctx.db, world.associationId, 100)).map((one) => one.patientId)).to.include(
      patientId,
    );
    const wrong = { ...world.step(patientId), keys: ['birth'] as const };
    expect(await inTransaction((tx) => failSecondReading(tx, world.ctx, wrong))).to.include({ status: 'done' });
    expect((await standing(written)).status).to.equal('draft');
  });

  it('grow due and stale by themselves, and fresh again when somebody confirms them', async () => {
    const { patientId } = await active();
    const { clock, db } = world.ctx;
    const later = (days: number) => new Date(clock.now().getTime() + days * day * 1000);
    const at = async (days: number) =>
      (await standingOfPatient(db, world.associationId, patientId, later(days)))!.status;
    expect([await at(90), await at(91), await at(181)]).to.deep.equal(['active', 'due', 'stale']);
    const old = await confirmedBefore(db, world.associationId, later(1), 1000);
    expect(old.map((one) => one.patientId)).to.include(patientId);
    await world.vault.clock.advanceTo(later(181), async () => undefined);
    expect((await standing({ patientId })).status).to.equal('stale');
    await inTransaction((tx) => confirmRecord(tx, world.ctx, world.step(patientId)));
    expect((await standing({ patientId })).status).to.equal('active');
  });

  it('are suspended and resumed, and the vault knows it', async () => {
    const { patientId, card } = await active();
    const step = { ...world.step(patientId), reason: 'consent_in_doubt' as const };
    await inTransaction((tx) => suspendRecord(tx, world.ctx, step));
    expect(await opened(card)).to.deep.include({ status: 'suspended' });
    expect(await change(await reading({ patientId }), patientId, minimumDraft())).to.deep.equal({
      ...{ status: 'impossible', refused: 'suspended' },
    });
    await inTransaction((tx) => resumeRecord(tx, world.ctx, world.step(patientId)));
    expect(await opened(card)).to.deep.include({ status: 'active' });
  });

  it('are closed for good: nobody reads them any more, and the search forgets them', async () => {
    const { patientId, card } = await active();
    const step = { ...world.step(patientId), reason: 'deceased' as const };
    expect(await inTransaction((tx) => closeRecord(tx, world.ctx, step))).to.include({ status: 'done' });
    expect(await opened(card)).to.equal('revoked');
    expect(await readRecord(world.ctx, world.associationId, patientId)).to.equal(null);
    const left = await world.ctx.db.query('select from search_token where patient_id = $1', [patientId]);
    expect(left.rowCount).to.equal(0);
    expect(await inTransaction((tx) => closeRecord(tx, world.ctx, step))).to.deep.equal({
      ...{ status: 'impossible', refused: 'closed' },
    });
    expect(await world.kindsInLog(patientId)).to.include.members(['record_closed', 'patient_shredded']);
    const again = await inTransaction((tx) => issueCard(tx, world.vault.hub, world.vault.of(patientId))).catch(
      (error: Error) => error.message,
    );
    expect(again).to.match(/association|closed/);
  });

  it('of one association are nobody’s business in another', async () => {
    const { patientId } = await active();
    const other = await world.vault.association();
    const step = { ...world.step(patientId), associationId: other };
    expect(await readRecord(world.ctx, other, patientId)).to.equal(null);
    expect(await inTransaction((tx) => confirmRecord(tx, world.ctx, step))).to.deep.equal({
      ...{ status: 'impossible', refused: 'not_there' },
    });
  });

  it('get running numbers that never meet, also when two desks enrol at once', async () => {
    const codes = await Promise.all(Array.from({ length: 6 }, () => world.enrol({ draft: minimumDraft() })));
    expect(new Set(codes.map(({ code }) => code)).size).to.equal(6);
  });

  it('leave neither name, birth date, address nor phone readable anywhere in the database', async () => {
    await world.enrol({ draft: minimumDraft() });
    const tables = await world.ctx.db.query<{ name: string }>(
      `select table_name as name from information_schema.tables where table_schema = 'public' and table_type = 'BASE TABLE'`,
    );
    for (const { name } of tables.rows) {
      const { rows } = await world.ctx.db.query<{ line: string }>(`select to_jsonb(t)::text as line from "${name}" t`);
      const text = rows.map(({ line }) => line).join('\n');
      for (const secret of ['髙﨑', 'タカサキ', '1940-03-01', '見本町', '+819000000001', '肺癌'])
        expect(text.includes(secret), `${secret} in ${name}`).to.equal(false);
    }
  });
});
