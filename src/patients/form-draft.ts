/**
 * Between what is kept and what a person types (src/records/form.ts): a sealed content as a draft that the form shows, and what
 * the form understood of a draft while somebody types, so that he sees it at the field. Pure.
 */
import { ageOn, formatBothCalendars, readDate } from '../lib/eras.ts';
import type { LocalDate } from '../lib/japan-time.ts';
import { toKatakana } from '../lib/kana.ts';
import { formatNational, parsePhone } from '../lib/phone.ts';
import type { FormField } from '../records/form.ts';
import { formSections } from '../records/form-sections.ts';
import type { SealedContent } from '../records/record.ts';
import type { Draft } from './findings.ts';

/** A content as it is typed: names in one line, phones as people write them. `examine` reads it back as it was. */
export function draftOf({ registration, record }: SealedContent): { registration: object; record: object } {
  const { name, nameKana, address } = registration;
  const person = {
    ...registration,
    name: name && oneLine(name),
    nameKana: oneLine(nameKana),
    address: address.text,
  };
  return national({ registration: person, record }) as { registration: object; record: object };
}

const oneLine = ({ family, given }: { family: string; given: string }): string => `${family}　${given}`;

/** Every number in E.164 as it is written in Japan; nothing else begins with + and eight digits. */
function national(part: unknown): unknown {
  if (typeof part === 'string') return /^\+\d{8,15}$/.test(part) ? formatNational(part) : part;
  if (Array.isArray(part)) return part.map(national);
  if (typeof part !== 'object' || part === null) return part;
  return Object.fromEntries(Object.entries(part).map(([key, value]) => [key, national(value)]));
}

/** What was understood at a path of the draft: `S15.3.1` as 昭和15年3月1日（1940-03-01）86歳. Only where it reads differently. */
export interface Understood {
  path: string;
  text: string;
}

export function understoodIn(draft: Draft, today: LocalDate): Understood[] {
  const found: Understood[] = [];
  const visit = (field: FormField, path: string, value: unknown): void => {
    if (field.kind === 'group') {
      for (const part of field.fields) visit(part, `${path}.${part.name}`, partOf(value, part.name));
    } else if (field.kind === 'list' || field.kind === 'fact') {
      const items = field.kind === 'fact' ? partOf(value, 'items') : value;
      const under = field.kind === 'fact' ? `${path}.items` : path;
      if (!Array.isArray(items)) return;
      for (const [index, item] of items.entries())
        for (const part of field.fields) visit(part, `${under}.${index}.${part.name}`, partOf(item, part.name));
    } else if (field.kind === 'several' && field.of === 'phone') {
      if (Array.isArray(value)) for (const [index, one] of value.entries()) read('phone', `${path}.${index}`, one);
    } else read(field.kind, path, value);
  };
  const read = (kind: string, path: string, value: unknown): void => {
    if (typeof value !== 'string' || value.trim() === '') return;
    const text = understood(kind, value, path, today);
    if (text !== null && text !== value) found.push({ path, text });
  };
  for (const { fields } of formSections)
    for (const field of fields) {
      const [part = '', key = ''] = field.name.split('.');
      visit(field, field.name, partOf(partOf(draft, part), key));
    }
  return found;
}

const partOf = (whole: unknown, key: string): unknown =>
  typeof whole === 'object' && whole !== null ? (whole as Record<string, unknown>)[key] : undefined;

function understood(kind: string, value: string, path: string, today: LocalDate): string | null {
  if (kind === 'kana') return toKatakana(value);
  if (kind === 'phone') {
    const parsed = parsePhone(value);
    return 'e164' in parsed ? formatNational(parsed.e164) : null;
  }
  if (kind !== 'date') return null;
  const date = readDate(value);
  if (date.status !== 'read') return null;
  const age = path === 'registration.birth' ? `　${ageOn(date.date, today)}歳` : '';
  return `${formatBothCalendars(date.date)}${age}`;
}
