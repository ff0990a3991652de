/**
 * The form in which a registration and a record are typed, as a table: sections in the order of the paper (連携登録票), then what
 * follows later. The pages draw it (src/console/web/pages/record-form); labels and choices have the words of fields.ts and words.ts.
 * Nothing here decides what is right: that is `examine` (src/patients/findings.ts).
 */
import type { Words } from './words.ts';

export interface FormOption {
  value: string;
  label: Words;
}

interface Named {
  /** In its group or row; at the top of a section the whole path: `registration.birth`. */
  name: string;
  label: Words;
  /** How it may be written. */
  hint?: Words;
  /** Fields of the enrolment sheet whose pictures belong beside it. */
  sheet?: readonly string[];
  /** Without it no card is issued. */
  isMinimum?: boolean;
  /** Only while the field beside it says one of these. */
  when?: { name: string; is: readonly string[] };
  /** Where the same may already be written: one key copies it. */
  sameAs?: string;
}

export interface LineField extends Named {
  kind: 'text' | 'name' | 'kana' | 'date' | 'month' | 'phone' | 'postal' | 'digits';
}
export interface NumberField extends Named {
  kind: 'number';
  unit: string;
}
export interface ChoiceField extends Named {
  kind: 'choice';
  options: readonly FormOption[];
  /** Of a new row; such a field alone does not make a row written. */
  preset?: string;
}
/** yes_no: はい, いいえ or not said · check: ticked or not. */
export interface TickField extends Named {
  kind: 'yes_no' | 'check';
}
export interface ReferenceField extends Named {
  kind: 'reference';
  of: 'area' | 'doctor' | 'hospital';
}
export interface GroupField extends Named {
  kind: 'group';
  fields: readonly FormField[];
  /** Left out whole when nothing in it is written. */
  isOptional?: boolean;
}
/** list: rows · fact: あり (with rows), なし, 未確認. */
export interface RowsField extends Named {
  kind: 'list' | 'fact';
  fields: readonly FormField[];
  most: number;
}
/** Several of one kind, without names: phones of a person. */
export interface SeveralField extends Named {
  kind: 'several';
  of: 'phone' | 'text';
  most: number;
}

export type FormField =
  | LineField
  | NumberField
  | ChoiceField
  | TickField
  | ReferenceField
  | GroupField
  | RowsField
  | SeveralField;

export interface FormSection {
  key: string;
  title: Words;
  fields: readonly FormField[];
  /** Not on the paper, or seldom: folded until somebody wants it. */
  isLater?: boolean;
}

// ---------------------------------------------------------------------------------------------------- to write the table with

type Rest = Omit<Named, 'name' | 'label'>;

export const line = (kind: LineField['kind'], name: string, label: Words, rest: Rest = {}): LineField => {
  return { kind, name, label, ...rest };
};
export const text = (name: string, label: Words, rest: Rest = {}): LineField => line('text', name, label, rest);
export const date = (name: string, label: Words, rest: Rest = {}): LineField =>
  line('date', name, label, { hint: ['S15.3.1・昭和15年3月1日・1940-03-01', 'S15.3.1 or 1940-03-01'], ...rest });
export const number = (name: string, label: Words, unit: string, rest: Rest = {}): NumberField => {
  return { kind: 'number', name, label, unit, ...rest };
};
export const check = (name: string, label: Words, rest: Rest = {}): TickField => ({
  kind: 'check',
  name,
  label,
  ...rest,
});
export const yesNo = (name: string, label: Words, rest: Rest = {}): TickField => ({
  kind: 'yes_no',
  name,
  label,
  ...rest,
});
export const reference = (of: ReferenceField['of'], name: string, label: Words, rest: Rest = {}): ReferenceField => ({
  kind: 'reference',
  of,
  name,
  label,
  ...rest,
});
export const group = (
  name: string,
  label: Words,
  fields: readonly FormField[],
  rest: Rest & { isOptional?: boolean } = {},
): GroupField => ({ kind: 'group', name, label, fields, ...rest });
export const rows = (
  kind: RowsField['kind'],
  name: string,
  label: Words,
  most: number,
  fields: readonly FormField[],
  rest: Rest = {},
): RowsField => ({ kind, name, label, most, fields, ...rest });
export const several = (
  of: SeveralField['of'],
  name: string,
  label: Words,
  most: number,
  rest: Rest = {},
): SeveralField => ({ kind: 'several', of, name, label, most, ...rest });
/** The choices of words.ts, in their order there. */
export const choice = (
  name: string,
  label: Words,
  words: Readonly<Record<string, readonly [ja: string, en: string, ...rest: string[]]>>,
  rest: Rest & { preset?: string } = {},
): ChoiceField => ({
  ...{ kind: 'choice', name, label },
  options: Object.entries(words).map(([value, [ja, en]]) => ({ value, label: [ja, en] })),
  ...rest,
});
