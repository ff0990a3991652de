import { expect } from 'chai';
import fc from 'fast-check';
import { ageOn, eraOf, formatBothCalendars, formatEra, readDate } from '../../src/lib/eras.ts';
import { addDays } from '../../src/lib/japan-time.ts';

const read = (text: string): string => {
  const found = readDate(text);
  return found.status === 'read' ? found.date : found.reason;
};

describe('dates in both calendars', () => {
  // The first and last day of each era, and the first day that can be converted.
  const boundaries: [string, string][] = [
    ['明治6年1月1日', '1873-01-01'],
    ['明治45年7月29日', '1912-07-29'],
    ['大正元年7月30日', '1912-07-30'],
    ['大正15年12月24日', '1926-12-24'],
    ['昭和元年12月25日', '1926-12-25'],
    ['昭和64年1月7日', '1989-01-07'],
    ['平成元年1月8日', '1989-01-08'],
    ['平成31年4月30日', '2019-04-30'],
    ['令和元年5月1日', '2019-05-01'],
  ];
  for (const [japanese, iso] of boundaries) {
    it(`${japanese} is ${iso}, and is shown so`, () => {
      expect(readDate(japanese)).to.deep.equal({ status: 'read', date: iso, isBeyondEra: false });
      expect(formatEra(iso)).to.equal(japanese);
    });
  }

  const lunar = ['1868-10-22', '1868-10-23', '明治元年10月23日', '慶応4年10月22日', '1872-12-31', '明治5年12月31日'];
  for (const text of lunar) {
    it(`${text}, before the calendar of the sun, is not converted`, () => {
      expect(read(text)).to.be.oneOf(['out_of_range', 'not_a_date']);
      expect(readDate(text).status).to.equal('refused');
    });
  }

  const other: [string, string, string][] = [
    ['昭和64年1月8日', '1989-01-08', '平成元年1月8日（1989-01-08）'],
    ['昭和64.1.8', '1989-01-08', '平成元年1月8日（1989-01-08）'],
    ['平成31年5月1日', '2019-05-01', '令和元年5月1日（2019-05-01）'],
    ['大正15年12月25日', '1926-12-25', '昭和元年12月25日（1926-12-25）'],
    ['明治45年7月30日', '1912-07-30', '大正元年7月30日（1912-07-30）'],
    ['平成元年1月7日', '1989-01-07', '昭和64年1月7日（1989-01-07）'],
    ['昭和1.12.24', '1926-12-24', '大正15年12月24日（1926-12-24）'],
    ['R1.4.30', '2019-04-30', '平成31年4月30日（2019-04-30）'],
  ];
  for (const [text, suggestion, shown] of other) {
    it(`${text} belongs to the other era: refused, ${shown} suggested`, () => {
      expect(readDate(text)).to.deep.equal({ status: 'refused', reason: 'other_era', suggestion });
      expect(formatBothCalendars(suggestion)).to.equal(shown);
    });
  }

  for (const [text, date] of [
    ['昭和65年3月1日', '1990-03-01'],
    ['平成32.4.1', '2020-04-01'],
    ['大正16年2月3日', '1927-02-03'],
    ['S100.1.1', '2025-01-01'],
  ] as const) {
    it(`${text} is counted on to ${date}, with a warning`, () => {
      expect(readDate(text)).to.deep.equal({ status: 'read', date, isBeyondEra: true });
    });
  }

  const forms: [string, string][] = [
    ['S15.3.1', '1940-03-01'],
    ['s15-03-01', '1940-03-01'],
    ['Ｓ１５．３．１', '1940-03-01'],
    ['昭15/3/1', '1940-03-01'],
    ['昭和 15 年 3 月 1 日', '1940-03-01'],
    ['昭和１５年３月１日生まれ', '1940-03-01'],
    ['昭和十五年三月一日', '1940-03-01'],
    ['㍼15年3月1日', '1940-03-01'],
    ['昭和六十四年一月七日', '1989-01-07'],
    ['S150301', '1940-03-01'],
    ['3150301', '1940-03-01'],
    ['3-15-3-1', '1940-03-01'],
    ['2.14.12.31', '1925-12-31'],
    ['1.45.7.29', '1912-07-29'],
    ['4.元.1.8', '1989-01-08'],
    ['5010501', '2019-05-01'],
    ['明44.1.2', '1911-01-02'],
    ['大10・10・10', '1921-10-10'],
    ['令元.5.1', '2019-05-01'],
    ['H1.1.8', '1989-01-08'],
    ['1940-03-01', '1940-03-01'],
    ['1940/3/1', '1940-03-01'],
    ['19400301', '1940-03-01'],
    ['西暦1940年3月1日', '1940-03-01'],
    ['１９４０年３月１日', '1940-03-01'],
    ['1940ー03ー01', '1940-03-01'],
  ];
  for (const [text, iso] of forms) it(`${text} is ${iso}`, () => expect(read(text)).to.equal(iso));

  const refusals: [string, string][] = [
    ['15.3.1', 'era_missing'],
    ['150301', 'era_missing'],
    ['昭和15年2月30日', 'no_such_day'],
    ['昭和0年1月1日', 'no_such_day'],
    ['1940-13-01', 'no_such_day'],
    ['6.1.1.1', 'not_a_date'],
    ['春', 'not_a_date'],
    ['', 'not_a_date'],
    ['昭和', 'not_a_date'],
    ['昭和15年3月', 'not_a_date'],
    ['1940-03-01-02', 'not_a_date'],
    ['昭和15年3月1日 夜', 'not_a_date'],
  ];
  for (const [text, reason] of refusals)
    it(`'${text}' is refused: ${reason}`, () => expect(read(text)).to.equal(reason));

  it('agrees with the calendar of the platform on every day of a life', () => {
    const calendar = new Intl.DateTimeFormat('ja-JP-u-ca-japanese', { dateStyle: 'long', timeZone: 'UTC' });
    const days = fc.integer({ min: 0, max: 84_000 }).map((n) => addDays('1873-01-01', n));
    fc.assert(
      fc.property(days, (date) => {
        const platform = calendar.format(new Date(`${date}T00:00:00Z`));
        expect(platform.replace('元', '1')).to.equal(formatEra(date).replace('元', '1'));
      }),
    );
  });

  it('reads back what it shows, by name, letter and code', () => {
    const days = fc.integer({ min: 0, max: 84_000 }).map((n) => addDays('1873-01-01', n));
    const codes = ['meiji', 'taisho', 'showa', 'heisei', 'reiwa'];
    fc.assert(
      fc.property(days, (date) => {
        const { era, letter, year } = eraOf(date);
        const [, month, day] = date.split('-').map(Number);
        expect(read(formatEra(date))).to.equal(date);
        expect(read(`${letter}${year}.${month}.${day}`)).to.equal(date);
        if (year < 100)
          expect(
            read(`${codes.indexOf(era) + 1}${[year, month, day].map((n) => String(n).padStart(2, '0')).join('')}`),
          ).to.equal(date);
      }),
    );
  });

  it('never throws and never answers with a day that does not exist', () => {
    const text = fc.string({ unit: fc.constantFrom(...'0123456789.-/年月日昭平令MTSHR 元十一'), maxLength: 14 });
    fc.assert(
      fc.property(text, (written) => {
        const found = readDate(written);
        if (found.status === 'read') expect(readDate(found.date)).to.deep.include({ status: 'read', date: found.date });
      }),
      { numRuns: 2000 },
    );
  });

  it('counts completed years', () => {
    expect(ageOn('1940-03-01', '2026-02-28')).to.equal(85);
    expect(ageOn('1940-03-01', '2026-03-01')).to.equal(86);
    expect(ageOn('1940-02-29', '2026-02-28')).to.equal(85);
    expect(ageOn('2026-03-02', '2026-03-01')).to.equal(-1);
  });
});
