import { expect } from 'chai';
import { changeRecord, passSecondReading, readRecord } from '../../src/patients/actions.ts';
import { criticalKeys } from '../../src/patients/life.ts';
import { issueCard, openByCard, stockCards } from '../../src/vault/actions.ts';
import { type ConsoleWorld, openConsoleWorld, type Person } from '../support/console.ts';
import { minimumDraft } from '../support/drafts.ts';

describe('the desk of patients', () => {
  let world: ConsoleWorld;
  let nurse: Person;
  before(async () => {
    world = await openConsoleWorld();
    nurse = world.person('nurse');
  });
  after(async () => {
    expect(world?.complaints).to.deep.equal([]);
    await world?.close();
  });

  const inTransaction: ConsoleWorld['patients']['vault']['inTransaction'] = (work) =>
    world.patients.vault.inTransaction(work);
  async function enrolled(draft = minimumDraft()): Promise<{ patientId: string; code: string }> {
    const written = await world.patients.enrol({ draft });
    const { patientId } = written;
    const read = await inTransaction((tx) =>
      passSecondReading(tx, world.ctx, { ...world.patients.step(patientId), keys: criticalKeys }),
    );
    expect(read.status).to.equal('done');
    return { patientId, code: written.code };
  }
  async function withCard() {
    const { patientId, code } = await enrolled();
    await stockCards(world.patients.vault.night, 2);
    const of = { associationId: world.associationId, patientId, actor: 'operator:op_test', cause: 'test' };
    const card = await inTransaction((tx) => issueCard(tx, world.ctx, of));
    if ('refused' in card) throw new Error(card.refused);
    return { patientId, code, number: card.number };
  }
  const opens = async (number: string): Promise<boolean> =>
    !('refused' in (await openByCard(world.patients.ctx, world.associationId, number)));
  const inLog = async (chainId: string, kind: string) =>
    (
      await world.ctx.db.query<{ actor: string; cause: string; data: Record<string, unknown> }>(
        'select actor, cause, data from audit_entry where chain_id = $1 and kind = $2 order by seq',
        [chainId, kind],
      )
    ).rows;
  const find = (text: string, by = nurse) => by.call('search_patients', { body: { text } });

  it('finds by what is typed so far, and shows who it is', async () => {
    const { patientId, code } = await enrolled();
    for (const text of ['たかさ', 'ﾀｶｻｷ かお', '昭和15年3月1日 たかさ', '0001 タカサ', code, 'たかさk']) {
      const { rows } = await find(text);
      const row = rows.find((one) => one.patientId === patientId);
      expect(row, text).to.deep.include({ code, name: 'タカサキ　カオル', kana: 'タカサキ　カオル' });
      expect(row?.birth).to.include({ date: '1940-03-01' });
      expect(row?.standing?.status).to.equal('active');
    }
    expect(await find('た')).to.deep.include({ rows: [], unread: ['unfinished'] });
    expect(await find('高崎')).to.deep.include({ rows: [], unread: ['kanji'] });
  });

  it('finds by the number of a card, as it is printed', async () => {
    const { patientId, number } = await withCard();
    const { rows } = await find(number.replace(/(\d{4})(?=\d)/g, '$1 '));
    expect(rows.map((row) => row.patientId)).to.deep.equal([patientId]);
    const wrong = `${number.slice(0, 11)}${(Number(number[11]) + 1) % 10}`;
    expect(await find(wrong)).to.deep.include({ rows: [], unread: ['card'] });
  });

  it('pages by key', async () => {
    const draft = minimumDraft();
    draft.registration.nameKana = 'ナガイ レツ';
    for (let made = 0; made < 21; made++) await world.patients.enrol({ draft });
    const first = await find('ながい');
    expect(first.rows).to.have.length(20);
    const second = await nurse.call('search_patients', { body: { text: 'ながい', after: first.next } });
    expect([second.rows.length, second.next]).to.deep.equal([1, null]);
    expect(first.rows.map(({ code }) => code)).to.not.include(second.rows[0]!.code);
    const all = await find('');
    expect(all.rows).to.have.length(20);
  });

  it('writes down whose names stood in a list', async () => {
    const { patientId, code } = await enrolled();
    const clerk = world.person('clerk');
    await find(code, clerk);
    expect(await inLog(`listing:${clerk.staff.id}`, 'patients_listed')).to.deep.equal([
      {
        actor: `operator:${clerk.staff.id}`,
        cause: 'console search_patients',
        data: { patientIds: [patientId] },
      },
    ]);
    await Promise.all(['たかさ', 'たかさき', 'たかさきか', 'たかさきかお'].map((text) => find(text, clerk)));
    expect(await inLog(`listing:${clerk.staff.id}`, 'patients_listed')).to.have.length(5);
  });

  it('shows the record in the words of the page, in either language, and writes down the look', async () => {
    const { patientId } = await enrolled();
    const japanese = await nurse.call('patient', { params: { patientId }, query: {} });
    const alerts = japanese.record?.sections.find(({ key }) => key === 'alerts');
    expect(alerts?.title).to.equal('警告');
    expect(JSON.stringify(alerts?.rows)).to.include('アレルギー・禁忌薬');
    expect(JSON.stringify(japanese.record?.registration)).to.include('同意する');
    const english = await nurse.call('patient', { params: { patientId }, query: { language: 'en' } });
    expect(english.record?.sections.find(({ key }) => key === 'alerts')?.title).to.equal('Alerts');
    const looks = await inLog(patientId, 'record_viewed');
    expect(looks).to.deep.equal(
      Array(2).fill({
        actor: `operator:${nurse.staff.id}`,
        cause: 'console patient',
        data: { screen: 'record', version: 1 },
      }),
    );
  });

  it('compares a version with the one before, field by field', async () => {
    const { patientId } = await enrolled();
    const draft = minimumDraft();
    draft.record.allergy = { state: 'present', items: [{ kind: 'drug', name: 'ペニシリン', reaction: '発疹' }] };
    draft.registration.building = '鴎荘201';
    await inTransaction(async (tx) => {
      const before = await readRecord(world.ctx, world.associationId, patientId);
      return changeRecord(tx, world.ctx, {
        ...world.patients.step(patientId),
        before: before!,
        draft,
        isFinished: true,
      });
    });
    const { changes, before } = await nurse.call('patient_changes', {
      params: { patientId, version: '2' } as never,
      query: {},
    });
    expect(before).to.equal(1);
    expect(changes.map(({ key }) => key)).to.deep.equal(['registration.building', 'record.allergy']);
    const [building, allergy] = changes;
    expect(building?.after.join()).to.include('鴎荘201');
    expect(allergy?.before).to.deep.equal(['アレルギー・禁忌薬：【未確認】']);
    expect(allergy?.after.join()).to.include('ペニシリン');
    expect(await inLog(patientId, 'record_viewed')).to.deep.include({
      ...{ actor: `operator:${nurse.staff.id}`, cause: 'console patient_changes' },
      data: { screen: 'history', version: 2 },
    });
    const first = await nurse.call('patient_changes', { params: { patientId, version: '1' } as never, query: {} });
    expect(first).to.deep.include({ before: null, changes: [] });
  });

  it('tells who opened a record, and what happened to it', async () => {
    const { patientId } = await enrolled();
    await nurse.call('patient', { params: { patientId }, query: {} });
    const { rows } = await nurse.call('patient_openings', { params: { patientId }, query: {} });
    expect(rows).to.have.length(1);
    expect(rows[0]).to.include({ kind: 'viewed', screen: 'record', version: 1 });
    const history = await nurse.call('patient_history', { params: { patientId }, query: {} });
    expect(history.rows.map(({ kind }) => kind)).to.deep.equal(['record_second_reading_passed', 'record_typed']);
  });

  it('lists what nobody has confirmed for 90 days, and begins them anew at a word', async () => {
    const { patientId } = await enrolled();
    await world.ctx.db.query(
      `update record_life set confirmed_at = now() - interval '200 days' where patient_id = $1`,
      [patientId],
    );
    const due = await nurse.call('due_records', { body: {} });
    expect(due.rows[0]).to.include({ patientId });
    expect(due.rows[0]?.standing?.status).to.equal('stale');
    const { standing } = await nurse.call('confirm_record', { params: { patientId }, body: { version: 1 } });
    expect(standing.status).to.equal('active');
    expect((await nurse.call('due_records', { body: {} })).rows.map((row) => row.patientId)).to.not.include(patientId);
    expect(await inLog(patientId, 'record_confirmed')).to.have.length(1);
    const late = await nurse.refused('confirm_record', { params: { patientId }, body: { version: 9 } });
    expect(late).to.include({ status: 409, code: 'overtaken' });
  });

  it('suspends, resumes and closes only who types the patient’s code', async () => {
    const { patientId, code } = await enrolled();
    const params = { patientId };
    const body = { version: 1, reason: 'in_hospital' as const };
    expect(await nurse.refused('suspend_record', { params, body: { ...body, typedCode: 'P999' } })).to.include({
      ...{ status: 422, code: 'code_differs' },
    });
    const suspended = await nurse.call('suspend_record', { params, body: { ...body, typedCode: code.toLowerCase() } });
    expect(suspended.standing).to.include({ status: 'suspended', reason: 'in_hospital' });
    expect(await nurse.refused('confirm_record', { params, body: { version: 1 } })).to.include({
      code: 'record_suspended',
    });
    await nurse.call('resume_record', { params, body: { version: 1, typedCode: code } });
    const closing = { version: 1, typedCode: code, reason: 'deceased' as const };
    const stale = world.person('nurse', { isFresh: false });
    expect(await stale.refused('close_record', { params, body: closing })).to.include({ code: 'prove_again' });
    const closed = await nurse.call('close_record', { params, body: closing });
    expect(closed.standing).to.include({ status: 'closed', reason: 'deceased' });
    const page = await nurse.call('patient', { params, query: {} });
    expect(page).to.deep.include({ code, record: null });
    expect((await find(code)).rows).to.deep.equal([]);
  });

  it('replaces a lost card, prints the new one, and writes down both', async () => {
    const { patientId, number } = await withCard();
    expect(await opens(number)).to.equal(true);
    await nurse.call('replace_card', { params: { patientId }, body: { reason: 'lost' } });
    expect(await opens(number)).to.equal(false);
    expect(await inLog(patientId, 'card_replaced')).to.have.length(1);
    expect((await inLog(patientId, 'card_replaced'))[0]?.data).to.include({ reason: 'lost' });
    const printed = await nurse.call('card_pdf', { params: { patientId } });
    expect(await printed.slice(0, 5).text()).to.equal('%PDF-');
    expect(await inLog(patientId, 'card_printed')).to.have.length(1);
  });

  it('stops a lost card while there is no other', async () => {
    const { patientId, number } = await withCard();
    await world.ctx.db.query(`delete from card where status = 'ready'`);
    const lost = { params: { patientId }, body: { reason: 'lost' as const } };
    expect(await nurse.refused('replace_card', lost)).to.include({ status: 409, code: 'no_card_ready' });
    expect(await opens(number)).to.equal(true);
    expect(await nurse.call('stop_card', lost)).to.deep.equal({ stopped: true });
    expect(await opens(number)).to.equal(false);
    expect(await nurse.call('stop_card', lost)).to.deep.equal({ stopped: false });
  });

  describe('for another association', () => {
    it('has nobody, and writes nothing down', async () => {
      const { patientId, code } = await enrolled();
      const foreign = world.person('nurse', { associationId: await world.patients.vault.association() });
      const before = await world.patients.kindsInLog(patientId);
      expect((await find('たかさ', foreign)).rows).to.deep.equal([]);
      expect((await find(code, foreign)).rows).to.deep.equal([]);
      expect((await foreign.call('due_records', { body: {} })).rows).to.deep.equal([]);
      const params = { patientId };
      const typed = { version: 1, typedCode: code };
      const refusals = await Promise.all([
        foreign.refused('patient', { params, query: {} }),
        foreign.refused('patient_changes', { params: { patientId, version: '1' } as never, query: {} }),
        foreign.refused('patient_openings', { params, query: {} }),
        foreign.refused('patient_history', { params, query: {} }),
        foreign.refused('confirm_record', { params, body: { version: 1 } }),
        foreign.refused('suspend_record', { params, body: { ...typed, reason: 'other' } }),
        foreign.refused('resume_record', { params, body: typed }),
        foreign.refused('close_record', { params, body: { ...typed, reason: 'moved' } }),
        foreign.refused('replace_card', { params, body: { reason: 'lost' } }),
        foreign.refused('stop_card', { params, body: { reason: 'lost' } }),
      ]);
      for (const refused of refusals) expect(refused).to.include({ status: 404, code: 'not_found' });
      expect(await world.patients.kindsInLog(patientId)).to.deep.equal(before);
    });
  });

  it('keeps an administrator and an auditor out of the records', async () => {
    const { patientId } = await enrolled();
    for (const role of ['administrator', 'auditor'] as const) {
      const person = world.person(role);
      expect(await person.refused('search_patients', { body: { text: 'たかさ' } })).to.include({
        code: 'not_permitted',
      });
      expect(await person.refused('patient', { params: { patientId }, query: {} })).to.include({
        code: 'not_permitted',
      });
      expect(await person.refused('replace_card', { params: { patientId }, body: { reason: 'lost' } })).to.include({
        code: 'not_permitted',
      });
    }
    expect(await inLog(patientId, 'record_viewed')).to.deep.equal([]);
  });
});
