import type { Sql } from '../db.ts';
import type { Counter } from './lock.ts';
import type { RecordRequest } from './request.ts';

export type Channel = 'phone' | 'form' | 'card_copy';

export async function insertRequest(
  sql: Sql,
  request: RecordRequest,
  about: { channel: Channel; callSid: string | null; openedAt: Date; expiresAt: Date | null },
): Promise<void> {
  await sql.query(
    `insert into record_request (id, association_id, channel, status, state, call_sid, opened_at, expires_at)
    values ($1, $2, $3, $4, $5, $6, $7, $8)`,
    [
      ...[request.id, request.associationId, about.channel, request.status, JSON.stringify(request)],
      ...[about.callSid, about.openedAt, about.expiresAt],
    ],
  );
}

export interface RequestRow {
  state: RecordRequest;
  call_sid: string | null;
  sealed_key: Buffer | null;
  expires_at: Date | null;
}

const requestColumns = 'state, call_sid, sealed_key, expires_at';

export async function readRequest(sql: Sql, id: string): Promise<RequestRow | null> {
  const found = await sql.query<RequestRow>({
    name: 'read-record-request',
    text: `select ${requestColumns} from record_request where id = $1`,
    values: [id],
  });
  return found.rows[0] ?? null;
}

export async function lockRequest(sql: Sql, id: string): Promise<RequestRow | null> {
  const found = await sql.query<RequestRow>({
    name: 'lock-record-request',
    text: `select ${requestColumns} from record_request where id = $1 for update`,
    values: [id],
  });
  return found.rows[0] ?? null;
}

export async function saveRequest(
  sql: Sql,
  request: RecordRequest,
  kept: { sealedKey: Buffer | null; expiresAt: Date | null },
): Promise<void> {
  await sql.query({
    name: 'save-record-request',
    text: `update record_request
    set status = $2, state = $3, sealed_key = $4, expires_at = $5
    where id = $1`,
    values: [request.id, request.status, JSON.stringify(request), kept.sealedKey, kept.expiresAt],
  });
}

/** The request that runs on this telephone call, if one does. */
export async function requestOfCall(sql: Sql, callSid: string): Promise<string | null> {
  const found = await sql.query<{ id: string }>(
    'select id from record_request where call_sid = $1 and expires_at is not null order by opened_at desc limit 1',
    [callSid],
  );
  return found.rows[0]?.id ?? null;
}

export async function expiredRequests(sql: Sql, at: Date, limit: number): Promise<string[]> {
  const found = await sql.query<{ id: string }>(
    'select id from record_request where expires_at <= $1 order by expires_at limit $2',
    [at, limit],
  );
  return found.rows.map((row) => row.id);
}

/** The reply that a webhook got before, seen inside the transaction that would answer it again. */
export async function replyOf(sql: Sql, receiptKey: string): Promise<string | null> {
  const found = await sql.query<{ reply: string }>({
    name: 'reply-of-receipt',
    text: 'select reply from receipt where key = $1',
    values: [receiptKey],
  });
  return found.rows[0]?.reply ?? null;
}

export async function keepReply(sql: Sql, receiptKey: string, reply: string, at: Date): Promise<void> {
  await sql.query({
    name: 'keep-reply',
    text: 'insert into receipt (key, reply, received_at) values ($1, $2, $3) on conflict (key) do nothing',
    values: [receiptKey, reply, at],
  });
}

/** The counters of these subjects, locked in one order whoever asks; a subject without one is counted from nothing. */
export async function lockCounters(sql: Sql, subjects: readonly string[]): Promise<Map<string, Counter>> {
  const sorted = [...subjects].sort();
  await sql.query({
    name: 'ensure-failed-attempts',
    text: `insert into failed_attempt (subject, failures)
    select subject, 0 from unnest($1::text[]) as subject order by subject
    on conflict (subject) do nothing`,
    values: [sorted],
  });
  const { rows } = await sql.query<{ subject: string; failures: number; locked_until: Date | null }>({
    name: 'lock-failed-attempts',
    text: `select subject, failures, locked_until from failed_attempt
      where subject = any($1)
      order by subject
      for update`,
    values: [sorted],
  });
  return new Map(
    rows.map(({ subject, failures, locked_until }) => [
      subject,
      { failures, lockedUntil: locked_until?.getTime() ?? null },
    ]),
  );
}

export async function saveCounter(sql: Sql, subject: string, counter: Counter): Promise<void> {
  const { failures, lockedUntil } = counter;
  await sql.query({
    name: 'save-failed-attempt',
    text: 'update failed_attempt set failures = $2, locked_until = $3 where subject = $1',
    values: [subject, failures, lockedUntil === null ? null : new Date(lockedUntil)],
  });
}

