import { expect } from 'chai';
import fc from 'fast-check';
import { addDays, instantOf, type LocalDate } from '../../src/lib/japan-time.ts';
import { japanCalendar } from '../../src/roster/calendar.ts';
import { gaps } from '../../src/roster/coverage.ts';
import { formatBand, parseBand, parseDate, parseDays, parseTime } from '../../src/roster/notation.ts';
import { type Day, type DutyRule, onDuty, sameRuleKey } from '../../src/roster/roster.ts';

let serial = 0;

/** A doctor's rule in area `ar` from the notation of a list: rule('佐藤', '月〜金', '18:00-33:00'). */
function rule(subjectId: string, days: string, hours: string, more: Partial<DutyRule> = {}): DutyRule {
  serial += 1;
  const date = parseDate(days);
  const when = date ? { on: date } : { days: parseDays(days)!, validFrom: null, validUntil: null };
  const base = { id: `r${serial}`, kind: 'doctor' as const, areaId: 'ar', position: 1 };
  return { ...base, subjectId, when, band: parseBand(hours)!, ...more };
}

/** Who is on duty at a local moment such as '2026-01-10 25:00'. */
function who(rules: DutyRule[], moment: string): string[] {
  const [date, time] = moment.split(' ');
  return onDuty(rules, instantOf(date!, parseTime(time!)!), japanCalendar).map((duty) => duty.subjectId);
}

