import { expect } from 'chai';
import { withMemberCheckDigit } from '../../src/lib/check-digits.ts';
import { importTowns } from '../../src/postal-codes/actions.ts';
import { bothHubKeys } from '../../src/vault/hub.ts';
import { rotateHubKey } from '../../src/vault/rotation.ts';
import { minimumDraft } from '../support/drafts.ts';
import { postalList } from '../support/postal-list.ts';
import { hubOne, hubTwo } from '../vault/hubs.ts';
import { useDesk } from './inbox-support.ts';

describe('a patient enrolled at the desk', () => {
  const desk = useDesk();

  it('opens a form with what its ticks say, the picture and the places of its fields; written down first', async () => {
    const itemId = await desk.receivesForm();
    const opened = await desk.clerk.call('open_item', { params: { itemId } });
    expect(opened.typed.draft?.registration).to.deep.include({
      sex: 'female',
      authorDoctor: '100552',
      consentTo: true,
    });
    expect(opened.picture?.boxes).to.include.keys('name_kana', 'birth', 'consent', 'key_person_tel');
    expect(opened.notes).to.deep.include({
      sheet: 'procedures',
      text: ['✓ 人工呼吸器', opened.notes.find(({ text }) => text[0] === '✓ 人工呼吸器')!.text[1]],
    });
    const kinds = await desk.rows('select kind, actor from audit_entry where chain_id = $1 order by seq', [itemId]);
    expect(kinds.slice(-1)).to.deep.equal([{ kind: 'page_opened', actor: `operator:${desk.clerk.staff.id}` }]);
  });

  it('keeps what is typed sealed, through a reload, a colleague and a new hub key', async () => {
    const itemId = await desk.byHand();
    const params = { itemId };
    const draft = { registration: { nameKana: 'ミホン カナ' }, record: {} };
    await desk.clerk.call('keep_typed', { params, body: { draft, note: '折り返し待ち' } });
    const [stored] = await desk.rows('select sealed from inbox_draft where item_id = $1', [itemId]);
    expect((stored.sealed as Buffer).toString('utf8')).not.to.match(/ミホン|nameKana|折り返し/);
    await desk.clerk.call('release_item', { params });
    expect((await desk.nurse.call('open_item', { params })).typed).to.deep.equal({ draft, note: '折り返し待ち' });
    const { db, clock, random } = desk.ctx;
    const rotation = { db, clock, random, hub: hubTwo.certificate, batchSize: 10, onBatch: () => undefined };
    const hubKeys = bothHubKeys(hubTwo.keys, hubOne.keys);
    const doing = { actor: 'operator:op_1', cause: 'test' };
    const there = await rotateHubKey({ ...rotation, hubKeys }, doing);
    expect(there.pages.unopened).to.deep.equal([]);
    const [sealed] = await desk.rows('select hub_key_id from inbox_draft where item_id = $1', [itemId]);
    expect(sealed.hub_key_id).to.equal(hubTwo.certificate.id);
    await rotateHubKey({ ...rotation, hub: hubOne.certificate, hubKeys }, doing);
    expect((await desk.nurse.call('open_item', { params })).typed.draft).to.deep.equal(draft);
  });

  it('enrols with the page as source, gives a card out, settles the page and forgets the draft', async () => {
    const itemId = await desk.receivesForm();
    await desk.stock(1);
    const params = { itemId };
    const { typed } = await desk.clerk.call('open_item', { params });
    const missing = { params, body: { draft: typed.draft! } };
    expect(await desk.clerk.refused('enrol_patient', missing)).to.include({ status: 422, code: 'not_sound' });
    const draft = minimumDraft();
    draft.registration.sourceImage = { page: `pg_${'0'.repeat(26)}`, sha256: '0'.repeat(64), boxes: [] };
    await desk.clerk.call('keep_typed', { params, body: { draft, note: '' } });
    const done = await desk.clerk.call('enrol_patient', { params, body: { draft } });
    expect(done).to.include({ hasCard: true, life: 'awaiting_second_reading' });
    expect(await desk.rows('select 1 from inbox_draft where item_id = $1', [itemId])).to.deep.equal([]);
    expect(await desk.clerk.refused('enrol_patient', { params, body: { draft } })).to.include({ code: 'item_settled' });
    const form = await desk.nurse.call('open_record_form', { params: { patientId: done.patientId } });
    expect((form.draft.registration.sourceImage as { page: string }).page).to.equal(itemId);
    expect(form.picture?.boxes).to.include.keys('name_kana', 'birth');
    const letter = await desk.clerk.call('card_letter', { params: { patientId: done.patientId } });
    expect((await letter.text()).slice(0, 5)).to.equal('%PDF-');
  });

  it('enrols without a card when none is in stock, and says so', async () => {
    await desk.rows(`delete from card where status in ('ready', 'pending')`);
    const itemId = await desk.byHand();
    const done = await desk.clerk.call('enrol_patient', { params: { itemId }, body: { draft: minimumDraft() } });
    expect(done.hasCard).to.equal(false);
    expect(await desk.clerk.refused('card_letter', { params: { patientId: done.patientId } })).to.include({
      code: 'no_card',
    });
  });

  it('finds who is enrolled already while somebody types, and says what was understood', async () => {
    const { patientId, code } = await desk.enrolled();
    const body = { draft: minimumDraft(), patientId: null };
    const check = await desk.clerk.call('check_draft', { body });
    expect(check.duplicates).to.deep.include({ patientId, code, why: 'name_and_birth' });
    const own = await desk.clerk.call('check_draft', { body: { ...body, patientId } });
    expect(own.duplicates.map((one) => one.patientId)).not.to.include(patientId);
    const unknown = minimumDraft();
    unknown.registration.primary.doctor = withMemberCheckDigit('99999');
    const said = await desk.clerk.call('check_draft', { body: { draft: unknown, patientId: null } });
    expect(said.findings.filter(({ level }) => level === 'refused')).to.have.lengthOf(1);
    expect(said.findings[0]).to.include({ code: 'unknown_doctor', path: 'registration.primary' });
  });

  it('understands a postal code by the list that the hub has read in, and by its first digits without one', async () => {
    const check = async (postal: string, address?: string) => {
      const draft = minimumDraft();
      Object.assign(draft.registration, { postal, address });
      const { findings, understood, offers } = await desk.clerk.call('check_draft', {
        body: { draft, patientId: null },
      });
      const doubts = findings
        .filter(({ path }) => path === 'registration.postal')
        .map(({ level, code }) => [level, code]);
      const place = understood.find(({ path }) => path === 'registration.postal')?.text;
      return { doubts, place, offer: offers[0]?.text };
    };
    const nishi = '神奈川県横浜市西区見本町1-2';
    expect(await check('〒２２０ー０００１', nishi)).to.deep.equal({
      doubts: [],
      place: '〒220-0001',
      offer: undefined,
    });
    expect((await check('1000001', nishi)).doubts).to.deep.equal([['warning', 'postal_elsewhere']]);

    expect(await importTowns(desk.ctx.db, postalList)).to.equal(7);
    expect(await importTowns(desk.ctx.db, postalList)).to.equal(7);
    const place = '神奈川県横浜市西区北軽井沢';
    expect(await check('〒２２０ー０００１')).to.deep.equal({
      doubts: [],
      place: `〒220-0001　${place}`,
      offer: place,
    });
    expect((await check('2400111', nishi)).doubts).to.deep.equal([['warning', 'postal_elsewhere']]);
    expect((await check('2209999', nishi)).doubts).to.deep.equal([['warning', 'postal_unknown']]);
    expect((await check('1000001', '東京都千代田区見本1')).doubts).to.deep.equal([]);
    const spoilt = await importTowns(desk.ctx.db, 'no list').catch((error: Error) => error.message);
    expect(spoilt).to.match(/line 1 is no line of utf_ken_all.csv/);
    expect((await check('2200001', nishi)).place).to.equal(`〒220-0001　${place}`);
  });
});
