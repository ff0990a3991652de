/** How callbacks go astray, the same for telephones and fax machines. */
import { z } from 'zod';

export const callbackFaults = z.strictObject({
  /** Each is delivered so many times. */
  duplicate: z.int().min(1).max(5).optional(),
  delaySeconds: z
    .tuple([z.number().min(0), z.number().min(0)])
    .refine(([least, most]) => least <= most, 'write the smaller number of seconds first')
    .optional(),
  /** The events of one call or fax overtake each other. */
  reorder: z.boolean().optional(),
  /** The part that never arrives: 1 loses every one. */
  drop: z.number().min(0).max(1).optional(),
});

/**
 * When each delivery of one callback is made, in seconds from now; empty when it is lost. `ordered` says whether it
 * must still wait for the ones before it.
 */
export function deliveries(
  { duplicate = 1, delaySeconds, reorder = false, drop = 0 }: z.infer<typeof callbackFaults>,
  chance: { fraction(): number },
): { delays: number[]; ordered: boolean } {
  if (drop > 0 && chance.fraction() < drop) return { delays: [], ordered: true };
  const [least, most] = delaySeconds ?? (reorder ? [0, 3] : [0, 0]);
  const delays: number[] = [];
  for (let copy = 0; copy < duplicate; copy += 1)
    delays.push(least + (most - least) * (most > 0 ? chance.fraction() : 0));
  return { delays, ordered: !reorder && most === 0 };
}