describe('the roster', () => {
  describe('the night belongs to the date on which it begins', () => {
    const rules = [rule('土の医師', '土', '18:00-33:00'), rule('日の医師', '日', '18:00-33:00')];
    const table: [string, string[]][] = [
      ['2026-01-10 17:59', []],
      ['2026-01-10 18:00', ['土の医師']], // a shift that starts this very minute counts
      ['2026-01-10 23:59', ['土の医師']],
      ['2026-01-11 00:00', ['土の医師']],
      ['2026-01-10 25:00', ['土の医師']],
      ['2026-01-11 01:00', ['土の医師']],
      ['2026-01-11 08:59', ['土の医師']],
      ['2026-01-11 09:00', []], // one that ends now does not
      ['2026-01-11 18:00', ['日の医師']],
      ['2026-01-12 08:59', ['日の医師']],
      ['2026-01-12 18:00', []],
    ];
    for (const [moment, expected] of table) {
      it(`${moment} → ${expected.join() || 'nobody'}`, () => expect(who(rules, moment)).to.deep.equal(expected));
    }

    it('over the end of a month, a year and a leap day', () => {
      const nightly = [rule('甲', '毎日', '18:00-33:00')];
      for (const [moment, date] of [
        ['2026-05-01 03:00', '2026-04-30'],
        ['2027-01-01 08:59', '2026-12-31'],
        ['2028-02-29 08:00', '2028-02-28'],
        ['2028-03-01 08:00', '2028-02-29'],
      ] as const) {
        const [local, time] = moment.split(' ');
        const [duty] = onDuty(nightly, instantOf(local!, parseTime(time!)!), japanCalendar);
        expect(duty?.serviceDate, moment).to.equal(date);
        expect(duty?.from.getTime()).to.equal(instantOf(date, 18 * 60).getTime());
        expect(duty?.until.getTime()).to.equal(instantOf(date, 33 * 60).getTime());
      }
    });

    it('a band may begin after midnight and still belong to the day before', () => {
      const late = [rule('深夜', '金', '25:00-33:00')];
      expect(who(late, '2026-01-10 00:59')).to.deep.equal([]);
      expect(who(late, '2026-01-10 01:00')).to.deep.equal(['深夜']);
    });
  });

  describe('the more particular rule', () => {
    const rules = [
      rule('平日', '月〜金', '18:00-33:00'),
      rule('平日控え', '月〜金', '18:00-33:00', { position: 2 }),
      rule('祝', '祝', '09:00-33:00'),
      rule('年末', '年末年始', '09:00-33:00'),
      rule('盆', 'お盆', '18:00-33:00'),
    ];
    const table: [string, string[], string][] = [
      ['2026-05-07 20:00', ['平日', '平日控え'], 'an ordinary Thursday'],
      ['2026-05-06 20:00', ['祝'], '振替休日: the holiday rule replaces every position of the weekday'],
      ['2026-05-06 08:59', ['祝'], 'the morning after 5/5, a holiday night'],
      ['2026-05-07 08:59', ['祝'], 'the holiday night reaches into the working day'],
      ['2026-05-07 09:00', [], 'and ends there'],
      ['2026-12-29 12:00', ['年末'], '年末年始'],
      ['2027-01-01 20:00', ['年末'], '元日 is 年末年始 before it is a holiday'],
      ['2027-01-04 08:00', ['年末'], 'the night of 1/3'],
      ['2027-01-04 20:00', ['平日', '平日控え'], 'the first working night'],
      ['2026-08-14 20:00', ['盆'], 'お盆 on a Friday'],
    ];
    for (const [moment, expected, why] of table) {
      it(`${moment}: ${why}`, () => expect(who(rules, moment)).to.deep.equal(expected));
    }

    it('without a 年末年始 rule the holiday rule speaks for 元日, and the weekday for 12/30', () => {
      const plain = rules.filter((one) => one.subjectId !== '年末');
      expect(who(plain, '2027-01-01 20:00')).to.deep.equal(['祝']);
      expect(who(plain, '2026-12-30 20:00')).to.deep.equal(['平日', '平日控え']);
    });

    it('a date replaces the pattern of its own area only', () => {
      const swap = [...rules, rule('代わり', '2026-05-07', '18:00-33:00')];
      expect(who(swap, '2026-05-07 20:00')).to.deep.equal(['代わり']);
      expect(who(swap, '2026-05-08 08:00')).to.deep.equal(['代わり']);
      expect(who(swap, '2026-05-08 20:00')).to.deep.equal(['平日', '平日控え']);
      const elsewhere = [...rules, rule('他地区', '2026-05-07', '18:00-33:00', { areaId: 'other' })];
      expect(who(elsewhere, '2026-05-07 20:00').sort()).to.deep.equal(['他地区', '平日', '平日控え'].sort());
    });

    it('an exception shorter than the night leaves the rest of the night as it was', () => {
      const short = [...rules, rule('前半', '2026-05-07', '18:00-25:00')];
      expect(who(short, '2026-05-07 24:59')).to.deep.equal(['前半']);
      expect(who(short, '2026-05-07 25:00')).to.deep.equal(['平日', '平日控え']);
    });

    it('a weekday band that the holiday does not touch stays', () => {
      const bands = [rule('夜', '月', '18:00-33:00'), rule('祝日昼', '祝', '09:00-18:00')];
      expect(who(bands, '2026-01-12 12:00'), '成人の日').to.deep.equal(['祝日昼']);
      expect(who(bands, '2026-01-12 18:00')).to.deep.equal(['夜']);
    });
  });

  it('a rule counts from its first to its last service date, both included', () => {
    const when = { days: parseDays('毎日')!, validFrom: '2026-04-01', validUntil: '2026-04-30' };
    const april = [rule('四月', '毎日', '18:00-33:00', { when })];
    expect(who(april, '2026-04-01 08:00'), 'the night of 31 March').to.deep.equal([]);
    expect(who(april, '2026-04-01 18:00')).to.deep.equal(['四月']);
    expect(who(april, '2026-05-01 08:59'), 'the night of 30 April').to.deep.equal(['四月']);
    expect(who(april, '2026-05-01 18:00')).to.deep.equal([]);
  });

  it('a subject named twice is rung once, at the better position', () => {
    const twice = [
      rule('甲', '毎日', '18:00-33:00', { position: 3 }),
      rule('甲', '水', '18:00-33:00', { position: 1 }),
    ];
    const [duty, ...rest] = onDuty(twice, instantOf('2026-01-07', 1200), japanCalendar);
    expect([duty?.position, rest.length]).to.deep.equal([1, 0]);
  });

  it('two rules that say the same are the same, whatever their ids', () => {
    const [one, other] = [rule('甲', '月火', '18:00-33:00'), rule('甲', '火・月', '18:00-33:00')];
    expect(sameRuleKey(one)).to.equal(sameRuleKey(other));
    expect(sameRuleKey(one)).not.to.equal(sameRuleKey(rule('甲', '月火', '18:00-32:00')));
    expect(sameRuleKey(one)).not.to.equal(sameRuleKey({ ...other, position: 2 }));
  });
});

