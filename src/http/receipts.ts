import type pg from 'pg';

/**
 * Answers a webhook that changes nothing but the conversation itself: the reply is kept under the webhook's key, so that
 * a repeated delivery hears exactly what the first one heard. One statement.
 */
export async function answerOnce(db: pg.Pool, key: string, at: Date, reply: string): Promise<string> {
  const kept = await db.query({
    name: 'keep-receipt',
    text: 'insert into receipt (key, reply, received_at) values ($1, $2, $3) on conflict (key) do nothing',
    values: [key, reply, at],
  });
  if (kept.rowCount === 1) return reply;
  return (await storedReply(db, key)) ?? reply;
}

export async function storedReply(db: pg.Pool, key: string): Promise<string | null> {
  const found = await db.query<{ reply: string }>('select reply from receipt where key = $1', [key]);
  return found.rows[0]?.reply ?? null;
}

/** Receipts outlive every retry of a carrier by far; older ones only take room. @returns how many went. */
export async function forgetReceipts(db: pg.Pool, before: Date): Promise<number> {
  return (await db.query('delete from receipt where received_at < $1', [before])).rowCount ?? 0;
}
