/** Duties as a calendar that phones and computers understand (RFC 5545). Pure. */
import ICAL from 'ical.js';
import { instantOf, type LocalDate } from '../lib/japan-time.ts';
import { printable } from '../lib/plain-text.ts';

export interface CalendarDuty {
  areaId: string;
  area: string;
  date: LocalDate;
  from: number;
  to: number;
  position: number;
  /** Null in a doctor's own calendar. */
  doctor: string | null;
}

/** A name of ours in front of `@`, so that a changed duty replaces the one that the device knows. */
const product = '-//Kamome//Roster//JA';

export function calendarText(name: string, duties: readonly CalendarDuty[], at: Date): string {
  const calendar = new ICAL.Component(['vcalendar', [], []]);
  calendar.addPropertyWithValue('version', '2.0');
  calendar.addPropertyWithValue('prodid', product);
  calendar.addPropertyWithValue('x-wr-calname', printable(`当番 ${name}`));
  calendar.addPropertyWithValue('refresh-interval', 'PT1H');
  for (const duty of duties) calendar.addSubcomponent(eventOf(duty, at));
  return `${calendar.toString()}\r\n`;
}

function eventOf({ areaId, area, date, from, to, position, doctor }: CalendarDuty, at: Date): ICAL.Component {
  const event = new ICAL.Component('vevent');
  event.addPropertyWithValue('uid', `${areaId}-${date}-${from}-${position}@kamome`);
  event.addPropertyWithValue('dtstamp', utc(at));
  event.addPropertyWithValue('dtstart', utc(instantOf(date, from)));
  event.addPropertyWithValue('dtend', utc(instantOf(date, to)));
  const what = `当番 ${area} ${position}番`;
  event.addPropertyWithValue('summary', printable(doctor === null ? what : `${what} ${doctor}`));
  event.addPropertyWithValue('transp', 'TRANSPARENT');
  return event;
}

const utc = (at: Date): ICAL.Time => ICAL.Time.fromJSDate(at, true);