describe('the notation of rosters', () => {
  it('reads times of the service date, to 48:00', () => {
    const table: [string, number | null][] = [
      ['18:00', 1080],
      ['25:00', 1500],
      ['１７：３０', 1050],
      ['9:05', 545],
      ['18時', 1080],
      ['18時30分', 1110],
      ['翌9:00', 1980],
      ['48:00', 2880],
      ['48:01', null],
      ['18:60', null],
      ['18', null],
      ['18:', null],
      ['', null],
    ];
    for (const [text, minutes] of table) expect(parseTime(text), text).to.equal(minutes);
  });

  it('reads bands, and refuses those that end before they begin or last over a day', () => {
    for (const text of ['18:00-33:00', '18:00〜33:00', '１８：００～３３：００', '18:00 - 翌9:00', '18時ー翌9時'])
      expect(parseBand(text), text).to.deep.equal({ from: 1080, to: 1980 });
    for (const text of [
      '18:00-09:00',
      '18:00-18:00',
      '09:00-34:00',
      '18:00',
      '18:00-',
      '-33:00',
      'a-b',
      '1:00-2:00-3:00',
    ])
      expect(parseBand(text), text).to.equal(null);
    expect(formatBand({ from: 1080, to: 1500 })).to.equal('18:00-25:00');
  });

  it('reads days in Japanese and English', () => {
    const table: [string, Day[] | null][] = [
      ['月', ['mon']],
      ['月水金', ['mon', 'wed', 'fri']],
      ['月・水・金', ['mon', 'wed', 'fri']],
      ['月曜日、火曜', ['mon', 'tue']],
      ['月〜金', ['mon', 'tue', 'wed', 'thu', 'fri']],
      ['mon-fri', ['mon', 'tue', 'wed', 'thu', 'fri']],
      ['金～月', ['mon', 'fri', 'sat', 'sun']],
      ['平日', ['mon', 'tue', 'wed', 'thu', 'fri']],
      ['土日祝', ['sat', 'sun', 'holiday']],
      ['日祝日', ['sun', 'holiday']],
      ['Sunday, holiday', ['sun', 'holiday']],
      ['年末年始', ['yearend']],
      ['年末年始・お盆', ['yearend', 'obon']],
      ['obon;yearend', ['yearend', 'obon']],
      ['毎日', ['mon', 'tue', 'wed', 'thu', 'fri', 'sat', 'sun']],
      ['', null],
      ['月〜', null],
      ['〜金', null],
      ['月曜と', null],
      ['祝〜月', null],
    ];
    for (const [text, days] of table) expect(parseDays(text), text).to.deep.equal(days);
  });

  it('reads dates as spreadsheets write them', () => {
    for (const text of ['2026-01-05', '2026/1/5', '２０２６年１月５日', '2026.1.5'])
      expect(parseDate(text), text).to.equal('2026-01-05');
    for (const text of ['2026-02-29', '26/1/5', '1/5', '月', '2026-01-05-06'])
      expect(parseDate(text), text).to.equal(null);
  });
});

describe('gaps and doubles of a roster', () => {
  const show = (rules: DutyRule[], from: LocalDate, until: LocalDate) =>
    gaps(rules, from, until, japanCalendar).map(({ problem, from: start, until: end }) => [
      problem,
      start.toISOString(),
      end.toISOString(),
    ]);

  it('a week with every night and every day off has none', () => {
    const rules = [rule('甲', '毎日', '18:00-33:00'), rule('乙', '日祝', '09:00-18:00')];
    expect(show(rules, '2026-01-05', '2026-01-11')).to.deep.equal([]);
  });

  it('a missing night is one span, and a working day needs nobody', () => {
    const rules = [rule('甲', '月火木金土日', '18:00-33:00'), rule('乙', '日祝', '09:00-18:00')];
    expect(show(rules, '2026-01-05', '2026-01-11')).to.deep.equal([
      ['uncovered', '2026-01-07T09:00:00.000Z', '2026-01-08T00:00:00.000Z'],
    ]);
  });

  it('a holiday without anyone by day is found', () => {
    const rules = [rule('甲', '毎日', '18:00-33:00'), rule('乙', '日', '09:00-18:00')];
    expect(show(rules, '2026-01-12', '2026-01-12')).to.deep.equal([
      ['uncovered', '2026-01-12T00:00:00.000Z', '2026-01-12T09:00:00.000Z'],
    ]);
  });

  it('two doctors at one position are a double for as long as they overlap', () => {
    const rules = [rule('甲', '毎日', '18:00-33:00'), rule('乙', '水', '22:00-25:00')];
    expect(show(rules, '2026-01-06', '2026-01-08')).to.deep.equal([
      ['double', '2026-01-07T13:00:00.000Z', '2026-01-07T16:00:00.000Z'],
    ]);
  });

  it('an area without any rule is uncovered all through', () => {
    const empty = gaps([], '2026-01-05', '2026-01-06', japanCalendar, [{ kind: 'doctor', areaId: 'ar' }]);
    expect(empty.map((fault) => [fault.problem, fault.areaId])).to.deep.equal([
      ['uncovered', 'ar'],
      ['uncovered', 'ar'],
    ]);
  });
});

