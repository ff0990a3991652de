import { expect } from 'chai';
import { isBlack } from '../../src/imaging/bilevel.ts';
import { decodePng } from '../../src/imaging/png.ts';
import { enrolmentDesk, hubInbox, openItem, settleItem } from '../../src/inbox/actions.ts';
import { enrolmentDraft, sourceImage, withTyped } from '../../src/inbox/enrolment-draft.ts';
import { checkMyNumber } from '../../src/inbox/my-number.ts';
import { receivedHook } from '../../src/inbox/receive.ts';
import { pixelsOf } from '../../src/inbox/sealed-page.ts';
import { readers } from '../../src/paper/reader/pool.ts';
import { enrolPatient } from '../../src/patients/actions.ts';
import { parseContent } from '../../src/records/record.ts';
import { closePatient, issueCard, openByCard, stockCards } from '../../src/vault/actions.ts';
import { bothHubKeys } from '../../src/vault/hub.ts';
import { rotateHubKey } from '../../src/vault/rotation.ts';
import { degrade, typical } from '../support/degrade.ts';
import { minimumDraft } from '../support/drafts.ts';
import { blankForms, codeOf, tickForm } from '../support/filled-form.ts';
import { hubOne, hubTwo } from '../vault/hubs.ts';
import { type InboxWorld, openInbox, tiffOf } from './support.ts';

