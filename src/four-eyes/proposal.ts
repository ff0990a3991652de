/**
 * What one person proposes and another must confirm: two pairs of eyes. Pure.
 *
 * - `open`: proposed; nothing has happened. Left by the confirmation of another person, by being withdrawn (by whoever proposed it, or
 *   by whoever could have confirmed it: that is how one says no), or by its end, after which nobody can confirm it.
 * - `confirmed`: carried out, in the same transaction.
 * - `withdrawn`.
 */
import { plusSeconds } from '../lib/clock.ts';
import type { Permission } from '../staff/staff.ts';

export const proposalKinds = ['fax_destination', 'dnar'] as const;
export type ProposalKind = (typeof proposalKinds)[number];

/** Who may propose and confirm. */
export const permissionFor: Readonly<Record<ProposalKind, Permission>> = {
  fax_destination: 'fax.destinations',
  dnar: 'records.second_reading',
};

export interface Proposal {
  id: string;
  associationId: string;
  kind: ProposalKind;
  /** Whose fax, which patient. */
  subjectId: string;
  payload: unknown;
  proposedBy: string;
  /** Their name, for the list. */
  proposedByName: string;
  proposedAt: Date;
  expiresAt: Date;
  status: 'open' | 'confirmed' | 'withdrawn';
}

const proposalSeconds = 7 * 86_400;
export const proposalEnd = (proposedAt: Date): Date => plusSeconds(proposedAt, proposalSeconds);

export type ProposalRefusal =
  | 'not_there' // none of this association's
  | 'settled' // confirmed or withdrawn already
  | 'over' // too old
  | 'same_person' // who proposed it cannot confirm it
  | 'not_permitted';

/** May this person confirm it now? null: yes. */
export function refusalToConfirm(
  proposal: Proposal,
  staffId: string,
  mayDecide: boolean,
  at: Date,
): ProposalRefusal | null {
  if (proposal.status !== 'open') return 'settled';
  if (proposal.expiresAt <= at) return 'over';
  if (!mayDecide) return 'not_permitted';
  return proposal.proposedBy === staffId ? 'same_person' : null;
}

/** May this person withdraw it? null: yes. */
export function refusalToWithdraw(proposal: Proposal, staffId: string, mayDecide: boolean): ProposalRefusal | null {
  if (proposal.status !== 'open') return 'settled';
  return mayDecide || proposal.proposedBy === staffId ? null : 'not_permitted';
}
