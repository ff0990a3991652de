import { expect } from 'chai';
import { answerTypedRequests } from '../../src/inbox/typed-requests.ts';
import { nightPublicKey, openAtNight, publishNightKey, sealToNight } from '../../src/vault/night-key.ts';
import { blankForms, tickForm } from '../support/filled-form.ts';
import { useDesk } from './inbox-support.ts';

describe('a request form typed at the desk', () => {
  const desk = useDesk();

  describe('has a request form asked again by the night side', () => {
    const requestForm = async () => {
      const [itemId] = await desk.receives([tickForm((await blankForms()).request, 'request', ['reply_to=fax1'])]);
      await desk.rows(`update inbox_item set status = 'waiting', outcome = null where id = $1`, [itemId]);
      return itemId!;
    };
    const typed = { cardNumber: '5123 4567 8953', birth: 'S15.3.1', nameKana: '' };
    const caseKey = () => desk.patients.ctx.caseKey;

    it('once that has published its key, sealed to it, and the answer stands in the queue', async () => {
      const params = { itemId: await requestForm() };
      await desk.rows('delete from night_key');
      expect(await desk.clerk.refused('ask_again', { params, body: typed })).to.include({ code: 'no_night_key' });
      await publishNightKey(desk.ctx.db, caseKey(), desk.ctx.clock.now());
      for (const [change, code] of [
        [{ cardNumber: '512345678954' }, 'card_unread'],
        [{ birth: '3月' }, 'birth_unread'],
        [{ birth: '' }, 'kana_unread'],
      ] as const)
        expect(await desk.clerk.refused('ask_again', { params, body: { ...typed, ...change } })).to.include({ code });
      await desk.clerk.call('ask_again', { params, body: typed });
      expect(await desk.clerk.refused('ask_again', { params, body: typed })).to.include({ code: 'already_asking' });
      const [stored] = await desk.rows('select sealed from typed_request where item_id = $1', [params.itemId]);
      expect((stored.sealed as Buffer).toString('latin1')).not.to.match(/5123|1940/);
      const state = async () =>
        (await desk.clerk.call('inbox_queue', {})).items.find(({ id }) => id === params.itemId)?.asked;
      expect(await state()).to.equal('asking');
      expect(await answerTypedRequests(desk.night, caseKey())).to.equal(1);
      expect(await answerTypedRequests(desk.night, caseKey())).to.equal(0);
      // Nobody ever issued this serial: that is what the night side finds.
      expect(
        await desk.rows('select outcome, reason, sealed from typed_request where item_id = $1', [params.itemId]),
      ).to.deep.equal([{ outcome: 'inbox', reason: 'serial_unknown', sealed: null }]);
      expect(await state()).to.equal('serial_unknown');
    });

    it('and is told to type it once more when the case key has changed meanwhile', async () => {
      const params = { itemId: await requestForm() };
      await publishNightKey(desk.ctx.db, caseKey(), desk.ctx.clock.now());
      await desk.clerk.call('ask_again', { params, body: typed });
      await answerTypedRequests(desk.night, Buffer.alloc(32, 7));
      expect(
        (await desk.rows('select outcome from typed_request where item_id = $1', [params.itemId]))[0].outcome,
      ).to.equal('unreadable');
    });
  });

  it('seals to the night side so that no other key, no other purpose and no altered byte opens it', () => {
    const { caseKey, random } = desk.patients.ctx;
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
});
