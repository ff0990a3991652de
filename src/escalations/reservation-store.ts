import type { Sql } from '../db.ts';
import type { Reachable } from './decision.ts';
import type { Leg } from './urgent-call.ts';

export interface NewLeg {
  id: string;
  role: Leg['role'];
  subject_id: string;
  phone_id: string;
  request_id: string | null;
  is_reserving: boolean;
}

/**
 * Reserves telephones and doctors for new legs. A phone that is live in any case, or a doctor reserved by another case,
 * is left out; the caller compares what came back.
 * @returns ids of the legs that were granted.
 */
export async function claimLegs(sql: Sql, caseId: string, legs: readonly NewLeg[], at: Date): Promise<string[]> {
  const claimed = await sql.query<{ id: string }>({
    name: 'claim-legs',
    text: `with wanted as (
      -- Each by its key: joined, the lines of all past callers are read whole, for a hundred legs are expected where one comes.
      select n.*, coalesce(
        (select e164 from phone where id = n.phone_id),
        (select e164 from caller_line where id = n.phone_id),
        (select hub_phone from association where id = n.phone_id)
      ) as e164
      from jsonb_to_recordset($2::jsonb) as n(
        id text, role text, subject_id text, phone_id text, request_id text, is_reserving boolean)
    ), leases as (
      insert into doctor_lease as held (doctor_id, case_id, leased_at)
      select distinct subject_id, $1, $3::timestamptz from wanted where is_reserving order by 1
      on conflict (doctor_id) do update set leased_at = held.leased_at where held.case_id = $1
      returning doctor_id
    )
    insert into leg (id, case_id, role, subject_id, phone_id, e164, request_id, status, is_live, requested_at)
    select id, $1, role, subject_id, phone_id, e164, request_id, 'dialing', true, $3
    from wanted
    where e164 is not null and (not is_reserving or subject_id in (select doctor_id from leases))
    order by e164
    on conflict do nothing
    returning id`,
    values: [caseId, JSON.stringify(legs), at],
  });
  return claimed.rows.map((row) => row.id);
}

/** Doctors that this case no longer rings or holds may be rung by others at once. */
export async function releaseDoctors(sql: Sql, caseId: string, keep: readonly string[]): Promise<void> {
  await sql.query({
    name: 'release-doctors',
    text: 'delete from doctor_lease where case_id = $1 and not (doctor_id = any($2))',
    values: [caseId, keep],
  });
}

interface PhoneRow {
  subject_id: string;
  is_free: boolean;
  phone_id: string;
  phone_is_free: boolean;
}

/**
 * The phones of these people in their owners' order, and what is reserved by other cases. Order of `subjects` is kept. The telephone
 * that the caller rang from is none of them: a doctor who rings for help from his own would be offered his own case on it.
 */
export async function reachable(
  sql: Sql,
  { caseId, callerLineId }: { caseId: string; callerLineId: string },
  column: 'doctor_id' | 'hospital_id' | 'standby_id',
  subjects: readonly string[],
): Promise<Reachable[]> {
  if (subjects.length === 0) return [];
  const found = await sql.query<PhoneRow>({
    name: `reachable-${column}`,
    text: `select
      phone.${column} as subject_id,
      not exists (
        select 1 from doctor_lease where doctor_lease.doctor_id = phone.doctor_id and doctor_lease.case_id <> $2
      ) as is_free,
      phone.id as phone_id,
      not exists (select 1 from leg where leg.e164 = phone.e164 and is_live) as phone_is_free
    from phone
    where phone.${column} = any($1) and phone.is_active
      and phone.e164 is distinct from (select caller_line.e164 from caller_line where caller_line.id = $3)
    order by phone.position`,
    values: [subjects, caseId, callerLineId],
  });
  return subjects.flatMap((subjectId) => {
    const rows = found.rows.filter((row) => row.subject_id === subjectId);
    if (rows.length === 0) return [];
    const phones = rows.map((row) => ({ phoneId: row.phone_id, isFree: row.phone_is_free }));
    return [{ subjectId, isFree: rows.every((row) => row.is_free), phones }];
  });
}
