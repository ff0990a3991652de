import { expect } from 'chai';
import type { SentNotice } from '../../src/simulators/faxhouse/post.ts';
import { clinic, drawnPage, interfaxNumber, openStage, type Stage, telnyxNumber, tiffOf } from './support/house.ts';

describe('the fax house’s faults', () => {
  let stage: Stage;
  let document: Uint8Array;
  before(async () => {
    document = await tiffOf(drawnPage(1));
  });
  beforeEach(async () => {
    stage = await openStage();
    stage.documents.set('/media/1', { body: document });
  });
  afterEach(() => stage.close());

  const faults = async (body: object) => expect((await stage.control('POST', '/faults', body)).status).to.equal(200);
  const create = () =>
    stage.telnyx.faxes.create(
      { connection_id: '1', from: telnyxNumber, to: clinic, media_url: `${stage.appUrl}/media/1` },
      { timeout: 300 },
    );
  const names = () => stage.at('/telnyx').map(({ body }) => JSON.parse(body).data.event_type as string);

  it('double every webhook under one id, so that who counts twice is found out', async () => {
    await faults({ callbacks: { duplicate: 2 } });
    await create();
    await stage.passes(60);
    const ids = stage.at('/telnyx').map(({ body }) => JSON.parse(body).data.id as string);
    expect(ids).to.have.length(8);
    expect(new Set(ids).size).to.equal(4);
  });

  it('let the end of a fax overtake its beginning', async () => {
    await stage.control('PUT', `/numbers/${clinic}`, { answerSeconds: 0, secondsPerPage: 0 });
    await faults({ callbacks: { reorder: true } });
    const orders = new Set<string>();
    for (let turn = 0; turn < 8; turn += 1) {
      const before = names().length;
      await create();
      await stage.passes(10);
      orders.add(names().slice(before).join());
    }
    expect(orders.size).to.be.greaterThan(1);
    for (const order of orders) expect(order.split(',')).to.have.length(4);
  });

  it('deliver late', async () => {
    await faults({ callbacks: { delaySeconds: [40, 50] } });
    await create();
    await stage.passes(39);
    expect(names()).to.deep.equal([]);
    await stage.passes(60);
    expect(names()).to.have.length(4);
  });

  it('lose doorbells, so that only who sweeps learns of the fax', async () => {
    await faults({ callbacks: { drop: 1 } });
    await stage.send(clinic, interfaxNumber, document);
    await stage.passes(60);
    expect(stage.at('/interfax')).to.deep.equal([]);
    const swept = await stage.interfax('GET', '/inbound/faxes?unreadOnly=true');
    expect(await swept.json()).to.have.length(1);
  });

  for (const [mode, status, taken] of [
    ['503', 503, 0],
    ['429', 429, 0],
    ['accept-then-500', 500, 1],
  ] as const)
    it(`answer ${status} to a send (${mode}), and have taken ${taken}`, async () => {
      await faults({ api: { operation: 'telnyx.send', mode, times: 1 } });
      const error = await create().catch((thrown: { status: number }) => thrown);
      expect(error).to.have.property('status', status);
      const found: unknown[] = [];
      for await (const fax of stage.telnyx.faxes.list()) found.push(fax);
      expect(found).to.have.length(taken);
      expect((await create()).data).to.have.property('status', 'queued');
    });

  it('take a fax and never answer: our reference finds it, and it is sent once', async () => {
    await faults({ api: { operation: 'interfax.send', mode: 'accept-then-timeout', times: 1 } });
    const late = AbortSignal.timeout(300);
    const basic = Buffer.from('kamome:a-password-for-tests').toString('base64');
    const headers = { authorization: `Basic ${basic}`, 'content-type': 'image/tiff' };
    const url = `${stage.house.url}/outbound/faxes?faxNumber=0450000401&reference=fx_lost`;
    const error = await fetch(url, { method: 'POST', headers, body: Buffer.from(document), signal: late }).catch(
      (thrown: Error) => thrown,
    );
    expect(error).to.have.property('name', 'TimeoutError');
    await stage.passes(30);
    const found = await stage.interfax('GET', '/outbound/search?reference=fx_lost');
    expect(await found.json()).to.have.length(1);
    expect(await stage.tray(clinic)).to.have.length(1);
  });

  it('spoil the link of a received document, as often as asked', async () => {
    await stage.send(clinic, telnyxNumber, document);
    await stage.passes(30);
    const link = JSON.parse(stage.at('/telnyx').at(-1)!.body).data.payload.media_url as string;
    const get = () => fetch(link, { redirect: 'manual', signal: AbortSignal.timeout(5000) });
    await faults({ media: { mode: 'forbidden', times: 1 } });
    expect((await get()).status).to.equal(403);
    expect((await get()).status).to.equal(200);
    await faults({ media: { mode: 'redirect', times: 1 } });
    expect((await get()).headers.get('location')).to.contain('169.254.169.254');
    await faults({ media: { mode: 'truncated', times: 1 } });
    expect((await (await get()).arrayBuffer()).byteLength).to.be.below(document.length);
    await faults({ media: { mode: 'endless', times: 1 } });
    const endless = await get();
    let read = 0;
    for await (const part of endless.body!) {
      read += part.length;
      if (read > 40_000_000) break;
    }
    expect(read).to.be.above(40_000_000);
  });

  it('are refused when misspelt, shown, and lifted', async () => {
    expect((await stage.control('POST', '/faults', { callback: {} })).status).to.equal(400);
    await faults({ listLagSeconds: 3 });
    expect((await stage.control('GET', '/faults')).body).to.have.property('listLagSeconds', 3);
    await stage.control('DELETE', '/faults');
    expect((await stage.control('GET', '/faults')).body).to.have.property('listLagSeconds', 0);
  });

  it('log what was delivered to whom', async () => {
    stage.statuses.set('/interfax', [404]);
    await stage.send(clinic, interfaxNumber, document);
    await stage.passes(60);
    const { body } = await stage.control<SentNotice[]>('GET', '/webhooks?limit=5');
    expect(body).to.have.length(1);
    expect(body[0]).to.include({ provider: 'interfax', event: 'inbound.delivered', status: 404, attempt: 1 });
  });
});
