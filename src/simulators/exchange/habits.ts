import { z } from 'zod';

/**
 * What a phone of the town does when it rings. Keys are pressed so many seconds after the answer, or so many seconds
 * after a sentence that matches began (so a quick finger interrupts it).
 */
const digits = z.string().regex(/^[0-9*#w]+$/, 'digits are 0-9, * and #; w waits half a second');

const regularExpression = z.string().refine((text) => {
  try {
    new RegExp(text, 'u');
    return true;
  } catch {
    return false;
  }
}, 'write a regular expression, for example "当番|on call"');

const timedKeys = z.strictObject({ afterSeconds: z.number().min(0), digits });
const promptedKeys = z.strictObject({
  onPrompt: regularExpression,
  afterSeconds: z.number().min(0).default(1),
  digits: digits.optional(),
  hangUp: z.literal(true).optional(),
  /** How often in one call; every time when absent. */
  times: z.int().min(1).optional(),
});

export const behaviours = ['answer', 'voicemail', 'busy', 'reject', 'no-answer', 'failed', 'manual'] as const;

const habitFields = {
  behaviour: z.enum(behaviours),
  answerAfterSeconds: z.number().min(0).default(4),
  keys: z.array(z.union([timedKeys, promptedKeys])).default([]),
  hangUpAfterSeconds: z.number().min(0).optional(),
  greetingSeconds: z.number().min(0).default(8),
  /** How long the person talks into a recording. */
  speaksSeconds: z.number().min(0).default(6),
  /** In a sequence: for how many rings. */
  times: z.int().min(1).default(1),
};
const habit = z.strictObject(habitFields);
const label = z.string().max(60).optional();

/** The body of `PUT /exchange/phones/{e164}`: one habit, or a sequence used ring after ring (the last one repeats). */
export const phoneBody = z.union([
  z.strictObject({ label, ...habitFields }),
  z.strictObject({ label, sequence: z.array(habit).min(1) }),
]);

export type Habit = z.infer<typeof habit>;

export interface Phone {
  readonly number: string;
  label: string;
  sequence: Habit[];
  rings: number;
}

/** The habits of a body, without the label. */
export function sequenceOf(body: z.infer<typeof phoneBody>): Habit[] {
  if ('sequence' in body) return body.sequence;
  const { label: _label, ...only } = body;
  return [only];
}

/** The habit for the next ring of a phone; counts the ring. A phone nobody configured is never answered. */
export function nextHabit(phone: Phone | undefined): Habit {
  if (!phone) return unknownPhone;
  let ring = phone.rings;
  phone.rings += 1;
  for (const candidate of phone.sequence) {
    if (ring < candidate.times) return candidate;
    ring -= candidate.times;
  }
  return phone.sequence.at(-1)!;
}

const unknownPhone: Habit = habit.parse({ behaviour: 'no-answer' });

/** What a person who dials in brings along (`POST /exchange/calls`). */
export const dialBody = z.strictObject({
  from: z.string().min(1).max(40),
  to: z.string(),
  statusCallback: z.url().optional(),
  keys: habitFields.keys,
  hangUpAfterSeconds: habitFields.hangUpAfterSeconds,
  speaksSeconds: habitFields.speaksSeconds,
});

/** The habit of somebody who dialled: already on the line, with the given keys. */
export const callerHabit = (body: z.infer<typeof dialBody>): Habit =>
  habit.parse({
    behaviour: 'answer',
    keys: body.keys,
    hangUpAfterSeconds: body.hangUpAfterSeconds,
    speaksSeconds: body.speaksSeconds,
  });
