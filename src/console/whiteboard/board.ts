/** The board's shape: what leaves the server, and what the pages draw. Names of doctors and hospitals; no patient. */
import { z } from 'zod';

const instant = z.iso.datetime();

const shift = z.object({
  /** null: it is going on. */
  from: instant.nullable(),
  until: instant,
  /** By position, three at most. */
  people: z.array(z.object({ id: z.string(), name: z.string(), position: z.number().int() })),
  isGap: z.boolean(),
});

const person = z.object({
  id: z.string(),
  name: z.string(),
  role: z.enum(['doctor', 'hospital', 'standby']),
  state: z.enum([
    ...(['dialing', 'unknown', 'ringing', 'answered', 'voicemail', 'accepted'] as const),
    ...(['busy', 'no_answer', 'failed', 'declined', 'no_key', 'hung_up', 'cancelled', 'finished'] as const),
  ]),
  /** When this state began, near enough for a running clock. */
  since: instant,
  /** 2: the phone is rung for the second time. */
  rings: z.number().int(),
});

const bed = z.object({
  type: z.enum(['general', 'community_care', 'long_term', 'palliative', 'icu', 'infection', 'respite']),
  standing: z.enum(['free', 'to_ask', 'closed']),
  acceptance: z.enum(['open', 'consult', 'closed']).nullable(),
  free: z.number().int().nullable(),
  asOf: instant.nullable(),
});

export const boardShape = z.object({
  /** Of each area the turns from now to the end of tonight, the first one going on. */
  areas: z.array(z.object({ id: z.string(), name: z.string(), shifts: z.array(shift) })),
  standby: z.array(shift),
  rotation: z.array(shift),
  callsOpen: z.number().int(),
  calls: z.array(
    z.object({
      id: z.string(),
      kind: z.enum(['patient', 'area', 'person']),
      areaId: z.string().nullable(),
      status: z.enum(['hunting', 'seeking_bed', 'calling_standby', 'unanswered', 'accepted']),
      round: z.number().int(),
      openedAt: instant,
      acceptedBy: z.string().nullable(),
      isCallerOnLine: z.boolean(),
      people: z.array(person),
    }),
  ),
  hospitals: z.array(z.object({ id: z.string(), name: z.string(), isOnRotation: z.boolean(), beds: z.array(bed) })),
  faxes: z.object({ waiting: z.number().int(), oldestAt: instant.nullable(), failed: z.number().int() }),
  inbox: z.object({ waiting: z.number().int(), oldestAt: instant.nullable() }),
  alarms: z.array(
    z.discriminatedUnion('kind', [
      z.object({ kind: z.literal('gap'), areaId: z.string(), from: instant.nullable(), until: instant }),
      z.object({ kind: z.literal('unconfirmed'), areaId: z.string() }),
      z.object({ kind: z.literal('frozen_numbers'), count: z.number().int() }),
      z.object({ kind: z.literal('alarmed_inbox'), count: z.number().int() }),
      z.object({ kind: z.literal('open_alarms'), count: z.number().int() }),
      z.object({ kind: z.literal('stale_seal'), since: instant.nullable() }),
    ]),
  ),
});

export type Board = z.output<typeof boardShape>;
export type Shift = z.output<typeof shift>;
export type Person = z.output<typeof person>;
