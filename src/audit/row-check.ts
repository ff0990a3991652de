/** Second part of the verification: the rows (an urgent call, …) against the ends of their chains. */
import type { Sql } from '../db.ts';
import { canonicalJson } from './chain.ts';
import type { ChainEnd, LogEntry } from './chain-check.ts';
import { damage, type Findings } from './findings.ts';
import { readInPieces } from './reading.ts';

/** A kind of thing whose state is kept in a row beside its log. */
export interface Life {
  /** The chains whose ids begin so are of this kind. */
  prefix: string;
  /** Its table, with the columns id, association_id, audit_seq, audit_hash, state; `id` names the chain. */
  table: string;
  /** The state after these facts (entries of kind `refused` are left out); null when there were none. */
  rebuild(log: { fact: unknown; at: number }[]): unknown;
  /** What other columns of the row must then hold; a Date for a timestamptz. */
  columns?(state: never): Record<string, unknown>;
}

type Row = Record<string, unknown> & { id: string; association_id: string; audit_seq: number; audit_hash: string };

/** Compares the rows of these chains, all of one kind, with where their chains end. */
export async function checkRows(sql: Sql, life: Life, ends: readonly ChainEnd[], findings: Findings): Promise<void> {
  const { rows } = await sql.query<{ row: Row }>(
    `select to_jsonb(life) as row from ${tableOf(life)} life where id = any($1)`,
    [ends.map((end) => end.chainId)],
  );
  const byId = new Map(rows.map(({ row }) => [row.id, row]));
  for (const end of ends) checkRow(life, end, byId.get(end.chainId), findings);
}

/** Rows that have no log at all. @returns how many rows there are. */
export async function checkRowsWithoutChain(
  sql: Sql,
  life: Life,
  associationId: string | null,
  findings: Findings,
): Promise<number> {
  const pieces = readInPieces<{ id: string; association_id: string; audit_seq: number }>(
    sql,
    'rows_without_chain',
    `select id, association_id, audit_seq
    from ${tableOf(life)} life
    where ($1::text is null or association_id = $1)
      and not exists (select from audit_entry e where e.chain_id = life.id)`,
    [associationId],
  );
  for await (const rows of pieces)
    for (const row of rows) {
      const range = { chainId: row.id, seq: 1, lastSeq: Math.max(1, row.audit_seq) };
      findings.add(damage('deleted', row.association_id, range));
    }
  const { rows } = await sql.query<{ count: number }>(
    `select count(*)::int as count from ${tableOf(life)} where $1::text is null or association_id = $1`,
    [associationId],
  );
  return rows[0]?.count ?? 0;
}

function checkRow(life: Life, end: ChainEnd, row: Row | undefined, findings: Findings): void {
  const { chainId, associationId, seq, lastAt: intactAt } = end;
  const rebuilt = rebuild(life, end.entries ?? []);
  if (!row) {
    // A chain that holds only refusals never had a row.
    if ('state' in rebuilt && rebuilt.state === null) return;
    findings.add(damage('row_missing', associationId, { chainId, intactAt }));
    return;
  }
  if (row.audit_seq > seq) {
    findings.add(damage('deleted', associationId, { chainId, seq: seq + 1, lastSeq: row.audit_seq }));
    return;
  }
  const differs = (detail: string): void =>
    findings.add(damage('row_differs', associationId, { chainId, seq, intactAt, detail }));
  if (row.audit_seq < seq) differs(`audit_seq ${row.audit_seq}, log ${seq}`);
  else if (end.endIsSound && row.audit_hash !== `\\x${end.hash.toString('hex')}`) differs('audit_hash');
  if (row.association_id !== associationId) differs('association_id');
  // What a damaged log gives is no measure of the row.
  if (!end.isSound || row.audit_seq < seq) return;
  const detail = 'problem' in rebuilt ? rebuilt.problem : differences(life, rebuilt.state, row).join(', ');
  if (detail) findings.add(damage('state_differs', associationId, { chainId, seq, intactAt, detail }));
}

function rebuild(life: Life, entries: readonly LogEntry[]): { state: unknown } | { problem: string } {
  const facts = entries.filter((entry) => entry.kind !== 'refused').map(({ data, at }) => ({ fact: data, at }));
  try {
    return { state: life.rebuild(facts) };
  } catch {
    return { problem: 'the facts cannot have happened in this order' };
  }
}

/** Names of the columns, and of the parts of the state, that are not as the log says. */
function differences(life: Life, state: unknown, row: Row): string[] {
  const columns = state === null ? {} : (life.columns?.(state as never) ?? {});
  const wrong = Object.keys(columns).filter((name) => !isSame(columns[name], row[name]));
  if (isSame(state, row.state)) return wrong;
  const [wanted, found] = [partsOf(state), partsOf(row.state)];
  const keys = [...new Set([...Object.keys(wanted), ...Object.keys(found)])];
  const parts = keys.filter((key) => !isSame(wanted[key], found[key])).map((key) => `state.${key}`);
  return [...wrong, ...(parts.length ? parts : ['state'])];
}

const partsOf = (value: unknown): Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Record<string, unknown>) : {};

function isSame(wanted: unknown, found: unknown): boolean {
  if (wanted instanceof Date) return typeof found === 'string' && Date.parse(found) === wanted.getTime();
  if (wanted === undefined || found === undefined) return wanted === found;
  try {
    return canonicalJson(wanted) === canonicalJson(found);
  } catch {
    return false; // a row may have been given what no state ever holds, such as a number without an end
  }
}

function tableOf({ table }: Life): string {
  if (!/^[a-z][a-z_]*$/.test(table)) throw new Error(`not the name of a table: ${table}`);
  return table;
}
