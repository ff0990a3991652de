/** What is still sealed under an old key, in the order of ids so that a run can go on behind what it could not open. */
import type { Sql } from '../db.ts';

export interface HubWrapRow {
  id: string;
  blob: Buffer;
}

/** Rows stay locked for the transaction: a patient who is just being closed is waited for. */
export async function staleHubWraps(sql: Sql, hubKeyId: string, after: string, most: number): Promise<HubWrapRow[]> {
  const found = await sql.query<HubWrapRow>(
    `select version_id as id, wrap as blob
    from record_hub_wrap
    where hub_key_id <> $1 and version_id > $2
    order by version_id
    limit $3
    for update`,
    [hubKeyId, after, most],
  );
  return found.rows;
}

export async function replaceHubWrap(sql: Sql, versionId: string, hubKeyId: string, wrap: Buffer): Promise<void> {
  await sql.query(
    `update record_hub_wrap
    set hub_key_id = $2, wrap = $3
    where version_id = $1`,
    [versionId, hubKeyId, wrap],
  );
}

export async function staleCopies(sql: Sql, hubKeyId: string, after: string, most: number): Promise<HubWrapRow[]> {
  const found = await sql.query<HubWrapRow>(
    `select id, hub_copy as blob
    from card
    where hub_key_id <> $1 and id > $2
    order by id
    limit $3
    for update`,
    [hubKeyId, after, most],
  );
  return found.rows;
}

export async function replaceCopy(sql: Sql, cardId: string, hubKeyId: string, copy: Buffer): Promise<void> {
  await sql.query(
    `update card
    set hub_key_id = $2, hub_copy = $3
    where id = $1`,
    [cardId, hubKeyId, copy],
  );
}

/** Pages that came in by fax (src/inbox): their data keys. A page of a closed patient has none. */
export async function staleInboxWraps(sql: Sql, hubKeyId: string, after: string, most: number): Promise<HubWrapRow[]> {
  const found = await sql.query<HubWrapRow>(
    `select id, hub_wrap as blob
    from inbox_item
    where hub_key_id <> $1 and id > $2
    order by id
    limit $3
    for update`,
    [hubKeyId, after, most],
  );
  return found.rows;
}

export async function replaceInboxWrap(sql: Sql, itemId: string, hubKeyId: string, wrap: Buffer): Promise<void> {
  await sql.query(
    `update inbox_item
    set hub_key_id = $2, hub_wrap = $3
    where id = $1`,
    [itemId, hubKeyId, wrap],
  );
}

/** What was typed at the hub's desk so far, and notes on pages. */
export async function staleDrafts(sql: Sql, hubKeyId: string, after: string, most: number): Promise<HubWrapRow[]> {
  const found = await sql.query<HubWrapRow>(
    `select item_id as id, sealed as blob
    from inbox_draft
    where hub_key_id <> $1 and item_id > $2
    order by item_id
    limit $3
    for update`,
    [hubKeyId, after, most],
  );
  return found.rows;
}

export async function replaceDraft(sql: Sql, itemId: string, hubKeyId: string, sealed: Buffer): Promise<void> {
  await sql.query(
    `update inbox_draft
    set hub_key_id = $2, sealed = $3
    where item_id = $1`,
    [itemId, hubKeyId, sealed],
  );
}

export interface UnpreparedCard {
  id: string;
  patientId: string | null;
  pepperId: string;
  hubCopy: Buffer;
}

/** Cards that the next pepper does not find yet. Not locked: each is looked at again under its lock. */
export async function unpreparedCards(
  sql: Sql,
  nextPepperId: string,
  after: string,
  most: number,
): Promise<UnpreparedCard[]> {
  const found = await sql.query<UnpreparedCard>(
    `select id, patient_id as "patientId", pepper_id as "pepperId", hub_copy as "hubCopy"
    from card
    where hub_copy is not null
      and pepper_id <> $1
      and next_pepper_id is distinct from $1
      and id > $2
    order by id
    limit $3`,
    [nextPepperId, after, most],
  );
  return found.rows;
}

/** @returns false when its copy or its owner is another one by now: it is left for the next run. */
export async function prepareCard(
  sql: Sql,
  seen: UnpreparedCard,
  prepared: { index: Buffer; pepperId: string; copy: Buffer; hubKeyId: string },
): Promise<boolean> {
  const { index, pepperId, copy, hubKeyId } = prepared;
  const saved = await sql.query(
    `update card
    set next_lookup_index = $3, next_pepper_id = $4, hub_copy = $5, hub_key_id = $6
    where id = $1 and hub_copy = $2 and patient_id is not distinct from $7`,
    [seen.id, seen.hubCopy, index, pepperId, copy, hubKeyId, seen.patientId],
  );
  return saved.rowCount === 1;
}

/** Cards that neither pepper will find after the change: they came with the lists and were never adopted. */
export async function unadoptedCount(sql: Sql): Promise<number> {
  const found = await sql.query<{ count: number }>(
    `select count(*)
    from card
    where pepper_id is null and status = 'active'`,
  );
  return found.rows[0]?.count ?? 0;
}

/** @returns how many cards are found by the next pepper alone from now on. */
export async function switchCards(sql: Sql, nextPepperId: string, most: number): Promise<number> {
  const saved = await sql.query(
    `with
    switched as (
      update card
      set lookup_index = next_lookup_index, pepper_id = next_pepper_id, next_lookup_index = null, next_pepper_id = null
      where id in (select id from card where next_pepper_id = $1 order by id limit $2 for update)
      returning id
    ),
    old_wraps as (
      delete from record_card_wrap
      using switched
      where card_id = switched.id and record_card_wrap.pepper_id <> $1
    )
    select
    from switched`,
    [nextPepperId, most],
  );
  return saved.rowCount ?? 0;
}

export interface KeyCounts {
  what: 'record' | 'card copy' | 'received page' | 'draft' | 'card' | 'card, next pepper' | 'card wrap';
  keyId: string | null;
  count: number;
}

export async function keyCounts(sql: Sql): Promise<KeyCounts[]> {
  const found = await sql.query<KeyCounts>(
    `select 'record' as what, hub_key_id as "keyId", count(*) from record_hub_wrap group by hub_key_id
    union all
    select 'card copy', hub_key_id, count(*) from card where hub_copy is not null group by hub_key_id
    union all
    select 'received page', hub_key_id, count(*) from inbox_item where hub_wrap is not null group by hub_key_id
    union all
    select 'draft', hub_key_id, count(*) from inbox_draft group by hub_key_id
    union all
    select 'card', pepper_id, count(*) from card group by pepper_id
    union all
    select 'card, next pepper', next_pepper_id, count(*) from card where next_pepper_id is not null group by next_pepper_id
    union all
    select 'card wrap', pepper_id, count(*) from record_card_wrap group by pepper_id
    order by 1, 2`,
  );
  return found.rows;
}

export async function associationIds(sql: Sql): Promise<string[]> {
  const found = await sql.query<{ id: string }>(
    `select id
    from association
    order by id
    for no key update`,
  );
  return found.rows.map(({ id }) => id);
}
