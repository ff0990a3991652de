import { expect } from 'chai';
import type { Command } from '../../src/escalations/command.ts';
import { PureCase } from '../support/pure-case.ts';

/** A doctor's telephone in each state of its life, told everything that the outside can ever tell about it. */
const phones: Readonly<Record<string, () => PureCase>> = {
  'asked of the carrier, no answer yet': () => hunt(),
  'asked of the carrier, answer lost': () => {
    const night = hunt();
    night.tell({ type: 'leg_outcome_unknown', legId: night.leg('a').id, code: '500' }, 1);
    return night;
  },
  ringing: () => ringing(),
  'picked up, asked': () => answered(),
  'the one that accepted': () => {
    const night = answered();
    night.accepts('a', 6);
    return night;
  },
  'picked up while another accepted': () => {
    const night = ringing();
    night.waitUntil(12);
    night.places('b', 13);
    night.picksUp('a', 14);
    night.picksUp('b', 14);
    night.accepts('b', 15);
    return night;
  },
  'ringing while another accepted': () => {
    const night = ringing();
    night.waitUntil(12);
    night.places('b', 13);
    night.picksUp('b', 14);
    night.accepts('b', 15);
    return night;
  },
  ended: () => {
    const night = hunt();
    night.progress('a', 'busy', 1);
    return night;
  },
  'declined, still hearing the farewell': () => {
    const night = answered();
    night.declines('a', 6);
    return night;
  },
  'on the line of a closed case': () => {
    const night = answered();
    night.accepts('a', 6);
    night.tell({ type: 'outcome_keyed', legId: night.leg('a').id, outcome: 'advice', visitMinutes: null }, 8);
    return night;
  },
};

const hunt = (): PureCase => new PureCase({ doctors: ['a', 'b', 'c'], hospitals: ['h'], standby: ['s'] });
function ringing(): PureCase {
  const night = hunt();
  night.places('a', 1);
  return night;
}
function answered(): PureCase {
  const night = ringing();
  night.picksUp('a', 5);
  return night;
}

const progress =
  (status: Extract<Command, { type: 'leg_progress' }>['status']) =>
  (legId: string): Command => ({ type: 'leg_progress', legId, callId: `CA-${legId}`, status });

const events: Readonly<Record<string, (legId: string) => Command>> = {
  placed: (legId) => ({ type: 'leg_placed', legId, callId: `CA-${legId}` }),
  'refused by the carrier': (legId) => ({ type: 'leg_refused', legId, code: '21211' }),
  'answer lost': (legId) => ({ type: 'leg_outcome_unknown', legId, code: '500' }),
  'not found': (legId) => ({ type: 'leg_not_found', legId }),
  queued: progress('queued'),
  ringing: progress('ringing'),
  'in-progress': progress('in-progress'),
  completed: progress('completed'),
  busy: progress('busy'),
  'no-answer': progress('no-answer'),
  failed: progress('failed'),
  canceled: progress('canceled'),
  'another call': (legId) => ({ type: 'leg_progress', legId, callId: 'CA-other', status: 'ringing' }),
  'picked up': (legId) => ({ type: 'leg_picked_up', legId, callId: `CA-${legId}` }),
  'no key': (legId) => ({ type: 'leg_silent', legId }),
  'key 1': (legId) => ({ type: 'leg_accepts', legId }),
  'key 2': (legId) => ({ type: 'leg_declines', legId }),
  'key 0': (legId) => ({ type: 'leg_leaves', legId }),
  'bed refused': (legId) => ({ type: 'hospital_refuses', legId, refusal: 'full', minutes: null }),
  'stepped out': (legId) => ({ type: 'leg_out_of_conference', legId }),
  'bed wanted': (legId) => ({ type: 'bed_wanted', legId }),
  'outcome keyed': (legId) => ({ type: 'outcome_keyed', legId, outcome: 'advice', visitMinutes: null }),
  joined: (legId) => ({ type: 'line_joined', callId: `CA-${legId}` }),
  'left the conference': (legId) => ({ type: 'line_left_conference', callId: `CA-${legId}` }),
};

