import { expect } from 'chai';
import { fetchFax, pollId } from '../../src/fax/receiving.ts';
import { doorbellSecret, interfaxLine } from '../../src/providers/interfax/line.ts';
import { conforms } from './conformance.ts';
import { accounts, type HouseRig, openHouseRig } from './house-rig.ts';
import { passes, queueTwoPages } from './rig.ts';
import { clinicFax } from './support.ts';

const secret = doorbellSecret(accounts.interfax.password);

conforms(
  'InterFAX',
  (db) =>
    openHouseRig(db, {
      provider: 'interfax',
      line: (house) => interfaxLine({ ...accounts.interfax, apiBase: house.url }),
      callbackPath: `/fax/interfax/${secret}`,
      createPath: '/outbound/faxes',
      strangeNumber: '+99999994711', // InterFAX's own numbers for a wanted status: 00999-9999-<code>
    }),
  (rig) => {
    const ring = (path: string, body = 'TransactionID=1&MessageID=1') =>
      fetch(rig().url + path, {
        ...{ method: 'POST', body },
        headers: { 'content-type': 'application/x-www-form-urlencoded' },
      });

    describe('at the door', () => {
      it('takes a ring at the secret address, whatever it says, and nothing from elsewhere', async () => {
        expect((await ring(`/fax/interfax/${secret}`)).status).to.equal(200);
        expect((await ring(`/fax/interfax/${secret}`, '\0<>&&==%%%')).status).to.equal(200);
        for (const path of ['/fax/interfax', '/fax/interfax/wrong', `/fax/interfax/${secret.slice(0, -1)}0`])
          expect((await ring(path)).status, path).to.equal(403);
        expect((await ring('/fax/telnyx')).status).to.equal(404);
      });

      it('refuses a body that is too big before it is looked at', async () => {
        expect((await ring(`/fax/interfax/${secret}`, 'x'.repeat(65_537))).status).to.equal(413);
      });

      it('believes nothing that a ring says: a forged delivery changes nothing', async () => {
        const { world } = rig();
        const before = await world.ctx.db.query('select count(*) from fax_notice');
        await ring(`/fax/interfax/${secret}`, 'TransactionID=279415116&DestinationFax=0081450000201&Status=0');
        expect((await world.ctx.db.query('select count(*) from fax_notice')).rows).to.deep.equal(before.rows);
      });

      it('rung for a page of ours asks after it at once, before its time', async () => {
        const house = rig() as HouseRig;
        const id = await queueTwoPages(house.world, (await house.world.confirmed(1, clinicFax)).id);
        await passes(house, 22, 1); // answered after 5 s, two pages of 6 s: rung at 17 s, asked at 30 s otherwise
        expect((await house.world.row('fax', id)).status).to.equal('delivered');
      });
    });

    it('is asked for news at most every ten seconds when somebody rings without end', async () => {
      const { world } = rig();
      let polls = 0;
      const { faxLine } = world.ctx;
      world.ctx.faxLine = {
        ...faxLine,
        poll: () => {
          polls++;
          return faxLine.poll?.() ?? Promise.resolve({ notices: [] });
        },
      };
      for (let second = 0; second < 30; second++) {
        await fetchFax(world.ctx, pollId);
        await world.passes(1);
      }
      expect(polls).to.equal(3);
    });
  },
);
