import { expect } from 'chai';
import twilio from 'twilio';
import { authToken, createTown, doctor, ours, type Received, type Town, twiml } from './support/town.ts';

describe('webhooks', () => {
  let town: Town;
  beforeEach(async () => {
    town = await createTown();
    await town.phone(doctor, { behaviour: 'answer', hangUpAfterSeconds: 30 });
  });
  afterEach(() => town.close());

  const ring = async (more: object) => {
    const { sid } = await town.client.calls.create({ to: doctor, from: ours, ...more } as never);
    await town.settle();
    await town.passes(4);
    return sid;
  };
  const isSigned = ({ method, signature, url, params }: Received) =>
    twilio.validateRequest(authToken, signature, url, method === 'GET' ? {} : params);
  /** Real time for sockets; the clock of the story stands still. */
  const blink = () => new Promise<void>((resolve) => setTimeout(resolve, 60));

  it('are signed so that the official check accepts them, by POST and by GET, with queries', async () => {
    town.replies.set('/doc', twiml(`<Gather numDigits="1" method="GET" action="/key?leg=lg_1&amp;try=it's"/>`));
    await ring({
      url: `${town.appUrl}/doc?case=uc_1`,
      statusCallback: `${town.appUrl}/status?leg=lg_1`,
      statusCallbackEvent: ['initiated', 'completed'],
    });
    const [call] = await town.client.calls.list();
    await town.control('POST', `/calls/${call!.sid}/digits`, { digits: '1' });
    await town.passes(40);
    expect(town.received.map(({ method, path }) => `${method} ${path}`)).to.deep.equal([
      'POST /status',
      'POST /doc',
      'GET /key',
      'POST /status',
    ]);
    expect(town.received.map(isSigned)).to.deep.equal([true, true, true, true]);
    const [first] = town.received;
    expect(isSigned({ ...first!, params: { ...first!.params, CallStatus: 'completed' } })).to.equal(false);
  });

  it('carry a token of their own', async () => {
    await ring({
      url: `${town.appUrl}/doc`,
      statusCallback: `${town.appUrl}/status`,
      statusCallbackEvent: ['initiated', 'ringing'],
    });
    const tokens = town.received.map(({ token }) => token);
    expect(new Set(tokens).size).to.equal(3);
    for (const token of tokens) expect(token).to.match(/^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/);
  });

  it('are only for the events asked for; completed when none is named', async () => {
    await ring({ url: `${town.appUrl}/doc`, statusCallback: `${town.appUrl}/status` });
    await town.passes(40);
    expect(town.at('/status').map(({ params }) => [params.CallStatus, params.SequenceNumber])).to.deep.equal([
      ['completed', '0'],
    ]);
  });

  const failures: Array<[why: string, reply: object | string, code: string]> = [
    ['answers 500', { status: 500 }, '11200'],
    ['answers 404', { status: 404, body: twiml('') }, '11200'],
    ['answers JSON', { body: '{}', type: 'application/json' }, '12300'],
    ['answers what is not XML', 'OK', '12100'],
    ['answers an unknown verb', twiml('<Sing/>'), '12200'],
  ];
  for (const [why, reply, code] of failures) {
    it(`ask the fallback URL when the document's URL ${why} (${code})`, async () => {
      town.replies.set('/doc', reply);
      town.replies.set('/fallback', twiml('<Say>代わりの案内です</Say>'));
      const sid = await ring({ url: `${town.appUrl}/doc`, fallbackUrl: `${town.appUrl}/fallback` });
      expect(town.at('/fallback')[0]!.params).to.include({
        ErrorCode: code,
        ErrorUrl: `${town.appUrl}/doc`,
        CallSid: sid,
      });
      expect(await town.said(sid)).to.deep.equal(['代わりの案内です']);
    });
  }

  it('without a fallback leave the caller with an application error', async () => {
    town.replies.set('/voice', { status: 500 });
    const id = await town.dial();
    await town.passes(3);
    const { state, endedBy, transcript } = await town.leg(id);
    expect({ state, endedBy }).to.deep.equal({ state: 'completed', endedBy: 'error' });
    expect(transcript.map(({ text }) => text)).to.include('application error');
  });

  it('ask the fallback URL for a failed action, too, relative to the call', async () => {
    town.replies.set('/doc', twiml('<Redirect>/broken</Redirect>'));
    town.replies.set('/broken', { status: 503 });
    town.replies.set('/fallback', twiml('<Say>fallback</Say>'));
    const sid = await ring({ url: `${town.appUrl}/doc`, fallbackUrl: `${town.appUrl}/fallback` });
    expect(town.at('/fallback')[0]!.params.ErrorUrl).to.equal(`${town.appUrl}/broken`);
    expect(await town.said(sid)).to.deep.equal(['fallback']);
  });

  it('give up after 15 seconds', async () => {
    town.replies.set('/doc', 'hang');
    town.replies.set('/fallback', twiml('<Say>fallback</Say>'));
    const { sid } = await town.client.calls.create({
      to: doctor,
      from: ours,
      url: `${town.appUrl}/doc`,
      fallbackUrl: `${town.appUrl}/fallback`,
    });
    await town.settle();
    await town.clock.advanceTo(new Date('2025-11-03T12:00:18Z'), blink);
    expect(town.at('/fallback')).to.have.length(0);
    await town.clock.advanceTo(new Date('2025-11-03T12:00:20Z'), blink);
    expect(town.at('/fallback')[0]!.params.ErrorCode).to.equal('11200');
    expect(await town.said(sid)).to.deep.equal(['fallback']);
  });

  it('retry as the fragment says, with the same token, and sign without it', async () => {
    town.replies.set('/doc', [{ status: 500 }, { status: 502 }, twiml('<Say>third time</Say>')]);
    const sid = await ring({ url: `${town.appUrl}/doc#rc=2&rp=5xx` });
    expect(await town.said(sid)).to.deep.equal(['third time']);
    const tries = town.at('/doc');
    expect(tries.map(isSigned)).to.deep.equal([true, true, true]);
    expect(new Set(tries.map(({ token }) => token)).size).to.equal(1);
  });

  it('retry a reply that takes longer than rt', async () => {
    town.replies.set('/status', ['hang', twiml('')]);
    await town.client.calls.create({
      to: doctor,
      from: ours,
      url: `${town.appUrl}/doc`,
      statusCallback: `${town.appUrl}/status#rt=1000&rp=rt`,
      statusCallbackEvent: ['initiated'],
    });
    await blink();
    await town.clock.advanceTo(new Date('2025-11-03T12:00:02Z'), blink);
    expect(town.at('/status')).to.have.length(2);
  });

  it('about one call wait for each other, so that a slow reader gets them in order', async () => {
    town.replies.set('/status', ['hang', twiml('')]);
    const about = { url: `${town.appUrl}/doc`, statusCallback: `${town.appUrl}/status` };
    await town.client.calls.create({ to: doctor, from: ours, ...about, statusCallbackEvent: ['initiated', 'ringing'] });
    await blink();
    expect(town.at('/status').map(({ params }) => params.CallStatus)).to.deep.equal(['initiated']);
    town.owed[0]!.end();
    await town.settle();
    expect(town.at('/status').map(({ params }) => params.CallStatus)).to.deep.equal(['initiated', 'ringing']);
  });

  it('do not retry an answer of 5xx by themselves', async () => {
    town.replies.set('/status', { status: 500 });
    await ring({
      url: `${town.appUrl}/doc`,
      statusCallback: `${town.appUrl}/status`,
      statusCallbackEvent: ['initiated'],
    });
    expect(town.at('/status')).to.have.length(1);
  });

  it('are remembered with what came of them', async () => {
    town.replies.set('/status', { status: 404 });
    await ring({
      url: `${town.appUrl}/doc`,
      statusCallback: `${town.appUrl}/status#rc=99`,
      statusCallbackEvent: ['initiated'],
    });
    await ring({ url: 'http://127.0.0.1:1/nobody-listens' });
    type Sent = { kind: string; status: number | null; attempts: number; error: string | null };
    const { body } = await town.control<Sent[]>('GET', '/webhooks?limit=10');
    const about = (kind: string, status: number | null) =>
      body.find((each) => each.kind === kind && each.status === status);
    expect(about('status', 404)!.error).to.contain('11240');
    expect(about('voice', 200)!.attempts).to.equal(1);
  });

  it('to a port where nobody listens are retried once, and then the fallback is asked', async () => {
    town.replies.set('/fallback', twiml('<Say>fallback</Say>'));
    const sid = await ring({ url: 'http://127.0.0.1:1/nobody', fallbackUrl: `${town.appUrl}/fallback` });
    expect(town.at('/fallback')[0]!.params.ErrorCode).to.equal('11205');
    expect(await town.said(sid)).to.deep.equal(['fallback']);
    const { body } = await town.control<Array<{ url: string; attempts: number }>>('GET', '/webhooks');
    expect(body.find(({ url }) => url.includes('nobody'))!.attempts).to.equal(2);
  });
});
