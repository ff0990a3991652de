import { expect } from 'chai';
import twilio from 'twilio';
import { accountSid, caller, createTown, doctor, ours, type Town, twiml } from './support/town.ts';

describe("the exchange's REST side, through Twilio's own client", () => {
  let town: Town;
  beforeEach(async () => {
    town = await createTown();
  });
  afterEach(() => town.close());

  const refusal = async (attempt: Promise<unknown>): Promise<{ status: number; code: number }> => {
    try {
      await attempt;
    } catch (error) {
      const { status, code } = error as { status: number; code: number };
      return { status, code };
    }
    throw new Error('it was not refused');
  };
  const create = (more: Record<string, unknown> = {}) =>
    town.client.calls.create({ to: doctor, from: ours, url: `${town.appUrl}/doc`, ...more });

  it('creates a call that the client can read back', async () => {
    const call = await create();
    expect(call.sid).to.match(/^CA[0-9a-f]{32}$/);
    expect(call).to.include({ status: 'queued', direction: 'outbound-api', to: doctor, from: ours, accountSid });
    await town.settle();
    const again = await town.client.calls(call.sid).fetch();
    expect(again.status).to.equal('ringing');
    expect(again.startTime).to.deep.equal(town.clock.now());
  });

  it('refuses a wrong token in the words of Twilio', async () => {
    const stranger = twilio(accountSid, 'wrong');
    stranger.api.baseUrl = town.base;
    expect(await refusal(stranger.calls.list())).to.deep.equal({ status: 401, code: 20003 });
    const raw = await fetch(`${town.base}/2010-04-01/Accounts/${accountSid}/Calls.json`);
    expect(await raw.json()).to.deep.equal({
      code: 20003,
      message: 'Authenticate',
      more_info: 'https://www.twilio.com/docs/errors/20003',
      status: 401,
    });
  });

  const url = 'http://127.0.0.1:9/doc';
  const refused: Array<[why: string, body: Record<string, string | string[]>, code: number]> = [
    ['no To', { From: ours, Url: url }, 21201],
    ['no From', { To: doctor, Url: url }, 21213],
    ['a To that is no number', { To: '0901234', From: ours, Url: url }, 21211],
    ['a From that is no number', { To: doctor, From: 'anonymous', Url: url }, 21212],
    ['a From that is not ours', { To: doctor, From: caller, Url: url }, 21210],
    ['neither Url nor Twiml', { To: doctor, From: ours }, 21205],
    ['a Url that is none', { To: doctor, From: ours, Url: 'gateway' }, 21205],
    ['a host with an underscore', { To: doctor, From: ours, Url: 'http://my_gateway/x' }, 21205],
    ['an unknown event', { To: doctor, From: ours, Url: url, StatusCallbackEvent: 'picked-up' }, 20001],
    ['a status callback that is no URL', { To: doctor, From: ours, Url: url, StatusCallback: 'x' }, 21609],
    ['a time-out that is no number', { To: doctor, From: ours, Url: url, Timeout: 'soon' }, 20001],
    ['a time-out too long', { To: doctor, From: ours, Url: url, Timeout: '601' }, 20001],
    ['a method other than GET and POST', { To: doctor, From: ours, Url: url, Method: 'PUT' }, 20001],
    ['TwiML over 4000 characters', { To: doctor, From: ours, Twiml: 'x'.repeat(4001) }, 20001],
  ];
  for (const [why, body, code] of refused) {
    it(`refuses a call with ${why} (${code})`, async () => {
      const form = new URLSearchParams();
      for (const [name, value] of Object.entries(body)) for (const each of [value].flat()) form.append(name, each);
      const response = await fetch(`${town.base}/2010-04-01/Accounts/${accountSid}/Calls.json`, {
        method: 'POST',
        body: form,
        headers: { authorization: `Basic ${btoa(`${accountSid}:a-token-for-tests`)}` },
      });
      expect(response.status).to.equal(400);
      expect(await response.json()).to.include({ code, status: 400 });
    });
  }

  it('cancels a ringing call, and refuses to cancel one that was answered or has ended', async () => {
    await town.phone(doctor, { behaviour: 'answer', answerAfterSeconds: 5 });
    town.replies.set('/doc', twiml('<Pause length="60"/>'));
    const ringing = await create();
    await town.settle();
    expect((await town.client.calls(ringing.sid).update({ status: 'canceled' })).status).to.equal('canceled');
    expect(await refusal(town.client.calls(ringing.sid).update({ status: 'completed' }))).to.deep.equal({
      status: 400,
      code: 21220,
    });

    const answered = await create();
    await town.passes(6);
    expect((await refusal(town.client.calls(answered.sid).update({ status: 'canceled' }))).code).to.equal(21220);
    const over = await town.client.calls(answered.sid).update({ status: 'completed' });
    expect(over).to.include({ status: 'completed', duration: '1' });
  });

  it('redirects a live call, and refuses it for one that still rings', async () => {
    await town.phone(doctor, { behaviour: 'answer' });
    town.replies.set('/doc', twiml('<Say>first</Say><Pause length="60"/>'));
    town.replies.set('/other', twiml('<Say>second</Say><Pause length="60"/>'));
    const call = await create();
    await town.settle();
    const redirect = () => town.client.calls(call.sid).update({ url: `${town.appUrl}/other`, method: 'GET' });
    expect((await refusal(redirect())).code).to.equal(21220);
    await town.passes(5);
    await redirect();
    await town.settle();
    expect(await town.said(call.sid)).to.deep.equal(['first', 'second']);
    expect(town.at('/other')[0]).to.include({ method: 'GET' });
    await town.client.calls(call.sid).update({ twiml: twiml('<Say>third</Say>') });
    await town.settle();
    expect(await town.said(call.sid)).to.deep.equal(['first', 'second', 'third']);
  });

  it('takes no notice of a document that comes after a redirect, or after the call', async () => {
    await town.phone(doctor, { behaviour: 'answer', answerAfterSeconds: 0 });
    town.replies.set('/doc', 'hang');
    town.replies.set('/other', twiml('<Say>second</Say><Pause length="60"/>'));
    const blink = () => new Promise<void>((resolve) => setTimeout(resolve, 40));
    const call = await create();
    await blink();
    await town.clock.advanceTo(new Date('2025-11-03T12:00:01Z'), blink);
    await town.client.calls(call.sid).update({ url: `${town.appUrl}/other` });
    await blink();
    town.owed[0]!.end(twiml('<Say>first</Say>'));
    await town.settle();
    expect(await town.said(call.sid)).to.deep.equal(['second']);

    await town.client.calls(call.sid).update({ url: `${town.appUrl}/doc` });
    await blink();
    await town.client.calls(call.sid).update({ status: 'completed' });
    town.owed[1]!.end(twiml('<Say>too late</Say>'));
    await town.settle();
    expect(await town.said(call.sid)).to.deep.equal(['second']);
  });

  it('does not know another SID (20404)', async () => {
    const unknown = `CA${'0'.repeat(32)}`;
    expect(await refusal(town.client.calls(unknown).fetch())).to.deep.equal({ status: 404, code: 20404 });
    expect((await refusal(town.client.conferences(`CF${'0'.repeat(32)}`).fetch())).code).to.equal(20404);
    expect((await refusal(town.client.calls(unknown).update({ status: 'completed' }))).code).to.equal(20404);
  });

  it('lists calls by number, state and time, newest first, and page by page', async () => {
    const sids: string[] = [];
    for (let made = 0; made < 5; made += 1) {
      sids.unshift((await create({ to: made === 2 ? caller : doctor })).sid);
      await town.settle();
      await town.passes(2);
    }
    const found = async (filter: object) => (await town.client.calls.list(filter)).map((call) => call.sid);
    expect(await found({})).to.deep.equal(sids);
    expect(await found({ pageSize: 2 })).to.deep.equal(sids);
    expect(await found({ to: caller })).to.deep.equal([sids[2]]);
    expect(await found({ to: doctor, status: 'busy' })).to.deep.equal([sids[0], sids[1], sids[3]]);
    expect(await found({ to: doctor, startTimeAfter: new Date('2025-11-03T12:00:06.900Z') })).to.deep.equal([
      sids[0],
      sids[1],
    ]);
    expect(await found({ startTimeBefore: new Date('2025-11-03T12:00:02Z') })).to.deep.equal([sids[3], sids[4]]);
    const page = await town.client.calls.page({ pageSize: 2 });
    await create();
    const next = await page.nextPage();
    expect(next?.instances.map((call) => call.sid)).to.deep.equal([sids[2], sids[3]]);
  });

  it('keeps calls above the rate queued, and starts them in order', async () => {
    await town.close();
    town = await createTown({ callsPerSecond: 2 });
    const calls: Array<{ sid: string }> = [];
    for (let made = 0; made < 5; made += 1) calls.push(await create({ to: `+8190333300${made}0` }));
    await town.settle();
    const states = () => Promise.all(calls.map(async ({ sid }) => (await town.client.calls(sid).fetch()).status));
    expect(await states()).to.deep.equal(['ringing', 'ringing', 'queued', 'queued', 'queued']);
    await town.client.calls(calls[2]!.sid).update({ status: 'canceled' });
    await town.passes(1);
    expect(await states()).to.deep.equal(['ringing', 'ringing', 'canceled', 'ringing', 'ringing']);
  });

  it('sends text messages to mobiles only, and reports their delivery', async () => {
    const message = { to: caller, from: ours, body: '当番表をご確認ください', statusCallback: `${town.appUrl}/sms` };
    const sent = await town.client.messages.create(message);
    expect(sent).to.include({ status: 'queued', body: message.body });
    await town.passes(3);
    expect(town.at('/sms').map((each) => each.params.MessageStatus)).to.deep.equal(['sent', 'delivered']);
    expect((await town.client.messages(sent.sid).fetch()).status).to.equal('delivered');
    expect((await town.client.messages.list({ to: caller })).length).to.equal(1);
    expect((await refusal(town.client.messages.create({ ...message, to: '+81453110000' }))).code).to.equal(21614);
    expect((await refusal(town.client.messages.create({ ...message, from: doctor }))).code).to.equal(21606);
    expect((await refusal(town.client.messages.create({ to: caller, from: ours }))).code).to.equal(21602);
  });
});
