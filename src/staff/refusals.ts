/**
 * A door of the console that was shut to somebody who is signed in: an entry in a chain of that person's own. Bounded, so that nobody
 * can fill the log by knocking: each door and reason once an hour, and so many in all.
 */
import type pg from 'pg';
import { appendEntry, lockChain } from '../audit/append.ts';
import { inTransaction, type Sql } from '../db.ts';
import { type Clock, plusSeconds } from '../lib/clock.ts';
import { actorOf, type Doer } from './log.ts';

export const mostRefusalsAnHour = 20;

export interface DoorRefused {
  associationId: string;
  by: Doer;
  /** `console <operation>`. */
  cause: string;
  /** Why: `not_permitted`, `prove_again` … */
  code: string;
}

export async function noteRefusal(
  ctx: { db: pg.Pool; clock: Pick<Clock, 'now'> },
  refused: DoorRefused,
): Promise<void> {
  const at = ctx.clock.now();
  if ((await noted(ctx.db, refused, at)).isEnough) return; // the usual end of a flood: one look, no lock
  await inTransaction(ctx.db, async (tx) => {
    const { associationId, by, cause, code } = refused;
    const chainId = chainOf(by);
    await lockChain(tx, chainId);
    const { count, isEnough } = await noted(tx, refused, at);
    const data = { code, isLastOfHour: count + 1 === mostRefusalsAnHour };
    if (!isEnough)
      await appendEntry(tx, { chainId, associationId, at, actor: actorOf(by), cause, kind: 'door_refused', data });
  });
}

const chainOf = (by: Doer): string => `refusals:${by}`;

async function noted(
  sql: Sql,
  { by, cause, code }: DoorRefused,
  at: Date,
): Promise<{ count: number; isEnough: boolean }> {
  const { rows } = await sql.query<{ count: number; isKnown: boolean }>(
    `select count(*)::int as count, coalesce(bool_or(cause = $3 and data ->> 'code' = $4), false) as "isKnown"
    from audit_entry
    where chain_id = $1 and at > $2`,
    [chainOf(by), plusSeconds(at, -3600), cause, code],
  );
  const { count, isKnown } = rows[0] ?? { count: 0, isKnown: false };
  return { count, isEnough: isKnown || count >= mostRefusalsAnHour };
}
