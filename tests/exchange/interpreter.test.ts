import { expect } from 'chai';
import { caller, createTown, doctor, ours, type Town, twiml } from './support/town.ts';

/** A second doctor. */
const deputy = '+819022220002';

describe('a call under TwiML', () => {
  let town: Town;
  beforeEach(async () => {
    town = await createTown();
  });
  afterEach(() => town.close());
  const answers = (inside: string, path = '/voice') => town.replies.set(path, twiml(inside));
  const keys = async (id: string, digits: string) => {
    await town.control('POST', `/calls/${id}/digits`, { digits });
    await town.settle();
  };
  const events = async (id: string) =>
    (await town.leg(id)).transcript.filter((entry) => entry.kind === 'event').map((entry) => entry.text);

  it('asks our number for its document, and speaks and plays it in order', async () => {
    answers('<Say language="ja-JP">こちらは夜間窓口です</Say><Pause length="2"/><Play>http://h/a.wav?seconds=4</Play>');
    const id = await town.dial();
    expect(town.at('/voice')[0]!.params).to.include({
      CallSid: id,
      From: caller,
      To: ours,
      Caller: caller,
      Called: ours,
      CallStatus: 'ringing',
      Direction: 'inbound',
      FromCountry: 'JP',
    });
    expect((await town.leg(id)).state).to.equal('in-progress');
    await town.passes(7.3);
    expect((await town.leg(id)).state).to.equal('in-progress');
    await town.passes(0.1);
    const { state, endedBy, transcript, longestSilenceSeconds } = await town.leg(id);
    expect({ state, endedBy, longestSilenceSeconds }).to.deep.equal({
      state: 'completed',
      endedBy: 'twiml',
      longestSilenceSeconds: 2,
    });
    expect(transcript.map(({ kind, text }) => `${kind} ${text}`)).to.deep.equal([
      `event dials ${ours}`,
      'said こちらは夜間窓口です',
      'heard-silence 2 s',
      'said [plays http://h/a.wav?seconds=4]',
      'event ended: completed, by twiml',
    ]);
  });

  const gathers: Array<{
    name: string;
    gather: string;
    presses: Array<[afterSeconds: number, digits: string]>;
    expects: { params?: Record<string, string>; at?: number; fallsThrough?: true };
  }> = [
    {
      name: 'is over with its last digit',
      gather: 'numDigits="3"',
      presses: [
        [0, '12'],
        [1, '3'],
      ],
      expects: { params: { Digits: '123' }, at: 1 },
    },
    {
      name: 'is over with # , which is not a digit',
      gather: '',
      presses: [[0, '12#']],
      expects: { params: { Digits: '12', FinishedOnKey: '#' }, at: 0 },
    },
    {
      name: 'can be ended by another key',
      gather: 'finishOnKey="*"',
      presses: [[0, '1#*']],
      expects: { params: { Digits: '1#', FinishedOnKey: '*' }, at: 0 },
    },
    {
      name: 'is over some seconds after the last key',
      gather: 'timeout="4"',
      presses: [
        [0, '1'],
        [3, '2'],
      ],
      expects: { params: { Digits: '12' }, at: 7 },
    },
    {
      name: 'goes on with the next verb when nothing is keyed',
      gather: 'timeout="4"',
      presses: [],
      expects: { fallsThrough: true, at: 9 },
    },
    {
      name: 'asks its action for nothing when told to',
      gather: 'timeout="4" actionOnEmptyResult="true"',
      presses: [],
      expects: { params: { Digits: '' }, at: 9 },
    },
    {
      name: 'counts the time-out from the end of the prompt (here 5 s)',
      gather: 'timeout="2" numDigits="1"',
      presses: [[6.5, '7']],
      expects: { params: { Digits: '7' }, at: 6.5 },
    },
  ];
  for (const { name, gather, presses, expects } of gathers) {
    it(`<Gather> ${name}`, async () => {
      answers(
        `<Gather action="/keys" ${gather}><Play>http://h/p.wav?seconds=5</Play></Gather><Redirect>/next</Redirect>`,
      );
      answers('<Pause length="60"/>', '/keys');
      answers('<Pause length="60"/>', '/next');
      const id = await town.dial();
      const start = town.clock.now().getTime();
      for (const [after, digits] of presses) {
        await town.passes(after - (town.clock.now().getTime() - start) / 1000);
        await keys(id, digits);
      }
      await town.passes(20);
      const [asked] = town.at(expects.fallsThrough ? '/next' : '/keys');
      expect((asked!.at.getTime() - start) / 1000).to.equal(expects.at);
      if (expects.params) expect(asked!.params).to.include(expects.params);
      if (expects.params && !expects.params.FinishedOnKey) expect(asked!.params).not.to.have.property('FinishedOnKey');
      expect(town.received.length).to.equal(2);
    });
  }

  it('hears no keys before its <Gather>: they are lost, as at Twilio', async () => {
    answers('<Say>まず聞いてください</Say><Gather numDigits="1" action="/keys"/>');
    answers('<Say>done</Say>', '/keys');
    const id = await town.dial();
    await keys(id, '1');
    expect(town.at('/keys')).to.have.length(0);
    expect((await town.leg(id)).transcript.at(-1)).to.include({ kind: 'keyed', text: '1', lost: true });
    await town.passes(2);
    expect((await town.leg(id)).listening).to.equal(true);
    await keys(id, '2');
    expect(town.at('/keys')[0]!.params.Digits).to.equal('2');
  });

  it('waits half a second for each w', async () => {
    answers('<Gather numDigits="2" action="/keys"/>');
    answers('<Pause length="9"/>', '/keys');
    const id = await town.dial();
    await keys(id, '1ww2');
    await town.passes(0.9);
    expect(town.at('/keys')).to.have.length(0);
    await town.passes(0.1);
    expect(town.at('/keys')[0]!.params.Digits).to.equal('12');
  });

  it('asks its action once, however many keys follow', async () => {
    answers('<Gather numDigits="1" action="/keys"/>');
    answers('<Pause length="60"/>', '/keys');
    const id = await town.dial();
    await keys(id, '12');
    await keys(id, '3');
    expect(town.at('/keys').map(({ params }) => params.Digits)).to.deep.equal(['1']);
    expect((await town.leg(id)).listening).to.equal(false);
  });

  it('without an action asks the same document again', async () => {
    answers('<Gather numDigits="1"/>');
    const id = await town.dial();
    await keys(id, '5');
    expect(town.at('/voice').map((each) => each.params.Digits)).to.deep.equal([undefined, '5']);
  });

  it('rejects before it answers', async () => {
    answers('<Reject reason="busy"/>');
    const id = await town.dial();
    const { state, answeredAt } = await town.leg(id);
    expect({ state, answeredAt }).to.deep.equal({ state: 'busy', answeredAt: null });
  });

  it('records until a key, and says how long', async () => {
    answers('<Record action="/recorded" maxLength="30" finishOnKey="#"/>');
    answers('<Hangup/>', '/recorded');
    const id = await town.dial(caller, { speaksSeconds: 20 });
    await town.passes(12);
    await keys(id, '1#');
    expect(town.at('/recorded')[0]!.params).to.include({ RecordingDuration: '12', Digits: '#' });
    expect(town.at('/recorded')[0]!.params.RecordingSid).to.match(/^RE[0-9a-f]{32}$/);
  });

  it('records until the caller is silent, or hangs up (and then still tells)', async () => {
    answers('<Record action="/recorded" timeout="3" recordingStatusCallback="/kept"/>');
    await town.dial(caller, { speaksSeconds: 5 });
    await town.passes(8);
    const second = await town.dial('+819011110002', { hangUpAfterSeconds: 4 });
    await town.passes(5);
    expect(town.at('/recorded').map(({ params }) => [params.RecordingDuration, params.Digits])).to.deep.equal([
      ['8', ''],
      ['4', 'hangup'],
    ]);
    expect(town.at('/recorded')[1]!.params).to.include({ CallSid: second, CallStatus: 'completed' });
    expect(town.at('/kept')[0]!.params).to.include({ RecordingStatus: 'completed', RecordingSource: 'RecordVerb' });
  });

  it('passes over a recording in which nothing was said', async () => {
    answers('<Record action="/recorded" timeout="3"/><Say>もしもし</Say>');
    const id = await town.dial(caller, { speaksSeconds: 0 });
    await town.passes(3);
    expect(town.at('/recorded')).to.have.length(0);
    expect(await town.said(id)).to.deep.equal(['もしもし']);
  });

  describe('<Dial><Number>', () => {
    const dialled = async (habit: object, dial: string) => {
      await town.phone(doctor, habit);
      answers(dial);
      answers('<Say>after</Say>', '/after');
      const id = await town.dial();
      await town.passes(60);
      return { id, after: town.at('/after').map(({ params }) => params) };
    };

    it('connects the two until one hangs up', async () => {
      const { id, after } = await dialled(
        { behaviour: 'answer', answerAfterSeconds: 3, hangUpAfterSeconds: 10 },
        `<Dial action="/after"><Number>${doctor}</Number></Dial>`,
      );
      expect(after.length).to.equal(1);
      expect(after[0]).to.include({ DialCallStatus: 'completed', DialCallDuration: '10', DialBridged: 'true' });
      expect(await events(id)).to.include(`talks with ${doctor}`);
      expect((await town.leg(id)).answeredAt).to.equal('2025-11-03T12:00:00.000Z');
      const [leg] = await town.legs(doctor);
      expect(leg).to.include({ direction: 'outbound-dial', state: 'completed', from: caller });
    });

    for (const [habit, status] of [
      [{ behaviour: 'busy' }, 'busy'],
      [{ behaviour: 'no-answer' }, 'no-answer'],
      [{ behaviour: 'failed' }, 'failed'],
      [{ behaviour: 'reject' }, 'busy'],
    ] as const) {
      it(`tells its action ${status} of a phone that is ${habit.behaviour}`, async () => {
        const { after } = await dialled(habit, `<Dial timeout="20" action="/after"><Number>${doctor}</Number></Dial>`);
        expect(after[0]).to.include({ DialCallStatus: status, DialBridged: 'false' });
      });
    }

    it('rings the caller on until the bridge with answerOnBridge', async () => {
      await town.phone(doctor, { behaviour: 'answer', answerAfterSeconds: 6 });
      answers(`<Dial answerOnBridge="true"><Number>${doctor}</Number></Dial>`);
      const id = await town.dial();
      await town.passes(5);
      expect((await town.leg(id)).state).to.equal('ringing');
      await town.passes(1);
      expect(await town.leg(id)).to.deep.include({ state: 'in-progress', bridgedWith: [doctor] });
    });

    it('whispers to the one called, who may decline by <Hangup>', async () => {
      answers('<Gather numDigits="1" action="/whispered"><Say>当番の呼び出しです</Say></Gather><Hangup/>', '/whisper');
      answers('<Say>つなぎます</Say>', '/whispered');
      const dial = `<Dial action="/after"><Number url="/whisper">${doctor}</Number></Dial>`;
      const accepted = await dialled(
        { behaviour: 'answer', keys: [{ onPrompt: '当番', digits: '1' }], hangUpAfterSeconds: 20 },
        dial,
      );
      expect(accepted.after[0]).to.include({ DialBridged: 'true' });
      town.received.length = 0;
      const declined = await dialled({ behaviour: 'answer' }, dial);
      expect(declined.after[0]).to.include({ DialCallStatus: 'completed', DialBridged: 'false' });
    });

    it('rings several together; the first that answers wins, voicemail or not', async () => {
      await town.phone(deputy, { behaviour: 'voicemail', answerAfterSeconds: 2 });
      await dialled(
        { behaviour: 'answer', answerAfterSeconds: 9 },
        `<Dial action="/after"><Number>${doctor}</Number><Number>${deputy}</Number></Dial>`,
      );
      expect((await town.legs(doctor))[0]!.state).to.equal('canceled');
      expect((await town.legs(deputy))[0]!.state).to.equal('completed');
    });

    it('rings them one after another with sequential', async () => {
      await town.phone(deputy, { behaviour: 'answer', answerAfterSeconds: 2, hangUpAfterSeconds: 5 });
      const { after } = await dialled(
        { behaviour: 'no-answer' },
        `<Dial sequential="true" timeout="10" action="/after"><Number>${doctor}</Number><Number>${deputy}</Number></Dial>`,
      );
      expect((await town.legs(doctor))[0]!.state).to.equal('no-answer');
      expect(after[0]).to.include({ DialCallStatus: 'completed', DialBridged: 'true' });
    });

    it('hangs the other up when the caller goes, and still tells the action', async () => {
      await town.phone(doctor, { behaviour: 'answer' });
      answers(`<Dial action="/after"><Number>${doctor}</Number></Dial>`);
      const id = await town.dial();
      await town.passes(10);
      await town.control('POST', `/calls/${id}/hangup`);
      await town.settle();
      expect((await town.legs(doctor))[0]!.state).to.equal('completed');
      expect(town.at('/after')[0]!.params).to.include({ CallStatus: 'completed', DialCallStatus: 'completed' });
    });

    it('lets the one called live on when REST gives it something else to do', async () => {
      await town.phone(doctor, { behaviour: 'answer' });
      answers(`<Dial action="/after"><Number>${doctor}</Number></Dial>`);
      answers('<Say>after</Say><Pause length="60"/>', '/after');
      answers('<Say>moved</Say><Pause length="60"/>', '/moved');
      const id = await town.dial();
      await town.passes(10);
      const [leg] = await town.legs(doctor);
      await town.client.calls(leg!.sid).update({ url: `${town.appUrl}/moved` });
      await town.passes(2);
      expect(await town.said(leg!.sid)).to.deep.equal(['moved']);
      expect(await town.said(id)).to.deep.equal(['after']);
      expect((await town.leg(leg!.sid)).bridgedWith).to.deep.equal([]);
    });
  });
});
