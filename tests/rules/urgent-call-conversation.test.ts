import { expect } from 'chai';
import { kinds, PureCase, standardPlan, types } from '../support/pure-case.ts';

/** A doctor has taken the case at 6 s; both are in the conference from 8 s, unless told otherwise. */
function talking(options: { bridged?: boolean; withheld?: boolean; others?: string[] } = {}): PureCase {
  const night = new PureCase({
    ...{ doctors: ['a', ...(options.others ?? [])], hospitals: ['h', 'i'], standby: ['s'] },
    withheld: options.withheld ?? false,
  });
  night.places('a', 1);
  night.callerJoins(2);
  night.picksUp('a', 4);
  night.accepts('a', 6);
  if (options.bridged !== false) night.joins('a', 8);
  return night;
}
const returns = (night: PureCase) => night.legs().filter((leg) => leg.isReturn);
const rungBack = (night: PureCase) =>
  returns(night).map((leg) => [leg.role, (leg.requestedAt - night.openedAt) / 1000]);

describe('a conversation that breaks', () => {
  it('is mended within 30 s of being joined: the doctor is called back after 5 s', () => {
    const night = talking();
    night.progress('a', 'completed', 37);
    expect(rungBack(night.waitUntil(42))).to.deep.equal([['doctor', 42]]);
    night.places('a', 43);
    night.accepts('a', 47);
    night.joins('a', 48);
    expect(night.call.acceptance?.bridgedAt).to.equal(night.openedAt + 48_000);
  });

  it('begins although a report came late: who hears the waiting words is inside, and the caller’s coming again starts it', () => {
    const night = talking({ bridged: false });
    const { callId } = night.leg('a');
    night.tell({ type: 'line_joined', callId: callId! }, 8);
    night.callerLeaves(9);
    // Sent before he came in again, and heard after it.
    night.tell({ type: 'line_left_conference', callId: callId! }, 12);
    night.tell({ type: 'attach_caller', lineId: 'line2', callId: 'CA-again', canBeCalledBack: true }, 14);
    night.tell({ type: 'line_joined', callId: 'CA-again' }, 16);
    expect(night.call.acceptance?.bridgedAt).to.equal(null);
    night.tell({ type: 'still_waiting', callId: callId! }, 20);
    expect(night.call.acceptance?.bridgedAt).to.equal(night.openedAt + 20_000);
    expect(kinds(night.tell({ type: 'still_waiting', callId: 'CA-again' }, 24).effects)).to.deep.equal(['move-caller']);
  });

  it('is over after 30 s, and then nobody is called back', () => {
    const night = talking();
    const { facts, effects } = night.progress('a', 'completed', 38);
    expect(types(facts)).to.deep.equal(['leg_ended', 'bridge_over']);
    expect(kinds(effects)).to.include('move-caller');
    expect(returns(night.waitUntil(60))).to.have.length(0);
  });

  it('calls the caller back when his line breaks, while the doctor waits', () => {
    const night = talking();
    expect(kinds(night.callerLeaves(20).effects)).to.deep.equal(['move-leg']);
    expect(rungBack(night.waitUntil(30))).to.deep.equal([['caller', 25]]);
  });

  it('calls both back when both are gone', () => {
    const night = talking();
    night.callerLeaves(20);
    night.progress('a', 'completed', 21);
    expect(rungBack(night.waitUntil(40))).to.have.deep.members([
      ['caller', 25],
      ['doctor', 26],
    ]);
  });

  it('calls a caller who hung up while waiting back at once when a doctor has accepted', () => {
    const night = new PureCase({ doctors: ['a'] });
    night.callerLeaves(3);
    night.accepts('a', 6);
    expect(rungBack(night)).to.deep.equal([['caller', 6]]);
  });

  it('cannot call a withheld number back: the doctor is told, and it is over', () => {
    const night = talking({ withheld: true });
    const { facts, effects } = night.callerLeaves(20);
    expect(types(facts)).to.deep.equal(['caller_left', 'bridge_over']);
    expect(kinds(effects)).to.deep.equal(['move-leg']);
  });

  it('tries a caller three times, then tells a named human', () => {
    const night = talking({ bridged: false });
    night.callerLeaves(20);
    const failAfter = (count: number): void => {
      night.waitUntil(night.seconds + 6);
      expect(returns(night)).to.have.length(count);
      night.progress('line', 'no-answer', night.seconds + 1);
    };
    for (const count of [1, 2, 3]) failAfter(count);
    night.waitUntil(night.seconds + 60);
    expect(returns(night).filter((leg) => leg.role === 'caller')).to.have.length(3);
    expect(kinds(night.effects.map(({ effect }) => effect))).to.include('send-message');
  });

  it('hunts again when the doctor cannot be reached any more, under a new fence', () => {
    const night = talking({ others: ['b'] });
    night.progress('a', 'failed', 20);
    for (let turn = 0; turn < 2; turn++) {
      night.waitUntil(night.seconds + 6);
      night.progress('a', 'no-answer', night.seconds + 1);
    }
    expect(night.call).to.include({ status: 'hunting', round: 2, fence: 2, acceptance: null });
    expect(night.accepts('b', night.seconds + 5).facts).to.deep.include({
      ...{ type: 'accepted', role: 'doctor', subjectId: 'b', fence: 3, legId: night.leg('b').id },
    });
  });

  it('leaves no caller alone when the hospital goes while the doctor is called back', () => {
    const night = talking();
    night.tell({ type: 'bed_wanted', legId: night.leg('a').id }, 9);
    night.picksUp('h', 13);
    night.accepts('h', 15);
    night.joins('h', 16);
    const gone = { type: 'leg_out_of_conference', legId: night.leg('h').id } as const;
    expect(kinds(night.tell(gone, 17).effects), 'the doctor is there').to.deep.equal([]);
    night.joins('h', 18);
    night.progress('a', 'failed', 20);
    night.waitUntil(26);
    expect(kinds(night.tell(gone, 27).effects)).to.deep.equal(['move-caller']);
    night.joins('h', 28);
    expect(kinds(night.progress('h', 'completed', 29).effects), 'hung up').to.deep.equal(['move-caller']);
  });

  it('hunts at once without the doctor who says no when he is called back, and counts on from where the caller was left alone', () => {
    const night = talking({ others: ['b'] });
    night.progress('a', 'failed', 20);
    night.waitUntil(26);
    night.picksUp('a', 30);
    night.declines('a', 31);
    expect(night.call).to.include({ status: 'hunting', round: 2, roundStartedAt: night.openedAt + 20_000 });
    expect(night.call.rung).to.deep.equal(['a', 'b']);
    night.progress('b', 'no-answer', 50);
    night.waitUntil(20 + standardPlan.choiceAfterSeconds - 1);
    expect(night.call.choiceOffered).to.equal(false);
    night.waitUntil(20 + standardPlan.choiceAfterSeconds);
    expect(types(night.log.map(({ fact }) => fact))).to.include('choice_offered');
  });

  it('counts the wait of a caller who has talked with nobody from his call', () => {
    const night = talking({ bridged: false });
    night.progress('a', 'failed', 20);
    for (let turn = 0; turn < 2; turn++) {
      night.waitUntil(night.seconds + 6);
      night.progress('a', 'no-answer', night.seconds + 1);
    }
    expect(night.call).to.include({ status: 'hunting', round: 2, roundStartedAt: night.openedAt });
  });

  it('keeps a bed that was promised when its doctor is lost, and tells hospitals that still think', () => {
    const night = talking({ others: ['b'] });
    night.tell({ type: 'bed_wanted', legId: night.leg('a').id }, 9);
    night.accepts('h', 15);
    night.progress('a', 'failed', 20);
    for (let turn = 0; turn < 2; turn++) {
      night.waitUntil(night.seconds + 6);
      night.progress('a', 'no-answer', night.seconds + 1);
    }
    expect(night.call.round).to.equal(2);
    expect(night.call.bed?.requests.map((request) => request.status)).to.deep.equal(['accepted']);
  });

  it('does not ring a phone on for a conversation that is over', () => {
    const night = talking({ withheld: true });
    night.progress('a', 'completed', 20);
    night.waitUntil(25);
    night.places('a', 26);
    expect(night.callerLeaves(27).effects).to.deep.include({ kind: 'cancel-call', legId: night.leg('a').id });
  });

  it('begins again when the caller rings once more after it was over', () => {
    const night = talking();
    night.progress('a', 'completed', 60);
    night.callerLeaves(62);
    const again = { type: 'attach_caller', lineId: 'line', callId: 'CA-2', canBeCalledBack: true } as const;
    expect(types(night.tell(again, 70).facts)).to.deep.equal([
      'caller_attached',
      'conversation_resumed',
      'bridge_broken',
      'leg_requested',
    ]);
  });
});