describe('laws of the roster', () => {
  const days = fc.subarray(['mon', 'tue', 'wed', 'thu', 'fri', 'sat', 'sun', 'holiday', 'yearend', 'obon'] as Day[], {
    minLength: 1,
  });
  const bands = fc
    .tuple(fc.integer({ min: 0, max: 47 }), fc.integer({ min: 1, max: 24 }))
    .map(([from, length]) => ({ from: from * 60, to: Math.min(2880, (from + length) * 60) }));
  const rules = fc.array(
    fc.record({
      id: fc.uuid(),
      kind: fc.constant('doctor' as const),
      areaId: fc.constantFrom('a', 'b'),
      subjectId: fc.constantFrom('甲', '乙', '丙', '丁'),
      position: fc.integer({ min: 1, max: 3 }),
      band: bands,
      when: days.map((list) => ({ days: list, validFrom: null, validUntil: null })),
    }),
    { maxLength: 12 },
  );
  const instants = fc.integer({ min: 0, max: 2 * 365 * 1440 }).map((minute) => instantOf('2026-01-01', minute));
  const plain = { namedDaysOf: () => [] };
  const names = (list: DutyRule[], at: Date): string[] => onDuty(list, at, plain).map((duty) => duty.subjectId);

  it('an instant belongs to at most one service date of a band', () => {
    fc.assert(
      fc.property(bands, instants, (band, at) => {
        const always = { days: ['mon', 'tue', 'wed', 'thu', 'fri', 'sat', 'sun'] as Day[] };
        const one = rule('甲', '毎日', '18:00-33:00', { band, when: { ...always, validFrom: null, validUntil: null } });
        const duties = onDuty([one], at, japanCalendar);
        expect(duties.length).to.be.at.most(1);
        for (const duty of duties) expect(duty.from <= at && at < duty.until).to.equal(true);
      }),
    );
  });

  it('a week later the same people are on duty when the calendar names no days', () => {
    fc.assert(
      fc.property(rules, instants, (list, at) => {
        expect(names(list, new Date(at.getTime() + 7 * 86_400_000))).to.deep.equal(names(list, at));
      }),
    );
  });

  it('the order of the list does not matter, and positions never fall', () => {
    fc.assert(
      fc.property(rules, instants, (list, at) => {
        const there = onDuty(list, at, japanCalendar);
        const back = onDuty([...list].reverse(), at, japanCalendar);
        expect(back.map((duty) => duty.rule.id)).to.deep.equal(there.map((duty) => duty.rule.id));
        const positions = there.map((duty) => duty.position);
        expect(positions).to.deep.equal([...positions].sort());
      }),
    );
  });

  it('adding a rule never leaves nobody where somebody was', () => {
    fc.assert(
      fc.property(rules, rules, instants, (list, more, at) => {
        if (onDuty(list, at, japanCalendar).length > 0)
          expect(onDuty([...list, ...more], at, japanCalendar).length).to.be.at.least(1);
      }),
    );
  });

  it('the gap report and the question of the night agree', () => {
    const everyHour = () => [{ from: 0, to: 1440 }];
    fc.assert(
      fc.property(rules, fc.integer({ min: 0, max: 700 }), fc.integer({ min: 0, max: 1439 }), (list, day, minute) => {
        const date = addDays('2026-01-01', day);
        const at = instantOf(date, minute);
        const ofArea = list.filter((one) => one.areaId === 'a');
        const groups = [{ kind: 'doctor' as const, areaId: 'a' }];
        const uncovered = gaps(ofArea, date, date, japanCalendar, groups, everyHour)
          .filter((fault) => fault.problem === 'uncovered')
          .some((fault) => fault.from <= at && at < fault.until);
        expect(uncovered).to.equal(onDuty(ofArea, at, japanCalendar).length === 0);
      }),
    );
  });

  it('days written back and read again are the same', () => {
    fc.assert(fc.property(days, (list) => expect(parseDays(list.join(','))).to.have.members(list) !== undefined));
  });
});