/** State of the telephone → what happens → on which events. Facts, then after the arrow what is to be done outside. */
const table: Readonly<Record<string, Readonly<Record<string, readonly string[]>>>> = {
  'asked of the carrier, no answer yet': {
    leg_placed: ['placed', 'queued', 'ringing', 'another call'],
    'leg_ended:failed rering_planned next_brought_forward leg_requested → place-call': ['refused by the carrier'],
    'leg_unknown next_brought_forward leg_requested → settle-leg place-call': ['answer lost'],
    'refused: already_settled': ['not found'],
    'leg_placed leg_answered': ['in-progress'],
    'leg_placed leg_ended:hung_up rering_planned next_brought_forward leg_requested → place-call': ['completed'],
    'leg_placed leg_ended:busy rering_planned next_brought_forward leg_requested → place-call': ['busy'],
    'leg_placed leg_ended:no_answer rering_planned next_brought_forward leg_requested → place-call': ['no-answer'],
    'leg_placed leg_ended:failed rering_planned next_brought_forward leg_requested → place-call': ['failed'],
    'leg_placed leg_ended:cancelled': ['canceled'],
    leg_answered: ['picked up'],
    'refused: not_asking': ['no key'],
    'accepted → move-caller send-record': ['key 1'],
    'leg_ended:declined next_brought_forward leg_requested → place-call': ['key 2', 'key 0'],
    'refused: too_late': ['bed refused'],
    'refused: already_out': ['stepped out'],
    'refused: not_the_acceptor': ['bed wanted', 'outcome keyed'],
    'refused: unknown_line': ['joined', 'left the conference'],
  },
  'asked of the carrier, answer lost': {
    leg_placed: ['placed', 'queued', 'ringing', 'another call'],
    'leg_ended:failed rering_planned next_brought_forward leg_requested → place-call': [
      'refused by the carrier',
      'not found',
    ],
    'refused: already_settled': ['answer lost'],
    'leg_placed leg_answered': ['in-progress'],
    'leg_placed leg_ended:hung_up rering_planned next_brought_forward leg_requested → place-call': ['completed'],
    'leg_placed leg_ended:busy rering_planned next_brought_forward leg_requested → place-call': ['busy'],
    'leg_placed leg_ended:no_answer rering_planned next_brought_forward leg_requested → place-call': ['no-answer'],
    'leg_placed leg_ended:failed rering_planned next_brought_forward leg_requested → place-call': ['failed'],
    'leg_placed leg_ended:cancelled': ['canceled'],
    leg_answered: ['picked up'],
    'refused: not_asking': ['no key'],
    'accepted → move-caller send-record': ['key 1'],
    'leg_ended:declined next_brought_forward leg_requested → place-call': ['key 2', 'key 0'],
    'refused: too_late': ['bed refused'],
    'refused: already_out': ['stepped out'],
    'refused: not_the_acceptor': ['bed wanted', 'outcome keyed'],
    'refused: unknown_line': ['joined', 'left the conference'],
  },
  ringing: {
    'refused: already_known': ['placed'],
    'refused: already_settled': ['refused by the carrier', 'answer lost', 'not found'],
    nothing: ['queued', 'ringing'],
    leg_answered: ['in-progress', 'picked up'],
    'leg_ended:hung_up rering_planned next_brought_forward leg_requested → place-call': ['completed'],
    'leg_ended:busy rering_planned next_brought_forward leg_requested → place-call': ['busy'],
    'leg_ended:no_answer rering_planned next_brought_forward leg_requested → place-call': ['no-answer'],
    'leg_ended:failed rering_planned next_brought_forward leg_requested → place-call': ['failed'],
    'leg_ended:cancelled': ['canceled'],
    'refused: another_call': ['another call'],
    'refused: not_asking': ['no key'],
    'accepted → move-caller send-record': ['key 1'],
    'leg_ended:declined next_brought_forward leg_requested → place-call': ['key 2', 'key 0'],
    'refused: too_late': ['bed refused'],
    'refused: already_out': ['stepped out'],
    'refused: not_the_acceptor': ['bed wanted', 'outcome keyed'],
    leg_joined: ['joined'],
    'refused: nothing_new': ['left the conference'],
  },
  'picked up, asked': {
    'refused: already_known': ['placed'],
    'refused: already_settled': ['refused by the carrier', 'answer lost', 'not found'],
    nothing: ['queued', 'ringing', 'in-progress'],
    'leg_ended:hung_up rering_planned next_brought_forward leg_requested → place-call': ['completed'],
    'leg_ended:busy rering_planned next_brought_forward leg_requested → place-call': ['busy'],
    'leg_ended:no_answer rering_planned next_brought_forward leg_requested → place-call': ['no-answer'],
    'leg_ended:failed rering_planned next_brought_forward leg_requested → place-call': ['failed'],
    'leg_ended:cancelled': ['canceled'],
    'refused: another_call': ['another call'],
    'refused: already_answered': ['picked up'],
    'leg_unanswered_prompt next_brought_forward leg_requested → place-call': ['no key'],
    'accepted → move-caller send-record': ['key 1'],
    'leg_ended:declined next_brought_forward leg_requested → place-call': ['key 2', 'key 0'],
    'refused: too_late': ['bed refused'],
    'refused: already_out': ['stepped out'],
    'refused: not_the_acceptor': ['bed wanted', 'outcome keyed'],
    leg_joined: ['joined'],
    'refused: nothing_new': ['left the conference'],
  },
  'the one that accepted': {
    'refused: already_known': ['placed'],
    'refused: already_settled': ['refused by the carrier', 'answer lost', 'not found'],
    nothing: ['queued', 'ringing', 'in-progress'],
    'leg_ended:finished bridge_broken': ['completed'],
    'leg_ended:busy bridge_broken': ['busy'],
    'leg_ended:no_answer bridge_broken': ['no-answer'],
    'leg_ended:failed bridge_broken': ['failed'],
    'leg_ended:cancelled bridge_broken': ['canceled'],
    'refused: another_call': ['another call'],
    'refused: already_answered': ['picked up'],
    'refused: not_asking': ['no key'],
    'refused: already_accepted': ['key 1'],
    'refused: too_late': ['key 2', 'key 0', 'bed refused'],
    'refused: already_out': ['stepped out'],
    'bed_wanted bed_asked leg_requested → place-call': ['bed wanted'],
    'outcome_reported:advice closed:advice → move-caller settle-leg': ['outcome keyed'],
    leg_joined: ['joined'],
    'refused: nothing_new': ['left the conference'],
  },
  'picked up while another accepted': {
    'refused: already_known': ['placed'],
    'refused: already_settled': ['refused by the carrier', 'answer lost', 'not found'],
    nothing: ['queued', 'ringing', 'in-progress'],
    'leg_ended:cancelled': ['completed', 'canceled'],
    'leg_ended:busy': ['busy'],
    'leg_ended:no_answer': ['no-answer'],
    'leg_ended:failed': ['failed'],
    'refused: another_call': ['another call'],
    'refused: already_answered': ['picked up'],
    leg_unanswered_prompt: ['no key'],
    'refused: taken': ['key 1'],
    'leg_ended:declined': ['key 2', 'key 0'],
    'refused: too_late': ['bed refused'],
    'refused: already_out': ['stepped out'],
    'refused: not_the_acceptor': ['bed wanted', 'outcome keyed'],
    leg_joined: ['joined'],
    'refused: nothing_new': ['left the conference'],
  },
  'ringing while another accepted': {
    'refused: already_known': ['placed'],
    'refused: already_settled': ['refused by the carrier', 'answer lost', 'not found'],
    nothing: ['queued', 'ringing'],
    leg_answered: ['in-progress', 'picked up'],
    'leg_ended:cancelled': ['completed', 'canceled'],
    'leg_ended:busy': ['busy'],
    'leg_ended:no_answer': ['no-answer'],
    'leg_ended:failed': ['failed'],
    'refused: another_call': ['another call'],
    'refused: not_asking': ['no key'],
    'refused: taken': ['key 1'],
    'leg_ended:declined': ['key 2', 'key 0'],
    'refused: too_late': ['bed refused'],
    'refused: already_out': ['stepped out'],
    'refused: not_the_acceptor': ['bed wanted', 'outcome keyed'],
    leg_joined: ['joined'],
    'refused: nothing_new': ['left the conference'],
  },
  ended: {
    'refused: already_known': ['placed'],
    'refused: already_settled': ['refused by the carrier', 'answer lost', 'not found'],
    'refused: already_ended': [
      'queued',
      'ringing',
      'in-progress',
      'completed',
      'busy',
      'no-answer',
      'failed',
      'canceled',
      'picked up',
      'key 1',
    ],
    'refused: another_call': ['another call'],
    'refused: not_asking': ['no key'],
    'refused: too_late': ['key 2', 'key 0', 'bed refused'],
    'refused: already_out': ['stepped out'],
    'refused: not_the_acceptor': ['bed wanted', 'outcome keyed'],
    'refused: nothing_new': ['joined', 'left the conference'],
  },
  'declined, still hearing the farewell': {
    'refused: already_known': ['placed'],
    'refused: already_settled': ['refused by the carrier', 'answer lost', 'not found'],
    'refused: already_ended': ['queued', 'ringing', 'in-progress', 'picked up', 'key 1'],
    leg_down: ['completed', 'busy', 'no-answer', 'failed', 'canceled'],
    'refused: another_call': ['another call'],
    'refused: not_asking': ['no key'],
    'refused: too_late': ['key 2', 'key 0', 'bed refused'],
    'refused: already_out': ['stepped out'],
    'refused: not_the_acceptor': ['bed wanted', 'outcome keyed'],
    'refused: nothing_new': ['joined', 'left the conference'],
  },
  'on the line of a closed case': {
    'refused: already_known': ['placed'],
    'refused: already_settled': ['refused by the carrier', 'answer lost', 'not found'],
    nothing: ['queued', 'ringing', 'in-progress'],
    'leg_ended:finished': ['completed'],
    'leg_ended:busy': ['busy'],
    'leg_ended:no_answer': ['no-answer'],
    'leg_ended:failed': ['failed'],
    'leg_ended:cancelled': ['canceled'],
    'refused: another_call': ['another call'],
    'refused: already_answered': ['picked up'],
    'refused: not_asking': ['no key'],
    'refused: already_accepted': ['key 1'],
    'refused: too_late': ['key 2', 'key 0', 'bed refused'],
    'refused: already_out': ['stepped out'],
    'refused: not_the_acceptor': ['bed wanted'],
    'refused: case_closed': ['outcome keyed', 'joined'],
    'refused: nothing_new': ['left the conference'],
  },
};