/** The counters of days before that one. */
export async function forgetDayCounters(sql: Sql, day: string): Promise<void> {
  await sql.query(
    `delete from failed_attempt
    where subject like 'record:day:%'
      and subject < 'record:day:' || $1`,
    [day],
  );
}

export interface MemberRow {
  id: string;
  pin_hash: string | null;
}

/** An active doctor by member code, with his PIN's hash if he has one. */
export async function memberByCode(sql: Sql, associationId: string, code: string): Promise<MemberRow | null> {
  const found = await sql.query<MemberRow>(
    `select doctor.id, doctor_pin.pin_hash
    from doctor
    left join doctor_pin on doctor_pin.doctor_id = doctor.id
    where doctor.association_id = $1 and doctor.code = $2 and doctor.is_active`,
    [associationId, code],
  );
  return found.rows[0] ?? null;
}

export async function upsertPin(sql: Sql, doctorId: string, pinHash: string, at: Date): Promise<void> {
  await sql.query(
    `insert into doctor_pin (doctor_id, pin_hash, issued_at) values ($1, $2, $3)
    on conflict (doctor_id) do update set pin_hash = excluded.pin_hash, issued_at = excluded.issued_at`,
    [doctorId, pinHash, at],
  );
}

/** Of these doctors, those without a PIN. */
export async function doctorsWithoutPin(sql: Sql, doctorIds: readonly string[]): Promise<string[]> {
  const { rows } = await sql.query<{ id: string }>(
    `select id
    from doctor
    where id = any($1) and not exists (select from doctor_pin where doctor_id = doctor.id)`,
    [doctorIds],
  );
  return rows.map(({ id }) => id);
}

export interface CareTeam {
  area_id: string;
  attending_id: string | null;
  deputy_ids: string[];
}

export async function careTeam(sql: Sql, patientId: string | null): Promise<CareTeam | null> {
  const found = await sql.query<CareTeam>('select area_id, attending_id, deputy_ids from patient where id = $1', [
    patientId,
  ]);
  return found.rows[0] ?? null;
}

export async function areaOfDoctor(sql: Sql, doctorId: string): Promise<string | null> {
  const found = await sql.query<{ area_id: string }>('select area_id from doctor where id = $1', [doctorId]);
  return found.rows[0]?.area_id ?? null;
}

/** The doctor's telephones that may be rung, in his order. */
export async function phonesOfDoctor(sql: Sql, doctorId: string): Promise<{ id: string; e164: string }[]> {
  const found = await sql.query<{ id: string; e164: string }>(
    'select id, e164 from phone where doctor_id = $1 and is_active order by position',
    [doctorId],
  );
  return found.rows;
}

/** Something a person of the hub must look at; told once. */
export async function insertInbox(
  sql: Sql,
  item: { requestId: string; reason: string; received: string | null; at: Date },
): Promise<void> {
  await sql.query(
    `insert into request_inbox (request_id, reason, received, created_at) values ($1, $2, $3, $4)
    on conflict (request_id) do nothing`,
    [item.requestId, item.reason, item.received, item.at],
  );
}

/** The hub's own running number of a patient: tells the attending doctor whom a notice is about, and nobody else. */
export async function codeOfPatient(sql: Sql, patientId: string): Promise<string> {
  const found = await sql.query<{ code: string }>('select code from patient where id = $1', [patientId]);
  return found.rows[0]?.code ?? '';
}

/** Names as printed on the page: the doctor with his clinic, or the hospital. */
export async function recipientOf(
  sql: Sql,
  doctorId: string | null,
  hospitalId: string | null,
): Promise<{ doctor: string; facility: string }> {
  const found = await sql.query<{ doctor: string; facility: string }>(
    `select doctor.name as doctor, coalesce(facility.name, '') as facility
    from doctor
    left join facility on facility.id = doctor.facility_id
    where doctor.id = $1
    union all
    select hospital.name, '' from hospital where hospital.id = $2`,
    [doctorId, hospitalId],
  );
  return found.rows[0] ?? { doctor: '', facility: '' };
}

/** Whose pages they are, and the telephone to ring about one that came to the wrong machine: the hub's, else the night door's. */
export async function issuerOf(sql: Sql, associationId: string): Promise<{ name: string; misdirectionPhone: string }> {
  const found = await sql.query<{ name: string; phone: string }>(
    'select name, coalesce(hub_phone, caller_number) as phone from association where id = $1',
    [associationId],
  );
  const { name, phone } = found.rows[0] ?? { name: '', phone: '' };
  return { name, misdirectionPhone: phone };
}
