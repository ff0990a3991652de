import { expect } from 'chai';
import { setCardCopyPolicy } from '../../src/disclosures/actions.ts';
import { issueSerials } from '../../src/disclosures/paper.ts';
import { type BilevelPage, blankPage, fine } from '../../src/imaging/bilevel.ts';
import { completeRequest, hubInbox, openItem } from '../../src/inbox/actions.ts';
import { readers } from '../../src/paper/reader/pool.ts';
import { drawCard } from '../support/card-copy.ts';
import { mulberry } from '../support/chance.ts';
import { a4Height, degrade, typical } from '../support/degrade.ts';
import { type FaxNight, openFaxNight } from '../support/fax-night.ts';
import { blankForms, codeOf, tickForm } from '../support/filled-form.ts';
import { lay } from '../support/lay.ts';
import { recordScene, type Scene } from '../support/record-scene.ts';
import { createWorld, type World } from '../support/world.ts';

const clinic = '+81450001234';
const stranger = '+81450009999';

const copyOf = (card: string): BilevelPage =>
  degrade(drawCard(card, mulberry(1)), {
    ...{ seed: 7, level: typical, resolution: 'fine', turnedDegrees: 31 },
    centre: { x: 800, y: 900 },
  });

describe('a record asked for by fax', function () {
  this.timeout(180_000);
  let world: World;
  let scene: Scene;
  let night: FaxNight;
  beforeEach(async () => {
    world = await createWorld();
    scene = await recordScene(world);
    night = await openFaxNight(world, [clinic, stranger]);
    await setCardCopyPolicy(world.ctx, world.town.associationId, 'pseudonymous');
  });
  afterEach(async () => {
    await night.close();
    await world.close();
  });
  after(() => readers().close());

  const rows = async (sql: string) => (await world.db.query(sql)).rows;
  const inbox = () => hubInbox(world.db, world.town.associationId);
  const hubDesk = () => ({ db: world.db, clock: world.clock, hubKeys: night.hub.keys });

  it('comes for a copy of the card, as a pseudonymous page in the tray of the machine that is registered', async () => {
    await night.faxes(clinic, copyOf(scene.patient.card));
    await night.passes(240);
    expect(await rows('select form, doctor_id from disclosure')).to.deep.equal([
      { form: 'pseudonymous', doctor_id: scene.doctor.id },
    ]);
    const tray = await night.tray(clinic);
    expect(tray.map(({ pages, partial }) => [pages.length, partial])).to.deep.equal([[1, false]]);
    expect(await rows('select kind, status, outcome from inbox_item')).to.deep.equal([
      { kind: 'card_copy', status: 'done', outcome: 'released' },
    ]);
    expect(await inbox()).to.deep.equal([]);
    // What came in is with the hub and nowhere else.
    const [received] = await rows('select status, content, remote_deleted_at from received_fax');
    expect(received).to.include({ status: 'handled', content: null });
    expect(received.remote_deleted_at).to.be.instanceOf(Date);
    expect(world.complaints).to.deep.equal([]);
  });

  it('comes for a request form once a person has typed what was written by hand, and the serial is good once', async () => {
    const { associationId } = world.town;
    const [serial] = await issueSerials(world.ctx, {
      ...{ associationId, doctorId: scene.doctor.id, count: 1, operator: 'op_1' },
    });
    const code = { kind: 'request', version: 1, serial: serial!, subject: scene.doctor.code } as const;
    const blank = (await blankForms({ ...codeOf, request: code })).request;
    const ticked = tickForm(blank, 'request', ['reply_to=fax1', 'reason=emergency', 'patient_side=family']);
    const sheet = lay(drawCard(scene.patient.card, mulberry(5)), ticked, 480, 520);
    await night.faxes(clinic, degrade(sheet, { seed: 9, level: typical, resolution: 'fine' }));
    await night.passes(180);
    // The birth date is handwriting: nothing left, and the serial is not used up.
    expect(await night.tray(clinic)).to.deep.equal([]);
    const [item] = await inbox();
    expect(item).to.include({ kind: 'request', reason: 'form_incomplete', isAlarmed: false });

    const by = { associationId, itemId: item!.id, operatorId: 'op_night' };
    const fields = (await openItem(hubDesk(), by))!.page!.fields!;
    expect(fields.cards).to.deep.equal([scene.patient.card]);
    expect(fields.crops.map(({ field }) => field)).to.include('second_birth');
    const typed = { cardNumber: fields.cards[0]!, second: { birthDate: scene.birth } };
    expect(await completeRequest(world.ctx, by, fields, typed)).to.include({ outcome: 'released' });
    await night.passes(120);
    expect(await rows('select reason, consent, form from disclosure')).to.deep.equal([
      { reason: 'emergency_visit', consent: 'family', form: 'full' },
    ]);
    expect(await night.tray(clinic)).to.have.length(1);
    expect(await rows('select is_alarmed from release_page where kind = $$record$$')).to.deep.equal([
      { is_alarmed: false },
    ]);
    expect(await inbox()).to.deep.equal([]);
    expect(await completeRequest(world.ctx, by, fields, typed)).to.deep.equal({ outcome: 'not_waiting' });
    expect(await rows('select 1 from request_inbox where settled_at is null')).to.deep.equal([]);
  });

  it('comes to nobody for a copy from a number that nobody registered: the hub sees an alarm', async () => {
    await night.faxes(stranger, copyOf(scene.patient.card));
    await night.passes(240);
    expect(await rows('select 1 from disclosure')).to.deep.equal([]);
    expect(await rows('select 1 from fax')).to.deep.equal([]);
    for (const machine of [clinic, stranger]) expect(await night.tray(machine)).to.deep.equal([]);
    const [item] = await inbox();
    expect(item).to.include({ kind: 'card_copy', reason: 'sender_unknown', isAlarmed: true, mayHoldMyNumber: true });
    expect(world.complaints.join()).to.include('paper_request_alarmed').and.not.to.include(scene.patient.card);
  });

  it('is not disturbed by a bomb: its sender is told at his registered machine, a stranger is not, and the next page is read', async () => {
    for (const from of [clinic, stranger]) {
      night.handsOver(bomb);
      await night.faxes(from, blankPage(1728, a4Height, fine));
      await night.passes(180);
    }
    const items = await inbox();
    expect(items.map(({ kind, reason }) => [kind, reason])).to.deep.equal([
      ['refused_file', 'too_big'],
      ['refused_file', 'too_big'],
    ]);
    expect(await night.tray(clinic)).to.have.length(1);
    expect(await night.tray(stranger)).to.deep.equal([]);
    expect(await rows('select purpose from fax')).to.deep.equal([{ purpose: 'refusal' }]);
    await night.faxes(clinic, copyOf(scene.patient.card));
    await night.passes(240);
    expect(await night.tray(clinic)).to.have.length(2);
  });
});

/** A TIFF of a hundred bytes that claims a page of ten thousand million pixels. */
const bomb = ((): Buffer => {
  const file = Buffer.alloc(64);
  file.write('II*\0', 'latin1');
  file.writeUInt32LE(8, 4);
  file.writeUInt16LE(3, 8);
  for (const [index, [tag, value]] of [
    [256, 100_000],
    [257, 100_000],
    [259, 4],
  ].entries()) {
    file.writeUInt16LE(tag!, 10 + 12 * index);
    file.writeUInt16LE(4, 12 + 12 * index);
    file.writeUInt32LE(1, 14 + 12 * index);
    file.writeUInt32LE(value!, 18 + 12 * index);
  }
  return file;
})();
