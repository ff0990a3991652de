import type { Sql } from '../db.ts';

export interface FeedRow {
  id: string;
  association_id: string;
  doctor_id: string | null;
  area_id: string | null;
  made_at: Date;
}

export async function insertFeed(
  tx: Sql,
  feed: Omit<FeedRow, 'made_at'> & { tokenHash: Buffer; by: string; at: Date },
): Promise<void> {
  await tx.query(
    `insert into roster_feed (id, association_id, doctor_id, area_id, token_hash, made_by, made_at)
    values ($1, $2, $3, $4, $5, $6, $7)`,
    [feed.id, feed.association_id, feed.doctor_id, feed.area_id, feed.tokenHash, feed.by, feed.at],
  );
}

export async function feedByHash(sql: Sql, tokenHash: Buffer): Promise<FeedRow | null> {
  const found = await sql.query<FeedRow>(
    `select id, association_id, doctor_id, area_id, made_at
    from roster_feed
    where token_hash = $1 and revoked_at is null`,
    [tokenHash],
  );
  return found.rows[0] ?? null;
}

export async function feedsOf(sql: Sql, associationId: string): Promise<FeedRow[]> {
  const found = await sql.query<FeedRow>(
    `select id, association_id, doctor_id, area_id, made_at
    from roster_feed
    where association_id = $1 and revoked_at is null
    order by made_at desc, id`,
    [associationId],
  );
  return found.rows;
}

/** @returns false when there is none that is in use. */
export async function endFeed(tx: Sql, associationId: string, id: string, at: Date): Promise<boolean> {
  const ended = await tx.query(
    'update roster_feed set revoked_at = $3 where id = $1 and association_id = $2 and revoked_at is null',
    [id, associationId, at],
  );
  return ended.rowCount === 1;
}

/** Whose calendar it may be: an area, or a doctor in use, of the association. */
export async function isOwnSubject(
  sql: Sql,
  associationId: string,
  subject: { doctorId: string | null; areaId: string | null },
): Promise<boolean> {
  const found = await sql.query(
    `select 1 from doctor where id = $2 and association_id = $1 and is_active
    union all
    select 1 from area where id = $3 and association_id = $1`,
    [associationId, subject.doctorId, subject.areaId],
  );
  return found.rowCount === 1;
}

export async function namesOf(sql: Sql, associationId: string): Promise<Map<string, string>> {
  const found = await sql.query<{ id: string; name: string }>(
    `select id, name from doctor where association_id = $1
    union all
    select id, name from area where association_id = $1`,
    [associationId],
  );
  return new Map(found.rows.map(({ id, name }) => [id, name]));
}
