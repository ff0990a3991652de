import { expect } from 'chai';
import { clinic, drawnPage, interfaxNumber, openStage, type Stage, tiffOf } from './support/house.ts';

describe('the fax house speaks InterFAX', () => {
  let stage: Stage;
  let document: Uint8Array;
  before(async () => {
    document = await tiffOf(drawnPage(1), drawnPage(2));
  });
  beforeEach(async () => {
    stage = await openStage();
  });
  afterEach(() => stage.close());

  const send = async (query: string, body: Uint8Array = document, type?: string) => {
    const answer = await stage.interfax('POST', `/outbound/faxes?${query}`, body, type);
    return { status: answer.status, path: new URL(answer.headers.get('location') ?? 'http://none').pathname };
  };
  const record = async (path: string) => (await stage.interfax('GET', path)).json() as Promise<Record<string, unknown>>;

  it('takes a fax, tells where to look, and counts its pages over the line until it is delivered', async () => {
    const { status, path } = await send('faxNumber=0081450000401&reference=fx_1&retriesToPerform=0&resolution=fine');
    expect(status).to.equal(201);
    expect(await record(path)).to.include({ status: -3, subject: 'fx_1', pagesSubmitted: 2, pagesSent: 0 });
    await stage.passes(12);
    expect(await record(path)).to.include({ status: -3, pagesSent: 1 });
    await stage.passes(6);
    expect(await record(path)).to.include({ status: 0, pagesSent: 2, attemptsMade: 1, remoteCSID: '0450000401' });
    const [fax] = await stage.tray(clinic);
    expect(fax).to.include({ reference: 'fx_1', state: 'delivered', partial: false });
    const tiff = await fetch(stage.house.url + fax!.tiff);
    expect(Buffer.from(await tiff.arrayBuffer()).equals(Buffer.from(document))).to.equal(true);
  });

  it('rings the doorbell with a form that carries no signature', async () => {
    const { path } = await send('faxNumber=045-000-0401&reference=fx_2');
    await stage.passes(30);
    const [bell, ...more] = stage.at('/interfax');
    expect(more).to.deep.equal([]);
    const form = Object.fromEntries(new URLSearchParams(bell!.body));
    expect(form).to.include({ Status: '0', PagesSent: '2', TransactionID: path.split('/').at(-1) });
    expect(Object.keys(bell!.headers).filter((name) => name.includes('signature'))).to.deep.equal([]);
  });

  it('finds a fax by our reference, when lists have caught up', async () => {
    await stage.control('POST', '/faults', { listLagSeconds: 20 });
    await send('faxNumber=0450000401&reference=fx_3');
    const found = async () =>
      (await (await stage.interfax('GET', '/outbound/search?reference=fx_3')).json()) as { subject: string }[];
    expect(await found()).to.deep.equal([]);
    await stage.passes(20);
    expect((await found()).map(({ subject }) => subject)).to.deep.equal(['fx_3']);
  });

  it('makes attempts of its own unless it is told not to', async () => {
    await stage.control('PUT', `/numbers/${clinic}`, { behaviour: 'busy' });
    const alone = await send('faxNumber=0450000401&retriesToPerform=0');
    const byHabit = await send('faxNumber=0450000401');
    await stage.passes(5);
    expect(await record(alone.path)).to.include({ status: 6017, attemptsMade: 1 });
    expect(await record(byHabit.path)).to.include({ status: -3, attemptsMade: 1 });
    await stage.passes(300);
    expect(await record(byHabit.path)).to.include({ status: 6017, attemptsMade: 3, attemptsToPerform: 3 });
  });

  it('gives the result that a simulator number asks for, without dialling', async () => {
    for (const [code, status] of [
      ['0000', 0],
      ['6017', 6017],
    ] as const) {
      const { path } = await send(`faxNumber=00999-9999-${code}`);
      expect(await record(path)).to.include({ status });
    }
  });

  it('sends again, calls off and hides', async () => {
    const first = await send('faxNumber=0450000401&reference=fx_4');
    await stage.passes(30);
    expect((await stage.interfax('POST', `${first.path}/cancel`)).status).to.equal(409);
    const again = await stage.interfax('POST', `${first.path}/resend`);
    const path = new URL(again.headers.get('location')!).pathname;
    expect((await stage.interfax('POST', `${path}/cancel`)).status).to.equal(200);
    expect((await record(path)).status).to.be.greaterThan(0);
    expect((await stage.interfax('POST', `${path}/hide`)).status).to.equal(200);
    expect((await stage.interfax('GET', path)).status).to.equal(404);
    await stage.passes(60);
    expect(await stage.tray(clinic)).to.have.length(1);
  });

  it('keeps a fax to us until it is marked as read, and hands over its pages', async () => {
    const id = await stage.send(clinic, interfaxNumber, document);
    expect(await (await stage.interfax('GET', '/inbound/faxes?unreadOnly=true')).json()).to.deep.equal([]);
    await stage.passes(30);
    expect(stage.at('/interfax').map(({ body }) => new URLSearchParams(body).get('MessageID'))).to.deep.equal([id]);
    const [unread] = (await (await stage.interfax('GET', '/inbound/faxes?unreadOnly=true')).json()) as [object];
    expect(unread).to.include({ messageId: Number(id), pages: 2, callerId: clinic, imageStatus: 'UNREAD' });
    const image = await stage.interfax('GET', `/inbound/faxes/${id}/image`);
    expect(image.headers.get('content-type')).to.equal('image/tiff');
    expect(Buffer.from(await image.arrayBuffer()).equals(Buffer.from(document))).to.equal(true);
    expect((await stage.interfax('POST', `/inbound/faxes/${id}/mark?unread=false`)).status).to.equal(200);
    expect(await (await stage.interfax('GET', '/inbound/faxes?unreadOnly=true')).json()).to.deep.equal([]);
    await stage.passes(15 * 86_400);
    expect((await stage.interfax('GET', `/inbound/faxes/${id}/image`)).status).to.equal(404);
  });

  it('refuses a stranger, a misspelt parameter, a wrong number and what is no document', async () => {
    const stranger = await fetch(`${stage.house.url}/inbound/faxes`, { headers: { authorization: 'Basic eDp5' } });
    expect(stranger.status).to.equal(401);
    expect((await send('faxNumber=0450000401&refrence=x')).status).to.equal(400);
    expect((await send('faxNumber=119')).status).to.equal(400);
    expect((await send('faxNumber=0450000401', document, 'text/html')).status).to.equal(415);
    const { path } = await send('faxNumber=0450000401', Buffer.from('%PDF-1.4 nothing'), 'application/pdf');
    expect((await record(path)).status).to.be.greaterThan(0);
    expect((await send('faxNumber=0450000401', Buffer.alloc(21 * 1024 * 1024))).status).to.equal(413);
  });
});
