import type { Sql } from '../../db.ts';

export interface AreaRow {
  id: string;
  name: string;
}

export async function areasOf(sql: Sql, associationId: string): Promise<AreaRow[]> {
  const found = await sql.query<AreaRow>('select id, name from area where association_id = $1 order by key', [
    associationId,
  ]);
  return found.rows;
}

export interface DoctorRow {
  id: string;
  name: string;
  area_id: string;
  is_active: boolean;
}

/** Doctors of the association, retired ones too: a roster of last year still names them. */
export async function doctorsOf(sql: Sql, associationId: string): Promise<DoctorRow[]> {
  const found = await sql.query<DoctorRow>(
    `select id, name, area_id, is_active
    from doctor
    where association_id = $1
    order by code`,
    [associationId],
  );
  return found.rows;
}

export interface ReplyRow {
  item_id: string;
  doctor_id: string;
  month: string;
  received_at: Date;
  is_agreed: boolean;
  cannot: string[];
  taken: string[];
  status: 'arrived' | 'waiting' | 'done' | 'settled';
  reason: string | null;
}

const replyColumns = `item_id, doctor_id, month, roster_reply.received_at, is_agreed, cannot::text[] as cannot,
      taken::text[] as taken, item.status, item.reason`;

/** Sheets that came back about a month, newest first, with what became of each page. */
export async function repliesOf(sql: Sql, associationId: string, month: string): Promise<ReplyRow[]> {
  const found = await sql.query<ReplyRow>(
    `select ${replyColumns}
    from roster_reply
    join inbox_item as item on item.id = roster_reply.item_id
    where roster_reply.association_id = $1 and month = $2
    order by roster_reply.received_at desc, item_id`,
    [associationId, month],
  );
  return found.rows;
}

export async function replyOf(sql: Sql, associationId: string, itemId: string): Promise<ReplyRow | null> {
  const found = await sql.query<ReplyRow>(
    `select ${replyColumns}
    from roster_reply
    join inbox_item as item on item.id = roster_reply.item_id
    where roster_reply.association_id = $1 and item_id = $2`,
    [associationId, itemId],
  );
  return found.rows[0] ?? null;
}

export interface DoctorLegRow {
  doctor_id: string;
  requested_at: Date;
  ended_at: Date | null;
  status: string;
  outcome: string | null;
}

/** Rings of doctors' telephones in the cases that were opened between the two instants. */
export async function doctorLegs(sql: Sql, associationId: string, from: Date, until: Date): Promise<DoctorLegRow[]> {
  const found = await sql.query<DoctorLegRow>(
    `select leg.subject_id as doctor_id, leg.requested_at, leg.ended_at, leg.status, leg.outcome
    from urgent_call
    join leg on leg.case_id = urgent_call.id and leg.role = 'doctor'
    where urgent_call.association_id = $1 and urgent_call.opened_at >= $2 and urgent_call.opened_at < $3`,
    [associationId, from, until],
  );
  return found.rows;
}
