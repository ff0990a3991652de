/** SQL of the test of a number: its page is on the way, and its owner keys the code that stands on it. */
import type { Sql } from '../db.ts';
import type { DestinationOwner, PendingCode } from './destination.ts';
import { ownerColumn } from './destination-store.ts';

/** A number that is confirmed stays so while its yearly test is under way: no doctor goes without because of it. */
export async function beginTest(tx: Sql, id: string, hash: Buffer, expiresAt: Date): Promise<void> {
  await tx.query(
    `update fax_destination
    set status = case when status = 'confirmed' then status else 'testing' end,
      code_hash = $2,
      code_expires_at = $3,
      code_failures = 0
    where id = $1`,
    [id, hash, expiresAt],
  );
}

/** The tests under way of one owner, locked: two calls that guess come one after the other. */
export async function lockPendingCodes(tx: Sql, owner: DestinationOwner): Promise<PendingCode[]> {
  const { rows } = await tx.query<{ id: string; code_hash: Buffer; code_expires_at: Date; code_failures: number }>(
    `select id, code_hash, code_expires_at, code_failures
    from fax_destination
    where ${ownerColumn[owner.kind]} = $1 and status in ('testing', 'confirmed') and code_hash is not null
    order by id
    for update`,
    [owner.id],
  );
  return rows.map((row) => ({
    ...{ destinationId: row.id, hash: row.code_hash, expiresAt: row.code_expires_at, failures: row.code_failures },
  }));
}

export async function confirmDestination(tx: Sql, id: string, at: Date, dueAt: Date): Promise<void> {
  await tx.query(
    `update fax_destination
    set status = 'confirmed',
      code_hash = null,
      code_expires_at = null,
      confirmed_at = $2,
      confirm_due_at = $3
    where id = $1`,
    [id, at, dueAt],
  );
}

/** Counts a wrong code against every test of the owner; those that have had enough begin again. @returns the latter. */
export async function countWrongCode(tx: Sql, owner: DestinationOwner, most: number): Promise<string[]> {
  const { rows } = await tx.query<{ id: string; code_hash: Buffer | null }>(
    `update fax_destination
    set code_failures = code_failures + 1,
      status = case when code_failures + 1 >= $2 and status = 'testing' then 'registered' else status end,
      code_hash = case when code_failures + 1 >= $2 then null else code_hash end,
      code_expires_at = case when code_failures + 1 >= $2 then null else code_expires_at end
    where ${ownerColumn[owner.kind]} = $1 and status in ('testing', 'confirmed') and code_hash is not null
    returning id, code_hash`,
    [owner.id, most],
  );
  return rows.filter((row) => row.code_hash === null).map((row) => row.id);
}

/** Whether a code of this owner is outstanding. */
export async function isUnderTest(sql: Sql, owner: DestinationOwner, at: Date): Promise<boolean> {
  const { rowCount } = await sql.query(
    `select from fax_destination
    where ${ownerColumn[owner.kind]} = $1 and code_hash is not null and code_expires_at > $2
    limit 1`,
    [owner.id, at],
  );
  return rowCount === 1;
}

/** Facilities with this telephone of which a code is outstanding: they have no PIN, so the registered line stands for them. */
export async function facilitiesUnderTest(
  sql: Sql,
  associationId: string,
  phone: string,
  at: Date,
): Promise<{ id: string }[]> {
  const { rows } = await sql.query<{ id: string }>(
    `select distinct facility.id
    from facility
    join fax_destination on fax_destination.facility_id = facility.id
    where facility.association_id = $1
      and facility.phone = $2
      and facility.is_active
      and code_hash is not null
      and code_expires_at > $3
    order by facility.id`,
    [associationId, phone, at],
  );
  return rows;
}
