import { expect } from 'chai';
import sharp from 'sharp';
import { greyOf } from '../../src/imaging/grey.ts';
import type { FaxView } from '../../src/simulators/faxhouse/control/views.ts';
import { clinic, drawnPage, interfaxNumber, openStage, type Stage, telnyxNumber, tiffOf } from './support/house.ts';

describe('the clinics’ fax machines', () => {
  let stage: Stage;
  let document: Uint8Array;
  before(async () => {
    document = await tiffOf(drawnPage(1), drawnPage(2), drawnPage(3));
  });
  beforeEach(async () => {
    stage = await openStage();
  });
  afterEach(() => stage.close());

  const habit = (more: object) => stage.control('PUT', `/numbers/${clinic}`, more);
  const order = async (query = 'retriesToPerform=0') => {
    const answer = await stage.interfax('POST', `/outbound/faxes?faxNumber=0450000401&${query}`, document);
    return new URL(answer.headers.get('location')!).pathname;
  };
  const record = async (path: string) => (await stage.interfax('GET', path)).json() as Promise<Record<string, unknown>>;
  const pixels = async (path: string) =>
    sharp(Buffer.from(await (await fetch(stage.house.url + path)).arrayBuffer()))
      .greyscale()
      .raw()
      .toBuffer({ resolveWithObject: true });
  const inkOf = (data: Buffer) => data.reduce((ink, grey) => ink + (grey < 128 ? 1 : 0), 0);

  it('lose the pages after the one at which the line drops, and the sender knows how many arrived', async () => {
    await habit({ behaviour: 'page-loss', pagesArriving: 2 });
    const path = await order();
    await stage.passes(60);
    expect(await record(path)).to.include({ status: 8010, pagesSent: 2, pagesSubmitted: 3 });
    const [broken] = await stage.tray(clinic);
    expect(broken).to.include({ partial: true, state: 'failed', failure: 'dropped' });
    expect(broken!.pages).to.have.length(2);
  });

  it('print noise and repeat lines on a bad line, and confirm every page', async () => {
    await habit({ behaviour: 'bad-line', noise: 0.002, lostLines: 0.05 });
    const path = await order();
    await stage.passes(60);
    expect(await record(path)).to.include({ status: 0, pagesSent: 3 });
    const [noisy] = await stage.tray(clinic);
    const { data } = await pixels(noisy!.tiff!);
    const clean = inkOf(greyOf(drawnPage(1)));
    const flipped = Math.round(1728 * 2292 * 0.002); // nearly all of them fall on white
    expect(inkOf(data)).to.be.within(clean + flipped * 0.9, clean + flipped * 1.1);
  });

  it('are themselves again after so many calls', async () => {
    await habit({ behaviour: 'busy', times: 2, secondsPerPage: 1 });
    const statuses: unknown[] = [];
    for (let call = 0; call < 3; call += 1) {
      const path = await order();
      await stage.passes(30);
      statuses.push((await record(path)).status);
    }
    expect(statuses).to.deep.equal([6017, 6017, 0]);
    const { body } = await stage.control<object>('GET', `/numbers/${clinic}`);
    expect(body).to.include({ behaviour: 'ok', secondsPerPage: 1, name: '鴎野医院', received: 1 });
  });

  it('send on their own bad line as well: a fax to us that breaks off is received in part', async () => {
    await habit({ behaviour: 'page-loss', pagesArriving: 1 });
    const byTelnyx = await stage.send(clinic, telnyxNumber, document);
    const byInterfax = await stage.send(clinic, interfaxNumber, document);
    await stage.passes(60);
    const event = JSON.parse(stage.at('/telnyx').at(-1)!.body);
    expect(event.data.payload).to.include({ fax_id: byTelnyx, page_count: 1, partial_content: true });
    expect(await record(`/inbound/faxes/${byInterfax}`)).to.include({ pages: 1, messageStatus: 8010 });
  });

  it('show each page as a picture with square dots, small on a tray and whole on request', async () => {
    await order();
    await stage.passes(60);
    const [{ pages }] = (await stage.tray(clinic)) as [FaxView];
    expect(pages[0]).to.include({ width: 1728, height: 2292, xDpi: 204, yDpi: 196 });
    const whole = await pixels(pages[0]!.png);
    expect(whole.info).to.include({ width: 1728, height: Math.round((2292 * 204) / 196) });
    const thumbnail = await pixels(pages[2]!.thumbnail);
    expect(thumbnail.info.width).to.equal(240);
    expect((await fetch(stage.house.url + pages[0]!.png.replace('1.png', '4.png'))).status).to.equal(404);
  });

  it('show a page at standard as tall as it is on paper', async () => {
    const card = await sharp({ create: { width: 860, height: 540, channels: 3, background: '#888888' } })
      .png()
      .toBuffer();
    await stage.send(clinic, telnyxNumber, card, { resolution: 'standard' });
    await stage.passes(30);
    const [fax] = (await stage.control<FaxView[]>('GET', `/numbers/${clinic}/sent`)).body;
    expect(fax!.pages[0]).to.include({ width: 1728, yDpi: 98 });
    const { info, data } = await pixels(fax!.pages[0]!.png);
    expect(info.width / info.height).to.be.closeTo(860 / 540, 0.01);
    expect(inkOf(data)).to.equal(info.width * info.height);
  });

  it('are told apart from numbers of ours: a fax of ours to us comes in', async () => {
    await stage.interfax('POST', `/outbound/faxes?faxNumber=${encodeURIComponent(telnyxNumber)}`, document);
    await stage.passes(60);
    const event = JSON.parse(stage.at('/telnyx').at(-1)!.body);
    expect(event.data).to.have.property('event_type', 'fax.received');
    expect(event.data.payload).to.include({ from: interfaxNumber, to: telnyxNumber, page_count: 3 });
  });

  it('tell what is wrong with a request', async () => {
    const wrong = await stage.control<{ errors: object[] }>('PUT', `/numbers/${clinic}`, { behaviour: 'asleep' });
    expect(wrong.status).to.equal(400);
    expect(wrong.body.errors[0]).to.have.property('field', 'behaviour');
    expect((await stage.control('PUT', '/numbers/0450000401', {})).status).to.equal(400);
    expect((await stage.control('GET', '/numbers/+81450009999')).status).to.equal(404);
    for (const [from, to, file, status] of [
      [clinic, clinic, document, 404],
      ['nobody', telnyxNumber, document, 400],
      [clinic, telnyxNumber, Buffer.from('hello'), 422],
      [clinic, telnyxNumber, document.subarray(0, 600), 422],
      [clinic, telnyxNumber, Buffer.alloc(0), 400],
    ] as const) {
      const error = await stage.send(from, to, file).then(
        () => null,
        (thrown: Error) => JSON.parse(thrown.message) as { status: number; detail: string },
      );
      expect(error).to.include({ status });
    }
    const plain = await fetch(`${stage.house.url}/faxhouse/send`, { method: 'POST', body: 'hello' });
    expect(plain.status).to.equal(400);
  });

  it('forget their trays at a reset, and keep their numbers', async () => {
    await order();
    await stage.passes(10);
    expect((await stage.control('POST', '/reset')).status).to.equal(204);
    await stage.passes(60);
    expect(stage.at('/interfax')).to.deep.equal([]);
    expect(await stage.tray(clinic)).to.deep.equal([]);
    expect((await stage.control<{ ours: object[] }>('GET', '/numbers')).body.ours).to.have.length(2);
  });
});
