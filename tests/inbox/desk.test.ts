import { expect } from 'chai';
import { admitToBed, askForBed, hospitalsToAsk } from '../../src/beds/actions.ts';
import { inTransaction } from '../../src/db.ts';
import { blankPage, fine } from '../../src/imaging/bilevel.ts';
import { hubInbox, openItem, type Settlement, settleItem } from '../../src/inbox/actions.ts';
import { receivedHook } from '../../src/inbox/receive.ts';
import { sendReplies } from '../../src/inbox/replies.ts';
import { plusSeconds } from '../../src/lib/clock.ts';
import { readers } from '../../src/paper/reader/pool.ts';
import { LogWorld } from '../audit/log-builder.ts';
import { a4Height } from '../support/degrade.ts';
import { blankForms, codeOf, tickForm } from '../support/filled-form.ts';
import { clinicFax, type InboxWorld, openInbox, tiffOf } from './support.ts';

describe('the hub’s inbox', function () {
  this.timeout(120_000);
  let world: InboxWorld;
  let associationId: string;
  beforeEach(async () => {
    world = await openInbox();
    ({ associationId } = world.patients);
  });
  afterEach(() => world.close());
  after(() => readers().close());

  const hook = () =>
    receivedHook(
      () => world.ctx,
      () => world.ctx.hub,
    );
  const inbox = () => hubInbox(world.ctx.db, associationId);
  const settle = (itemId: string, as: Settlement) =>
    inTransaction(world.ctx.db, (tx) => settleItem(tx, world.ctx, { associationId, itemId, operatorId: 'op_1' }, as));
  const replies = () => world.rows(`select destination_id, purpose, pages from fax where purpose = 'refusal'`);
  const whitePage = () => tiffOf(blankPage(1728, a4Height, fine));
  const truncated = async () => (await whitePage()).subarray(0, 40);
  const offers = () =>
    world.rows('select bed_type, free_count, acceptance, source, as_of from bed_offer order by bed_type');

  describe('takes a hospital’s sheet', () => {
    let hospitalId: string;
    let code: string;
    let blanks: Awaited<ReturnType<typeof blankForms>>;
    beforeEach(async () => {
      const [hospital] = await world.rows(
        `select hospital.id, code, min(bed_type) as bed_type from hospital
        join hospital_bed_type on hospital_id = hospital.id
        group by hospital.id having bool_or(bed_type = 'general') order by code limit 1`,
      );
      hospitalId = hospital!.id as string;
      code = hospital!.code as string;
      await world.ctx.db.query('delete from bed_offer');
      blanks = await blankForms({ ...codeOf, beds: { ...codeOf.beds, subject: code } });
    });
    /** How a bed would be asked for at this hospital now. */
    const asked = async () => {
      const wanted = { associationId, patientId: null, at: world.ctx.clock.now() };
      await world.ctx.db.query('update hospital set takes_by_day = (id = $1)', [hospitalId]);
      await world.ctx.db.query(`delete from duty_rule where kind = 'hospital'`);
      return (await hospitalsToAsk(world.ctx.db, wanted)).hospitals[0];
    };
    /** A patient was given a general bed so many seconds from now, by a key at its desk. */
    const admitted = async (id: string, seconds: number) => {
      const caseId = await new LogWorld(world.ctx.db).case(associationId);
      const requestId = world.ctx.ids.next('br');
      const at = plusSeconds(world.ctx.clock.now(), seconds);
      const request = { requestId, caseId, hospitalId: id, bedType: 'general', at, holdSeconds: 90 };
      await inTransaction(world.ctx.db, (tx) => askForBed(tx, request));
      expect(await inTransaction(world.ctx.db, (tx) => admitToBed(tx, requestId, at))).to.equal(true);
    };
    const sheet = (...boxes: string[]) => tiffOf(tickForm(blanks.beds, 'beds', boxes));

    it('from its own machine: × holds from when it came, and each sheet counts once', async () => {
      await world.confirmed({ hospitalId });
      const fax = world.fax();
      const closed = await sheet('general.acceptance=closed');
      await hook().onFaxReceived(fax, closed);
      await hook().onFaxReceived(fax, closed);
      const now = { bed_type: 'general', free_count: 0, acceptance: 'closed', source: 'form', as_of: fax.receivedAt };
      expect(await offers()).to.deep.equal([now]);
      expect(await inbox()).to.deep.equal([]);
      // The same sheet again, on another day and with another tick: somebody copied it.
      await world.patients.vault.clock.advanceTo(
        new Date(fax.receivedAt.getTime() + 86_400_000),
        async () => undefined,
      );
      await hook().onFaxReceived(world.fax(), await sheet('general.acceptance=open'));
      expect(await offers()).to.deep.equal([now]);
      expect((await inbox()).map(({ kind, reason }) => [kind, reason])).to.deep.equal([['beds', 'serial_used']]);
    });

    it('with a count by hand only as far as nothing is guessed', async () => {
      await world.confirmed({ hospitalId });
      await hook().onFaxReceived(world.fax(), await sheet('general.acceptance=open'));
      // Open, and nobody has typed how many: its desk is asked, and nothing is shown as free.
      expect(await offers()).to.deep.equal([
        { bed_type: 'general', free_count: null, acceptance: 'open', source: 'form', as_of: world.ctx.clock.now() },
      ]);
      expect(await asked()).to.include({ hospitalId, beds: 'to_ask' });
      const [item] = await inbox();
      expect(item).to.include({ kind: 'beds', reason: 'counts_by_hand' });
      // A person types what was written; more than there are staffed beds is not taken.
      const typed = (bedType: 'general' | 'icu', freeCount: number) => ({
        bedType,
        freeCount,
        acceptance: 'open' as const,
      });
      const counts = [typed('general', 1), typed('icu', 9999)];
      await settle(item!.id, { outcome: 'reported', hospitalId, offers: counts });
      expect(await offers()).to.deep.equal([
        { bed_type: 'general', free_count: 1, acceptance: 'open', source: 'form', as_of: item!.receivedAt },
      ]);
      expect(await inbox()).to.deep.equal([]);
    });

    it('△ without a number: its desk is asked from now on, and there is nothing for a person to type', async () => {
      await world.confirmed({ hospitalId });
      await hook().onFaxReceived(world.fax(), await sheet('general.acceptance=consult'));
      expect((await offers())[0]).to.include({ free_count: null, acceptance: 'consult' });
      expect(await inbox()).to.deep.equal([]);
      expect(await asked()).to.include({ hospitalId, beds: 'to_ask' });
    });

    it('and takes off a number that is typed later what was given to patients since the sheet came in', async () => {
      await world.confirmed({ hospitalId });
      await hook().onFaxReceived(world.fax(), await sheet('general.acceptance=open'));
      const [item] = await inbox();
      await admitted(hospitalId, 60);
      expect((await offers())[0]).to.include({ free_count: null }); // an admission leaves an unknown count unknown
      const typed = { bedType: 'general' as const, freeCount: 2, acceptance: 'open' as const };
      await settle(item!.id, { outcome: 'reported', hospitalId, offers: [typed] });
      expect((await offers())[0]).to.include({ free_count: 1, acceptance: 'open' });
    });

    it('from any other machine to a person only', async () => {
      const [doctor] = await world.rows('select id from doctor limit 1');
      await world.confirmed({ doctorId: doctor!.id as string });
      await hook().onFaxReceived(world.fax(), await sheet('general.acceptance=closed'));
      expect(await offers()).to.deep.equal([]);
      expect((await inbox())[0]).to.include({ kind: 'beds', reason: 'sender_unknown' });
    });

    it('never over newer news by telephone', async () => {
      await world.confirmed({ hospitalId });
      const fax = world.fax();
      await world.ctx.db.query(
        `insert into bed_offer (hospital_id, bed_type, free_count, acceptance, as_of, source)
        values ($1, 'general', 1, 'open', $2::timestamptz + interval '1 minute', 'phone')`,
        [hospitalId, fax.receivedAt],
      );
      await hook().onFaxReceived(fax, await sheet('general.acceptance=closed'));
      expect((await offers())[0]).to.include({ acceptance: 'open', source: 'phone' });
      expect((await inbox())[0]).to.include({ reason: 'nothing_applied' });
    });
  });

  it('keeps a page that is none of ours for a person, who may refuse it: the sender is told at his machine', async () => {
    const destinationId = await world.confirmed({ doctorId: await anyDoctor() });
    await hook().onFaxReceived(world.fax(), await whitePage());
    const [item] = await inbox();
    expect(item).to.include({ kind: 'other', reason: 'no_code', mayHoldMyNumber: true });
    const by = { associationId, itemId: item!.id, operatorId: 'op_1' };
    expect((await openItem(world.patients.ctx, by))?.page?.png.length).to.be.above(100);
    expect(await openItem(world.patients.ctx, { ...by, associationId: 'as_other' })).to.equal(null);
    expect(await settle(item!.id, { outcome: 'refused', reason: 'nothing_readable' })).to.deep.equal({
      ...{ status: 'settled', isSenderTold: true },
    });
    expect([await sendReplies(world.ctx), await sendReplies(world.ctx)]).to.deep.equal([1, 0]);
    expect(await replies()).to.deep.equal([{ destination_id: destinationId, purpose: 'refusal', pages: 1 }]);
    expect(await world.patients.kindsInLog(item!.id)).to.deep.equal([
      ...['page_sealed', 'page_set_aside', 'page_opened', 'item_settled', 'reply_queued'],
    ]);
  });

  it('answers nobody whose number is not registered, and not a number that was frozen meanwhile', async () => {
    await hook().onFaxReceived(world.fax(), await whitePage());
    expect(await settle((await inbox())[0]!.id, { outcome: 'refused', reason: 'other' })).to.include({
      isSenderTold: false,
    });
    const destinationId = await world.confirmed({ doctorId: await anyDoctor() });
    await hook().onFaxReceived(world.fax(), await whitePage());
    const [item] = await inbox();
    await settle(item!.id, { outcome: 'refused', reason: 'other' });
    await world.ctx.db.query(`update fax_destination set status = 'frozen' where id = $1`, [destinationId]);
    expect(await sendReplies(world.ctx)).to.equal(1);
    expect(await replies()).to.deep.equal([]);
    expect((await world.patients.kindsInLog(item!.id)).at(-1)).to.equal('reply_not_possible');
  });

  it('tells of a broken file once, and prints no flood of answers at the machine whose number somebody forged', async () => {
    await world.confirmed({ doctorId: await anyDoctor() });
    const file = await truncated();
    const twice = world.fax();
    for (const fax of [twice, twice, ...Array.from({ length: 7 }, () => world.fax())])
      expect(await hook().onFaxReceived(fax, file)).to.equal(undefined);
    expect((await inbox()).map(({ kind, reason, pageNo }) => [kind, reason, pageNo])).to.deep.equal(
      Array.from({ length: 8 }, () => ['refused_file', 'broken', 0]),
    );
    expect(await replies()).to.have.length(5);
  });

  it('has a note of a fax that could not be had, and its sender an answer', async () => {
    await world.confirmed({ doctorId: await anyDoctor() });
    const fax = world.fax();
    for (let turn = 1; turn <= 2; turn++)
      await inTransaction(world.ctx.db, (tx) => hook().onFaxLost(tx, fax, 'wrong_type'));
    expect(await inbox()).to.have.length(1);
    expect((await inbox())[0]).to.include({ kind: 'lost', reason: 'wrong_type' });
    await sendReplies(world.ctx);
    expect(await replies()).to.have.length(1);
  });

  it('goes on where a process died between sealing and acting', async () => {
    const fax = world.fax({ from: null });
    const content = await whitePage();
    await hook().onFaxReceived(fax, content);
    await world.ctx.db.query(`update inbox_item set status = 'arrived', reason = null`);
    expect(await inbox()).to.deep.equal([]);
    await hook().onFaxReceived(fax, content);
    expect(await inbox()).to.have.length(1);
  });

  const anyDoctor = async (): Promise<string> => (await world.rows('select id from doctor limit 1'))[0]!.id as string;
  it('holds no number of a sender in clear beside a page', async () => {
    await hook().onFaxReceived(world.fax(), await whitePage());
    const [row] = await world.rows('select * from inbox_item');
    expect(JSON.stringify({ ...row, sealed_page: 0, sealed_fields: 0, hub_wrap: 0 })).not.to.include(
      clinicFax.slice(1),
    );
  });
});
