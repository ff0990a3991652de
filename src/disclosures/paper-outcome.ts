/** What became of a page that asked for a record, for whoever took the page in (src/inbox). */
import type { Sql } from '../db.ts';
import * as paper from './paper-store.ts';

export { issuerOf } from './store.ts';

/** Of a page that was acted on before; null: it never was. */
export async function outcomeOfPage(
  sql: Sql,
  receivedId: string,
): Promise<{ outcome: 'released' | 'refused' } | { outcome: 'inbox'; reason: string } | null> {
  const row = await paper.requestOfPage(sql, receivedId);
  if (!row) return null;
  if (row.reason !== null) return { outcome: 'inbox', reason: row.reason };
  return { outcome: row.status === 'released' ? 'released' : 'refused' };
}

/** A person of the hub has looked at it. */
export const requestLookedAt = (tx: Sql, receivedId: string, at: Date): Promise<void> =>
  paper.settleInbox(tx, receivedId, at);
