/**
 * 返信票 that came back: a paper may say "I cannot", and never puts anybody on duty. What a machine takes by itself, and what waits for
 * a person: docs/decisions/0010-roster-replies.md.
 */
import { appendEntry } from '../audit/append.ts';
import type { Sql } from '../db.ts';
import { addDays, type LocalDate, localDate } from '../lib/japan-time.ts';
import { type Edit, type EditingContext, noteAbsence } from './editing.ts';
import { absencesBetween, lockDoctor } from './editing-store.ts';
import * as store from './reply-store.ts';

export { type ReplyRow, replyByItem } from './reply-store.ts';

/** With less time nobody would see the gap before the night: today's and tomorrow's duties are for a person with a telephone. */
const daysOfNotice = 2;

export interface Reply {
  itemId: string;
  doctorId: string;
  month: string;
  receivedAt: Date;
  isAgreed: boolean;
  cannot: readonly LocalDate[];
  /** It came from a confirmed machine of his; from any other it is written down, and nothing is taken from it. */
  isOwnMachine: boolean;
}

/**
 * Writes a reply down, and makes absences of the dates that a doctor's own sheet names in time. Once for each page.
 * @returns dates that are left to a person; null: no such doctor in use.
 */
export async function takeReply(
  tx: Sql,
  ctx: EditingContext,
  edit: Edit & Reply,
): Promise<{ left: LocalDate[] } | null> {
  const { associationId, doctorId, itemId, month, cannot, isAgreed } = edit;
  if (!(await lockDoctor(tx, associationId, doctorId))) return null;
  const at = ctx.clock.now();
  const inTime = addDays(localDate(at), daysOfNotice);
  const taken = cannot.filter((date) => edit.isOwnMachine && date >= inTime);
  const left = cannot.filter((date) => !taken.includes(date));
  const row = { item_id: itemId, association_id: associationId, doctor_id: doctorId, month, is_agreed: isAgreed };
  const isNew = await store.insertReply(tx, { ...row, received_at: edit.receivedAt, cannot: [...cannot], taken });
  if (!isNew) return { left };
  await absent(tx, ctx, edit, taken);
  const data = { itemId, month, isAgreed, cannot, taken };
  const entry = { chainId: doctorId, associationId, at, actor: edit.by, cause: edit.cause };
  await appendEntry(tx, { ...entry, kind: 'roster_reply_taken', data });
  return { left };
}

/** A person has read the page: the doctor is away on these dates as well. @returns how many absences that made; null: no such reply. */
export async function completeReply(
  tx: Sql,
  ctx: EditingContext,
  edit: Edit & { itemId: string; dates: readonly LocalDate[] },
): Promise<{ changed: number } | { refused: 'not_found' | 'roster_past' | 'roster_wrong_span' }> {
  const reply = await store.replyByItem(tx, edit.associationId, edit.itemId);
  if (!reply || !(await lockDoctor(tx, edit.associationId, reply.doctor_id))) return { refused: 'not_found' };
  if (edit.dates.some((date) => !date.startsWith(reply.month))) return { refused: 'roster_wrong_span' };
  const yesterday = addDays(localDate(ctx.clock.now()), -1);
  if (edit.dates.some((date) => date < yesterday)) return { refused: 'roster_past' };
  return { changed: await absent(tx, ctx, { ...edit, doctorId: reply.doctor_id }, edit.dates) };
}

/** Absences of the dates on which he is not away already; days in a row are one. */
async function absent(
  tx: Sql,
  ctx: EditingContext,
  edit: Edit & { doctorId: string },
  dates: readonly LocalDate[],
): Promise<number> {
  const { associationId, by, cause, doctorId } = edit;
  const sorted = [...dates].sort();
  const [first, last] = [sorted[0], sorted.at(-1)];
  if (!first || !last) return 0;
  const known = (await absencesBetween(tx, associationId, first, last)).filter((row) => row.doctor_id === doctorId);
  const spans: { from: LocalDate; until: LocalDate }[] = [];
  for (const date of sorted) {
    if (known.some((row) => date >= row.from_date && date <= row.until_date)) continue;
    const span = spans.at(-1);
    if (span && addDays(span.until, 1) === date) span.until = date;
    else spans.push({ from: date, until: date });
  }
  for (const span of spans) {
    const noted = await noteAbsence(tx, ctx, { associationId, by, cause, doctorId, ...span });
    if ('refused' in noted) throw new Error(`an absence that was looked at before is refused: ${noted.refused}`);
  }
  return spans.length;
}
