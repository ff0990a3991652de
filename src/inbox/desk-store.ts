/** The desk's queue: who has which page in hand, and what he has typed so far. */
import type { Sql } from '../db.ts';
import type { ItemKind } from './item.ts';

export interface QueuedItem {
  id: string;
  kind: ItemKind;
  pageNo: number;
  reason: string | null;
  isAlarmed: boolean;
  mayHoldMyNumber: boolean;
  receivedAt: Date;
  claimedBy: string | null;
  claimedName: string | null;
  claimedUntil: Date | null;
  hasDraft: boolean;
  /** A request form that a person typed: what the worker's asking came to; 'asking' while it has not. */
  asked: string | null;
}

/** Public so that a test can ask PostgreSQL how it goes about it. */
export const queueStatement = `select item.id, item.kind, item.page_no as "pageNo", item.reason, item.is_alarmed as "isAlarmed",
      item.may_hold_my_number as "mayHoldMyNumber", item.received_at as "receivedAt",
      case when item.claimed_until > $2 then item.claimed_by end as "claimedBy",
      case when item.claimed_until > $2 then item.claimed_name end as "claimedName",
      case when item.claimed_until > $2 then item.claimed_until end as "claimedUntil",
      exists (select from inbox_draft where item_id = item.id) as "hasDraft",
      (select coalesce(reason, outcome, 'asking') from typed_request
        where item_id = item.id
        order by typed_at desc
        limit 1) as asked
    from inbox_item item
    where item.association_id = $1 and item.status = 'waiting'
    order by item.received_at, item.id
    limit $3`;

/** What waits for a person, oldest first. */
export async function queue(sql: Sql, associationId: string, at: Date, limit: number): Promise<QueuedItem[]> {
  const found = await sql.query<QueuedItem>(queueStatement, [associationId, at, limit]);
  return found.rows;
}

export interface Claim {
  by: string;
  name: string;
  until: Date;
}

/**
 * Takes a waiting page in hand, or keeps it longer; whoever has it already keeps it until his time is over.
 * @returns whether this person had it before; null: it is not to be had.
 */
export async function claim(
  tx: Sql,
  wanted: { associationId: string; itemId: string; by: string; name: string; at: Date; until: Date },
): Promise<{ had: boolean } | null> {
  const { associationId, itemId, by, name, at, until } = wanted;
  const { rows } = await tx.query<{ had: boolean }>(
    `update inbox_item
    set claimed_by = $3,
      claimed_name = $4,
      claimed_until = $6
    from (select id, claimed_by from inbox_item where id = $2 for update) as before
    where inbox_item.id = before.id
      and association_id = $1
      and status = 'waiting'
      and (inbox_item.claimed_by is null or inbox_item.claimed_by = $3 or inbox_item.claimed_until <= $5)
    returning before.claimed_by is not distinct from $3 as had`,
    [associationId, itemId, by, name, at, until],
  );
  return rows[0] ?? null;
}

export async function claimOf(
  sql: Sql,
  associationId: string,
  itemId: string,
): Promise<{ isWaiting: boolean; claim: Claim | null } | null> {
  const { rows } = await sql.query<{ isWaiting: boolean; by: string | null; name: string; until: Date }>(
    `select status = 'waiting' as "isWaiting", claimed_by as by, claimed_name as name, claimed_until as until
    from inbox_item
    where association_id = $1 and id = $2`,
    [associationId, itemId],
  );
  const row = rows[0];
  return row
    ? { isWaiting: row.isWaiting, claim: row.by ? { by: row.by, name: row.name, until: row.until } : null }
    : null;
}

/** @returns false when this person did not have it. */
export async function releaseClaim(tx: Sql, associationId: string, itemId: string, by: string): Promise<boolean> {
  const { rowCount } = await tx.query(
    `update inbox_item
    set claimed_by = null, claimed_name = null, claimed_until = null
    where association_id = $1 and id = $2 and claimed_by = $3 and status = 'waiting'`,
    [associationId, itemId, by],
  );
  return rowCount === 1;
}

export async function insertByHand(
  tx: Sql,
  item: { id: string; associationId: string; by: string; name: string; at: Date; until: Date },
): Promise<void> {
  const { id, associationId, by, name, at, until } = item;
  await tx.query(
    `insert into inbox_item (id, association_id, page_no, kind, status, reason, received_at, claimed_by, claimed_name,
      claimed_until)
    values ($1, $2, 0, 'by_hand', 'waiting', 'to_enrol', $3, $4, $5, $6)`,
    [id, associationId, at, by, name, until],
  );
}

export async function saveDraft(
  tx: Sql,
  draft: { itemId: string; hubKeyId: string; sealed: Buffer; at: Date },
): Promise<void> {
  await tx.query(
    `insert into inbox_draft (item_id, hub_key_id, sealed, saved_at)
    values ($1, $2, $3, $4)
    on conflict (item_id) do update set
      hub_key_id = excluded.hub_key_id,
      sealed = excluded.sealed,
      saved_at = excluded.saved_at`,
    [draft.itemId, draft.hubKeyId, draft.sealed, draft.at],
  );
}

export async function draftOf(sql: Sql, itemId: string): Promise<Buffer | null> {
  const { rows } = await sql.query<{ sealed: Buffer }>('select sealed from inbox_draft where item_id = $1', [itemId]);
  return rows[0]?.sealed ?? null;
}

export async function forgetDraft(tx: Sql, itemId: string): Promise<void> {
  await tx.query('delete from inbox_draft where item_id = $1', [itemId]);
}

/** The page from which a patient was enrolled; null: none, or it was forgotten with him. */
export async function pageOfPatient(sql: Sql, associationId: string, patientId: string): Promise<string | null> {
  const { rows } = await sql.query<{ id: string }>(
    `select id
    from inbox_item
    where patient_id = $2 and association_id = $1 and outcome = 'enrolled' and sealed_page is not null
    order by settled_at desc
    limit 1`,
    [associationId, patientId],
  );
  return rows[0]?.id ?? null;
}
