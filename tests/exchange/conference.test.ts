import { expect } from 'chai';
import { caller, createTown, doctor, ours, type Town, twiml } from './support/town.ts';

const deputy = '+819022220002';
const reported = 'statusCallback="/events" statusCallbackEvent="start end join leave mute hold"';

describe('a conference', () => {
  let town: Town;
  beforeEach(async () => {
    town = await createTown();
    town.replies.set('/wait', twiml('<Say>お待ちください</Say><Pause length="9"/><Redirect>/wait</Redirect>'));
    town.replies.set('/after', twiml('<Say>after</Say><Pause length="60"/>'));
    for (const number of [doctor, deputy]) await town.phone(number, { behaviour: 'answer', answerAfterSeconds: 1 });
  });
  afterEach(() => town.close());

  const room = (attributes: string, dial = 'action="/after"') =>
    twiml(`<Dial ${dial}><Conference waitUrl="/wait" ${attributes}>room</Conference></Dial>`);
  const callerEnters = async (attributes = '', dial?: string, from = caller) => {
    town.replies.set('/voice', room(attributes, dial));
    return town.dial(from);
  };
  const enters = async (to: string, attributes = '', dial?: string) => {
    const call = await town.client.calls.create({ to, from: ours, twiml: absolute(room(attributes, dial)) });
    await town.settle();
    await town.passes(1);
    return call.sid;
  };
  const absolute = (text: string) => text.replaceAll('="/', `="${town.appUrl}/`);
  const hears = async (id: string) => (await town.leg(id)).bridgedWith;
  const events = () => town.at('/events').map(({ params }) => params.StatusCallbackEvent);
  const conferences = () => town.client.conferences.list();

  it('waits, hearing its document again and again, until somebody starts it', async () => {
    const id = await callerEnters(`startConferenceOnEnter="false" ${reported}`);
    await town.passes(25);
    expect(await town.said(id)).to.deep.equal(['お待ちください', 'お待ちください', 'お待ちください']);
    expect(town.at('/wait')[0]!.params).to.include({ CallSid: id, CallStatus: 'in-progress', FriendlyName: 'room' });
    const other = await enters(deputy, 'startConferenceOnEnter="false"');
    expect(await hears(id)).to.deep.equal([]);
    const starter = await enters(doctor);
    expect(await hears(id)).to.have.members([doctor, deputy]);
    expect(await hears(other)).to.have.members([doctor, caller]);
    expect(await hears(starter)).to.have.members([caller, deputy]);
    const waits = town.at('/wait').length;
    await town.passes(30);
    expect(town.at('/wait').length).to.equal(waits);
    expect(events()).to.deep.equal(['participant-join', 'participant-join', 'participant-join', 'conference-start']);
  });

  it('does not start with one alone, even one who starts it', async () => {
    const id = await callerEnters(reported);
    expect(await town.said(id)).to.deep.equal(['お待ちください']);
    expect(events()).to.deep.equal(['participant-join']);
    await enters(doctor, 'startConferenceOnEnter="false"');
    expect(await hears(id)).to.deep.equal([doctor]);
  });

  it('leaves silence when the waiting document ends without <Redirect>', async () => {
    town.replies.set('/wait', twiml('<Say>お待ちください</Say>'));
    const id = await callerEnters('startConferenceOnEnter="false"');
    await town.passes(30);
    await town.control('POST', `/calls/${id}/hangup`);
    expect((await town.leg(id)).longestSilenceSeconds).to.equal(29);
  });

  it('leaves the last one in silence once it has started, and ends when that one goes', async () => {
    const id = await callerEnters(reported);
    const other = await enters(doctor);
    await town.control('POST', `/calls/${other}/hangup`);
    await town.passes(12);
    expect(await town.said(id)).to.deep.equal(['お待ちください']);
    await town.control('POST', `/calls/${id}/hangup`);
    await town.settle();
    expect((await town.leg(id)).longestSilenceSeconds).to.equal(12);
    expect(town.at('/events').at(-1)!.params).to.include({
      StatusCallbackEvent: 'conference-end',
      ReasonConferenceEnded: 'last-participant-left',
      CallSidEndingConference: id,
    });
  });

  it('ends for all when one leaves who ends it; each Dial asks its action', async () => {
    const id = await callerEnters(reported);
    const starter = await enters(doctor, 'endConferenceOnExit="true"');
    await town.control('POST', `/calls/${starter}/hangup`);
    await town.settle();
    expect(town.at('/after').map(({ params }) => [params.CallSid, params.CallStatus])).to.have.deep.members([
      [starter, 'completed'],
      [id, 'in-progress'],
    ]);
    expect(await town.said(id)).to.include('after');
    expect(town.at('/events').at(-1)!.params).to.include({
      StatusCallbackEvent: 'conference-end',
      ReasonConferenceEnded: 'participant-with-end-conference-on-exit-left',
      CallSidEndingConference: starter,
    });
    const [ended] = await conferences();
    expect(ended).to.include({ status: 'completed', callSidEndingConference: starter });
  });

  it('without an action goes on with the next verb, and without one ends the call', async () => {
    const id = await callerEnters('', '');
    const starter = await enters(doctor, 'endConferenceOnExit="true"', '');
    await town.control('POST', `/calls/${starter}/hangup`);
    await town.settle();
    expect(await town.leg(id)).to.include({ state: 'completed', endedBy: 'twiml' });
  });

  it('numbers its events without a gap, and says whose they are', async () => {
    await callerEnters(reported);
    const other = await enters(doctor, 'participantLabel="doctor"');
    await town.client.calls(other).update({ status: 'completed' });
    await town.settle();
    const all = town.at('/events').map(({ params }) => params);
    expect(all.map((params) => params.SequenceNumber)).to.deep.equal(['1', '2', '3', '4']);
    expect(all[1]).to.include({
      CallSid: other,
      ParticipantLabel: 'doctor',
      Muted: 'false',
      EndConferenceOnExit: 'false',
    });
    expect(all[1]!.Timestamp).to.equal('Mon, 03 Nov 2025 12:00:01 +0000');
    expect(all[1]!.ConferenceSid).to.match(/^CF[0-9a-f]{32}$/);
  });

  it('listens for * only from one with hangupOnStar, whose call goes on', async () => {
    const id = await callerEnters();
    const other = await enters(doctor, '', 'action="/after" hangupOnStar="true"');
    await town.control('POST', `/calls/${id}/digits`, { digits: '*' });
    expect(await hears(id)).to.deep.equal([doctor]);
    await town.control('POST', `/calls/${other}/digits`, { digits: '1*' });
    await town.settle();
    expect(await hears(id)).to.deep.equal([]);
    expect(await town.said(other)).to.deep.equal(['after']);
    expect(town.at('/after')[0]!.params).to.include({ CallSid: other, CallStatus: 'in-progress' });
    expect(await town.leg(id)).to.include({ conference: 'room', state: 'in-progress' });
  });

  it('loses one whom REST gives something else to do, without asking its action', async () => {
    const id = await callerEnters();
    const other = await enters(doctor);
    await town.client.calls(id).update({ twiml: twiml('<Say>moved</Say><Pause length="60"/>') });
    await town.settle();
    expect(await town.said(id)).to.deep.equal(['お待ちください', 'moved']);
    expect(await hears(other)).to.deep.equal([]);
    expect(town.at('/after')).to.have.length(0);
  });

  it('gives its name free when it has ended', async () => {
    const id = await callerEnters();
    await town.control('POST', `/calls/${id}/hangup`);
    await town.settle();
    await callerEnters();
    const [second, first] = await conferences();
    expect([first!.status, second!.status]).to.deep.equal(['completed', 'init']);
    expect(first!.sid).not.to.equal(second!.sid);
    expect((await town.client.conferences.list({ friendlyName: 'room', status: 'init' })).length).to.equal(1);
  });

  it('has no room for more than maxParticipants', async () => {
    await callerEnters('maxParticipants="2"');
    await enters(doctor, 'maxParticipants="2"');
    const third = await enters(deputy, 'maxParticipants="2"');
    expect(town.at('/after')[0]!.params).to.include({ CallSid: third, DialCallStatus: 'failed' });
  });

  describe('over REST', () => {
    let id: string;
    let other: string;
    let sid: string;
    beforeEach(async () => {
      id = await callerEnters(reported);
      other = await enters(doctor);
      sid = (await conferences())[0]!.sid;
    });
    const participant = (call: string) => town.client.conferences(sid).participants(call);

    it('mutes and unmutes', async () => {
      await participant(other).update({ muted: true });
      expect(await hears(id)).to.deep.equal([]);
      expect(await hears(other)).to.deep.equal([caller]);
      expect(
        (await town.client.conferences(sid).participants.list({ muted: true })).map((each) => each.callSid),
      ).to.deep.equal([other]);
      await participant(other).update({ muted: false });
      expect(await hears(id)).to.deep.equal([doctor]);
      expect(events().slice(-2)).to.deep.equal(['participant-mute', 'participant-unmute']);
    });

    it('holds with a document, and takes back', async () => {
      town.replies.set('/hold', twiml('<Say>保留中です</Say>'));
      await participant(id).update({ hold: true, holdUrl: `${town.appUrl}/hold` });
      await town.settle();
      expect(await town.said(id)).to.include('保留中です');
      expect([await hears(id), await hears(other)]).to.deep.equal([[], []]);
      await participant(id).update({ hold: false });
      expect(await hears(other)).to.deep.equal([caller]);
    });

    it('announces to one, or to all', async () => {
      town.replies.set('/news', twiml('<Say>先生が決まりました</Say>'));
      await participant(other).update({ announceUrl: `${town.appUrl}/news` });
      await town.settle();
      expect(await town.said(other)).to.include('先生が決まりました');
      expect(await town.said(id)).not.to.include('先生が決まりました');
      await town.client.conferences(sid).update({ announceUrl: `${town.appUrl}/news` });
      await town.settle();
      expect(await town.said(id)).to.include('先生が決まりました');
      await town.passes(5);
      expect(await hears(id)).to.deep.equal([doctor]);
    });

    it('takes one out, whose call goes on', async () => {
      await participant(other).remove();
      await town.settle();
      expect(await town.said(other)).to.deep.equal(['after']);
      expect(events().at(-1)).to.equal('participant-leave');
    });

    it('makes one end it on exit after all', async () => {
      await participant(other).update({ endConferenceOnExit: true });
      await town.client.calls(other).update({ status: 'completed' });
      await town.settle();
      expect(await town.said(id)).to.include('after');
    });

    it('ends it for all', async () => {
      await town.client.conferences(sid).update({ status: 'completed' });
      await town.settle();
      expect(await town.said(id)).to.include('after');
      expect(await town.said(other)).to.deep.equal(['after']);
      expect((await town.client.conferences(sid).fetch()).reasonConferenceEnded).to.equal('conference-ended-via-api');
    });

    it('rings a phone straight into it, by SID or by name', async () => {
      const made = await town.client
        .conferences('room')
        .participants.create({ to: deputy, from: ours, label: 'deputy', endConferenceOnExit: true });
      expect(made.conferenceSid).to.equal(sid);
      expect(['queued', 'ringing']).to.include(made.status);
      await town.passes(2);
      expect(await hears(id)).to.have.members([doctor, deputy]);
      expect((await participant('deputy').fetch()).callSid).to.equal(made.callSid);
      await participant('deputy').remove();
      await town.settle();
      expect((await town.leg(made.callSid)).state).to.equal('completed');
      expect(await town.said(id)).to.include('after');
    });

    it('lets one it rang in go on with what it is given instead', async () => {
      const made = await town.client.conferences(sid).participants.create({ to: deputy, from: ours });
      await town.passes(2);
      await town.client.calls(made.callSid).update({ twiml: twiml('<Say>moved</Say><Pause length="9"/>') });
      await town.settle();
      expect(await town.leg(made.callSid)).to.include({ state: 'in-progress', conference: null });
      expect(await town.said(made.callSid)).to.deep.equal(['moved']);
    });

    it('ends the empty conference of a participant who did not answer', async () => {
      await town.phone(deputy, { behaviour: 'busy' });
      const made = await town.client.conferences('other').participants.create({ to: deputy, from: ours });
      await town.passes(3);
      expect((await town.client.conferences(made.conferenceSid).fetch()).status).to.equal('completed');
    });
  });
});
