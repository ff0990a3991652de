/**
 * What would become of each line of a file, before anything is written: taken (and whom it replaces), already so, clashing, of a doctor whom
 * nobody knows, or outside of what may be changed. Nothing is guessed: a line that could mean two things is not taken. Pure.
 */
import type { LocalDate } from '../lib/japan-time.ts';
import type { LineFault, Named, ReadLine, Window } from './import-file.ts';
import type { Band, Calendar, DutyRule } from './roster.ts';
import { type Place, type Slot, slotsOf } from './slots.ts';

export interface ImportFacts {
  areas: readonly { id: string; code: string; name: string }[];
  /** In use. */
  doctors: readonly { id: string; code: string; name: string }[];
  rulesOf: ReadonlyMap<string, readonly DutyRule[]>;
  absences: readonly { doctorId: string; from: LocalDate; until: LocalDate }[];
  window: Window;
}

/** For lines that name none: the area that is looked at, and the doctor whose calendar it is. */
export interface Defaults {
  areaId: string;
  doctorId: string | null;
}

export type Outcome = 'taken' | 'same' | 'clash' | 'unknown_doctor' | 'outside' | 'unread';
/** Of a clash: another line wants the same place or the same doctor; he is away; he is on duty elsewhere; two names fit. */
export type OutcomeReason = LineFault | 'in_file' | 'away' | 'elsewhere' | 'several' | 'area' | 'past' | 'far';

export interface PreviewLine {
  line: number;
  /** As it was written. */
  text: string;
  place: Place | null;
  doctorId: string | null;
  /** Who stands there now. */
  before: string | null;
  outcome: Outcome;
  reason: OutcomeReason | null;
}

/** In the order of the file. */
export function previewImport(
  lines: readonly ReadLine[],
  facts: ImportFacts,
  defaults: Defaults,
  calendar: Calendar,
): PreviewLine[] {
  const slots = slotBook(facts, calendar);
  const seen = lines.map((line) => resolved(line, facts, defaults));
  const byDate = new Map<LocalDate, PreviewLine[]>();
  for (const line of seen)
    if (line.outcome === 'taken' && line.place)
      byDate.set(line.place.date, [...(byDate.get(line.place.date) ?? []), line]);
  return seen.map((line) =>
    line.outcome === 'taken' && line.place && line.doctorId
      ? judged({ ...line, place: line.place, doctorId: line.doctorId }, byDate.get(line.place.date) ?? [], facts, slots)
      : line,
  );
}

type SlotBook = (areaId: string, date: LocalDate) => readonly Slot[];

/** Each area and date is looked up once. */
function slotBook({ rulesOf }: ImportFacts, calendar: Calendar): SlotBook {
  const known = new Map<string, Slot[]>();
  return (areaId, date) => {
    const key = `${areaId} ${date}`;
    const found = known.get(key) ?? slotsOf(rulesOf.get(areaId) ?? [], date, calendar);
    known.set(key, found);
    return found;
  };
}

/** Who and where is meant; 'taken' until something speaks against it. */
function resolved(line: ReadLine, facts: ImportFacts, defaults: Defaults): PreviewLine {
  const none = { line: line.line, place: null, doctorId: null, before: null };
  if ('fault' in line) return { ...none, text: line.text, outcome: 'unread', reason: line.fault };
  const { names, date, band, position } = line;
  const text = 'words' in names ? names.words.trim() : [names.area, names.doctor].filter(Boolean).join(' ');
  const areaId = areaOf(names, facts, defaults);
  if (areaId === null) return { ...none, text, outcome: 'outside', reason: 'area' };
  const place: Place = { areaId, date, band, position };
  const here = { ...none, text, place };
  if (date < facts.window.from) return { ...here, outcome: 'outside', reason: 'past' };
  if (date > facts.window.until) return { ...here, outcome: 'outside', reason: 'far' };
  const doctors = doctorsOf(names, facts, defaults);
  const [doctorId] = doctors;
  if (doctorId === undefined) return { ...here, outcome: 'unknown_doctor', reason: null };
  if (doctors.length > 1) return { ...here, outcome: 'unknown_doctor', reason: 'several' };
  return { ...here, doctorId, outcome: 'taken', reason: null };
}

