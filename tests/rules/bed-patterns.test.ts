import { expect } from 'chai';
import { askingOrder, type Candidate } from '../../src/beds/order.ts';
import { type BedPattern, patternFault, usualAt } from '../../src/beds/patterns.ts';
import { type AnsweredRequest, truthOf } from '../../src/beds/truth.ts';
import { japanCalendar } from '../../src/roster/calendar.ts';
import type { DutyRule } from '../../src/roster/roster.ts';
import { datesOfMonth, turnsOf } from '../../src/roster/rotation.ts';

const japan = (text: string): Date => new Date(`${text}+09:00`);

describe('what a hospital can usually do', () => {
  const night: BedPattern = {
    ...{ bedType: 'general', days: ['mon', 'tue', 'wed', 'thu', 'fri'], from: 1020, to: 1980, acceptance: 'consult' },
  };
  const holiday: BedPattern = { bedType: 'general', days: ['holiday'], from: 0, to: 1440, acceptance: 'closed' };

  const cases: [at: string, usual: string | null, why: string][] = [
    ['2026-11-16T16:59', null, 'before the band begins'],
    ['2026-11-16T17:00', 'consult', 'as it begins, on a Monday'],
    ['2026-11-17T08:59', 'consult', 'Tuesday morning still belongs to Monday night'],
    ['2026-11-17T09:00', null, 'the band is half open'],
    ['2026-11-22T22:00', null, 'a Sunday that is no holiday'],
    ['2026-11-23T22:00', 'closed', 'a holiday comes before its Monday'],
  ];
  for (const [at, usual, why] of cases)
    it(`is ${usual} at ${at}: ${why}`, () => {
      expect(usualAt([night, holiday], 'general', japan(at))).to.equal(usual);
    });

  it('is said for each kind of bed by itself', () => {
    expect(usualAt([night], 'respite', japan('2026-11-16T22:00'))).to.equal(null);
  });

  it('is refused, by line, without days, with a band that is none, or for beds that the hospital has not', () => {
    expect(patternFault([night, { ...night, days: [] }], ['general'])).to.deep.equal({ place: 1, fault: 'no_days' });
    expect(patternFault([{ ...night, to: 1020 }], ['general'])).to.deep.equal({ place: 0, fault: 'band' });
    expect(patternFault([{ ...night, to: 1020 + 1441 }], ['general'])).to.deep.equal({ place: 0, fault: 'band' });
    expect(patternFault([night], ['icu'])).to.deep.equal({ place: 0, fault: 'unknown_bed_type' });
    expect(patternFault([night, holiday], ['general'])).to.equal(null);
  });
});

describe('the order in which hospitals are asked', () => {
  const one = (hospitalId: string, more: Partial<Candidate> = {}): Candidate => ({
    ...{ hospitalId, isRegistered: false, hasFreshNews: false, usual: null, ...more },
  });
  const cases: [says: string, candidates: Candidate[], order: string][] = [
    ['is that of the rules where no pattern speaks', [one('a'), one('b'), one('c')], 'abc'],
    ['puts who usually takes nobody now behind the others', [one('a', { usual: 'closed' }), one('b'), one('c')], 'bca'],
    ['keeps those in their order', [one('a', { usual: 'closed' }), one('b'), one('c', { usual: 'closed' })], 'bac'],
    ['believes fresh news before a pattern', [one('a', { usual: 'closed', hasFreshNews: true }), one('b')], 'ab'],
    ['keeps the registered hospital first', [one('a', { usual: 'closed', isRegistered: true }), one('b')], 'ab'],
    ['is not changed by ○ and △', [one('a', { usual: 'consult' }), one('b', { usual: 'open' })], 'ab'],
    ['leaves nobody out when all are closed', [one('a', { usual: 'closed' }), one('b', { usual: 'closed' })], 'ab'],
  ];
  for (const [says, candidates, order] of cases)
    it(says, () => {
      expect(
        askingOrder(candidates)
          .map(({ hospitalId }) => hospitalId)
          .join(''),
      ).to.equal(order);
    });
});

describe('what a hospital’s news was worth', () => {
  const askedAt = japan('2026-11-16T22:00');
  const known = (hoursOld: number, freeCount: number | null = 1) => ({
    ...{ freeCount, acceptance: 'open' as const, holdsUntil: null },
    asOf: new Date(askedAt.getTime() - hoursOld * 3_600_000),
  });
  const asked = (answer: AnsweredRequest['answer'], news: AnsweredRequest['known']): AnsweredRequest => ({
    ...{ hospitalId: 'ho_1', askedAt, answer, known: news },
  });

  it('counts a fresh "free" as true with a yes and false with "full", and nothing else', () => {
    const truth = truthOf([
      asked('accepted', known(1)),
      asked('accepted', known(11)),
      asked('full', known(2)),
      asked('ask_again', known(2)),
      asked('accepted', known(13)),
      asked('full', null),
      asked('accepted', known(1, null)),
    ]);
    expect(truth.get('ho_1')).to.deep.equal({ agreed: 2, disagreed: 1, unknown: 3 });
  });
});

describe('the rotation of a month', () => {
  const rule = (id: string, subjectId: string, when: DutyRule['when'], position = 1): DutyRule => ({
    ...{ id, subjectId, when, position, kind: 'hospital', areaId: null, band: { from: 1020, to: 1980 } },
  });
  const always = {
    days: ['mon', 'tue', 'wed', 'thu', 'fri', 'sat', 'sun'] as const,
    validFrom: null,
    validUntil: null,
  };

  it('has one turn for each night, by the date on which it begins, and a decision for one date in its place', () => {
    const rules = [rule('rr_1', 'ho_a', always), rule('rr_2', 'ho_b', { on: '2026-11-23' })];
    const dates = datesOfMonth('2026-11');
    expect(dates).to.have.length(30);
    const turns = turnsOf(rules, dates, japanCalendar);
    expect(turns).to.have.length(30);
    expect(turns.filter((turn) => turn.hospitalId === 'ho_b')).to.deep.equal([
      { date: '2026-11-23', hospitalId: 'ho_b', position: 1, band: { from: 1020, to: 1980 }, isException: true },
    ]);
  });
});
