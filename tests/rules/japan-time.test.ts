import { expect } from 'chai';
import fc from 'fast-check';
import {
  addDays,
  formatLocal,
  holidayName,
  holidayNameByLaw,
  instantOf,
  isHoliday,
  isLocalDate,
  localDate,
  localMinute,
  localParts,
  namedDaysOf,
  serviceDate,
  weekdayOf,
} from '../../src/lib/japan-time.ts';

describe('local time of Japan', () => {
  it('is nine hours ahead, over midnight, month and leap day', () => {
    const table: [string, string, number][] = [
      ['2026-01-31T14:59:59.999Z', '2026-01-31', 1439],
      ['2026-01-31T15:00:00.000Z', '2026-02-01', 0],
      ['2028-02-28T15:00:00Z', '2028-02-29', 0],
      ['2028-02-29T15:00:00Z', '2028-03-01', 0],
      ['2025-12-31T15:00:59Z', '2026-01-01', 0],
      ['1969-12-31T14:59:00Z', '1969-12-31', 1439],
    ];
    for (const [at, date, minute] of table) {
      expect(localDate(new Date(at)), at).to.equal(date);
      expect(localMinute(new Date(at)), at).to.equal(minute);
    }
    expect(localParts(new Date('2026-01-03T16:30:00Z'))).to.deep.equal({ date: '2026-01-04', minute: 90, weekday: 0 });
    expect(formatLocal(new Date('2026-01-03T16:30:00Z'))).to.equal('2026-01-04 01:30');
  });

  it('agrees with the time-zone data of the platform', () => {
    const tokyo = new Intl.DateTimeFormat('sv-SE', { timeZone: 'Asia/Tokyo', dateStyle: 'short', timeStyle: 'short' });
    const since1952 = fc.date({ min: new Date('1952-01-01'), max: new Date('2099-12-31'), noInvalidDate: true });
    fc.assert(fc.property(since1952, (at) => expect(formatLocal(at)).to.equal(tokyo.format(at)) !== undefined));
  });

  it('an instant made from its local parts is the same minute', () => {
    const instants = fc.date({ min: new Date('1970-01-02'), max: new Date('2099-12-30'), noInvalidDate: true });
    fc.assert(
      fc.property(instants, (at) => {
        const { date, minute } = localParts(at);
        expect(instantOf(date, minute).getTime()).to.equal(Math.floor(at.getTime() / 60_000) * 60_000);
        expect(instantOf(addDays(date, -1), minute + 1440).getTime()).to.equal(instantOf(date, minute).getTime());
      }),
    );
  });

  it('a night belongs to the date on which it began', () => {
    expect(serviceDate(new Date('2026-01-03T16:00:00Z'), 540), 'Sunday 01:00').to.equal('2026-01-03');
    expect(serviceDate(new Date('2026-01-03T23:59:59Z'), 540), 'Sunday 08:59').to.equal('2026-01-03');
    expect(serviceDate(new Date('2026-01-04T00:00:00Z'), 540), 'Sunday 09:00').to.equal('2026-01-04');
  });

  it('dates that do not exist are refused', () => {
    for (const text of ['2026-02-29', '2026-13-01', '2026-1-1', '', '２０２６-01-01'])
      expect(isLocalDate(text), text).to.equal(false);
    expect(isLocalDate('2028-02-29')).to.equal(true);
    expect(() => addDays('2026-02-29', 1)).to.throw(RangeError);
  });
});

describe('public holidays', () => {
  const table: [string, string | null][] = [
    ['2026-01-01', '元日'],
    ['2026-05-06', '憲法記念日 振替休日'], // 5/3 is a Sunday; 5/4 and 5/5 are holidays themselves
    ['2026-09-22', '国民の休日'], // between 敬老の日 and 秋分の日
    ['2024-02-12', '建国記念の日 振替休日'],
    ['2027-03-22', '春分の日 振替休日'],
    ['2020-07-24', 'スポーツの日'], // moved for the Olympic Games
    ['2026-01-05', null],
    ['2026-12-29', null],
  ];
  for (const [date, name] of table) {
    it(`${date} is ${name ?? 'no holiday'}`, () => {
      if (name === '国民の休日') expect(holidayName(date)).to.match(/休日/);
      else if (name?.includes('振替')) expect(holidayName(date)).to.match(/振替休日/);
      else expect(holidayName(date)).to.equal(name);
      expect(isHoliday(date)).to.equal(name !== null);
    });
  }

  it('the rules of the law give the same days as the table from 2022 to its last year, 2050', () => {
    const differing: string[] = [];
    for (let date = '2022-01-01'; date <= '2050-12-31'; date = addDays(date, 1)) {
      if (isHoliday(date) !== (holidayNameByLaw(date) !== null)) differing.push(date);
    }
    expect(differing).to.deep.equal([]);
  });

  it('go on by the law after the table ends, and stop loudly where nothing is known', () => {
    expect(holidayName('2051-01-01')).to.equal('元日');
    expect(holidayName('2051-01-02'), '元日 is a Sunday in 2051').to.equal('元日 振替休日');
    expect(weekdayOf('2051-01-01')).to.equal(0);
    expect(holidayName('2099-11-23')).to.equal('勤労感謝の日');
    expect(() => isHoliday('2100-01-01')).to.throw(RangeError, '1970 to 2099');
    expect(() => isHoliday('1969-12-31')).to.throw(RangeError);
  });

  it('年末年始 and お盆 are named days, whatever the calendar says of them', () => {
    const days: [string, string[]][] = [
      ['2026-12-28', []],
      ['2026-12-29', ['yearend']],
      ['2027-01-01', ['holiday', 'yearend']],
      ['2027-01-03', ['yearend']],
      ['2027-01-04', []],
      ['2026-08-12', []],
      ['2026-08-13', ['obon']],
      ['2026-08-15', ['obon']],
      ['2026-08-16', []],
      ['2026-08-11', ['holiday']],
    ];
    for (const [date, expected] of days) expect(namedDaysOf(date), date).to.deep.equal(expected);
  });
});
