import { expect } from 'chai';
import { caller, createTown, doctor, ours, type Town, twiml } from './support/town.ts';

describe('phones and their habits', () => {
  let town: Town;
  beforeEach(async () => {
    town = await createTown();
    town.replies.set(
      '/doc',
      twiml('<Gather numDigits="1" action="/key"><Say>当番の呼び出しです。1を押してください</Say></Gather>'),
    );
    town.replies.set('/key', twiml('<Pause length="100"/>'));
  });
  afterEach(() => town.close());

  const ring = async (more: object = {}) => {
    const { sid } = await town.client.calls.create({
      to: doctor,
      from: ours,
      url: `${town.appUrl}/doc`,
      statusCallback: `${town.appUrl}/status`,
      statusCallbackEvent: ['initiated', 'ringing', 'answered', 'completed'],
      timeout: 20,
      ...more,
    });
    await town.settle();
    return sid;
  };
  const reports = () => town.at('/status').map(({ params }) => params.CallStatus);

  const outcomes = [
    { habit: { behaviour: 'busy' }, states: ['initiated', 'busy'], seconds: 1, sip: '486' },
    { habit: { behaviour: 'failed' }, states: ['initiated', 'failed'], seconds: 1, sip: '404' },
    {
      habit: { behaviour: 'reject', answerAfterSeconds: 3 },
      states: ['initiated', 'ringing', 'busy'],
      seconds: 3,
      sip: '603',
    },
    { habit: { behaviour: 'no-answer' }, states: ['initiated', 'ringing', 'no-answer'], seconds: 20, sip: '487' },
    { habit: { behaviour: 'manual' }, states: ['initiated', 'ringing', 'no-answer'], seconds: 20, sip: '487' },
    { habit: null, states: ['initiated', 'ringing', 'no-answer'], seconds: 20, sip: '487' },
    {
      habit: { behaviour: 'answer', answerAfterSeconds: 21 },
      states: ['initiated', 'ringing', 'no-answer'],
      seconds: 20,
      sip: '487',
    },
    {
      habit: { behaviour: 'answer', hangUpAfterSeconds: 2 },
      states: ['initiated', 'ringing', 'in-progress', 'completed'],
      seconds: 6,
      sip: '200',
    },
    {
      habit: { behaviour: 'voicemail', greetingSeconds: 3, hangUpAfterSeconds: 4 },
      states: ['initiated', 'ringing', 'in-progress', 'completed'],
      seconds: 8,
      sip: '200',
    },
  ];
  for (const { habit, states, seconds, sip } of outcomes) {
    it(`${habit ? JSON.stringify(habit) : 'an unknown phone'} ends as ${states.at(-1)} after ${seconds} s`, async () => {
      if (habit) await town.phone(doctor, habit);
      const sid = await ring();
      await town.passes(40);
      expect(reports()).to.deep.equal(states);
      const { params, at } = town.at('/status').at(-1)!;
      expect((at.getTime() - Date.parse('2025-11-03T12:00:00Z')) / 1000).to.equal(seconds);
      expect(params).to.include({ CallSid: sid, SipResponseCode: sip, CallbackSource: 'call-progress-events' });
      expect(params.SequenceNumber).to.equal(String(states.length - 1));
      expect(params.CallDuration).to.equal(String(states.includes('in-progress') ? seconds - 4 : 0));
    });
  }

  it('a person presses keys some seconds after answering', async () => {
    await town.phone(doctor, { behaviour: 'answer', keys: [{ afterSeconds: 2, digits: '1' }] });
    await ring();
    await town.passes(6);
    expect(town.at('/key').map(({ at, params }) => [at.toISOString(), params.Digits])).to.deep.equal([
      ['2025-11-03T12:00:06.000Z', '1'],
    ]);
  });

  it('a person presses keys on hearing a sentence, every time or so many times', async () => {
    await town.phone(doctor, {
      behaviour: 'answer',
      keys: [{ onPrompt: '1を押', afterSeconds: 1.5, digits: '3', times: 2 }],
    });
    town.replies.set('/key', twiml('<Redirect>/doc</Redirect>'));
    await ring();
    await town.passes(60);
    expect(town.at('/key').map(({ at }) => at.toISOString().slice(17, 21))).to.deep.equal(['05.5', '07.0']);
  });

  it('a person hangs up on hearing a sentence', async () => {
    await town.phone(doctor, { behaviour: 'answer', keys: [{ onPrompt: '当番', afterSeconds: 0, hangUp: true }] });
    const sid = await ring();
    await town.passes(5);
    expect(await town.leg(sid)).to.include({ state: 'completed', endedBy: 'phone' });
  });

  it('an answering machine presses nothing, and is noticed when asked for', async () => {
    await town.phone(doctor, { behaviour: 'voicemail', greetingSeconds: 6 });
    await ring({ machineDetection: 'DetectMessageEnd' });
    await town.passes(60);
    expect(town.at('/key')).to.have.length(0);
    expect(town.at('/doc')[0]!.at.toISOString()).to.equal('2025-11-03T12:00:10.000Z');
    expect(town.at('/doc')[0]!.params.AnsweredBy).to.equal('machine_end_beep');
  });

  it('a phone in a call is busy, and one that rings too', async () => {
    await town.phone(doctor, { behaviour: 'answer' });
    await ring();
    const second = await ring();
    await town.passes(5);
    expect((await town.leg(second)).state).to.equal('busy');
    const third = await ring();
    await town.passes(2);
    expect((await town.leg(third)).state).to.equal('busy');
  });

  it('a caller who is on the line with us is busy for us', async () => {
    town.replies.set('/voice', twiml('<Pause length="60"/>'));
    await town.dial(caller);
    const back = await town.client.calls.create({ to: caller, from: ours, url: `${town.appUrl}/doc` });
    await town.passes(2);
    expect((await town.leg(back.sid)).state).to.equal('busy');
  });

  it('a sequence is used ring after ring, the last one again and again', async () => {
    await town.phone(doctor, {
      label: '佐藤医師',
      sequence: [{ behaviour: 'no-answer', times: 2 }, { behaviour: 'busy' }, { behaviour: 'reject' }],
    });
    for (let rings = 0; rings < 5; rings += 1) {
      await ring();
      await town.passes(30);
    }
    expect((await town.legs(doctor)).map(({ state, endedBy }) => `${state} ${endedBy}`)).to.deep.equal([
      'no-answer network',
      'no-answer network',
      'busy network',
      'busy phone',
      'busy phone',
    ]);
  });

  it('a manual phone rings until somebody answers or declines', async () => {
    await town.phone(doctor, { behaviour: 'manual' });
    const first = await ring();
    await town.passes(10);
    expect((await town.control('POST', `/calls/${first}/digits`, { digits: '1' })).status).to.equal(409);
    expect((await town.control('POST', `/calls/${first}/answer`)).status).to.equal(204);
    await town.settle();
    expect((await town.leg(first)).state).to.equal('in-progress');
    expect((await town.control('POST', `/calls/${first}/answer`)).status).to.equal(409);
    await town.control('POST', `/calls/${first}/hangup`);
    const second = await ring();
    await town.control('POST', `/calls/${second}/reject`);
    expect(await town.leg(second)).to.include({ state: 'busy', endedBy: 'phone' });
  });

  it('a withheld number dials as "anonymous", as often as it likes', async () => {
    town.replies.set('/voice', twiml('<Pause length="60"/>'));
    const one = await town.dial('anonymous');
    const two = await town.dial('anonymous');
    expect(one).not.to.equal(two);
    expect(town.at('/voice')[0]!.params.From).to.equal('anonymous');
    expect((await town.leg(two)).state).to.equal('in-progress');
  });

  it('a caller who hangs up before the document is there is reported as no-answer', async () => {
    town.replies.set('/voice', 'hang');
    const { body } = await town.control<{ id: string }>('POST', '/calls', {
      from: caller,
      to: ours,
      statusCallback: `${town.appUrl}/status`,
    });
    await new Promise((resolve) => setTimeout(resolve, 30));
    await town.control('POST', `/calls/${body.id}/hangup`);
    await new Promise((resolve) => setTimeout(resolve, 30));
    expect(reports()).to.deep.equal(['no-answer']);
  });

  const wrong: Array<[why: string, path: string, body: unknown, field: RegExp]> = [
    ['a behaviour that does not exist', `/phones/${doctor}`, { behaviour: 'sleeps' }, /^behaviour$/],
    ['a misspelt field', `/phones/${doctor}`, { behaviour: 'answer', answerAfter: 3 }, /^body$/],
    [
      'digits that no phone has',
      `/phones/${doctor}`,
      { behaviour: 'answer', keys: [{ afterSeconds: 1, digits: 'A' }] },
      /^keys\.0\.digits$/,
    ],
    [
      'an expression that does not parse',
      `/phones/${doctor}`,
      { behaviour: 'answer', keys: [{ onPrompt: '(', digits: '1' }] },
      /^keys\.0\.onPrompt$/,
    ],
    ['an empty sequence', `/phones/${doctor}`, { sequence: [] }, /^sequence$/],
    ['a number without a URL', `/numbers/${ours}`, { voiceUrl: 'gateway' }, /^voiceUrl$/],
  ];
  for (const [why, path, body, field] of wrong) {
    it(`is told what to change about ${why}`, async () => {
      const answer = await town.control<{ errors: Array<{ field: string; detail: string }> }>('PUT', path, body);
      expect(answer.status).to.equal(400);
      expect(answer.body.errors[0]!.field).to.match(field);
      expect(answer.body.errors[0]!.detail).not.to.equal('');
    });
  }

  it('is told what a telephone number looks like, and which are ours', async () => {
    expect((await town.control('PUT', '/phones/0901234', { behaviour: 'busy' })).status).to.equal(400);
    expect((await town.control('POST', '/calls', { from: caller, to: '+815099999999' })).status).to.equal(404);
    expect((await town.control('GET', `/phones/${caller}`)).status).to.equal(404);
    expect((await town.control('POST', '/calls/CA1/hangup')).status).to.equal(404);
  });

  it('forgets everything but our numbers on reset, and tells nobody', async () => {
    await town.phone(doctor, { behaviour: 'answer' });
    await ring();
    await town.passes(10);
    const before = town.received.length;
    await town.control('POST', '/reset');
    await town.passes(100);
    expect(town.received.length).to.equal(before);
    expect((await town.control<unknown[]>('GET', '/phones')).body).to.deep.equal([]);
    expect(await town.client.calls.list()).to.deep.equal([]);
    expect((await town.control<unknown[]>('GET', '/numbers')).body.length).to.equal(1);
  });
});
