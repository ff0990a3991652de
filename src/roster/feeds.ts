/**
 * Calendars for the doctors' own devices (RFC 5545). The address holds a secret of 256 bits and is all that is needed to read; the
 * database keeps its hash only, so an address that was lost is replaced, never looked up.
 */

import { createHash } from 'node:crypto';
import { appendEntry } from '../audit/append.ts';
import type { AuditKind } from '../audit/kinds.ts';
import type { Sql } from '../db.ts';
import { addDays, localDate } from '../lib/japan-time.ts';
import { areaRules } from './actions.ts';
import { japanCalendar } from './calendar.ts';
import type { Edit, EditingContext } from './editing.ts';
import * as store from './feed-store.ts';
import { type CalendarDuty, calendarText } from './ics.ts';
import { areaIdsOf } from './roll-call-store.ts';
import { slotsOf } from './slots.ts';

export { type FeedRow, feedsOf } from './feed-store.ts';

const hashOf = (token: string): Buffer => createHash('sha256').update(token).digest();

/** @returns the secret, told once and never again; null when it is nobody of the association. */
export async function makeFeed(
  tx: Sql,
  ctx: EditingContext & { random(size: number): Uint8Array },
  edit: Edit & { doctorId: string | null; areaId: string | null },
): Promise<{ token: string } | { refused: 'not_found' }> {
  const { associationId, doctorId, areaId, by } = edit;
  if (!(await store.isOwnSubject(tx, associationId, edit))) return { refused: 'not_found' };
  const id = ctx.ids.next('cf');
  const at = ctx.clock.now();
  const token = Buffer.from(ctx.random(32)).toString('base64url');
  const row = { id, association_id: associationId, doctor_id: doctorId, area_id: areaId };
  await store.insertFeed(tx, { ...row, tokenHash: hashOf(token), by, at });
  await note(tx, ctx, edit, id, 'calendar_made', { doctorId, areaId });
  return { token };
}

export async function revokeFeed(
  tx: Sql,
  ctx: EditingContext,
  edit: Edit & { feedId: string },
): Promise<{ revoked: true } | { refused: 'not_found' }> {
  if (!(await store.endFeed(tx, edit.associationId, edit.feedId, ctx.clock.now()))) return { refused: 'not_found' };
  await note(tx, ctx, edit, edit.feedId, 'calendar_revoked', {});
  return { revoked: true };
}

const note = (
  tx: Sql,
  { clock }: EditingContext,
  { associationId, by, cause }: Edit,
  chainId: string,
  kind: AuditKind,
  data: object,
): Promise<number> => appendEntry(tx, { chainId, associationId, at: clock.now(), actor: by, cause, kind, data });

const daysBack = 31;
const daysAhead = 92;

/** The calendar behind a secret: a month back and three ahead; null when there is none (any more). */
export async function feedText(sql: Sql, token: string, at: Date): Promise<string | null> {
  const feed = await store.feedByHash(sql, hashOf(token));
  if (!feed) return null;
  const names = await store.namesOf(sql, feed.association_id);
  const areaIds = feed.area_id ? [feed.area_id] : await areaIdsOf(sql, feed.association_id);
  const duties: CalendarDuty[] = [];
  const today = localDate(at);
  for (const areaId of areaIds) {
    const rules = await areaRules(sql, areaId);
    for (let date = addDays(today, -daysBack); date <= addDays(today, daysAhead); date = addDays(date, 1))
      for (const { subjectId, from, to, position, isAway } of slotsOf(rules, date, japanCalendar))
        if (!isAway && (feed.doctor_id === null || feed.doctor_id === subjectId))
          duties.push({
            ...{ areaId, area: names.get(areaId) ?? '', date, from, to, position },
            doctor: feed.doctor_id ? null : (names.get(subjectId) ?? ''),
          });
  }
  return calendarText(names.get(feed.doctor_id ?? feed.area_id ?? '') ?? '', duties, at);
}
