/** `npm run nights -- --what-if --month 2026-12`: the committee's question, asked of the real roster on the command line. */
import type pg from 'pg';
import { associations } from '../directory/actions.ts';
import type { Plan } from '../escalations/plan.ts';
import { OperatorError } from '../log.ts';
import { type Foresight, foresightOf } from './figures.ts';
import { type Names, namesOf } from './names.ts';
import { takePicture } from './picture.ts';
import { playMonths } from './play.ts';
import { roundsFor, seedOf } from './rounds.ts';
import * as store from './town-store.ts';

export interface WhatIf {
  month: string;
  /** The present one. */
  base: string;
  at: Date;
  /** Code or name; the only one when there is one. */
  association?: string | undefined;
  area?: string | undefined;
  /** Rounds: how often each different night is played. */
  seeds?: number | undefined;
  from?: number | undefined;
  calls?: number | undefined;
  hasDraftPlans: boolean;
  say(line: string): void;
}

export interface Answer {
  foresight: Foresight;
  names: Names;
  /** When only one was asked about. */
  area: string | null;
}

/** @throws OperatorError when the association or the area is not found. */
export async function whatIf(db: pg.Pool, plan: Plan, wanted: WhatIf): Promise<Answer> {
  const { month, base, at, seeds, hasDraftPlans, say } = wanted;
  const known = await associations(db);
  const association = chosen('association', known, wanted.association);
  const areas = await store.areasOf(db, association.id);
  const area = wanted.area === undefined ? null : chosen('area', areas, wanted.area);
  const asked = { associationId: association.id, month, base, at, hasDraftPlans, callsPerNight: wanted.calls };
  const picture = await takePicture(db, { plan }, asked);
  if (!picture || picture.areas.length === 0 || picture.patients.length === 0)
    throw new OperatorError(`${association.name} has no areas or no patients: nobody would ring`);
  let told = 0;
  const played = await playMonths(picture, {
    from: wanted.from ?? seedOf(picture),
    rounds: seeds === undefined ? roundsFor : () => seeds,
    onNight(done, total) {
      if (Math.floor((10 * done) / total) === told) return;
      told = Math.floor((10 * done) / total);
      say(`${done} of ${total} nights`);
    },
  });
  const foresight = foresightOf(picture, played, area?.id ?? null);
  return { foresight, names: await namesOf(db, association.id), area: area?.name ?? null };
}

function chosen<One extends { id: string; code: string; name: string }>(
  what: string,
  all: readonly One[],
  given: string | undefined,
): One {
  const found = all.filter(({ code, name }) => given === undefined || code === given || name === given);
  if (found.length === 1) return found[0]!;
  const known = all.map(({ code, name }) => `${code} ${name}`).join(', ');
  throw new OperatorError(
    given ? `there is no ${what} ${given}; there are ${known}` : `--${what} names one of: ${known}`,
  );
}
