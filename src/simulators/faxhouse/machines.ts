import { z } from 'zod';

/** What a clinic's fax machine does with a call, and how its line is (a bad line is bad in both directions). */
export const behaviours = ['ok', 'busy', 'no-answer', 'bad-line', 'page-loss', 'voice'] as const;

const habitFields = {
  behaviour: z.enum(behaviours).default('ok'),
  /** Until the machine answers, and until the first page begins (ringing, tones, training). */
  answerSeconds: z.number().min(0).max(600).default(5),
  /** One page over the line; an A4 page at fine takes a G3 machine 10 to 30 s. */
  secondsPerPage: z.number().min(0).max(600).default(6),
  /** `page-loss`: so many pages arrive before the line drops. */
  pagesArriving: z.int().min(0).max(350).default(1),
  /** `bad-line`: part of the dots that flip, and of the lines that are lost. */
  noise: z.number().min(0).max(0.2).default(0.002),
  lostLines: z.number().min(0).max(0.5).default(0.02),
  /** For so many calls; then the machine is `ok` again. For ever when absent. */
  times: z.int().min(1).optional(),
};

/** The body of `PUT /faxhouse/numbers/{e164}`; what is absent falls back to the default, a name stays. */
export const machineBody = z.strictObject({ name: z.string().max(60).optional(), ...habitFields });

export type Habit = Omit<z.infer<typeof machineBody>, 'name'>;

/** A fax machine of the town. */
export interface Machine {
  readonly number: string;
  name: string;
  habit: Habit;
}

const usual: Habit = z.strictObject(habitFields).parse({});

/** The habit for the next call of a machine; counts the call where the habit is for so many calls. */
export function nextHabit(machine: Machine): Habit {
  const { habit } = machine;
  if (habit.times !== undefined)
    machine.habit = habit.times > 1 ? { ...habit, times: habit.times - 1 } : backToUsual(habit);
  return habit;
}

function backToUsual({ answerSeconds, secondsPerPage }: Habit): Habit {
  return { ...usual, answerSeconds, secondsPerPage };
}

/** The body of `PUT /faxhouse/numbers/{e164}/inbound`: this number is ours, at this provider. */
export const lineBody = z.strictObject({
  name: z.string().max(60).optional(),
  provider: z.enum(['interfax', 'telnyx']),
  /** Where Telnyx sends its webhooks, and InterFAX rings its doorbell for a fax received. Absent: nobody is told. */
  callbackUrl: z.url().optional(),
  /** InterFAX rings here when a fax was sent or failed ("Web Feedback"); `callbackUrl` when absent. */
  outboundCallbackUrl: z.url().optional(),
  /** Telnyx: tried when `callbackUrl` never answers 2xx. */
  failoverUrl: z.url().optional(),
  /** The form in which received documents are handed over. */
  documents: z.enum(['tiff', 'pdf']).default('tiff'),
});

/** A number of ours. */
export interface OurLine extends Omit<z.infer<typeof lineBody>, 'name'> {
  readonly number: string;
  name: string;
}

/**
 * A number as InterFAX and people write it, in E.164: 0081 45… , +81 45… , 045-000-0401. Null when it is none.
 * The simulator numbers 00999-9999-<code> are no telephone numbers; see `simulatedStatus`.
 */
export function toE164(text: string): string | null {
  const bare = text.trim().replace(/[\s().\-‐−ー]/g, '');
  const plus = bare.startsWith('+')
    ? bare
    : bare.startsWith('00')
      ? `+${bare.slice(2)}`
      : bare.startsWith('0')
        ? `+81${bare.slice(1)}`
        : `+${bare}`;
  return /^\+[1-9]\d{6,14}$/.test(plus) ? plus : null;
}

/** The status that 00999-9999-<4 digits> asks for (interfax.jp, users/guide/send_22), or null for any other number. */
export function simulatedStatus(text: string): number | null {
  const found = /^(?:\+|00)?9999999(\d{4})$/.exec(text.replace(/[\s-]/g, ''));
  return found ? Number(found[1]) : null;
}
