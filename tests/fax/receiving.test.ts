import { expect } from 'chai';
import type pg from 'pg';
import type { FaxEvent, FetchedMedia, InboundFax } from '../../src/fax/fax-line.ts';
import { fetchFax, pollId, receivedContent, receiveFax, sweepReceived, tidyFaxes } from '../../src/fax/receiving.ts';
import type { PlayedLine } from './line.ts';
import { clinicFax, eachFaxWorld, type FaxWorld, ourNumber, page } from './support.ts';

describe('a page that comes in', function () {
  this.timeout(60_000);
  let db: pg.Pool;
  let world: FaxWorld;
  let line: PlayedLine;
  eachFaxWorld((made) => {
    ({ db, world, line } = made);
  });

  const inbound = (change: Partial<InboundFax> = {}): FaxEvent => ({
    type: 'received',
    fax: {
      ...{ providerFaxId: '900', to: ourNumber, from: '0450000201', claimedStationId: 'ミナト', pages: 1 },
      ...{ isPartial: false, media: { kind: 'url', url: 'https://s3.amazonaws.com/x?signature=secret' }, ...change },
    },
  });
  const announce = (event: FaxEvent = inbound(), dedupeKey = 'a') =>
    receiveFax(world.ctx, { dedupeKey, event }, Buffer.from('{"raw":"山田"}'));
  const rows = async () => (await db.query('select * from received_fax')).rows;
  const only = async (): Promise<string> => (await rows())[0].id;
  const arrives = (answer: FetchedMedia = { outcome: 'fetched', bytes: page }): void => {
    line.media = () => answer;
  };

  it('is claimed once when its news comes eight times at once', async () => {
    const heard = await Promise.all(Array.from({ length: 8 }, () => announce()));
    expect(heard.filter((how) => how === 'new')).to.have.length(1);
    expect(await rows()).to.have.length(1);
    expect(world.wakes.filter((wake) => wake.job === 'fetch-fax')).to.have.length(1);
  });

  it('is claimed once when webhook and poll tell of it under different names', async () => {
    expect(await announce(inbound(), 'webhook')).to.equal('new');
    expect(await announce(inbound(), 'poll')).to.equal('known');
    expect(await rows()).to.have.length(1);
  });

  it('belongs to the association of the dialled number; the caller is kept as told, not believed', async () => {
    await announce();
    expect((await rows())[0]).to.include({
      association_id: world.associationId,
      to_e164: ourNumber,
      from_number: clinicFax,
    });
  });

  it('to a number that is nobody’s is not claimed, so that it comes in once the number is entered', async () => {
    const event = inbound({ to: '+81450000999' });
    expect(await announce(event)).to.equal('nobody');
    await db.query('insert into inbound_fax_number values ($1, $2)', ['+81450000999', world.associationId]);
    expect(await announce(event)).to.equal('new');
    await db.query(`delete from inbound_fax_number where e164 = '+81450000999'`);
  });

  it('on a line that does not tell the dialled number belongs to the only one there is', async () => {
    await announce(inbound({ to: null }));
    expect((await rows())[0].to_e164).to.equal(ourNumber);
  });

  it('is fetched, kept sealed, handed on, and only then taken away at the provider', async () => {
    await announce();
    arrives();
    const id = await only();
    await fetchFax(world.ctx, id);
    expect(world.received).to.have.length(1);
    expect(world.received[0]?.content.equals(page)).to.equal(true);
    expect(world.received[0]?.fax).to.include({ id, to: ourNumber, from: clinicFax, isPartial: false });
    const [row] = await rows();
    expect(row.status).to.equal('handled');
    expect(row.content.includes('山田')).to.equal(false);
    expect(line.deleted).to.deep.equal(['900']);
    expect((await receivedContent(world.ctx, id))?.equals(page)).to.equal(true);
    await fetchFax(world.ctx, id);
    expect(world.received).to.have.length(1);
  });

  it('is fetched once by eight workers', async () => {
    await announce();
    let asked = 0;
    line.media = () => {
      asked++;
      return { outcome: 'fetched', bytes: page };
    };
    const id = await only();
    await Promise.all(Array.from({ length: 8 }, () => fetchFax(world.ctx, id)));
    expect([asked, world.received.length]).to.deep.equal([1, 1]);
  });

  it('keeps no address of the provider in the clear', async () => {
    await announce();
    const { rows: text } = await db.query('select r::text as row from received_fax r');
    expect(text[0].row).to.not.contain('signature=secret');
    expect(text[0].row).to.not.contain(Buffer.from('signature=secret').toString('hex'));
  });

  it('whose address ran out is fetched from a fresh one', async () => {
    await announce();
    line.refreshMedia = async () => ({ kind: 'url', url: 'https://fresh' });
    line.media = (ref) =>
      ref.kind === 'url' && ref.url === 'https://fresh'
        ? { outcome: 'fetched', bytes: page }
        : { outcome: 'expired', code: 'http_403' };
    await fetchFax(world.ctx, await only());
    expect(world.received).to.have.length(1);
  });

  it('that cannot be fetched now is fetched later', async () => {
    await announce();
    const id = await only();
    arrives({ outcome: 'unavailable', code: 'http_503' });
    await fetchFax(world.ctx, id);
    expect(world.received).to.have.length(0);
    arrives();
    await sweepReceived(world.ctx);
    expect(world.received, 'not before its pause').to.have.length(0);
    await world.passes(3);
    await sweepReceived(world.ctx);
    expect(world.received).to.have.length(1);
  });

  for (const [what, answer] of [
    ['may not be fetched', { outcome: 'refused', code: 'redirect' }],
    ['is no page', { outcome: 'fetched', bytes: Buffer.from('MZ not a fax') }],
  ] as [string, FetchedMedia][])
    it(`that ${what} is told to whoever waits for pages, and not fetched again`, async () => {
      await announce();
      arrives(answer);
      const id = await only();
      await fetchFax(world.ctx, id);
      expect(world.lost.map((one) => one.fax.id)).to.deep.equal([id]);
      expect((await rows())[0]).to.include({ status: 'failed', due_at: null });
      expect(line.deleted).to.deep.equal([]);
    });

  it('is handed on again when whoever reads pages failed, and stays at the provider until then', async () => {
    await announce();
    arrives();
    const { onFaxReceived } = world.ctx;
    world.ctx.onFaxReceived = () => Promise.reject(new Error('the reader is away'));
    await fetchFax(world.ctx, await only());
    expect(line.deleted).to.deep.equal([]);
    world.ctx.onFaxReceived = onFaxReceived;
    await world.passes(3);
    await sweepReceived(world.ctx);
    expect(world.received).to.have.length(1);
    expect(line.deleted).to.deep.equal(['900']);
  });

  it('whose copy could not be taken away is tried again, without being handed on twice', async () => {
    await announce();
    arrives();
    line.isAway = true;
    await fetchFax(world.ctx, await only());
    line.isAway = false;
    await world.passes(10);
    await sweepReceived(world.ctx);
    expect(line.deleted).to.deep.equal(['900']);
    expect(world.received).to.have.length(1);
    expect((await rows())[0].due_at).to.equal(null);
  });

  it('is forgotten thirty days after it was handed on', async () => {
    await announce();
    arrives();
    const id = await only();
    await fetchFax(world.ctx, id);
    await world.passes(31 * 86_400);
    await tidyFaxes(world.ctx);
    expect(await receivedContent(world.ctx, id)).to.equal(null);
  });

  describe('when the provider is asked for news', () => {
    let polls: number;
    beforeEach(() => {
      polls = 0;
      Object.assign(line, { polling: { everySeconds: 60, leastSeconds: 10 } });
      line.poll = async () => {
        polls++;
        return { notices: [{ dedupeKey: 'in:900', event: inbound() }] };
      };
      arrives();
    });

    it('what no webhook told is found', async () => {
      await sweepReceived(world.ctx);
      expect(world.received).to.have.length(1);
    });

    it('it is asked at most six times a minute, however often somebody rings at the door', async () => {
      const ring: FaxEvent = { type: 'doorbell', about: null };
      for (let second = 0; second < 60; second++) {
        await announce(ring, 'doorbell');
        await Promise.all([fetchFax(world.ctx, pollId), fetchFax(world.ctx, pollId)]);
        await world.passes(1);
      }
      expect(polls).to.equal(6);
    });

    it('and once a minute without a ring', async () => {
      for (let second = 0; second < 180; second++) {
        await sweepReceived(world.ctx);
        await world.passes(1);
      }
      expect(polls).to.equal(3);
    });
  });

  it('news that nobody understands is kept, sealed, and changes nothing', async () => {
    expect(await announce({ type: 'other', name: 'fax.something.new' }, 'z')).to.equal('new');
    const { rows: notices } = await db.query(`select * from fax_notice where kind = 'other'`);
    expect(notices[0].raw.includes('山田')).to.equal(false);
    expect(notices[0].raw.length).to.be.above(20);
  });
});
