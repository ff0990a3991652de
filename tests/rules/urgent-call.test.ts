import { expect } from 'chai';
import { PureCase, types } from '../support/pure-case.ts';

describe('the hunt', () => {
  it('rings the attending in the very decision that opens the case, before every other call', () => {
    const night = new PureCase({ doctors: ['a', 'b'] });
    expect(night.log.map(({ fact }) => fact.type)).to.deep.equal(['case_opened', 'leg_requested']);
    expect(night.effects[0]).to.deep.include({ at: night.openedAt });
    expect(night.effects[0]?.effect).to.include({ kind: 'place-call', priority: 0 });
  });

  it('rings the next doctor every 12 s while nobody is heard of', () => {
    const night = new PureCase({ doctors: ['a', 'b', 'c', 'd'] }).waitUntil(40);
    expect(night.rungAt()).to.deep.equal({ a: 0, b: 12, c: 24, d: 36 });
  });

  const outcomes: Record<string, (night: PureCase) => unknown> = {
    busy: (night) => night.progress('a', 'busy', 3),
    'not answered': (night) => night.progress('a', 'no-answer', 3),
    'failed at the carrier': (night) => night.progress('a', 'failed', 3),
    'refused by the carrier': (night) => night.tell({ type: 'leg_refused', legId: night.leg('a').id, code: '1' }, 3),
    'perhaps never made': (night) =>
      night.tell({ type: 'leg_outcome_unknown', legId: night.leg('a').id, code: '1' }, 3),
    declined: (night) => night.declines('a', 3),
    'hung up': (night) => night.progress('a', 'completed', 3),
    'silent at the first question': (night) => {
      night.picksUp('a', 2);
      return night.silent('a', 3);
    },
  };
  for (const [outcome, happens] of Object.entries(outcomes))
    it(`brings the next doctor forward at once when the first is ${outcome}`, () => {
      const night = new PureCase({ doctors: ['a', 'b', 'c'] });
      happens(night);
      expect(night.rungAt()).to.deep.equal({ a: 0, b: 3 });
      expect(night.waitUntil(15).rungAt(), 'and the one after him 12 s later').to.include({ c: 15 });
    });

  it('brings forward one doctor for one silent phone, not one for each silence', () => {
    const night = new PureCase({ doctors: ['a', 'b', 'c'] });
    night.picksUp('a', 2);
    for (const second of [6, 8, 10]) night.silent('a', second);
    expect(night.leg('a').outcome).to.equal('no_key');
    expect(night.rungAt()).to.deep.equal({ a: 0, b: 6 });
  });

  it('leaves out a doctor whom another case has reserved, and rings him when he is free again', () => {
    const night = new PureCase({ doctors: ['a', 'b', 'c'], busy: ['a'] });
    expect(night.rungAt()).to.deep.equal({ b: 0 });
    night.town.busy.clear();
    expect(night.waitUntil(12).rungAt()).to.deep.equal({ b: 0, a: 12 });
  });

  it('rings the next when the phone was taken in this very moment', () => {
    const night = new PureCase({ doctors: ['a', 'b'], busy: ['a/1'] });
    expect(night.rungAt()).to.deep.equal({ b: 0 });
  });

  it('counts a shift that begins during the hunt, and one that ends', () => {
    const night = new PureCase({ doctors: ['a', 'b'] }).waitUntil(5);
    night.town.doctors.splice(1, 1, 'new');
    expect(night.waitUntil(12).rungAt()).to.deep.equal({ a: 0, new: 12 });
  });

  it('rings all phones of a doctor together, or one if the plan says so', () => {
    const both = new PureCase({ doctors: ['a'], phones: { a: 2 } });
    expect(both.legs('a').map((leg) => leg.phoneId)).to.deep.equal(['a/1', 'a/2']);
    const one = new PureCase({ doctors: ['a'], phones: { a: 2 }, plan: { phonesAtOnce: 'one' } });
    expect(one.legs('a').map((leg) => leg.phoneId)).to.deep.equal(['a/1']);
  });

  it('stops a doctor’s other phone when he says "not me", but takes his 1 if he is quicker', () => {
    const night = new PureCase({ doctors: ['a', 'b'], phones: { a: 2 } });
    const [first, second] = night.legs('a').map((leg) => leg.id) as [string, string];
    for (const legId of [first, second]) night.tell({ type: 'leg_placed', legId, callId: `CA-${legId}` }, 1);
    const declined = night.tell({ type: 'leg_declines', legId: first }, 6);
    expect(declined.effects).to.deep.include({ kind: 'cancel-call', legId: second });
    expect(types(night.tell({ type: 'leg_accepts', legId: second }, 6).facts)).to.include('accepted');
  });
});

