import { expect } from 'chai';
import { inTransaction } from '../../src/db.ts';
import { blankPage, fine } from '../../src/imaging/bilevel.ts';
import { queueStatement } from '../../src/inbox/desk-store.ts';
import { typedOf } from '../../src/inbox/typing.ts';
import { plusSeconds } from '../../src/lib/clock.ts';
import { minimumDraft } from '../support/drafts.ts';
import { blankForms, codeOf, tickForm } from '../support/filled-form.ts';
import { useDesk } from './inbox-support.ts';

describe('the desk where pages wait', () => {
  const desk = useDesk();

  describe('gives a page', () => {
    it('to one of many who reach for it at once, and tells the others who has it', async () => {
      const itemId = await desk.byHand();
      await desk.clerk.call('release_item', { params: { itemId } });
      const people = Array.from({ length: 12 }, (_, place) => desk.person('clerk', { name: `職員${place}` }));
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
      expect(await desk.nurse.refused('keep_typed', { params, body: typed })).to.include({ code: 'item_taken' });
      const enrol = { params, body: { draft: minimumDraft() } };
      expect(await desk.nurse.refused('enrol_patient', enrol)).to.include({ code: 'item_taken' });
      expect(
        await desk.rows(`select kind from audit_entry where chain_id = $1 and kind = 'item_claimed'`, [itemId]),
      ).to.have.length(1);
    });

    it('to the next when nobody has worked on it for twenty minutes', async () => {
      const itemId = await desk.byHand();
      const params = { itemId };
      expect(await desk.nurse.refused('claim_item', { params })).to.include({ status: 409, code: 'item_taken' });
      await desk.rows('update inbox_item set claimed_until = $2 where id = $1', [
        itemId,
        plusSeconds(desk.ctx.clock.now(), -1),
      ]);
      const queued = (await desk.nurse.call('inbox_queue', {})).items.find(({ id }) => id === itemId);
      expect(queued?.claim).to.equal(null);
      await desk.nurse.call('claim_item', { params });
      expect(await desk.clerk.refused('claim_item', { params })).to.include({ code: 'item_taken' });
    });
  });

  it('shows another association nothing, and lets nobody without the permission in', async () => {
    const itemId = await desk.receivesForm();
    const other = await desk.patients.vault.association();
    const stranger = desk.person('clerk', { associationId: other });
    expect(await stranger.call('inbox_queue', {})).to.deep.equal({ items: [], records: [] });
    const params = { itemId };
    for (const operation of ['claim_item', 'open_item'] as const)
      expect(await stranger.refused(operation, { params })).to.include({ status: 404, code: 'not_found' });
    const body = { draft: minimumDraft() };
    expect(await stranger.refused('enrol_patient', { params, body })).to.include({ status: 404 });
    expect(await stranger.refused('mask_item', { params, body: { boxes: [] } })).to.include({ status: 404 });
    const settled = { params, body: { as: 'filed' as const } };
    expect(await stranger.refused('settle_item', settled)).to.include({ status: 404 });
    const { patientId } = await desk.enrolled();
    const patient = { params: { patientId } };
    const foreign = desk.person('nurse', { associationId: other });
    for (const operation of ['open_second_reading', 'open_record_form', 'card_letter'] as const)
      expect((await foreign.refused(operation, patient)).status).to.equal(404);
    for (const role of ['auditor', 'administrator'] as const)
      expect(await desk.person(role).refused('open_item', { params })).to.include({ code: 'not_permitted' });
    expect(await desk.clerk.refused('open_second_reading', patient)).to.include({ code: 'not_permitted' });
    expect((await desk.rows('select claimed_by from inbox_item where id = $1', [itemId]))[0]).to.deep.equal({
      claimed_by: null,
    });
  });

  it('blacks a My Number out, and the page that is shown afterwards is another one', async () => {
    const itemId = await desk.receivesForm();
    const params = { itemId };
    await desk.rows('update inbox_item set may_hold_my_number = true where id = $1', [itemId]);
    const before = await desk.clerk.call('open_item', { params });
    const box = before.picture!.boxes.insured!;
    expect(await desk.nurse.refused('mask_item', { params, body: { boxes: [box] } })).to.include({
      code: 'item_taken',
    });
    expect(await desk.clerk.call('mask_item', { params, body: { boxes: [box] } })).to.deep.equal({ masked: 1 });
    const after = await desk.clerk.call('open_item', { params });
    expect(after.mayHoldMyNumber).to.equal(false);
    expect(after.picture!.png).not.to.equal(before.picture!.png);
  });

  it('takes the counts of a bed sheet as of when it came', async () => {
    const [hospital] = await desk.rows(`select hospital.id, code from hospital
      join hospital_bed_type on hospital_id = hospital.id and bed_type = 'general' and staffed >= 2 order by code limit 1`);
    const code = { ...codeOf.beds, subject: hospital.code };
    const blank = (await blankForms({ ...codeOf, beds: code })).beds;
    const receivedAt = desk.ctx.clock.now();
    const [itemId] = await desk.receives([tickForm(blank, 'beds', ['general.acceptance=open'])], { receivedAt });
    const params = { itemId: itemId! };
    const { beds } = await desk.clerk.call('open_item', { params });
    expect(beds?.types.find(({ bedType }) => bedType === 'general')).to.include({ ticked: 'open' });
    const offers = [{ bedType: 'general' as const, freeCount: 2, acceptance: 'open' as const }];
    const body = { as: 'reported' as const, hospitalId: beds!.hospitalId, offers };
    await desk.clerk.call('settle_item', { params, body });
    const [offer] = await desk.rows(
      `select free_count, as_of from bed_offer where hospital_id = $1 and bed_type = 'general'`,
      [hospital.id],
    );
    expect(offer).to.deep.equal({ free_count: 2, as_of: receivedAt });
    expect(await desk.clerk.refused('settle_item', { params, body })).to.include({ code: 'item_settled' });
  });

  it('files a page that is none of ours with what a person noted on it, sealed as the page is', async () => {
    const [itemId = ''] = await desk.receives([blankPage(1728, 2292, fine)]);
    const params = { itemId };
    expect((await desk.clerk.call('open_item', { params })).kind).to.equal('other');
    await desk.clerk.call('keep_typed', { params, body: { draft: null, note: '往診車の駐車場の案内' } });
    expect(await desk.clerk.call('settle_item', { params, body: { as: 'filed' } })).to.deep.equal({
      isSenderTold: false,
    });
    const { items } = await desk.clerk.call('inbox_queue', {});
    expect(items.map(({ id }) => id)).not.to.include(itemId);
    const [item] = await desk.rows('select status, outcome, settled_by from inbox_item where id = $1', [itemId]);
    expect(item).to.deep.equal({ status: 'settled', outcome: 'filed', settled_by: desk.clerk.staff.id });
    const [kept] = await desk.rows('select * from inbox_draft where item_id = $1', [itemId]);
    const stored = Object.values(kept).map((value) => (Buffer.isBuffer(value) ? value : Buffer.from(String(value))));
    expect(Buffer.concat(stored).includes('駐車場')).to.equal(false);
    expect(await typedOf(desk.ctx.db, desk.ctx, itemId)).to.deep.equal({ draft: null, note: '往診車の駐車場の案内' });
  });

  it('finds what waits by its index among a hundred thousand pages', async () => {
    await inTransaction(desk.ctx.db, async (tx) => {
      await tx.query('set local statement_timeout = 0');
      await tx.query(
        `insert into inbox_item (id, association_id, received_fax_id, page_no, kind, status, outcome, settled_by, settled_at,
          received_at)
        select 'pg_many' || n, $1, 'fi_many' || n, 1, 'other', 'settled', 'filed', 'op_x', now(), now()
        from generate_series(1, 100000) n`,
        [desk.associationId],
      );
    });
    await desk.ctx.db.query('analyze inbox_item');
    const explained = await desk.ctx.db.query(`explain ${queueStatement}`, [desk.associationId, new Date(), 200]);
    const plan = explained.rows.map((row) => row['QUERY PLAN']).join('\n');
    expect(plan).to.include('inbox_item_waiting').and.not.to.include('Seq Scan on inbox_item');
  });
});
