import type { Sql } from '../db.ts';

export interface DocumentRow {
  association_id: string;
  digest: string | null;
  published_at: Date | null;
  /** Subject of the alarm while publishing fails. */
  failing_id: string | null;
  drill_due_at: Date;
}

/** Takes the look at one association's document for a while; null: another worker looked a moment ago. */
export async function takeLook(
  sql: Sql,
  associationId: string,
  at: Date,
  notSince: Date,
  drillDueAt: Date,
): Promise<DocumentRow | null> {
  const found = await sql.query<DocumentRow>(
    `insert into fallback_document as known (association_id, looked_at, drill_due_at)
    values ($1, $2, $4)
    on conflict (association_id) do update set looked_at = $2
    where known.looked_at <= $3
    returning association_id, digest, published_at, failing_id, drill_due_at`,
    [associationId, at, notSince, drillDueAt],
  );
  return found.rows[0] ?? null;
}

export async function savePublished(sql: Sql, associationId: string, digest: string, at: Date): Promise<void> {
  await sql.query(
    `update fallback_document
    set digest = $2, published_at = $3, failing_id = null
    where association_id = $1`,
    [associationId, digest, at],
  );
}

export async function saveFailing(sql: Sql, associationId: string, failingId: string): Promise<void> {
  await sql.query('update fallback_document set failing_id = $2 where association_id = $1', [associationId, failingId]);
}

/** @returns the date by which it was due; null: there is no document yet. */
export async function saveDrilled(sql: Sql, associationId: string, nextDueAt: Date): Promise<Date | null> {
  const found = await sql.query<{ due: Date }>(
    `update fallback_document
    set drill_due_at = $2
    from (select drill_due_at as due from fallback_document where association_id = $1 for update) before
    where association_id = $1 and published_at is not null
    returning before.due`,
    [associationId, nextDueAt],
  );
  return found.rows[0]?.due ?? null;
}

/** Active telephones of these people, by person in their order. */
export async function phonesOfSubjects(sql: Sql, subjects: readonly string[]): Promise<Map<string, string[]>> {
  const found = await sql.query<{ subject: string; phones: string[] }>(
    `select coalesce(doctor_id, standby_id) as subject, array_agg(e164 order by position) as phones
    from phone
    where is_active and coalesce(doctor_id, standby_id) = any($1)
    group by 1`,
    [subjects],
  );
  return new Map(found.rows.map(({ subject, phones }) => [subject, phones]));
}

export async function everyStandby(sql: Sql, associationId: string): Promise<string[]> {
  const found = await sql.query<{ id: string }>(
    'select id from standby_person where association_id = $1 and is_active order by position',
    [associationId],
  );
  return found.rows.map(({ id }) => id);
}
