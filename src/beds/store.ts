import type { Sql } from '../db.ts';
import type { Acceptance, BedType } from './beds.ts';

export interface HospitalRow {
  hospital_id: string;
  takes_by_day: boolean;
  night_from: number;
  night_to: number;
  accepts_needs: string[];
  free_count: number | null;
  acceptance: Acceptance | null;
  as_of: Date | null;
  holds_until: Date | null;
  held: number;
}

/** Active hospitals of an association that have this bed type, with their last news and the beds held at `at`. */
export async function hospitalsWithBeds(
  sql: Sql,
  associationId: string,
  bedType: string,
  at: Date,
): Promise<HospitalRow[]> {
  const found = await sql.query<HospitalRow>(
    `select
      hospital.id as hospital_id, takes_by_day, night_from, night_to, accepts_needs,
      offer.free_count, offer.acceptance, offer.as_of, offer.holds_until,
      (select count(*)::int from bed_hold
        where bed_hold.hospital_id = hospital.id
          and bed_hold.bed_type = $2
          and status = 'held'
          and is_counted
          and expires_at > $3) as held
    from hospital
    join hospital_bed_type on hospital_bed_type.hospital_id = hospital.id and hospital_bed_type.bed_type = $2
    left join bed_offer as offer on offer.hospital_id = hospital.id and offer.bed_type = $2
    where hospital.association_id = $1 and hospital.is_active
    order by hospital.code`,
    [associationId, bedType, at],
  );
  return found.rows;
}

export async function patientBedNeeds(
  sql: Sql,
  patientId: string,
): Promise<{ hospital_id: string | null; needs: string[]; bed_type: BedType } | null> {
  const found = await sql.query<{ hospital_id: string | null; needs: string[]; bed_type: BedType }>(
    'select hospital_id, needs, bed_type from patient where id = $1',
    [patientId],
  );
  return found.rows[0] ?? null;
}

/** Locks the offer, so that counting and holding are one step. Null: the hospital never told. */
export async function lockOffer(
  sql: Sql,
  hospitalId: string,
  bedType: string,
): Promise<{ free_count: number | null; acceptance: Acceptance; as_of: Date; holds_until: Date | null } | null> {
  const found = await sql.query<{
    free_count: number | null;
    acceptance: Acceptance;
    as_of: Date;
    holds_until: Date | null;
  }>(
    `select free_count, acceptance, as_of, holds_until
    from bed_offer
    where hospital_id = $1 and bed_type = $2
    for update`,
    [hospitalId, bedType],
  );
  return found.rows[0] ?? null;
}

export async function countHeld(sql: Sql, hospitalId: string, bedType: string, at: Date): Promise<number> {
  const found = await sql.query<{ held: number }>(
    `select count(*)::int as held
    from bed_hold
    where hospital_id = $1 and bed_type = $2 and status = 'held' and is_counted and expires_at > $3`,
    [hospitalId, bedType, at],
  );
  return found.rows[0]?.held ?? 0;
}

/** Beds of this kind that were given to patients after `since`. */
export async function countAdmittedSince(sql: Sql, hospitalId: string, bedType: string, since: Date): Promise<number> {
  const found = await sql.query<{ count: number }>(
    `select count(*)::int as count
    from bed_hold
    where hospital_id = $1 and bed_type = $2 and status = 'admitted' and settled_at > $3`,
    [hospitalId, bedType, since],
  );
  return found.rows[0]?.count ?? 0;
}

export interface NewRequest {
  requestId: string;
  caseId: string;
  hospitalId: string;
  bedType: string;
  at: Date;
  isCounted: boolean;
  expiresAt: Date;
}

export async function insertRequest(sql: Sql, request: NewRequest): Promise<void> {
  const { requestId, caseId, hospitalId, bedType, at, isCounted, expiresAt } = request;
  await sql.query(
    `with request as (
      insert into bed_request (id, case_id, hospital_id, bed_type, status, asked_at)
      values ($1, $2, $3, $4, 'asking', $5)
      returning id
    )
    insert into bed_hold (request_id, hospital_id, bed_type, is_counted, status, expires_at)
    select id, $3, $4, $6, 'held', $7 from request`,
    [requestId, caseId, hospitalId, bedType, at, isCounted, expiresAt],
  );
}

export interface HoldRow {
  hospital_id: string;
  bed_type: string;
  is_counted: boolean;
  status: 'held' | 'admitted' | 'cancelled' | 'expired';
  expires_at: Date;
}

export async function lockHold(sql: Sql, requestId: string): Promise<HoldRow | null> {
  const found = await sql.query<HoldRow>(
    'select hospital_id, bed_type, is_counted, status, expires_at from bed_hold where request_id = $1 for update',
    [requestId],
  );
  return found.rows[0] ?? null;
}

const offerColumns = ['hospital_id', 'bed_type', 'free_count', 'acceptance', 'as_of', 'holds_until'] as const;

/** The hold becomes an admission; a counted bed leaves the count in the same statement. */
export async function admit(sql: Sql, requestId: string, at: Date): Promise<void> {
  await sql.query(
    `with hold as (
      update bed_hold set status = 'admitted', settled_at = $2 where request_id = $1
      returning hospital_id, bed_type
    ), offer as (
      update bed_offer set free_count = greatest(free_count - 1, 0)
      from hold
      where bed_offer.hospital_id = hold.hospital_id
        and bed_offer.bed_type = hold.bed_type
        and free_count is not null -- one without a count has none to fall, and greatest() would make it nought
      returning ${offerColumns.map((column) => `bed_offer.${column}`).join(', ')}
    ), history as (
      insert into bed_offer_history (${offerColumns.join(', ')}, source, known_from)
      select ${offerColumns.join(', ')}, 'admission', $2 from offer
    )
    update bed_request set status = 'accepted', answered_at = $2 where id = $1`,
    [requestId, at],
  );
}

