import { expect } from 'chai';
import { setCardCopyPolicy } from '../../src/disclosures/actions.ts';
import { type FormRequest, issueSerials, releaseByCardCopy, releaseByForm } from '../../src/disclosures/paper.ts';
import { sweepPages } from '../../src/disclosures/render.ts';
import { withCardCheckDigits } from '../../src/lib/check-digits.ts';
import { giveFax, giveRecord, recordScene, type Scene } from '../support/record-scene.ts';
import { useWorld } from '../support/use-world.ts';

describe('a record asked for on paper', () => {
  const world = useWorld();
  let scene: Scene;
  let serials: string[];
  beforeEach(async () => {
    scene = await recordScene(world);
    serials = await issueSerials(world.ctx, {
      ...{ associationId: world.town.associationId, doctorId: scene.doctor.id, count: 8, operator: 'op_1' },
    });
  });

  const form = (more: Partial<FormRequest> = {}): FormRequest => ({
    ...{ associationId: world.town.associationId, receivedId: world.ctx.ids.next('pg'), fromE164: '+81450001234' },
    ...{ serial: serials[0]!, doctorCode: scene.doctor.code, cardNumber: scene.patient.card, position: null },
    ...{ second: { birthDate: scene.birth }, reason: 'visit', consent: 'family', ...more },
  });
  const copy = (more: object = {}) => ({
    ...{ associationId: world.town.associationId, receivedId: world.ctx.ids.next('pg') },
    ...{ fromE164: '+81450001234', cardNumber: scene.patient.card, ...more },
  });
  const faxed = async () => {
    await sweepPages(world.ctx);
    const { rows } = await world.db.query<{ e164: string; purpose: string }>(
      'select e164, purpose from fax join fax_destination d on d.id = destination_id order by fax.id',
    );
    return rows;
  };
  const unknownCard = () => withCardCheckDigits('8123456789') ?? withCardCheckDigits('8123456788') ?? '';
  const disclosed = async () => (await world.db.query('select form, consent, is_break_glass from disclosure')).rows;

  it('comes to the registered fax once for each serial', async () => {
    expect(await releaseByForm(world.ctx, form())).to.include({ outcome: 'released' });
    expect(await disclosed()).to.deep.equal([{ form: 'full', consent: 'family', is_break_glass: false }]);
    expect(await faxed()).to.deep.equal([{ e164: '+81450001234', purpose: 'record' }]);
    expect(world.release.drawn[0]).to.include({ isAlarmed: false });
    expect(await releaseByForm(world.ctx, form())).to.include({ outcome: 'refused', reason: 'serial_used' });
    expect(await disclosed()).to.have.length(1);
  });

  it('is released once when one sheet is read twice, and once when two readers race', async () => {
    const one = form();
    expect(await releaseByForm(world.ctx, one)).to.include({ outcome: 'released' });
    expect(await releaseByForm(world.ctx, { ...one, serial: serials[1]! })).to.deep.equal({ outcome: 'repeated' });
    const racing = await Promise.all([1, 2, 3, 4].map(() => releaseByForm(world.ctx, form({ serial: serials[2]! }))));
    expect(racing.map(({ outcome }) => outcome).sort()).to.deep.equal(['refused', 'refused', 'refused', 'released']);
    expect(await disclosed()).to.have.length(2);
  });

  it('takes the name in kana for the birth date, however it is written', async () => {
    expect(await releaseByForm(world.ctx, form({ second: { nameKana: 'たかさき　ｶｵﾙ' } }))).to.include({
      outcome: 'released',
    });
    const wrong = form({ serial: serials[1]!, second: { nameKana: 'タカサキ　カオリ' } });
    expect(await releaseByForm(world.ctx, wrong)).to.include({ outcome: 'refused', reason: 'not_confirmed' });
  });

  it('tells nobody’s card and a wrong birth date with one reason, and uses the serial up', async () => {
    const wrong = form({ second: { birthDate: '19400302' } });
    const unknown = form({ serial: serials[1]!, cardNumber: unknownCard() });
    for (const asked of [wrong, unknown])
      expect(await releaseByForm(world.ctx, asked)).to.include({ outcome: 'refused', reason: 'not_confirmed' });
    expect(await disclosed()).to.deep.equal([]);
    expect(await releaseByForm(world.ctx, form())).to.include({ reason: 'serial_used' });
  });

  it('brings a forger nothing but an alarmed page at the member’s own machine, and no flood of them', async () => {
    for (let turn = 1; turn <= 8; turn++) {
      const forged = form({ serial: `0000${turn}12345678`, fromE164: '+81990000000' });
      const outcome = await releaseByForm(world.ctx, forged);
      expect(outcome).to.include(
        turn <= 5 ? { outcome: 'refused', reason: 'serial_unknown' } : { outcome: 'inbox', reason: 'locked' },
      );
    }
    const pages = await faxed();
    expect(pages).to.have.length(5);
    expect(new Set(pages.map(({ e164 }) => e164))).to.deep.equal(new Set(['+81450001234']));
    const rows = await world.db.query('select is_alarmed from release_page');
    expect(rows.rows.every((row) => row.is_alarmed)).to.equal(true);
    expect(await disclosed()).to.deep.equal([]);
    // The telephone is open to him all the same.
    const locked = await world.db.query(`select 1 from failed_attempt where subject like 'record:doctor:%form:%'`);
    expect(locked.rowCount).to.equal(1);
  });

  it('marks a genuine form from an unknown machine for the member to see', async () => {
    await releaseByForm(world.ctx, form({ fromE164: '+81990000000' }));
    expect(await faxed()).to.deep.equal([{ e164: '+81450001234', purpose: 'record' }]);
    expect(world.release.drawn[0]).to.include({ isAlarmed: true });
  });

  for (const [what, more, reason] of [
    ['an unread card number', { cardNumber: null }, 'card_unreadable'],
    ['a number whose check digits fail', { cardNumber: '512345678900' }, 'card_unreadable'],
    ['no second identifier', { second: null }, 'form_incomplete'],
    ['a fax that is not registered', { position: 3 }, 'destination_unconfirmed'],
  ] as const)
    it(`leaves ${what} to a person, and the serial good`, async () => {
      expect(await releaseByForm(world.ctx, form(more))).to.include({ outcome: 'inbox', reason });
      expect(await releaseByForm(world.ctx, form())).to.include({ outcome: 'released' });
    });

  it('answers a copy of the card only where the association allows it, with the pseudonymous page', async () => {
    expect(await releaseByCardCopy(world.ctx, copy())).to.include({ outcome: 'inbox', reason: 'not_allowed' });
    await setCardCopyPolicy(world.ctx, world.town.associationId, 'pseudonymous');
    expect(await releaseByCardCopy(world.ctx, copy())).to.include({ outcome: 'released' });
    expect(await disclosed()).to.deep.equal([{ form: 'pseudonymous', consent: 'not_asked', is_break_glass: false }]);
    expect(await faxed()).to.deep.equal([{ e164: '+81450001234', purpose: 'record' }]);
  });

  it('sends a copy from an unknown or withheld number to the hub, and nothing anywhere else', async () => {
    await setCardCopyPolicy(world.ctx, world.town.associationId, 'pseudonymous');
    for (const fromE164 of ['+81990000000', null])
      expect(await releaseByCardCopy(world.ctx, copy({ fromE164 }))).to.include({ reason: 'sender_unknown' });
    expect(await faxed()).to.deep.equal([]);
    expect((await world.db.query('select 1 from request_inbox')).rowCount).to.equal(2);
  });

  it('does not guess which of two members behind one machine asked, unless one cares for the patient', async () => {
    await setCardCopyPolicy(world.ctx, world.town.associationId, 'pseudonymous');
    const colleague = await world.town.doctor('同じ医院の医師');
    await giveFax(world, colleague, '+81450001234');
    expect(await releaseByCardCopy(world.ctx, copy())).to.include({ outcome: 'released' });
    const stranger = await world.town.patient({});
    giveRecord(world, stranger.id);
    const asked = copy({ cardNumber: stranger.card });
    expect(await releaseByCardCopy(world.ctx, asked)).to.include({ outcome: 'inbox', reason: 'sender_ambiguous' });
  });
});
