/** What is carried out when a proposal of each kind is confirmed: in the confirming transaction, or not at all. */
import { z } from 'zod';
import type { Sql } from '../db.ts';
import { registerDestinationIn } from '../fax/actions.ts';
import { releaseForms } from '../fax/destination.ts';
import type { Clock } from '../lib/clock.ts';
import { type Ids, idPattern } from '../lib/ids.ts';
import { passSecondReading } from '../patients/actions.ts';
import { criticalKeys } from '../patients/life.ts';
import type { Proposal, ProposalKind } from './proposal.ts';

/** What carrying out needs. */
export interface CarryOutContext {
  clock: Pick<Clock, 'now' | 'after'>;
  ids: Ids;
}

/** Carried out, or why it could not be: then nothing of it happened and the proposal stays open. */
export type CarriedOut = { done: true } | { failed: string };

export interface KindOf<Payload> {
  shape: z.ZodType<Payload>;
  /** Whose it is: one open proposal of a kind for a subject. */
  subjectOf(payload: Payload): string;
  carryOut(
    tx: Sql,
    ctx: CarryOutContext,
    proposal: Proposal,
    payload: Payload,
    confirmedBy: string,
  ): Promise<CarriedOut>;
}

const id = z.string().regex(idPattern);

const faxDestination = z.strictObject({
  owner: z.strictObject({ kind: z.enum(['doctor', 'hospital', 'facility']), id }),
  position: z.number().int().min(1).max(3),
  /** As people write it: a clinic's number, read aloud by the second person from another source than the first had. */
  number: z.string().min(1).max(30),
  form: z.enum(releaseForms),
});

const dnar = z.strictObject({ patientId: id, version: z.number().int().min(1) });

type Payloads = { fax_destination: z.infer<typeof faxDestination>; dnar: z.infer<typeof dnar> };
export type Kinds = { [Kind in ProposalKind]: KindOf<Payloads[Kind]> };
export type PayloadOf<Kind extends ProposalKind> = Payloads[Kind];

export const kinds: Kinds = {
  /** The number is entered; the doctor still has to key the code of its test page before a record goes there. */
  fax_destination: {
    shape: faxDestination,
    subjectOf: ({ owner, position }) => `${owner.id}:${position}`,
    async carryOut(tx, ctx, { associationId, proposedBy }, payload) {
      const entry = { ...payload, associationId, operatorId: proposedBy };
      const registered = await registerDestinationIn(tx, ctx, entry);
      return 'refused' in registered ? { failed: registered.refused } : { done: true };
    },
  },
  /** A version whose DNAR was changed becomes the one that the card opens: its second reading is passed. */
  dnar: {
    shape: dnar,
    subjectOf: ({ patientId }) => patientId,
    async carryOut(tx, ctx, { associationId }, { patientId, version }, confirmedBy) {
      const step = {
        associationId,
        patientId,
        version,
        by: confirmedBy,
        cause: 'confirm_proposal',
        keys: criticalKeys,
      };
      const stepped = await passSecondReading(tx, ctx, step);
      if (stepped.status === 'done') return { done: true };
      return { failed: stepped.status === 'impossible' ? stepped.refused : stepped.status };
    },
  },
};
