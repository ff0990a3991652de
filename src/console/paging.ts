/** Lists go on from the last row shown, never by counting: a page of a list names it in `after`. */
import { z } from 'zod';
import { idPattern } from '../lib/ids.ts';

/** `<milliseconds>.<id>`: the instant and the id of the last row, as a list by time hands it out. */
export const timeKey = z
  .string()
  .regex(/^\d{1,15}\.[a-z]{2}_[0-9a-z]{26}$/)
  .transform((text) => {
    const [milliseconds = '', id = ''] = text.split('.');
    return { at: new Date(Number(milliseconds)), id };
  });

export const timeKeyOf = (at: Date, id: string): string => `${at.getTime()}.${id}`;

/** One row more than is shown is read: whether it came says whether there are more. */
export function pageOf<Row>(
  rows: readonly Row[],
  size: number,
  keyOf: (row: Row) => string,
): { rows: readonly Row[]; next: string | null } {
  const shown = rows.slice(0, size);
  const last = shown.at(-1);
  return { rows: shown, next: rows.length > size && last !== undefined ? keyOf(last) : null };
}

export const opaqueId = z.string().regex(idPattern);
