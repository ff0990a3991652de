/**
 * Events of a calendar as duties. ical.js reads the lines and the values; a repetition is unrolled here, because an ill-meant rule can keep a general
 * iterator busy for ever: by days and weeks, within the window, and nothing else. Pure.
 */
import ICAL from 'ical.js';
import { addDays, instantOf, type LocalDate, localDate, localMinute, weekdayOf } from '../lib/japan-time.ts';
import type { LineFault, ReadFile, ReadLine, Window } from './import-file.ts';

/** What is over by 09:00 belongs to the night of the date before, as everywhere in the roster (month.ts). */
const dayBegins = 540;
const japan = /^(asia\/tokyo|japan|tokyo standard time|jst)$/i;
/** A repetition that began earlier is refused: its dates are counted one by one. */
const oldestDays = 1100;

export function readCalendar(text: string, window: Window, most: number): ReadFile {
  let events: ICAL.Component[];
  try {
    events = new ICAL.Component(ICAL.parse(text) as never).getAllSubcomponents('vevent');
  } catch {
    return { fault: 'calendar', line: null, detail: '' };
  }
  const places = linesOf(text);
  const replaced = new Set(events.flatMap((event) => instanceKey(event) ?? []));
  const lines: ReadLine[] = [];
  for (const [index, event] of events.entries()) {
    if (String(read(event, 'status') ?? '').toUpperCase() === 'CANCELLED') continue;
    lines.push(...dutiesOf(event, places[index] ?? 1, window, replaced));
    if (lines.length > most) return { fault: 'too_many', line: places[index] ?? null, detail: `${most}` };
  }
  return { lines };
}

/** ical.js reads a value when it is asked for it, and throws at one that is none: null, as if it were of another kind. */
function read(event: ICAL.Component, name: string): unknown {
  try {
    return event.getFirstPropertyValue(name);
  } catch {
    return null;
  }
}

/** Where each event begins, from 1. */
const linesOf = (text: string): number[] =>
  text.split(/\r?\n/).flatMap((line, index) => (/^BEGIN:VEVENT\s*$/i.test(line) ? [index + 1] : []));

/** An instance of a repetition that another event replaces: its series and the instant at which it would have begun. */
function instanceKey(event: ICAL.Component): string | null {
  const at = instantOfProperty(event, 'recurrence-id');
  return at instanceof Date ? keyOf(event, at) : null;
}

const keyOf = (event: ICAL.Component, at: Date): string => `${read(event, 'uid')} ${at.getTime()}`;

function dutiesOf(event: ICAL.Component, line: number, window: Window, replaced: ReadonlySet<string>): ReadLine[] {
  const words = ['summary', 'location'].map((name) => String(read(event, name) ?? '')).join(' ');
  const wrong = (fault: LineFault): ReadLine[] => [{ line, fault, text: words.slice(0, 80) }];
  const start = instantOfProperty(event, 'dtstart');
  const end = endOf(event, start);
  if (!(start instanceof Date)) return wrong(start);
  if (!(end instanceof Date)) return wrong(end);
  const minutes = (end.getTime() - start.getTime()) / 60_000;
  if (!Number.isInteger(minutes) || minutes < 1 || minutes > 1440) return wrong('hours');
  const starts = startsOf(event, start, window);
  if (!Array.isArray(starts)) return wrong(starts);
  const isSeries = event.hasProperty('rrule');
  return starts
    .filter((at) => !isSeries || !replaced.has(keyOf(event, at)))
    .map((at) => ({ line, ...serviceOf(at, minutes), position: positionIn(words), names: { words } }));
}

function serviceOf(at: Date, minutes: number): { date: LocalDate; band: { from: number; to: number } } {
  const minute = localMinute(at);
  const isEarly = minute + minutes <= dayBegins;
  const from = isEarly ? minute + 1440 : minute;
  return { date: isEarly ? addDays(localDate(at), -1) : localDate(at), band: { from, to: from + minutes } };
}

const positionIn = (words: string): number =>
  Number(/([1-9])\s*番/.exec(words.normalize('NFKC'))?.[1] ?? /no\.?\s*([1-9])/i.exec(words)?.[1] ?? 1);

/** The instant a property names; what is wrong with it otherwise. Times without a zone are Japan's. */
function instantOfProperty(event: ICAL.Component, name: string): Date | LineFault {
  const property = event.getFirstProperty(name);
  const value = read(event, name);
  if (!property || !(value instanceof ICAL.Time)) return 'date';
  if (value.isDate) return 'whole_day';
  return instantOfTime(value, property);
}

