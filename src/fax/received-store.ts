/** SQL of the pages that come in. */
import type { Sql } from '../db.ts';

export interface ReceivedRow {
  id: string;
  association_id: string;
  provider: string;
  provider_fax_id: string;
  to_e164: string;
  from_number: string | null;
  claimed_station_id: string | null;
  pages: number | null;
  is_partial: boolean;
  status: 'announced' | 'fetched' | 'handled' | 'failed';
  media: Buffer;
  content: Buffer | null;
  attempts: number;
  received_at: Date;
  remote_deleted_at: Date | null;
}

const columns = `id, association_id, provider, provider_fax_id, to_e164, from_number, claimed_station_id, pages, is_partial,
  status, media, content, attempts, received_at, remote_deleted_at`;

export interface NewReceived {
  id: string;
  associationId: string;
  provider: string;
  providerFaxId: string;
  toE164: string;
  from: string | null;
  claimedStationId: string | null;
  pages: number | null;
  isPartial: boolean;
  media: Buffer;
  at: Date;
}

/** Claims an announced fax; false: it is known already, from whichever delivery came first. */
export async function insertReceived(tx: Sql, fax: NewReceived): Promise<boolean> {
  const { id, associationId, provider, providerFaxId, toE164, from, claimedStationId, pages, isPartial, media, at } =
    fax;
  const { rowCount } = await tx.query({
    name: 'insert-received-fax',
    text: `insert into received_fax (id, association_id, provider, provider_fax_id, to_e164, from_number, claimed_station_id,
      pages, is_partial, status, media, due_at, received_at)
    values ($1, $2, $3, $4, $5, $6, $7, $8, $9, 'announced', $10, $11, $11)
    on conflict (provider, provider_fax_id) do nothing`,
    values: [
      ...[id, associationId, provider, providerFaxId, toE164, from, claimedStationId, pages, isPartial, media],
      at,
    ],
  });
  return rowCount === 1;
}

/** The association of a number of ours; of the only one there is when the line does not tell which was dialled. */
export async function ownNumberFor(
  sql: Sql,
  e164: string | null,
): Promise<{ e164: string; association_id: string } | null> {
  const { rows } = await sql.query<{ e164: string; association_id: string }>(
    `select e164, association_id
    from inbound_fax_number
    where $1::text is null or e164 = $1
    order by e164
    limit 2`,
    [e164],
  );
  return rows.length === 1 ? (rows[0] ?? null) : null;
}

/** Takes a received fax that needs something done, for so long; null: nothing to do, or somebody else does it. */
export async function leaseReceived(sql: Sql, id: string, at: Date, until: Date): Promise<ReceivedRow | null> {
  const { rows } = await sql.query<ReceivedRow>(
    `update received_fax
    set due_at = $3,
      attempts = attempts + 1
    where id = $1 and due_at <= $2
    returning ${columns}`,
    [id, at, until],
  );
  return rows[0] ?? null;
}

export async function dueReceived(sql: Sql, at: Date, limit: number): Promise<string[]> {
  const { rows } = await sql.query<{ id: string }>({
    name: 'due-received-faxes',
    text: `select id
    from received_fax
    where due_at <= $1
    order by due_at
    limit $2`,
    values: [at, limit],
  });
  return rows.map((row) => row.id);
}

/** @returns whether it was this call that brought it in. */
export async function saveContent(tx: Sql, id: string, content: Buffer, at: Date): Promise<boolean> {
  const { rowCount } = await tx.query(
    `update received_fax
    set status = 'fetched',
      content = $2,
      fetched_at = $3,
      attempts = 0,
      due_at = $3
    where id = $1 and status = 'announced'`,
    [id, content, at],
  );
  return rowCount === 1;
}

/** `isSealed`: others keep it, and the content goes. @returns whether it was this call that handed it on. */
export async function markHandled(tx: Sql, id: string, isSealed: boolean): Promise<boolean> {
  const { rowCount } = await tx.query(
    `update received_fax
    set status = 'handled',
      content = case when $2 then null else content end
    where id = $1 and status = 'fetched'`,
    [id, isSealed],
  );
  return rowCount === 1;
}

export async function markFailed(tx: Sql, id: string, failure: string): Promise<boolean> {
  const { rowCount } = await tx.query(
    `update received_fax
    set status = 'failed',
      failure = $2,
      due_at = null
    where id = $1 and status = 'announced'`,
    [id, failure],
  );
  return rowCount === 1;
}

export async function saveMedia(sql: Sql, id: string, media: Buffer): Promise<void> {
  await sql.query('update received_fax set media = $2 where id = $1', [id, media]);
}

export async function markDeletedThere(sql: Sql, id: string, at: Date): Promise<void> {
  await sql.query('update received_fax set remote_deleted_at = $2 where id = $1', [id, at]);
}

/** When something is still to be done; null: never again. */
export async function postponeReceived(sql: Sql, id: string, dueAt: Date | null): Promise<void> {
  await sql.query(`update received_fax set due_at = $2 where id = $1 and status <> 'failed'`, [id, dueAt]);
}

export async function receivedById(sql: Sql, id: string): Promise<ReceivedRow | null> {
  const { rows } = await sql.query<ReceivedRow>(`select ${columns} from received_fax where id = $1`, [id]);
  return rows[0] ?? null;
}

/** Destroys what was handed on before then; the row stays. @returns how many. */
export async function forgetContents(sql: Sql, before: Date): Promise<number> {
  const { rowCount } = await sql.query(
    `update received_fax
    set content = null
    where status = 'handled' and content is not null and fetched_at < $1`,
    [before],
  );
  return rowCount ?? 0;
}
