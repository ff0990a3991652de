/** What is carried out when a proposal of each kind is confirmed: in the confirming transaction, or not at all. */
import { z } from 'zod';
import type { Sql } from '../db.ts';
import { faxOwners } from '../directory/actions.ts';
import { registerDestinationIn } from '../fax/actions.ts';
import { releaseForms } from '../fax/destination.ts';
import type { Clock } from '../lib/clock.ts';
import { type Ids, idPattern } from '../lib/ids.ts';
import { parsePhone } from '../lib/phone.ts';
import { passSecondReading, standingOfPatient } from '../patients/actions.ts';
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
  /** Why it could not be carried out as things are; null: it could. Asked when it is proposed and when it is confirmed. */
  problem(sql: Sql, ctx: CarryOutContext, associationId: string, payload: Payload): Promise<string | null>;
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
    async problem(sql, _ctx, associationId, { owner, number }) {
      const owners = await faxOwners(sql, associationId);
      if (!owners.some(({ kind, id }) => kind === owner.kind && id === owner.id)) return 'owner';
      const parsed = parsePhone(number);
      return 'refused' in parsed ? `number_${parsed.refused}` : null;
    },
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
    async problem(sql, { clock }, associationId, { patientId, version }) {
      const life = await standingOfPatient(sql, associationId, patientId, clock.now());
      if (!life) return 'not_there';
      return life.version === version && life.status === 'awaiting_second_reading' ? null : 'not_waiting';
    },
    async carryOut(tx, ctx, { associationId }, { patientId, version }, confirmedBy) {
      // Only the DNAR: where other fields wait too, the whole is read at the desk (`keys_missing`).
      const keys = ['dnar'] as const;
      const step = {
        associationId,
        patientId,
        version,
        by: confirmedBy,
        cause: 'confirm_proposal',
        keys,
      };
      const stepped = await passSecondReading(tx, ctx, step);
      if (stepped.status === 'done') return { done: true };
      return { failed: stepped.status === 'impossible' ? stepped.refused : stepped.status };
    },
  },
};
