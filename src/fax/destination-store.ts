/** SQL of the numbers that pages may go to. */
import type { Sql } from '../db.ts';
import type { DestinationOwner, DestinationStatus, FaxDestination, ReleaseForm } from './destination.ts';

interface DestinationRow {
  id: string;
  association_id: string;
  doctor_id: string | null;
  hospital_id: string | null;
  facility_id: string | null;
  position: number;
  e164: string;
  form: ReleaseForm;
  status: DestinationStatus;
  confirmed_at: Date | null;
  confirm_due_at: Date | null;
}

const columns = `id, association_id, doctor_id, hospital_id, facility_id, position, e164, form, status, confirmed_at,
  confirm_due_at`;

export const ownerColumn = { doctor: 'doctor_id', hospital: 'hospital_id', facility: 'facility_id' } as const;

function destinationFrom(row: DestinationRow): FaxDestination {
  const { doctor_id, hospital_id, facility_id } = row;
  const kind = doctor_id ? 'doctor' : hospital_id ? 'hospital' : 'facility';
  const owner: DestinationOwner = { kind, id: doctor_id ?? hospital_id ?? facility_id ?? '' };
  return {
    ...{ id: row.id, associationId: row.association_id, owner, position: row.position, e164: row.e164, form: row.form },
    ...{ status: row.status, confirmedAt: row.confirmed_at, confirmDueAt: row.confirm_due_at },
  };
}

export interface NewDestination {
  id: string;
  associationId: string;
  owner: DestinationOwner;
  position: number;
  e164: string;
  form: ReleaseForm;
  status: 'registered' | 'frozen';
  at: Date;
}

export async function insertDestination(tx: Sql, destination: NewDestination): Promise<void> {
  const { id, associationId, owner, position, e164, form, status, at } = destination;
  await tx.query(
    `insert into fax_destination (id, association_id, ${ownerColumn[owner.kind]}, position, e164, form, status, registered_at)
    values ($1, $2, $3, $4, $5, $6, $7, $8)`,
    [id, associationId, owner.id, position, e164, form, status, at],
  );
}

/** Makes room at a place; the old number stays for the pages that went there. @returns the id retired, if any. */
export async function retireAt(tx: Sql, owner: DestinationOwner, position: number): Promise<string | null> {
  const { rows } = await tx.query<{ id: string }>(
    `update fax_destination
    set status = 'retired',
      code_hash = null,
      code_expires_at = null
    where ${ownerColumn[owner.kind]} = $1 and position = $2 and status <> 'retired'
    returning id`,
    [owner.id, position],
  );
  return rows[0]?.id ?? null;
}

export async function destinationById(sql: Sql, id: string): Promise<FaxDestination | null> {
  const { rows } = await sql.query<DestinationRow>(`select ${columns} from fax_destination where id = $1`, [id]);
  return rows[0] ? destinationFrom(rows[0]) : null;
}

/** Holds the row against changes until the end of the transaction. */
export async function lockDestination(
  tx: Sql,
  id: string,
  strength: 'share' | 'update',
): Promise<FaxDestination | null> {
  const { rows } = await tx.query<DestinationRow>(
    `select ${columns} from fax_destination where id = $1 for ${strength}`,
    [id],
  );
  return rows[0] ? destinationFrom(rows[0]) : null;
}

/** Those on the list (not retired), in the order of their keys. */
export async function destinationsOf(sql: Sql, owner: DestinationOwner): Promise<FaxDestination[]> {
  const { rows } = await sql.query<DestinationRow>(
    `select ${columns}
    from fax_destination
    where ${ownerColumn[owner.kind]} = $1 and status <> 'retired'
    order by position`,
    [owner.id],
  );
  return rows.map(destinationFrom);
}

/** Destinations that a page with this number as its sender may belong to. */
export async function confirmedByNumber(
  sql: Sql,
  associationId: string,
  e164: string,
  at: Date,
): Promise<FaxDestination[]> {
  const { rows } = await sql.query<DestinationRow>(
    `select ${columns}
    from fax_destination
    where association_id = $1 and e164 = $2 and status = 'confirmed' and confirm_due_at > $3
    order by id`,
    [associationId, e164, at],
  );
  return rows.map(destinationFrom);
}

/** Two transactions about one number come one after the other. */
export async function lockNumber(tx: Sql, e164: string): Promise<void> {
  await tx.query('select pg_advisory_xact_lock(hashtextextended($1, 8))', [e164]);
}

export async function isFrozenNumber(sql: Sql, e164: string): Promise<boolean> {
  return (await sql.query('select from frozen_fax_number where e164 = $1', [e164])).rowCount === 1;
}

/** @returns whether it is new: a second complaint freezes nothing more. */
export async function insertFrozenNumber(tx: Sql, e164: string, associationId: string, at: Date): Promise<boolean> {
  const { rowCount } = await tx.query(
    `insert into frozen_fax_number (e164, association_id, frozen_at)
    values ($1, $2, $3)
    on conflict (e164) do nothing`,
    [e164, associationId, at],
  );
  return rowCount === 1;
}

export async function deleteFrozenNumber(tx: Sql, e164: string): Promise<boolean> {
  return (await tx.query('delete from frozen_fax_number where e164 = $1', [e164])).rowCount === 1;
}

