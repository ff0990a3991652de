/** The draft that a form holds: a nested value, read and written by path; and how it is sent. Pure. */
import type { FormField, FormSection } from '../../../../records/form.ts';

export type { FormField, FormSection };

export interface Draft {
  registration: Record<string, unknown>;
  record: Record<string, unknown>;
}

export const emptyDraft: Draft = { registration: {}, record: {} };

export function valueAt(whole: unknown, path: string): unknown {
  let part = whole;
  for (const key of path.split('.')) {
    if (typeof part !== 'object' || part === null) return undefined;
    part = (part as Record<string, unknown>)[key];
  }
  return part;
}

/** A copy with another value at the path; rows and groups that are not there yet come to be. */
export function withValue<Whole>(whole: Whole, path: string, value: unknown): Whole {
  const [key = '', ...rest] = path.split('.');
  const isRow = /^\d+$/.test(key);
  const copy = (Array.isArray(whole) ? [...whole] : isRow && !whole ? [] : { ...whole }) as Record<string, unknown>;
  copy[key] = rest.length === 0 ? value : withValue(copy[key], rest.join('.'), value);
  return copy as Whole;
}

const isBlank = (value: unknown): boolean =>
  value === undefined || value === null || value === false || (typeof value === 'string' && value.trim() === '');

/** Whether somebody has written anything in it. What a new row brings along by itself does not count. */
export function isWritten(field: FormField, value: unknown): boolean {
  switch (field.kind) {
    case 'group':
      return field.fields.some((part) => isWritten(part, valueAt(value, part.name)));
    case 'list':
      return Array.isArray(value) && value.some((row) => isRowWritten(field.fields, row));
    case 'fact':
      return valueAt(value, 'state') !== undefined;
    case 'several':
      return Array.isArray(value) && value.some((one) => !isBlank(one));
    case 'choice':
      return field.preset === undefined && !isBlank(value);
    case 'yes_no':
      return typeof value === 'boolean';
    default:
      return !isBlank(value);
  }
}

const isRowWritten = (fields: readonly FormField[], row: unknown): boolean =>
  fields.some((field) => isWritten(field, valueAt(row, field.name)));

/**
 * As it is sent: empty groups, empty rows at the end and fields that do not apply left out, numbers as numbers. Rows in between
 * stay, so that a finding's path is the path on the screen. What the form does not know is kept.
 */
export function sent(sections: readonly FormSection[], draft: Draft): Draft {
  let whole = draft;
  for (const { fields } of sections)
    for (const field of fields) {
      const value = sentValue(field, valueAt(whole, field.name));
      whole = value === undefined ? without(whole, field.name) : withValue(whole, field.name, value);
    }
  return whole;
}

function without(draft: Draft, path: string): Draft {
  const [part, key] = path.split('.') as ['registration' | 'record', string];
  const { [key]: _, ...rest } = draft[part];
  return { ...draft, [part]: rest };
}

function sentValue(field: FormField, value: unknown): unknown {
  switch (field.kind) {
    case 'group':
      return sentGroup(field, value);
    case 'list':
      return sentRows(field.fields, value);
    case 'fact': {
      if (valueAt(value, 'state') !== 'present') return value;
      return { state: 'present', items: sentRows(field.fields, valueAt(value, 'items')) ?? [] };
    }
    case 'several':
      return Array.isArray(value) ? untilLast(value, (one) => !isBlank(one)) : value;
    case 'number':
      return numberOf(value);
    default:
      return isBlank(value) && value !== false ? undefined : value;
  }
}

function sentGroup(field: Extract<FormField, { kind: 'group' }>, value: unknown): unknown {
  if (field.isOptional && !isWritten(field, value)) return undefined;
  const given = sentFields(field.fields, value);
  return Object.keys(given).length === 0 ? undefined : given;
}

/** One group or row: parts that do not apply, and blanks, are left out. */
function sentFields(fields: readonly FormField[], value: unknown): Record<string, unknown> {
  const given: Record<string, unknown> = { ...(value as object) };
  for (const field of fields) {
    const part = applies(field, value) ? sentValue(field, given[field.name]) : undefined;
    if (part === undefined) delete given[field.name];
    else given[field.name] = part;
  }
  return given;
}

function sentRows(fields: readonly FormField[], value: unknown): unknown {
  if (!Array.isArray(value)) return undefined;
  return untilLast(value, (row) => isRowWritten(fields, row)).map((row) => sentFields(fields, rowOf(fields, row)));
}

function untilLast<T>(all: readonly T[], isKept: (one: T) => boolean): T[] {
  return all.slice(0, all.findLastIndex(isKept) + 1);
}

/** What is no number stays as it was written: the server says so at its field. */
function numberOf(value: unknown): unknown {
  if (typeof value !== 'string') return value ?? undefined;
  const plain = value.normalize('NFKC').trim();
  if (plain === '') return undefined;
  return /^\d+(\.\d+)?$/.test(plain) ? Number(plain) : value;
}

/** Whether a field of a group or row is asked at all. */
export function applies({ when }: FormField, parent: unknown): boolean {
  if (!when) return true;
  return when.is.includes(String(valueAt(parent, when.name)));
}

/** A row with what its fields begin with, where nothing else was chosen. */
export const rowOf = (fields: readonly FormField[], row: unknown): Record<string, unknown> => ({
  ...newRow(fields),
  ...(row as object),
});

/** A new row, as the fields of the table begin it. */
export function newRow(fields: readonly FormField[]): Record<string, unknown> {
  const preset = fields.flatMap((field) =>
    field.kind === 'choice' && field.preset !== undefined ? [[field.name, field.preset]] : [],
  );
  return Object.fromEntries(preset);
}
