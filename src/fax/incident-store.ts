/** SQL of an incident's own life; it is opened with the freezing of a number (destination-store.ts). */
import type { Sql } from '../db.ts';

export async function lockIncident(
  tx: Sql,
  associationId: string,
  id: string,
): Promise<{ preliminary_at: Date | null; closed_at: Date | null } | null> {
  const { rows } = await tx.query<{ preliminary_at: Date | null; closed_at: Date | null }>(
    `select preliminary_at, closed_at
    from incident
    where id = $1 and association_id = $2
    for update`,
    [id, associationId],
  );
  return rows[0] ?? null;
}

export async function saveIncidentStep(
  tx: Sql,
  id: string,
  step: 'preliminary_reported' | 'closed',
  at: Date,
): Promise<void> {
  const column = step === 'closed' ? 'closed_at' : 'preliminary_at';
  await tx.query(`update incident set ${column} = $2 where id = $1`, [id, at]);
}