export async function settleRefused(sql: Sql, requestId: string, refusal: string, at: Date): Promise<void> {
  await sql.query(
    `with hold as (
      update bed_hold set status = 'cancelled', settled_at = $3 where request_id = $1 and status = 'held' returning 1
    )
    update bed_request set status = 'refused', refusal = $2, answered_at = $3 where id = $1 and status = 'asking'`,
    [requestId, refusal, at],
  );
}

export async function expireHolds(sql: Sql, at: Date): Promise<number> {
  const done = await sql.query(
    `update bed_hold set status = 'expired', settled_at = $1 where status = 'held' and expires_at <= $1`,
    [at],
  );
  return done.rowCount ?? 0;
}

/** What is known from now on, and the same as one more line of the history. */
export async function upsertOffer(
  sql: Sql,
  offer: {
    hospitalId: string;
    bedType: string;
    freeCount: number | null;
    acceptance: Acceptance;
    at: Date;
    holdsUntil: Date | null;
    source: 'phone' | 'answer' | 'form' | 'web';
  },
): Promise<void> {
  const { hospitalId, bedType, freeCount, acceptance, at, holdsUntil, source } = offer;
  await sql.query(
    `with offer as (
      insert into bed_offer (hospital_id, bed_type, free_count, acceptance, as_of, holds_until, source)
      values ($1, $2, $3, $4, $5, $6, $7)
      on conflict (hospital_id, bed_type) do update
      set free_count = excluded.free_count, acceptance = excluded.acceptance, as_of = excluded.as_of,
        holds_until = excluded.holds_until, source = excluded.source
      returning ${offerColumns.join(', ')}, source
    )
    insert into bed_offer_history (${offerColumns.join(', ')}, source, known_from)
    select ${offerColumns.join(', ')}, source, as_of from offer`,
    [hospitalId, bedType, freeCount, acceptance, at, holdsUntil, source],
  );
}

export interface DeskRow {
  id: string;
  spoken_name: string;
  pin_hash: string;
}

export async function hospitalByCode(sql: Sql, associationId: string, code: string): Promise<DeskRow | null> {
  const found = await sql.query<DeskRow>(
    'select id, spoken_name, pin_hash from hospital where association_id = $1 and code = $2 and is_active',
    [associationId, code],
  );
  return found.rows[0] ?? null;
}

export async function bedTypesOf(sql: Sql, hospitalId: string): Promise<{ bed_type: BedType; staffed: number }[]> {
  const found = await sql.query<{ bed_type: BedType; staffed: number }>(
    `select bed_type, staffed from hospital_bed_type where hospital_id = $1
    order by array_position(
      array['general', 'community_care', 'long_term', 'palliative', 'icu', 'infection', 'respite'], bed_type)`,
    [hospitalId],
  );
  return found.rows;
}

export interface DeskSession {
  id: string;
  hospital_id: string;
  call_sid: string;
  bed_type: BedType | null;
  free_count: number | null;
  acceptance: Acceptance | null;
  confirmed_at: Date | null;
}

export async function insertDeskSession(
  sql: Sql,
  session: { id: string; hospitalId: string; callSid: string; at: Date },
): Promise<void> {
  await sql.query('insert into desk_session (id, hospital_id, call_sid, opened_at) values ($1, $2, $3, $4)', [
    session.id,
    session.hospitalId,
    session.callSid,
    session.at,
  ]);
}

/** The session of exactly this call: another call's session is no proof of a PIN. */
export async function lockDeskSession(sql: Sql, id: string, callSid: string): Promise<DeskSession | null> {
  const found = await sql.query<DeskSession>(
    `select id, hospital_id, call_sid, bed_type, free_count, acceptance, confirmed_at
    from desk_session
    where id = $1 and call_sid = $2
    for update`,
    [id, callSid],
  );
  return found.rows[0] ?? null;
}

export async function saveDeskSession(sql: Sql, session: DeskSession): Promise<void> {
  await sql.query(
    'update desk_session set bed_type = $2, free_count = $3, acceptance = $4, confirmed_at = $5 where id = $1',
    [session.id, session.bed_type, session.free_count, session.acceptance, session.confirmed_at],
  );
}

export async function failuresOf(
  sql: Sql,
  subjects: readonly string[],
): Promise<{ subject: string; failures: number; locked_until: Date | null }[]> {
  const found = await sql.query<{ subject: string; failures: number; locked_until: Date | null }>(
    'select subject, failures, locked_until from failed_attempt where subject = any($1)',
    [subjects],
  );
  return found.rows;
}

/** Five failures lock for 15 minutes, and each further one doubles it (domain.md 4.1), up to a day. */
export async function addFailure(sql: Sql, subject: string, at: Date): Promise<void> {
  await sql.query(
    `insert into failed_attempt as f (subject, failures) values ($1, 1)
    on conflict (subject) do update
    set failures = f.failures + 1,
      locked_until = case
        when f.failures + 1 < 5 then null
        else $2::timestamptz + least(interval '15 minutes' * 2 ^ (f.failures - 4), interval '1 day')
      end`,
    [subject, at],
  );
}

export async function clearFailures(sql: Sql, subject: string): Promise<void> {
  await sql.query('delete from failed_attempt where subject = $1', [subject]);
}
