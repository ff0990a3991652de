import { expect } from 'chai';
import fc from 'fast-check';
import { instantOf } from '../../src/lib/japan-time.ts';
import { japanCalendar } from '../../src/roster/calendar.ts';
import { parseBand, parseDate, parseDays } from '../../src/roster/notation.ts';
import { type DutyRule, onDuty } from '../../src/roster/roster.ts';
import { assigned, type RuleChange, restored, slotsOf } from '../../src/roster/slots.ts';

let serial = 0;
function rule(subjectId: string, days: string, hours: string, position = 1, more: Partial<DutyRule> = {}): DutyRule {
  serial += 1;
  const date = parseDate(days);
  const when = date ? { on: date } : { days: parseDays(days)!, validFrom: null, validUntil: null };
  return {
    id: `r${serial}`,
    kind: 'doctor',
    areaId: 'ar',
    subjectId,
    when,
    band: parseBand(hours)!,
    position,
    ...more,
  };
}

const changed = (rules: DutyRule[], { remove, add }: RuleChange): DutyRule[] => [
  ...rules.filter(({ id }) => !remove.includes(id)),
  ...add.map((one, index) => ({ ...one, id: `new${++serial}${index}` })),
];
const date = '2026-11-16'; // a Monday
const night = { from: 1080, to: 1980 };
const said = (rules: DutyRule[], on = date): string[] =>
  slotsOf(rules, on, japanCalendar).map(
    ({ from, to, position, subjectId }) => `${from}-${to} ${position} ${subjectId}`,
  );
const week = [
  rule('甲', '月', '18:00-33:00', 1),
  rule('乙', '月', '18:00-33:00', 2),
  rule('丙', '毎日', '9:00-18:00', 1),
];
const place = { areaId: 'ar', date, band: night, position: 1 };

describe('the roster of one date', () => {
  it('shows who has which hours at which place', () => {
    expect(said(week)).to.deep.equal(['540-1080 1 丙', '1080-1980 1 甲', '1080-1980 2 乙']);
  });

  it('puts a doctor at one place and keeps the others of these hours', () => {
    const next = changed(week, assigned(week, place, '丁', japanCalendar));
    expect(said(next)).to.deep.equal(['540-1080 1 丙', '1080-1980 1 丁', '1080-1980 2 乙']);
    expect(said(next, '2026-11-23')).to.deep.equal(said(week, '2026-11-23'));
  });

  it('lets two doctors of the same night change places', () => {
    const next = changed(week, assigned(week, place, '乙', japanCalendar));
    expect(said(next)).to.deep.equal(['540-1080 1 丙', '1080-1980 1 乙', '1080-1980 2 甲']);
  });

  it('leaves a place to nobody when asked to', () => {
    expect(said(changed(week, assigned(week, { ...place, position: 2 }, null, japanCalendar)))).to.deep.equal([
      '540-1080 1 丙',
      '1080-1980 1 甲',
    ]);
  });

  it('changes a part of a night and keeps what an earlier exception says of the rest', () => {
    const first = changed(week, assigned(week, place, '丁', japanCalendar));
    const late = { ...place, band: { from: 1440, to: 1980 } };
    const next = changed(first, assigned(first, late, '戊', japanCalendar));
    expect(said(next).filter((one) => one.includes(' 1 '))).to.deep.equal([
      '540-1080 1 丙',
      '1080-1440 1 丁',
      '1440-1980 1 戊',
    ]);
    expect(said(next).filter((one) => one.includes('乙')).length).to.equal(2);
  });

  it('gives the week its word back', () => {
    const next = changed(week, assigned(week, place, '丁', japanCalendar));
    expect(said(changed(next, restored(next, place)))).to.deep.equal(said(week));
  });

  it('writes nothing when nothing would change', () => {
    const next = changed(week, assigned(week, place, '丁', japanCalendar));
    expect(assigned(next, place, '丁', japanCalendar)).to.deep.equal({ remove: [], add: [] });
  });

  it('shows an absent doctor at his place, and has nobody on duty there', () => {
    const away = [rule('甲', '月', '18:00-33:00', 1, { away: [{ from: date, until: date }] }), week[1]!];
    expect(slotsOf(away, date, japanCalendar).map(({ isAway }) => isAway)).to.deep.equal([true, false]);
    const at = (minute: number) => onDuty(away, instantOf(date, minute), japanCalendar).map((duty) => duty.subjectId);
    expect(at(1200)).to.deep.equal(['乙']);
    expect(at(1900)).to.deep.equal(['乙']); // the night belongs to the date on which it began
    expect(onDuty(away, instantOf('2026-11-23', 1200), japanCalendar).length).to.equal(2);
  });

  it('holds for every change: the place is the doctor’s in these hours, and nothing else of the date is another’s', () => {
    const names = ['甲', '乙', '丙', '丁', '戊'];
    const bands = fc
      .tuple(fc.integer({ min: 0, max: 20 }), fc.integer({ min: 1, max: 20 }))
      .map(([from, hours]) => ({ from: from * 60, to: (from + hours) * 60 }));
    const changes = fc.array(
      fc.record({ band: bands, position: fc.integer({ min: 1, max: 3 }), doctor: fc.constantFrom(...names) }),
      { minLength: 1, maxLength: 6 },
    );
    fc.assert(
      fc.property(changes, (steps) => {
        let rules = week;
        for (const { band, position, doctor } of steps) {
          const before = rules;
          rules = changed(rules, assigned(rules, { areaId: 'ar', date, band, position }, doctor, japanCalendar));
          for (let minute = 0; minute < 2880; minute += 60) {
            const at = (of: DutyRule[]) =>
              slotsOf(of, date, japanCalendar)
                .filter(({ from, to }) => from <= minute && to > minute)
                .sort((a, b) => a.position - b.position);
            const isInside = minute >= band.from && minute < band.to;
            const there = at(rules).filter((slot) => slot.position === position);
            if (isInside) expect(there.map(({ subjectId }) => subjectId)).to.deep.equal([doctor]);
            else
              expect(at(rules).map(({ subjectId, position: p }) => [subjectId, p])).to.deep.equal(
                at(before).map(({ subjectId, position: p }) => [subjectId, p]),
              );
          }
        }
      }),
      { numRuns: 60 },
    );
  });
});
