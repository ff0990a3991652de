import type { Sql } from '../db.ts';
import type { InboxItem, ItemKind, ItemStatus } from './item.ts';

const columns = `id, association_id, received_fax_id, page_no, kind, status, reason, outcome, is_alarmed, may_hold_my_number,
  sender_destination_id, patient_id, received_at`;

interface ItemRow {
  id: string;
  association_id: string;
  received_fax_id: string | null;
  page_no: number;
  kind: ItemKind;
  status: ItemStatus;
  reason: string | null;
  outcome: string | null;
  is_alarmed: boolean;
  may_hold_my_number: boolean;
  sender_destination_id: string | null;
  patient_id: string | null;
  received_at: Date;
}

const itemFrom = (row: ItemRow): InboxItem => ({
  ...{ id: row.id, associationId: row.association_id, receivedFaxId: row.received_fax_id, pageNo: row.page_no },
  ...{ kind: row.kind, status: row.status, reason: row.reason, outcome: row.outcome, isAlarmed: row.is_alarmed },
  ...{ mayHoldMyNumber: row.may_hold_my_number, senderDestinationId: row.sender_destination_id },
  ...{ patientId: row.patient_id, receivedAt: row.received_at },
});

export interface NewItem extends Omit<InboxItem, 'outcome' | 'patientId'> {
  sealed: { hubWrap: Buffer; hubKeyId: string; page: Buffer; fields: Buffer } | null;
  reply: { reason: string; dueAt: Date } | null;
}

/** @returns false when this page of this fax was taken in before. */
export async function insertItem(tx: Sql, item: NewItem): Promise<boolean> {
  const { sealed, reply } = item;
  const { rowCount } = await tx.query({
    name: 'insert-inbox-item',
    text: `insert into inbox_item (id, association_id, received_fax_id, page_no, kind, status, reason, is_alarmed,
      may_hold_my_number, sender_destination_id, hub_wrap, hub_key_id, sealed_page, sealed_fields, reply_reason, reply_due_at,
      received_at)
    values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17)
    on conflict (received_fax_id, page_no) do nothing`,
    values: [
      ...[item.id, item.associationId, item.receivedFaxId, item.pageNo, item.kind, item.status, item.reason],
      ...[item.isAlarmed, item.mayHoldMyNumber, item.senderDestinationId],
      ...[sealed?.hubWrap ?? null, sealed?.hubKeyId ?? null, sealed?.page ?? null, sealed?.fields ?? null],
      ...[reply?.reason ?? null, reply?.dueAt ?? null, item.receivedAt],
    ],
  });
  return rowCount === 1;
}

export async function itemsOfFax(sql: Sql, receivedFaxId: string): Promise<InboxItem[]> {
  const { rows } = await sql.query<ItemRow>(
    `select ${columns} from inbox_item where received_fax_id = $1 order by page_no`,
    [receivedFaxId],
  );
  return rows.map(itemFrom);
}

/** The machine is through with it. @returns false when another process was quicker. */
export async function finishItem(
  tx: Sql,
  id: string,
  to: { status: 'waiting' | 'done'; reason: string | null; outcome: string | null; isAlarmed: boolean },
): Promise<boolean> {
  const { rowCount } = await tx.query(
    `update inbox_item
    set status = $2,
      reason = $3,
      outcome = $4,
      is_alarmed = $5
    where id = $1 and status = 'arrived'`,
    [id, to.status, to.reason, to.outcome, to.isAlarmed],
  );
  return rowCount === 1;
}

/** What waits for a person, oldest first; those with an alarm before the others. */
export async function waitingItems(sql: Sql, associationId: string, kinds: readonly ItemKind[]): Promise<InboxItem[]> {
  const { rows } = await sql.query<ItemRow>(
    `select ${columns}
    from inbox_item
    where association_id = $1 and status = 'waiting' and kind = any($2)
    order by is_alarmed desc, received_at, received_fax_id, page_no
    limit 500`,
    [associationId, kinds],
  );
  return rows.map(itemFrom);
}

