import { expect } from 'chai';
import Telnyx from 'telnyx';
import { clinic, drawnPage, openStage, type Stage, telnyxNumber, tiffOf } from './support/house.ts';

interface Event {
  data: { event_type: string; id: string; payload: Record<string, unknown> };
  meta: { attempt: number; delivered_to: string };
}

describe('the fax house speaks Telnyx, to Telnyx’s own client', () => {
  let stage: Stage;
  let document: Uint8Array;
  before(async () => {
    document = await tiffOf(drawnPage(1), drawnPage(2));
  });
  beforeEach(async () => {
    stage = await openStage();
    stage.documents.set('/media/1', { body: document, headers: { 'content-type': 'image/tiff' } });
  });
  afterEach(() => stage.close());

  const create = async (more: Partial<Telnyx.FaxCreateParams> = {}) => {
    const { data } = await stage.telnyx.faxes.create({
      connection_id: '1',
      from: telnyxNumber,
      to: clinic,
      media_url: `${stage.appUrl}/media/1`,
      quality: 'high',
      ...more,
    });
    await stage.settle();
    return data!.id!;
  };
  const events = (path = '/telnyx') => stage.at(path).map(({ body }) => JSON.parse(body) as Event);
  const names = () => events().map(({ data }) => data.event_type);
  const fax = async (id: string) => (await stage.telnyx.faxes.retrieve(id)).data!;
  const refusal = async (attempt: Promise<unknown>) => {
    const error = await attempt.then(
      () => expect.fail('it was accepted'),
      (thrown: unknown) => thrown,
    );
    expect(error).to.be.instanceOf(Telnyx.APIError);
    return (error as InstanceType<typeof Telnyx.APIError>).status;
  };

  it('fetches the document, sends it, and tells each step in a signed webhook', async () => {
    const id = await create({ client_state: Buffer.from('fx_1').toString('base64') });
    await stage.passes(40);
    expect(await fax(id)).to.include({ status: 'delivered', direction: 'outbound', failure_reason: null });
    expect(names()).to.deep.equal(['fax.queued', 'fax.media.processed', 'fax.sending.started', 'fax.delivered']);
    for (const { body, headers } of stage.at('/telnyx'))
      await stage.telnyx.webhooks.unwrap(body, { headers: headers as Record<string, string> });
    expect(events().at(-1)!.data.payload).to.include({ fax_id: id, page_count: 2, client_state: 'ZnhfMQ==' });
    const [received] = await stage.tray(clinic);
    expect(received).to.include({ id, reference: 'ZnhfMQ==' });
    expect(received!.pages).to.have.length(2);
  });

  it('signs with a key that a changed body, or another key, does not pass', async () => {
    await create();
    const { body, headers } = stage.at('/telnyx')[0]!;
    const given = { headers: headers as Record<string, string> };
    const failure = async (text: string, client: Telnyx) =>
      client.webhooks.unwrap(text, given).then(
        () => 'passed',
        (error: Error) => error.name,
      );
    expect(await failure(body.replace('fax.queued', 'fax.failed'), stage.telnyx)).to.contain('Verification');
    const stranger = new Telnyx({ apiKey: 'x', publicKey: Buffer.alloc(32, 7).toString('base64') });
    expect(await failure(body, stranger)).to.contain('Verification');
  });

  for (const [behaviour, reason] of [
    ['busy', 'user_busy'],
    ['no-answer', 'receiver_no_answer'],
    ['voice', 'fax_initial_communication_timeout'],
  ] as const)
    it(`fails once, without another attempt, when the machine is ${behaviour}`, async () => {
      await stage.control('PUT', `/numbers/${clinic}`, { behaviour });
      const id = await create();
      await stage.passes(600);
      expect(await fax(id)).to.include({ status: 'failed', failure_reason: reason });
      expect(names().filter((name) => name === 'fax.failed')).to.have.length(1);
      expect(await stage.tray(clinic)).to.deep.equal([]);
    });

  it('says so when a number has nobody', async () => {
    const id = await create({ to: '+81450009999' });
    await stage.passes(10);
    expect(await fax(id)).to.include({ failure_reason: 'receiver_unallocated_number' });
  });

  for (const [name, document, reason] of [
    ['is not there', { status: 404, body: Buffer.from('') }, 'file_download_failed'],
    [
      'lies behind a redirect',
      { status: 302, headers: { location: '/media/1' }, body: Buffer.from('') },
      'file_download_failed',
    ],
    ['is no document', { body: Buffer.from('hello') }, 'file_format_invalid'],
    ['is larger than 50 MB', { body: Buffer.alloc(51 * 1024 * 1024) }, 'file_size_limit_exceeded'],
  ] as const)
    it(`fails when the document ${name}`, async () => {
      stage.documents.set('/media/1', document);
      const id = await create();
      expect(await fax(id)).to.include({ status: 'failed', failure_reason: reason });
      expect(names()).to.deep.equal(['fax.queued', 'fax.failed']);
    });

  it('lists by filter and page, calls off, and deletes', async () => {
    const ids = [await create(), await create(), await create()];
    const listed: string[] = [];
    const query = { filter: { direction: { eq: 'outbound' }, to: { eq: clinic } }, 'page[size]': 2 } as const;
    for await (const each of stage.telnyx.faxes.list(query)) listed.push(each.id!);
    expect(listed).to.deep.equal(ids.toReversed());
    expect((await stage.telnyx.faxes.actions.cancel(ids[0]!)).data).to.deep.equal({ result: 'ok' });
    expect(await fax(ids[0]!)).to.include({ status: 'failed', failure_reason: 'sender_canceled' });
    expect(await refusal(stage.telnyx.faxes.actions.cancel(ids[0]!))).to.equal(422);
    await stage.telnyx.faxes.delete(ids[0]!);
    expect(await refusal(stage.telnyx.faxes.retrieve(ids[0]!))).to.equal(404);
  });

  it('refuses a stranger’s key, a number that is not ours, and a client state that is not base 64', async () => {
    const stranger = new Telnyx({ apiKey: 'wrong', baseURL: `${stage.house.url}/v2`, maxRetries: 0 });
    expect(await refusal(stranger.faxes.retrieve('x'))).to.equal(401);
    expect(await refusal(create({ from: clinic }))).to.equal(403);
    expect(await refusal(create({ client_state: 'fx_1' }))).to.equal(422);
  });

  it('hands over a received fax by a link that is good for ten minutes, and again after a refresh', async () => {
    const id = await stage.send(clinic, telnyxNumber, document);
    await stage.passes(30);
    expect(names()).to.deep.equal(['fax.receiving.started', 'fax.media.processing.started', 'fax.received']);
    const { payload } = events().at(-1)!.data;
    expect(payload).to.include({ fax_id: id, from: clinic, to: telnyxNumber, page_count: 2, partial_content: false });
    const link = String(payload.media_url);
    const got = await fetch(link);
    expect(Buffer.from(await got.arrayBuffer()).equals(Buffer.from(document))).to.equal(true);
    await stage.passes(600);
    expect((await fetch(link)).status).to.equal(403);
    await stage.telnyx.faxes.actions.refresh(id);
    const renewed = await fax(id);
    expect((await fetch(renewed.media_url!)).status).to.equal(200);
    await stage.telnyx.faxes.delete(id);
    expect((await fetch(renewed.media_url!)).status).to.equal(403);
  });

  it('tries a webhook again, signed anew, and then the failover address', async () => {
    stage.statuses.set('/telnyx', [500]);
    await create({ to: '+81450009999' });
    await stage.passes(120);
    const attempts = events().filter(({ data }) => data.event_type === 'fax.queued');
    expect(attempts.map(({ meta }) => meta.attempt)).to.deep.equal([1, 2, 3]);
    expect(new Set(attempts.map(({ data }) => data.id)).size).to.equal(1);
    const over = stage.at('/failover');
    expect(events('/failover').map(({ data }) => data.event_type)).to.include('fax.failed');
    for (const { body, headers } of over)
      await stage.telnyx.webhooks.unwrap(body, { headers: headers as Record<string, string> });
  });
});
