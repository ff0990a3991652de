import { expect } from 'chai';
import { inTransaction } from '../../src/db.ts';
import { blankPage, fine } from '../../src/imaging/bilevel.ts';
import { queueStatement } from '../../src/inbox/desk-store.ts';
import { answerTypedRequests } from '../../src/inbox/typed-requests.ts';
import { typedOf } from '../../src/inbox/typing.ts';
import { withMemberCheckDigit } from '../../src/lib/check-digits.ts';
import { plusSeconds } from '../../src/lib/clock.ts';
import { readers } from '../../src/paper/reader/pool.ts';
import { importTowns } from '../../src/postal-codes/actions.ts';
import { bothHubKeys } from '../../src/vault/hub.ts';
import { nightPublicKey, openAtNight, publishNightKey, sealToNight } from '../../src/vault/night-key.ts';
import { rotateHubKey } from '../../src/vault/rotation.ts';
import type { Person } from '../support/console.ts';
import { minimumDraft } from '../support/drafts.ts';
import { blankForms, codeOf, tickForm } from '../support/filled-form.ts';
import { postalList } from '../support/postal-list.ts';
import { hubOne, hubTwo } from '../vault/hubs.ts';
import { type DeskWorld, openDesk } from './inbox-support.ts';

const allOf = ['name', 'birth', 'allergy', 'dnar', 'phone'] as const;

