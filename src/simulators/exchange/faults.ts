/** Ways in which the exchange is ruder than a real carrier, all switched over `POST /exchange/faults`. */
import { z } from 'zod';
import { callbackFaults as ofBoth } from '../common/callback-faults.ts';

/** `voiceToo`: documents are asked for as often as callbacks are doubled. */
const callbackFaults = ofBoth.extend({ voiceToo: z.boolean().optional() });

export const apiOperations = [
  'calls.create',
  'calls.fetch',
  'calls.update',
  'calls.list',
  'calls.delete',
  'conferences.fetch',
  'conferences.update',
  'conferences.list',
  'participants.create',
  'participants.fetch',
  'participants.update',
  'participants.list',
  'participants.delete',
  'messages.create',
  'messages.fetch',
  'messages.list',
] as const;
export type ApiOperation = (typeof apiOperations)[number];

const apiFault = z.strictObject({
  operation: z.enum([...apiOperations, '*']).default('*'),
  mode: z.enum(['500', '503', '429', '401', 'timeout', 'accept-then-timeout', 'accept-then-500']),
  times: z.int().min(1).optional(),
  probability: z.number().min(0).max(1).default(1),
});

/** The next documents arrive that much later; a call that was moved meanwhile is taken back to them, or they come to nothing. */
const slowDocuments = z.strictObject({
  times: z.int().min(1),
  seconds: z.number().min(0),
  evenAfterMove: z.boolean().default(false),
});

/** The body of `POST /exchange/faults`; a group that is absent stays as it was. */
export const faultsBody = z.strictObject({
  callbacks: callbackFaults.optional(),
  api: z.union([apiFault, z.array(apiFault)]).optional(),
  listLagSeconds: z.number().min(0).optional(),
  slowDocuments: slowDocuments.optional(),
});

export type ApiFault = z.infer<typeof apiFault>;

export interface Faults {
  callbacks: z.infer<typeof callbackFaults>;
  api: ApiFault[];
  listLagSeconds: number;
  slowDocuments: z.infer<typeof slowDocuments> | null;
}

export const noFaults = (): Faults => ({ callbacks: {}, api: [], listLagSeconds: 0, slowDocuments: null });

/** Puts the groups named in `body` in the place of those in force. */
export function mergeFaults(faults: Faults, body: z.infer<typeof faultsBody>): Faults {
  return {
    callbacks: body.callbacks ?? faults.callbacks,
    api: body.api === undefined ? faults.api : [body.api].flat().map((fault) => ({ ...fault })),
    listLagSeconds: body.listLagSeconds ?? faults.listLagSeconds,
    slowDocuments: body.slowDocuments ? { ...body.slowDocuments } : faults.slowDocuments,
  };
}

/** How late the document that is asked for now arrives, or null: at once. Uses the fault up. */
export function slowness(faults: Faults): Faults['slowDocuments'] {
  const slow = faults.slowDocuments;
  if (!slow || slow.times === 0) return null;
  slow.times -= 1;
  return slow;
}