const plain = (text: string): string => text.normalize('NFKC').replace(/\s/g, '');

function areaOf(names: Named, { areas }: ImportFacts, defaults: Defaults): string | null {
  if ('words' in names) return longest(areas, plain(names.words))[0] ?? defaults.areaId;
  const wanted = plain(names.area).replace(/地区$/, '');
  if (wanted === '') return defaults.areaId;
  return areas.find(({ code, name }) => wanted === code || wanted === plain(name))?.id ?? null;
}

/** Nobody, one, or several whom the words could mean. */
function doctorsOf(names: Named, { doctors }: ImportFacts, { doctorId }: Defaults): string[] {
  if ('words' in names) {
    const codes: readonly string[] = names.words.normalize('NFKC').match(/(?<!\d)\d{6}(?!\d)/g) ?? [];
    const byCode = doctors.filter(({ code }) => codes.includes(code)).map(({ id }) => id);
    const found = byCode.length > 0 ? byCode : longest(doctors, plain(names.words));
    return found.length === 0 && doctorId !== null ? [doctorId] : found;
  }
  const wanted = plain(names.doctor).replace(/(先生|医師)$/, '');
  if (wanted === '') return doctorId === null ? [] : [doctorId];
  return doctors.filter(({ code, name }) => code === wanted || plain(name) === wanted).map(({ id }) => id);
}

/** Those whose name stands in the words, and not merely inside of a longer name that stands there too. */
function longest(named: readonly { id: string; name: string }[], words: string): string[] {
  const found = named.map(({ id, name }) => ({ id, name: plain(name) })).filter(({ name }) => words.includes(name));
  return found
    .filter(({ name }) => !found.some((other) => other.name !== name && other.name.includes(name)))
    .map(({ id }) => id);
}

type Wanted = PreviewLine & { place: Place; doctorId: string };

function judged(
  line: Wanted,
  sameDate: readonly PreviewLine[],
  { absences, areas }: ImportFacts,
  slots: SlotBook,
): PreviewLine {
  const { place, doctorId } = line;
  const { date, band, areaId, position } = place;
  const clash = (reason: OutcomeReason): PreviewLine => ({ ...line, outcome: 'clash', reason });
  const others = sameDate.filter((other) => other.line !== line.line || other.place !== place);
  if (others.some((other) => contradicts(line, other))) return clash('in_file');
  if (absences.some((one) => one.doctorId === doctorId && date >= one.from && date <= one.until)) return clash('away');
  const elsewhere = areas.some(
    ({ id }) =>
      id !== areaId &&
      slots(id, date).some((slot) => slot.subjectId === doctorId && !slot.isAway && overlaps(slot, band)),
  );
  if (elsewhere) return clash('elsewhere');
  const standing = slots(areaId, date).filter((slot) => slot.position === position && overlaps(slot, band));
  const before = standing[0]?.subjectId ?? null;
  return { ...line, before, outcome: isCovered(standing, band, doctorId) ? 'same' : 'taken' };
}

const overlaps = (one: Band, other: Band): boolean => one.from < other.to && other.from < one.to;

/** Two lines of the same hours that cannot both hold: two doctors at one place, or one doctor at two. */
function contradicts({ place, doctorId }: Wanted, other: PreviewLine): boolean {
  if (!other.place || !overlaps(place.band, other.place.band)) return false;
  const isSamePlace = place.areaId === other.place.areaId && place.position === other.place.position;
  return isSamePlace !== (doctorId === other.doctorId);
}

function isCovered(standing: readonly Slot[], band: Band, doctorId: string): boolean {
  let covered = band.from;
  for (const slot of standing) {
    if (slot.subjectId !== doctorId) return false;
    if (slot.from <= covered) covered = Math.max(covered, slot.to);
  }
  return covered >= band.to;
}
