import type { Sql } from '../db.ts';
import type { RecordRequest } from './request.ts';
import type { Channel } from './store.ts';

export interface SerialRow {
  id: string;
  secret_hash: string;
  used_at: Date | null;
}

export async function serialOf(sql: Sql, doctorId: string, number: number): Promise<SerialRow | null> {
  const found = await sql.query<SerialRow>(
    'select id, secret_hash, used_at from request_serial where doctor_id = $1 and number = $2',
    [doctorId, number],
  );
  return found.rows[0] ?? null;
}

/** Uses a serial up. @returns false when somebody was quicker: it opens nothing twice. */
export async function useSerial(sql: Sql, id: string, requestId: string, at: Date): Promise<boolean> {
  const used = await sql.query(
    'update request_serial set used_at = $3, request_id = $2 where id = $1 and used_at is null',
    [id, requestId, at],
  );
  return used.rowCount === 1;
}

/** The doctor's last running number, locked with his row so that two sheets never get one number. */
export async function lastSerial(tx: Sql, doctorId: string): Promise<number> {
  await tx.query('select from doctor where id = $1 for update', [doctorId]);
  const found = await tx.query<{ last: number }>(
    'select coalesce(max(number), 0) as last from request_serial where doctor_id = $1',
    [doctorId],
  );
  return found.rows[0]?.last ?? 0;
}

export async function insertSerial(
  tx: Sql,
  serial: { id: string; doctorId: string; number: number; secretHash: string; at: Date },
): Promise<void> {
  await tx.query(
    'insert into request_serial (id, doctor_id, number, secret_hash, issued_at) values ($1, $2, $3, $4, $5)',
    [serial.id, serial.doctorId, serial.number, serial.secretHash, serial.at],
  );
}

/** Enters a request that came on paper, over from the beginning. @returns false when its page was acted on before. */
export async function insertPaperRequest(
  tx: Sql,
  request: RecordRequest,
  about: { channel: Exclude<Channel, 'phone'>; received: string; at: Date },
): Promise<boolean> {
  const saved = await tx.query(
    `insert into record_request (id, association_id, channel, status, state, received, opened_at)
    values ($1, $2, $3, $4, $5, $6, $7)
    on conflict (received) do nothing`,
    [
      ...[request.id, request.associationId, about.channel, request.status, JSON.stringify(request)],
      ...[about.received, about.at],
    ],
  );
  return saved.rowCount === 1;
}

/** What is known of the request on a page; `reason`: why a person must look at it. */
export async function requestOfPage(
  sql: Sql,
  received: string,
): Promise<{ status: string; reason: string | null } | null> {
  const found = await sql.query<{ status: string; reason: string | null }>(
    `select record_request.status, request_inbox.reason
    from record_request
    left join request_inbox on request_id = record_request.id
    where record_request.received = $1`,
    [received],
  );
  return found.rows[0] ?? null;
}

export async function settleInbox(sql: Sql, received: string, at: Date): Promise<void> {
  await sql.query('update request_inbox set settled_at = $2 where received = $1 and settled_at is null', [
    received,
    at,
  ]);
}
