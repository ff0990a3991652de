/** SQL of what a process without line and case key asks of a worker. */
import type { Sql } from '../db.ts';

export type ErrandKind = 'test_destination' | 'stop_fax';

export interface Errand {
  id: string;
  kind: ErrandKind;
  subject_id: string;
  asked_by: string;
  attempts: number;
}

/** @returns false when the same is being asked already. */
export async function insertErrand(
  tx: Sql,
  errand: { id: string; associationId: string; kind: ErrandKind; subjectId: string; by: string; at: Date },
): Promise<boolean> {
  const { id, associationId, kind, subjectId, by, at } = errand;
  const { rowCount } = await tx.query(
    `insert into fax_errand (id, association_id, kind, subject_id, asked_by, asked_at, due_at)
    values ($1, $2, $3, $4, $5, $6, $6)
    on conflict (kind, subject_id) where due_at is not null do nothing`,
    [id, associationId, kind, subjectId, by, at],
  );
  return rowCount === 1;
}

export async function dueErrands(sql: Sql, at: Date, limit: number): Promise<string[]> {
  const { rows } = await sql.query<{ id: string }>({
    name: 'due-fax-errands',
    text: `select id
    from fax_errand
    where due_at <= $1
    order by due_at
    limit $2`,
    values: [at, limit],
  });
  return rows.map((row) => row.id);
}

/** Takes an errand for so long; null: done, or somebody else has it. */
export async function leaseErrand(sql: Sql, id: string, at: Date, until: Date): Promise<Errand | null> {
  const { rows } = await sql.query<Errand>(
    `update fax_errand
    set due_at = $3,
      attempts = attempts + 1
    where id = $1 and due_at <= $2
    returning id, kind, subject_id, asked_by, attempts`,
    [id, at, until],
  );
  return rows[0] ?? null;
}

/** @returns whether it was this call that ended it. */
export async function endErrand(tx: Sql, id: string, outcome: string): Promise<boolean> {
  const { rowCount } = await tx.query(
    `update fax_errand
    set due_at = null,
      outcome = $2
    where id = $1 and due_at is not null`,
    [id, outcome],
  );
  return rowCount === 1;
}