describe('the second ring', () => {
  const secondRings = (night: PureCase) => night.legs('a').filter((leg) => leg.ring === 2);

  const worthIt: Record<string, (night: PureCase) => unknown> = {
    busy: (night) => night.progress('a', 'busy', 2),
    'not answered': (night) => night.progress('a', 'no-answer', 25),
    failed: (night) => night.progress('a', 'failed', 2),
    'a voicemail': (night) => {
      night.picksUp('a', 4);
      for (const second of [10, 18, 26]) night.silent('a', second);
      night.progress('a', 'completed', 29);
    },
    'hung up without a key': (night) => {
      night.picksUp('a', 4);
      night.progress('a', 'completed', 8);
    },
  };
  for (const [outcome, happens] of Object.entries(worthIt))
    it(`comes exactly once, 10 s after the phone was ${outcome}, within three minutes of the first`, () => {
      const night = new PureCase({ doctors: ['a', 'b', 'c', 'd', 'e', 'f', 'g', 'h', 'i', 'j', 'k', 'l'] });
      happens(night);
      const { endedAt, requestedAt } = night.leg('a');
      night.waitUntil(60);
      const [again] = secondRings(night);
      expect(again?.requestedAt).to.equal(endedAt! + 10_000);
      expect(again!.requestedAt - requestedAt).to.be.at.most(180_000);
      night.progress('a', 'no-answer', 62);
      night.waitUntil(119);
      expect(secondRings(night)).to.have.length(1);
    });

  it('never comes for a doctor who said "not me", nor after somebody took it', () => {
    const declined = new PureCase({ doctors: ['a', 'b', 'c', 'd'] });
    declined.declines('a', 5);
    expect(secondRings(declined.waitUntil(60))).to.have.length(0);
    const taken = new PureCase({ doctors: ['a', 'b'] });
    taken.progress('a', 'busy', 2);
    taken.accepts('b', 8);
    expect(secondRings(taken.waitUntil(60))).to.have.length(0);
  });

  it('waits while another case has the phone, and is given up when three minutes would be over', () => {
    const night = new PureCase({ doctors: ['a', 'b', 'c'] });
    night.progress('a', 'no-answer', 25);
    night.town.busy.add('a');
    night.waitUntil(60);
    expect(secondRings(night)).to.have.length(0);
    night.town.busy.clear();
    expect(secondRings(night.waitUntil(62))).to.have.length(1);

    const late = new PureCase({ doctors: ['a', 'b', 'c'], standby: ['s'] });
    late.progress('a', 'no-answer', 25);
    late.town.busy.add('a');
    late.waitUntil(175);
    late.town.busy.clear();
    late.waitUntil(200);
    expect(late.log.map(({ fact }) => fact.type)).to.include('rering_dropped');
    expect(secondRings(late)).to.have.length(0);
  });
});

