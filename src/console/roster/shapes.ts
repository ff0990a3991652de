/** Shapes that several routes of the roster share. */
import { z } from 'zod';
import { readDate } from '../../lib/eras.ts';
import { idPattern } from '../../lib/ids.ts';
import { weekdays } from '../../roster/roster.ts';

export const id = z.string().regex(idPattern);
/** A date as a person writes it (R8.12.1, 2026/12/1), read to 'YYYY-MM-DD'. */
export const date = z.string().transform((text, ctx) => {
  const read = readDate(text);
  if (read.status === 'read' && read.date > '2000' && read.date < '2099') return read.date;
  ctx.addIssue({ code: 'custom' });
  return z.NEVER;
});
export const month = z.string().regex(/^20\d\d-(0[1-9]|1[0-2])$/);
export const minute = z.number().int().min(0).max(2880);
export const position = z.number().int().min(1).max(9);
export const day = z.enum([...weekdays, 'holiday', 'yearend', 'obon']);
export const instant = z.iso.datetime();

/** Minutes of a service date; at most 24 hours. */
export const band = { from: minute, to: minute };
export const isBand = ({ from, to }: { from: number; to: number }): boolean => to > from && to - from <= 1440;

export const done = z.object({ changed: z.number().int() });
export const named = z.object({ id: z.string(), name: z.string() });
