import type { Answer } from '../../api.ts';

export type Cell = Answer<'roster_month'>['days'][number]['cells'][number];

/** One place of one date, with who stands there now. */
export interface Target {
  date: string;
  from: number;
  to: number;
  position: number;
  cells: Cell[];
}

/** What is on the screen and changes with a date. */
export const changedViews = ['roster_month', 'roster_areas'] as const;