export async function lockItem(tx: Sql, associationId: string, id: string): Promise<InboxItem | null> {
  const { rows } = await tx.query<ItemRow>(
    `select ${columns} from inbox_item where association_id = $1 and id = $2 for update`,
    [associationId, id],
  );
  return rows[0] ? itemFrom(rows[0]) : null;
}

export interface SealedRow {
  hub_wrap: Buffer | null;
  sealed_page: Buffer | null;
  sealed_fields: Buffer | null;
}

export async function sealedOf(sql: Sql, id: string): Promise<SealedRow | null> {
  const { rows } = await sql.query<SealedRow>(
    'select hub_wrap, sealed_page, sealed_fields from inbox_item where id = $1',
    [id],
  );
  return rows[0] ?? null;
}

/** The page under a new key, the old one gone. */
export async function replaceSealed(tx: Sql, id: string, sealed: NonNullable<NewItem['sealed']>): Promise<void> {
  await tx.query(
    `update inbox_item
    set hub_wrap = $2,
      hub_key_id = $3,
      sealed_page = $4,
      sealed_fields = $5
    where id = $1`,
    [id, sealed.hubWrap, sealed.hubKeyId, sealed.page, sealed.fields],
  );
}

/** A person has looked for a My Number on it. */
export async function markChecked(tx: Sql, id: string): Promise<void> {
  await tx.query('update inbox_item set may_hold_my_number = false where id = $1', [id]);
}

/** The crops have served: what was typed from them stands in the record, and the page keeps the rest. */
export async function settleItem(
  tx: Sql,
  id: string,
  settled: { outcome: string; patientId: string | null; by: string; at: Date },
): Promise<void> {
  await tx.query(
    `update inbox_item
    set status = 'settled',
      outcome = $2,
      patient_id = $3,
      settled_by = $4,
      settled_at = $5,
      sealed_fields = null,
      claimed_by = null,
      claimed_name = null,
      claimed_until = null
    where id = $1`,
    [id, settled.outcome, settled.patientId, settled.by, settled.at],
  );
}

export async function requestReply(tx: Sql, id: string, reason: string, dueAt: Date): Promise<void> {
  await tx.query('update inbox_item set reply_reason = $2, reply_due_at = $3 where id = $1', [id, reason, dueAt]);
}

/** Return faxes for this machine since then, whatever became of them. */
export async function countReplies(sql: Sql, destinationId: string, since: Date): Promise<number> {
  const { rows } = await sql.query<{ count: number }>(
    `select count(*)::int as count
    from inbox_item
    where sender_destination_id = $1 and reply_reason is not null and received_at > $2`,
    [destinationId, since],
  );
  return rows[0]?.count ?? 0;
}

export interface DueReply {
  id: string;
  association_id: string;
  sender_destination_id: string;
  reply_reason: string;
}

export async function dueReplies(sql: Sql, at: Date, limit: number): Promise<DueReply[]> {
  const { rows } = await sql.query<DueReply>({
    name: 'due-inbox-replies',
    text: `select id, association_id, sender_destination_id, reply_reason
    from inbox_item
    where reply_due_at <= $1
    order by reply_due_at
    limit $2`,
    values: [at, limit],
  });
  return rows;
}

/** Locks it; false: another process has made it meanwhile. */
export async function takeReply(tx: Sql, id: string): Promise<boolean> {
  const { rowCount } = await tx.query(
    `update inbox_item
    set reply_due_at = null
    where id = $1 and reply_due_at is not null`,
    [id],
  );
  return rowCount === 1;
}

export async function replyQueued(tx: Sql, id: string, faxId: string): Promise<void> {
  await tx.query('update inbox_item set reply_fax_id = $2 where id = $1', [id, faxId]);
}

/** Uses a sheet up. @returns the item that used it: another than this one, and the sheet came before. */
export async function useBedSheet(tx: Sql, hospitalId: string, serial: string, itemId: string): Promise<string> {
  await tx.query(
    'insert into bed_sheet_used (hospital_id, serial, item_id) values ($1, $2, $3) on conflict do nothing',
    [hospitalId, serial, itemId],
  );
  const { rows } = await tx.query<{ item_id: string }>(
    'select item_id from bed_sheet_used where hospital_id = $1 and serial = $2',
    [hospitalId, serial],
  );
  return rows[0]?.item_id ?? '';
}
