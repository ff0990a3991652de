import type { Sql } from '../db.ts';

export async function publish(sql: Sql, key: { id: string; publicKey: Buffer; at: Date }): Promise<void> {
  await sql.query(
    `insert into night_key (id, public_key, published_at)
    values ($1, $2, $3)
    on conflict (id) do update set published_at = excluded.published_at`,
    [key.id, key.publicKey, key.at],
  );
}

export async function published(sql: Sql): Promise<Buffer | null> {
  const { rows } = await sql.query<{ publicKey: Buffer }>(
    `select public_key as "publicKey"
    from night_key
    order by published_at desc
    limit 1`,
  );
  return rows[0]?.publicKey ?? null;
}