describe('an enrolment form that came in by fax', function () {
  this.timeout(120_000);
  let world: InboxWorld;
  let content: Buffer;
  before(async () => {
    world = await openInbox();
    const ticks = [
      ...['reg_kind=new', 'sex=female', 'birth=showa', 'residence=together', 'allergy=unknown', 'infection=none'],
      ...['procedures=oxygen', 'procedures=ventilator', 'adl_bedridden=B1', 'acp=everything', 'consent_to=yes'],
      ...['consent_fax=yes', 'consent_hosp=ambulance', 'consent_by=self'],
    ];
    const sheet = tickForm((await blankForms()).enrolment, 'enrolment', ticks);
    content = await tiffOf(degrade(sheet, { seed: 21, level: typical, resolution: 'fine' }));
  });
  after(async () => {
    await readers().close();
    await world.close();
  });
  const hook = () =>
    receivedHook(
      () => world.ctx,
      () => world.ctx.hub,
    );
  const by = (itemId: string) => ({ associationId: world.patients.associationId, itemId, operatorId: 'op_typist' });

  it('waits at the desk once, sealed; typed with its ticks it becomes a patient whose card opens the record', async () => {
    const { patients, ctx } = world;
    const fax = world.fax();
    expect(await hook().onFaxReceived(fax, content)).to.equal('sealed');
    expect(await hook().onFaxReceived(fax, content)).to.equal('sealed');
    const [waiting, ...others] = await enrolmentDesk(ctx.db, patients.associationId);
    expect(others).to.deep.equal([]);
    expect(waiting).to.include({ kind: 'enrolment', reason: 'to_enrol', receivedFaxId: fax.id, pageNo: 1 });
    expect(await hubInbox(ctx.db, patients.associationId)).to.deep.equal([]);

    // Nothing of the page is readable without the hub's key, and neither are the ticks.
    const stored = (await world.rows('select * from inbox_item'))[0]!;
    const inClear = JSON.stringify({ ...stored, sealed_page: null, sealed_fields: null, hub_wrap: null });
    expect(inClear).not.to.match(/female|allergy|procedures|showa|ambulance/);
    for (const column of ['sealed_page', 'sealed_fields'])
      expect((stored[column] as Buffer).toString('latin1')).not.to.match(/PNG|ticked/);

    const opened = await openItem(patients.ctx, by(waiting!.id));
    expect(opened?.page?.png.subarray(1, 4).toString()).to.equal('PNG');
    const { form, ticks, crops } = opened!.page!.fields!;
    expect(form).to.deep.equal(codeOf.enrolment);
    const read = enrolmentDraft({ form: form!, ticks, crops });
    expect(read.unclear).to.deep.equal([]);
    expect(read.draft).to.deep.equal({
      registration: {
        ...{ regKind: 'new', sex: 'female', residence: { kind: 'with_family' }, consentTo: true, consentFax: true },
        ...{ consentHosp: { ambulance: true }, consentBy: { who: 'patient' } },
      },
      record: {
        ...{ allergy: { state: 'unknown' }, infection: { state: 'none' }, adl: { bedridden: 'B1' } },
        ...{ codeStatus: { status: 'attempt' }, procedures: { state: 'present', items: [{ kind: 'home_oxygen' }] } },
      },
    });
    expect(read.hints).to.deep.include(['procedures', 'ventilator']).and.to.deep.include(['birth', 'showa']);
    expect(read.crops.find(({ field }) => field === 'name_kana')).to.include({ path: 'registration.nameKana' });

    // What a person types from the crops; sex, allergy and consent come from the ticks.
    const { registration, record } = minimumDraft();
    const { sex: _sex, consentTo: _consent, ...typedPerson } = registration;
    const { allergy: _allergy, ...typedRecord } = record;
    const { who: _who, ...consentBy } = typedPerson.consentBy;
    const image = sourceImage({ id: waiting!.id, sha256: opened!.page!.sha256 }, read.crops);
    const draft = withTyped(read.draft, {
      registration: { ...typedPerson, consentBy, sourceImage: image },
      record: typedRecord,
    });
    await stockCards(patients.vault.night, 1);
    const { associationId } = patients;
    const card = await patients.vault.inTransaction(async (tx) => {
      const enrolled = await enrolPatient(tx, patients.ctx, {
        ...{ associationId, draft, by: 'op_typist', cause: 'console', isFinished: true },
      });
      if (enrolled.status === 'refused') throw new Error(JSON.stringify(enrolled.findings));
      const { patientId } = enrolled;
      const settled = await settleItem(tx, ctx, by(waiting!.id), { outcome: 'enrolled', patientId });
      expect(settled).to.deep.equal({ status: 'settled', isSenderTold: false });
      const issued = await issueCard(tx, patients.ctx, {
        associationId,
        patientId,
        actor: 'operator:op_typist',
        cause: 'console',
      });
      if ('refused' in issued) throw new Error(issued.refused);
      return { ...issued, patientId };
    });
    const found = await openByCard(patients.vault.night, associationId, card.number);
    const atNight = 'refused' in found ? found.refused : parseContent(found.content).registration.sex;
    expect(atNight).to.equal('female');
    expect(await enrolmentDesk(ctx.db, associationId)).to.deep.equal([]);

    // The crops have gone, the page stays beside the record until the patient is closed for good.
    const again = await openItem(patients.ctx, by(waiting!.id));
    expect(again?.item).to.include({ status: 'settled', outcome: 'enrolled', patientId: card.patientId });
    expect(again?.page?.fields).to.equal(null);
    const second = await patients.vault.inTransaction((tx) =>
      settleItem(tx, ctx, by(waiting!.id), { outcome: 'filed', patientId: null }),
    );
    expect(second).to.deep.equal({ status: 'refused', why: 'not_waiting' });
    await patients.vault.inTransaction((tx) =>
      closePatient(tx, ctx, { associationId, patientId: card.patientId, actor: 'operator:op_1', cause: 'test' }),
    );
    expect((await openItem(patients.ctx, by(waiting!.id)))?.page).to.equal(null);
    expect(await patients.kindsInLog(waiting!.id)).to.deep.equal([
      ...['page_sealed', 'page_set_aside', 'page_opened', 'item_settled', 'page_opened', 'page_opened'],
    ]);
  });

  it('loses a My Number that a person finds on it, from the picture and from the crops, and opens under a new hub key', async () => {
    const fax = world.fax();
    await hook().onFaxReceived(fax, content);
    const { ctx } = world.patients;
    const item = (await enrolmentDesk(ctx.db, world.patients.associationId)).find(
      (each) => each.receivedFaxId === fax.id,
    )!;
    const before = (await openItem(ctx, by(item.id)))!.page!;
    const { box } = before.fields!.crops.find(({ field }) => field === 'insured')!;
    const mask = pixelsOf(box);
    const dark = async (png: Buffer) => {
      const page = await decodePng(png);
      const points = [0.1, 0.5, 0.9].map((part) => [mask.x + mask.width * part, mask.y + mask.height * part] as const);
      return points.every(([x, y]) => isBlack(page, Math.round(x), Math.round(y)));
    };
    expect(await dark(before.png)).to.equal(false);
    expect(await checkMyNumber(ctx, by(item.id), [mask])).to.deep.equal({ status: 'checked', masked: 1 });
    const after = (await openItem(ctx, by(item.id)))!;
    expect(after.item.mayHoldMyNumber).to.equal(false);
    expect(await dark(after.page!.png)).to.equal(true);
    const crops = after.page!.fields!.crops.map(({ field }) => field);
    expect(crops).to.include('name_kana');
    expect(crops).not.to.include('insured');
    const again = await checkMyNumber(ctx, { ...by(item.id), associationId: 'as_other' }, []);
    expect(again).to.deep.equal({ status: 'refused', why: 'unknown_item' });

    const parts = { db: ctx.db, clock: ctx.clock, random: ctx.random, hub: hubTwo.certificate, batchSize: 2 };
    const hubKeys = bothHubKeys(hubTwo.keys, hubOne.keys);
    const rotated = await rotateHubKey(
      { ...parts, hubKeys, onBatch: () => undefined },
      { actor: 'operator:op_1', cause: 'test' },
    );
    expect(rotated.pages).to.deep.include({ unopened: [] });
    expect(rotated.pages.done).to.be.above(0);
    const opened = await openItem({ db: ctx.db, clock: ctx.clock, hubKeys: hubTwo.keys }, by(item.id));
    expect(opened!.page!.sha256).to.equal(after.page!.sha256);
  });

  it('is one item when two processes take it in at once', async () => {
    const fax = world.fax();
    await Promise.all([1, 2, 3].map(() => hook().onFaxReceived(fax, content)));
    const items = await enrolmentDesk(world.ctx.db, world.patients.associationId);
    expect(items.filter(({ receivedFaxId }) => receivedFaxId === fax.id)).to.have.length(1);
  });

  it('that broke off in the middle waits as such, whatever was read of it', async () => {
    const fax = world.fax({ isPartial: true });
    await hook().onFaxReceived(fax, content);
    const items = await world.rows(`select kind, status, reason from inbox_item where received_fax_id = '${fax.id}'`);
    expect(items).to.deep.equal([{ kind: 'enrolment', status: 'waiting', reason: 'partial' }]);
  });
});
