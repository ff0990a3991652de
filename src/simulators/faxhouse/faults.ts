/** Ways in which the fax house is ruder than real carriers, all switched over `POST /faxhouse/faults`. */
import { z } from 'zod';
import { callbackFaults } from '../common/callback-faults.ts';

export const operations = [
  'interfax.send',
  'interfax.status',
  'interfax.list',
  'interfax.image',
  'interfax.change',
  'telnyx.send',
  'telnyx.status',
  'telnyx.list',
  'telnyx.change',
] as const;
export type Operation = (typeof operations)[number];

const apiFault = z.strictObject({
  operation: z.enum([...operations, '*']).default('*'),
  mode: z.enum(['500', '503', '429', 'timeout', 'accept-then-timeout', 'accept-then-500']),
  times: z.int().min(1).optional(),
  probability: z.number().min(0).max(1).default(1),
});

/** What the links to received documents do (Telnyx `media_url`, InterFAX `image`). */
const mediaFault = z.strictObject({
  mode: z.enum(['none', 'forbidden', 'redirect', 'truncated', 'garbage', 'endless']).default('none'),
  /** `redirect`: to where. */
  location: z.string().max(500).default('http://169.254.169.254/latest/meta-data/'),
  times: z.int().min(1).optional(),
});

/** The body of `POST /faxhouse/faults`; a group that is absent stays as it was. */
export const faultsBody = z.strictObject({
  callbacks: callbackFaults.optional(),
  api: z.union([apiFault, z.array(apiFault)]).optional(),
  media: mediaFault.optional(),
  /** Lists and searches show a fax only so long after it was made. */
  listLagSeconds: z.number().min(0).optional(),
});

export type ApiFault = z.infer<typeof apiFault>;
export type MediaFault = z.infer<typeof mediaFault>;

export interface Faults {
  callbacks: z.infer<typeof callbackFaults>;
  api: ApiFault[];
  media: MediaFault;
  listLagSeconds: number;
}

export const noFaults = (): Faults => ({ callbacks: {}, api: [], media: mediaFault.parse({}), listLagSeconds: 0 });

/** Puts the groups named in `body` in the place of those in force. */
export function mergeFaults(faults: Faults, body: z.infer<typeof faultsBody>): Faults {
  return {
    callbacks: body.callbacks ?? faults.callbacks,
    api: body.api === undefined ? faults.api : [body.api].flat().map((fault) => ({ ...fault })),
    media: body.media ?? faults.media,
    listLagSeconds: body.listLagSeconds ?? faults.listLagSeconds,
  };
}

/** The fault of the link that is now followed; used up as above. */
export function mediaStrike(faults: Faults): MediaFault {
  const fault = faults.media;
  if (fault.times !== undefined) {
    faults.media = fault.times > 1 ? { ...fault, times: fault.times - 1 } : noFaults().media;
  }
  return fault;
}