/** Moves every destination of a number from one of some states to another. @returns ids and associations. */
export async function moveDestinations(
  tx: Sql,
  e164: string,
  from: readonly DestinationStatus[],
  to: 'frozen' | 'registered',
): Promise<{ id: string; association_id: string }[]> {
  const { rows } = await tx.query<{ id: string; association_id: string }>(
    `update fax_destination
    set status = $3,
      code_hash = null,
      code_expires_at = null
    where e164 = $1 and status = any($2)
    returning id, association_id`,
    [e164, from, to],
  );
  return rows;
}

/** A number that is not assigned any more must prove itself again. */
export async function doubtDestination(tx: Sql, id: string): Promise<boolean> {
  const { rowCount } = await tx.query(
    `update fax_destination
    set status = 'registered'
    where id = $1 and status = 'confirmed'`,
    [id],
  );
  return rowCount === 1;
}

/** Confirmed destinations whose year is over by then, the oldest first: the hub sends them a new test page. */
export async function confirmationsDue(sql: Sql, by: Date, limit: number): Promise<FaxDestination[]> {
  const { rows } = await sql.query<DestinationRow>(
    `select ${columns}
    from fax_destination
    where status = 'confirmed' and confirm_due_at <= $1
    order by confirm_due_at
    limit $2`,
    [by, limit],
  );
  return rows.map(destinationFrom);
}

export interface NewIncident {
  id: string;
  associationId: string;
  reason: string;
  openedAt: Date;
  preliminaryDueAt: Date;
  finalDueAt: Date;
}

export async function insertIncident(tx: Sql, incident: NewIncident): Promise<void> {
  const { id, associationId, reason, openedAt, preliminaryDueAt, finalDueAt } = incident;
  await tx.query(
    `insert into incident (id, association_id, kind, reason, opened_at, preliminary_due_at, final_due_at)
    values ($1, $2, 'misdirected_fax', $3, $4, $5, $6)`,
    [id, associationId, reason, openedAt, preliminaryDueAt, finalDueAt],
  );
}

/** Incidents not closed whose next report falls due by then. */
export async function incidentsDue(
  sql: Sql,
  by: Date,
): Promise<{ id: string; association_id: string; due_at: Date }[]> {
  const { rows } = await sql.query<{ id: string; association_id: string; due_at: Date }>(
    `select id, association_id, case when preliminary_at is null then preliminary_due_at else final_due_at end as due_at
    from incident
    where closed_at is null and case when preliminary_at is null then preliminary_due_at else final_due_at end <= $1
    order by 3`,
    [by],
  );
  return rows;
}

export async function insertOwnNumber(tx: Sql, e164: string, associationId: string): Promise<void> {
  await tx.query(
    `insert into inbound_fax_number (e164, association_id)
    values ($1, $2)
    on conflict (e164) do update
    set association_id = excluded.association_id`,
    [e164, associationId],
  );
}

export async function ownNumbers(sql: Sql): Promise<{ e164: string; association_id: string; name: string }[]> {
  const { rows } = await sql.query<{ e164: string; association_id: string; name: string }>(
    `select e164, association_id, association.name
    from inbound_fax_number
    join association on association.id = association_id
    order by e164`,
  );
  return rows;
}

/** Every number that pages may go to, with the names of its owners. */
export async function destinationMachines(sql: Sql): Promise<{ e164: string; name: string }[]> {
  const { rows } = await sql.query<{ e164: string; name: string }>(
    `select d.e164, string_agg(distinct coalesce(facility.name, hospital.name, doctor.name), '・') as name
    from fax_destination d
    left join facility on facility.id = d.facility_id
    left join hospital on hospital.id = d.hospital_id
    left join doctor on doctor.id = d.doctor_id
    where d.status <> 'retired'
    group by d.e164
    order by d.e164`,
  );
  return rows;
}

/** Whether the owner ever had a number at a place, retired ones too. */
export async function hasHadDestination(sql: Sql, owner: DestinationOwner, position: number): Promise<boolean> {
  const { rowCount } = await sql.query(
    `select from fax_destination where ${ownerColumn[owner.kind]} = $1 and position = $2 limit 1`,
    [owner.id, position],
  );
  return rowCount === 1;
}

/** Every destination on an association's list, with its owner's code and name. */
export async function destinationsIn(
  sql: Sql,
  associationId: string,
): Promise<(FaxDestination & { code: string; name: string })[]> {
  const { rows } = await sql.query<DestinationRow & { code: string; name: string }>(
    `select ${columns
      .split(',')
      .map((column) => `d.${column.trim()}`)
      .join(', ')},
      coalesce(doctor.code, hospital.code, facility.code) as code,
      coalesce(doctor.name, hospital.name, facility.name) as name
    from fax_destination d
    left join doctor on doctor.id = d.doctor_id
    left join hospital on hospital.id = d.hospital_id
    left join facility on facility.id = d.facility_id
    where d.association_id = $1 and d.status <> 'retired'
    order by 12, d.position`,
    [associationId],
  );
  return rows.map((row) => ({ ...destinationFrom(row), code: row.code, name: row.name }));
}

/** The dates of incidents, in the order of their ids. */
export async function incidentDatesOf(
  sql: Sql,
  ids: readonly string[],
): Promise<{ id: string; preliminary_due_at: Date; final_due_at: Date }[]> {
  const { rows } = await sql.query<{ id: string; preliminary_due_at: Date; final_due_at: Date }>(
    `select id, preliminary_due_at, final_due_at
    from incident
    where id = any($1)
    order by id`,
    [ids],
  );
  return rows;
}
