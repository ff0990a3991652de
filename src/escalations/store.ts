import type { Sql } from '../db.ts';
import type { Fact, Leg, UrgentCall } from './urgent-call.ts';

export interface CaseAsRead {
  state: UrgentCall;
  audit_seq: number;
  audit_hash: Buffer;
  due_at: Date | null;
  reply: string | null;
}

const caseAndReply = `select state, audit_seq, audit_hash, due_at, (select reply from receipt where key = $2) as reply
    from urgent_call
    where id = $1`;

/** Locks a case and reads, in the same round trip, the reply already given to this webhook (null: it is new). */
export async function lockCase(sql: Sql, caseId: string, receiptKey: string | null): Promise<CaseAsRead | null> {
  const text = `${caseAndReply} for update`;
  const found = await sql.query<CaseAsRead>({ name: 'lock-case', text, values: [caseId, receiptKey] });
  return found.rows[0] ?? null;
}

/** The same without the lock: whoever saves what was decided on it must compare `audit_hash`. */
export async function peekCase(sql: Sql, caseId: string, receiptKey: string | null): Promise<CaseAsRead | null> {
  const found = await sql.query<CaseAsRead>({ name: 'peek-case', text: caseAndReply, values: [caseId, receiptKey] });
  return found.rows[0] ?? null;
}

/** @returns false when this webhook has its reply already, or the case has gone on since the reply was made. */
export async function insertReceipt(
  sql: Sql,
  receipt: { key: string; reply: string },
  caseId: string,
  decidedOnHash: Buffer,
  at: Date,
): Promise<boolean> {
  const kept = await sql.query({
    name: 'keep-receipt-of-case',
    text: `insert into receipt (key, reply, received_at)
    select $1, $2, $3
    from urgent_call
    where id = $4
      and audit_hash = $5
    on conflict (key) do nothing`,
    values: [receipt.key, receipt.reply, at, caseId, decidedOnHash],
  });
  return kept.rowCount === 1;
}

export async function insertCase(sql: Sql, call: UrgentCall, auditHash: Buffer): Promise<void> {
  await sql.query({
    name: 'insert-case',
    text: `insert into urgent_call
      (id, association_id, kind, patient_id, area_id, caller_line_id, status, state, opened_at, audit_seq, audit_hash)
    values ($1, $2, $3, $4, $5, $6, $7, $8, $9, 0, $10)`,
    values: [
      call.id,
      call.associationId,
      call.kind,
      call.patientId,
      call.areaId,
      call.caller.lineId,
      call.status,
      JSON.stringify(call),
      new Date(call.openedAt),
      auditHash,
    ],
  });
}

export async function insertCallerLine(
  sql: Sql,
  line: { id: string; associationId: string; e164: string | null; at: Date },
): Promise<void> {
  await sql.query({
    name: 'insert-caller-line',
    text: 'insert into caller_line (id, association_id, e164, created_at) values ($1, $2, $3, $4)',
    values: [line.id, line.associationId, line.e164, line.at],
  });
}

/** The open case that a further call belongs to: of this patient, or (without a card) of this telephone. */
export async function openCaseOf(
  sql: Sql,
  of: { associationId: string; patientId: string | null; areaId: string | null; e164: string | null; kind: string },
): Promise<string | null> {
  const { associationId, patientId, areaId, e164, kind } = of;
  const found = patientId
    ? await sql.query<{ id: string }>({
        name: 'open-case-of-patient',
        text: `select id from urgent_call where patient_id = $1 and status <> 'closed'`,
        values: [patientId],
      })
    : await sql.query<{ id: string }>(
        `select urgent_call.id
        from urgent_call
        join caller_line on caller_line.id = urgent_call.caller_line_id
        where urgent_call.association_id = $1
          and urgent_call.status <> 'closed'
          and caller_line.e164 = $2
          and urgent_call.kind = $3
          and urgent_call.area_id is not distinct from $4
          and urgent_call.state -> 'acceptance' ->> 'overAt' is null -- that conversation is over: a new matter
        order by urgent_call.opened_at desc
        limit 1`,
        [associationId, e164, kind, areaId],
      );
  return found.rows[0]?.id ?? null;
}

export async function patientRouting(
  sql: Sql,
  patientId: string,
): Promise<{ attending_id: string | null; deputy_ids: string[] } | null> {
  const found = await sql.query<{ attending_id: string | null; deputy_ids: string[] }>({
    name: 'patient-routing',
    text: `select
      (select id from doctor where id = patient.attending_id and is_active) as attending_id,
      array(
        select d.id from unnest(patient.deputy_ids) with ordinality as given(id, place)
        join doctor as d on d.id = given.id and d.is_active
        order by given.place
      ) as deputy_ids
    from patient
    where id = $1`,
    values: [patientId],
  });
  return found.rows[0] ?? null;
}