describe('the desk where pages wait', function () {
  this.timeout(120_000);
  let world: DeskWorld;
  let clerk: Person;
  let nurse: Person;
  before(async () => {
    world = await openDesk();
    clerk = world.person('clerk', { name: '事務 花子' });
    nurse = world.person('nurse', { name: '看護 一郎' });
  });
  after(async () => {
    await readers().close();
    await world?.close();
  });
  const rows = async (sql: string, values: unknown[] = []) => (await world.ctx.db.query(sql, values)).rows;
  const byHand = async (who = clerk) => (await who.call('start_enrolment', {})).itemId;
  const enrolled = async () => {
    await world.stock(1);
    const itemId = await byHand();
    return clerk.call('enrol_patient', { params: { itemId }, body: { draft: minimumDraft() } });
  };

  describe('gives a page', () => {
    it('to one of many who reach for it at once, and tells the others who has it', async () => {
      const itemId = await byHand();
      await clerk.call('release_item', { params: { itemId } });
      const people = Array.from({ length: 12 }, (_, place) => world.person('clerk', { name: `職員${place}` }));
      const params = { itemId };
      const answers = await Promise.all(
        people.map(async (person) => {
          const response = await person.fetch(`/api/inbox/${itemId}/claim`, { method: 'POST' });
          return { person, status: response.status, body: (await response.json()) as { detail?: { name: string } } };
        }),
      );
      const got = answers.filter(({ status }) => status === 200);
      expect(got).to.have.length(1);
      const holder = got[0]!.person;
      for (const { status, body } of answers.filter((answer) => answer !== got[0])) {
        expect(status).to.equal(409);
        expect(body.detail?.name).to.equal(holder.staff.name);
      }
      // Whoever has it keeps it; the others can neither write into it nor enrol from it.
      await holder.call('claim_item', { params });
      const typed = { draft: minimumDraft(), note: '' };
      expect(await nurse.refused('keep_typed', { params, body: typed })).to.include({ code: 'item_taken' });
      const enrol = { params, body: { draft: minimumDraft() } };
      expect(await nurse.refused('enrol_patient', enrol)).to.include({ code: 'item_taken' });
      expect(
        await rows(`select kind from audit_entry where chain_id = $1 and kind = 'item_claimed'`, [itemId]),
      ).to.have.length(1);
    });

    it('to the next when nobody has worked on it for twenty minutes', async () => {
      const itemId = await byHand();
      const params = { itemId };
      expect(await nurse.refused('claim_item', { params })).to.include({ status: 409, code: 'item_taken' });
      await rows('update inbox_item set claimed_until = $2 where id = $1', [
        itemId,
        plusSeconds(world.ctx.clock.now(), -1),
      ]);
      const queued = (await nurse.call('inbox_queue', {})).items.find(({ id }) => id === itemId);
      expect(queued?.claim).to.equal(null);
      await nurse.call('claim_item', { params });
      expect(await clerk.refused('claim_item', { params })).to.include({ code: 'item_taken' });
    });
  });

  it('shows another association nothing, and lets nobody without the permission in', async () => {
    const itemId = await world.receivesForm();
    const other = await world.patients.vault.association();
    const stranger = world.person('clerk', { associationId: other });
    expect(await stranger.call('inbox_queue', {})).to.deep.equal({ items: [], records: [] });
    const params = { itemId };
    for (const operation of ['claim_item', 'open_item'] as const)
      expect(await stranger.refused(operation, { params })).to.include({ status: 404, code: 'not_found' });
    const body = { draft: minimumDraft() };
    expect(await stranger.refused('enrol_patient', { params, body })).to.include({ status: 404 });
    expect(await stranger.refused('mask_item', { params, body: { boxes: [] } })).to.include({ status: 404 });
    const settled = { params, body: { as: 'filed' as const } };
    expect(await stranger.refused('settle_item', settled)).to.include({ status: 404 });
    const { patientId } = await enrolled();
    const patient = { params: { patientId } };
    const foreign = world.person('nurse', { associationId: other });
    for (const operation of ['open_second_reading', 'open_record_form', 'card_letter'] as const)
      expect((await foreign.refused(operation, patient)).status).to.equal(404);
    for (const role of ['auditor', 'administrator'] as const)
      expect(await world.person(role).refused('open_item', { params })).to.include({ code: 'not_permitted' });
    expect(await clerk.refused('open_second_reading', patient)).to.include({ code: 'not_permitted' });
    expect((await rows('select claimed_by from inbox_item where id = $1', [itemId]))[0]).to.deep.equal({
      claimed_by: null,
    });
  });

  it('opens a form with what its ticks say, the picture and the places of its fields; written down first', async () => {
    const itemId = await world.receivesForm();
    const opened = await clerk.call('open_item', { params: { itemId } });
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
    const kinds = await rows('select kind, actor from audit_entry where chain_id = $1 order by seq', [itemId]);
    expect(kinds.slice(-1)).to.deep.equal([{ kind: 'page_opened', actor: `operator:${clerk.staff.id}` }]);
  });

  it('keeps what is typed sealed, through a reload, a colleague and a new hub key', async () => {
    const itemId = await byHand();
    const params = { itemId };
    const draft = { registration: { nameKana: 'ミホン カナ' }, record: {} };
    await clerk.call('keep_typed', { params, body: { draft, note: '折り返し待ち' } });
    const [stored] = await rows('select sealed from inbox_draft where item_id = $1', [itemId]);
    expect((stored.sealed as Buffer).toString('utf8')).not.to.match(/ミホン|nameKana|折り返し/);
    await clerk.call('release_item', { params });
    expect((await nurse.call('open_item', { params })).typed).to.deep.equal({ draft, note: '折り返し待ち' });
    const { db, clock, random } = world.ctx;
    const rotation = { db, clock, random, hub: hubTwo.certificate, batchSize: 10, onBatch: () => undefined };
    const hubKeys = bothHubKeys(hubTwo.keys, hubOne.keys);
    const doing = { actor: 'operator:op_1', cause: 'test' };
    const there = await rotateHubKey({ ...rotation, hubKeys }, doing);
    expect(there.pages.unopened).to.deep.equal([]);
    const [sealed] = await rows('select hub_key_id from inbox_draft where item_id = $1', [itemId]);
    expect(sealed.hub_key_id).to.equal(hubTwo.certificate.id);
    await rotateHubKey({ ...rotation, hub: hubOne.certificate, hubKeys }, doing);
    expect((await nurse.call('open_item', { params })).typed.draft).to.deep.equal(draft);
  });

  it('enrols with the page as source, gives a card out, settles the page and forgets the draft', async () => {
    const itemId = await world.receivesForm();
    await world.stock(1);
    const params = { itemId };
    const { typed } = await clerk.call('open_item', { params });
    const missing = { params, body: { draft: typed.draft! } };
    expect(await clerk.refused('enrol_patient', missing)).to.include({ status: 422, code: 'not_sound' });
    const draft = minimumDraft();
    draft.registration.sourceImage = { page: `pg_${'0'.repeat(26)}`, sha256: '0'.repeat(64), boxes: [] };
    await clerk.call('keep_typed', { params, body: { draft, note: '' } });
    const done = await clerk.call('enrol_patient', { params, body: { draft } });
    expect(done).to.include({ hasCard: true, life: 'awaiting_second_reading' });
    expect(await rows('select 1 from inbox_draft where item_id = $1', [itemId])).to.deep.equal([]);
    expect(await clerk.refused('enrol_patient', { params, body: { draft } })).to.include({ code: 'item_settled' });
    const form = await nurse.call('open_record_form', { params: { patientId: done.patientId } });
    expect((form.draft.registration.sourceImage as { page: string }).page).to.equal(itemId);
    expect(form.picture?.boxes).to.include.keys('name_kana', 'birth');
    const letter = await clerk.call('card_letter', { params: { patientId: done.patientId } });
    expect((await letter.text()).slice(0, 5)).to.equal('%PDF-');
  });

  it('enrols without a card when none is in stock, and says so', async () => {
    await rows(`delete from card where status in ('ready', 'pending')`);
    const itemId = await byHand();
    const done = await clerk.call('enrol_patient', { params: { itemId }, body: { draft: minimumDraft() } });
    expect(done.hasCard).to.equal(false);
    expect(await clerk.refused('card_letter', { params: { patientId: done.patientId } })).to.include({
      code: 'no_card',
    });
  });

  describe('has a record read a second time', () => {
    const right = {
      ...{ nameKana: 'タカサキ　カオル', birth: '1940-03-01', phones: ['09000000001', '045-000-0001'] },
      agrees: ['allergy' as const, 'dnar' as const],
    };

    it('by another person, who is not told what was typed, and sees it written down', async () => {
      const { patientId } = await enrolled();
      const params = { patientId };
      const typist = world.person('nurse', { id: clerk.staff.id });
      expect(await typist.refused('open_second_reading', { params })).to.include({ code: 'not_for_typist' });
      const opened = await nurse.call('open_second_reading', { params });
      expect(opened).to.deep.include({ toCheck: [...allOf], hasName: false, phones: 2, picture: null });
      expect(JSON.stringify(opened)).not.to.match(/タカサキ|1940|0000-?0001/);
      const [entry] = await rows(`select data from audit_entry where chain_id = $1 and kind = 'record_viewed'`, [
        patientId,
      ]);
      expect(entry.data).to.deep.equal({ screen: 'second_reading', version: 1 });
    });

    const wrong: [string, Partial<typeof right>, string[]][] = [
      ['another birth date', { birth: 'S15.3.2' }, ['birth']],
      ['a kana too few', { nameKana: 'タカサ カオル' }, ['name']],
      ['a phone left out', { phones: ['090-0000-0001'] }, ['phone']],
      ['a choice that nobody compared', { agrees: ['dnar'] }, ['allergy']],
      ['nothing at all', { nameKana: '', birth: '', phones: [], agrees: [] }, [...allOf]],
    ];
    for (const [says, change, differs] of wrong)
      it(`that does not pass with ${says}`, async () => {
        const { patientId } = await enrolled();
        const typed = { ...right, ...change };
        const answer = await nurse.call('compare_second_reading', {
          params: { patientId },
          body: { version: 1, typed },
        });
        expect(answer).to.deep.equal({ status: 'differs', differs });
        expect((await rows('select status from record_life where patient_id = $1', [patientId]))[0].status).to.equal(
          'awaiting_second_reading',
        );
      });

    it('sent back, corrected and read again, and then it is in force', async () => {
      const { patientId } = await enrolled();
      const params = { patientId };
      await nurse.call('send_back_record', { params, body: { version: 1, keys: ['birth'] } });
      const queue = await clerk.call('inbox_queue', {});
      expect(queue.records.find((record) => record.patientId === patientId)).to.include({ status: 'draft' });
      const { version, draft } = await clerk.call('open_record_form', { params });
      const registration = { ...draft.registration, birth: 'S15.3.2' };
      const body = { version, draft: { ...draft, registration }, isFinished: true };
      const changed = await clerk.call('change_record', { params, body });
      expect(changed).to.include({ version: 2, life: 'awaiting_second_reading' });
      expect(await clerk.refused('change_record', { params, body })).to.include({ code: 'overtaken' });
      const typed = { ...right, birth: '昭和15年3月2日' };
      expect(await nurse.refused('compare_second_reading', { params, body: { version: 1, typed } })).to.include({
        code: 'overtaken',
      });
      await nurse.call('compare_second_reading', { params, body: { version: 2, typed } });
      expect((await rows('select status from record_life where patient_id = $1', [patientId]))[0].status).to.equal(
        'active',
      );
    });
  });

  it('finds who is enrolled already while somebody types, and says what was understood', async () => {
    const { patientId, code } = await enrolled();
    const body = { draft: minimumDraft(), patientId: null };
    const check = await clerk.call('check_draft', { body });
    expect(check.duplicates).to.deep.include({ patientId, code, why: 'name_and_birth' });
    const own = await clerk.call('check_draft', { body: { ...body, patientId } });
    expect(own.duplicates.map((one) => one.patientId)).not.to.include(patientId);
    const unknown = minimumDraft();
    unknown.registration.primary.doctor = withMemberCheckDigit('99999');
    const said = await clerk.call('check_draft', { body: { draft: unknown, patientId: null } });
    expect(said.findings.filter(({ level }) => level === 'refused')).to.have.lengthOf(1);
    expect(said.findings[0]).to.include({ code: 'unknown_doctor', path: 'registration.primary' });
  });

  it('understands a postal code by the list that the hub has read in, and by its first digits without one', async () => {
    const check = async (postal: string, address?: string) => {
      const draft = minimumDraft();
      Object.assign(draft.registration, { postal, address });
      const { findings, understood, offers } = await clerk.call('check_draft', { body: { draft, patientId: null } });
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

    expect(await importTowns(world.ctx.db, postalList)).to.equal(7);
    expect(await importTowns(world.ctx.db, postalList)).to.equal(7);
    const place = '神奈川県横浜市西区北軽井沢';
    expect(await check('〒２２０ー０００１')).to.deep.equal({
      doubts: [],
      place: `〒220-0001　${place}`,
      offer: place,
    });
    expect((await check('2400111', nishi)).doubts).to.deep.equal([['warning', 'postal_elsewhere']]);
    expect((await check('2209999', nishi)).doubts).to.deep.equal([['warning', 'postal_unknown']]);
    expect((await check('1000001', '東京都千代田区見本1')).doubts).to.deep.equal([]);
    const spoilt = await importTowns(world.ctx.db, 'no list').catch((error: Error) => error.message);
    expect(spoilt).to.match(/line 1 is no line of utf_ken_all.csv/);
    expect((await check('2200001', nishi)).place).to.equal(`〒220-0001　${place}`);
  });

  it('blacks a My Number out, and the page that is shown afterwards is another one', async () => {
    const itemId = await world.receivesForm();
    const params = { itemId };
    await rows('update inbox_item set may_hold_my_number = true where id = $1', [itemId]);
    const before = await clerk.call('open_item', { params });
    const box = before.picture!.boxes.insured!;
    expect(await nurse.refused('mask_item', { params, body: { boxes: [box] } })).to.include({ code: 'item_taken' });
    expect(await clerk.call('mask_item', { params, body: { boxes: [box] } })).to.deep.equal({ masked: 1 });
    const after = await clerk.call('open_item', { params });
    expect(after.mayHoldMyNumber).to.equal(false);
    expect(after.picture!.png).not.to.equal(before.picture!.png);
  });

  it('takes the counts of a bed sheet as of when it came', async () => {
    const [hospital] = await rows(`select hospital.id, code from hospital
      join hospital_bed_type on hospital_id = hospital.id and bed_type = 'general' and staffed >= 2 order by code limit 1`);
    const code = { ...codeOf.beds, subject: hospital.code };
    const blank = (await blankForms({ ...codeOf, beds: code })).beds;
    const receivedAt = world.ctx.clock.now();
    const [itemId] = await world.receives([tickForm(blank, 'beds', ['general.acceptance=open'])], { receivedAt });
    const params = { itemId: itemId! };
    const { beds } = await clerk.call('open_item', { params });
    expect(beds?.types.find(({ bedType }) => bedType === 'general')).to.include({ ticked: 'open' });
    const offers = [{ bedType: 'general' as const, freeCount: 2, acceptance: 'open' as const }];
    const body = { as: 'reported' as const, hospitalId: beds!.hospitalId, offers };
    await clerk.call('settle_item', { params, body });
    const [offer] = await rows(
      `select free_count, as_of from bed_offer where hospital_id = $1 and bed_type = 'general'`,
      [hospital.id],
    );
    expect(offer).to.deep.equal({ free_count: 2, as_of: receivedAt });
    expect(await clerk.refused('settle_item', { params, body })).to.include({ code: 'item_settled' });
  });

  it('files a page that is none of ours with what a person noted on it, sealed as the page is', async () => {
    const [itemId = ''] = await world.receives([blankPage(1728, 2292, fine)]);
    const params = { itemId };
    expect((await clerk.call('open_item', { params })).kind).to.equal('other');
    await clerk.call('keep_typed', { params, body: { draft: null, note: '往診車の駐車場の案内' } });
    expect(await clerk.call('settle_item', { params, body: { as: 'filed' } })).to.deep.equal({ isSenderTold: false });
    const { items } = await clerk.call('inbox_queue', {});
    expect(items.map(({ id }) => id)).not.to.include(itemId);
    const [item] = await rows('select status, outcome, settled_by from inbox_item where id = $1', [itemId]);
    expect(item).to.deep.equal({ status: 'settled', outcome: 'filed', settled_by: clerk.staff.id });
    const [kept] = await rows('select * from inbox_draft where item_id = $1', [itemId]);
    const stored = Object.values(kept).map((value) => (Buffer.isBuffer(value) ? value : Buffer.from(String(value))));
    expect(Buffer.concat(stored).includes('駐車場')).to.equal(false);
    expect(await typedOf(world.ctx.db, world.ctx, itemId)).to.deep.equal({ draft: null, note: '往診車の駐車場の案内' });
  });

  describe('has a request form asked again by the night side', () => {
    const requestForm = async () => {
      const [itemId] = await world.receives([tickForm((await blankForms()).request, 'request', ['reply_to=fax1'])]);
      await rows(`update inbox_item set status = 'waiting', outcome = null where id = $1`, [itemId]);
      return itemId!;
    };
    const typed = { cardNumber: '5123 4567 8953', birth: 'S15.3.1', nameKana: '' };
    const caseKey = () => world.patients.ctx.caseKey;

    it('once that has published its key, sealed to it, and the answer stands in the queue', async () => {
      const params = { itemId: await requestForm() };
      await rows('delete from night_key');
      expect(await clerk.refused('ask_again', { params, body: typed })).to.include({ code: 'no_night_key' });
      await publishNightKey(world.ctx.db, caseKey(), world.ctx.clock.now());
      for (const [change, code] of [
        [{ cardNumber: '512345678954' }, 'card_unread'],
        [{ birth: '3月' }, 'birth_unread'],
        [{ birth: '' }, 'kana_unread'],
      ] as const)
        expect(await clerk.refused('ask_again', { params, body: { ...typed, ...change } })).to.include({ code });
      await clerk.call('ask_again', { params, body: typed });
      expect(await clerk.refused('ask_again', { params, body: typed })).to.include({ code: 'already_asking' });
      const [stored] = await rows('select sealed from typed_request where item_id = $1', [params.itemId]);
      expect((stored.sealed as Buffer).toString('latin1')).not.to.match(/5123|1940/);
      const state = async () =>
        (await clerk.call('inbox_queue', {})).items.find(({ id }) => id === params.itemId)?.asked;
      expect(await state()).to.equal('asking');
      expect(await answerTypedRequests(world.night, caseKey())).to.equal(1);
      expect(await answerTypedRequests(world.night, caseKey())).to.equal(0);
      // Nobody ever issued this serial: that is what the night side finds.
      expect(
        await rows('select outcome, reason, sealed from typed_request where item_id = $1', [params.itemId]),
      ).to.deep.equal([{ outcome: 'inbox', reason: 'serial_unknown', sealed: null }]);
      expect(await state()).to.equal('serial_unknown');
    });

    it('and is told to type it once more when the case key has changed meanwhile', async () => {
      const params = { itemId: await requestForm() };
      await publishNightKey(world.ctx.db, caseKey(), world.ctx.clock.now());
      await clerk.call('ask_again', { params, body: typed });
      await answerTypedRequests(world.night, Buffer.alloc(32, 7));
      expect((await rows('select outcome from typed_request where item_id = $1', [params.itemId]))[0].outcome).to.equal(
        'unreadable',
      );
    });
  });

  it('seals to the night side so that no other key, no other purpose and no altered byte opens it', () => {
    const { caseKey, random } = world.patients.ctx;
    const sealed = sealToNight(Buffer.from('見本'), nightPublicKey(caseKey), 'a', random);
    expect(openAtNight(sealed, caseKey, 'a').toString()).to.equal('見本');
    const altered = Buffer.from(sealed);
    altered[40]! ^= 1;
    for (const open of [
      () => openAtNight(sealed, Buffer.alloc(32, 1), 'a'),
      () => openAtNight(sealed, caseKey, 'b'),
      () => openAtNight(altered, caseKey, 'a'),
      () => openAtNight(sealed.subarray(0, 20), caseKey, 'a'),
    ])
      expect(open).to.throw(/does not open|cut short/);
  });

  it('finds what waits by its index among a hundred thousand pages', async () => {
    await inTransaction(world.ctx.db, async (tx) => {
      await tx.query('set local statement_timeout = 0');
      await tx.query(
        `insert into inbox_item (id, association_id, received_fax_id, page_no, kind, status, outcome, settled_by, settled_at,
          received_at)
        select 'pg_many' || n, $1, 'fi_many' || n, 1, 'other', 'settled', 'filed', 'op_x', now(), now()
        from generate_series(1, 100000) n`,
        [world.associationId],
      );
    });
    await world.ctx.db.query('analyze inbox_item');
    const explained = await world.ctx.db.query(`explain ${queueStatement}`, [world.associationId, new Date(), 200]);
    const plan = explained.rows.map((row) => row['QUERY PLAN']).join('\n');
    expect(plan).to.include('inbox_item_waiting').and.not.to.include('Seq Scan on inbox_item');
  });
});
