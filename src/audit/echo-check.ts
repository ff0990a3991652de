/**
 * Second part of the verification, for rows that hold what entries of their chain say without a copy of the chain's end: a
 * disclosure, how a patient's record stands, which version his card opens. Whoever changes such a row by hand is found out.
 */
import type { Sql } from '../db.ts';
import { canonicalJson } from './chain.ts';
import type { ChainEnd, LogEntry } from './chain-check.ts';
import { damage, type Findings } from './findings.ts';
import { readInPieces } from './reading.ts';

export interface Echo {
  /** The chains whose ids begin so are of this kind. */
  prefix: string;
  table: string;
  /** The column that names the chain. */
  key: 'id' | 'patient_id';
  /** What the row must hold after these entries, a Date for a timestamptz; null: there is no row. */
  expect(entries: readonly LogEntry[]): Record<string, unknown> | null;
}

type Row = Record<string, unknown>;

/** Compares the rows of these chains with what their entries say. Chains that are damaged themselves are no measure. */
export async function checkEchoes(sql: Sql, echo: Echo, ends: readonly ChainEnd[], findings: Findings): Promise<void> {
  const { rows } = await sql.query<{ chain: string; row: Row }>(
    `select ${echo.key} as chain, to_jsonb(echo) as row from ${echo.table} echo where ${echo.key} = any($1)`,
    [ends.map((end) => end.chainId)],
  );
  const byChain = new Map(rows.map(({ chain, row }) => [chain, row]));
  for (const end of ends) if (end.isSound) checkEcho(echo, end, byChain.get(end.chainId), findings);
}

function checkEcho(echo: Echo, end: ChainEnd, row: Row | undefined, findings: Findings): void {
  const { chainId, associationId, seq, lastAt: intactAt } = end;
  const wanted = echo.expect(end.entries ?? []);
  if (!wanted && !row) return;
  const where = { chainId, seq, intactAt };
  if (!row) return findings.add(damage('row_missing', associationId, { ...where, detail: echo.table }));
  const wrong = wanted
    ? Object.keys(wanted).filter((column) => !isSame(wanted[column], row[column]))
    : ['no entry says so'];
  if ('association_id' in row && row.association_id !== associationId) wrong.push('association_id');
  if (wrong.length > 0)
    findings.add(damage('state_differs', associationId, { ...where, detail: `${echo.table}: ${wrong.join(', ')}` }));
}

/** Rows of which no chain says anything. @returns how many rows there are. */
export async function checkEchoesWithoutChain(
  sql: Sql,
  { table, key }: Echo,
  associationId: string | null,
  findings: Findings,
): Promise<number> {
  // Not every such table names the association; the patient does.
  const from = `${table} echo join patient on patient.id = echo.patient_id`;
  const where = '($1::text is null or patient.association_id = $1)';
  const pieces = readInPieces<{ chain: string; association_id: string }>(
    sql,
    'echoes_without_chain',
    `select echo.${key} as chain, patient.association_id
    from ${from}
    where ${where} and not exists (select from audit_entry e where e.chain_id = echo.${key})`,
    [associationId],
  );
  for await (const rows of pieces)
    for (const row of rows) findings.add(damage('deleted', row.association_id, { chainId: row.chain, seq: 1 }));
  const { rows } = await sql.query<{ count: number }>(`select count(*)::int as count from ${from} where ${where}`, [
    associationId,
  ]);
  return rows[0]?.count ?? 0;
}

function isSame(wanted: unknown, found: unknown): boolean {
  if (wanted instanceof Date) return typeof found === 'string' && Date.parse(found) === wanted.getTime();
  return found !== undefined && canonicalJson(wanted) === canonicalJson(found);
}
