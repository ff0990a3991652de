import { z } from 'zod';
import type { Chance } from './chance.ts';

/** Ways in which the exchange is ruder than a real carrier, all switched over `POST /exchange/faults`. */
const callbackFaults = z.strictObject({
  duplicate: z.int().min(1).max(5).optional(),
  delaySeconds: z
    .tuple([z.number().min(0), z.number().min(0)])
    .refine(([least, most]) => least <= most, 'write the smaller number of seconds first')
    .optional(),
  reorder: z.boolean().optional(),
  drop: z.number().min(0).max(1).optional(),
  voiceToo: z.boolean().optional(),
});

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

/** The body of `POST /exchange/faults`; a group that is absent stays as it was. */
export const faultsBody = z.strictObject({
  callbacks: callbackFaults.optional(),
  api: z.union([apiFault, z.array(apiFault)]).optional(),
  listLagSeconds: z.number().min(0).optional(),
});

export type ApiFault = z.infer<typeof apiFault>;

export interface Faults {
  callbacks: z.infer<typeof callbackFaults>;
  api: ApiFault[];
  listLagSeconds: number;
}

export const noFaults = (): Faults => ({ callbacks: {}, api: [], listLagSeconds: 0 });

/** Puts the groups named in `body` in the place of those in force. */
export function mergeFaults(faults: Faults, body: z.infer<typeof faultsBody>): Faults {
  return {
    callbacks: body.callbacks ?? faults.callbacks,
    api: body.api === undefined ? faults.api : [body.api].flat().map((fault) => ({ ...fault })),
    listLagSeconds: body.listLagSeconds ?? faults.listLagSeconds,
  };
}

/**
 * When each delivery of one status callback is made, in seconds from now; empty when it is lost. `ordered` says
 * whether it must still wait for the ones before it.
 */
export function deliveries(faults: Faults, chance: Chance): { delays: number[]; ordered: boolean } {
  const { duplicate = 1, delaySeconds, reorder = false, drop = 0 } = faults.callbacks;
  if (drop > 0 && chance.fraction() < drop) return { delays: [], ordered: true };
  const [least, most] = delaySeconds ?? (reorder ? [0, 3] : [0, 0]);
  const delays: number[] = [];
  for (let copy = 0; copy < duplicate; copy += 1)
    delays.push(least + (most - least) * (most > 0 ? chance.fraction() : 0));
  return { delays, ordered: !reorder && most === 0 };
}
