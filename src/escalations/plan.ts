import { z } from 'zod';

/**
 * The numbers that shape one urgent call. The default stands in config/default.json under `plan`; an area overrides
 * single values in `area.plan`. A case keeps the plan it was opened with (so that an edit never bends a running case),
 * while the roster is looked up again at every step.
 */
export const planShape = z.strictObject({
  /** A further doctor is rung this long after the last one, unless an outcome brings him forward. */
  stepSeconds: z.number().min(1).max(120),
  /** How long one phone rings. */
  ringSeconds: z.number().min(5).max(120),
  /** All phones of a doctor together, or one after another. */
  phonesAtOnce: z.enum(['all', 'one']),
  /** A phone that was not picked up is rung once more: the second call within three minutes passes Do-Not-Disturb. */
  secondRingAfterSeconds: z.number().min(1).max(120),
  secondRingWithinSeconds: z.number().min(10).max(180),
  /** How often a phone hears the question, and how long each time it may think. */
  prompts: z.number().int().min(1).max(6),
  promptTimeoutSeconds: z.number().min(1).max(20),
  /** From the opening of the round: no doctor yet → hospitals; then the standby person; then a choice for the caller. */
  bedStageAfterSeconds: z.number().min(10).max(150),
  standbyAfterSeconds: z.number().min(10).max(170),
  choiceAfterSeconds: z.number().min(10).max(175), // product.md rule 1: never over 180 s without a person or a choice
  /** A further hospital is asked this long after the last one. */
  bedStepSeconds: z.number().min(5).max(120),
  bedRingSeconds: z.number().min(5).max(120),
  /** A bed held for a question is free again after this. */
  holdSeconds: z.number().min(30).max(3600),
  /** Nobody at all: the whole hunt starts again after this, until a person is found. */
  retryAfterSeconds: z.number().min(10).max(600),
  /** A conversation that breaks before this counts as a broken line, and is mended by calling back. */
  bridgeGuardSeconds: z.number().min(5).max(120),
  returnAfterSeconds: z.number().min(1).max(60),
  returnAttempts: z.number().int().min(1).max(10),
  /** After this without a keyed outcome the doctor is asked once by call-back. */
  outcomeCallAfterSeconds: z.number().min(5).max(3600),
  /** A waiting caller hears a voice at least this often. */
  progressSeconds: z.number().min(5).max(20), // product.md rule 1
});

export type Plan = Readonly<z.infer<typeof planShape>>;

/** Overrides of an area. */
export const planOverrideShape = planShape.partial();

/**
 * The plan of an area: the default with the area's own values over it.
 * An override that does not parse is refused as a whole (returns the default): a typing error must not stop a hunt.
 */
export function planOf(standard: Plan, override: unknown): { plan: Plan; fault: string | null } {
  const parsed = planOverrideShape.safeParse(override ?? {});
  if (!parsed.success) return { plan: standard, fault: z.prettifyError(parsed.error) };
  const given = Object.fromEntries(Object.entries(parsed.data).filter(([, value]) => value !== undefined));
  return { plan: { ...standard, ...given }, fault: null };
}

export type PlanFault = 'standby_before_beds' | 'choice_before_standby' | 'second_ring_too_late';

/** What no single value shows: the stages come one after another, and a second ring still passes Do-Not-Disturb. */
export function planFaults(plan: Plan): PlanFault[] {
  const faults: [boolean, PlanFault][] = [
    [plan.standbyAfterSeconds < plan.bedStageAfterSeconds, 'standby_before_beds'],
    [plan.choiceAfterSeconds < plan.standbyAfterSeconds, 'choice_before_standby'],
    [plan.ringSeconds + plan.secondRingAfterSeconds > plan.secondRingWithinSeconds, 'second_ring_too_late'],
  ];
  return faults.flatMap(([isBroken, fault]) => (isBroken ? [fault] : []));
}

/**
 * An area's own values after `name=value` settings; an empty value removes one.
 * @returns the fault in words when a name or value does not fit: then nothing is to be changed.
 */
export function changedOverride(
  override: Readonly<Record<string, unknown>>,
  settings: readonly string[],
): { override: Record<string, unknown> } | { fault: string } {
  const next: Record<string, unknown> = { ...override };
  for (const setting of settings) {
    const [name = '', value = ''] = setting.split('=', 2);
    if (!setting.includes('=')) return { fault: `${setting} is not name=value` };
    if (value === '') delete next[name];
    else next[name] = Number.isNaN(Number(value)) ? value : Number(value);
  }
  const parsed = planOverrideShape.safeParse(next);
  return parsed.success ? { override: next } : { fault: z.prettifyError(parsed.error) };
}
