/**
 * Duties out of a file that somebody brings: a list (CSV) or a calendar (RFC 5545), told by its first words. Only reading: who and where is
 * meant stands in import-preview.ts. Everything is bounded: bytes, lines, and what a repetition may become. Pure.
 */
import { parse } from 'csv-parse/sync';
import { decodeText } from '../lib/decode-text.ts';
import { readDate } from '../lib/eras.ts';
import type { LocalDate } from '../lib/japan-time.ts';
import { readCalendar } from './import-calendar.ts';
import { parseBand, parseTime } from './notation.ts';
import type { Band } from './roster.ts';

export const importLimits = { bytes: 500_000, lines: 1000 } as const;

/** What is wrong with one line. */
export type LineFault =
  | ('date' | 'hours' | 'position') // a cell that cannot be read
  | ('whole_day' | 'zone' | 'recurrence'); // an event without hours, of a foreign zone, or repeated in a way that is not read

/** What is wrong with the file as a whole. */
export type FileFault = 'too_big' | 'too_many' | 'encoding' | 'csv' | 'columns' | 'calendar' | 'empty';

export type ReadLine = { line: number } & (
  | { date: LocalDate; band: Band; position: number; names: Named }
  | { fault: LineFault; text: string }
);

/** A list names area and doctor in cells of their own; of an event its words are searched for both. */
export type Named = { area: string; doctor: string } | { words: string };

export type ReadFile = { lines: ReadLine[] } | { fault: FileFault; line: number | null; detail: string };

/** Service dates that count; what a repetition says of others is left out. */
export interface Window {
  from: LocalDate;
  until: LocalDate;
}

export function readRosterFile(bytes: Uint8Array, window: Window): ReadFile {
  if (bytes.length > importLimits.bytes) return whole('too_big', `${importLimits.bytes / 1000} kB`);
  const text = decodeText(bytes);
  if (text === null) return whole('encoding');
  const read = /^\s*BEGIN:VCALENDAR/i.test(text) ? readCalendar(text, window, importLimits.lines) : readList(text);
  if ('fault' in read) return read;
  if (read.lines.length === 0) return whole('empty');
  return read.lines.length > importLimits.lines ? whole('too_many', `${importLimits.lines}`) : read;
}

const whole = (fault: FileFault, detail = '', line: number | null = null): ReadFile => ({ fault, line, detail });

const headings = {
  date: ['date', '日付', '日', '当番日', '年月日'],
  area: ['area', '地区'],
  hours: ['hours', 'band', '時間帯', '時間'],
  from: ['from', 'start', '開始', '始'],
  to: ['to', 'until', 'end', '終了', '終'],
  position: ['position', 'rank', '順位', '順番', '番'],
  doctor: ['doctor', '医師', '担当', '担当医', '医師コード', '氏名', 'code', 'name'],
} as const;
type Heading = keyof typeof headings;

/** Compared without width, case and spaces. */
const plain = (text: string): string => text.normalize('NFKC').toLowerCase().replace(/\s/g, '');

function readList(text: string): ReadFile {
  let rows: string[][];
  try {
    rows = parse(text, { relax_column_count: true, skip_empty_lines: false }) as string[][];
  } catch (error) {
    return whole('csv', '', ((error as { records?: number }).records ?? 0) + 1);
  }
  const [first = [], ...body] = rows;
  if (body.length > importLimits.lines) return whole('too_many', `${importLimits.lines}`);
  const places = new Map<Heading, number>();
  for (const [index, heading] of first.entries())
    for (const [key, names] of Object.entries(headings) as [Heading, readonly string[]][])
      if (names.includes(plain(heading)) && !places.has(key)) places.set(key, index);
  const missing: string[] = (['date', 'doctor'] as const)
    .filter((key) => !places.has(key))
    .map((key) => headings[key][1]);
  if (!places.has('hours') && !(places.has('from') && places.has('to'))) missing.push(headings.hours[2]);
  if (missing.length > 0) return whole('columns', missing.join('・'), 1);
  const lines = body.flatMap((cells, index) => {
    const cell = (key: Heading): string => (cells[places.get(key) ?? -1] ?? '').trim();
    return cells.every((one) => one.trim() === '') ? [] : [readRow(index + 2, cell)];
  });
  return { lines };
}

function readRow(line: number, cell: (key: Heading) => string): ReadLine {
  const date = readDate(cell('date'));
  if (date.status !== 'read') return { line, fault: 'date', text: cell('date') };
  const hours = cell('hours') || `${cell('from')}-${cell('to')}`;
  const band = parseBand(hours) ?? overnight(cell('from'), cell('to'));
  if (!band) return { line, fault: 'hours', text: hours };
  const place = plain(cell('position') || '1').replace(/番目?$/, '');
  if (!/^[1-9]$/.test(place)) return { line, fault: 'position', text: cell('position') };
  const names = { area: cell('area'), doctor: cell('doctor') };
  return { line, date: date.date, band, position: Number(place), names };
}

/** From 18:00 to 9:00 in two columns is until the next morning. */
function overnight(from: string, to: string): Band | null {
  const [begins, ends] = [parseTime(from), parseTime(to)];
  return begins === null || ends === null || ends > begins || begins >= 1440 ? null : { from: begins, to: ends + 1440 };
}
