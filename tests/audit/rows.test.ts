import { expect } from 'chai';
import { issueSerials, releaseByForm } from '../../src/disclosures/paper.ts';
import {
  changeRecord,
  closeRecord,
  confirmRecord,
  passSecondReading,
  readRecord,
  resumeRecord,
  suspendRecord,
} from '../../src/patients/actions.ts';
import { criticalKeys } from '../../src/patients/life.ts';
import { stockCards } from '../../src/vault/actions.ts';
import { clinicFax, type InboxWorld, openInbox } from '../inbox/support.ts';
import { minimumDraft } from '../support/drafts.ts';
import { LogWorld } from './log-builder.ts';

const day = 86_400_000;

/** A disclosure, and the lives of three records, as the system wrote them; then somebody with the password changes a row. */
describe('the rows that repeat what the log says', function () {
  this.timeout(120_000);
  let world: InboxWorld;
  let log: LogWorld;
  let patientId: string;
  let disclosureId: string;
  before(async () => {
    world = await openInbox();
    log = new LogWorld(world.ctx.db);
    const { patients, ctx } = world;
    const { associationId, vault } = patients;
    const later = () => vault.clock.advanceTo(new Date(vault.clock.now().getTime() + day), async () => undefined);
    const read = (id: string) =>
      vault.inTransaction((tx) => passSecondReading(tx, patients.ctx, { ...patients.step(id), keys: criticalKeys }));
    ({ patientId } = await patients.enrol({ draft: minimumDraft() }));
    await stockCards(vault.night, 1);
    const card = await vault.issue(patientId);
    await later();
    await read(patientId);
    await later();
    await vault.inTransaction((tx) => confirmRecord(tx, patients.ctx, patients.step(patientId)));

    const doctorId = await world.idOf('doctor', '100552');
    await world.confirmed({ doctorId });
    const [serial] = await issueSerials(ctx, { associationId, doctorId, count: 1, operator: 'op_1' });
    const released = await releaseByForm(ctx, {
      ...{ associationId, receivedId: ctx.ids.next('pg'), fromE164: clinicFax, serial: serial!, doctorCode: '100552' },
      ...{ cardNumber: card.number, second: { birthDate: '19400301' }, position: null, reason: 'visit' },
      consent: 'family',
    });
    if (released.outcome !== 'released') throw new Error(JSON.stringify(released));
    ({ disclosureId } = released);

    // The rest of what may happen to a record: a change that waits for its reading, suspended while it waits; and one that is closed.
    await later();
    const before = (await readRecord(patients.ctx, associationId, patientId))!;
    const draft = minimumDraft();
    draft.record.allergy = { state: 'none' };
    const change = { ...patients.step(patientId, 'op_typist'), before, draft, isFinished: true };
    await vault.inTransaction((tx) => changeRecord(tx, patients.ctx, change));
    await later();
    const doubt = { ...patients.step(patientId), reason: 'identity_in_doubt' as const };
    await vault.inTransaction((tx) => suspendRecord(tx, patients.ctx, doubt));
    const resumed = await patients.enrol({ draft: minimumDraft() });
    await vault.inTransaction((tx) =>
      suspendRecord(tx, patients.ctx, { ...doubt, ...patients.step(resumed.patientId) }),
    );
    await later();
    await vault.inTransaction((tx) => resumeRecord(tx, patients.ctx, patients.step(resumed.patientId)));
    await read(resumed.patientId);
    const closed = await patients.enrol({ draft: minimumDraft(), isFinished: false });
    const gone = { ...patients.step(closed.patientId), reason: 'moved' as const };
    await vault.inTransaction((tx) => closeRecord(tx, patients.ctx, gone));
    await log.seal(associationId);
  });
  after(() => world.close());

  const found = async () =>
    (await log.verify()).findings.map(({ kind, chainId, detail }) => ({ kind, chainId, detail }));

  it('agree with it, whatever happened to a record', async () => {
    expect(await found()).to.deep.equal([]);
    const { rows } = await log.verify();
    expect(rows).to.equal(1 + 3 + 2); // the closed record opens to no card any more
  });

  const changes: [table: string, column: string, value: string][] = [
    ['disclosure', 'doctor_id', `(select max(id) from doctor)`],
    ['disclosure', 'association_id', `'as_elsewhere'`],
    ['record_life', 'association_id', `'as_elsewhere'`],
    ['disclosure', 'patient_id', `(select min(id) from patient where id <> patient_id)`],
    ['disclosure', 'version', '2'],
    ['disclosure', 'reason', `'other'`],
    ['disclosure', 'consent', `'not_asked'`],
    ['disclosure', 'form', `'pseudonymous'`],
    ['disclosure', 'destination_id', `'fd_elsewhere'`],
    ['disclosure', 'disclosed_at', `disclosed_at - interval '1 hour'`],
    ['record_life', 'status', `'draft'`],
    ['record_life', 'version', 'version + 1'],
    ['record_life', 'open_version', 'version'],
    ['record_life', 'is_complete', 'not is_complete'],
    ['record_life', 'confirmed_at', `confirmed_at + interval '1 year'`],
    ['record_life', 'typed_by', `'op_nobody'`],
    ['record_life', 'to_check', `'{}'`],
    ['record_life', 'reason', `'other'`],
    ['record_life', 'resumes_as', `'active'`],
    ['record_life', 'changed_at', `changed_at + interval '1 day'`],
    ['record_current', 'version', 'version + 1'],
    ['record_current', 'status', `'active'`],
    ['record_current', 'since', `since - interval '1 day'`],
  ];
  for (const [table, column, value] of changes)
    it(`are found out when ${table}.${column} is changed`, async () => {
      const chainId = table === 'disclosure' ? disclosureId : patientId;
      const key = table === 'disclosure' ? 'id' : 'patient_id';
      // Who owns the database may drop its rules as well; they are put back with the row.
      const rules = await world.rows(
        `select conname, pg_get_constraintdef(oid) as rule from pg_constraint where conrelid = '${table}'::regclass and contype = 'c'`,
      );
      for (const { conname } of rules) await log.forge(`alter table ${table} drop constraint ${conname}`);
      const [before] = await world.rows(`select ${column} as value from ${table} where ${key} = '${chainId}'`);
      expect(await log.forge(`update ${table} set ${column} = ${value} where ${key} = $1`, [chainId])).to.equal(1);
      const where = { kind: 'state_differs', chainId, detail: `${table}: ${column}` };
      expect(await found()).to.deep.equal([where]);
      const own = column === 'patient_id' ? { key: 'id', id: disclosureId } : { key, id: chainId };
      await log.forge(`update ${table} set ${column} = $2 where ${own.key} = $1`, [own.id, before!.value]);
      for (const { conname, rule } of rules) await log.forge(`alter table ${table} add constraint ${conname} ${rule}`);
      expect(await found()).to.deep.equal([]);
    });

  it('are missed when one is gone, and noticed when one is there of which no entry speaks', async () => {
    const restore = async (table: string, row: unknown) =>
      log.forge(`insert into ${table} select * from jsonb_populate_record(null::${table}, $1)`, [JSON.stringify(row)]);
    for (const [table, key, chainId] of [
      ['disclosure', 'id', disclosureId],
      ['record_life', 'patient_id', patientId],
      ['record_current', 'patient_id', patientId],
    ] as const) {
      const [kept] = await world.rows(`select to_jsonb(t) as row from ${table} t where ${key} = '${chainId}'`);
      await log.forge(`delete from ${table} where ${key} = $1`, [chainId]);
      expect(await found()).to.deep.equal([{ kind: 'row_missing', chainId, detail: table }]);
      await restore(table, kept!.row);
    }
    const [real] = await world.rows(`select to_jsonb(t) as row from disclosure t where id = '${disclosureId}'`);
    const invented = { ...(real!.row as object), id: world.ctx.ids.next('ds'), request_id: 'rq_invented' };
    await restore('disclosure', invented);
    expect(await found()).to.deep.equal([{ kind: 'deleted', chainId: invented.id, detail: null }]);
    await log.forge('delete from disclosure where id = $1', [invented.id]);
    const [unwritten] = await world.rows(
      `select id from patient where id not in (select patient_id from record_life) limit 1`,
    );
    await log.forge(
      `insert into record_life (patient_id, association_id, status, version, open_version, is_complete, typed_by, changed_at)
      select id, association_id, 'draft', 1, 1, true, 'op_x', now() from patient where id = $1`,
      [unwritten!.id],
    );
    expect((await found()).map(({ chainId }) => chainId)).to.deep.equal([unwritten!.id]);
    await log.forge('delete from record_life where patient_id = $1', [unwritten!.id]);
    expect(await found()).to.deep.equal([]);
  });
});
