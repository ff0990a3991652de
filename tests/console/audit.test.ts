import { expect } from 'chai';
import { sealAssociation } from '../../src/audit/actions.ts';
import { createVerifications } from '../../src/audit/verifications.ts';
import { OperatorError } from '../../src/log.ts';
import { noteView } from '../../src/patients/actions.ts';
import { issueCard, stockCards } from '../../src/vault/actions.ts';
import { type ConsoleWorld, openConsoleWorld, type Person } from '../support/console.ts';
import { minimumDraft } from '../support/drafts.ts';

describe('the audit desk', () => {
  let world: ConsoleWorld;
  let auditor: Person;
  let patientId: string;
  let code: string;
  before(async () => {
    world = await openConsoleWorld();
    auditor = world.person('auditor');
    ({ patientId, code } = await world.patients.enrol({ draft: minimumDraft() }));
    await stockCards(world.patients.vault.night, 1);
    const of = { associationId: world.associationId, patientId, actor: 'operator:op_test', cause: 'test' };
    await world.patients.vault.inTransaction((tx) => issueCard(tx, world.ctx, of));
    await world.person('nurse').call('patient', { params: { patientId }, query: {} });
  });
  after(() => world?.close());

  const log = (query: Record<string, string> = {}, by = auditor) => by.call('audit_log', { query });
  const seal = () =>
    sealAssociation({ db: world.ctx.db, signer: world.signer, clock: world.ctx.clock }, world.associationId);
  const list = (by = auditor) => by.call('verifications', {});
  /** Starts one and waits for its end, as the page sees it. */
  async function verified(witness: { treeSize: number; root: string } | null = null) {
    const { id } = await auditor.call('start_verification', { body: { witness } });
    for (;;) {
      const run = (await list()).find((one) => one.id === id);
      if (run && run.status !== 'running') return run;
    }
  }

  it('shows the log newest first, and keeps to what it is asked for', async () => {
    const { rows } = await log();
    expect(rows.map(({ kind }) => kind)).to.include.members(['record_viewed', 'record_typed', 'card_issued']);
    const times = rows.map(({ at }) => at);
    expect(times).to.deep.equal(times.toSorted().reverse());
    const viewed = await log({ kind: 'record_viewed' });
    expect(viewed.rows).to.have.length(1);
    expect(viewed.rows[0]).to.deep.include({ chain: patientId, data: { screen: 'record', version: 1 } });
    const { actor } = viewed.rows[0]!;
    expect((await log({ actor })).rows.map(({ kind }) => kind)).to.deep.equal(['record_viewed']);
    const chain = (await log({ chain: patientId })).rows;
    expect(chain.map(({ seq }) => seq)).to.deep.equal(chain.map((_, place) => chain.length - place));
    expect(await auditor.call('audit_kinds', {})).to.deep.equal([...new Set(rows.map(({ kind }) => kind))].sort());
  });

  it('pages by key, without a gap and without a repetition', async () => {
    const { db, clock } = world.ctx;
    await db.query(
      `insert into audit_entry (chain_id, seq, association_id, at, actor, cause, kind, data, prev_hash, hash)
      select 'filled', n, $1, $2, 'clock', 'test', 'paged', '{}', sha256('a'), sha256('b')
      from generate_series(1, 120) n`,
      [await world.patients.vault.association(), clock.now()],
    );
    const there = world.person('auditor', {
      associationId: (await db.query(`select association_id from audit_entry where kind = 'paged' limit 1`)).rows[0]
        .association_id,
    });
    const seen: number[] = [];
    for (let next: Awaited<ReturnType<typeof log>>['next'] | undefined; next !== null; ) {
      const page = await there.call('audit_log', { query: { kind: 'paged', ...(next as object) } });
      seen.push(...page.rows.map(({ seq }) => seq));
      next = page.next;
    }
    expect(seen).to.deep.equal(Array.from({ length: 120 }, (_, place) => 120 - place));
  });

  it('understands days in either calendar', async () => {
    expect((await log({ from: 'R1.5.1', to: '2019-06-01' })).rows).to.deep.equal([]);
    expect((await log({ from: '令和8年1月1日' })).rows.length).to.be.above(0);
    expect(await auditor.refused('audit_log', { query: { from: 'きのう' } })).to.include({
      status: 422,
      code: 'day_unread',
    });
  });

  it('verifies the log in the background, and says what it found', async () => {
    await seal();
    const run = await verified();
    expect(run).to.include({ status: 'done' });
    expect(run.report).to.include({ isSound: true, found: 0 });
    expect(run.checked).to.be.at.least(run.report!.entries);
    expect((await log({ chain: run.id })).rows.map(({ kind }) => kind)).to.deep.equal([
      ...['verification_finished', 'verification_started'],
    ]);
  });

  it('holds the log against a seal from paper', async () => {
    await seal();
    const { rows } = await auditor.call('daily_seals', { query: {} });
    const { treeSize, root } = rows[0]!;
    const spaced = root.replace(/(.{8})/g, '$1 ');
    expect((await verified({ treeSize, root: spaced })).report).to.include({ isSound: true });
    const other = await verified({ treeSize, root: '0'.repeat(64) });
    expect(other.report).to.include({ isSound: false, found: 1 });
    expect(other.report?.findings[0]).to.include({ kind: 'witness_differs' });
    const unread = { treeSize: 1, root: 'abc' };
    expect(await auditor.refused('start_verification', { body: { witness: unread } })).to.include({
      code: 'seal_unread',
    });
  });

  it('runs one verification at a time, and lets another begin when that one was cut off', async () => {
    const { db, clock, ids, log: logger } = world.ctx;
    await db.query(
      `insert into audit_verification (id, association_id, status, started_by, started_at, beat_at, total)
      values ($1, $2, 'running', 'op_gone', $3, $3, 100)`,
      [ids.next('av'), world.associationId, clock.now()],
    );
    const starting = { body: { witness: null } };
    expect(await auditor.refused('start_verification', starting)).to.include({ code: 'verification_running' });
    await db.query(`update audit_verification set beat_at = beat_at - interval '1 minute' where status = 'running'`);
    expect((await list())[0]).to.include({ status: 'interrupted' });
    expect(await verified()).to.include({ status: 'done' });
    const keyless = createVerifications({
      ...{ db, clock, ids, log: logger },
      verifier: () => {
        throw new OperatorError('no key');
      },
    });
    const wanted = { associationId: world.associationId, by: 'op_x', cause: 'test', witness: null };
    expect(await keyless.start(wanted)).to.deep.equal({ refused: 'no_audit_key' });
  });

  it('leaves a run as interrupted when its process ends', async () => {
    const { db, clock, ids, log: logger } = world.ctx;
    const verifications = createVerifications({ db, clock, ids, log: logger, verifier: () => world.signer });
    const associationId = await world.patients.vault.association();
    const other = await world.patients.vault.patient(associationId);
    await world.patients.vault.inTransaction(async (tx) => {
      await noteView(tx, world.ctx, {
        associationId,
        patientId: other,
        by: 'op_x',
        cause: 'test',
        screen: 'record',
        version: null,
      });
    });
    const started = await verifications.start({ associationId, by: 'op_x', cause: 'test', witness: null });
    await verifications.close();
    if ('refused' in started) throw new Error(started.refused);
    await started.done;
    const { rows } = await db.query('select status from audit_verification where id = $1', [started.id]);
    expect(rows).to.deep.equal([{ status: 'running' }]); // its beat grows old
  });

  it('prints the seal of a day, and refuses a day without one', async () => {
    await seal();
    const { rows } = await auditor.call('daily_seals', { query: {} });
    const pdf = await auditor.call('seal_pdf', { params: { date: rows[0]!.date } });
    expect(await pdf.slice(0, 5).text()).to.equal('%PDF-');
    expect(await auditor.refused('seal_pdf', { params: { date: '2020-01-01' } })).to.include({ code: 'not_found' });
  });

  it('makes a statement for a patient’s number, and writes that down', async () => {
    const pdf = await auditor.call('disclosure_statement', { body: { code: ` ${code.toLowerCase()} ` } });
    expect(await pdf.slice(0, 5).text()).to.equal('%PDF-');
    const { rows } = await log({ kind: 'statement_made' });
    expect(rows[0]).to.deep.include({ chain: patientId, actor: `operator:${auditor.staff.id}`, data: { lines: 1 } });
    expect(await auditor.refused('disclosure_statement', { body: { code: 'P999' } })).to.include({
      code: 'no_such_code',
    });
  });

  it('shows another association’s auditor nothing, and nobody what he may not see', async () => {
    const foreign = world.person('auditor', { associationId: await world.patients.vault.association() });
    expect((await log({}, foreign)).rows).to.deep.equal([]);
    expect((await log({ chain: patientId }, foreign)).rows).to.deep.equal([]);
    expect(await list(foreign)).to.deep.equal([]);
    expect((await foreign.call('daily_seals', { query: {} })).rows).to.deep.equal([]);
    expect(await foreign.refused('disclosure_statement', { body: { code } })).to.include({ status: 404 });
    for (const role of ['clerk', 'nurse', 'hub_doctor'] as const)
      expect(await world.person(role).refused('audit_log', { query: {} })).to.include({ code: 'not_permitted' });
    for (const role of ['clerk', 'nurse'] as const)
      expect(await world.person(role).refused('disclosure_statement', { body: { code } })).to.include({
        code: 'not_permitted',
      });
  });
});
