import { expect } from 'chai';
import ICAL from 'ical.js';
import { instantOf } from '../../src/lib/japan-time.ts';
import { japanCalendar } from '../../src/roster/calendar.ts';
import { awakeMinutes, dutyPoints } from '../../src/roster/fairness.ts';
import { calendarText } from '../../src/roster/ics.ts';
import { parseBand, parseDays } from '../../src/roster/notation.ts';
import type { DutyRule } from '../../src/roster/roster.ts';

const rule = (subjectId: string, days: string, hours: string, position = 1): DutyRule => ({
  ...{ id: `${subjectId} ${days} ${hours}`, kind: 'doctor', areaId: 'ar', subjectId, position },
  ...{ band: parseBand(hours)!, when: { days: parseDays(days)!, validFrom: null, validUntil: null } },
});

describe('how the burden is shared', () => {
  it('counts each night once and weighs nights before days off, years’ ends and deputies', () => {
    const rules = [
      rule('甲', '月', '18:00-24:00'),
      rule('甲', '月', '24:00-33:00'),
      rule('乙', '土', '18:00-33:00'),
      rule('丙', '日', '9:00-18:00', 2),
    ];
    // June 2026: five Mondays and no public holiday, four Saturdays before a Sunday, four Sundays.
    const points = dutyPoints([rules], '2026-06', japanCalendar);
    expect(points.get('甲')).to.deep.equal({ nights: 5, daysOff: 0, points: 5 });
    expect(points.get('乙')).to.deep.equal({ nights: 4, daysOff: 0, points: 6 });
    expect(points.get('丙')).to.deep.equal({ nights: 0, daysOff: 4, points: 2 });
    const yearend = dutyPoints([[rule('丁', '毎日', '18:00-33:00')]], '2026-12', japanCalendar).get('丁')!;
    // 29-31 December count two, Saturdays and Sundays of before (and 28 before the 29th) one and a half.
    expect(yearend).to.deep.equal({ nights: 31, daysOff: 0, points: 3 * 2 + 9 * 1.5 + 19 });
  });

  it('counts the time awake between 22 and 6, half an hour after each line, once where it overlaps', () => {
    const at = (minute: number) => instantOf('2026-06-01', minute);
    const dates = ['2026-06-01'];
    expect(awakeMinutes([{ from: at(1200), until: at(1210) }], dates)).to.equal(0);
    expect(awakeMinutes([{ from: at(1300), until: at(1310) }], dates)).to.equal(20); // until 22:20
    expect(awakeMinutes([{ from: at(1500), until: at(1510) }], dates)).to.equal(40);
    const twice = [
      { from: at(1500), until: at(1510) },
      { from: at(1520), until: at(1525) },
    ];
    expect(awakeMinutes(twice, dates)).to.equal(55);
    expect(awakeMinutes([{ from: at(1790), until: at(1795) }], dates)).to.equal(10); // until 6:00
  });

  it('writes a calendar that another program reads: nights end on the next day', () => {
    const duty = { areaId: 'ar_1', area: '藤棚', date: '2026-12-07', from: 1080, to: 1980, position: 1, doctor: '甲' };
    const text = calendarText('藤棚', [duty, { ...duty, position: 2, doctor: null }], new Date('2026-11-22T03:00:00Z'));
    expect(text).to.match(/^BEGIN:VCALENDAR\r\n/);
    const events = new ICAL.Component(ICAL.parse(text)).getAllSubcomponents('vevent').map((one) => new ICAL.Event(one));
    expect(events.map(({ summary }) => summary)).to.deep.equal(['当番 藤棚 1番 甲', '当番 藤棚 2番']);
    expect(events[0]!.startDate.toJSDate().toISOString()).to.equal('2026-12-07T09:00:00.000Z');
    expect(events[0]!.endDate.toJSDate().toISOString()).to.equal('2026-12-08T00:00:00.000Z');
    expect(events[0]!.uid).to.equal('ar_1-2026-12-07-1080-1@kamome');
  });
});
