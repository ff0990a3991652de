/** Two pairs of eyes: what others have proposed and waits for a second person. */
import { z } from 'zod';
import { faxOwners } from '../../directory/actions.ts';
import { releaseForms } from '../../fax/destination.ts';
import { confirm, openProposals, type PayloadOf, propose, withdraw } from '../../four-eyes/actions.ts';
import { idPattern } from '../../lib/ids.ts';
import { formatNational, parsePhone } from '../../lib/phone.ts';
import { refuse, route } from '../route.ts';
import { done, isDone } from '../sign-in/shapes.ts';

const instant = z.iso.datetime();
const one = z.object({ proposalId: z.string() });
const common = {
  id: z.string(),
  proposedBy: z.string(),
  proposedAt: instant,
  expiresAt: instant,
  /** Proposed by who asks: somebody else has to confirm it. */
  isOwn: z.boolean(),
};
const faxProposal = z.object({
  ...common,
  kind: z.literal('fax_destination'),
  owner: z.string(),
  ownerCode: z.string(),
  ownerKind: z.enum(['doctor', 'hospital', 'facility']),
  position: z.number().int(),
  number: z.string(),
  form: z.enum(releaseForms),
});
const dnarProposal = z.object({ ...common, kind: z.literal('dnar'), patientId: z.string(), version: z.number().int() });

const statusOf = (refused: string): 403 | 404 | 409 =>
  refused === 'not_there' ? 404 : refused === 'not_permitted' || refused === 'same_person' ? 403 : 409;

export const fourEyesRoutes = {
  list_proposals: route({
    method: 'get',
    path: '/proposals',
    summary: 'What waits for a second person',
    access: 'signed_in',
    reply: z.object({ proposals: z.array(z.discriminatedUnion('kind', [faxProposal, dnarProposal])) }),
    async handle(ctx, { staff }) {
      const open = await openProposals(ctx, staff);
      const owners = open.length > 0 ? await faxOwners(ctx.db, staff.associationId) : [];
      const proposals = open.map(({ id, kind, payload, proposedBy, proposedByName, proposedAt, expiresAt }) => {
        const times = { proposedAt: proposedAt.toISOString(), expiresAt: expiresAt.toISOString() };
        const shared = { id, ...times, proposedBy: proposedByName, isOwn: proposedBy === staff.id };
        if (kind === 'dnar') return { ...shared, kind, ...(payload as PayloadOf<'dnar'>) };
        const { owner, position, number, form } = payload as PayloadOf<'fax_destination'>;
        const named = owners.find((other) => other.kind === owner.kind && other.id === owner.id);
        const parsed = parsePhone(number);
        const shown = 'e164' in parsed ? formatNational(parsed.e164) : number;
        const whose = { owner: named?.name ?? '?', ownerCode: named?.code ?? '?', ownerKind: owner.kind };
        return { ...shared, kind, ...whose, position, form, number: shown };
      });
      return { proposals };
    },
  }),

  propose_fax_destination: route({
    method: 'post',
    path: '/proposals/fax-destinations',
    summary: 'A new number that pages may go to, for a second person to confirm',
    access: 'fax.destinations',
    body: z.object({
      owner: z.object({ kind: z.enum(['doctor', 'hospital', 'facility']), id: z.string().regex(idPattern) }),
      position: z.number().int().min(1).max(3),
      number: z.string().min(1).max(30),
      form: z.enum(releaseForms),
    }),
    reply: one,
    async handle(ctx, { staff, body }) {
      const proposed = await propose(ctx, staff, 'fax_destination', body);
      if ('failed' in proposed) return refuse(422, 'proposal_impossible', { reason: proposed.failed });
      return 'refused' in proposed ? refuse(403, 'not_permitted') : proposed;
    },
  }),

  propose_dnar: route({
    method: 'post',
    path: '/proposals/dnar',
    summary: 'A version whose DNAR was changed, for a second person to confirm',
    access: 'records.second_reading',
    body: z.object({ patientId: z.string().regex(idPattern), version: z.number().int().min(1) }),
    reply: one,
    async handle(ctx, { staff, body }) {
      const proposed = await propose(ctx, staff, 'dnar', body);
      if ('failed' in proposed) return refuse(422, 'proposal_impossible', { reason: proposed.failed });
      return 'refused' in proposed ? refuse(403, 'not_permitted') : proposed;
    },
  }),

  confirm_proposal: route({
    method: 'post',
    path: '/proposals/:proposalId/confirmation',
    summary: 'The second pair of eyes: it is carried out',
    access: 'signed_in',
    needsFresh: true,
    params: one,
    reply: done,
    async handle(ctx, { staff, params }) {
      const confirmed = await confirm(ctx, staff, params.proposalId);
      if ('confirmed' in confirmed) return isDone;
      if ('failed' in confirmed) return refuse(409, 'proposal_impossible', { reason: confirmed.failed });
      return refuse(statusOf(confirmed.refused), `proposal_${confirmed.refused}`);
    },
  }),

  withdraw_proposal: route({
    method: 'delete',
    path: '/proposals/:proposalId',
    summary: 'Takes it back, or says no to it',
    access: 'signed_in',
    params: one,
    reply: done,
    async handle(ctx, { staff, params }) {
      const withdrawn = await withdraw(ctx, staff, params.proposalId);
      return 'withdrawn' in withdrawn ? isDone : refuse(statusOf(withdrawn.refused), `proposal_${withdrawn.refused}`);
    },
  }),
};
