import { expect } from 'chai';
import { instantOf } from '../../src/lib/japan-time.ts';
import type { Calendar, DutyRule } from '../../src/roster/roster.ts';
import { endOfTonight, turnsTonight } from '../../src/roster/tonight.ts';

const plainDays: Calendar = { namedDaysOf: () => [] };
// 2026-11-24 is a Tuesday.
const at = (hour: number, date = '2026-11-24'): Date => instantOf(date, hour * 60);
const every = ['mon', 'tue', 'wed', 'thu', 'fri', 'sat', 'sun'] as const;

function rule(subjectId: string, from: number, to: number, given: Partial<DutyRule> = {}): DutyRule {
  return {
    ...{ id: `rr_${subjectId}_${from}`, kind: 'doctor', areaId: 'ar', subjectId, position: 1 },
    ...{ band: { from: from * 60, to: to * 60 }, when: { days: every, validFrom: null, validUntil: null }, ...given },
  };
}

const told = (rules: DutyRule[], now: Date): string[] =>
  turnsTonight(rules, now, plainDays).map(({ from, until, duties, isGap }) => {
    const hours = (instant: Date): string => instant.toISOString().slice(8, 13);
    const who = duties.map(({ subjectId }) => subjectId).join('+') || (isGap ? 'GAP' : 'nobody');
    return `${hours(from)}-${hours(until)} ${who}`;
  });

describe('tonight', () => {
  it('ends at nine in the morning: today’s before nine, tomorrow’s from nine on', () => {
    expect(endOfTonight(at(2)).toISOString()).to.equal(at(9).toISOString());
    expect(endOfTonight(at(8.99)).toISOString()).to.equal(at(9).toISOString());
    expect(endOfTonight(at(9)).toISOString()).to.equal(at(33).toISOString());
    expect(endOfTonight(at(23)).toISOString()).to.equal(at(33).toISOString());
  });

  it('tells by day who comes on in the evening, and who takes over in the night', () => {
    const rules = [rule('a', 18, 24), rule('b', 24, 33)];
    expect(told(rules, at(14))).to.deep.equal(['24T05-24T09 nobody', '24T09-24T15 a', '24T15-25T00 b']);
  });

  it('tells at night who is on, and nothing of the next evening', () => {
    const rules = [rule('a', 18, 24), rule('b', 24, 33)];
    expect(told(rules, at(2))).to.deep.equal(['23T17-24T00 b']);
  });

  it('shows a change of a deputy as a turn of its own', () => {
    const rules = [rule('a', 18, 33), rule('b', 18, 24, { position: 2 }), rule('c', 24, 33, { position: 2 })];
    expect(told(rules, at(20))).to.deep.equal(['24T11-24T15 a+b', '24T15-25T00 a+c']);
  });

  it('joins bands of the same people', () => {
    expect(told([rule('a', 18, 24), rule('a', 24, 33)], at(20))).to.deep.equal(['24T11-25T00 a']);
  });

  it('calls the hours in which somebody is needed and nobody there a gap, also without any rule', () => {
    expect(told([rule('a', 18, 22)], at(20))).to.deep.equal(['24T11-24T13 a', '24T13-25T00 GAP']);
    expect(told([], at(14))).to.deep.equal(['24T05-24T09 nobody', '24T09-25T00 GAP']);
  });

  it('lets a single date go before the weekly pattern', () => {
    const swapped = rule('c', 18, 33, { when: { on: '2026-11-24' } });
    expect(told([rule('a', 18, 33), swapped], at(20))).to.deep.equal(['24T11-25T00 c']);
  });
});
