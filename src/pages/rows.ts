/** What a template of ours can set: sections of rows, all of them finished text. */
import type { Fact } from '../records/record.ts';
import type { Words } from './words.ts';

export interface Field {
  label: string;
  value: string;
}

export type Row =
  /** Label and value side by side, as many on a line as fit; `alert` in 14 points. */
  | { kind: 'fields'; size: 'plain' | 'alert'; fields: Field[] }
  /** One entry per line, numbered from `from` when that is not 0, in one or two columns. */
  | { kind: 'list'; columns: 1 | 2; from: number; items: string[] }
  /** The wish about resuscitation alone, framed, so that nothing else is read as part of it. */
  | { kind: 'resuscitation'; label: string; status: string; fields: Field[] }
  | { kind: 'note'; text: string }
  /** 他3件→ and, set by the template, the sheet on which they are: 2枚目. */
  | { kind: 'more'; before: string; after: string };

export interface Section {
  /** Key of the words `record.block.…`. */
  block: string;
  title: string;
  english: string;
  rows: Row[];
  /** What did not fit within the section's bound; set on the continuation sheet. Empty: nothing. */
  continued: Row[];
}

export const field = (label: string, value: string): Field => ({ label, value });
export const plain = (...fields: Field[]): Row => ({ kind: 'fields', size: 'plain', fields });
export const alert = (...fields: Field[]): Row => ({ kind: 'fields', size: 'alert', fields });

/** Parts that are there, one space of a full width between. */
export const joined = (parts: readonly (string | null)[], separator = '　'): string =>
  parts.filter((part) => part !== null && part !== '').join(separator);

/** `name（note）`, or the name alone. */
export const noted = (name: string, notes: readonly (string | null)[], separator = '、'): string => {
  const inside = joined(notes, separator);
  return inside === '' ? name : `${name}（${inside}）`;
};

/** Width in full-width characters, as type sets it: letters and digits of ASCII and half-width kana take half. */
export const widthOf = (text: string): number =>
  Array.from(text).reduce((sum, char) => sum + (/[\u0020-\u007e\uff61-\uff9f]/.test(char) ? 0.5 : 1), 0);

/** あり with its items, なし, 未確認: never blank (rule 7). */
export function saidOf<T>(found: Fact<T>, words: Words, itemText: (item: T) => string): string {
  if (found.state === 'none') return words.say('record.none');
  if (found.state === 'unknown') return words.say('record.unknown');
  return words.say('record.present') + found.items.map(itemText).join(words.say('record.separator'));
}

/** 他n件→: what stands on the sheet that continues. */
export const more = (count: number, words: Words): Row => ({
  kind: 'more',
  before: words.say('record.more_before', { count }),
  after: words.say('record.more_after'),
});

/** The first items whose widths together stay within `most`; at least one, or nothing would be seen of a long one. */
export function fitting(texts: readonly string[], most: number): number {
  let width = 0;
  const end = texts.findIndex((text, index) => {
    width += widthOf(text) + (index > 0 ? 1 : 0);
    return width > most && index > 0;
  });
  return end < 0 ? texts.length : end;
}

/** A list that shows at most `most` entries and continues with the others, its numbering going on. */
export function list(
  items: readonly string[],
  { most, columns, words, isNumbered = true }: { most: number; columns: 1 | 2; words: Words; isNumbered?: boolean },
): { rows: Row[]; continued: Row[] } {
  if (items.length === 0) return { rows: [], continued: [] };
  const shown = items.slice(0, most);
  const rest = items.slice(most);
  const rows: Row[] = [{ kind: 'list', columns, from: isNumbered ? 1 : 0, items: shown }];
  if (rest.length === 0) return { rows, continued: [] };
  return {
    rows: [...rows, more(rest.length, words)],
    continued: [{ kind: 'list', columns, from: isNumbered ? most + 1 : 0, items: rest }],
  };
}

/** Every string of a view through a function; the view keeps its shape. */
export function mapText<T>(view: T, change: (text: string) => string): T {
  if (typeof view === 'string') return change(view) as T;
  if (Array.isArray(view)) return view.map((one) => mapText(one, change)) as T;
  if (typeof view !== 'object' || view === null) return view;
  return Object.fromEntries(Object.entries(view).map(([key, value]) => [key, mapText(value, change)])) as T;
}
