/** What the audit desk asks of the log: read only. */
import type { Sql } from '../../db.ts';
import type { LocalDate } from '../../lib/japan-time.ts';

export interface EntryFilter {
  kind: string | null;
  actor: string | null;
  chainId: string | null;
  from: Date | null;
  until: Date | null;
}

/** Where a page of the log goes on. */
export interface EntryCursor {
  at: Date;
  id: number;
}

export interface Entry {
  id: number;
  at: Date;
  chainId: string;
  seq: number;
  actor: string;
  cause: string;
  kind: string;
  data: Record<string, unknown>;
}

/** Newest first. Only the conditions that are asked for stand in it, so that each finds its own index. Public for its plan. */
export function entriesStatement(
  associationId: string,
  { kind, actor, chainId, from, until }: EntryFilter,
  after: EntryCursor | null,
  limit: number,
): { text: string; values: unknown[] } {
  const values: unknown[] = [associationId];
  const given = (value: unknown): string => `$${values.push(value)}`;
  const conditions = [
    'association_id = $1',
    ...(kind === null ? [] : [`kind = ${given(kind)}`]),
    ...(actor === null ? [] : [`actor = ${given(actor)}`]),
    ...(chainId === null ? [] : [`chain_id = ${given(chainId)}`]),
    ...(from === null ? [] : [`at >= ${given(from)}`]),
    ...(until === null ? [] : [`at < ${given(until)}`]),
    ...(after === null ? [] : [`(at, id) < (${given(after.at)}, ${given(after.id)})`]),
  ];
  const text = `select id, at, chain_id as "chainId", seq, actor, cause, kind, data
    from audit_entry
    where ${conditions.join('\n      and ')}
    order by at desc, id desc
    limit ${given(limit)}`;
  return { text, values };
}

export async function entries(
  sql: Sql,
  associationId: string,
  filter: EntryFilter,
  after: EntryCursor | null,
  limit: number,
): Promise<Entry[]> {
  const { text, values } = entriesStatement(associationId, filter, after, limit);
  const found = await sql.query<Entry>(text, values);
  return found.rows;
}

/** Every kind that the log holds: from one to the next through the index, not past all entries. */
export const kindsStatement = `with recursive found as (
      (select kind from audit_entry where association_id = $1 order by kind limit 1)
      union all
      select (
        select kind from audit_entry where association_id = $1 and kind > found.kind order by kind limit 1
      )
      from found
      where found.kind is not null
    )
    select kind from found where kind is not null`;

export async function kinds(sql: Sql, associationId: string): Promise<string[]> {
  const found = await sql.query<{ kind: string }>(kindsStatement, [associationId]);
  return found.rows.map(({ kind }) => kind);
}

export interface SealRow {
  date: LocalDate;
  treeSize: number;
  root: Buffer;
  keyId: string;
  sealedAt: Date;
}

/** The last head of each of so many days (in Japan) before one, the newest first; days without a seal are not in it. Public for its plan. */
export const sealsStatement = `select to_char(day, 'YYYY-MM-DD') as date, head.tree_size as "treeSize", head.root,
      head.key_id as "keyId", head.sealed_at as "sealedAt"
    from generate_series($2::date - $3::integer, $2::date - 1, interval '1 day') as day
    cross join lateral (
      select tree_size, root, key_id, sealed_at
      from audit_head
      where association_id = $1
        and sealed_at >= day::timestamp at time zone 'Asia/Tokyo'
        and sealed_at < (day::timestamp + interval '1 day') at time zone 'Asia/Tokyo'
      order by sealed_at desc
      limit 1
    ) head
    order by day desc`;

export async function dailySeals(sql: Sql, associationId: string, before: LocalDate, days: number): Promise<SealRow[]> {
  const found = await sql.query<SealRow>(sealsStatement, [associationId, before, days]);
  return found.rows;
}

export interface AssociationRow {
  code: string;
  name: string;
  hubPhone: string;
}

export async function association(sql: Sql, id: string): Promise<AssociationRow> {
  const found = await sql.query<AssociationRow>(
    `select code, name, coalesce(hub_phone, caller_number) as "hubPhone"
    from association
    where id = $1`,
    [id],
  );
  const row = found.rows[0];
  if (!row) throw new Error('an association is gone while its staff is signed in');
  return row;
}
