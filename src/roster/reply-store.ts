import type { Sql } from '../db.ts';
import type { LocalDate } from '../lib/japan-time.ts';

export interface ReplyRow {
  item_id: string;
  association_id: string;
  doctor_id: string;
  month: string;
  received_at: Date;
  is_agreed: boolean;
  cannot: LocalDate[];
  taken: LocalDate[];
}

const columns = `item_id, association_id, doctor_id, month, received_at, is_agreed,
  cannot::text[] as cannot, taken::text[] as taken`;

/** @returns false when this page was taken before. */
export async function insertReply(tx: Sql, reply: ReplyRow): Promise<boolean> {
  const { item_id, association_id, doctor_id, month, received_at, is_agreed, cannot, taken } = reply;
  const made = await tx.query(
    `insert into roster_reply (item_id, association_id, doctor_id, month, received_at, is_agreed, cannot, taken)
    values ($1, $2, $3, $4, $5, $6, $7, $8)
    on conflict (item_id) do nothing`,
    [item_id, association_id, doctor_id, month, received_at, is_agreed, cannot, taken],
  );
  return made.rowCount === 1;
}

export async function replyByItem(sql: Sql, associationId: string, itemId: string): Promise<ReplyRow | null> {
  const found = await sql.query<ReplyRow>(
    `select ${columns} from roster_reply where item_id = $1 and association_id = $2`,
    [itemId, associationId],
  );
  return found.rows[0] ?? null;
}
