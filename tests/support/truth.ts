import type pg from 'pg';
import { entryHash, firstHash } from '../../src/audit/chain.ts';
import { rebuild } from '../../src/escalations/evolve.ts';
import type { Fact, UrgentCall } from '../../src/escalations/urgent-call.ts';

interface Entry {
  chain_id: string;
  seq: number;
  association_id: string;
  at: Date;
  actor: string;
  cause: string;
  kind: string;
  data: unknown;
  hash: Buffer;
}

/**
 * What must hold after every story: each case rebuilt from its log equals its row, each chain is unbroken, and no
 * telephone or card number stands in a log entry, an effect, or a receipt (rules 5 and 8).
 */
export async function whatIsUntrue(db: pg.Pool): Promise<string[]> {
  const found: string[] = [];
  const cases = await db.query<{ state: UrgentCall; audit_hash: Buffer }>('select state, audit_hash from urgent_call');
  for (const { state, audit_hash } of cases.rows) {
    const entries = await db.query<Entry>('select * from audit_entry where chain_id = $1 order by seq', [state.id]);
    let hash = firstHash(state.id);
    for (const e of entries.rows) {
      const { seq, at, actor, cause, kind, data, association_id: associationId } = e;
      hash = entryHash(hash, { chainId: state.id, seq, associationId, at, actor, cause, kind, data });
      if (!hash.equals(e.hash)) found.push(`${state.id}: entry ${seq} is not what was hashed`);
    }
    if (!hash.equals(audit_hash)) found.push(`${state.id}: the row does not know the end of its chain`);
    const facts = entries.rows.filter((e) => e.kind !== 'refused');
    const again = rebuild(facts.map((e) => ({ fact: e.data as Fact, at: e.at.getTime() })));
    if (canonical(again) !== canonical(state)) found.push(`${state.id}: rebuilt from its log it is another case`);
  }
  for (const table of ['audit_entry', 'effect', 'receipt', 'bed_request', 'leg_without_number', 'urgent_call']) {
    const source = table === 'leg_without_number' ? '(select id, phone_id, request_id from leg)' : table;
    const hits = await db.query<{ text: string }>(
      `select t::text as text from ${source} as t where t::text ~ '\\+81[0-9]{9,10}|[^0-9a-z][5-8][0-9]{11}[^0-9a-z]'`,
    );
    for (const { text } of hits.rows) found.push(`a number stands in ${table}: ${text.slice(0, 200)}`);
  }
  return found;
}

/** Keys in one order: jsonb has its own. */
function canonical(value: unknown): string {
  return JSON.stringify(value, (_key, part: unknown) =>
    part && typeof part === 'object' && !Array.isArray(part)
      ? Object.fromEntries(Object.entries(part).sort(([a], [b]) => (a < b ? -1 : 1)))
      : part,
  );
}