describe('what a telephone of an urgent call does about an event', () => {
  for (const [state, rows] of Object.entries(table))
    describe(state, () => {
      for (const [outcome, names] of Object.entries(rows))
        it(`${names.join(', ')}: ${outcome}`, () => {
          for (const name of names) expect(whatHappens(state, name), name).to.equal(outcome);
        });

      it('has an answer to every event', () => {
        expect(Object.values(rows).flat().sort()).to.deep.equal(Object.keys(events).sort());
      });

      it('changes nothing when it refuses', () => {
        for (const [name, event] of Object.entries(events)) {
          const night = phones[state]!();
          const before = night.call;
          const { refused } = night.tell(event(night.leg('a', { ring: 1 }).id));
          if (refused) expect(night.call, name).to.equal(before);
        }
      });
    });

  it('refuses a telephone that never was', () => {
    for (const [name, event] of Object.entries(events)) {
      const night = hunt();
      expect(night.tell(event('nobody')).refused, name).to.be.oneOf(['unknown_leg', 'unknown_line']);
    }
  });

  it('takes the same event a second time for nothing', () => {
    for (const state of Object.keys(phones))
      for (const [name, event] of Object.entries(events)) {
        const night = phones[state]!();
        const { id } = night.leg('a', { ring: 1 });
        night.tell(event(id));
        const once = night.call;
        night.tell(event(id));
        // The question may be met with silence twice; everything else happens once.
        if (name !== 'no key') expect(night.call, `${state}: ${name}`).to.equal(once);
      }
  });
});

function whatHappens(state: string, name: string): string {
  const night = phones[state]!();
  const { facts, effects, refused } = night.tell(events[name]!(night.leg('a', { ring: 1 }).id));
  if (refused) return `refused: ${refused}`;
  const words = facts.map((fact) => ('outcome' in fact ? `${fact.type}:${fact.outcome}` : fact.type)).join(' ');
  const todo = effects.map((effect) => effect.kind).join(' ');
  return words === '' ? 'nothing' : todo === '' ? words : `${words} → ${todo}`;
}
