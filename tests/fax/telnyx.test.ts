import { sign } from 'node:crypto';
import { expect } from 'chai';
import { telnyxLine } from '../../src/providers/telnyx/line.ts';
import { signingPair } from '../../src/simulators/faxhouse/signing.ts';
import { conforms } from './conformance.ts';
import { accounts, type HouseRig, openHouseRig, signingSeed } from './house-rig.ts';
import { comesToRest, passes, queueTwoPages } from './rig.ts';
import { clinicFax, ourNumber } from './support.ts';

const own = signingPair(signingSeed);
const next = signingPair(Buffer.alloc(32, 6));
const stranger = signingPair(Buffer.alloc(32, 7));

conforms(
  'Telnyx',
  (db) =>
    openHouseRig(db, {
      provider: 'telnyx',
      line: (house, url, now) =>
        telnyxLine({
          ...{ apiKey: accounts.telnyx.apiKey, publicKeys: [next.publicKey, own.publicKey], apiBase: house.url },
          ...{ connectionId: '1000000000000000001', webhookUrl: `${url}/fax/telnyx`, now },
        }),
      callbackPath: '/fax/telnyx',
      createPath: '/v2/faxes',
      strangeNumber: null,
      async failsStrangely(rig) {
        const { rows } = await rig.world.ctx.db.query('select provider_fax_id from fax');
        const payload = { fax_id: rows[0].provider_fax_id, failure_reason: 'the_moon_was_wrong' };
        expect((await post(rig, event('fax.failed', payload))).status).to.equal(200);
      },
    }),
  (rig) => {
    describe('at the door', () => {
      const count = async (): Promise<number> => {
        const { rows } = await rig().world.ctx.db.query('select count(*)::int as n from fax_notice');
        return rows[0].n;
      };
      const received = (id = 'e1') =>
        event('fax.received', { fax_id: 'f1', direction: 'inbound', to: ourNumber, from: clinicFax }, id);

      it('takes what either of its keys has signed', async () => {
        expect((await post(rig(), received('e1'))).status).to.equal(200);
        expect((await post(rig(), received('e2'), { by: next })).status).to.equal(200);
        expect(await count()).to.equal(2);
      });

      const forgeries: [string, Parameters<typeof post>[2]][] = [
        ['signed by a stranger', { by: stranger }],
        ['without a signature', { without: 'telnyx-signature-ed25519' }],
        ['without a timestamp', { without: 'telnyx-timestamp' }],
        ['with an altered body', { alter: (body) => body.replace('f1', 'f2') }],
        ['signed 301 seconds ago', { age: 301 }],
        ['signed 301 seconds ahead', { age: -301 }],
        ['with another timestamp than was signed', { headers: { 'telnyx-timestamp': '1793624399' } }],
        ['with rubbish for a signature', { headers: { 'telnyx-signature-ed25519': '%%%' } }],
      ];
      for (const [what, how] of forgeries)
        it(`refuses a webhook ${what}, before it is parsed`, async () => {
          expect((await post(rig(), received(), how)).status).to.equal(403);
          expect(await count()).to.equal(0);
          expect(rig().world.log.some((entry) => entry.event === 'webhook_refused')).to.equal(true);
        });

      it('takes one that is 299 seconds old', async () => {
        expect((await post(rig(), received(), { age: 299 })).status).to.equal(200);
      });

      it('takes the same one twice at once, and counts it once', async () => {
        const answers = await Promise.all(Array.from({ length: 8 }, () => post(rig(), received())));
        expect(answers.map((answer) => answer.status)).to.deep.equal(Array(8).fill(200));
        const { rows } = await rig().world.ctx.db.query('select id from received_fax');
        expect(rows).to.have.length(1);
      });

      it('takes an event without the `data` around it, as the runbook prints some', async () => {
        const { data } = JSON.parse(received()) as { data: unknown };
        expect((await post(rig(), JSON.stringify(data))).status).to.equal(200);
        const { rows } = await rig().world.ctx.db.query('select id from received_fax');
        expect(rows).to.have.length(1);
      });

      it('keeps an event that it does not know, sealed, and says 200', async () => {
        expect((await post(rig(), event('fax.folded.to.a.crane', {}))).status).to.equal(200);
        const { rows } = await rig().world.ctx.db.query('select kind, raw from fax_notice');
        expect(rows[0].kind).to.equal('other');
        expect(rows[0].raw.includes('crane')).to.equal(false);
      });

      it('refuses a genuine body of the wrong shape with 400, and one that is too big with 413 before it is looked at', async () => {
        expect((await post(rig(), '[]')).status).to.equal(400);
        expect((await post(rig(), 'no json')).status).to.equal(400);
        expect((await post(rig(), 'x'.repeat(256 * 1024 + 1))).status).to.equal(413);
      });

      it('knows no other provider’s door', async () => {
        expect((await fetch(`${rig().url}/fax/interfax`, { method: 'POST' })).status).to.equal(404);
      });
    });

    describe('with pages that Telnyx fetches from us', () => {
      const underWay = async (): Promise<{ id: string; path: string }> => {
        const { world } = rig();
        const id = await queueTwoPages(world, (await world.confirmed(1, clinicFax)).id);
        let path = '';
        const { faxLine } = world.ctx;
        world.ctx.faxLine = {
          ...faxLine,
          send: (fax) => {
            path = new URL(fax.documentUrl).pathname;
            return faxLine.send(fax);
          },
        };
        await comesToRest(rig());
        return { id, path };
      };
      const statusAt = async (path: string): Promise<number> => (await fetch(rig().url + path)).status;

      it('gives the page at its own address only, and only while it is under way', async () => {
        const { id, path } = await underWay();
        expect(path).to.match(new RegExp(`^/fax/document/${id}/1/[\\w-]{32}$`));
        expect(await statusAt(path)).to.equal(200);
        const [token] = path.split('/').slice(-1);
        const other = token?.startsWith('A') ? `B${token.slice(1)}` : `A${token?.slice(1)}`;
        for (const wrong of [path.replace(token ?? '', other), path.replace('/1/', '/2/'), '/fax/document/x/1/y'])
          expect(await statusAt(wrong), wrong).to.equal(404);
        await passes(rig(), 60);
        expect(await statusAt(path), 'delivered').to.equal(404);
      });
    });

    it('is not led to a private address: a redirect to the metadata service loses the page and says so', async () => {
      const house = rig() as HouseRig;
      await house.control('POST', '/faxhouse/faults', { media: { mode: 'redirect' } });
      await house.somebodyFaxes();
      await passes(house, 40);
      expect(house.world.lost.map((one) => one.code)).to.deep.equal(['redirect']);
      expect(house.world.received).to.have.length(0);
    });

    it('is not read without end', async () => {
      const house = rig() as HouseRig;
      await house.control('POST', '/faxhouse/faults', { media: { mode: 'endless' } });
      await house.somebodyFaxes();
      await passes(house, 40);
      expect(house.world.lost.map((one) => one.code)).to.deep.equal(['too_big']);
    });

    it('tells in the wrong order and everything twice, and the page is delivered once', async () => {
      const house = rig() as HouseRig;
      await house.control('POST', '/faxhouse/faults', { callbacks: { duplicate: 2, reorder: true } });
      const { world } = house;
      const id = await queueTwoPages(world, (await world.confirmed(1, clinicFax)).id);
      await passes(house, 90);
      expect((await world.row('fax', id)).status).to.equal('delivered');
      expect(world.settled).to.have.length(1);
    });
  },
);

