import { expect } from 'chai';
import { instantOf } from '../../src/lib/japan-time.ts';
import { judge, keysOf, nextDue, type Round, type Standing, withheld } from '../../src/watch/round.ts';

const plan = { everySeconds: 300, carrierMinute: 1050 };
const begunAt = instantOf('2026-11-16', 1050);
const later = (seconds: number): Date => new Date(begunAt.getTime() + seconds * 1000);
const round = (with_: Partial<Round>): Round => ({
  ...{ id: 'wr_1', associationId: 'as_1', extent: 'carrier', status: 'calling', because: null, from: '+815000000100' },
  ...{ begunAt, menuAt: null, keyedAt: null, reportedAt: null, closedAt: null },
  ...with_,
});
const well = { outboxLate: false, isCallOver: true };
const going = { outboxLate: false, isCallOver: false };

describe('the watchman’s round, judged', () => {
  const cases: { says: string; round: Partial<Round>; at: number; around: typeof well; is: string }[] = [
    { says: 'on its way', round: {}, at: 20, around: going, is: 'open' },
    { says: 'its call ended before our number was reached', round: {}, at: 20, around: well, is: 'no_call' },
    { says: 'its call ended in the menu', round: { menuAt: later(9) }, at: 20, around: well, is: 'no_key' },
    { says: 'nothing came in for three minutes', round: {}, at: 180, around: going, is: 'no_call' },
    {
      says: 'an inner one waits for half a minute only',
      round: { extent: 'inner' },
      at: 30,
      around: going,
      is: 'no_call',
    },
    { says: 'keyed, its end not told yet', round: { status: 'keyed' }, at: 60, around: well, is: 'open' },
    { says: 'keyed, its end never told', round: { status: 'keyed' }, at: 180, around: well, is: 'no_report' },
    { says: 'all came back', round: { status: 'reported' }, at: 30, around: well, is: 'passed' },
    { says: 'our side of the call is still up', round: { status: 'reported' }, at: 30, around: going, is: 'open' },
    {
      says: 'something is overdue',
      round: { status: 'reported' },
      at: 30,
      around: { ...well, outboxLate: true },
      is: 'open',
    },
    {
      says: 'something stays overdue',
      round: { status: 'reported' },
      at: 180,
      around: { ...well, outboxLate: true },
      is: 'outbox_late',
    },
  ];
  for (const { says, at, around, is, ...about } of cases)
    it(`${says}: ${is}`, () => {
      const verdict = judge(round(about.round), later(at), around);
      expect(verdict.is === 'failed' ? verdict.because : verdict.is).to.equal(is);
    });

  it('has four keys of its own', () => {
    expect(keysOf('wr_1'))
      .to.match(/^\d{4}$/)
      .and.not.to.equal(keysOf('wr_2'));
  });
});

describe('the watchman’s next round', () => {
  const cases: { says: string; extent: 'inner' | 'carrier'; failed: number; minute: number; due: Date }[] = [
    { says: 'inside: in five minutes', extent: 'inner', failed: 0, minute: 600, due: instantOf('2026-11-16', 605) },
    {
      says: 'after a failure: in a minute',
      extent: 'inner',
      failed: 1,
      minute: 600,
      due: instantOf('2026-11-16', 601),
    },
    { says: 'after the alarm: as ever', extent: 'inner', failed: 2, minute: 600, due: instantOf('2026-11-16', 605) },
    {
      says: 'whole, by day: this evening at half past five',
      extent: 'carrier',
      failed: 0,
      minute: 600,
      due: instantOf('2026-11-16', 1050),
    },
    {
      says: 'whole, at half past five: tomorrow',
      extent: 'carrier',
      failed: 0,
      minute: 1050,
      due: instantOf('2026-11-17', 1050),
    },
    {
      says: 'whole, after a failure: in a minute',
      extent: 'carrier',
      failed: 1,
      minute: 1052,
      due: instantOf('2026-11-16', 1053),
    },
    {
      says: 'whole, after the alarm: every quarter of an hour',
      extent: 'carrier',
      failed: 2,
      minute: 1055,
      due: instantOf('2026-11-16', 1070),
    },
    {
      says: 'whole, after the alarm, and the evening is near',
      extent: 'carrier',
      failed: 2,
      minute: 1045,
      due: instantOf('2026-11-16', 1050),
    },
  ];
  for (const { says, extent, failed, minute, due } of cases)
    it(says, () => {
      expect(nextDue(extent, failed, instantOf('2026-11-16', minute), plan)).to.deep.equal(due);
    });
});

describe('the outside ping', () => {
  const at = later(0);
  const stand = (extent: Standing['extent'], secondsAgo: number | null, failed = 0): Standing => ({
    ...{ extent, failed, dueAt: null },
    passedAt: secondsAgo === null ? null : later(-secondsAgo),
  });
  const cases: { says: string; standings: Standing[]; late?: boolean; is: string | null }[] = [
    { says: 'is sent while both are fresh', standings: [stand('inner', 300), stand('carrier', 86_400)], is: null },
    {
      says: 'waits for the first whole round',
      standings: [stand('inner', 10), stand('carrier', null)],
      is: 'no_round_yet',
    },
    { says: 'waits where nobody can be dialled', standings: [], is: 'no_round_yet' },
    {
      says: 'stops when the inner round is old',
      standings: [stand('inner', 661), stand('carrier', 60)],
      is: 'round_stale',
    },
    {
      says: 'stops when the whole round is old',
      standings: [stand('inner', 60), stand('carrier', 90_001)],
      is: 'round_stale',
    },
    {
      says: 'stops with the first failure',
      standings: [stand('inner', 60, 1), stand('carrier', 60)],
      is: 'round_failed',
    },
    {
      says: 'stops while an act is overdue',
      standings: [stand('inner', 60), stand('carrier', 60)],
      late: true,
      is: 'outbox_late',
    },
  ];
  for (const { says, standings, late = false, is } of cases)
    it(says, () => {
      expect(withheld(standings, late, at, plan)).to.equal(is);
    });
});
