/** What the fax desk reads of pages out and in. Lists go by key: the instant and the id of the last row shown. */
import type { Sql } from '../../db.ts';
import type { FaxPurpose, FaxStatus } from '../../fax/fax.ts';
import type { FaxFailure } from '../../fax/fax-line.ts';

export interface Key {
  at: Date;
  id: string;
}

export interface SentRow {
  id: string;
  purpose: FaxPurpose;
  status: FaxStatus;
  attempt: number;
  pages: number;
  pages_done: number;
  is_unwanted: boolean;
  failure: FaxFailure | null;
  queued_at: Date;
  due_at: Date | null;
  settled_at: Date | null;
  destination_id: string;
  destination_status: string;
  e164: string;
  owner: string;
}

const sentColumns = `fax.id, fax.purpose, fax.status, fax.attempt, fax.pages, fax.pages_done, fax.is_unwanted, fax.failure,
  fax.queued_at, fax.due_at, fax.settled_at, fax.destination_id, d.status as destination_status, d.e164,
  coalesce(doctor.name, hospital.name, facility.name) as owner`;
const sentTables = `join fax_destination d on d.id = fax.destination_id
    left join doctor on doctor.id = d.doctor_id
    left join hospital on hospital.id = d.hospital_id
    left join facility on facility.id = d.facility_id`;

export type SentFilter = 'all' | 'under_way' | 'failed';
const sentFilters = { all: '', under_way: 'and due_at is not null', failed: `and status = 'failed'` } as const;

/** The newest first; each filter has an index of its own. */
export const sentFaxesText = (filter: SentFilter): string => `select ${sentColumns}
    from (
      select id
      from fax
      where association_id = $1
        ${sentFilters[filter]}
        and (queued_at, id) < (coalesce($2::timestamptz, 'infinity'), coalesce($3, ''))
      order by queued_at desc, id desc
      limit $4
    ) as page
    join fax on fax.id = page.id
    ${sentTables}
    order by fax.queued_at desc, fax.id desc`;

export async function sentFaxes(
  sql: Sql,
  associationId: string,
  filter: SentFilter,
  after: Key | null,
  limit: number,
): Promise<SentRow[]> {
  const values = [associationId, after?.at ?? null, after?.id ?? null, limit];
  return (await sql.query<SentRow>({ text: sentFaxesText(filter), values })).rows;
}

export async function sentFax(sql: Sql, associationId: string, id: string): Promise<SentRow | null> {
  const found = await sql.query<SentRow>(
    `select ${sentColumns}
    from fax
    ${sentTables}
    where fax.id = $1 and fax.association_id = $2`,
    [id, associationId],
  );
  return found.rows[0] ?? null;
}

export interface LifeRow {
  at: Date;
  kind: string;
  actor: string;
  data: { attempt?: number; class?: string | null; code?: string | null };
}

/** What happened to one fax or one destination, in its order. */
export async function lifeOf(sql: Sql, id: string): Promise<LifeRow[]> {
  const found = await sql.query<LifeRow>(
    'select at, kind, actor, data from audit_entry where chain_id = $1 order by seq limit 200',
    [id],
  );
  return found.rows;
}

export interface ReceivedRow {
  id: string;
  received_at: Date;
  status: 'announced' | 'fetched' | 'handled' | 'failed';
  pages: number | null;
  is_partial: boolean;
  from_number: string | null;
  failure: string | null;
  items: { id: string; kind: string; status: string; isAlarmed: boolean }[];
}

export const receivedFaxesText = `select received_fax.id, received_at, status, pages, is_partial, from_number, failure,
      coalesce(
        (select json_agg(json_build_object('id', item.id, 'kind', kind, 'status', item.status, 'isAlarmed', is_alarmed)
            order by page_no)
          from inbox_item as item
          where item.received_fax_id = received_fax.id),
        '[]') as items
    from received_fax
    where association_id = $1
      and (received_at, received_fax.id) < (coalesce($2::timestamptz, 'infinity'), coalesce($3, ''))
    order by received_at desc, received_fax.id desc
    limit $4`;

/** The newest first, each with what became of its pages. */
export async function receivedFaxes(
  sql: Sql,
  associationId: string,
  after: Key | null,
  limit: number,
): Promise<ReceivedRow[]> {
  const values = [associationId, after?.at ?? null, after?.id ?? null, limit];
  return (await sql.query<ReceivedRow>({ text: receivedFaxesText, values })).rows;
}