export async function hubDesk(
  sql: Sql,
  associationId: string,
): Promise<{ hub_phone: string | null; hub_opens: number; hub_closes: number; is_free: boolean } | null> {
  const found = await sql.query<{
    hub_phone: string | null;
    hub_opens: number;
    hub_closes: number;
    is_free: boolean;
  }>(
    `select hub_phone, hub_opens, hub_closes,
      not exists (select 1 from leg where leg.e164 = association.hub_phone and is_live) as is_free
    from association
    where id = $1`,
    [associationId],
  );
  return found.rows[0] ?? null;
}

export async function activeStandby(sql: Sql, associationId: string): Promise<string[]> {
  const found = await sql.query<{ id: string }>(
    'select id from standby_person where association_id = $1 and is_active order by position',
    [associationId],
  );
  return found.rows.map((row) => row.id);
}

export async function areaPlan(sql: Sql, areaId: string): Promise<unknown> {
  const found = await sql.query<{ plan: unknown }>({
    name: 'area-plan',
    text: 'select plan from area where id = $1',
    values: [areaId],
  });
  return found.rows[0]?.plan ?? {};
}

/** Cases that are due, oldest first, not those another process is busy with. */
export async function dueCases(sql: Sql, at: Date, limit: number): Promise<string[]> {
  const found = await sql.query<{ id: string }>({
    name: 'due-cases',
    text: 'select id from urgent_call where due_at <= $1 order by due_at limit $2 for update skip locked',
    values: [at, limit],
  });
  return found.rows.map((row) => row.id);
}

export async function openCases(sql: Sql): Promise<string[]> {
  const found = await sql.query<{ id: string }>(
    `select id from urgent_call where status <> 'closed' order by opened_at`,
  );
  return found.rows.map((row) => row.id);
}

export async function hasOpenCases(sql: Sql): Promise<boolean> {
  const found = await sql.query<{ is_open: boolean }>(
    `select exists (select from urgent_call where status <> 'closed') as is_open`,
  );
  return found.rows[0]?.is_open ?? false;
}

export async function storedReply(sql: Sql, key: string): Promise<string | null> {
  const found = await sql.query<{ reply: string }>({
    name: 'stored-reply',
    text: 'select reply from receipt where key = $1',
    values: [key],
  });
  return found.rows[0]?.reply ?? null;
}

export async function readCase(sql: Sql, caseId: string): Promise<UrgentCall | null> {
  const found = await sql.query<{ state: UrgentCall }>({
    name: 'read-case',
    text: 'select state from urgent_call where id = $1',
    values: [caseId],
  });
  return found.rows[0]?.state ?? null;
}

export interface LegRef {
  case_id: string;
  role: Leg['role'];
}

export async function legById(sql: Sql, legId: string): Promise<LegRef | null> {
  const found = await sql.query<LegRef>({
    name: 'leg-by-id',
    text: 'select case_id, role from leg where id = $1',
    values: [legId],
  });
  return found.rows[0] ?? null;
}

/** What happened in a case, in its order, as the log keeps it; refusals change nothing and are left out. */
export async function caseFacts(sql: Sql, caseId: string): Promise<{ fact: Fact; at: number }[]> {
  const found = await sql.query<{ data: Fact; at: Date }>(
    `select data, at from audit_entry where chain_id = $1 and kind <> 'refused' order by seq`,
    [caseId],
  );
  return found.rows.map(({ data, at }) => ({ fact: data, at: at.getTime() }));
}

/** The case whose caller is on this carrier call, for webhooks that only know the call. */
export async function caseOfCallerCall(sql: Sql, callSid: string): Promise<string | null> {
  const found = await sql.query<{ id: string }>({
    name: 'case-of-caller-call',
    text: `select id from urgent_call where caller_call_id = $1`,
    values: [callSid],
  });
  return found.rows[0]?.id ?? null;
}

/** A late "end" of an earlier conference does not forget the present one. */
export async function setConference(sql: Sql, caseId: string, sid: string, isRunning: boolean): Promise<void> {
  await sql.query(
    `update urgent_call set conference_sid = case when $3 then $2 end
    where id = $1 and ($3 or conference_sid = $2)`,
    [caseId, sid, isRunning],
  );
}
