import type pg from 'pg';
import { inTransaction, type Sql } from '../db.ts';

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

/**
 * Answers a webhook that changes something: `change` and the reply to it are one transaction, and a repeat that comes at the same
 * instant waits for it, so that it hears the first answer and changes nothing. `change` gives null: no reply is kept, another action
 * answers (under a receipt of its own), and a repeat may try again.
 */
export async function answerWithChange(
  db: pg.Pool,
  key: string,
  at: Date,
  change: (tx: Sql) => Promise<string | null>,
): Promise<string | null> {
  return inTransaction(db, async (tx) => {
    await tx.query('select pg_advisory_xact_lock(hashtextextended($1, 9))', [key]);
    const stored = await storedReply(tx, key);
    if (stored !== null) return stored;
    const reply = await change(tx);
    if (reply !== null)
      await tx.query('insert into receipt (key, reply, received_at) values ($1, $2, $3)', [key, reply, at]);
    return reply;
  });
}

export async function storedReply(db: Sql, key: string): Promise<string | null> {
  const found = await db.query<{ reply: string }>('select reply from receipt where key = $1', [key]);
  return found.rows[0]?.reply ?? null;
}

/** Receipts outlive every retry of a carrier by far; older ones only take room. @returns how many went. */
export async function forgetReceipts(db: pg.Pool, before: Date): Promise<number> {
  return (await db.query('delete from receipt where received_at < $1', [before])).rowCount ?? 0;
}
