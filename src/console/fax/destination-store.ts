/** What the fax desk reads of the numbers that pages may go to, those that are frozen, and incidents. */
import type { Sql } from '../../db.ts';
import type { DestinationOwner, DestinationStatus, ReleaseForm } from '../../fax/destination.ts';

export type DestinationFilter = 'all' | 'unconfirmed' | 'due' | 'frozen';

export interface DestinationRow {
  id: string;
  kind: DestinationOwner['kind'];
  owner_id: string;
  code: string;
  name: string;
  position: number;
  e164: string;
  form: ReleaseForm;
  status: DestinationStatus;
  code_expires_at: Date | null;
  code_failures: number;
  confirmed_at: Date | null;
  confirm_due_at: Date | null;
  is_test_asked: boolean;
}

const filters: Readonly<Record<DestinationFilter, string>> = {
  all: '',
  unconfirmed: `and d.status in ('registered', 'testing')`,
  due: `and d.status = 'confirmed' and d.confirm_due_at <= $6`,
  frozen: `and d.status = 'frozen'`,
};

/** By the owner's code; `after` is the last row shown. `words` is sought in name and code. */
export async function destinations(
  sql: Sql,
  asked: {
    associationId: string;
    filter: DestinationFilter;
    words: string;
    after: { code: string; id: string } | null;
    dueBefore: Date;
    limit: number;
  },
): Promise<DestinationRow[]> {
  const { associationId, filter, words, after, dueBefore, limit } = asked;
  const values = [associationId, words, after?.code ?? '', after?.id ?? '', limit];
  const found = await sql.query<DestinationRow>(
    `select *
    from (
      select d.id, d.position, d.e164, d.form, d.status, d.code_expires_at, d.code_failures, d.confirmed_at, d.confirm_due_at,
        case when d.doctor_id is not null then 'doctor' when d.hospital_id is not null then 'hospital' else 'facility' end
          as kind,
        coalesce(d.doctor_id, d.hospital_id, d.facility_id) as owner_id,
        coalesce(doctor.code, hospital.code, facility.code) as code,
        coalesce(doctor.name, hospital.name, facility.name) as name,
        exists (
          select from fax_errand
          where subject_id = d.id and kind = 'test_destination' and due_at is not null
        ) as is_test_asked
      from fax_destination d
      left join doctor on doctor.id = d.doctor_id
      left join hospital on hospital.id = d.hospital_id
      left join facility on facility.id = d.facility_id
      where d.association_id = $1 and d.status <> 'retired' ${filters[filter]}
    ) as listed
    where (code, id) > ($3, $4)
      and ($2 = '' or strpos(name, $2) > 0 or strpos(code, $2) = 1)
    order by code, id
    limit $5`,
    filter === 'due' ? [...values, dueBefore] : values,
  );
  return found.rows;
}

export interface FrozenRow {
  e164: string;
  frozen_at: Date;
  /** Ours was the complaint, so the lifting is ours too; null: from before that was written down. */
  association_id: string | null;
  owners: string[];
}

/** Numbers that are frozen and concern this association: its own complaint, or a number on its list. */
export async function frozenNumbers(sql: Sql, associationId: string): Promise<FrozenRow[]> {
  const found = await sql.query<FrozenRow>(
    `select frozen.e164, frozen.frozen_at, frozen.association_id,
      array(
        select coalesce(doctor.name, hospital.name, facility.name)
        from fax_destination d
        left join doctor on doctor.id = d.doctor_id
        left join hospital on hospital.id = d.hospital_id
        left join facility on facility.id = d.facility_id
        where d.e164 = frozen.e164 and d.association_id = $1 and d.status = 'frozen'
        order by 1
      ) as owners
    from frozen_fax_number as frozen
    where frozen.association_id = $1
      or exists (
        select from fax_destination d
        where d.e164 = frozen.e164 and d.association_id = $1 and d.status = 'frozen'
      )
    order by frozen.frozen_at desc, frozen.e164
    limit 200`,
    [associationId],
  );
  return found.rows;
}

export interface IncidentRow {
  id: string;
  reason: string;
  opened_at: Date;
  preliminary_due_at: Date;
  final_due_at: Date;
  preliminary_at: Date | null;
  closed_at: Date | null;
}

/** The newest first. */
export async function incidents(sql: Sql, associationId: string): Promise<IncidentRow[]> {
  const found = await sql.query<IncidentRow>(
    `select id, reason, opened_at, preliminary_due_at, final_due_at, preliminary_at, closed_at
    from incident
    where association_id = $1
    order by opened_at desc, id desc
    limit 100`,
    [associationId],
  );
  return found.rows;
}

/** The places of some owners that are taken. */
export async function placesOf(
  sql: Sql,
  ownerIds: readonly string[],
): Promise<{ owner_id: string; position: number; e164: string }[]> {
  const found = await sql.query<{ owner_id: string; position: number; e164: string }>(
    `select coalesce(doctor_id, hospital_id, facility_id) as owner_id, position, e164
    from fax_destination
    where status <> 'retired'
      and (doctor_id = any($1) or hospital_id = any($1) or facility_id = any($1))
    order by position`,
    [ownerIds],
  );
  return found.rows;
}
