import { expect } from 'chai';
import fc from 'fast-check';
import {
  type Circuit,
  type CircuitEvent,
  closed,
  failuresToLeave,
  goodLooksToTrust,
  goodLooksToTry,
  turn,
} from '../../src/carriers/circuit.ts';

const start = Date.parse('2026-11-16T13:00:00Z');
const seen = (events: readonly CircuitEvent[], secondsBetween = 1): Circuit =>
  events.reduce<Circuit>((state, event, n) => turn(state, event, new Date(start + n * secondsBetween * 1000)), closed);
const times = (count: number, event: CircuitEvent): CircuitEvent[] => Array(count).fill(event);
const left: CircuitEvent[] = ['call_failed', 'look_failed'];

describe('whether the first carrier is trusted', () => {
  const cases: [string, CircuitEvent[], Circuit['state']][] = [
    ['a single failure says nothing', ['call_failed'], 'closed'],
    ['a failed call and a failed look leave it', left, 'open'],
    ['two failed calls leave it, whatever looks say between them', ['call_failed', 'look_good', 'call_failed'], 'open'],
    ['one good look is not enough to come back', [...left, 'look_good'], 'open'],
    [
      'a failed look in between begins the count again',
      [...left, 'look_good', 'look_good', 'look_failed', 'look_good'],
      'open',
    ],
    ['three good looks in a row: one call is tried', [...left, ...times(goodLooksToTry, 'look_good')], 'half_open'],
    ['the tried call was taken: back', [...left, ...times(goodLooksToTry, 'look_good'), 'trial_taken'], 'closed'],
    ['the tried call failed: left again', [...left, ...times(goodLooksToTry, 'look_good'), 'call_failed'], 'open'],
    ['nobody calls, and all is well for long: back', [...left, ...times(goodLooksToTrust, 'look_good')], 'closed'],
    ['a trial of before it was left changes nothing', [...left, 'trial_taken'], 'open'],
  ];
  for (const [says, events, state] of cases) it(says, () => expect(seen(events).state).to.equal(state));

  it('forgets failures that lie over a minute apart', () => {
    expect(seen(times(10, 'call_failed'), 61).state).to.equal('closed');
  });

  it('never leaves without two failures, and never comes back without good looks (any events)', () => {
    const event = fc.constantFrom<CircuitEvent>('call_failed', 'trial_taken', 'look_good', 'look_failed');
    fc.assert(
      fc.property(fc.array(event, { maxLength: 60 }), (events) => {
        let state: Circuit = closed;
        let failures = 0;
        let good = 0;
        for (const [n, each] of events.entries()) {
          const before: string = state.state;
          state = turn(state, each, new Date(start + n * 1000));
          const now: string = state.state;
          if (each === 'call_failed' || each === 'look_failed') [failures, good] = [failures + 1, 0];
          if (each === 'look_good') good++;
          if (before === 'closed' && now === 'open') expect(failures).to.be.at.least(failuresToLeave);
          if (before === 'open' && now === 'half_open') expect(good).to.be.at.least(goodLooksToTry);
          if (before !== 'closed' && now === 'closed') failures = 0;
          expect(before === 'open' && now === 'closed').to.equal(false);
        }
      }),
    );
  });
});