describe('the outcome', () => {
  it('closes the case when the doctor keys it', () => {
    const night = talking();
    const { facts, effects } = night.tell(
      { type: 'outcome_keyed', legId: night.leg('a').id, outcome: 'visiting', visitMinutes: 30 },
      50,
    );
    expect(types(facts)).to.deep.equal(['outcome_reported', 'closed']);
    expect(kinds(effects)).to.include.members(['move-caller', 'move-leg']);
    expect(night.dueAt).to.equal(null);
  });

  it('is asked once, 45 s after the conversation, and unreported when nobody says', () => {
    const night = talking();
    night.progress('a', 'completed', 60);
    night.callerLeaves(62);
    night.waitUntil(120);
    expect(rungBack(night)).to.deep.equal([['outcome', 105]]);
    night.progress('a', 'no-answer', 121);
    expect(night.call).to.include({ status: 'closed', outcome: 'unreported' });
  });

  it('waits for the doctor’s phone when another case has it, and is asked then', () => {
    const night = talking();
    night.progress('a', 'completed', 60);
    night.callerLeaves(62);
    night.town.busy.add('a/1');
    night.waitUntil(140);
    expect(returns(night)).to.have.length(0);
    night.town.busy.clear();
    expect(rungBack(night.waitUntil(142))).to.have.length(1);
  });

  it('is nobody’s but the acceptor’s to report', () => {
    const night = talking({ others: ['b'] });
    night.tell({ type: 'leg_silent', legId: night.leg('a').id }, 9);
    const other = new PureCase({ doctors: ['a', 'b'] }).waitUntil(12);
    other.accepts('a', 13);
    const wrong = { type: 'outcome_keyed', legId: other.leg('b').id, outcome: 'advice', visitMinutes: null } as const;
    expect(other.tell(wrong, 14).refused).to.equal('not_the_acceptor');
    expect(other.call.status).to.equal('accepted');
  });
});