const event = (type: string, payload: object, id = 'ev-1'): string =>
  JSON.stringify({
    data: {
      ...{ record_type: 'event', event_type: type, id, occurred_at: '2026-11-02T13:00:00Z' },
      payload: { direction: 'outbound', ...payload },
    },
    meta: { attempt: 1 },
  });

interface Posting {
  by?: { privateKey: Parameters<typeof sign>[2] };
  /** Seconds since it was signed. */
  age?: number;
  without?: string;
  headers?: Record<string, string>;
  /** After it was signed. */
  alter?: (body: string) => string;
}

/** Signs and posts as Telnyx does, or worse. */
function post(rig: Pick<HouseRig, 'url' | 'world'>, body: string, how: Posting = {}): Promise<Response> {
  const { by = own, age = 0, without, alter = (text) => text } = how;
  const timestamp = String(Math.floor(rig.world.clock.now().getTime() / 1000) - age);
  const signature = sign(null, Buffer.from(`${timestamp}|${body}`), by.privateKey).toString('base64');
  const headers = new Headers({
    ...{ 'content-type': 'application/json', 'telnyx-timestamp': timestamp },
    ...{ 'telnyx-signature-ed25519': signature, ...how.headers },
  });
  if (without) headers.delete(without);
  return fetch(`${rig.url}/fax/telnyx`, { method: 'POST', headers, body: alter(body) });
}
