/** SQL of what an association has decided about releases (release_policy); without a row the careful answer holds. */
import type { Sql } from '../db.ts';

export interface ReleasePolicy {
  /** What a copy of the card alone brings. */
  cardCopy: 'off' | 'pseudonymous';
  /** What a fax that is registered for sealed pages gets of a record that does not fit one. */
  sealedTooLong: 'spoken' | 'pseudonymous';
}

export async function releasePolicy(sql: Sql, associationId: string): Promise<ReleasePolicy> {
  const found = await sql.query<ReleasePolicy>(
    `select card_copy as "cardCopy", sealed_too_long as "sealedTooLong"
    from release_policy
    where association_id = $1`,
    [associationId],
  );
  return found.rows[0] ?? { cardCopy: 'off', sealedTooLong: 'spoken' };
}

/** Whoever decides for an association holds its row, which its own chain of the log hangs on. */
export async function lockAssociation(tx: Sql, associationId: string): Promise<void> {
  await tx.query('select from association where id = $1 for no key update', [associationId]);
}

/** @returns whether nothing had been decided before. */
export async function insertCardCopyPolicy(
  tx: Sql,
  associationId: string,
  policy: 'off' | 'pseudonymous',
): Promise<boolean> {
  const { rowCount } = await tx.query(
    `insert into release_policy (association_id, card_copy)
    values ($1, $2)
    on conflict (association_id) do nothing`,
    [associationId, policy],
  );
  return rowCount === 1;
}

export async function setCardCopyPolicy(
  sql: Sql,
  associationId: string,
  policy: 'off' | 'pseudonymous',
): Promise<void> {
  await sql.query(
    `insert into release_policy (association_id, card_copy) values ($1, $2)
    on conflict (association_id) do update set card_copy = excluded.card_copy`,
    [associationId, policy],
  );
}

export async function setSealedTooLongPolicy(
  sql: Sql,
  associationId: string,
  policy: ReleasePolicy['sealedTooLong'],
): Promise<void> {
  await sql.query(
    `insert into release_policy (association_id, card_copy, sealed_too_long) values ($1, 'off', $2)
    on conflict (association_id) do update set sealed_too_long = excluded.sealed_too_long`,
    [associationId, policy],
  );
}
