/** The settings of a plan with their limits, from the shape that parses them: the page's inputs follow it. */
import { z } from 'zod';
import { planShape } from '../../escalations/plan.ts';

interface Described {
  properties: Record<string, { minimum?: number; maximum?: number; enum?: string[] }>;
}

export const planFields = Object.entries((z.toJSONSchema(planShape) as unknown as Described).properties).map(
  ([name, { minimum, maximum, enum: choices }]) => ({
    name,
    least: minimum ?? null,
    most: maximum ?? null,
    choices: choices ?? null,
  }),
);