describe('the bed', () => {
  const asked = (night: PureCase) =>
    night.call.bed?.requests.map(({ hospitalId, status, refusal }) => [hospitalId, refusal ?? status]);

  it('is asked for at the first hospital, and after 30 s without an answer at the next', () => {
    const night = talking();
    night.tell({ type: 'bed_wanted', legId: night.leg('a').id }, 10);
    expect(asked(night.waitUntil(39))).to.deep.equal([['h', 'asking']]);
    expect(asked(night.waitUntil(40))).to.deep.equal([
      ['h', 'asking'],
      ['i', 'asking'],
    ]);
  });

  it('that is promised is promised once: the other desk hears that it is no longer needed', () => {
    const night = talking();
    night.tell({ type: 'bed_wanted', legId: night.leg('a').id }, 10);
    night.waitUntil(40);
    night.picksUp('h', 41);
    night.picksUp('i', 41);
    const { effects } = night.accepts('i', 45);
    expect(effects).to.deep.equal([
      { kind: 'announce', what: 'bed_found' },
      { kind: 'move-leg', legId: night.leg('h').id },
      { kind: 'send-record', legId: night.leg('i').id },
    ]);
    expect(asked(night)).to.deep.equal([
      ['h', 'not_needed'],
      ['i', 'accepted'],
    ]);
    expect(night.accepts('h', 45).refused).to.equal('taken');
  });

  const refusals = {
    full: (night: PureCase) =>
      night.tell({ type: 'hospital_refuses', legId: night.leg('h').id, refusal: 'full', minutes: null }, 15),
    ask_again: (night: PureCase) =>
      night.tell({ type: 'hospital_refuses', legId: night.leg('h').id, refusal: 'ask_again', minutes: 10 }, 15),
    no_answer: (night: PureCase) => night.progress('h', 'no-answer', 15),
    failed: (night: PureCase) => night.progress('h', 'failed', 15),
  };
  for (const [refusal, happens] of Object.entries(refusals))
    it(`that is refused as ${refusal} keeps the reason and brings the next hospital at once`, () => {
      const night = talking();
      night.tell({ type: 'bed_wanted', legId: night.leg('a').id }, 10);
      happens(night);
      expect(asked(night)).to.deep.equal([
        ['h', refusal],
        ['i', 'asking'],
      ]);
    });

  it('is asked for again when the hospital said so, and not before', () => {
    const night = talking();
    night.tell({ type: 'bed_wanted', legId: night.leg('a').id }, 10);
    refusals.ask_again(night);
    night.progress('h', 'completed', 18);
    night.tell({ type: 'hospital_refuses', legId: night.leg('i').id, refusal: 'full', minutes: null }, 20);
    expect(asked(night.waitUntil(614))).to.have.length(2);
    expect(asked(night.waitUntil(616))?.at(-1)).to.deep.equal(['h', 'asking']);
  });

  it('is not asked of a hospital whose fresh news says full', () => {
    const night = new PureCase({ hospitals: ['h', 'i'], beds: { h: 'closed', i: 'to_ask' } });
    expect(asked(night)).to.deep.equal([['i', 'asking']]);
  });

  it('ends a case that no doctor took: the hospital is the acceptance', () => {
    const night = new PureCase({ hospitals: ['h'], standby: ['s'] });
    night.accepts('h', 10);
    expect(night.call.acceptance).to.include({ role: 'hospital', subjectId: 'h' });
    expect(asked(night)).to.deep.equal([['h', 'accepted']]);
  });

  it('that is announced to nobody: all refused, the doctor hears it', () => {
    const night = talking();
    night.tell({ type: 'bed_wanted', legId: night.leg('a').id }, 10);
    refusals.full(night);
    const last = { type: 'hospital_refuses', legId: night.leg('i').id, refusal: 'full', minutes: null } as const;
    expect(night.tell(last, 30).effects).to.deep.include({ kind: 'announce', what: 'beds_exhausted' });
  });
});
