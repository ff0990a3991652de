import { expect } from 'chai';
import fc from 'fast-check';
import { type BedOffer, meetsNeeds, nextMorning, staleAfterHours, standing } from '../../src/beds/beds.ts';

const now = new Date('2026-11-16T13:00:00Z'); // 22:00 in Japan
const hoursAgo = (hours: number): Date => new Date(now.getTime() - hours * 3_600_000);
const offer = (over: Partial<BedOffer> = {}): BedOffer => ({
  ...{ freeCount: 2, acceptance: 'open', asOf: hoursAgo(1), holdsUntil: null },
  ...over,
});

describe('what a hospital said about its beds', () => {
  const table: [string, BedOffer | null, number, 'free' | 'to_ask' | 'closed'][] = [
    ['never said anything: its desk may be asked', null, 0, 'to_ask'],
    ['fresh and free', offer(), 0, 'free'],
    ['fresh, to be discussed', offer({ acceptance: 'consult' }), 0, 'free'],
    ['fresh, taking patients, but it was not said how many', offer({ freeCount: null }), 0, 'to_ask'],
    [
      'fresh, to be discussed, but it was not said how many',
      offer({ freeCount: null, acceptance: 'consult' }),
      3,
      'to_ask',
    ],
    ['fresh, not accepting although beds are free', offer({ acceptance: 'closed' }), 0, 'closed'],
    ['fresh, no bed', offer({ freeCount: 0 }), 0, 'closed'],
    ['fresh, every bed held for other cases', offer(), 2, 'closed'],
    ['fresh, one bed left beside the holds', offer(), 1, 'free'],
    ['exactly twelve hours old still counts', offer({ asOf: hoursAgo(staleAfterHours) }), 0, 'free'],
    [
      'older than twelve hours is 要電話確認, never free',
      offer({ asOf: hoursAgo(staleAfterHours + 0.01) }),
      0,
      'to_ask',
    ],
    ['old news of a full house is old too', offer({ freeCount: 0, asOf: hoursAgo(13) }), 0, 'to_ask'],
    [
      'full until morning, and it is night',
      offer({ freeCount: 0, acceptance: 'closed', holdsUntil: hoursAgo(-5) }),
      0,
      'closed',
    ],
    [
      'full until morning, and it is morning',
      offer({ freeCount: 0, acceptance: 'closed', holdsUntil: now }),
      0,
      'to_ask',
    ],
  ];
  for (const [says, said, held, expected] of table)
    it(`${says} → ${expected}`, () => {
      expect(standing(said, held, now)).to.equal(expected);
    });

  it('never counts stale news as free, whatever it says', () => {
    fc.assert(
      fc.property(
        fc.nat(100),
        fc.nat(100),
        fc.double({ min: 12.01, max: 5000, noNaN: true }),
        (freeCount, held, age) => {
          expect(standing(offer({ freeCount, asOf: hoursAgo(age) }), held, now)).to.equal('to_ask');
        },
      ),
    );
  });

  it('ends "full until morning" at the next 08:30 in Japan', () => {
    expect(nextMorning(now).toISOString()).to.equal('2026-11-16T23:30:00.000Z');
    expect(nextMorning(new Date('2026-11-16T22:00:00Z')).toISOString()).to.equal('2026-11-16T23:30:00.000Z'); // 07:00
    expect(nextMorning(new Date('2026-11-16T23:30:00Z')).toISOString()).to.equal('2026-11-17T23:30:00.000Z'); // 08:30 sharp
    expect(nextMorning(new Date('2026-12-31T15:00:00Z')).toISOString()).to.equal('2026-12-31T23:30:00.000Z'); // New Year 00:00
  });

  it('sends a patient only where every need is met', () => {
    expect(meetsNeeds([], [])).to.equal(true);
    expect(meetsNeeds(['ventilator', 'isolation'], ['ventilator'])).to.equal(true);
    expect(meetsNeeds(['ventilator'], ['ventilator', 'isolation'])).to.equal(false);
  });
});
