/** The settings of hunts, area by area: looked at, changed, rehearsed. The command line `npm run plan` changes the same values. */
import type pg from 'pg';
import type { z } from 'zod';
import { appendEntry } from '../audit/append.ts';
import { inTransaction } from '../db.ts';
import type { Clock } from '../lib/clock.ts';
import { type Plan, type PlanFault, planFaults, planOf, planOverrideShape } from './plan.ts';
import * as store from './plan-store.ts';

export { areaPlanChanges, areaPlansOf, planDraftsOf } from './plan-store.ts';

export interface PlanChange {
  associationId: string;
  areaId: string;
  /** The area's own values, all of them; what is left out goes back to the default. */
  own: z.output<typeof planOverrideShape>;
  /** The own values that this person saw. */
  before: Readonly<Record<string, unknown>>;
  by: string;
  cause: string;
}

export type PlanChanged =
  | { status: 'changed' | 'unchanged' }
  | { status: 'not_found' }
  /** Somebody else changed it in between. */
  | { status: 'overtaken' }
  | { status: 'out_of_order'; faults: PlanFault[] };

/** Counts from the next case on: a running case keeps the plan it was opened with. */
export async function changeAreaPlan(
  { db, clock, plan: standard }: { db: pg.Pool; clock: Clock; plan: Plan },
  { associationId, areaId, own: given, before, by, cause }: PlanChange,
): Promise<PlanChanged> {
  const own = Object.fromEntries(Object.entries(given).filter(([, value]) => value !== undefined));
  const faults = planFaults(planOf(standard, own).plan);
  if (faults.length > 0) return { status: 'out_of_order', faults };
  return inTransaction(db, async (tx) => {
    const area = await store.lockAreaPlan(tx, associationId, areaId);
    if (!area) return { status: 'not_found' };
    if (!isSame(area.plan, before)) return { status: 'overtaken' };
    if (isSame(area.plan, own)) return { status: 'unchanged' };
    await store.setAreaPlan(tx, areaId, own);
    await store.deletePlanDraft(tx, areaId, own); // it has become what counts
    await appendEntry(tx, {
      ...{ chainId: areaId, associationId, at: clock.now(), actor: `operator:${by}`, cause },
      ...{ kind: 'plan_changed', data: { before: area.plan, after: own } },
    });
    return { status: 'changed' };
  });
}

export interface PlanDraft {
  associationId: string;
  areaId: string;
  /** null: the draft is thrown away. */
  own: z.output<typeof planOverrideShape> | null;
  by: string;
  cause: string;
}

/** Keeps settings that count for nothing yet, whether or not they fit together; `changeAreaPlan` puts them in force. */
export async function savePlanDraft(
  { db, clock }: { db: pg.Pool; clock: Clock },
  { associationId, areaId, own: given, by, cause }: PlanDraft,
): Promise<{ status: 'saved' | 'discarded' | 'not_found' }> {
  return inTransaction(db, async (tx) => {
    const area = await store.lockAreaPlan(tx, associationId, areaId);
    if (!area) return { status: 'not_found' };
    const at = clock.now();
    const entry = { chainId: areaId, associationId, at, actor: `operator:${by}`, cause };
    if (given === null) {
      if (await store.deletePlanDraft(tx, areaId))
        await appendEntry(tx, { ...entry, kind: 'plan_draft_discarded', data: {} });
      return { status: 'discarded' };
    }
    const own = Object.fromEntries(Object.entries(given).filter(([, value]) => value !== undefined));
    await store.savePlanDraft(tx, { area_id: areaId, own, saved_by: by, saved_at: at });
    await appendEntry(tx, { ...entry, kind: 'plan_draft_saved', data: { own } });
    return { status: 'saved' };
  });
}

/** A value that is absent and one that is undefined are the same; so is the order. */
function isSame(one: Readonly<Record<string, unknown>>, other: Readonly<Record<string, unknown>>): boolean {
  const names = Object.keys({ ...one, ...other });
  return names.every((name) => one[name] === other[name]);
}

/** The area's plan as a case that opens now would take it. @returns null: no such area in this association. */
export async function planOfArea(
  { db, plan: standard }: { db: pg.Pool; plan: Plan },
  associationId: string,
  areaId: string,
): Promise<Plan | null> {
  const areas = await store.areaPlansOf(db, associationId);
  const area = areas.find(({ id }) => id === areaId);
  return area ? planOf(standard, area.plan).plan : null;
}

/** Which patient of the association is meant, by id or by the hub's running number, and where he belongs. */
export const routedPatient = store.routedPatient;

/** That this person saw whom a patient's case would ring: a look at the patient, written down before it is answered. */
export async function noteRehearsal(
  { db, clock }: { db: pg.Pool; clock: Clock },
  { associationId, patientId, by, cause }: { associationId: string; patientId: string; by: string; cause: string },
): Promise<void> {
  await inTransaction(db, async (tx) => {
    await store.lockPatientRow(tx, associationId, patientId);
    await appendEntry(tx, {
      ...{ chainId: patientId, associationId, at: clock.now(), actor: `operator:${by}`, cause },
      ...{ kind: 'record_viewed', data: { screen: 'plan', version: null } },
    });
  });
}

/** The shape of an area's own values, for the door. */
export { planOverrideShape };
