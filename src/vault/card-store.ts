/** Cards: drawn, tried, handed out, revoked. */
import type { Sql } from '../db.ts';

/** @returns false when this very number is taken already. */
export async function insertDrawnCard(
  sql: Sql,
  card: {
    id: string;
    lookupIndex: Buffer;
    pepperId: string;
    hubCopy: Buffer;
    hubKeyId: string;
    numberInTransit: Buffer;
    at: Date;
  },
): Promise<boolean> {
  const { id, lookupIndex, pepperId, hubCopy, hubKeyId, numberInTransit, at } = card;
  const saved = await sql.query(
    `insert into card (id, status, lookup_index, pepper_id, hub_copy, hub_key_id, number_in_transit, issued_at)
    values ($1, 'pending', $2, $3, $4, $5, $6, $7)
    on conflict (lookup_index) do nothing`,
    [id, lookupIndex, pepperId, hubCopy, hubKeyId, numberInTransit, at],
  );
  return saved.rowCount === 1;
}

export async function stockCount(sql: Sql): Promise<{ pending: number; ready: number }> {
  const found = await sql.query<{ pending: number; ready: number }>(
    `select
      count(*) filter (where status = 'pending') as pending,
      count(*) filter (where status = 'ready') as ready
    from card
    where status in ('pending', 'ready')`,
  );
  return found.rows[0] ?? { pending: 0, ready: 0 };
}

export async function pendingCards(sql: Sql): Promise<string[]> {
  const found = await sql.query<{ id: string }>(
    `select id
    from card
    where status = 'pending'
    order by issued_at, id`,
  );
  return found.rows.map(({ id }) => id);
}

export async function numberInTransit(sql: Sql, cardId: string): Promise<Buffer | null> {
  const found = await sql.query<{ number: Buffer | null }>(
    `select number_in_transit as number
    from card
    where id = $1 and status = 'pending'`,
    [cardId],
  );
  return found.rows[0]?.number ?? null;
}

/** Whether any card, of whatever status, has one of these indexes. */
export async function isAnyIndexTaken(sql: Sql, indexes: readonly Buffer[]): Promise<boolean> {
  const found = await sql.query(
    `select
    from card
    where lookup_index = any($1) or next_lookup_index = any($1)
    limit 1`,
    [indexes],
  );
  return found.rows.length > 0;
}

export async function markReady(sql: Sql, cardId: string): Promise<void> {
  await sql.query(
    `update card
    set status = 'ready', number_in_transit = null
    where id = $1 and status = 'pending'`,
    [cardId],
  );
}

/** A number that nobody was ever given. */
export async function discardDrawnCard(sql: Sql, cardId: string): Promise<void> {
  await sql.query(
    `delete from card
    where id = $1 and status = 'pending'`,
    [cardId],
  );
}

/** Takes a card off the stock; two desks that enrol at once take different ones. */
export async function takeReadyCard(sql: Sql): Promise<Omit<PatientCard, 'lookupIndex'> | null> {
  const found = await sql.query<Omit<PatientCard, 'lookupIndex'>>(
    `select
      id,
      pepper_id as "pepperId",
      next_pepper_id as "nextPepperId",
      hub_copy as "hubCopy"
    from card
    where status = 'ready'
    order by issued_at, id
    limit 1
    for update skip locked`,
  );
  return found.rows[0] ?? null;
}

export async function handOutCard(sql: Sql, cardId: string, patientId: string, at: Date): Promise<void> {
  await sql.query(
    `update card
    set status = 'active', patient_id = $2, issued_at = $3
    where id = $1`,
    [cardId, patientId, at],
  );
}

export interface PatientCard {
  id: string;
  lookupIndex: Buffer;
  pepperId: string | null;
  nextPepperId: string | null;
  hubCopy: Buffer | null;
}

/** null: the patient has no card in use. */
export async function activeCardOf(sql: Sql, patientId: string): Promise<PatientCard | null> {
  const found = await sql.query<PatientCard>(
    `select
      id,
      lookup_index as "lookupIndex",
      pepper_id as "pepperId",
      next_pepper_id as "nextPepperId",
      hub_copy as "hubCopy"
    from card
    where patient_id = $1 and status = 'active'`,
    [patientId],
  );
  return found.rows[0] ?? null;
}

/** Its wraps go with it (trigger card_forgets_wraps). */
export async function revokeCard(sql: Sql, cardId: string): Promise<void> {
  await sql.query(
    `update card
    set status = 'revoked'
    where id = $1`,
    [cardId],
  );
}

export async function adoptCard(
  sql: Sql,
  adopted: { id: string; pepperId: string; hubCopy: Buffer; hubKeyId: string },
): Promise<void> {
  const { id, pepperId, hubCopy, hubKeyId } = adopted;
  await sql.query(
    `update card
    set pepper_id = $2, hub_copy = $3, hub_key_id = $4
    where id = $1`,
    [id, pepperId, hubCopy, hubKeyId],
  );
}

/** By what the hub finds the card by its number. */
export async function saveSearchToken(sql: Sql, cardId: string, token: Buffer): Promise<void> {
  await sql.query(
    `update card
    set search_token = $2
    where id = $1`,
    [cardId, token],
  );
}
