import { expect } from 'chai';
import twilio from 'twilio';
import { accountSid, authToken, createTown, doctor, ours, seeded, type Town, twiml } from './support/town.ts';

const events = ['initiated', 'ringing', 'answered', 'completed'];

describe('faults that the exchange can be told to have', () => {
  let town: Town;
  beforeEach(async () => {
    town = await createTown();
    await town.phone(doctor, { behaviour: 'answer', hangUpAfterSeconds: 5 });
    town.replies.set('/doc', twiml('<Pause length="60"/>'));
  });
  afterEach(() => town.close());

  const faults = (body: object) => town.control('POST', '/faults', body);
  const create = () =>
    town.client.calls.create({
      to: doctor,
      from: ours,
      url: `${town.appUrl}/doc`,
      statusCallback: `${town.appUrl}/status`,
      statusCallbackEvent: events,
    });
  const ring = async () => {
    await create();
    await town.settle();
    await town.passes(30);
    return town.at('/status');
  };
  const sequence = (received: Array<{ params: Record<string, string> }>) =>
    received.map(({ params }) => params.SequenceNumber);

  it('without any, callbacks come once and in order', async () => {
    expect(sequence(await ring())).to.deep.equal(['0', '1', '2', '3']);
  });

  it('doubled callbacks carry the same token and the same words', async () => {
    await faults({ callbacks: { duplicate: 3 } });
    const received = await ring();
    expect(sequence(received)).to.deep.equal(['0', '0', '0', '1', '1', '1', '2', '2', '2', '3', '3', '3']);
    expect(new Set(received.map(({ token }) => token)).size).to.equal(4);
    expect(received[1]!.params).to.deep.equal(received[0]!.params);
  });

  it('doubled documents: the first reply counts', async () => {
    await faults({ callbacks: { duplicate: 2, voiceToo: true } });
    town.replies.set('/voice', [
      twiml('<Say>first</Say><Pause length="9"/>'),
      twiml('<Say>second</Say><Pause length="9"/>'),
    ]);
    const id = await town.dial();
    await town.settle();
    expect(town.at('/voice')).to.have.length(2);
    expect(town.at('/voice')[0]!.token).to.equal(town.at('/voice')[1]!.token);
    expect((await town.said(id)).length).to.equal(1);
  });

  it('delayed callbacks come within the given seconds', async () => {
    await faults({ callbacks: { delaySeconds: [8, 9] } });
    await create();
    await town.settle();
    await town.passes(7.9);
    expect(town.at('/status')).to.have.length(0);
    await town.passes(1.1);
    expect(town.at('/status').length).to.equal(2);
  });

  it('reordered callbacks come out of order, all of them', async () => {
    await faults({ callbacks: { reorder: true, duplicate: 5 } });
    const received = await ring();
    expect(received).to.have.length(20);
    const order = sequence(received);
    expect(order).not.to.deep.equal([...order].sort());
  });

  it('lost callbacks do not come', async () => {
    await faults({ callbacks: { drop: 1 } });
    expect(await ring()).to.have.length(0);
  });

  it('the same seed has the same faults', async () => {
    const run = async (seed: string) => {
      await town.close();
      town = await createTown({ random: seeded(seed) });
      await town.phone(doctor, { behaviour: 'answer', hangUpAfterSeconds: 5 });
      await faults({ callbacks: { drop: 0.5, duplicate: 3, delaySeconds: [0, 20] } });
      const received = await ring();
      return received.map(({ at, params }) => `${at.toISOString()} ${params.SequenceNumber}`).sort();
    };
    expect(await run('one')).to.deep.equal(await run('one'));
    expect(await run('one')).not.to.deep.equal(await run('two'));
  });

  const status = async (attempt: Promise<unknown>): Promise<number | string> => {
    try {
      await attempt;
      return 'done';
    } catch (error) {
      const { status, code } = error as { status?: number; code?: string | number };
      return status ? `${status} ${code}` : String(code);
    }
  };

  for (const [mode, words] of [
    ['500', '500 20500'],
    ['503', '503 20503'],
    ['429', '429 20429'],
  ] as const) {
    it(`refuses a request with ${mode}, once, and nothing rings`, async () => {
      await faults({ api: { operation: 'calls.create', mode, times: 1 } });
      expect(await status(create())).to.equal(words);
      expect(await town.client.calls.list()).to.have.length(0);
      expect(await status(create())).to.equal('done');
    });
  }

  it('accepts a call and answers 500: the phone rings all the same', async () => {
    await faults({ api: { operation: 'calls.create', mode: 'accept-then-500', times: 1 } });
    expect(await status(create())).to.equal('500 20500');
    await town.settle();
    expect((await town.legs(doctor))[0]!.state).to.equal('ringing');
  });

  for (const [mode, legs] of [
    ['timeout', 0],
    ['accept-then-timeout', 1],
  ] as const) {
    it(`holds the line with "${mode}" until the client gives up; ${legs} phone rings`, async () => {
      await faults({ api: { operation: 'calls.create', mode, times: 1 } });
      const impatient = twilio(accountSid, authToken, { timeout: 80 });
      impatient.api.baseUrl = town.base;
      const began = performance.now();
      const outcome = status(impatient.calls.create({ to: doctor, from: ours, url: `${town.appUrl}/doc` }));
      expect(await outcome).to.equal('ECONNABORTED');
      expect(performance.now() - began).to.be.greaterThan(75);
      await town.settle();
      expect((await town.legs(doctor)).length).to.equal(legs);
    });
  }

  it('strikes only its own operation, or all with *', async () => {
    await faults({ api: [{ operation: 'calls.list', mode: '503' }] });
    expect(await status(create())).to.equal('done');
    expect(await status(town.client.calls.list())).to.equal('503 20503');
    await faults({ api: { mode: '429' } });
    expect(await status(town.client.conferences.list())).to.equal('429 20429');
    await town.control('DELETE', '/faults');
    expect(await status(town.client.calls.list())).to.equal('done');
  });

  it('strikes with the given probability', async () => {
    await faults({ api: { operation: 'calls.list', mode: '503', probability: 0.5 } });
    const outcomes = [];
    for (let tries = 0; tries < 40; tries += 1) outcomes.push(await status(town.client.calls.list()));
    expect(outcomes.filter((each) => each === 'done').length).to.be.within(8, 32);
  });

  it('shows calls late in lists and look-ups, though the callbacks come', async () => {
    await faults({ listLagSeconds: 3 });
    const { sid } = await create();
    await town.settle();
    expect(town.at('/status').length).to.equal(2);
    expect(await town.client.calls.list({ to: doctor })).to.have.length(0);
    expect(await status(town.client.calls(sid).fetch())).to.equal('404 20404');
    await town.passes(3);
    expect(await town.client.calls.list({ to: doctor })).to.have.length(1);
    expect((await town.client.calls(sid).fetch()).sid).to.equal(sid);
  });

  it('says what is wrong with a fault it does not know', async () => {
    type Problem = { errors: Array<{ field: string }> };
    const answer = await town.control<Problem>('POST', '/faults', { callbacks: { duplicate: 9 } });
    expect(answer.status).to.equal(400);
    expect(answer.body.errors[0]!.field).to.equal('callbacks.duplicate');
  });
});

describe('watching the exchange', () => {
  it('streams what happens, as it happens', async () => {
    const town = await createTown();
    try {
      const response = await fetch(`${town.base}/exchange/events`);
      const reader = response.body!.getReader();
      const decoder = new TextDecoder();
      let text = '';
      const until = async (pattern: RegExp) => {
        while (!pattern.test(text)) text += decoder.decode((await reader.read()).value);
      };
      await until(/connected/);
      town.replies.set('/voice', twiml('<Say>夜間窓口です</Say>'));
      await town.dial();
      await until(/event: said\ndata: .*夜間窓口です/);
      expect(text).to.match(/event: call\ndata: .*"state":"in-progress"/);
      await reader.cancel();
    } finally {
      await town.close();
    }
  });

  it('leaves no timer behind when it is closed', async () => {
    const town = await createTown();
    town.replies.set('/voice', twiml('<Gather timeout="50"/>'));
    await town.dial();
    expect(town.clock.nextDueAt()).not.to.equal(null);
    await town.close();
    expect(town.clock.nextDueAt()).to.equal(null);
  });
});