describe('the stages of a round without a yes', () => {
  const many = Array.from({ length: 20 }, (_, index) => `d${index + 1}`);
  const stages = (night: PureCase) =>
    night.log.flatMap(({ fact, at }) =>
      fact.type === 'stage_entered' ? [[fact.status, (at - night.openedAt) / 1000]] : [],
    );

  it('asks hospitals at 120 s, the standby person at 150 s, and offers the caller a choice at 170 s', () => {
    const night = new PureCase({ doctors: many, hospitals: ['h'], standby: ['s'] }).waitUntil(180);
    expect(stages(night)).to.deep.equal([
      ['seeking_bed', 120],
      ['calling_standby', 150],
    ]);
    expect(night.rungAt()).to.include({ h: 120, s: 150 });
    const offered = night.log.find(({ fact }) => fact.type === 'choice_offered');
    expect((offered!.at - night.openedAt) / 1000).to.equal(170);
  });

  it('offers the choice also to a caller whose coming into the conference was never reported', () => {
    const night = new PureCase({ doctors: many, standby: ['s'] }).waitUntil(180);
    expect(night.call.caller.presence).to.equal('on_line');
    const moved = night.effects.filter(({ effect }) => effect.kind === 'move-caller');
    expect(moved.map(({ at }) => (at - night.openedAt) / 1000)).to.deep.equal([170]);
  });

  it('does not wait for 120 s when no doctor is left, nor for 150 s when no hospital is', () => {
    const night = new PureCase({ doctors: ['a'], hospitals: ['h'], standby: ['s'] });
    night.declines('a', 6);
    expect(stages(night)).to.deep.equal([['seeking_bed', 6]]);
    night.tell({ type: 'hospital_refuses', legId: night.leg('h').id, refusal: 'full', minutes: null }, 14);
    expect(stages(night)).to.deep.equal([
      ['seeking_bed', 6],
      ['calling_standby', 14],
    ]);
    expect(night.rungAt()).to.include({ s: 14 });
  });

  it('looks for news of beds four times a minute, not every second, while everybody was asked and one said "later"', () => {
    const night = new PureCase({ doctors: ['a'], hospitals: ['h'] });
    night.accepts('a', 5);
    night.tell({ type: 'bed_wanted', legId: night.leg('a').id }, 20);
    night.tell({ type: 'hospital_refuses', legId: night.leg('h').id, refusal: 'ask_again', minutes: 60 }, 30);
    night.progress('h', 'completed', 34);
    night.waitUntil(40);
    expect(night.dueAt! - night.now).to.be.within(5_000, 15_000);
    night.waitUntil(30 + 3600);
    expect(night.legs('h')).to.have.length(2);
  });

  it('goes on ringing doctors in every stage, and takes their yes', () => {
    const night = new PureCase({ doctors: many, hospitals: ['h'], standby: ['s'] }).waitUntil(160);
    expect(night.rungAt().d14).to.equal(156);
    night.accepts('d14', 161);
    expect(night.call.acceptance).to.include({ role: 'doctor', subjectId: 'd14' });
    expect(night.call.bed?.requests[0]).to.include({ status: 'refused', refusal: 'not_needed' });
  });

  it('begins with the standby person for key 0, and asks no doctor and no hospital', () => {
    const night = new PureCase({ kind: 'person', doctors: ['a'], hospitals: ['h'], standby: ['s', 't'] }).waitUntil(20);
    expect(night.rungAt()).to.deep.equal({ s: 0, t: 12 });
  });

  it('is unanswered when everybody was asked: the standby persons get a message, and after 120 s all is rung again', () => {
    const night = new PureCase({ doctors: ['a'], standby: ['s'] });
    night.declines('a', 5);
    night.progress('a', 'completed', 8);
    night.declines('s', 10);
    expect(night.call).to.include({ status: 'unanswered', retryAt: night.openedAt + 130_000 });
    expect(night.effects.map(({ effect }) => effect)).to.deep.include({ kind: 'send-message', what: 'unanswered' });
    night.waitUntil(130);
    expect(night.call).to.include({ status: 'hunting', round: 2 });
    expect(night.leg('a').requestedAt).to.equal(night.openedAt + 130_000);
  });

  it('ends the round after the choice when all who are left are reserved by other cases', () => {
    const night = new PureCase({ doctors: ['a', 'b'], standby: ['s'], busy: ['b'] });
    night.declines('a', 5);
    night.waitUntil(152);
    night.declines('s', 155);
    expect(night.call.status).to.equal('calling_standby');
    night.waitUntil(171);
    expect(night.call.status).to.equal('unanswered');
  });

  it('does not wait for a hospital that wants to be asked in an hour before it tries everybody again', () => {
    const night = new PureCase({ doctors: ['a'], hospitals: ['h'], standby: ['s'] });
    night.declines('a', 5);
    night.tell({ type: 'hospital_refuses', legId: night.leg('h').id, refusal: 'ask_again', minutes: 60 }, 12);
    night.waitUntil(150);
    night.declines('s', 155);
    expect(night.waitUntil(171).call.status).to.equal('unanswered');
  });
});

describe('exactly one acceptance', () => {
  it('is the first key 1; every later one is refused as taken, and the phones that still ring are stopped', () => {
    const night = new PureCase({ doctors: ['a', 'b', 'c'] }).waitUntil(24);
    for (const who of ['a', 'b', 'c']) night.places(who, 25);
    for (const who of ['a', 'b']) night.picksUp(who, 26);
    const { facts, effects } = night.accepts('b', 27);
    expect(types(facts)).to.deep.equal(['accepted']);
    expect(effects).to.deep.equal([
      { kind: 'move-leg', legId: night.leg('a').id },
      { kind: 'cancel-call', legId: night.leg('c').id },
      { kind: 'move-caller' },
      { kind: 'send-record', legId: night.leg('b').id }, // after everything that joins people
    ]);
    expect(night.accepts('a', 27).refused).to.equal('taken');
    expect(night.accepts('b', 27).refused).to.equal('already_accepted');
    expect(night.call).to.include({ status: 'accepted', fence: 1 });
  });

  it('is not taken by a voicemail, however long it talks', () => {
    const night = new PureCase({ doctors: ['a', 'b'] });
    night.picksUp('a', 3);
    night.progress('a', 'in-progress', 3);
    for (const second of [9, 16, 23]) night.silent('a', second);
    night.progress('a', 'completed', 60);
    expect(night.call.acceptance).to.equal(null);
    expect(night.leg('a', { ring: 1 }).outcome).to.equal('no_key');
  });

  it('stops a phone that the carrier places after the case was taken', () => {
    const night = new PureCase({ doctors: ['a', 'b'] }).waitUntil(12);
    night.places('a', 12);
    night.accepts('a', 13);
    expect(night.places('b', 14).effects).to.deep.equal([{ kind: 'cancel-call', legId: night.leg('b').id }]);
  });

  it('stops a phone that counted as never made and is found ringing after all', () => {
    const night = new PureCase({ doctors: ['a', 'b'] });
    const { id } = night.leg('a');
    night.tell({ type: 'leg_outcome_unknown', legId: id, code: '500' }, 1);
    night.tell({ type: 'leg_not_found', legId: id }, 16);
    const found = night.tell({ type: 'leg_progress', legId: id, callId: 'CA-late', status: 'ringing' }, 18);
    expect(found.effects).to.deep.include({ kind: 'cancel-call', legId: id });
  });
});
