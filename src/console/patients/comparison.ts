/**
 * What differs between two versions, field by field, in the words of the page. Each field that changed is put alone into the
 * version before; whatever then reads differently is what this field says. Pure.
 */
import { isDeepStrictEqual } from 'node:util';
import { z } from 'zod';
import type { BothWords } from '../../pages/words.ts';
import { type Field, fieldAt, recordFields } from '../../records/fields.ts';
import type { SealedContent } from '../../records/record.ts';
import { type Screen, type ScreenRow, screenOf } from './screen.ts';

export const changeShape = z.object({
  key: z.string(),
  label: z.string(),
  before: z.array(z.string()),
  after: z.array(z.string()),
});
export type FieldChange = z.infer<typeof changeShape>;

type Content = Record<'registration' | 'record', Record<string, unknown>>;

export function changesBetween(
  before: SealedContent,
  after: SealedContent,
  words: BothWords,
  language: 'ja' | 'en',
  at: Date,
): FieldChange[] {
  const [from, to] = [before, after] as unknown as [Content, Content];
  const told = textsOf(screenOf(before, words, language, at));
  return (['registration', 'record'] as const).flatMap((part) =>
    Object.keys(to[part])
      .filter((key) => !isDeepStrictEqual(from[part][key], to[part][key]))
      .map((key): FieldChange => {
        const alone = { ...from, [part]: { ...from[part], [key]: to[part][key] } } as unknown as SealedContent;
        const now = textsOf(screenOf(alone, words, language, at));
        const texts = { before: without(told, now), after: without(now, told) };
        const isSeen = texts.before.length > 0 || texts.after.length > 0;
        const label = labelOf(`${part}.${key}`)[language === 'ja' ? 0 : 1];
        // No page shows it: said as it is kept.
        return { key: `${part}.${key}`, label, ...(isSeen ? texts : leaves(from[part][key], to[part][key])) };
      }),
  );
}

function labelOf(path: string): Field['label'] {
  const own = Object.values<Field>(recordFields).find(({ at }) => at === path);
  return own?.label ?? fieldAt(path)?.label ?? [path, path];
}

/** Every statement of a screen: `label：value`, or an item of a list. */
const textsOf = ({ sections, registration, ...head }: Screen): string[] => [
  ...[head.name, head.kana, head.about],
  ...sections.flatMap(({ rows }) => rows.flatMap(rowTexts)),
  ...registration.map(said),
];

const said = ({ label, value }: { label: string; value: string }): string => `${label}：${value}`;

function rowTexts(row: ScreenRow): string[] {
  switch (row.kind) {
    case 'fields':
      return row.fields.map(said);
    case 'list':
      return row.items;
    case 'resuscitation':
      return [said({ label: row.label, value: row.status }), ...row.fields.map(said)];
    case 'note':
      return [row.text];
    default:
      return row satisfies never;
  }
}

/** Those of `all` that are not among `others`, each as often as it stands there oftener; once is enough to be read. */
function without(all: readonly string[], others: readonly string[]): string[] {
  const left = [...others];
  const rest = all.filter((text) => {
    const place = left.indexOf(text);
    if (place >= 0) left.splice(place, 1);
    return place < 0;
  });
  return [...new Set(rest)];
}

const leaves = (before: unknown, after: unknown): { before: string[]; after: string[] } => ({
  before: without(leafTexts(before), leafTexts(after)),
  after: without(leafTexts(after), leafTexts(before)),
});

function leafTexts(value: unknown, name = ''): string[] {
  if (typeof value !== 'object' || value === null)
    return value === null ? [] : [name ? `${name} ${value}` : `${value}`];
  return Object.entries(value).flatMap(([key, held]) => leafTexts(held, Array.isArray(value) ? name : key));
}
