/** What the desk of patients answers with, and what many of its routes do first. */
import { z } from 'zod';
import { inTransaction } from '../../db.ts';
import { ageOn, formatEra } from '../../lib/eras.ts';
import { localDate } from '../../lib/japan-time.ts';
import { loadWords } from '../../pages/words.ts';
import { namesOf, noteListing, noteView, type View } from '../../patients/actions.ts';
import { type RecordLife, standingOf } from '../../patients/life.ts';
import { daysSince } from '../../records/freshness.ts';
import type { Staff } from '../../staff/staff.ts';
import type { ConsoleContext } from '../context.ts';
import * as store from './store.ts';

export const words = loadWords();

export const instant = z.iso.datetime();
export const language = z.enum(['ja', 'en']);
export const patientParams = z.object({ patientId: z.string().regex(/^pt_[0-9a-z]{26}$/) });

export const standingShape = z.object({
  status: z.enum(['draft', 'awaiting_second_reading', 'active', 'due', 'stale', 'suspended', 'closed']),
  marks: z.array(z.enum(['incomplete', 'not_second_read', 'newer_waits', 'due', 'stale'])),
  version: z.number().int(),
  openVersion: z.number().int(),
  confirmedAt: instant.nullable(),
  /** Whole days since then. */
  confirmedDays: z.number().int().nullable(),
  /** Why it is suspended or closed. */
  reason: z.string().nullable(),
});

export function standingOn(life: RecordLife, at: Date): z.infer<typeof standingShape> {
  const { freshness: _, confirmedAt, ...standing } = standingOf(life, at);
  return {
    ...standing,
    confirmedAt: confirmedAt?.toISOString() ?? null,
    confirmedDays: confirmedAt && daysSince(confirmedAt, at),
    reason: 'reason' in life ? life.reason : null,
  };
}

const birthShape = z.object({ date: z.string(), era: z.string(), age: z.number().int() });

export const rowShape = z.object({
  patientId: z.string(),
  code: z.string(),
  /** null: no record was typed yet. */
  name: z.string().nullable(),
  kana: z.string().nullable(),
  birth: birthShape.nullable(),
  area: z.string(),
  attending: z.string().nullable(),
  standing: standingShape.nullable(),
});
export type PatientRow = z.infer<typeof rowShape>;

/** Rows of a list in the order given; that their names are shown is written down before they are. */
export async function rowsFor(
  ctx: ConsoleContext,
  staff: Staff,
  cause: string,
  patientIds: readonly string[],
): Promise<PatientRow[]> {
  const { associationId, id: by } = staff;
  const [names, listed] = await Promise.all([
    namesOf(ctx, associationId, patientIds),
    store.listedPatients(ctx.db, associationId, patientIds),
    patientIds.length > 0 &&
      inTransaction(ctx.db, (tx) => noteListing(tx, ctx, { associationId, by, cause, patientIds })),
  ]);
  const at = ctx.clock.now();
  const byId = new Map(listed.map((row) => [row.id, row]));
  return patientIds.flatMap((patientId): PatientRow[] => {
    const row = byId.get(patientId);
    const name = names.get(patientId);
    if (!row) return [];
    const { code, areaName: area, attending, life } = row;
    const birth = name ? birthOn(name.birth, at) : null;
    const standing = life && standingOn(life, at);
    return [{ patientId, code, name: name?.name ?? null, kana: name?.kana ?? null, birth, area, attending, standing }];
  });
}

const birthOn = (birth: string, at: Date) => ({
  date: birth,
  era: formatEra(birth),
  age: ageOn(birth, localDate(at)),
});

/** Writes the view down. @returns false: no such patient in this association. */
export const looksAt = (
  ctx: ConsoleContext,
  { id: by, associationId }: Staff,
  view: Omit<View, 'by' | 'associationId'>,
): Promise<boolean> => inTransaction(ctx.db, (tx) => noteView(tx, ctx, { ...view, by, associationId }));
