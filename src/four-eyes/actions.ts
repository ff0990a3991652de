/** Two pairs of eyes: propose, confirm, withdraw. What a confirmation carries out stands in kinds.ts. */

import type pg from 'pg';
import { appendEntry } from '../audit/append.ts';
import type { AuditKind } from '../audit/kinds.ts';
import { inTransaction, type Sql } from '../db.ts';
import { actorOf } from '../staff/log.ts';
import { permits, type Staff } from '../staff/staff.ts';
import { type CarryOutContext, type KindOf, kinds, type PayloadOf } from './kinds.ts';
import {
  type Proposal,
  type ProposalKind,
  type ProposalRefusal,
  permissionFor,
  proposalEnd,
  proposalKinds,
  refusalToConfirm,
  refusalToWithdraw,
} from './proposal.ts';
import * as store from './store.ts';

export type { PayloadOf } from './kinds.ts';

export interface FourEyesContext extends CarryOutContext {
  db: pg.Pool;
}

const mayDecide = (staff: Staff, kind: ProposalKind): boolean => permits(staff.role, permissionFor[kind]);

/**
 * Writes down what one person wants; nothing happens yet. A newer proposal for the same subject replaces the older one.
 * @throws ZodError when the payload has not the shape of its kind.
 */
export async function propose<Kind extends ProposalKind>(
  ctx: FourEyesContext,
  by: Staff,
  kind: Kind,
  given: PayloadOf<Kind>,
): Promise<{ proposalId: string } | { refused: 'not_permitted' } | { failed: string }> {
  if (!mayDecide(by, kind)) return { refused: 'not_permitted' };
  const { shape, subjectOf, problem } = kinds[kind] as unknown as KindOf<PayloadOf<Kind>>;
  const payload = shape.parse(given);
  const at = ctx.clock.now();
  const id = ctx.ids.next('pr');
  const { associationId, id: proposedBy } = by;
  const times = { proposedAt: at, expiresAt: proposalEnd(at) };
  return inTransaction(ctx.db, async (tx) => {
    const failed = await problem(tx, ctx, associationId, payload);
    if (failed) return { failed };
    const subjectId = subjectOf(payload);
    const replaced = await store.insertProposal(tx, {
      id,
      associationId,
      kind,
      subjectId,
      payload,
      proposedBy,
      ...times,
    });
    if (replaced) await note(tx, by, replaced, at, 'proposal_replaced', { by: id });
    await note(tx, by, id, at, 'proposed', { kind, subjectId });
    return { proposalId: id };
  });
}

/** What waits and concerns this person: those they may decide, their own among them (which they can only withdraw). */
export function openProposals(ctx: Pick<FourEyesContext, 'db' | 'clock'>, staff: Staff): Promise<Proposal[]> {
  const own = proposalKinds.filter((kind) => mayDecide(staff, kind));
  return store.openProposals(ctx.db, staff.associationId, own, ctx.clock.now());
}

export type Confirmed =
  | { confirmed: string }
  | { refused: ProposalRefusal }
  /** It could not be carried out, and why; it stays open. */
  | { failed: string };

/** The second pair of eyes: carried out in this transaction, under both names in the log. */
export async function confirm(ctx: FourEyesContext, by: Staff, proposalId: string): Promise<Confirmed> {
  const at = ctx.clock.now();
  try {
    return await inTransaction(ctx.db, async (tx): Promise<Confirmed> => {
      const proposal = await store.lockProposal(tx, by.associationId, proposalId);
      if (!proposal) return { refused: 'not_there' };
      const refused = refusalToConfirm(proposal, by.id, mayDecide(by, proposal.kind), at);
      if (refused) return { refused };
      const kind = kinds[proposal.kind] as KindOf<unknown>;
      const payload = kind.shape.parse(proposal.payload);
      const problem = await kind.problem(tx, ctx, by.associationId, payload);
      if (problem) return { failed: problem };
      const carried = await kind.carryOut(tx, ctx, proposal, payload, by.id);
      if ('failed' in carried) throw new NotCarriedOut(carried.failed);
      await store.settleProposal(tx, proposalId, { confirmedBy: by.id, at });
      await note(tx, by, proposalId, at, 'proposal_confirmed', { proposedBy: proposal.proposedBy });
      return { confirmed: proposalId };
    });
  } catch (error) {
    if (error instanceof NotCarriedOut) return { failed: error.reason };
    throw error;
  }
}

/** Rolls back whatever of it was done. */
class NotCarriedOut extends Error {
  readonly reason: string;
  constructor(reason: string) {
    super('a proposal could not be carried out');
    this.reason = reason;
  }
}

/** By whoever proposed it, or as the "no" of whoever may confirm it. */
export async function withdraw(
  ctx: Pick<FourEyesContext, 'db' | 'clock'>,
  by: Staff,
  proposalId: string,
): Promise<{ withdrawn: string } | { refused: ProposalRefusal }> {
  const at = ctx.clock.now();
  return inTransaction(ctx.db, async (tx) => {
    const proposal = await store.lockProposal(tx, by.associationId, proposalId);
    if (!proposal) return { refused: 'not_there' };
    const refused = refusalToWithdraw(proposal, by.id, mayDecide(by, proposal.kind));
    if (refused) return { refused };
    await store.settleProposal(tx, proposalId, { confirmedBy: null, at });
    await note(tx, by, proposalId, at, 'proposal_withdrawn');
    return { withdrawn: proposalId };
  });
}

const note = (tx: Sql, by: Staff, proposalId: string, at: Date, kind: AuditKind, data: unknown = {}): Promise<number> =>
  appendEntry(tx, {
    ...{
      chainId: proposalId,
      associationId: by.associationId,
      at,
      actor: actorOf(by.id),
      cause: 'four_eyes',
      kind,
      data,
    },
  });