function instantOfTime(value: ICAL.Time, property: ICAL.Property): Date | LineFault {
  const { year, month, day, hour, minute, second } = value;
  const tzid = property.getFirstParameter('tzid');
  const isUtc = value.zone === ICAL.Timezone.utcTimezone;
  if (!isUtc && tzid && !japan.test(tzid)) return 'zone';
  const at = new Date(Date.UTC(year, month - 1, day, hour - (isUtc ? 0 : 9), minute, second));
  const read = at.getUTCFullYear(); // as much as the digits made of it; NaN when it is no instant at all
  return read >= 1900 && read < 9999 ? at : 'date';
}

function endOf(event: ICAL.Component, start: Date | LineFault): Date | LineFault {
  if (!(start instanceof Date)) return start;
  const duration = read(event, 'duration');
  if (duration instanceof ICAL.Duration) return new Date(start.getTime() + duration.toSeconds() * 1000);
  return event.hasProperty('dtend') ? instantOfProperty(event, 'dtend') : 'hours';
}

const weekdayNames = ['SU', 'MO', 'TU', 'WE', 'TH', 'FR', 'SA'];

/** The beginnings that count: the one event, or its repetitions within the window. */
function startsOf(event: ICAL.Component, start: Date, window: Window): Date[] | LineFault {
  if (event.hasProperty('rdate') || event.getAllProperties('rrule').length > 1) return 'recurrence';
  if (!event.hasProperty('rrule')) return [start];
  const rule = read(event, 'rrule');
  if (!(rule instanceof ICAL.Recur)) return 'recurrence';
  const { freq, interval, count } = rule;
  const parts = rule.parts as Readonly<Record<string, unknown[]>>;
  const onlyDays = Object.keys(parts).every((part) => part === 'BYDAY' && freq === 'WEEKLY');
  const days = ((parts.BYDAY as string[] | undefined) ?? []).map((name) => weekdayNames.indexOf(name));
  const first = localDate(start);
  if ((freq !== 'DAILY' && freq !== 'WEEKLY') || !onlyDays || days.includes(-1) || !(interval >= 1))
    return 'recurrence';
  // Every second week is counted in weeks that begin on Monday, as the standard has it where a rule says nothing else.
  if (interval > 1 && rule.wkst !== ICAL.Time.MONDAY) return 'recurrence';
  if (addDays(first, oldestDays) < window.from) return 'recurrence';
  const wanted = days.length > 0 ? days : [weekdayOf(first)];
  const last = lastInstant(rule.until);
  const skipped = exceptions(event);
  if (!skipped) return 'recurrence';
  const minute = localMinute(start);
  const starts: Date[] = [];
  const weekOffset = (weekdayOf(first) + 6) % 7;
  let counted = 0;
  for (let step = 0, date = first; date <= window.until; step++, date = addDays(date, 1)) {
    const isDue =
      freq === 'DAILY'
        ? step % interval === 0
        : Math.floor((step + weekOffset) / 7) % interval === 0 && wanted.includes(weekdayOf(date));
    if (!isDue) continue;
    const at = instantOf(date, minute);
    if (at.getTime() > last || (count && ++counted > count)) break;
    if (date >= window.from && !skipped.has(at.getTime())) starts.push(at);
  }
  return starts;
}

function lastInstant(until: ICAL.Time | null | undefined): number {
  if (!until) return Number.POSITIVE_INFINITY;
  const { year, month, day, hour, minute, second, isDate } = until;
  if (isDate) return Date.UTC(year, month - 1, day, 24 - 9) - 1;
  const isUtc = until.zone === ICAL.Timezone.utcTimezone;
  return Date.UTC(year, month - 1, day, hour - (isUtc ? 0 : 9), minute, second);
}

/** EXDATE; null when one of them cannot be read. */
function exceptions(event: ICAL.Component): Set<number> | null {
  const skipped = new Set<number>();
  for (const property of event.getAllProperties('exdate'))
    for (const value of valuesOf(property)) {
      if (!(value instanceof ICAL.Time) || value.isDate) return null;
      const at = instantOfTime(value, property);
      if (!(at instanceof Date)) return null;
      skipped.add(at.getTime());
    }
  return skipped;
}

function valuesOf(property: ICAL.Property): readonly unknown[] {
  try {
    return property.getValues();
  } catch {
    return [null];
  }
}
