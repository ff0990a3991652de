/** SQL of proposals. */
import type { Sql } from '../db.ts';
import type { Proposal, ProposalKind } from './proposal.ts';

const columns = `p.id, p.association_id as "associationId", p.kind, p.subject_id as "subjectId", p.payload,
  p.proposed_by as "proposedBy", s.name as "proposedByName", p.proposed_at as "proposedAt", p.expires_at as "expiresAt", p.status`;

export type NewProposal = Omit<Proposal, 'proposedByName' | 'status'>;

/** One open proposal of a kind for a subject: a newer one replaces it. @returns the id replaced. */
export async function insertProposal(tx: Sql, proposal: NewProposal): Promise<string | null> {
  const { id, associationId, kind, subjectId, payload, proposedBy, proposedAt, expiresAt } = proposal;
  const { rows } = await tx.query<{ id: string }>(
    `update proposal
    set status = 'withdrawn', settled_at = $4
    where association_id = $1 and kind = $2 and subject_id = $3 and status = 'open'
    returning id`,
    [associationId, kind, subjectId, proposedAt],
  );
  await tx.query(
    `insert into proposal
      (id, association_id, kind, subject_id, payload, proposed_by, proposed_at, expires_at, status)
    values ($1, $2, $3, $4, $5, $6, $7, $8, 'open')`,
    [id, associationId, kind, subjectId, JSON.stringify(payload), proposedBy, proposedAt, expiresAt],
  );
  return rows[0]?.id ?? null;
}

/** Locked until the end of the transaction. */
export async function lockProposal(tx: Sql, associationId: string, id: string): Promise<Proposal | null> {
  const { rows } = await tx.query<Proposal>(
    `select ${columns}
    from proposal p
    join staff s on s.id = p.proposed_by
    where p.id = $1 and p.association_id = $2
    for update of p`,
    [id, associationId],
  );
  return rows[0] ?? null;
}

export async function settleProposal(
  tx: Sql,
  id: string,
  { confirmedBy, at }: { confirmedBy: string | null; at: Date },
): Promise<void> {
  await tx.query(
    `update proposal
    set status = case when $2::text is null then 'withdrawn' else 'confirmed' end, confirmed_by = $2, settled_at = $3
    where id = $1`,
    [id, confirmedBy, at],
  );
}

/** What waits for somebody of this association, oldest first. */
export async function openProposals(
  sql: Sql,
  associationId: string,
  kinds: readonly ProposalKind[],
  at: Date,
): Promise<Proposal[]> {
  const { rows } = await sql.query<Proposal>(
    `select ${columns}
    from proposal p
    join staff s on s.id = p.proposed_by
    where p.association_id = $1 and p.kind = any($2) and p.status = 'open' and p.expires_at > $3
    order by p.proposed_at, p.id`,
    [associationId, kinds, at],
  );
  return rows;
}
