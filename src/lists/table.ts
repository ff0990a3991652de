/** One list as a table: bytes → text → rows whose cells are asked for by column key and know their place. */
import { parse } from 'csv-parse/sync';
import { holdsMyNumber } from '../lib/check-digits.ts';
import { decodeText } from '../lib/decode-text.ts';
import { columnFor, columnsOf, type FileName, isPersonal, isRemark } from './columns.ts';
import type { Fault, FaultCode, Place } from './faults.ts';

export interface Row {
  file: FileName;
  line: number;
  /** The cell without surrounding spaces; '' when blank or when the file has no such column. */
  text(key: string): string;
  /** Where that cell stands; the row alone when the file has no such column. */
  at(key: string): Place;
}

/** Collects what is wrong, so that a person sees all of it at once. */
export interface Findings {
  add(place: Place, code: FaultCode, detail?: string): void;
  readonly faults: readonly Fault[];
}

export function newFindings(): Findings {
  const faults: Fault[] = [];
  const add = ({ file, line, column }: Place, code: FaultCode, detail = ''): void => {
    faults.push({ file, line, column, code, detail });
  };
  return { add, faults };
}

export const maxBytes = 20 * 1024 * 1024; // a list of 100,000 patients is below 10 MiB

/**
 * Reads one file. What is wrong goes to `findings`; returns the rows that could be read, null when none could.
 */
export function readTable(file: FileName, bytes: Uint8Array, findings: Findings): Row[] | null {
  const whole: Place = { file, line: null, column: null };
  if (bytes.length > maxBytes) return refuse(findings, whole, 'file_too_large', '20 MiB');
  const text = decodeText(bytes);
  if (text === null) return refuse(findings, whole, 'encoding');
  const records = split(text);
  if ('line' in records) return refuse(findings, { ...whole, line: records.line }, 'csv');
  const [headings, ...body] = records.rows;
  const before = findings.faults.length;
  const columns = readHeadings(file, headings ?? [], findings);
  const rows: Row[] = [];
  for (const [index, cells] of body.entries()) {
    if (cells.every((cell) => cell.trim() === '')) continue;
    const row = rowOf(file, index + 2, cells, columns, headings ?? []);
    refuseMyNumbers(row, cells, headings ?? [], findings);
    if (cells.slice((headings ?? []).length).some((cell) => cell.trim() !== ''))
      findings.add({ file, line: row.line, column: null }, 'row_too_long');
    rows.push(row);
  }
  // Without its columns a file would only repeat one fault for every cell.
  return findings.faults.slice(before).some((fault) => fault.line === 1) ? null : rows;
}

function refuse(findings: Findings, place: Place, code: FaultCode, detail?: string): null {
  findings.add(place, code, detail);
  return null;
}

function split(text: string): { rows: string[][] } | { line: number } {
  try {
    // Blank rows are kept so that row numbers are those of the spreadsheet.
    return { rows: parse(text, { relax_column_count: true, skip_empty_lines: false }) as string[][] };
  } catch (error) {
    const at = error as { records?: number };
    return { line: (at.records ?? 0) + 1 };
  }
}

/** Column index by key. */
function readHeadings(file: FileName, headings: readonly string[], findings: Findings): Map<string, number> {
  const known = new Map<string, number>();
  const wanted = columnsOf[file];
  const list = wanted.map(({ key, headings: [japanese] }) => `${japanese} (${key})`).join(', ');
  if (headings.every((heading) => heading.trim() === '')) {
    findings.add({ file, line: 1, column: null }, 'no_headings', list);
    return known;
  }
  for (const [index, heading] of headings.entries()) {
    if (heading.trim() === '') continue;
    const place: Place = { file, line: 1, column: { number: index + 1, heading: heading.trim() } };
    const column = columnFor(file, heading);
    if (column && known.has(column.key)) findings.add(place, 'column_twice', column.key);
    else if (column) known.set(column.key, index);
    else if (file === 'patients.csv' && isPersonal(heading)) findings.add(place, 'column_personal');
    else if (!isRemark(heading)) findings.add(place, 'column_unknown', list);
  }
  for (const {
    key,
    headings: [japanese],
    isRequired,
  } of wanted) {
    if (isRequired && !known.has(key))
      findings.add({ file, line: 1, column: null }, 'column_missing', `${japanese} (${key})`);
  }
  return known;
}

function rowOf(
  file: FileName,
  line: number,
  cells: readonly string[],
  columns: ReadonlyMap<string, number>,
  headings: readonly string[],
): Row {
  return {
    file,
    line,
    text: (key) => (cells[columns.get(key) ?? -1] ?? '').trim(),
    at(key) {
      const index = columns.get(key);
      const column = index === undefined ? null : { number: index + 1, heading: (headings[index] ?? '').trim() };
      return { file, line, column };
    },
  };
}

/** Rule 10 of the product holds for every cell, named by a heading or not. */
function refuseMyNumbers(row: Row, cells: readonly string[], headings: readonly string[], findings: Findings): void {
  for (const [index, cell] of cells.entries()) {
    if (!holdsMyNumber(cell)) continue;
    const column = { number: index + 1, heading: (headings[index] ?? '').trim() };
    findings.add({ file: row.file, line: row.line, column }, 'my_number');
  }
}
